"""Keeps the planner, the dispatcher and housekeeping going. APScheduler only ticks; each job is a task of our own.

Its job stores would drop what is due when it is submitted, and cannot be shared; the truth is in the outbox.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from scheduler.clock import Clock
from scheduler.dispatcher import Dispatcher
from scheduler.planner import Planner
from storage.db import Database
from storage.retention import housekeeping

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Job:
    """What is done once at the start, then `every` so often, and whenever it is woken; never twice at once."""

    name: str
    run: Callable[[], Awaitable[object]]
    every: timedelta


class Runner:
    """Runs jobs until stopped. `drain` is called first when stopping, with the seconds that it may take."""

    def __init__(
        self, clock: Clock, jobs: Sequence[Job], *, drain: Callable[[float], Awaitable[object]] | None = None
    ) -> None:
        self._clock = clock
        self._jobs = {job.name: job for job in jobs}
        self._drain = drain
        self._wake = {job.name: asyncio.Event() for job in jobs}
        self._last: dict[str, datetime] = {}
        self._failing: dict[str, str] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._ticks: AsyncIOScheduler | None = None

    def start(self) -> None:
        """Begin, in the running loop. A second call changes nothing."""
        if self._ticks is not None:
            return
        self._ticks = AsyncIOScheduler(
            timezone=UTC, job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
        )
        for job in self._jobs.values():
            self._wake[job.name].set()
            self._last[job.name] = self._clock.now()
            self._tasks.append(asyncio.create_task(self._loop(job), name=f"job-{job.name}"))
            seconds = job.every.total_seconds()
            self._ticks.add_job(self._tick, "interval", seconds=seconds, args=(job.name,), id=job.name)
        self._ticks.start()

    def wake(self, name: str = "deliver") -> None:
        """Do this job now, for instance after a commit that made a message due."""
        self._wake[name].set()

    async def stop(self, drain_seconds: float = 15.0) -> None:
        """Stop ticking, let what is on its way end, then end the tasks. Not started, or stopped: nothing."""
        if self._ticks is None:
            return
        if self._drain is not None:
            await self._drain(drain_seconds)
        self._ticks.shutdown(wait=False)
        self._ticks = None
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()

    def ages(self) -> Mapping[str, timedelta]:
        """By job: how long ago its last turn ended well (before the first one: how long ago it started)."""
        now = self._clock.now()
        return {name: now - last for name, last in self._last.items()}

    def failing(self) -> Mapping[str, str]:
        """By job whose latest turn failed: the reason, a machine word."""
        return dict(self._failing)

    async def _tick(self, name: str) -> None:
        # A coroutine, because APScheduler runs anything else in a thread.
        self.wake(name)

    async def _loop(self, job: Job) -> None:
        woken = self._wake[job.name]
        while True:
            await woken.wait()
            woken.clear()
            try:
                await job.run()
            except Exception as error:  # noqa: BLE001  a loop that ended would be noticed days later
                self._note_failure(job.name, type(error).__name__)
            else:
                if self._failing.pop(job.name, None):
                    log.info("job_recovered", job=job.name)
                self._last[job.name] = self._clock.now()

    def _note_failure(self, name: str, reason: str) -> None:
        """A line when the reason is new: a database that is down for an hour is not 3,600 lines."""
        if self._failing.get(name) != reason:
            log.error("job_failed", job=name, reason=reason)
        self._failing[name] = reason


def nudging(
    database: Database, clock: Clock, planner: Planner, dispatcher: Dispatcher, more: Sequence[Job] = ()
) -> Runner:
    """The runner of a whole process, with the jobs "plan", "deliver" and "housekeeping", and `more` of the caller's."""

    async def plan() -> None:
        if await planner.turn():
            runner.wake("deliver")

    async def clean() -> None:
        await housekeeping(database, clock.now())

    jobs = (
        Job("plan", plan, timedelta(seconds=1)),
        Job("deliver", dispatcher.begin, timedelta(seconds=1)),
        Job("housekeeping", clean, timedelta(hours=1)),
        *more,
    )
    runner = Runner(clock, jobs, drain=dispatcher.drain)
    dispatcher.when_free = runner.wake
    return runner
