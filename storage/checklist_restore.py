"""Putting a list back as a file tells it: what a person exported before, here or on another installation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select, update

from storage.checklist_rows import Rows, Settable, living
from storage.checklist_steps import OWN, plan_key
from storage.sql import insert_new
from storage.tables import checklist, checklist_line, checklist_step


@dataclass(frozen=True, slots=True)
class KeptStep:
    """A step as it was. `plan_for` is the place, from 0, of the line for which it is the plan; None for any other."""

    step: str
    state: Settable
    changed_at: datetime
    reason: str | None = None
    note: str | None = None
    title: str | None = None
    due_on: date | None = None
    position: int | None = None
    plan_for: int | None = None


@dataclass(frozen=True, slots=True)
class KeptLine:
    """A line as it was. `pair` is the place, from 0, of the line that it is tied to."""

    track: str
    words: str
    state: str
    created_at: datetime
    changed_at: datetime
    pair: int | None = None


class Restoring(Rows):
    """Queries that bring a whole list back, in one transaction."""

    async def restore(
        self, person_id: int, template: str, version: int, started_at: datetime, steps: Sequence[KeptStep],
        lines: Sequence[KeptLine], now: datetime,
    ) -> int:  # fmt: skip
        """The id of the person's new living list of this template; one that was living is put away.

        There is nothing to undo in it. When two come at once, the second gets the list of the first.
        """
        same = (living(person_id), checklist.c.template == template)
        await self._connection.execute(update(checklist).where(*same).values(archived_at=now))
        values = {"person_id": person_id, "template": template, "version": version, "started_at": started_at}
        new = await insert_new(
            self._connection, checklist, ("person_id", "template"), values, where=checklist.c.archived_at.is_(None)
        )
        if new is None:
            found: int = (await self._connection.execute(select(checklist.c.id).where(*same))).scalar_one()
            return found
        ids = await self._put_lines(new, lines)
        rows = [_step_values(new, step, ids) for step in steps]
        if rows:
            await self._connection.execute(insert(checklist_step), rows)
        return new

    async def _put_lines(self, checklist_id: int, lines: Sequence[KeptLine]) -> list[int]:
        """The ids of the lines, in their order."""
        if not lines:
            return []
        names = ("track", "words", "state", "created_at", "changed_at")
        rows = [{"checklist_id": checklist_id, **{name: getattr(line, name) for name in names}} for line in lines]
        made = insert(checklist_line).returning(checklist_line.c.id, sort_by_parameter_order=True)
        ids = list((await self._connection.execute(made, rows)).scalars())
        for row_id, line in zip(ids, lines, strict=True):
            if line.pair is not None:
                tied = update(checklist_line).where(checklist_line.c.id == row_id).values(pair_id=ids[line.pair])
                await self._connection.execute(tied)
        return ids


def _step_values(checklist_id: int, step: KeptStep, line_ids: Sequence[int]) -> Mapping[str, Any]:
    key = step.step if step.plan_for is None else plan_key(line_ids[step.plan_for])
    return {
        "checklist_id": checklist_id,
        "step": key,
        "state": step.state,
        "reason": step.reason,
        "note": step.note,
        "changed_at": step.changed_at,
        "title": step.title if key.startswith(OWN) else None,
        "due_on": None if step.due_on is None else step.due_on.isoformat(),
        "position": step.position,
    }
