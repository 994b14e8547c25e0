"""How fast a lane goes, on a clock that is moved by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scheduler.clock import ManualClock, ManualStopwatch
from scheduler.lanes import Lane, Pace
from storage.db import Database
from tests.scheduler.stage import NOW, FakeCarrier, crowd, dispatcher


def test_a_lane_keeps_its_pace_and_never_sends_in_a_burst() -> None:
    stopwatch = ManualStopwatch()
    lane = Lane("discord", Pace(40, 100), stopwatch)
    assert [lane.wait() for _ in range(4)] == pytest.approx([0, 0.025, 0.05, 0.075])
    stopwatch.at += 3600
    assert [lane.wait(2), lane.wait()] == pytest.approx([0, 0.05])  # idle time is not saved up


def test_a_second_never_holds_more_than_the_pace_however_late_the_timers_are() -> None:
    stopwatch = ManualStopwatch()
    lane = Lane("discord", Pace(4, 100), stopwatch)
    assert [lane.crowded() for _ in range(4)] == [0, 0, 0, 0]
    stopwatch.at += 0.25
    assert lane.crowded() == pytest.approx(0.75)
    stopwatch.at += 0.75
    assert [lane.crowded(2), lane.crowded(2), lane.crowded() > 0] == [0, 0, True]


def test_a_lane_never_has_more_on_its_way_than_it_may() -> None:
    lane = Lane("slack", Pace(100, 10), ManualStopwatch())
    assert lane.room(NOW, 1000) == 10
    lane.on_their_way = 8
    assert (lane.room(NOW, 1000), lane.room(NOW, 1)) == (2, 1)


def test_a_pause_slows_the_lane_down_and_it_recovers() -> None:
    stopwatch = ManualStopwatch()
    lane = Lane("discord", Pace(40, 100), stopwatch)
    until = NOW + timedelta(seconds=10)
    assert [lane.sleep(NOW, until), lane.sleep(NOW, until)] == [True, False]
    assert (lane.rate, lane.room(NOW, 10)) == (20, 0)
    stopwatch.at += 10
    assert lane.open(until)
    assert [lane.wait(), lane.wait()] == pytest.approx([0, 0.05])
    for _ in range(200):
        lane.delivered()
    assert lane.rate == 40


def test_a_clock_that_is_set_back_wakes_the_lane() -> None:
    lane = Lane("discord", Pace(40, 100), ManualStopwatch())
    lane.sleep(NOW, NOW + timedelta(seconds=10))
    assert lane.room(NOW - timedelta(hours=1), 10) == 10


async def test_a_crowd_goes_out_evenly(database: Database, clock: ManualClock) -> None:
    await crowd(database, *"abcdefg")
    left: list[float] = []

    class Listed(ManualStopwatch):
        async def wait(self, seconds: float) -> None:
            left.append(self.at + seconds)
            await super().wait(seconds)

    worker = dispatcher(database, clock, FakeCarrier(), paces={"discord": Pace(8, 10)}, stopwatch=Listed())
    assert await worker.turn() == 7
    assert left == pytest.approx([number / 8 for number in range(7)])


async def test_who_waits_for_their_place_does_not_send_into_a_pause(database: Database, clock: ManualClock) -> None:
    await crowd(database, *"abc")
    carrier = FakeCarrier()

    class Pausing(ManualStopwatch):
        async def wait(self, seconds: float) -> None:
            if seconds:
                worker._lanes["discord"].sleep(clock.now(), clock.now() + timedelta(minutes=1))
            await super().wait(seconds)

    worker = dispatcher(database, clock, carrier, paces={"discord": Pace(4, 10)}, stopwatch=Pausing())
    await worker.turn()
    assert len(carrier.keys) == 1
    async with database.read() as uow:
        assert await uow.outbox.counts() == {"pending": 2, "sent": 1}
