"""The rows of a list, whose they are, and the one way to change one: what was there before is kept, to undo it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, ScalarSelect, Table, and_, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.columns import UtcDateTime
from storage.tables import checklist, checklist_act, checklist_line, checklist_step

Settable = Literal["todo", "done", "skipped", "notforme"]
StepState = Literal["todo", "done", "skipped", "notforme", "gone"]
"""What a step can be. "gone": a step of the person's own that they took away."""

KEPT_ACTS = 10
"""How many changes of a list can be undone."""

_CHANGING = {
    checklist_step: ("state", "reason", "note", "changed_at", "title", "due_on", "position"),
    checklist_line: ("words", "state", "pair_id", "changed_at", "removed_at"),
}


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step of a person's list. `id` is what a button refers to.

    `step` is the content's slug, or begins with "own:" for a step of the person's own, which alone has a `title`.
    `changed_at` is when `state` became what it is. `due_on` is a day that the person set. `position` sorts the step, by
    a measure of the caller's: None where it stands by itself.
    """

    id: int
    checklist_id: int
    step: str
    state: StepState
    reason: str | None
    note: str | None
    changed_at: datetime
    title: str | None = None
    due_on: date | None = None
    position: int | None = None


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line of a track: a letter writer, a host, a concern. `words` are the person's.

    `state` is one of the track's, `changed_at` when it came to it. `pair_id` is a line of the other track, which may
    have been removed since.
    """

    id: int
    checklist_id: int
    track: str
    words: str
    state: str
    pair_id: int | None
    created_at: datetime
    changed_at: datetime
    removed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """A change that can be undone. `what` is a machine word; the ids are those of the rows that it changed."""

    id: int
    checklist_id: int
    at: datetime
    what: str
    step_ids: tuple[int, ...]
    line_ids: tuple[int, ...]


def step_row(row: Mapping[Any, Any]) -> StepRow:
    """A row of the table as a record."""
    due_on = row["due_on"]
    return StepRow(**{**row, "due_on": None if due_on is None else date.fromisoformat(due_on)})


def living(person_id: int) -> ColumnElement[bool]:
    """The person's lists that are not archived."""
    return and_(checklist.c.person_id == person_id, checklist.c.archived_at.is_(None))


class Rows:
    """What steps and lines have in common, in one transaction. A stranger's row is as absent as an unknown one."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def newest_act(self, person_id: int, checklist_id: int) -> Act | None:
        """The change that `undo` would take back; None when there is none on a living list of this person."""
        row = await self._newest(checklist_id, checklist_act.c.checklist_id.in_(_ids(person_id)))
        return None if row is None else _act(row)

    async def undo(self, person_id: int, checklist_id: int, act_id: int | None = None) -> Act | None:
        """Put back what the newest change of the list changed; None when there is nothing to undo.

        With `act_id` only that change, and only while it is the newest: a button pressed twice undoes one.
        """
        if await self._hold(person_id, checklist_id) is None:
            return None
        row = await self._newest(checklist_id)
        if row is None or act_id not in (None, row["id"]):
            return None
        for table in _CHANGING:
            for before in row["before"].get(table.name, ()):
                mine = and_(table.c.id == before["id"], table.c.checklist_id == checklist_id)
                await self._connection.execute(update(table).where(mine).values(_thawed(table, before)))
        await self._connection.execute(delete(checklist_act).where(checklist_act.c.id == row["id"]))
        return _act(row)

    async def _hold(self, person_id: int, checklist_id: int | ScalarSelect[int]) -> int | None:
        """A living list of the person, held until the transaction ends, so that its changes come one by one."""
        chosen = select(checklist.c.id).where(living(person_id), checklist.c.id == checklist_id)
        held: int | None = (await self._connection.execute(chosen.with_for_update())).scalar_one_or_none()
        return held

    async def _held(self, person_id: int, table: Table, row_id: int) -> Mapping[str, Any] | None:
        """A step or line that is there, with its list held."""
        its_list = select(table.c.checklist_id).where(table.c.id == row_id).scalar_subquery()
        if await self._hold(person_id, its_list) is None:
            return None
        return await self._one(table, table.c.id == row_id)

    async def _one(self, table: Table, *conditions: ColumnElement[bool]) -> Mapping[str, Any] | None:
        here = table.c.state != "gone" if table is checklist_step else table.c.removed_at.is_(None)
        found: Any = (await self._connection.execute(select(table).where(here, *conditions))).mappings().one_or_none()
        return None if found is None else dict(found)

    async def _change(
        self, table: Table, row: Mapping[str, Any], what: str, now: datetime, values: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """The row with these values. When they are what it has, nothing happened, and there is nothing to undo."""
        if all(row[name] == value for name, value in values.items() if name != "changed_at"):
            return row
        await self._remember(row["checklist_id"], what, now, [(table, row)])
        changed = update(table).where(table.c.id == row["id"]).values(**values).returning(table)
        row_now: Any = (await self._connection.execute(changed)).mappings().one()
        return dict(row_now)

    async def _remember(
        self, checklist_id: int, what: str, now: datetime, rows: Iterable[tuple[Table, Mapping[str, Any]]]
    ) -> None:
        """Keep how these rows were. A row that is new is told as one that was taken away: undoing takes it away."""
        before: dict[str, list[dict[str, Any]]] = {}
        for table, row in rows:
            before.setdefault(table.name, []).append(_frozen(table, row))
        act = {"checklist_id": checklist_id, "at": now, "what": what, "before": before}
        await self._connection.execute(insert(checklist_act).values(act))
        await self._forget_old(checklist_id)

    async def _forget_old(self, checklist_id: int) -> None:
        """All but the newest changes go, and with them what was taken away too long ago to be brought back."""
        of_list = checklist_act.c.checklist_id == checklist_id
        newest_first = select(checklist_act.c.id).where(of_list).order_by(checklist_act.c.id.desc())
        old = delete(checklist_act).where(checklist_act.c.id.in_(newest_first.offset(KEPT_ACTS)))
        if not (await self._connection.execute(old.returning(checklist_act.c.id))).all():
            return
        oldest = select(func.min(checklist_act.c.at)).where(of_list).scalar_subquery()
        step, line = checklist_step.c, checklist_line.c
        for table, is_gone in (
            (checklist_step, and_(step.checklist_id == checklist_id, step.state == "gone", step.changed_at < oldest)),
            (checklist_line, and_(line.checklist_id == checklist_id, line.removed_at < oldest)),
        ):
            await self._connection.execute(delete(table).where(is_gone))

    async def _newest(self, checklist_id: int, *conditions: ColumnElement[bool]) -> Mapping[str, Any] | None:
        of_list = select(checklist_act).where(checklist_act.c.checklist_id == checklist_id, *conditions)
        newest = of_list.order_by(checklist_act.c.id.desc()).limit(1)
        found: Any = (await self._connection.execute(newest)).mappings().one_or_none()
        return None if found is None else dict(found)


def _ids(person_id: int) -> Any:
    return select(checklist.c.id).where(living(person_id))


def _act(row: Mapping[str, Any]) -> Act:
    steps, lines = (
        tuple(before["id"] for before in row["before"].get(table.name, ()))
        for table in (checklist_step, checklist_line)
    )
    return Act(row["id"], row["checklist_id"], row["at"], row["what"], steps, lines)


def _frozen(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: row[name] for name in ("id", *_CHANGING[table])}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


def _thawed(table: Table, before: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: datetime.fromisoformat(before[name])
        if before[name] and isinstance(table.c[name].type, UtcDateTime)
        else before[name]
        for name in _CHANGING[table]
    }
