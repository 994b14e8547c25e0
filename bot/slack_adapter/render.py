"""Cards and forms as Block Kit: messages, modals and the Home tab.

Nothing is shortened here: a card that was built fits. Pictures are shown by the id of an uploaded file (see
`deliver`); one that could not be uploaded shows its words.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, assert_never

from bot.slack_adapter import text
from bot.slack_adapter.text import Typed
from commands.outcomes import FormErrors
from commands.ui import (
    Block,
    Button,
    Buttons,
    Card,
    Divider,
    Field,
    Fields,
    Form,
    LinkButton,
    Option,
    Picture,
    Row,
    Select,
    Text,
)

Json = dict[str, Any]
Images = Mapping[str, str]
"""Ids of uploaded pictures by `picture_key`."""

HEADER = 150
SMALL_PRINT = 2_000
"""Characters that Slack takes in a header and in one piece of a context block."""
LINK = "link:"
"""How the ids of buttons begin that only open an address: Slack reports them, and nobody answers."""


def draw(card: Card, images: Images | None = None, typed: Typed = str) -> Json:
    """A card as a message: `text`, which a notification shows, and `blocks`. `typed`: see `text.Typed`."""
    return {"text": text.escape(card.preview), "blocks": blocks(card, images or {}, typed)}


def draw_home(card: Card, images: Images | None = None, typed: Typed = str) -> Json:
    """A card as the Home tab."""
    return {"type": "home", "blocks": blocks(card, images or {}, typed)}


def draw_form(form: Form, where: Mapping[str, str], typed: Typed = str) -> Json:
    """A form as a modal. `where` says in which message it was opened; it comes back with the answers."""
    shown = [text.rich(form.note, typed)] if form.note else []
    return {
        "type": "modal",
        "callback_id": form.submit,
        "title": text.label(form.title),
        "submit": text.label("Send"),
        "close": text.label("Cancel"),
        "private_metadata": json.dumps(dict(where)),
        "blocks": [*shown, *(_input(field) for field in form.fields)],
    }


def errors(outcome: FormErrors) -> dict[str, str]:
    """What is wrong, by input; what belongs to no input stands at the first one."""
    names = {field.name for field in outcome.again.fields}
    first = outcome.again.fields[0].name
    found: dict[str, str] = {}
    for name, said in outcome.errors:
        at = name if name in names else first
        found[at] = f"{found[at]} {said}" if at in found else said
    return found


def picture_key(picture: Picture) -> str:
    """The same for the same picture."""
    return hashlib.sha256(picture.image).hexdigest()


def blocks(card: Card, images: Images, typed: Typed = str) -> list[Json]:
    """All blocks of a card."""
    shown = [_title(card.title)]
    links = 0
    for block in card.blocks:
        shown.extend(_block(block, images, links, typed))
        links += len(block.items) if isinstance(block, Buttons) else 0
    if card.footer:
        shown.append(_small(card.footer, typed))
    return shown


def _title(title: str) -> Json:
    line = " ".join(title.split())
    if text.is_live(line) or len(line) > HEADER:
        return text.rich_plain(line, bold=True)
    return {"type": "header", "text": text.label(line)}


def _block(block: Block, images: Images, links: int, typed: Typed) -> list[Json]:
    match block:
        case Text(md=md):
            return [text.rich(md, typed)]
        case Fields(items=items):
            return [text.rich("\n".join(f"**{label}:** {value}" for label, value in items), typed)]
        case Row(md=md, button=button):
            return _row(md, _button(button, 0), typed)
        case Buttons(items=items):
            return [_actions(*(_button(button, links + number) for number, button in enumerate(items)))]
        case Select():
            return [_actions(_select(block))]
        case Divider():
            return [{"type": "divider"}]
        case Picture(alt=alt):
            file = images.get(picture_key(block))
            if file is None:
                return [text.rich_plain(f"Picture: {alt}")]
            return [{"type": "image", "slack_file": {"id": file}, "alt_text": alt}]
        case _:
            assert_never(block)


def _row(md: str, button: Json, typed: Typed) -> list[Json]:
    drawn = text.mrkdwn(md, typed)
    if drawn is None:
        return [text.rich(md, typed), _actions(button)]
    return [{"type": "section", "text": _mrkdwn(drawn), "accessory": button}]


def _small(md: str, typed: Typed) -> Json:
    drawn = text.mrkdwn(md, typed)
    if drawn is None or len(drawn) > SMALL_PRINT:
        return text.rich(md, typed)
    return {"type": "context", "elements": [_mrkdwn(drawn)]}


def _mrkdwn(drawn: str) -> Json:
    return {"type": "mrkdwn", "text": drawn, "verbatim": True}


def _actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def _button(button: Button | LinkButton, number: int) -> Json:
    shown: Json = {"type": "button", "text": text.label(button.label)}
    if isinstance(button, LinkButton):
        return shown | {"action_id": f"{LINK}{number}", "url": button.url}
    style = {} if button.style == "default" else {"style": button.style}
    return shown | {"action_id": button.action} | style


def _select(select: Select) -> Json:
    return {
        "type": "static_select",
        "action_id": select.action,
        "placeholder": text.label(select.placeholder),
        "options": [_option(option) for option in select.options],
    }


def _option(option: Option) -> Json:
    shown: Json = {"text": text.label(option.label), "value": option.value}
    return shown | ({"description": text.label(option.note)} if option.note else {})


def _input(field: Field) -> Json:
    shown: Json = {
        "type": "input",
        "block_id": field.name,
        "label": text.label(field.label),
        "optional": not field.required,
        "element": _element(field),
    }
    return shown | ({"hint": text.label(field.hint)} if field.hint else {})


def _element(field: Field) -> Json:
    match field.kind:
        case "choice":
            return _choice(field)
        case "file":
            return {"type": "file_input", "action_id": field.name, "max_files": 1}
        case "line" | "paragraph":
            return _line(field)
        case _:
            assert_never(field.kind)


def _choice(field: Field) -> Json:
    options = [_option(option) for option in field.options]
    picked = [option for option in options if option["value"] == field.value]
    shown: Json = {"type": "static_select", "action_id": field.name, "options": options}
    return shown | ({"initial_option": picked[0]} if picked else {})


def _line(field: Field) -> Json:
    shown: Json = {
        "type": "plain_text_input",
        "action_id": field.name,
        "multiline": field.kind == "paragraph",
        "max_length": field.max_length,
    }
    return shown | ({"initial_value": field.value} if field.value else {})
