"""The steps of a person's lists, with those that they wrote themselves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from storage.checklist_rows import Rows, Settable, StepRow, living, step_row
from storage.sql import insert
from storage.tables import checklist, checklist_line, checklist_step, step_author

OWN = "own:"
"""How the `step` of a person's own step begins: "own:3", or "own:line:12" for the plan for line 12."""


def plan_key(line_id: int) -> str:
    """The `step` of the own step that was made for a line."""
    return f"{OWN}line:{line_id}"


class Steps(Rows):
    """Queries about steps. Each change can be undone; each is a target, and the same again changes nothing."""

    async def step(self, person_id: int, step_row_id: int) -> StepRow | None:
        """One step of a living list, when it is the person's."""
        mine = checklist_step.c.checklist_id.in_(select(checklist.c.id).where(living(person_id)))
        row = await self._one(checklist_step, checklist_step.c.id == step_row_id, mine)
        return None if row is None else step_row(row)

    async def set_state(
        self, person_id: int, step_row_id: int, state: Settable, now: datetime, reason: str | None = None
    ) -> StepRow | None:
        """The step as it is now, or None when it is not on a living list of this person.

        The same state again changes nothing, except that a reason given now replaces the old one.
        """
        row = await self._held(person_id, checklist_step, step_row_id)
        if row is None:
            return None
        if row["state"] != state:
            values: dict[str, Any] = {"state": state, "reason": reason, "changed_at": now}
        else:
            values = {} if reason is None else {"reason": reason}
        return step_row(await self._change(checklist_step, row, state, now, values))

    async def set_note(self, person_id: int, step_row_id: int, note: str | None, now: datetime) -> StepRow | None:
        """The step with this note (None or empty: without one), or None when it is not this person's."""
        return await self._set_step(person_id, step_row_id, "note", now, {"note": note or None})

    async def set_due(self, person_id: int, step_row_id: int, due_on: date | None, now: datetime) -> StepRow | None:
        """The step with a day of the person's own; None: with the day that the content gives it."""
        value = None if due_on is None else due_on.isoformat()
        return await self._set_step(person_id, step_row_id, "due", now, {"due_on": value})

    async def move(self, person_id: int, step_row_id: int, position: int | None, now: datetime) -> StepRow | None:
        """The step at another place among the others; None: back to where it stands by itself."""
        return await self._set_step(person_id, step_row_id, "moved", now, {"position": position})

    async def edit_own(self, person_id: int, step_row_id: int, title: str, now: datetime) -> StepRow | None:
        """The own step with another title; None also for a step of the content."""
        return await self._set_step(person_id, step_row_id, "edited", now, {"title": title}, own_only=True)

    async def remove_own(self, person_id: int, step_row_id: int, now: datetime) -> StepRow | None:
        """Take an own step away; None also for a step of the content, which can be "notforme" instead."""
        values = {"state": "gone", "changed_at": now}
        return await self._set_step(person_id, step_row_id, "removed", now, values, own_only=True)

    async def add_own(
        self, person_id: int, checklist_id: int, title: str, now: datetime, due_on: date | None = None,
        added_by: int | None = None,
    ) -> StepRow | None:  # fmt: skip
        """A new step of the person's own; None when the list is not theirs. `added_by`: the mentor who wrote it."""
        if await self._hold(person_id, checklist_id) is None:
            return None
        numbers = [key.removeprefix(OWN) for key in await self._own_keys(checklist_id)]
        number = 1 + max((int(number) for number in numbers if number.isdecimal()), default=0)
        row = await self._insert_step(checklist_id, f"{OWN}{number}", title, now, due_on)
        await self._remember(checklist_id, "added", now, [(checklist_step, {**row, "state": "gone"})])
        if added_by is not None:
            await self._connection.execute(step_author.insert().values(step_id=row["id"], added_by=added_by))
        return step_row(row)

    async def add_plans(
        self, person_id: int, checklist_id: int, titles: Mapping[int, str], now: datetime
    ) -> tuple[StepRow, ...]:
        """An own step for each of these lines of the list (line id: title) that has none yet; one change to undo."""
        if await self._hold(person_id, checklist_id) is None:
            return ()
        line = checklist_line.c
        here = select(line.id).where(line.checklist_id == checklist_id, line.removed_at.is_(None))
        lines = set((await self._connection.execute(here)).scalars())
        known = await self._own_keys(checklist_id)
        rows: list[Mapping[str, Any]] = []
        for line_id, title in titles.items():
            if line_id in lines and known.get(plan_key(line_id), "gone") == "gone":
                rows.append(await self._insert_step(checklist_id, plan_key(line_id), title, now))
        if rows:
            before = [(checklist_step, {**row, "state": "gone"}) for row in rows]
            await self._remember(checklist_id, "planned", now, before)
        return tuple(step_row(row) for row in rows)

    async def _set_step(
        self, person_id: int, step_row_id: int, what: str, now: datetime, values: Mapping[str, Any],
        *, own_only: bool = False,
    ) -> StepRow | None:  # fmt: skip
        row = await self._held(person_id, checklist_step, step_row_id)
        if row is None or (own_only and not row["step"].startswith(OWN)):
            return None
        return step_row(await self._change(checklist_step, row, what, now, values))

    async def _own_keys(self, checklist_id: int) -> dict[str, str]:
        """The keys of the list's own steps, each with its state."""
        step = checklist_step.c
        chosen = select(step.step, step.state).where(step.checklist_id == checklist_id, step.title.is_not(None))
        return {row.step: row.state for row in await self._connection.execute(chosen)}

    async def _insert_step(
        self, checklist_id: int, key: str, title: str, now: datetime, due_on: date | None = None
    ) -> Mapping[str, Any]:
        """The new row; a plan that was taken away and is made again is the old row."""
        day = None if due_on is None else due_on.isoformat()
        fresh = {"title": title, "due_on": day, "changed_at": now, "state": "todo", "reason": None, "note": None}
        made = insert(self._connection, checklist_step).values(checklist_id=checklist_id, step=key, **fresh)
        upsert = made.on_conflict_do_update(index_elements=("checklist_id", "step"), set_=fresh)
        row_now: Any = (await self._connection.execute(upsert.returning(checklist_step))).mappings().one()
        return dict(row_now)
