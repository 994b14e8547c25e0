"""How many people of a community the bot's messages do not reach, by reason. Counts only; who they are stays here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import membership, nudge, person


class Reach:
    """Queries over the members of one community, in one transaction. Everything is a number of people."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def out_of_reach(self, community_id: int) -> Mapping[str, int]:
        """People by the reason why nothing is sent to them now: "unreachable", "left", "gone" (account closed)."""
        here = membership.c.community_id == community_id
        present = and_(here, membership.c.frozen_at.is_(None))
        paused = person.c.nudges_paused_reason == "unreachable"
        return {
            "unreachable": await self._people(and_(present, person.c.frozen_at.is_(None), paused)),
            "left": await self._people(and_(here, membership.c.frozen_at.is_not(None))),
            "gone": await self._people(and_(present, person.c.frozen_at.is_not(None))),
        }

    async def failed(self, community_id: int, since: datetime, named: Callable[[str], str]) -> Mapping[str, int]:
        """People to whom a nudge failed, due later than `since`, by what `named` makes of the machine word for it."""
        statement = (
            select(nudge.c.person_id, nudge.c.reason)
            .join(membership, membership.c.person_id == nudge.c.person_id)
            .where(membership.c.community_id == community_id, nudge.c.state == "failed", nudge.c.due_at > since)
            .distinct()
        )
        found = await self._connection.execute(statement)
        return Counter(name for _, name in {(row.person_id, named(row.reason or "")) for row in found})

    async def _people(self, which: ColumnElement[bool]) -> int:
        statement = select(func.count()).select_from(membership).join(person, person.c.id == membership.c.person_id)
        return int(await self._connection.scalar(statement.where(which)) or 0)
