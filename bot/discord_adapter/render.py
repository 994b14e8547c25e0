"""Cards and forms as Discord's components (version 2, `LayoutView`).

Nothing is shortened here: a card that was built fits. Every view is stopped before it is handed out, because
discord.py otherwise keeps each sent one in memory for ever; presses are routed by their id alone. Views need a running
event loop.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import Any, assert_never

import discord
from discord import ui

from bot.discord_adapter import text
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
    OverBudget,
    Picture,
    Row,
    Select,
    Text,
    Tone,
)

_ACCENTS: dict[Tone, int] = {"info": 0x3B82F6, "success": 0x22A06B, "warning": 0xE2A03F, "danger": 0xD64545}
_STYLES = {
    "default": discord.ButtonStyle.secondary,
    "primary": discord.ButtonStyle.primary,
    "danger": discord.ButtonStyle.danger,
}
MODAL_PARTS = 5
"""Components at the top of a modal: inputs and the note together."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A message ready to be sent, once: files are used up by sending."""

    view: ui.LayoutView
    files: tuple[discord.File, ...]


def draw(card: Card, *, announce: bool = False, mark: int | None = None, lead: str = "") -> Drawn:
    """A card as a message.

    With `announce` its preview is the first line, which is what a notification shows. `mark` becomes the number of the
    outermost component: invisible, and still there when the message is read again (see `deliver`). `lead` stands first
    and is Discord's own text: a mention.
    """
    view = ui.LayoutView(timeout=None)
    files: list[discord.File] = []
    if announce and card.preview != card.title and card.components < 40:
        view.add_item(ui.TextDisplay(text.small(text.escape(card.preview))))
    if lead:
        view.add_item(ui.TextDisplay(lead))
    container: ui.Container[Any] = ui.Container(accent_colour=_ACCENTS[card.tone], id=mark)
    container.add_item(ui.TextDisplay(text.heading(card.title)))
    for before, block in zip((None, *card.blocks), card.blocks, strict=False):
        if isinstance(before, Text) and isinstance(block, Text):
            # Air between two paragraphs with headings; Slack's sections have it anyway. The card's budget counts it.
            container.add_item(ui.Separator(visible=False))
        container.add_item(_block(block, files))
    if card.footer:
        container.add_item(ui.TextDisplay(text.small(card.footer)))
    view.add_item(container)
    for attachment in card.files:
        file = discord.File(io.BytesIO(attachment.data), filename=_file_name(attachment.name))
        files.append(file)
        view.add_item(ui.File(file))
    view.stop()
    return Drawn(view, tuple(files))


def draw_form(form: Form) -> ui.Modal:
    """A form as a modal. Raises `OverBudget` when its note has no place beside five fields."""
    modal = ui.Modal(title=form.title, custom_id=form.submit, timeout=None)
    if form.note:
        if len(form.fields) >= MODAL_PARTS:
            raise OverBudget("a note needs the place of a field")
        modal.add_item(ui.TextDisplay(text.draw(form.note)))
    for field in form.fields:
        modal.add_item(ui.Label(text=field.label, description=field.hint or None, component=_input(field)))
    modal.stop()
    return modal


def _block(block: Block, files: list[discord.File]) -> ui.Item[Any]:
    match block:
        case Text(md=md):
            return ui.TextDisplay(text.draw(md))
        case Fields(items=items):
            return ui.TextDisplay("\n".join(text.draw(f"**{label}:** {value}") for label, value in items))
        case Row(md=md, button=button):
            return ui.Section(ui.TextDisplay(text.draw(md)), accessory=_button(button))
        case Buttons(items=items):
            return ui.ActionRow(*(_button(button) for button in items))
        case Select():
            return ui.ActionRow(_select(block))
        case Divider():
            return ui.Separator()
        case Picture(image=image, alt=alt):
            name = f"picture{len(files) + 1}.png"
            file = discord.File(io.BytesIO(image), filename=name, description=alt)
            files.append(file)
            return ui.MediaGallery(discord.MediaGalleryItem(file, description=alt))
        case _:
            assert_never(block)


def _button(button: Button | LinkButton) -> ui.Button[Any]:
    if isinstance(button, LinkButton):
        return ui.Button(label=button.label, url=button.url)
    return ui.Button(label=button.label, custom_id=button.action, style=_STYLES[button.style])


def _select(select: Select) -> ui.Select[Any]:
    options = [_option(option) for option in select.options]
    return ui.Select(custom_id=select.action, placeholder=select.placeholder, options=options)


def _option(option: Option, picked: str = "") -> discord.SelectOption:
    return discord.SelectOption(
        label=option.label, value=option.value, description=option.note or None, default=option.value == picked
    )


def _input(field: Field) -> ui.Item[Any]:
    if field.kind == "choice":
        return ui.Select(
            custom_id=field.name,
            options=[_option(option, field.value) for option in field.options],
            min_values=int(field.required),
            required=field.required,
        )
    if field.kind == "file":
        return ui.FileUpload(
            custom_id=field.name, required=field.required, min_values=int(field.required), max_values=1
        )
    return ui.TextInput(
        custom_id=field.name,
        style=discord.TextStyle.paragraph if field.kind == "paragraph" else discord.TextStyle.short,
        required=field.required,
        max_length=field.max_length,
        default=field.value or None,
    )


def _file_name(name: str) -> str:
    """Letters that Discord leaves as they are, so that the component still names the file."""
    return re.sub(r"[^A-Za-z0-9._-]", "_", name)
