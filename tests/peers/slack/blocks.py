"""Blocks as a person meets them: what is written there, what can be pressed, what a form then holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tests.peers.slack.specs import Json

INPUTS = ("plain_text_input", "email_text_input", "url_text_input", "number_input")
_CHOICE_FIELDS = {
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
}
_ONE_OPTION = ("static_select", "external_select", "radio_buttons", "overflow")
_MANY_OPTIONS = ("multi_static_select", "multi_external_select", "checkboxes")


class NotThereError(AssertionError):
    """A person looked for a button, menu or field that is not shown; the text lists what is."""


@dataclass(frozen=True, slots=True)
class Control:
    """Something to press, choose from or fill in, with the block it stands in."""

    block: Json
    element: Json

    @property
    def label(self) -> str:
        """The words by which a person knows it: its text, the label above it or its placeholder."""
        for holder, key in ((self.element, "text"), (self.block, "label"), (self.element, "placeholder")):
            if isinstance(holder.get(key), dict) and (holder is self.element or self.is_input):
                return str(holder[key].get("text", ""))
        return ""

    @property
    def is_input(self) -> bool:
        """Does it stand in an input block, so that it is sent with a form?"""
        return self.block.get("type") == "input"

    @property
    def names(self) -> tuple[str, ...]:
        """Everything it may be called by in a test."""
        block_id, action_id = self.block.get("block_id", ""), self.element.get("action_id", "")
        return (f"{block_id}/{action_id}", action_id, self.label, block_id if self.is_input else action_id)


def stamped(blocks: Iterable[Json], serial: int) -> tuple[Json, ...]:
    """Blocks as Slack keeps them: an id for each block and control that came without, `emoji` and `verbatim` set."""
    kept = []
    for number, block in enumerate(blocks):
        kept.append({"block_id": f"b{serial}{number:02d}", **_stamp(block, f"a{serial}{number:02d}")})
    return tuple(kept)


def _stamp(node: Any, action_id: str) -> Any:
    if isinstance(node, list):
        return [_stamp(child, f"{action_id}{number:02d}") for number, child in enumerate(node)]
    if not isinstance(node, dict):
        return node
    copy = {key: _stamp(child, action_id) for key, child in node.items()}
    if node.get("type") == "plain_text":
        copy.setdefault("emoji", True)
    elif node.get("type") == "mrkdwn":
        copy.setdefault("verbatim", False)
    elif node.get("type") == "button" or node.get("type") in INPUTS + _ONE_OPTION + _MANY_OPTIONS:
        copy.setdefault("action_id", action_id)
    return copy


def controls(blocks: Sequence[Json]) -> Iterator[Control]:
    """Everything that can be used, from top to bottom."""
    for block in blocks:
        if isinstance(block.get("accessory"), dict):
            yield Control(block, block["accessory"])
        if isinstance(block.get("element"), dict):
            yield Control(block, block["element"])
        if block.get("type") in ("actions", "context_actions"):
            for element in block.get("elements", []):
                yield Control(block, element)


def find(blocks: Sequence[Json], name: str) -> Control:
    """The one control with this action id, label, block id (inputs) or "block/action".

    Raises NotThereError when there is none, or more than one of that name.
    """
    usable = [control for control in controls(blocks) if control.element.get("type") != "image"]
    for known_by in (2, None):  # an id is exact; only then its words
        hits = [control for control in usable if name in control.names[:known_by]]
        if len(hits) == 1:
            return hits[0]
        if hits:
            raise NotThereError(f"{len(hits)} controls are called {name!r}")
    shown = ", ".join(repr(control.label or control.element.get("action_id")) for control in usable)
    raise NotThereError(f"nothing is called {name!r}; there is: {shown or 'nothing to press'}")


def words(blocks: Iterable[Json]) -> str:
    """All that is written in the blocks, a text per line, labels of controls included."""
    return "\n".join(text for block in blocks for text in _texts(block))


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for child in node:
            yield from _texts(child)
    elif isinstance(node, dict):
        if isinstance(node.get("text"), str):
            yield node["text"]
        for key in ("alt_text", "initial_value"):
            if isinstance(node.get(key), str):
                yield node[key]
        for child in node.values():
            if isinstance(child, (dict, list)):
                yield from _texts(child)


def state_value(element: Json, value: Any) -> Json:
    """What a form's `state.values` holds for one element; `value` None leaves it empty.

    A choice is named by its label or value; dates are YYYY-MM-DD, times HH:mm, instants Unix seconds.
    """
    kind = element["type"]
    if kind in INPUTS:
        return {"type": kind, "value": None if value in (None, "") else str(value)}
    if kind in _ONE_OPTION:
        return {"type": kind, "selected_option": None if value is None else option(element, value)}
    if kind in _MANY_OPTIONS:
        chosen = [value] if isinstance(value, str) else value or ()
        return {"type": kind, "selected_options": [option(element, one) for one in chosen]}
    if kind == "file_input":
        return {"type": kind, "files": list(value or ())}
    if kind == "rich_text_input":
        return {"type": kind, "rich_text_value": value}
    if kind not in _CHOICE_FIELDS:
        raise NotThereError(f"a {kind} holds no value")
    return {"type": kind, _CHOICE_FIELDS[kind]: list(value or ()) if kind.startswith("multi_") else value}


def option(element: Json, name: str) -> Json:
    """The option with this value or label. An external menu's options are not listed: `name` is taken as is."""
    options: list[Json] = list(element.get("options") or [])
    for group in element.get("option_groups") or []:
        options += group["options"]
    if element["type"].endswith("external_select"):
        return {"text": {"type": "plain_text", "text": name, "emoji": True}, "value": name}
    for one in options:
        if name in (one.get("value"), one["text"]["text"]):
            return one
    shown = ", ".join(repr(one["text"]["text"]) for one in options)
    raise NotThereError(f"no option {name!r}; there is: {shown}")


def first_value(element: Json) -> Any:
    """What the element holds before a person touches it."""
    for key in ("initial_value", "initial_date", "initial_time", "initial_date_time", "initial_user"):
        if key in element:
            return element[key]
    if "initial_option" in element:
        return element["initial_option"]["value"]
    if "initial_options" in element:
        return [one["value"] for one in element["initial_options"]]
    return None


def state_values(blocks: Sequence[Json], filled: dict[tuple[str, str], Any] | None = None) -> Json:
    """`state.values` of a message or view: every stateful element, as it stands or as `filled` in."""
    values: dict[str, Json] = {}
    for control in controls(blocks):
        element = control.element
        stateful = element["type"] in (*INPUTS, *_CHOICE_FIELDS, *_MANY_OPTIONS, "file_input", "rich_text_input")
        if stateful or element["type"] in ("static_select", "external_select", "radio_buttons"):
            key = (control.block["block_id"], element.get("action_id", ""))
            value = filled[key] if filled and key in filled else first_value(element)
            values.setdefault(key[0], {})[key[1]] = state_value(element, value)
    return values


def complaint(control: Control, value: Any) -> str | None:
    """Why Slack's own client would not send the form with this value, or None."""
    element = control.element
    empty = value is None or value in ("", (), [])
    if empty:
        return None if control.block.get("optional") else "Please complete this required field."
    if element["type"] == "plain_text_input":
        if len(str(value)) > element.get("max_length", 3000):
            return f"Please enter no more than {element.get('max_length', 3000)} characters."
        if len(str(value)) < element.get("min_length", 0):
            return f"Please enter at least {element['min_length']} characters."
    return None
