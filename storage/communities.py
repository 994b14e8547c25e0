"""Guilds and workspaces: arriving, leaving, coming back, and what goes after they stay away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.channel_posts import ChannelPosts
from storage.erasure import erase
from storage.people import People
from storage.sql import insert_new
from storage.tables import account, community, membership, person


@dataclass(frozen=True, slots=True)
class Community:
    """A Discord guild or a Slack workspace. `installed_by` is a person's id, where the platform tells."""

    id: int
    platform: str
    external_id: str
    installed_by: int | None
    installed_at: datetime
    frozen_at: datetime | None


class Communities:
    """Queries about communities, in one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def find(self, platform: str, external_id: str) -> Community | None:
        """The community, frozen or not, or None."""
        statement = select(community).where(_is(platform, external_id))
        row = (await self._connection.execute(statement)).one_or_none()
        return None if row is None else Community(**row._mapping)

    async def find_or_create(
        self, platform: str, external_id: str, now: datetime, installed_by: int | None = None
    ) -> Community:
        """The community, made when new. `installed_by` fills a gap and replaces nobody."""
        found = await self.find(platform, external_id)
        if found is None:
            values = {"platform": platform, "external_id": external_id, "installed_at": now}
            await insert_new(self._connection, community, ("platform", "external_id"), values)
        if installed_by is not None and (found is None or found.installed_by is None):
            gap = and_(_is(platform, external_id), community.c.installed_by.is_(None))
            await self._connection.execute(update(community).where(gap).values(installed_by=installed_by))
        elif found is not None:
            return found
        statement = select(community).where(_is(platform, external_id))
        return Community(**(await self._connection.execute(statement)).one()._mapping)

    async def freeze(self, platform: str, external_id: str, now: datetime) -> None:
        """The bot was removed. Members who are nowhere else get nothing more, at once; `purge_due` deletes later."""
        living = and_(_is(platform, external_id), community.c.frozen_at.is_(None))
        await self._connection.execute(update(community).where(living).values(frozen_at=now))
        await self._leave(membership.c.community_id.in_(_ids(platform, external_id)), now)

    async def thaw(self, platform: str, external_id: str) -> None:
        """The bot is back: so are the members whom the removal froze, with everything they had."""
        ids = _ids(platform, external_id)
        since = select(community.c.frozen_at).where(_is(platform, external_id)).scalar_subquery()
        here = membership.c.community_id.in_(ids)
        await self._connection.execute(
            update(membership).where(here, membership.c.frozen_at == since).values(frozen_at=None)
        )
        back = select(membership.c.person_id).where(here, membership.c.frozen_at.is_(None))
        await self._connection.execute(update(person).where(person.c.id.in_(back)).values(frozen_at=None))
        await self._connection.execute(update(community).where(_is(platform, external_id)).values(frozen_at=None))

    async def member_left(self, platform: str, external_id: str, team: str, user_id: str, now: datetime) -> None:
        """One member left. Somebody who is in no other community gets nothing more."""
        who = select(account.c.person_id).where(
            account.c.platform == platform, account.c.team == team, account.c.user_id == user_id
        )
        here = membership.c.community_id.in_(_ids(platform, external_id))
        await self._leave(and_(here, membership.c.person_id.in_(who)), now)

    async def purge_due(self, before: datetime) -> int:
        """Delete what was frozen earlier than `before`: persons with all their rows, memberships, communities.

        What they posted in channels on a schedule stays with the community. Gives the number of persons.
        """
        gone = select(person.c.id).where(person.c.frozen_at < before)
        persons = (await self._connection.execute(gone)).scalars().all()
        for person_id in persons:
            await ChannelPosts(self._connection).hand_over(person_id)
            await erase(self._connection, person_id)
        await self._connection.execute(delete(membership).where(membership.c.frozen_at < before))
        await self._connection.execute(delete(community).where(community.c.frozen_at < before))
        return len(persons)

    async def _leave(self, which: ColumnElement[bool], now: datetime) -> None:
        leaving = update(membership).where(which, membership.c.frozen_at.is_(None)).values(frozen_at=now)
        persons = (await self._connection.execute(leaving.returning(membership.c.person_id))).scalars().all()
        for person_id in persons:
            elsewhere = exists().where(membership.c.person_id == person_id, membership.c.frozen_at.is_(None))
            if not await self._connection.scalar(select(elsewhere)):
                await People(self._connection).freeze(person_id, now)


def _is(platform: str, external_id: str) -> ColumnElement[bool]:
    return and_(community.c.platform == platform, community.c.external_id == external_id)


def _ids(platform: str, external_id: str) -> Any:
    return select(community.c.id).where(_is(platform, external_id))
