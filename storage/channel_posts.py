"""What a community's admins let the bot say in a channel, on a schedule. An admin's post is found by community too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Text,
    and_,
    bindparam,
    cast,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.outbox import OutboxRow
from storage.tables import account, channel_post, community, membership, outbox, person

POST = "channel.post"
"""The composer of a post; its payload is `{"post": id, "slot": ISO instant}`."""
LEFT = "admin_left"
"""Why a post is off whose admin is gone, where we know no other."""
MOST = 10
"""Posts of one community."""


@dataclass(frozen=True, slots=True)
class ChannelPost:
    """One post that repeats. `person_id` is the admin who is told when it cannot be sent; None: gone, and it is off.

    `kind` is "own" (the text is `words`, its first line the heading), "season", or a kind of nudges. `spec` is a
    `scheduler.recurrence.Rule` as JSON, for "season" only `{"at": "09:00"}`; `zone` an IANA name. `said` is how much of
    its series is behind it. `mention` is the id of a role or user group. `last_error` is a machine word.
    """

    id: int
    person_id: int | None
    account_id: int | None
    community_id: int
    channel: str
    kind: str
    words: str | None
    mention: str | None
    spec: Mapping[str, Any]
    zone: str
    next_at: datetime | None
    enabled: bool
    said: int
    last_error: str | None
    created_at: datetime


class ChannelPosts:
    """Queries about posts in channels, in one transaction. Another community's post is as absent as an unknown one."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, community_id: int, person_id: int, account_id: int, now: datetime, **values: Any) -> int | None:
        """A new post, on; None when the community has `MOST` already. `values`: the columns from `channel` on."""
        # The community's row is held, so that two admins at once do not make one too many.
        held = select(community.c.id).where(community.c.id == community_id).with_for_update()
        await self._connection.execute(held)
        counted = select(func.count()).where(channel_post.c.community_id == community_id)
        if (await self._connection.scalar(counted) or 0) >= MOST:
            return None
        whose = {"community_id": community_id, "person_id": person_id, "account_id": account_id}
        row = {**whose, "enabled": True, "created_at": now, **values}
        made = await self._connection.execute(insert(channel_post).values(row).returning(channel_post.c.id))
        return int(made.scalar_one())

    async def of(self, community_id: int) -> tuple[ChannelPost, ...]:
        """All posts of a community, on and off, oldest first."""
        return await self._rows(channel_post.c.community_id == community_id)

    async def owned(self, community_id: int, post_id: int) -> ChannelPost | None:
        """The post, when it is this community's."""
        found = await self._rows(_in(community_id, post_id))
        return found[0] if found else None

    async def get(self, post_id: int) -> ChannelPost | None:
        """The post, on or off; for the program itself."""
        found = await self._rows(channel_post.c.id == post_id)
        return found[0] if found else None

    async def living(self, post_id: int) -> ChannelPost | None:
        """The post, when it is on and its community still has the bot; for the program itself."""
        statement = _LIVING.where(channel_post.c.id == post_id)
        row = (await self._connection.execute(statement)).one_or_none()
        return None if row is None else ChannelPost(**row._mapping)

    async def change(self, community_id: int, post_id: int, **values: Any) -> bool:
        """Set columns of a post; it starts afresh, without the last error. False when it is not this community's."""
        statement = update(channel_post).where(_in(community_id, post_id)).values(last_error=None, **values)
        result: Any = await self._connection.execute(statement)
        return bool(result.rowcount)

    async def remove(self, community_id: int, post_id: int) -> bool:
        """Delete it. False when it is not this community's, or gone already."""
        result: Any = await self._connection.execute(delete(channel_post).where(_in(community_id, post_id)))
        return bool(result.rowcount)

    async def due(self, now: datetime, limit: int) -> tuple[ChannelPost, ...]:
        """Posts whose slot has come, the oldest first, held until the transaction ends."""
        coming = _LIVING.where(channel_post.c.next_at <= now).order_by(channel_post.c.next_at, channel_post.c.id)
        held = coming.limit(limit).with_for_update(of=channel_post, skip_locked=True)
        return tuple(ChannelPost(**row._mapping) for row in await self._connection.execute(held))

    async def to_come(self, kind: str, now: datetime) -> tuple[ChannelPost, ...]:
        """The posts of this kind that are on and not due, also those with nothing to come; for the program itself."""
        later = or_(channel_post.c.next_at.is_(None), channel_post.c.next_at > now)
        return await self._rows(and_(channel_post.c.kind == kind, channel_post.c.enabled, later))

    async def advance(self, slots: Mapping[int, datetime | None]) -> None:
        """Move posts to their next slots, by id; None: there is none."""
        if slots:
            which = channel_post.c.id == bindparam("the_post")
            statement = update(channel_post).where(which).values(next_at=bindparam("then"))
            rows = [{"the_post": number, "then": next_at} for number, next_at in slots.items()]
            await self._connection.execute(statement, rows)

    async def was_said(self, post_id: int, said: int) -> None:
        """It is out; so much of its series is behind it now."""
        await self._set(post_id, {"said": said, "last_error": None})

    async def turn_off(self, post_id: int, reason: str) -> None:
        """It cannot be sent; `reason` is a machine word."""
        await self._set(post_id, {"enabled": False, "last_error": reason})

    async def hand_over(self, person_id: int) -> None:
        """The person's posts go to another admin of the community; without one they are nobody's, and off."""
        for post in await self._rows(channel_post.c.person_id == person_id):
            heirs = await self._connection.execute(_ADMINS, {"where": post.community_id, "but": person_id})
            heir = heirs.first()
            if heir is None:
                nobody = {"person_id": None, "account_id": None}
                await self._set(post.id, {**nobody, "enabled": False, "last_error": LEFT})
            else:
                await self._set(post.id, {"person_id": heir.person_id, "account_id": heir.id})

    async def refused(self, compose: str, reasons: str, told: str, since: datetime) -> tuple[OutboxRow, ...]:
        """Rows of this composer that ended for a reason that begins with `reasons`, due later than `since`.

        Without those of which somebody was told: by a row whose key is `told` and the number of the refused one.
        """
        notice = outbox.alias("notice")
        key = literal(told) + cast(outbox.c.id, Text)
        dead = and_(outbox.c.compose == compose, outbox.c.state == "dead", outbox.c.due_at > since)
        untold = ~exists().where(notice.c.dedupe_key == key)
        statement = select(outbox).where(dead, outbox.c.last_error.startswith(reasons, autoescape=True), untold)
        return tuple(OutboxRow(**row._mapping) for row in await self._connection.execute(statement))

    async def _set(self, post_id: int, values: Mapping[str, Any]) -> None:
        await self._connection.execute(update(channel_post).where(channel_post.c.id == post_id).values(values))

    async def _rows(self, which: ColumnElement[bool]) -> tuple[ChannelPost, ...]:
        statement = select(channel_post).where(which).order_by(channel_post.c.id)
        return tuple(ChannelPost(**row._mapping) for row in await self._connection.execute(statement))


