"""Cards as JSON and back, for messages that wait in the outbox. Pictures and files are made when a message is sent."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

from commands import ui

_BLOCKS: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        ui.Text,
        ui.Fields,
        ui.Row,
        ui.Buttons,
        ui.Select,
        ui.Divider,
        ui.Button,
        ui.LinkButton,
        ui.Option,
        ui.Field,
        ui.Form,
    )
}


def to_json(card: ui.Card) -> dict[str, Any]:
    """A JSON-ready dict. Raises `ValueError` for a card with pictures or files."""
    if card.files or any(isinstance(block, ui.Picture) for block in card.blocks):
        raise ValueError("pictures and files are made when the message is sent")
    return {
        "title": card.title,
        "blocks": [_pack(block) for block in card.blocks],
        "tone": card.tone,
        "footer": card.footer,
        "preview": card.preview,
    }


def from_json(data: dict[str, Any]) -> ui.Card:
    """The card in `data`; checked against the budget again. Raises `ValueError` for anything else."""
    try:
        return ui.Card(
            title=data["title"],
            blocks=tuple(_unpack(block) for block in data["blocks"]),
            tone=data["tone"],
            footer=data["footer"],
            preview=data["preview"],
        )
    except (KeyError, TypeError) as fault:
        raise ValueError("not a stored card") from fault


def form_to_json(form: ui.Form) -> dict[str, Any]:
    """A JSON-ready dict of a form with its values."""
    return dict(_pack(form))


def form_from_json(data: dict[str, Any]) -> ui.Form:
    """The form in `data`. Raises `ValueError` for anything else."""
    try:
        form = _unpack(data)
    except (KeyError, TypeError) as fault:
        raise ValueError("not a stored form") from fault
    if not isinstance(form, ui.Form):
        raise ValueError("not a stored form")
    return form


def _pack(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        packed: dict[str, Any] = {"type": type(value).__name__}
        packed.update({item.name: _pack(getattr(value, item.name)) for item in fields(value)})
        return packed
    if isinstance(value, tuple):
        return [_pack(item) for item in value]
    return value


def _unpack(value: Any) -> Any:
    if isinstance(value, dict):
        kind = _BLOCKS[value["type"]]
        return kind(**{name: _unpack(item) for name, item in value.items() if name != "type"})
    if isinstance(value, list):
        return tuple(_unpack(item) for item in value)
    return value
