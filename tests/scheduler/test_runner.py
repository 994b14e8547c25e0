"""The loops: they never end by themselves, never run twice at once, and say how they are."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from structlog.testing import capture_logs

from scheduler.clock import ManualClock
from scheduler.dispatcher import Pace
from scheduler.planner import Planner
from scheduler.runner import Job, Runner, nudging
from storage.db import Database
from tests.scheduler.stage import FakeCarrier, counts, crowd, dispatcher

HOUR = timedelta(hours=1)


class Work:
    """A job that says when it ran, and raises what it is given."""

    def __init__(self) -> None:
        self.runs = 0
        self.error: Exception | None = None
        self._ran = asyncio.Event()

    async def __call__(self) -> None:
        self.runs += 1
        self._ran.set()
        if self.error is not None:
            raise self.error

    async def ran(self) -> None:
        await asyncio.wait_for(self._ran.wait(), 5)
        self._ran.clear()


async def test_a_failing_job_goes_on_and_is_told_once(clock: ManualClock) -> None:
    """E14."""
    work = Work()
    runner = Runner(clock, [Job("deliver", work, HOUR)])
    with capture_logs() as logs:
        runner.start()
        await work.ran()
        work.error = ValueError("what she wrote")
        for _ in range(3):
            clock.forward(minutes=1)
            runner.wake()
            await work.ran()
        assert runner.ages() == {"deliver": timedelta(minutes=3)}
        assert runner.failing() == {"deliver": "ValueError"}
        work.error = None
        runner.wake()
        await work.ran()
        await runner.stop()
    assert [line["event"] for line in logs] == ["job_failed", "job_recovered"]
    assert (runner.ages(), runner.failing()) == ({"deliver": timedelta()}, {})
    assert "what she wrote" not in str(logs)


async def test_it_ticks_by_itself(clock: ManualClock) -> None:
    work = Work()
    runner = Runner(clock, [Job("deliver", work, timedelta(milliseconds=10))])
    runner.start()
    for _ in range(3):
        await work.ran()
    await runner.stop()
    assert work.runs >= 3


async def test_starting_again_starts_no_second_loop(clock: ManualClock) -> None:
    """E08."""
    work = Work()
    runner = Runner(clock, [Job("deliver", work, HOUR)])
    for _ in range(3):
        runner.start()
    await work.ran()
    runner.wake()
    await work.ran()
    assert work.runs == 2
    await runner.stop()
    await runner.stop()


async def test_the_whole_process_delivers_at_once_and_stops_clean(database: Database, clock: ManualClock) -> None:
    """E36: more messages than the lane carries at once go out without waiting for ticks."""

    class Counting(FakeCarrier):
        def __init__(self) -> None:
            super().__init__()
            self.all_out = asyncio.Event()

        async def settled(self, uow: object, row: object, prepared: object, now: object) -> None:
            if len(self.sent) == 12:
                self.all_out.set()

    await crowd(database, *"abcdefghijkl")
    carrier = Counting()
    worker = dispatcher(database, clock, carrier, paces={"discord": Pace(1000, 4)})
    runner = nudging(database, clock, Planner(database, clock), worker)
    runner.start()
    await asyncio.wait_for(carrier.all_out.wait(), 5)
    await runner.stop(5)
    assert await counts(database) == {"sent": 12}
    assert sorted(carrier.keys) == list("abcdefghijkl")
    others = [task.get_name() for task in asyncio.all_tasks()]
    assert not [name for name in others if name.startswith(("job-", "outbox-"))]