_LIVING = (
    select(channel_post)
    .join_from(channel_post, community, channel_post.c.community_id == community.c.id)
    .where(channel_post.c.enabled, community.c.frozen_at.is_(None))
)

_POSTS_TOO = exists().where(channel_post.c.community_id == community.c.id, channel_post.c.person_id == person.c.id)
# Who runs the community as far as we know: by their role, or because they set up a post. Through the account that they
# have in it: a Slack account belongs to one workspace, Discord's have no team.
_ADMINS = (
    select(account.c.id, account.c.person_id)
    .join_from(membership, community, membership.c.community_id == community.c.id)
    .join(person, membership.c.person_id == person.c.id)
    .join(account, account.c.person_id == person.c.id)
    .where(community.c.id == bindparam("where"), person.c.id != bindparam("but"))
    .where(membership.c.frozen_at.is_(None), person.c.frozen_at.is_(None))
    .where(or_(membership.c.role == "admin", _POSTS_TOO))
    .where(account.c.platform == community.c.platform, account.c.team.in_(("", community.c.external_id)))
    .order_by(membership.c.id, account.c.id)
    .limit(1)
)


def _in(community_id: int, post_id: int) -> ColumnElement[bool]:
    return and_(channel_post.c.community_id == community_id, channel_post.c.id == post_id)
