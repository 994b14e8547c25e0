"""What a list gains and loses when a person tells something else of themselves."""

from __future__ import annotations

from commands.checklist.model.state import View


def changed(before: View, after: View) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The titles of the steps that joined the list and of those that left it, each in the list's order."""
    old, new = ({item.row.id: item.title for item in view.items} for view in (before, after))
    joined = tuple(title for row_id, title in new.items() if row_id not in old)
    return joined, tuple(title for row_id, title in old.items() if row_id not in new)
