"""What Slack refuses although the structure is right: lengths, counts, uniqueness, values that clash.

The numbers come from the table of limits among the specifications; the rules below are those that a number
cannot say. Each finding is (JSON pointer, text), with Slack's own wording where it is known.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from tests.peers.slack import specs
from tests.peers.slack.specs import Json

Finding = tuple[str, str]

_CONTEXT_TEXT_MAX = 2000  # Slack's error text for a context element; not in the table
_ALIASES = {"image": {"url": "image_url", "alt": "alt_text"}}
_TEXTS = ("plain_text", "mrkdwn")
_ADDRESS = re.compile(r"(https?|mailto|tel|slack):", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d$")


def message_findings(payload: Json) -> list[Finding]:
    """Limits of a message's `text` and `blocks`."""
    blocks = payload.get("blocks") or []
    found = list(_bounds("message", {"blocks": blocks, "text": payload.get("text")}, ""))
    return found + list(_all_blocks(blocks, "message"))


def view_findings(view: Json) -> list[Finding]:
    """Limits of a modal or a Home tab."""
    kind = str(view.get("type"))
    blocks = view.get("blocks") or []
    found = list(_bounds("view", view, "")) + list(_all_blocks(blocks, kind))
    for name in ("title", "submit", "close"):
        if isinstance(view.get(name), dict):
            found += _text_rules(view[name], f"/{name}")
    if kind == "modal" and not view.get("submit") and any(block.get("type") == "input" for block in blocks):
        found.append(("/submit", "a view with an input block must have a submit text"))
    if len(json.dumps(view).encode()) > specs.limits()["view"]["total_json_bytes"]:
        found.append(("/", "view_too_large: the view is over 250 kB"))
    return found


def _all_blocks(blocks: list[Json], place: str) -> Iterator[Finding]:
    seen: set[str] = set()
    focused = 0
    for number, block in enumerate(blocks):
        at = f"/blocks/{number}"
        if (block_id := block.get("block_id")) is not None:
            if block_id in seen:
                yield f"{at}/block_id", f"block_id {block_id!r} already exists"
            seen.add(block_id)
        yield from _bounds("block", block, at)
        yield from _node(block, at, place)
        yield from _action_ids(block, at)
        focused += sum(bool(element.get("focus_on_load")) for element, _ in _elements(block, at))
    if focused > 1:
        yield "/blocks", "focus_on_load may be set on one element only"
    written = sum(len(block.get("text") or "") for block in blocks if block.get("type") == "markdown")
    if written > specs.limits()["markdown"]["text_total_max"]:
        yield "/blocks", "the markdown blocks hold more characters than Slack takes together"


def _node(node: Json, at: str, place: str) -> Iterator[Finding]:
    """One block or element and everything in it."""
    kind = node.get("type")
    if kind in _TEXTS:
        yield from _text_rules(node, at)
        return
    if isinstance(kind, str):
        yield from _bounds(kind, node, at)
        if rule := _RULES.get(kind):
            yield from rule(node, at)
        if kind == "file_input" and place != "modal":
            yield at, "file_input is for modals only"
        if "action_id" in node:
            yield from _bounds("element", node, at)
    yield from _addresses(node, at)
    for key, part in node.items():
        for place_at, child in _children(key, part, at):
            if key == "confirm":
                yield from _bounds("confirm", child, place_at)
            yield from _node(child, place_at, place)


def _children(key: str, part: Any, at: str) -> Iterator[tuple[str, Json]]:
    if isinstance(part, dict):
        yield f"{at}/{key}", part
    elif isinstance(part, list):
        for number, child in enumerate(part):
            if isinstance(child, dict):
                yield f"{at}/{key}/{number}", child


def _text_rules(text: Json, at: str) -> Iterator[Finding]:
    if text.get("text") == "":
        yield f"{at}/text", "must be more than 0 characters"


def _addresses(node: Json, at: str) -> Iterator[Finding]:
    for key in ("url", "image_url"):
        if isinstance(node.get(key), str) and not _ADDRESS.match(node[key]):
            yield f"{at}/{key}", f"{node[key][:40]!r} is not an address"


def _elements(block: Json, at: str) -> Iterator[tuple[Json, str]]:
    for key in ("elements", "accessory", "element"):
        for place_at, element in _children(key, block.get(key), at):
            yield element, place_at


def _action_ids(block: Json, at: str) -> Iterator[Finding]:
    seen: set[str] = set()
    for element, place_at in _elements(block, at):
        action_id = element.get("action_id")
        if action_id in seen:
            yield f"{place_at}/action_id", f"action_id {action_id!r} is already used in this block"
        if isinstance(action_id, str):
            seen.add(action_id)


