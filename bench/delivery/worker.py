"""Worker processes that can be killed: `python -m bench.delivery.worker` forks one for each line of JSON it reads.

It imports everything once, so that a new worker is there in a tenth of a second. It answers each line with the pid.
A worker writes what it is doing into its byte of a shared file, for whoever wants to kill it at that moment.
"""

from __future__ import annotations

import asyncio
import json
import logging
import mmap
import os
import random
import signal
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from pathlib import Path
from typing import Any, cast

import structlog

from bench.delivery.stage import carriers
from bot.carrier import PlatformCarrier, Prepared
from bot.discord_adapter import DiscordAdapter
from bot.ports import Adapter, Answering, Health, Outgoing, Sent
from bot.slack_adapter import SlackAdapter
from commands.registry import Registry
from scheduler.clock import SystemClock
from scheduler.dispatcher import Dispatcher, Pace
from scheduler.planner import Planner
from scheduler.runner import Job, Runner, nudging
from storage.db import Database, Uow
from storage.outbox import OutboxRow

NOBODY = cast(Answering, None)
"""A pure worker: nobody talks to it."""


class Doing(IntEnum):
    """What a worker is at."""

    STARTING = 0
    WAITING = 1
    PLAN = 2
    CLAIM = 3
    SEND = 4
    SENT = 5
    SETTLE = 6


@dataclass(frozen=True, slots=True)
class Orders:
    """How a worker works; JSON values. `offset`: seconds that its clock is ahead. `silent`: it writes down no end.

    `as_in_service`: the real runner with its own pace, lease and ticks; the other values are then not used.
    """

    url: str
    name: str
    marks: str
    slot: int
    discord_base: str
    discord_token: str
    slack_base: str
    slack_token: str
    as_in_service: bool = False
    lease: float = 3.0
    timeout: float = 1.5
    offset: float = 0.0
    silent: bool = False


class AheadClock(SystemClock):
    """The machine's clock, set ahead."""

    def __init__(self, seconds: float) -> None:
        self._ahead = timedelta(seconds=seconds)

    def now(self) -> datetime:
        """Now, and so much later."""
        return super().now() + self._ahead


class Marked:
    """An adapter that marks when it sends and when it has sent."""

    def __init__(self, adapter: Adapter, mark: Callable[[Doing], None], *, silent: bool) -> None:
        self.platform = adapter.platform
        self.ended = adapter.ended
        self.start, self.stop, self.stop_accepting = adapter.start, adapter.stop, adapter.stop_accepting
        self._adapter = adapter
        self._mark = mark
        self._silent = silent

    async def deliver(self, message: Outgoing) -> Sent:
        """As the adapter; when silent, the answer never comes."""
        self._mark(Doing.SEND)
        sent = await self._adapter.deliver(message)
        self._mark(Doing.SENT)
        if self._silent:
            await asyncio.Event().wait()
        return sent

    def health(self) -> Health:
        """The adapter's."""
        return self._adapter.health()


class MarkedCarrier:
    """A carrier that marks when an end is being written down."""

    def __init__(self, carrier: PlatformCarrier, mark: Callable[[Doing], None]) -> None:
        self.platform = carrier.platform
        self.prepare, self.requests, self.deliver = carrier.prepare, carrier.requests, carrier.deliver
        self._carrier = carrier
        self._mark = mark

    async def settled(self, uow: Uow, row: OutboxRow, prepared: Prepared, now: datetime) -> None:
        """As the carrier."""
        self._mark(Doing.SETTLE)
        await self._carrier.settled(uow, row, prepared, now)


async def work(orders: Orders, marks: mmap.mmap) -> None:
    """Until SIGTERM."""

    def mark(doing: Doing) -> None:
        marks[orders.slot] = doing

    clock, database = AheadClock(orders.offset), Database(orders.url)
    adapters = _adapters(orders, clock)
    await asyncio.gather(*(each.start() for each in adapters))
    watched = [Marked(each, mark, silent=orders.silent) for each in adapters]
    there = {name: MarkedCarrier(each, mark) for name, each in carriers(*watched).items()}
    if orders.as_in_service:
        dispatcher = Dispatcher(database, there, clock, worker=orders.name)
        runner = nudging(database, clock, Planner(database, clock), dispatcher)
    else:
        runner = _in_a_hurry(orders, database, clock, there, mark)
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    runner.start()
    mark(Doing.WAITING)
    await stopping.wait()
    await runner.stop(5)
    await asyncio.gather(*(each.stop() for each in adapters))
    await database.dispose()


def _in_a_hurry(
    orders: Orders, database: Database, clock: AheadClock, there: dict[str, Any], mark: Callable[[Doing], None]
) -> Runner:
    """Short leases and quick ticks, small batches: every moment of the work comes often."""
    dispatcher = Dispatcher(
        database, there, clock, worker=orders.name, batch=10,
        lease=timedelta(seconds=orders.lease), timeout=timedelta(seconds=orders.timeout),
        paces={"discord": Pace(200, 40), "slack": Pace(200, 20)},
    )  # fmt: skip
    planner = Planner(database, clock, batch=5)

    def marked(doing: Doing, turn: Callable[[], Awaitable[int]]) -> Callable[[], Awaitable[None]]:
        async def run() -> None:
            mark(doing)
            await turn()
            mark(Doing.WAITING)

        return run

    jobs = (
        Job("plan", marked(Doing.PLAN, planner.turn), timedelta(milliseconds=50)),
        Job("deliver", marked(Doing.CLAIM, dispatcher.begin), timedelta(milliseconds=30)),
    )
    return Runner(clock, jobs, drain=dispatcher.drain)


def _adapters(orders: Orders, clock: SystemClock) -> list[Adapter]:
    nothing = Registry([])
    return [
        DiscordAdapter(orders.discord_token, NOBODY, nothing, clock, api_base=orders.discord_base, gateway=False),
        SlackAdapter(NOBODY, nothing, clock, bot_token=orders.slack_token, api_base=orders.slack_base),
    ]


def main() -> None:
    """Fork a worker for each line, until the end of the input."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how they ended
    logging.basicConfig(level=logging.ERROR)
    for line in sys.stdin:
        orders = Orders(**json.loads(line))
        child = os.fork()
        if child == 0:
            _child(orders)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


def _child(orders: Orders) -> None:
    """Never returns."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    random.seed()
    quiet = os.open(f"{orders.marks}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for old, new in ((0, nothing), (1, quiet), (2, quiet)):
        os.dup2(new, old)
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        processors=[structlog.processors.add_log_level, structlog.processors.JSONRenderer()],
    )
    code = 1
    try:
        with Path(orders.marks).open("r+b") as file, mmap.mmap(file.fileno(), 0) as marks:
            asyncio.run(work(orders, marks))
        code = 0
    finally:
        os._exit(code)


def as_json(orders: Orders) -> str:
    """A line for `main`."""
    return json.dumps(asdict(orders))


if __name__ == "__main__":
    main()
