"""Workers that are killed, stopped, dead for an hour: the platforms in this process, real sockets between."""

from __future__ import annotations

import asyncio
import contextlib
import random
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from functools import partial

from bench.delivery.figures import Figure, counted
from bench.delivery.pack import Forks, Pack, Peers, forks, pack, peers, until
from bench.delivery.stage import NAMES, Newcomer, enrol, once
from bench.delivery.worker import Doing
from scheduler.clock import SystemClock
from storage.db import Database
from storage.errors import DatabaseBusy
from tests.databases import KINDS, Kind, make_address
from tests.peers.slack.state import DEFAULT_SCOPES

HOW = """\
Workers are processes; the loopback Discord and Slack of the tests live in the process that kills them, and both real
adapters talk to them over sockets. People with a reminder that is due keep coming while workers are killed with
`kill -9`, each at a moment chosen at random among planning, claiming, sending, sent but not written down, and writing
down, and replaced at once. A lease lasts 3 seconds here instead of 60, a delivery 1.5 instead of 30, so the "3 minutes"
for which workers are stopped (SIGSTOP, a real clock) are 9 seconds. "Dead for an hour": messages are out, nothing is
written down, every worker is killed; the platforms' clocks and those of the new workers are then an hour ahead, and
Discord's history shows no nonce."""
WANTED = (Doing.PLAN, Doing.CLAIM, Doing.SEND, Doing.SENT, Doing.SETTLE)
STOPPED = 9.0
HOUR = 3600.0
NO_HISTORY = tuple(scope for scope in DEFAULT_SCOPES if not scope.endswith(":history"))
_SCOPE = (
    "Without `im:history` the look-up is refused; the lane stops rather than risk a second message, says so in "
    "`/readyz`, and goes on when the scope is granted and the bot restarted."
)


class Stage:
    """A database, the peers, the workers, and everybody who must get one message."""

    def __init__(self, database: Database, there: Peers, workers: Pack) -> None:
        self.database = database
        self.there = there
        self.workers = workers
        self.chance = random.Random()  # noqa: S311  not for secrets; another proof each time
        self.expected: dict[str, str] = {}

    async def come(self, number: int, platforms: Iterable[str] = ("discord", "slack")) -> None:
        """So many new people on each platform, with a reminder that is due."""
        now = SystemClock().now()
        users = [(platform, self.there.newcomer(platform)) for platform in platforms for _ in range(number)]
        newcomers = [Newcomer(platform, user, [(once(now), now)]) for platform, user in users]
        with contextlib.suppress(DatabaseBusy):  # SQLite, held by a worker that was stopped in a transaction
            await enrol(self.database, newcomers, now)
            self.expected |= {user: platform for platform, user in users}

    def lost(self) -> int:
        """How many got nothing."""
        got = self.there.received()
        return sum(not got[user] for user in self.expected)

    def doubled(self, platform: str) -> int:
        """How many messages too many came there."""
        got = self.there.received()
        return sum(max(0, got[user] - 1) for user, where in self.expected.items() if where == platform)

    async def rest(self, quiet: float = 5.0, most: float = 300.0) -> None:
        """Until nothing waits in the outbox, for another attempt neither, and nothing has come for a while.

        Or until it takes too long: then what still waits counts as lost.
        """
        begun = changed = time.monotonic()
        before: object = None
        while time.monotonic() - begun < most:
            async with self.database.read() as uow:
                counts = await uow.outbox.counts()
            state = (counts, sum(self.there.received().values()))
            if state != before:
                before, changed = state, time.monotonic()
            if not counts.get("pending") and time.monotonic() - changed > (quiet if self.lost() else 0.5):
                return
            await asyncio.sleep(0.2)


async def play(kills: int, hour_dead: int, *, stops: int = 2) -> list[Figure]:
    """So many kills on each database, half of them with two workers; so many people on each platform for the rest.

    Both databases at the same time: most of it is waiting for leases. `stops` 0 leaves the stopped workers out,
    `hour_dead` 0 those that are dead for an hour.
    """
    both = await asyncio.gather(*(on(kind, kills, hour_dead, stops=stops) for kind in KINDS))
    return [figure for figures in both for figure in figures]