def _section(block: Json, at: str) -> Iterator[Finding]:
    if not block.get("text") and not block.get("fields"):
        yield at, "a section needs text or fields"
    most = specs.limits()["section"]["field_text_max"]
    yield from _long_texts(block.get("fields"), most, f"{at}/fields")


def _context(block: Json, at: str) -> Iterator[Finding]:
    yield from _long_texts(block.get("elements"), _CONTEXT_TEXT_MAX, f"{at}/elements")


def _long_texts(texts: Any, most: int, at: str) -> Iterator[Finding]:
    for number, text in enumerate(texts or []):
        if len(text.get("text") or "") > most:
            yield f"{at}/{number}/text", f"must be less than {most + 1} characters"


def _choices(element: Json, at: str) -> Iterator[Finding]:
    """A menu's options: one kind of list, unique values, and a first choice that is one of them."""
    groups = element.get("option_groups")
    if element["type"] in ("static_select", "multi_static_select"):
        if bool(element.get("options")) == bool(groups):
            yield at, "give either options or option_groups"
        for number, group in enumerate(groups or []):
            most = specs.limits()["static_select"]
            label = {"label_text": group.get("label"), "options": group.get("options")}
            yield from _within(label, "label_text", 1, most["group_label_max"], f"{at}/option_groups/{number}")
            yield from _within(label, "options", 1, most["options_max"], f"{at}/option_groups/{number}")
    options = list(element.get("options") or [])
    for group in groups or []:
        options += group.get("options") or []
    for number, option in enumerate(options):
        yield from _bounds("option", option, f"{at}/options/{number}")
        if "value" not in option and "url" not in option:
            yield f"{at}/options/{number}", "an option needs a value"
    values = [option.get("value") for option in options]
    if len(set(values)) != len(values):
        yield f"{at}/options", "option values are not unique"
    first = [element["initial_option"]] if element.get("initial_option") else element.get("initial_options") or []
    if any(choice not in options for choice in first):
        yield f"{at}/initial_option", "the initial option is not one of the options"


def _text_input(element: Json, at: str) -> Iterator[Finding]:
    least, most = element.get("min_length") or 0, element.get("max_length")
    if most is not None and (most < 1 or least > most):
        yield f"{at}/max_length", "max_length must be at least 1 and not below min_length"
    if most is not None and len(element.get("initial_value") or "") > most:
        yield f"{at}/initial_value", "the initial value is longer than max_length"


def _datepicker(element: Json, at: str) -> Iterator[Finding]:
    if (day := element.get("initial_date")) is not None and not _DATE.match(day):
        yield f"{at}/initial_date", f"{day!r} is not a date (YYYY-MM-DD)"


def _timepicker(element: Json, at: str) -> Iterator[Finding]:
    if (hour := element.get("initial_time")) is not None and not _TIME.match(hour):
        yield f"{at}/initial_time", f"{hour!r} is not a time (HH:mm)"


_RULES: dict[str, Callable[[Json, str], Iterator[Finding]]] = {
    "section": _section,
    "context": _context,
    "plain_text_input": _text_input,
    "datepicker": _datepicker,
    "timepicker": _timepicker,
    **dict.fromkeys(("static_select", "multi_static_select", "overflow", "checkboxes", "radio_buttons"), _choices),
}


@lru_cache(maxsize=64)
def _limits_of(part: str) -> tuple[tuple[str, int, int | None], ...]:
    """(field, least, most) of everything that the table bounds in this part."""
    shared = {"multi_static_select": "static_select"}
    rows = specs.limits().get(shared.get(part, part), {})
    bounds: dict[str, dict[str, int]] = {"_min": {}, "_max": {}}
    for name, value in rows.items():
        stem, end = name[:-4], name[-4:]
        if end in bounds and isinstance(value, int):
            bounds[end][_ALIASES.get(part, {}).get(stem, stem)] = value
    least, most = bounds["_min"], bounds["_max"]
    return tuple((field, least.get(field, 0), most.get(field)) for field in sorted(set(least) | set(most)))


def _bounds(part: str, node: Json, at: str) -> Iterator[Finding]:
    for field, least, most in _limits_of(part):
        yield from _within(node, field, least, most, at)


def _within(node: Json, field: str, least: int, most: int | None, at: str) -> Iterator[Finding]:
    value = node.get(field)
    if isinstance(value, dict):
        value = value.get("text")
    if value is None or isinstance(value, bool):
        return
    unit = "characters" if isinstance(value, str) else "items" if isinstance(value, list) else ""
    size = value if isinstance(value, int) else len(value)
    if most is not None and size > most:
        yield f"{at}/{field}", f"must be less than {most + 1} {unit}".rstrip()
    if size < least:
        yield f"{at}/{field}", f"must be more than {least - 1} {unit}".rstrip()
