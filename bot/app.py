"""The composition root: the only place that wires. Everything else is given what it needs.

`App.run` starts the platforms, then the planner and the dispatcher, and stops in the opposite direction: adapters stop
accepting, what is under way is finished (15 seconds at most), the loops stop, connections and the database are closed.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import signal
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import structlog

from bot.boundary import Boundary
from bot.carrier import PlatformCarrier
from bot.metrics import Metrics
from bot.ports import Adapter
from bot.settings import Settings, SettingsError
from commands.channels.saying import coming_days
from commands.features import REGISTRY
from commands.season.timetable import SeasonTimetable
from commands.season.told import Moves
from content.documents import PackFaults
from content.history import FOLDER, History
from content.paths import CORE_PACK
from content.watch import Watch
from scheduler.clock import Clock
from scheduler.dispatcher import Dispatcher
from scheduler.planner import Planner
from scheduler.posts import PostPlanner
from scheduler.runner import Job, Runner, nudging
from storage.db import Database
from storage.errors import StorageError
from storage.migrations import migrate, schema_state
from storage.nudges import SEASON

log = structlog.get_logger()

DRAIN_SECONDS = 15.0
STALE = timedelta(minutes=2)
"""A loop that has not ended a turn for so long is not well."""
LOOK_AT_CONTENT = timedelta(seconds=30)
LOOK_FOR_POSTS = timedelta(seconds=15)


class App:
    """The whole program for one set of settings. Nothing happens before `prepare`."""

    def __init__(self, settings: Settings, clock: Clock, *, demo: bool = False) -> None:
        self.settings = settings
        self.clock = clock
        self.demo = demo
        self.registry = REGISTRY
        key = settings.key.get_secret_value() if settings.key else None
        self.database = Database(settings.database_url, key=key)
        self.watch = self._load_content()
        self.holder = self.watch.holder
        self.boundary = Boundary(self.registry, self.database, self.holder, clock, demo)
        self.adapters: tuple[Adapter, ...] = ()
        self.dispatcher: Dispatcher | None = None
        self.runner: Runner | None = None
        self.metrics: Metrics | None = None
        """Where the ends of messages are counted, when somebody counts."""
        self._warming: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()

    def _load_content(self) -> Watch:
        try:
            return Watch(CORE_PACK, self.settings.content_dir, History(self.settings.data_dir / FOLDER))
        except PackFaults as broken:
            first = broken.faults[0]
            raise SettingsError(
                f"The content pack has {len(broken.faults)} fault(s), the first: {first}. "
                "Run `matchmentor content lint` for all of them; see docs/content.md."
            ) from None

    async def prepare(self) -> None:
        """Bring SQLite's schema up to date (a copy is made first), refuse a PostgreSQL that is not, warm the search."""
        url = self.settings.database_url
        if self.database.is_sqlite and await schema_state(url) in ("empty", "behind"):
            await migrate(url, "up")
        await self.database.check()
        # The search gets ready beside the connecting; a question that comes sooner waits for it.
        self._warming = asyncio.create_task(asyncio.to_thread(self.holder.current.prepare_search))

    async def start_background(self, adapters: Sequence[Adapter]) -> None:
        """Start the planner and the dispatcher over these platforms."""
        self.adapters = tuple(adapters)
        carriers = {
            adapter.platform: PlatformCarrier(adapter, self.registry.composers, self.holder, self.demo)
            for adapter in adapters
        }
        worker = f"{os.getpid()}-{secrets.token_hex(4)}"
        self.dispatcher = Dispatcher(self.database, carriers, self.clock, worker=worker)
        timetables = {SEASON: SeasonTimetable(self.holder, demo=self.demo)}
        planner = Planner(self.database, self.clock, timetables=timetables, demo=self.demo)
        moves = Job("season", Moves(self.database, self.holder, self.clock).turn, LOOK_AT_CONTENT)
        if self.metrics is not None:
            self.dispatcher.told = self.metrics.told
            planner.told = self.metrics.planned.inc
        posts = PostPlanner(self.database, self.clock, lambda now: coming_days(self.holder.current, now))
        more = (self._content_job(), moves, Job("posts", posts.turn, LOOK_FOR_POSTS))
        self.runner = nudging(self.database, self.clock, planner, self.dispatcher, more)
        self.runner.start()

    def _content_job(self) -> Job:
        return Job("content", self.look_at_content, LOOK_AT_CONTENT)

    async def look_at_content(self) -> None:
        """Take changed content into service if it is in order; else a line in the log, and the last good one stays."""
        turn = await asyncio.to_thread(self.watch.look, self.clock.now)
        if turn.reloaded:
            log.info("content_reloaded", version=self.holder.current.version)
        if turn.faults:
            log.error("content_refused", faults=len(turn.faults), first=str(turn.faults[0]))
        if turn.unkept:
            log.warning("content_history_not_kept", reason=turn.unkept)

    async def run(self, adapters: Sequence[Adapter]) -> None:
        """Serve until SIGTERM or Ctrl-C, then stop politely."""
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            with contextlib.suppress(NotImplementedError):
                loop.add_signal_handler(name, self._stopping.set)
        started: list[Adapter] = []
        try:
            for adapter in adapters:
                if not await self._started(adapter):
                    return
                started.append(adapter)
            if "worker" in self.settings.roles:
                await self.start_background(adapters)
            else:
                self.adapters = tuple(adapters)
                self.runner = Runner(self.clock, (self._content_job(),))
                self.runner.start()
            log.info("ready", platforms=[adapter.platform for adapter in adapters])
            await self._until_the_end(adapters)
        finally:
            self.adapters = self.adapters or tuple(started)
            await self.stop()
        if not self._stopping.is_set():
            raise SettingsError("; ".join(adapter.health().detail for adapter in adapters))

    async def _started(self, adapter: Adapter) -> bool:
        """Connect a platform, however long it cannot be reached; False when asked to stop meanwhile."""
        starting = asyncio.create_task(adapter.start())
        stopping = asyncio.create_task(self._stopping.wait())
        await asyncio.wait((starting, stopping), return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not starting.done():
            starting.cancel()
        await asyncio.gather(stopping, return_exceptions=True)
        try:
            await starting
        except asyncio.CancelledError:
            return False
        return True

    async def _until_the_end(self, adapters: Sequence[Adapter]) -> None:
        """Wait for a signal, or until every platform has closed its door for good."""
        stopping = asyncio.create_task(self._stopping.wait())
        doors = asyncio.gather(*(adapter.ended.wait() for adapter in adapters))
        await asyncio.wait((stopping, doors), return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        doors.cancel()
        await asyncio.gather(stopping, doors, return_exceptions=True)

    async def stop(self) -> None:
        """Adapters stop accepting, work under way ends, the loops stop, the database is closed."""
        for adapter in self.adapters:
            adapter.stop_accepting()
        await self.boundary.drain(DRAIN_SECONDS)
        if self.runner is not None:
            await self.runner.stop(DRAIN_SECONDS)
        for adapter in self.adapters:
            await adapter.stop()
        if self._warming is not None:
            await asyncio.gather(self._warming, return_exceptions=True)
        await self.database.dispose()
        log.info("stopped")

    async def health(self) -> dict[str, Any]:
        """What is not well, by part; empty when everything is."""
        faults: dict[str, Any] = {}
        for adapter in self.adapters:
            state = adapter.health()
            if not state.ok:
                faults[adapter.platform] = state.detail
        try:
            await self.database.check()
        except StorageError as fault:
            faults["database"] = str(fault)
        if self.runner is not None:
            late = {name: age for name, age in self.runner.ages().items() if age > STALE and name != "housekeeping"}
            faults.update({f"{name} loop": f"last turn {int(age.total_seconds())} s ago" for name, age in late.items()})
        if self.dispatcher is not None:
            for platform, lane in self.dispatcher.lanes().items():
                if not lane.ok:
                    faults[f"{platform} delivery"] = lane.detail
        return faults
