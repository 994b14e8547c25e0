from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from scheduler.clock import Clock, ManualClock, SystemClock, from_wall, in_utc, to_wall

NEW_YEAR = datetime(2027, 1, 1, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def test_the_system_clock_is_aware_and_moves() -> None:
    clock: Clock = SystemClock()
    first, second = clock.now(), clock.now()
    assert first.utcoffset() == timedelta(0)
    assert first <= second


def test_the_machines_own_zone_never_matters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Pacific/Auckland")  # E12
    assert SystemClock().now().tzinfo is UTC


def test_a_manual_clock_stands_still_until_it_is_moved() -> None:
    clock = ManualClock(NEW_YEAR)
    assert clock.now() == clock.now() == NEW_YEAR
    assert clock.forward(days=1, hours=2) == NEW_YEAR + timedelta(hours=26)
    assert clock.forward(timedelta(minutes=5)) == clock.now() == NEW_YEAR + timedelta(hours=26, minutes=5)
    clock.set(NEW_YEAR)
    assert clock.now() == NEW_YEAR


def test_a_manual_clock_gives_utc_whatever_it_was_set_to() -> None:
    clock = ManualClock(datetime(2027, 1, 1, 1, tzinfo=BERLIN))
    assert clock.now().isoformat() == "2027-01-01T00:00:00+00:00"


def test_naive_values_are_refused() -> None:
    naive = datetime(2027, 1, 1)  # noqa: DTZ001 - the naive value is the point
    for use in (ManualClock, ManualClock(NEW_YEAR).set, in_utc):
        with pytest.raises(ValueError, match="naive"):
            use(naive)


def test_time_does_not_pass_backwards() -> None:
    with pytest.raises(ValueError, match="forwards"):
        ManualClock(NEW_YEAR).forward(hours=-1)


def test_a_wall_time_in_the_gap_moves_on_by_its_length() -> None:
    moved = from_wall(datetime(2027, 3, 28, 2, 15), BERLIN)  # noqa: DTZ001 - wall-clock times are naive
    assert moved.isoformat() == "2027-03-28T01:15:00+00:00"
    assert to_wall(moved, BERLIN) == datetime(2027, 3, 28, 3, 15)  # noqa: DTZ001


def test_a_wall_time_that_occurs_twice_is_the_first() -> None:
    first = from_wall(datetime(2027, 10, 31, 2, 30), BERLIN)  # noqa: DTZ001
    assert first.isoformat() == "2027-10-31T00:30:00+00:00"
    assert to_wall(first + timedelta(hours=1), BERLIN) == to_wall(first, BERLIN)
