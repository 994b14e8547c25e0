"""Clocks that jump, a database that vanishes, a platform that is down, answers that get lost."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import asyncpg

from bench.delivery.figures import Figure, counted
from bench.delivery.motion import Motion
from bench.delivery.stage import NAMES, NOW
from storage.db import Database, Uow
from storage.errors import DatabaseUnreachable
from tests.databases import KINDS, Kind, make_address

HOW = """\
In this process, on a clock that is moved by hand a second at a time, over the `Adapter` port: both platforms enforce
their limits on that clock and remember a nonce for 3 minutes. The jumps happen while answers are on their way: the
requests have been carried out, two workers share the database, and the second one turns before the first hears. The
PostgreSQL database vanishes by refusing and cutting every connection, the SQLite one by failing whenever it is
opened."""
_JITTER = "Waits are random, so the figure is that of one seed."
Play = Callable[[Motion], Awaitable[None]]
HOUR = timedelta(hours=1)


async def play(discord: int, slack: int) -> list[Figure]:
    """All troubles on both databases, with so many people on each platform."""
    both = await asyncio.gather(*(on(kind, discord, slack) for kind in KINDS))
    return [figure for figures in both for figure in figures]


async def on(kind: Kind, discord: int, slack: int) -> list[Figure]:
    """All troubles."""
    figures: list[Figure] = []
    scenes: list[tuple[str, Play, int]] = [
        ("Clock set forward an hour", lambda motion: _jump(motion, HOUR), 2),
        ("Clock set back an hour", lambda motion: _jump(motion, -HOUR), 2),
        ("Platforms answer 500 for ten minutes", _outage, 1),
        ("Half of all answers lost after the request was carried out", _lossy, 1),
        ("Database gone for a minute", _vanish, 1),
    ]
    for name, scene, workers in scenes:
        async with _motion(kind, workers) as motion:
            await motion.crowd(discord, slack)
            await scene(motion)
            figures += await _figures(name, kind, motion)
    return figures


@asynccontextmanager
async def _motion(kind: Kind, workers: int) -> AsyncIterator[Motion]:
    async with make_address(kind) as url:
        database = Vanishing(url)
        try:
            yield Motion(database, NOW, workers=workers)
        finally:
            await database.dispose()


async def _figures(name: str, kind: Kind, motion: Motion) -> list[Figure]:
    ends, people = await motion.ends(), len(motion.expected)
    lost = motion.lost()
    untold = sum(number for state, number in ends.items() if state != "sent")
    cause = f"In the outbox: {', '.join(f'{number} {state}' for state, number in sorted(ends.items()))}."
    database = NAMES[kind]
    figures = [
        counted(f"{name}: lost", database, lost, of=people, cause=cause),
        counted(f"{name}: doubled", database, motion.doubled(), of=people),
    ]
    if untold > lost:
        figures.append(Figure(f"{name}: out, but written down as failed", database, f"{untold - lost}", cause=_JITTER))
    return figures


async def _jump(motion: Motion, by: timedelta) -> None:
    """While the first worker waits for answers, the clock jumps and the second one turns."""
    first, second = motion.dispatchers
    await motion.planner.turn()
    gate = asyncio.Event()
    for each in motion.platforms.values():
        each.gate = gate
    if not await first.begin():
        raise RuntimeError("nothing is on its way while the clock jumps")
    await _until_idle()
    motion.clock.set(motion.clock.now() + by)
    await second.begin()
    await _until_idle()
    gate.set()
    for each in motion.platforms.values():
        each.gate = None
    await first.settled()
    await second.settled()
    await motion.run(3 * HOUR.total_seconds(), lambda: motion.lost() == 0)
    await motion.run(180)


async def _until_idle() -> None:
    """Let everything go as far as it goes while answers are held back: a moment without any progress to see."""
    await asyncio.sleep(0.3)


async def _outage(motion: Motion) -> None:
    for each in motion.platforms.values():
        each.fails = True
    await motion.run(600)
    for each in motion.platforms.values():
        each.fails = False
    await motion.run(2 * HOUR.total_seconds(), lambda: motion.lost() == 0)
    await motion.run(180)


async def _lossy(motion: Motion) -> None:
    chance = random.Random(4)  # noqa: S311  not for secrets
    for each in motion.platforms.values():
        each.loses = lambda: chance.random() < 0.5
    await motion.run(2 * HOUR.total_seconds(), lambda: motion.lost() == 0)
    await motion.run(1800)


async def _vanish(motion: Motion) -> None:
    await motion.run(2)
    database = motion.database
    if not isinstance(database, Vanishing):
        raise TypeError("this scene needs a database that can vanish")
    await database.vanish()
    await motion.run(60)
    if motion.broken == 0:
        raise RuntimeError("nobody noticed that the database was gone")
    await database.come_back()
    await motion.run(HOUR.total_seconds(), lambda: motion.lost() == 0)
    await motion.run(180)


class Vanishing(Database):
    """A database that can be gone for a while."""

    gone = False

    async def vanish(self) -> None:
        """From now on nobody reaches it, and on PostgreSQL those who are connected lose it."""
        self.gone = True
        await self._allow("false")

    async def come_back(self) -> None:
        """As before."""
        await self._allow("true")
        self.gone = False

    async def _allow(self, how: str) -> None:
        if self.is_sqlite:
            return
        url = self.url.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
        connection = await asyncpg.connect(url)
        try:
            await connection.execute(f'ALTER DATABASE "{self.url.database}" WITH ALLOW_CONNECTIONS {how}')
            if how == "false":
                await connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", self.url.database
                )
        finally:
            await connection.close()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Uow]:
        """As the real one, while it is there."""
        self._look()
        async with super().write() as uow:
            yield uow

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Uow]:
        """As the real one, while it is there."""
        self._look()
        async with super().read() as uow:
            yield uow

    def _look(self) -> None:
        if self.gone and self.is_sqlite:
            raise DatabaseUnreachable
