"""The dates that a person wrote down: an exam, an interview, a flight."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import own_date


@dataclass(frozen=True, slots=True)
class OwnDate:
    """One date. `kind` is a milestone of kind "own", `words` the person's, `at` an instant in UTC.

    `zone` is the IANA name of where it takes place. `whole_day`: only the calendar day of `at` in `zone` counts.
    """

    id: int
    person_id: int
    kind: str
    words: str
    at: datetime
    zone: str
    whole_day: bool
    created_at: datetime
    changed_at: datetime


class OwnDates:
    """Queries about own dates, in one transaction. A stranger's row is as absent as an unknown one."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(
        self, person_id: int, kind: str, words: str, at: datetime, zone: str, *, whole_day: bool, now: datetime
    ) -> OwnDate:
        """A new date of the person."""
        values = {"kind": kind, "words": words, "at": at, "zone": zone, "whole_day": whole_day}
        made = insert(own_date).values(person_id=person_id, **values, created_at=now, changed_at=now)
        return OwnDate(**(await self._connection.execute(made.returning(own_date))).one()._mapping)

    async def of(self, person_id: int) -> tuple[OwnDate, ...]:
        """All dates of the person, in time order."""
        chosen = select(own_date).where(own_date.c.person_id == person_id).order_by(own_date.c.at, own_date.c.id)
        return tuple(OwnDate(**row._mapping) for row in await self._connection.execute(chosen))

    async def of_all(self, person_ids: Collection[int]) -> tuple[OwnDate, ...]:
        """All dates of these persons, in time order, by one statement."""
        chosen = select(own_date).where(own_date.c.person_id.in_(person_ids)).order_by(own_date.c.at, own_date.c.id)
        return tuple(OwnDate(**row._mapping) for row in await self._connection.execute(chosen))

    async def owned(self, person_id: int, date_id: int) -> OwnDate | None:
        """The date, when it is the person's."""
        return await self._one(select(own_date).where(_mine(person_id, date_id)))

    async def change(
        self, person_id: int, date_id: int, words: str, at: datetime, zone: str, *, whole_day: bool, now: datetime
    ) -> OwnDate | None:
        """The date with other words or another day, or None when it is not this person's."""
        values = {"words": words, "at": at, "zone": zone, "whole_day": whole_day, "changed_at": now}
        changed = update(own_date).where(_mine(person_id, date_id)).values(**values)
        return await self._one(changed.returning(own_date))

    async def remove(self, person_id: int, date_id: int) -> OwnDate | None:
        """Delete the date; as it was, or None when it is not this person's."""
        return await self._one(delete(own_date).where(_mine(person_id, date_id)).returning(own_date))

    async def _one(self, statement: Any) -> OwnDate | None:
        row = (await self._connection.execute(statement)).one_or_none()
        return None if row is None else OwnDate(**row._mapping)


def _mine(person_id: int, date_id: int) -> ColumnElement[bool]:
    return and_(own_date.c.person_id == person_id, own_date.c.id == date_id)
