"""Time passing in a conversation: what is due is composed and reaches the person, without a platform."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from commands.registry import Registry
from commands.ui import Card
from content.catalog import CatalogHolder
from scheduler.clock import ManualClock, from_wall, to_wall
from scheduler.zones import zone
from storage.db import Database
from storage.outbox import OutboxRow

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LEASE = timedelta(minutes=1)
STEP = timedelta(minutes=15)


@dataclass
class Turns:
    """Sends the outbox. `arrived` is told the user and the card of each message."""

    database: Database
    registry: Registry
    holder: CatalogHolder
    clock: ManualClock
    platform: str
    arrived: Callable[[str, Card], None]

    async def until(self, moment: str, zone_name: str) -> None:
        """Go on to the next "Mon 09:00" in this zone, with a turn each quarter of an hour."""
        goal = next_moment(moment, zone_name, self.clock.now())
        while self.clock.now() < goal:
            self.clock.forward(min(STEP, goal - self.clock.now()))
            await self.turn()

    async def turn(self) -> None:
        """Send everything that is due."""
        async with self.database.write() as uow:
            rows = await uow.outbox.claim("test", self.clock.now(), LEASE, 100, (self.platform,))
        for row in rows:
            await self._send(row)

    async def _send(self, row: OutboxRow) -> None:
        now = self.clock.now()
        async with self.database.write() as uow:
            person = await uow.people.of(row.person_id, row.account_id)
            composer = self.registry.composers[row.compose]
            composed = await composer.compose(uow, self.holder.current, row, now)
            if composed is None:
                await uow.outbox.cancel(row)
                return
            assert await uow.outbox.sent(row, now, f"sent:{row.id}"), "a message was sent twice"
            await composer.settled(uow, row, composed, now)
        self.arrived(person.user_id, composed.card)


def next_moment(moment: str, zone_name: str, now: datetime) -> datetime:
    """The next instant, after now, at which clocks in the zone show this weekday and time."""
    day, _, clock = moment.partition(" ")
    place = zone(zone_name)
    wall = to_wall(now, place)
    ahead = (DAYS.index(day) - wall.weekday()) % 7
    goal = datetime.combine(wall.date() + timedelta(days=ahead), time.fromisoformat(clock))
    instant = from_wall(goal, place)
    return instant if instant > now else from_wall(goal + timedelta(days=7), place)
