"""Posts to channels: when each comes, and the turn that makes outbox rows of those that have come.

A post goes through the outbox like every message. When a channel takes none (gone, the bot is not in it, a right is
missing), the post is turned off and the admin who set it up is told once, directly; nothing is tried for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

import structlog

from content.seasons import SeasonDay
from scheduler.clock import Clock, from_wall, to_wall
from scheduler.recurrence import Rule, next_after
from scheduler.retry import Rejected
from scheduler.zones import zone
from storage.channel_posts import POST, ChannelPost
from storage.db import Database, Uow

TROUBLE = "channel.trouble"
"""The composer of the private line to the admin; its payload is `{"post": id, "reason": machine word}`."""
SEASON = "season"
CLOSED = "channel:"
"""How the reasons begin that mean: this channel takes nothing from us."""
BEFORE = (7, 1)
"""Days before a milestone of the season on which it is told."""
USEFUL_FOR = timedelta(hours=6)
"""A post that is later than this is left out: a channel wants no pile of old ones."""
LOOKS_BACK = timedelta(days=3)
TOLD = "trouble:"
"""How the key of the line about a refusal begins; the number of the refused row follows."""
_BATCH = 100
_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError)

log = structlog.get_logger()

Days = Callable[[datetime], Sequence[SeasonDay]]
"""The milestones of this season and the next, as of an instant."""


class ChannelClosed(Rejected):
    """A channel takes no message from us: it is gone or archived, the bot is not in it, or a right is missing."""

    def __init__(self, reason: str) -> None:
        super().__init__(CLOSED + reason)


def told_at(day: SeasonDay, before: int, spec: Mapping[str, Any], zone_name: str) -> datetime:
    """When a milestone is told: so many days before it on clocks in this zone, at the post's time of day."""
    where = zone(zone_name)
    wall = to_wall(day.at, where).date() - timedelta(days=before)
    return from_wall(datetime.combine(wall, time.fromisoformat(str(spec["at"]))), where)


def told_by(days: Sequence[SeasonDay], spec: Mapping[str, Any], zone_name: str, slot: datetime) -> list[SeasonDay]:
    """The milestones that a slot tells, in time order."""
    return [day for day in days if any(told_at(day, before, spec, zone_name) == slot for before in BEFORE)]


def next_slot(
    kind: str, spec: Mapping[str, Any], zone_name: str, after: datetime, days: Sequence[SeasonDay]
) -> datetime | None:
    """The first slot later than `after`; None when there is none. Raises `ValueError` and the like for a bad `spec`."""
    if kind == SEASON:
        slots = (told_at(day, before, spec, zone_name) for day in days for before in BEFORE)
        return min((slot for slot in slots if slot > after), default=None)
    return next_after(Rule.from_json({**spec, "zone": zone_name}), after)


class PostPlanner:
    """Plans what is due in channels, and takes note of channels that are closed."""

    def __init__(self, database: Database, clock: Clock, days: Days) -> None:
        self._database = database
        self._clock = clock
        self._days = days
        self._followed: Sequence[SeasonDay] = ()

    async def turn(self) -> int:
        """Plan every post that is due and tell of what was refused; how many messages were made."""
        now = self._clock.now()
        async with self._database.write() as uow:
            made = await _tell_of_refusals(uow, now)
            days = self._days(now)
            if days != self._followed:
                await _follow(uow, days, now)
            posts = await uow.channel_posts.due(now, _BATCH)
            upcoming: dict[int, datetime | None] = {}
            for post in posts:
                try:
                    slot, upcoming[post.id] = _come(post, now, days)
                except _UNREADABLE as error:
                    log.error("post_unreadable", post=post.id, reason=type(error).__name__)
                    await uow.channel_posts.turn_off(post.id, "unreadable")
                    continue
                made += await _plan(uow, post, slot, now)
            await uow.channel_posts.advance(upcoming)
        self._followed = days
        return made


async def _follow(uow: Uow, days: Sequence[SeasonDay], now: datetime) -> None:
    """At the start, and when a date of the season has moved: what is still to come moves with it."""
    moved = {
        post.id: next_slot(post.kind, post.spec, post.zone, now, days)
        for post in await uow.channel_posts.to_come(SEASON, now)
    }
    await uow.channel_posts.advance(moved)


def _come(post: ChannelPost, now: datetime, days: Sequence[SeasonDay]) -> tuple[datetime, datetime | None]:
    """The newest slot that has come, and the next one."""
    slot = post.next_at or now
    upcoming = next_slot(post.kind, post.spec, post.zone, slot, days)
    while upcoming is not None and upcoming <= now:
        slot, upcoming = upcoming, next_slot(post.kind, post.spec, post.zone, upcoming, days)
    return slot, upcoming


async def _plan(uow: Uow, post: ChannelPost, slot: datetime, now: datetime) -> int:
    sender = await uow.people.known(post.person_id, post.account_id) if post.person_id else None
    if sender is None or slot + USEFUL_FOR <= now:
        return 0
    made = await uow.outbox.add(
        person_id=sender.id,
        account_id=sender.account,
        platform=sender.platform,
        compose=POST,
        dedupe_key=f"post:{post.id}:{slot.isoformat()}",
        due_at=slot,
        expires_at=slot + USEFUL_FOR,
        now=now,
        payload={"post": post.id, "slot": slot.isoformat()},
    )
    return int(made is not None)


async def _tell_of_refusals(uow: Uow, now: datetime) -> int:
    """Turn off what a channel refused, and tell whoever set it up: one message for each refusal."""
    refused = await uow.channel_posts.refused(POST, CLOSED, TOLD, now - LOOKS_BACK)
    for row in refused:
        post_id, reason = int((row.payload or {}).get("post", 0)), row.last_error or CLOSED
        await uow.channel_posts.turn_off(post_id, reason)
        await uow.outbox.add(
            person_id=row.person_id,
            account_id=row.account_id,
            platform=row.platform,
            compose=TROUBLE,
            dedupe_key=f"{TOLD}{row.id}",
            due_at=now,
            expires_at=now + LOOKS_BACK,
            now=now,
            payload={"post": post_id, "reason": reason},
        )
    return len(refused)
