"""The lines of a list's tracks: letter writers, hosts, concerns and strengths, each in a state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from storage.checklist_rows import LineRow, Rows, living
from storage.tables import checklist, checklist_line


class Lines(Rows):
    """Queries about lines. Each change can be undone; each is a target, and the same again changes nothing."""

    async def lines_of(self, person_id: int, checklist_ids: Sequence[int]) -> tuple[LineRow, ...]:
        """The lines of these living lists of the person, oldest first. One query."""
        line = checklist_line.c
        mine = select(checklist.c.id).where(living(person_id), checklist.c.id.in_(checklist_ids))
        chosen = select(checklist_line).where(line.checklist_id.in_(mine), line.removed_at.is_(None))
        rows = (await self._connection.execute(chosen.order_by(line.id))).mappings()
        return tuple(LineRow(**row) for row in rows)

    async def line(self, person_id: int, line_id: int) -> LineRow | None:
        """One line of a living list, when it is the person's."""
        mine = checklist_line.c.checklist_id.in_(select(checklist.c.id).where(living(person_id)))
        row = await self._one(checklist_line, checklist_line.c.id == line_id, mine)
        return None if row is None else LineRow(**row)

    async def add_line(
        self, person_id: int, checklist_id: int, track: str, words: str, state: str, now: datetime
    ) -> LineRow | None:
        """A new line in this state of the track; None when the list is not the person's."""
        if await self._hold(person_id, checklist_id) is None:
            return None
        values = {"checklist_id": checklist_id, "track": track, "words": words, "state": state}
        made = insert(checklist_line).values(**values, created_at=now, changed_at=now).returning(checklist_line)
        row = (await self._connection.execute(made)).mappings().one()
        await self._remember(checklist_id, "line-added", now, [(checklist_line, {**row, "removed_at": now})])
        return LineRow(**row)

    async def set_line_state(self, person_id: int, line_id: int, state: str, now: datetime) -> LineRow | None:
        """The line in another state of its track, or None when it is not this person's."""
        return await self._set_line(person_id, line_id, "line-set", now, {"state": state, "changed_at": now})

    async def edit_line(self, person_id: int, line_id: int, words: str, now: datetime) -> LineRow | None:
        """The line with other words, or None when it is not this person's."""
        return await self._set_line(person_id, line_id, "line-edited", now, {"words": words})

    async def pair(self, person_id: int, line_id: int, other_id: int | None, now: datetime) -> LineRow | None:
        """The line tied to a line of another track of the same list (None: to none).

        None when one of them is not this person's or the two cannot be tied.
        """
        if other_id is not None:
            line, other = await self.line(person_id, line_id), await self.line(person_id, other_id)
            if line is None or other is None or line.checklist_id != other.checklist_id or line.track == other.track:
                return None
        return await self._set_line(person_id, line_id, "line-paired", now, {"pair_id": other_id})

    async def remove_line(self, person_id: int, line_id: int, now: datetime) -> LineRow | None:
        """Take a line away; None when it is not this person's. Lines tied to it count as tied to none."""
        return await self._set_line(person_id, line_id, "line-removed", now, {"removed_at": now})

    async def _set_line(
        self, person_id: int, line_id: int, what: str, now: datetime, values: Mapping[str, Any]
    ) -> LineRow | None:
        row = await self._held(person_id, checklist_line, line_id)
        return None if row is None else LineRow(**await self._change(checklist_line, row, what, now, values))
