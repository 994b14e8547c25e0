"""A person's checklists: which template, and how far each step is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, case, null, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.sql import insert, insert_new
from storage.tables import checklist, checklist_step

StepState = Literal["todo", "done", "skipped", "notforme", "gone"]


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step of a person's list. `step` is the content's slug, `id` what a button refers to."""

    id: int
    checklist_id: int
    step: str
    state: StepState
    reason: str | None
    note: str | None
    changed_at: datetime
    title: str | None = None
    due_on: str | None = None
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Checklist:
    """A person's list of one template, its steps in the template's order of the day on which it was started."""

    id: int
    person_id: int
    template: str
    version: int
    started_at: datetime
    archived_at: datetime | None
    steps: tuple[StepRow, ...]


class Checklists:
    """Queries about checklists, in one transaction. A stranger's row is as absent as an unknown one."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def start(
        self, person_id: int, template: str, version: int, step_ids: Sequence[str], now: datetime
    ) -> Checklist:
        """A new list, or the living one of this template as it stands: starting twice changes nothing."""
        values = {"person_id": person_id, "template": template, "version": version, "started_at": now}
        new = await insert_new(
            self._connection, checklist, ("person_id", "template"), values, where=checklist.c.archived_at.is_(None)
        )
        if new is not None:
            await self._add(new, step_ids, now)
        (found,) = await self._select(_living(person_id), checklist.c.template == template)
        return found

    async def extend(self, person_id: int, checklist_id: int, version: int, step_ids: Sequence[str],
                     now: datetime) -> Checklist | None:  # fmt: skip
        """Bring a living list to a newer template: steps that it lacks are added, none is lost."""
        chosen = update(checklist).where(_living(person_id), checklist.c.id == checklist_id).values(version=version)
        if (await self._connection.execute(chosen.returning(checklist.c.id))).first() is None:
            return None
        await self._add(checklist_id, step_ids, now)
        return await self.owned(person_id, checklist_id)

    async def of(self, person_id: int) -> tuple[Checklist, ...]:
        """The person's living lists, oldest first."""
        return await self._select(_living(person_id))

    async def owned(self, person_id: int, checklist_id: int) -> Checklist | None:
        """This list, archived or not, when it is the person's."""
        found = await self._select(checklist.c.person_id == person_id, checklist.c.id == checklist_id)
        return found[0] if found else None

    async def step(self, person_id: int, step_row_id: int) -> StepRow | None:
        """One step of a living list, when it is the person's."""
        statement = select(checklist_step).where(_step(person_id, step_row_id))
        return await self._one_step(statement)

    async def set_state(
        self, person_id: int, step_row_id: int, state: StepState, now: datetime, reason: str | None = None
    ) -> StepRow | None:
        """The step as it is now, or None when it is not on a living list of this person.

        A target, not a toggle: the same again changes nothing, except that a reason given now replaces the old one.
        """
        same = checklist_step.c.state == state
        why = case((same, checklist_step.c.reason), else_=null()) if reason is None else reason
        when = case((same, checklist_step.c.changed_at), else_=now)
        statement = update(checklist_step).where(_step(person_id, step_row_id))
        return await self._one_step(
            statement.values(state=state, reason=why, changed_at=when).returning(checklist_step)
        )

    async def set_note(self, person_id: int, step_row_id: int, note: str | None) -> StepRow | None:
        """The step with this note (None or empty: without one), or None when it is not this person's."""
        statement = update(checklist_step).where(_step(person_id, step_row_id)).values(note=note or None)
        return await self._one_step(statement.returning(checklist_step))

    async def archive(self, person_id: int, checklist_id: int, now: datetime) -> bool:
        """Put a living list away; False when there is none of this person with this id."""
        chosen = update(checklist).where(_living(person_id), checklist.c.id == checklist_id)
        done = await self._connection.execute(chosen.values(archived_at=now).returning(checklist.c.id))
        return done.first() is not None

    async def _add(self, checklist_id: int, step_ids: Sequence[str], now: datetime) -> None:
        rows = [{"checklist_id": checklist_id, "step": step, "changed_at": now} for step in step_ids]
        if rows:
            await self._connection.execute(insert(self._connection, checklist_step).on_conflict_do_nothing(), rows)

    async def _one_step(self, statement: Any) -> StepRow | None:
        row = (await self._connection.execute(statement)).one_or_none()
        return None if row is None else StepRow(**row._mapping)

    async def _select(self, *conditions: ColumnElement[bool]) -> tuple[Checklist, ...]:
        lists = (await self._connection.execute(select(checklist).where(*conditions).order_by(checklist.c.id))).all()
        inside = checklist_step.c.checklist_id.in_([each.id for each in lists])
        statement = select(checklist_step).where(inside).order_by(checklist_step.c.id)
        rows = [StepRow(**row._mapping) for row in await self._connection.execute(statement)] if lists else []
        return tuple(
            Checklist(**each._mapping, steps=tuple(row for row in rows if row.checklist_id == each.id))
            for each in lists
        )


def _living(person_id: int) -> ColumnElement[bool]:
    return and_(checklist.c.person_id == person_id, checklist.c.archived_at.is_(None))


def _step(person_id: int, step_row_id: int) -> ColumnElement[bool]:
    lists = select(checklist.c.id).where(_living(person_id))
    return and_(checklist_step.c.id == step_row_id, checklist_step.c.checklist_id.in_(lists))
