"""The rules that tell people the dates of a season: looking at them again, and what each person was told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.nudges import SEASON
from storage.tables import membership, nudge, rule


@dataclass(frozen=True, slots=True)
class Told:
    """The day of a milestone that a person was told last. `milestone` is its id, `day` ISO."""

    person_id: int
    milestone: str
    season: int
    day: str


_TOLD = and_(nudge.c.kind == SEASON, nudge.c.state == "sent", nudge.c.told_day.is_not(None))


class SeasonRules:
    """Queries over the rules of kind "season" of many persons, in one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def look_again(self, now: datetime, community_id: int | None = None) -> None:
        """Let the planner work out the next slot anew: of everybody, or of those in a community.

        A rule whose slot has come already is left alone: the planner is about to see to it.
        """
        later = or_(rule.c.next_at.is_(None), rule.c.next_at > now)
        which = and_(rule.c.kind == SEASON, rule.c.enabled, later)
        if community_id is not None:
            here = and_(membership.c.community_id == community_id, membership.c.frozen_at.is_(None))
            which = and_(which, rule.c.person_id.in_(select(membership.c.person_id).where(here)))
        await self._connection.execute(update(rule).where(which).values(next_at=now))

    async def listeners(self, since: int, after: int, limit: int) -> tuple[int, ...]:
        """Persons who have the season's nudges on and were told a day of season `since` or a later one.

        Rising, beginning after the person `after`.
        """
        on = and_(rule.c.person_id == nudge.c.person_id, rule.c.kind == SEASON, rule.c.enabled)
        chosen = (
            select(nudge.c.person_id)
            .distinct()
            .join_from(nudge, rule, on)
            .where(_TOLD, nudge.c.season >= since, nudge.c.person_id > after)
            .order_by(nudge.c.person_id)
            .limit(limit)
        )
        return tuple((await self._connection.execute(chosen)).scalars())

    async def told(self, person_ids: Sequence[int], since: int) -> tuple[Told, ...]:
        """What these persons were told last of each milestone, from season `since` on."""
        columns = (nudge.c.person_id, nudge.c.item, nudge.c.season, nudge.c.told_day)
        chosen = select(*columns).where(_TOLD, nudge.c.season >= since, nudge.c.person_id.in_(person_ids))
        latest: dict[tuple[int, str, int], Told] = {}
        for row in await self._connection.execute(chosen.order_by(nudge.c.sent_at, nudge.c.id)):
            milestone = str(row.item or "").rpartition(":")[0]
            latest[row.person_id, milestone, row.season] = Told(row.person_id, milestone, row.season, row.told_day)
        return tuple(latest.values())

    async def retold(self, person_id: int, milestone: str, season: int, day: str) -> None:
        """The person knows the new day of a milestone, so they are told of this move once."""
        mine = and_(_TOLD, nudge.c.person_id == person_id, nudge.c.season == season)
        about = nudge.c.item.startswith(f"{milestone}:", autoescape=True)
        await self._connection.execute(update(nudge).where(mine, about).values(told_day=day))
