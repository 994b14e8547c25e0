"""Time passing in a conversation: the real planner and dispatcher, and an adapter that hands the card to the person."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from sqlalchemy import func, select

from bot.carrier import PlatformCarrier
from bot.ports import Health, Outgoing, Sent
from commands.channels.saying import coming_days
from commands.registry import Registry
from commands.season.timetable import SeasonTimetable
from commands.season.told import Moves
from commands.ui import Card
from content.catalog import CatalogHolder
from scheduler.clock import ManualClock, from_wall, to_wall
from scheduler.dispatcher import Dispatcher, Pace
from scheduler.planner import Planner
from scheduler.posts import PostPlanner
from scheduler.zones import zone
from storage.db import Database
from storage.nudges import SEASON
from storage.tables import channel_post, outbox, rule

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
STEP, NEVER = timedelta(minutes=15), timedelta(days=400)


@dataclass
class Postman:
    """An adapter without a network. `trouble` is raised for each message until it is taken away.

    `posted` is what went to channels; `closed` is raised for these alone.
    """

    platform: str
    arrived: Callable[[str, Card, str | None], str]
    trouble: Exception | None = None
    closed: Exception | None = None
    posted: list[Outgoing] = field(default_factory=list)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    async def start(self) -> None:
        """Nothing to connect."""

    def stop_accepting(self) -> None:
        """Nothing is accepted."""

    async def stop(self) -> None:
        """Nothing to close."""

    async def deliver(self, message: Outgoing) -> Sent:
        """Hand over, or fail as the platform would."""
        if self.trouble is not None:
            raise self.trouble
        if message.place is not None:
            if self.closed is not None:
                raise self.closed
            self.posted.append(message)
            return Sent(message.place.channel, str(len(self.posted)))
        edit = f"{message.channel}:{message.edit}" if message.edit else None
        channel, _, ref = self.arrived(message.user, message.card, edit).partition(":")
        return Sent(channel, ref)

    def health(self) -> Health:
        """Always well."""
        return Health(True, "a test")


@dataclass
class Turns:
    """Plans and sends. `arrived` is told the user, the card and what it changes, and gives where it stands."""

    database: Database
    registry: Registry
    holder: CatalogHolder
    clock: ManualClock
    platform: str
    arrived: Callable[[str, Card, str | None], str]
    postman: Postman = field(init=False)
    planner: Planner = field(init=False)
    posts: PostPlanner = field(init=False)
    moves: Moves = field(init=False)
    dispatcher: Dispatcher = field(init=False)

    def __post_init__(self) -> None:
        self.postman = Postman(self.platform, self.arrived)
        carrier = PlatformCarrier(self.postman, self.registry.composers, self.holder, False)
        self.planner = Planner(self.database, self.clock, timetables={SEASON: SeasonTimetable(self.holder)})
        self.moves = Moves(self.database, self.holder, self.clock)
        self.posts = PostPlanner(self.database, self.clock, lambda now: coming_days(self.holder.current, now))
        paces = {self.platform: Pace(rate=1_000.0, concurrency=20)}
        self.dispatcher = Dispatcher(self.database, {self.platform: carrier}, self.clock, worker="a test", paces=paces)

    async def until(self, moment: str, zone_name: str) -> None:
        """Go on to the next "Mon 09:00" in this zone, with a turn whenever something is due."""
        goal = next_moment(moment, zone_name, self.clock.now())
        while self.clock.now() < goal:
            now = self.clock.now()
            due = await self._next_due(now)
            self.clock.forward(min(due - now if due else STEP, goal - now))
            await self.turn()

    async def _next_due(self, now: datetime) -> datetime | None:
        """When something is due next; None when something is due already, so look again soon."""
        ahead = []
        async with self.database.read() as uow:
            for chosen in (
                select(func.min(rule.c.next_at)).where(rule.c.enabled),
                select(func.min(func.coalesce(outbox.c.try_at, outbox.c.due_at))).where(outbox.c.state == "pending"),
                select(func.min(channel_post.c.next_at)).where(channel_post.c.enabled),
            ):
                ahead.append(await uow.connection.scalar(chosen))
        times = [at for at in ahead if at is not None]
        return None if any(at <= now for at in times) else min(times, default=now + NEVER)

    async def turn(self) -> None:
        """Send everything that is due."""
        await self.moves.turn()
        await self.planner.turn()
        await self.posts.turn()
        await self.dispatcher.turn()


def next_moment(moment: str, zone_name: str, now: datetime) -> datetime:
    """The next instant, after now, at which clocks in the zone show this weekday and time."""
    day, _, clock = moment.partition(" ")
    place = zone(zone_name)
    wall = to_wall(now, place)
    ahead = (DAYS.index(day) - wall.weekday()) % 7
    goal = datetime.combine(wall.date() + timedelta(days=ahead), time.fromisoformat(clock))
    instant = from_wall(goal, place)
    return instant if instant > now else from_wall(goal + timedelta(days=7), place)