async def on(kind: Kind, kills: int, hour_dead: int, *, stops: int) -> list[Figure]:
    """All that happens to workers."""
    figures: list[Figure] = []
    async with forks() as server:
        for number in (2, 4):
            figures += await _killed(kind, server, number, kills // 2)
        if stops:
            figures += await _stopped(kind, server, stops)
        if hour_dead:
            figures += await _an_hour(kind, server, hour_dead)
            figures += await _without_history(kind, server, hour_dead)
    return figures


async def _killed(kind: Kind, server: Forks, number: int, kills: int) -> list[Figure]:
    moments: Counter[Doing] = Counter()
    async with _stage(kind, server) as stage:
        for slot in range(number):
            await stage.workers.spawn(slot)
        await stage.workers.up(range(number))
        for _ in range(kills):
            await stage.come(4)
            slot, doing = await _victim(stage, number)
            moments[doing] += 1
            stage.workers.kill(slot)
            await stage.workers.spawn(slot)
        await stage.rest()
        when = ", ".join(f"{moments[doing]} at {doing.name.lower()}" for doing in Doing if moments[doing])
        title = f"{kills} kills of {number} workers"
        made = [Figure(f"{title}: at what they were", NAMES[kind], when)]
        return made + await _three(title, kind, stage)


async def _victim(stage: Stage, number: int) -> tuple[int, Doing]:
    """A worker that is at a moment chosen at random; any worker when none comes to it in time."""
    wanted, marks = stage.chance.choice(WANTED), stage.workers
    until = time.monotonic() + 0.5
    while time.monotonic() < until:
        found = [slot for slot in range(number) if marks.doing(slot) == wanted]
        if found:
            return stage.chance.choice(found), wanted
        await asyncio.sleep(0.0005)
    slot = stage.chance.randrange(number)
    return slot, marks.doing(slot)


async def _stopped(kind: Kind, server: Forks, stops: int) -> list[Figure]:
    """Two of three workers stand still for three times their lease, then go on as if nothing had been."""
    async with _stage(kind, server) as stage:
        for slot in range(3):
            await stage.workers.spawn(slot)
        await stage.workers.up(range(3))
        for _ in range(stops):
            for slot in (0, 1):
                await stage.come(20)
                await until(partial(_sends, stage, slot), 2.0)
                stage.workers.kill(slot, signal.SIGSTOP)
            for _ in range(10):
                await stage.come(2)
                await asyncio.sleep(STOPPED / 10)
            for slot in (0, 1):
                stage.workers.kill(slot, signal.SIGCONT)
            await asyncio.sleep(1)
        await stage.rest()
        return await _three("Two of three workers stopped for 3 minutes", kind, stage)


def _sends(stage: Stage, slot: int) -> bool:
    return stage.workers.doing(slot) in (Doing.SEND, Doing.SENT)


async def _an_hour(kind: Kind, server: Forks, people: int) -> list[Figure]:
    async with _stage(kind, server) as stage:
        await _die_unwritten(stage, people)
        for message in stage.there.discord.messages.by_id.values():
            message.pop("nonce", None)
        stage.there.forward(HOUR)
        await stage.workers.spawn(0, offset=HOUR)
        await stage.rest()
        return await _three("Dead for an hour between sent and written down", kind, stage)


async def _without_history(kind: Kind, server: Forks, people: int) -> list[Figure]:
    """The same on a Slack whose history the bot may not read; then the scope is granted and the bot restarted."""
    async with _stage(kind, server, NO_HISTORY) as stage:
        await _die_unwritten(stage, people, ("slack",))
        await stage.workers.spawn(0, offset=HOUR)
        await stage.workers.up([0])
        await asyncio.sleep(1)
        await stage.come(people, ("slack",))
        await asyncio.sleep(2)
        name, title = NAMES[kind], "Slack without `im:history`, a worker killed"
        waiting, total = stage.lost(), len(stage.expected)
        figures = [Figure(f"{title}: people who wait for the scope", name, f"{waiting:,} of {total:,}", cause=_SCOPE)]
        await stage.workers.end([0])
        stage.there.slack.world.scopes.add("im:history")
        await stage.workers.spawn(0, offset=HOUR)
        await stage.rest()
        doubled = stage.doubled("slack")
        return [
            *figures,
            counted(f"{title}, scope granted: lost", name, stage.lost(), of=total),
            counted(f"{title}, scope granted: doubled", name, doubled, of=total),
        ]


async def _die_unwritten(stage: Stage, people: int, platforms: Iterable[str] = ("discord", "slack")) -> None:
    """Messages go out, no end is written down, the worker is killed."""
    await stage.come(people, platforms)
    await stage.workers.spawn(0, silent=True, timeout=25.0, lease=30.0)
    await until(lambda: stage.lost() == 0, 8.0)
    await asyncio.sleep(0.2)
    stage.workers.kill(0)


async def _three(title: str, kind: Kind, stage: Stage) -> list[Figure]:
    name, total = NAMES[kind], Counter(stage.expected.values())
    async with stage.database.read() as uow:
        ends = sorted((await uow.outbox.counts()).items())
    cause = f"In the outbox: {', '.join(f'{number} {state}' for state, number in ends)}."
    return [
        counted(f"{title}: lost", name, stage.lost(), of=len(stage.expected), cause=cause),
        counted(f"{title}: doubled on Discord", name, stage.doubled("discord"), of=total["discord"]),
        counted(f"{title}: doubled on Slack", name, stage.doubled("slack"), of=total["slack"]),
    ]


@asynccontextmanager
async def _stage(kind: Kind, server: Forks, scopes: Iterable[str] = DEFAULT_SCOPES) -> AsyncIterator[Stage]:
    async with (
        make_address(kind) as url,
        peers(limited=False, scopes=scopes) as there,
        pack(there, url, server) as workers,
    ):
        database = Database(url)
        try:
            yield Stage(database, there, workers)
        finally:
            await database.dispose()
