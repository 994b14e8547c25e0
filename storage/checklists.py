"""A person's checklists: which template, and how far each step is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Update, delete, select, update

from storage.checklist_lines import Lines
from storage.checklist_restore import Restoring
from storage.checklist_rows import Act, LineRow, Settable, StepRow, StepState, living, step_row
from storage.checklist_steps import OWN, Steps, plan_key
from storage.sql import insert, insert_new
from storage.tables import checklist, checklist_act, checklist_step

__all__ = ["OWN", "Act", "Checklist", "Checklists", "LineRow", "Settable", "StepRow", "StepState", "plan_key"]


@dataclass(frozen=True, slots=True)
class Checklist:
    """A person's list of one template. `steps` in the order in which they came to the list, none that is gone."""

    id: int
    person_id: int
    template: str
    version: int
    started_at: datetime
    archived_at: datetime | None
    steps: tuple[StepRow, ...]


_TO_DO = {"state": "todo", "reason": None}


class Checklists(Steps, Lines, Restoring):
    """Queries about checklists, in one transaction. A stranger's row is as absent as an unknown one."""

    async def start(self, person_id: int, template: str, version: int, step_ids: Sequence[str],
                    now: datetime) -> Checklist:  # fmt: skip
        """The person's living list of this template, made with these steps if there is none. Never two of them."""
        values = {"person_id": person_id, "template": template, "version": version, "started_at": now}
        new = await insert_new(
            self._connection, checklist, ("person_id", "template"), values, where=checklist.c.archived_at.is_(None)
        )
        if new is not None:
            await self._add(new, step_ids, now)
        (found,) = await self._select(living(person_id), checklist.c.template == template)
        return found

    async def start_again(self, person_id: int, checklist_id: int, template: str, version: int,
                          step_ids: Sequence[str], now: datetime) -> Checklist:  # fmt: skip
        """Put this list away and start a new one. Pressed twice it gives the new one again."""
        await self.archive(person_id, checklist_id, now)
        return await self.start(person_id, template, version, step_ids, now)

    async def upgrade(self, person_id: int, checklist_id: int, version: int, renames: Mapping[str, Sequence[str]],
                      step_ids: Sequence[str], now: datetime) -> Checklist | None:  # fmt: skip
        """Bring a living list to a newer template; None when it is not the person's.

        `renames` tells what each old id became: its first new id takes over the row, each further one gets a copy of
        its state; one that became nothing stays as it is. Where several become one, it is to do while one of them is.
        Missing steps are added, no row is deleted.
        """
        if await self._hold(person_id, checklist_id) is None:
            return None
        here = checklist_step.c.checklist_id == checklist_id
        rows = (await self._connection.execute(select(checklist_step).where(here))).mappings().all()
        await self._rename(rows, {row["step"]: renames.get(row["step"]) or (row["step"],) for row in rows}, now)
        if any(len(new) > 1 for new in renames.values()):
            # Half of a step that was split cannot be undone.
            await self._connection.execute(delete(checklist_act).where(checklist_act.c.checklist_id == checklist_id))
        await self._connection.execute(update(checklist).where(checklist.c.id == checklist_id).values(version=version))
        await self._add(checklist_id, step_ids, now)
        return await self.owned(person_id, checklist_id)

    async def _rename(
        self, rows: Sequence[Mapping[Any, Any]], became: Mapping[str, Sequence[str]], now: datetime
    ) -> None:
        stays = {row["id"] for row in rows if row["step"] in became[row["step"]]}
        claims: dict[str, list[Mapping[Any, Any]]] = {}
        for row in sorted(rows, key=lambda row: row["id"] not in stays):
            for step in became[row["step"]]:
                claims.setdefault(step, []).append(row)
        placed: dict[int, str] = {}
        copies: list[dict[str, Any]] = []
        reopened: list[int] = []
        for step, (row, *others) in claims.items():
            todo = row["state"] != "todo" and any(other["state"] == "todo" for other in others)
            if row["step"] == step or (row["id"] not in stays and row["id"] not in placed):
                placed[row["id"]] = step
                reopened += [row["id"]] if todo else []
            else:
                copied = {name: row[name] for name in ("checklist_id", "state", "reason", "changed_at")}
                copies.append({**copied, "step": step, **(_TO_DO if todo else {})})
        moved = {row["id"]: placed[row["id"]] for row in rows if placed.get(row["id"], row["step"]) != row["step"]}
        # One may take the name that another gives up: all give theirs up first.
        for names in ({row_id: f"~{row_id}" for row_id in moved}, moved):
            for row_id, step in names.items():
                await self._connection.execute(_row(row_id).values(step=step))
        for row_id in reopened:
            await self._connection.execute(_row(row_id).values(**_TO_DO, changed_at=now))
        if copies:
            await self._connection.execute(checklist_step.insert(), copies)

    async def of(self, person_id: int) -> tuple[Checklist, ...]:
        """The person's living lists, oldest first. Two queries."""
        return await self._select(living(person_id))

    async def owned(self, person_id: int, checklist_id: int) -> Checklist | None:
        """This list, archived or not, when it is the person's."""
        found = await self._select(checklist.c.person_id == person_id, checklist.c.id == checklist_id)
        return found[0] if found else None

    async def archive(self, person_id: int, checklist_id: int, now: datetime) -> bool:
        """Put a living list away; False when there is none of this person with this id."""
        chosen = update(checklist).where(living(person_id), checklist.c.id == checklist_id)
        done = await self._connection.execute(chosen.values(archived_at=now).returning(checklist.c.id))
        return done.first() is not None

    async def archived(self, person_id: int) -> tuple[Checklist, ...]:
        """The lists that the person put away, oldest first. Two queries."""
        return await self._select(checklist.c.person_id == person_id, checklist.c.archived_at.is_not(None))

    async def bring_back(self, person_id: int, checklist_id: int, now: datetime) -> bool:
        """Make an archived list living again, in place of the living one of its template; pressed twice it is once.

        False when there is no list of this person with this id.
        """
        mine = (checklist.c.person_id == person_id, checklist.c.id == checklist_id)
        template = (await self._connection.execute(select(checklist.c.template).where(*mine))).scalar_one_or_none()
        if template is None:
            return False
        others = (living(person_id), checklist.c.template == template, checklist.c.id != checklist_id)
        await self._connection.execute(update(checklist).where(*others).values(archived_at=now))
        await self._connection.execute(update(checklist).where(*mine).values(archived_at=None))
        return True

    async def _add(self, checklist_id: int, step_ids: Sequence[str], now: datetime) -> None:
        rows = [{"checklist_id": checklist_id, "step": step, "changed_at": now} for step in step_ids]
        if rows:
            await self._connection.execute(insert(self._connection, checklist_step).on_conflict_do_nothing(), rows)

    async def _select(self, *conditions: ColumnElement[bool]) -> tuple[Checklist, ...]:
        lists = (await self._connection.execute(select(checklist).where(*conditions).order_by(checklist.c.id))).all()
        if not lists:
            return ()
        steps: dict[int, list[StepRow]] = {each.id: [] for each in lists}
        inside = (checklist_step.c.checklist_id.in_(list(steps)), checklist_step.c.state != "gone")
        statement = select(checklist_step).where(*inside).order_by(checklist_step.c.id)
        for row in (await self._connection.execute(statement)).mappings():
            steps[row["checklist_id"]].append(step_row(row))
        return tuple(Checklist(**each._mapping, steps=tuple(steps[each.id])) for each in lists)


def _row(row_id: int) -> Update:
    return update(checklist_step).where(checklist_step.c.id == row_id)
