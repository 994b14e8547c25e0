"""The dates that an admin wrote down for everybody in a community: a mock interview day, a deadline of its own."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import community_date


@dataclass(frozen=True, slots=True)
class CommunityDate:
    """One date. `title` is the admin's words, `at` an instant in UTC, `zone` the IANA name of where it takes place.

    `whole_day`: only the calendar day of `at` in `zone` counts.
    """

    id: int
    community_id: int
    title: str
    at: datetime
    zone: str
    whole_day: bool
    created_at: datetime


class CommunityDates:
    """Queries about the dates of communities, in one transaction. Who may change them is the caller's to know."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(
        self, community_id: int, title: str, at: datetime, zone: str, *, whole_day: bool, now: datetime
    ) -> CommunityDate:
        """A new date for everybody there."""
        values = {
            "community_id": community_id, "title": title, "at": at, "zone": zone, "whole_day": whole_day,
            "created_at": now,
        }  # fmt: skip
        made = insert(community_date).values(**values).returning(community_date)
        return CommunityDate(**(await self._connection.execute(made)).one()._mapping)

    async def of(self, community_ids: Collection[int]) -> tuple[CommunityDate, ...]:
        """All dates of these communities, in time order, by one statement."""
        if not community_ids:
            return ()
        chosen = select(community_date).where(community_date.c.community_id.in_(community_ids))
        rows = await self._connection.execute(chosen.order_by(community_date.c.at, community_date.c.id))
        return tuple(CommunityDate(**row._mapping) for row in rows)

    async def get(self, community_ids: Collection[int], date_id: int) -> CommunityDate | None:
        """The date, when it is of one of these communities."""
        if not community_ids:
            return None
        which = and_(community_date.c.community_id.in_(community_ids), community_date.c.id == date_id)
        row = (await self._connection.execute(select(community_date).where(which))).first()
        return None if row is None else CommunityDate(**row._mapping)

    async def remove(self, community_id: int, date_id: int) -> CommunityDate | None:
        """Delete the date; as it was, or None when this community has no such date."""
        mine = and_(community_date.c.community_id == community_id, community_date.c.id == date_id)
        row = (await self._connection.execute(delete(community_date).where(mine).returning(community_date))).first()
        return None if row is None else CommunityDate(**row._mapping)
