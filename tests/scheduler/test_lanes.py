"""How fast a lane goes, on a clock that is moved by hand."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta
from heapq import heappop, heappush

import pytest

from scheduler.clock import ManualClock, ManualStopwatch
from scheduler.lanes import PACES, Lane, Pace, Trip
from storage.db import Database
from storage.outbox import OutboxRow
from tests.scheduler.stage import NOW, FakeCarrier, crowd, dispatcher


def test_a_lane_keeps_its_pace_and_never_sends_in_a_burst() -> None:
    stopwatch = ManualStopwatch()
    lane = Lane("discord", Pace(40, 100), stopwatch)
    assert [lane.wait() for _ in range(4)] == pytest.approx([0, 0.025, 0.05, 0.075])
    stopwatch.at += 3600
    assert [lane.wait(2), lane.wait()] == pytest.approx([0, 0.05])  # idle time is not saved up


def test_who_would_be_one_too_many_waits_until_the_first_was_answered_a_second_ago() -> None:
    stopwatch = ManualStopwatch()
    lane = Lane("discord", Pace(4, 100, most=4), stopwatch)
    trips = [lane.leave(2), lane.leave(), lane.leave()]
    assert lane.crowded() > 0  # nobody knows yet whether the first was counted
    stopwatch.at += 0.5
    lane.arrived(trips[1])
    stopwatch.at += 0.1
    lane.arrived(trips[0])  # two requests in 0.6 seconds: a trip takes 0.3 at least
    assert [lane.crowded(), lane.crowded(2)] == pytest.approx([0.705, 0.705])
    stopwatch.at += 0.71
    assert (lane.crowded(), lane.crowded(2), lane.crowded(4) > 0) == (0, 0, True)
    assert Lane("slack", Pace(4, 100), stopwatch).crowded(99) == 0


@pytest.mark.parametrize(("stalls", "over"), [(0.0, 0.03), (0.05, 0.6)])
def test_no_second_of_the_platform_holds_more_than_it_takes(stalls: float, over: float) -> None:
    """Every trip takes another time, some are held up by much, and a timer may be late."""
    chance = random.Random(7)
    stopwatch, counted = ManualStopwatch(), []
    lane = Lane("discord", PACES["discord"], stopwatch)
    under_way: list[tuple[float, int, Trip]] = []

    def until(moment: float) -> None:
        while under_way and under_way[0][0] <= moment:
            stopwatch.at, _, trip = heappop(under_way)
            lane.arrived(trip)
        stopwatch.at = moment

    def some(least: float) -> float:
        return least + chance.random() * 0.004 + (chance.random() * 0.4 if chance.random() < stalls else 0)

    for number in range(2_000):
        until(stopwatch.at + lane.wait() + (some(0) if number % 7 == 0 else 0))
        while crowded := lane.crowded():
            until(stopwatch.at + crowded)
        counted.append(stopwatch.at + some(0.05))
        heappush(under_way, (counted[-1] + some(0.05), number, lane.leave()))
    counted.sort()
    assert min(late - early for early, late in zip(counted, counted[50:], strict=False)) >= 1 - 1e-6
    assert counted[-1] - counted[0] <= 2_000 / 50 * (1 + over)


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


def test_a_lane_that_was_slowed_down_takes_only_what_can_leave_soon() -> None:
    stopwatch = ManualStopwatch()
    lane = Lane("discord", Pace(40, 100), stopwatch)
    for minute in range(8):
        lane.sleep(NOW + timedelta(minutes=minute), NOW + timedelta(minutes=minute, seconds=1))
    later = NOW + timedelta(hours=1)
    assert (lane.rate, lane.room(later, 50)) == (0.2, 2)
    assert [lane.wait(), lane.wait(), lane.room(later, 50)] == [0, 5, 0]
    stopwatch.at += 5
    assert lane.room(later, 50) == 1


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
            if seconds:  # the first one leaves at once
                worker._lanes["discord"].sleep(clock.now(), clock.now() + timedelta(minutes=1))
                await super().wait(seconds)

    worker = dispatcher(database, clock, carrier, paces={"discord": Pace(4, 10)}, stopwatch=Pausing())
    await worker.turn()
    assert len(carrier.keys) == 1
    async with database.read() as uow:
        assert await uow.outbox.counts() == {"pending": 2, "sent": 1}


async def test_a_full_lane_that_is_asked_again_still_says_when_it_has_room(
    database: Database, clock: ManualClock
) -> None:
    """Somebody else's message wakes the dispatcher while this lane is full: its crowd must not wait for a tick."""
    await crowd(database, *"abcdef")
    gate, called = asyncio.Event(), asyncio.Event()

    class Gated(FakeCarrier):
        async def deliver(self, row: OutboxRow, prepared: object, repeated: bool) -> str:
            await gate.wait()
            return await super().deliver(row, prepared, repeated)

    worker = dispatcher(database, clock, Gated(), paces={"discord": Pace(1000, 4)})
    worker.when_free = called.set
    assert [await worker.begin(), await worker.begin()] == [4, 0]
    gate.set()
    await worker.settled()
    assert called.is_set()
