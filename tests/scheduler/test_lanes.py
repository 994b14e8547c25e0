"""How fast a lane goes, on a clock that is moved by hand."""

from __future__ import annotations

from datetime import timedelta

from scheduler.clock import ManualClock
from scheduler.lanes import Lane, Pace
from storage.db import Database
from tests.scheduler.stage import NOW, FakeCarrier, crowd, dispatcher


class Seconds:
    """A monotonic clock by hand."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


def send_all(lane: Lane) -> int:
    room = lane.room(NOW, 1000)
    lane.take(room)
    lane.on_their_way = 0
    return room


def test_a_lane_keeps_its_pace() -> None:
    seconds = Seconds()
    lane = Lane("discord", Pace(40, 100), seconds)
    sent = [send_all(lane)]
    for _ in range(20):
        seconds.at += 0.5
        sent.append(send_all(lane))
    assert sent == [40] + [20] * 20
    seconds.at += 3600
    assert send_all(lane) == 40  # idle time is not saved up


def test_a_lane_never_has_more_on_its_way_than_it_may() -> None:
    lane = Lane("slack", Pace(100, 10), Seconds())
    assert lane.room(NOW, 1000) == 10
    lane.take(8)
    assert (lane.room(NOW, 1000), lane.room(NOW, 1)) == (2, 1)


def test_a_pause_slows_the_lane_down_and_it_recovers() -> None:
    seconds = Seconds()
    lane = Lane("discord", Pace(40, 100), seconds)
    until = NOW + timedelta(seconds=10)
    assert [lane.sleep(NOW, until), lane.sleep(NOW, until)] == [True, False]
    assert (lane.rate, lane.room(NOW, 10)) == (20, 0)
    seconds.at += 10
    assert lane.room(until, 100) == 20
    for _ in range(200):
        lane.delivered()
    assert lane.rate == 40


def test_a_clock_that_is_set_back_wakes_the_lane() -> None:
    lane = Lane("discord", Pace(40, 100), Seconds())
    lane.sleep(NOW, NOW + timedelta(seconds=10))
    assert lane.room(NOW - timedelta(hours=1), 10) == 1


async def test_the_rest_goes_out_second_by_second(database: Database, clock: ManualClock) -> None:
    await crowd(database, *"abcdefg")
    seconds, carrier = Seconds(), FakeCarrier()
    worker = dispatcher(database, clock, carrier, paces={"discord": Pace(3, 10)}, monotonic=seconds)
    sent = []
    for _ in range(4):
        sent.append(await worker.turn())
        seconds.at += 1
    assert sent == [3, 3, 1, 0]
    assert sorted(carrier.keys[:3]) == list("abc")
    assert sorted(carrier.keys) == list("abcdefg")
