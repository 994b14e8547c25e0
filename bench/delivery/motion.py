"""The engine in fast motion: a clock by hand, a second at a time while there is work, faster when there is none."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bench.delivery.platforms import InProcess, Platform, Post
from bench.delivery.stage import Newcomer, carriers, enrol, once
from scheduler.clock import ManualClock, ManualStopwatch
from scheduler.dispatcher import Dispatcher
from scheduler.planner import Planner
from storage.db import Database

PLAN_EVERY = timedelta(seconds=15)


class Motion:
    """Planner, dispatchers (one or more workers, as if each were a process) and both platforms on one database."""

    def __init__(self, database: Database, start: datetime, *, workers: int = 1, seed: int = 1) -> None:
        self.database = database
        self.clock = ManualClock(start)
        self.platforms = {name: Platform(name, self.clock) for name in ("discord", "slack")}
        self.expected: set[str] = set()
        self.broken = 0
        """How often a turn of the planner or a dispatcher failed."""
        chance = random.Random(seed)  # noqa: S311  not for secrets
        adapters = [InProcess(each) for each in self.platforms.values()]
        self._stopwatch = ManualStopwatch()
        self.planner = Planner(database, self.clock)
        self.dispatchers = [
            Dispatcher(
                database, carriers(*adapters), self.clock, worker=f"w{number}",
                random=chance.random, stopwatch=self._stopwatch,
            )
            for number in range(workers)
        ]  # fmt: skip
        self._planned_at = start - PLAN_EVERY

    async def crowd(self, discord: int, slack: int) -> None:
        """So many people with one reminder each, due now."""
        now = self.clock.now()
        users = [("discord", f"d{number}") for number in range(discord)]
        users += [("slack", f"s{number}") for number in range(slack)]
        self.expected |= {user for _, user in users}
        await enrol(self.database, [Newcomer(name, user, [(once(now), now)]) for name, user in users], now)

    async def step(self, by: timedelta) -> int:
        """Let time pass, then a turn of everything; how many rows were claimed."""
        self.clock.forward(by)
        self._stopwatch.at += by.total_seconds()
        claimed = 0
        if not timedelta() <= self.clock.now() - self._planned_at < PLAN_EVERY:
            self._planned_at = self.clock.now()
            await self._as_a_job(self.planner.turn)
        for each in self.dispatchers:
            claimed += await self._as_a_job(each.begin)
        for each in self.dispatchers:
            await each.settled()
        return claimed

    async def run(self, seconds: float, done: Callable[[], bool] | None = None) -> None:
        """For so long, or until done: a second at a time, ten when nothing was to do."""
        left, by = timedelta(seconds=seconds), timedelta(seconds=1)
        while left > timedelta() and not (done is not None and done()):
            by = min(left, timedelta(seconds=1 if await self.step(by) else 10))
            left -= by

    async def _as_a_job(self, turn: Callable[[], Awaitable[int]]) -> int:
        """As the runner does it: what fails is done again at the next tick."""
        try:
            return await turn()
        except Exception:  # noqa: BLE001
            self.broken += 1
            return 0

    def lost(self) -> int:
        """How many people never got their message."""
        return len(self.expected - {post.user for post in self._posts()})

    def doubled(self) -> int:
        """How many messages came although the person had had it."""
        return sum(number - 1 for number in Counter(post.user for post in self._posts()).values())

    def longest(self, since: datetime) -> timedelta:
        """How late the last one came, by the clock."""
        return max((post.at - since for post in self._posts()), default=timedelta())

    def refusals(self) -> int:
        """How many requests came too soon for a platform's limit."""
        return sum(each.refusals for each in self.platforms.values())

    async def ends(self) -> dict[str, int]:
        """How many messages have which end in the outbox."""
        async with self.database.read() as uow:
            return {str(state): number for state, number in (await uow.outbox.counts()).items()}

    def _posts(self) -> list[Post]:
        return [post for each in self.platforms.values() for post in each.posts]
