"""The order of a list's steps: as the content has them, own ones after them, and each where the person put it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from storage.checklists import StepRow

if TYPE_CHECKING:
    from commands.checklist.model.state import Item

GAP = 1 << 20
"""Room between two steps: another can be put between them twenty times, always halfway."""


def place(row: StepRow, index: int) -> int:
    """What a step is sorted by. `index` counts from 1: the template's steps, then the person's own."""
    return index * GAP if row.position is None else row.position


def position_before(items: Sequence[Item], moving: Item, other: Item | None) -> int:
    """The position that puts a step right before another one, or at the end (None).

    As a target for a button: pressed twice it moves the step once.
    """
    rest = [item for item in items if item.row.id != moving.row.id]
    index = next((at for at, item in enumerate(rest) if other is not None and item.row.id == other.row.id), len(rest))
    if not rest:
        return moving.place
    if index == len(rest):
        return rest[-1].place + GAP
    return (rest[index - 1].place + rest[index].place) // 2 if index else rest[0].place - GAP
