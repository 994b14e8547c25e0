"""On which morning of whose something is said of a date: over zones, over both changes of the clocks, at night."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from commands.season import ahead
from commands.season.ahead import Entry, Mornings
from scheduler.clock import to_wall
from scheduler.zones import zone
from tests.chat import core_catalog

NEW_YORK, KARACHI, HONOLULU, AUCKLAND = "America/New_York", "Asia/Karachi", "Pacific/Honolulu", "Pacific/Auckland"


def mornings(zone_name: str, at: str = "09:00", quiet: tuple[str, str] = ("21:00", "08:00")) -> Mornings:
    return Mornings(zone_name, at, *quiet)


def milestone(name: str, season: int = 2027) -> Entry:
    return next(each for each in ahead.of_season(core_catalog(), season) if each.name == name)


def own(at: datetime, zone_name: str, *, whole_day: bool = False) -> Entry:
    return Entry("own:1", "a date", at, zone_name, whole_day)


@pytest.mark.parametrize(
    ("name", "days", "zone_name", "instant"),
    [
        # Rank lists are due on 3 March at 9 p.m. Eastern: on the 4th at 7 a.m. in Karachi, on the 3rd in Honolulu.
        ("rank-list-due", -1, NEW_YORK, datetime(2027, 3, 2, 14, tzinfo=UTC)),
        ("rank-list-due", -1, KARACHI, datetime(2027, 3, 3, 4, tzinfo=UTC)),
        ("rank-list-due", -1, HONOLULU, datetime(2027, 3, 2, 19, tzinfo=UTC)),
        # Match Day is at noon Eastern: at 6 a.m. in Honolulu, so its morning would be too late; in Auckland as well.
        ("match-day", 0, NEW_YORK, datetime(2027, 3, 19, 13, tzinfo=UTC)),
        ("match-day", 0, KARACHI, datetime(2027, 3, 19, 4, tzinfo=UTC)),
        ("match-day", 0, HONOLULU, datetime(2027, 3, 18, 19, tzinfo=UTC)),
        ("match-day", 0, AUCKLAND, datetime(2027, 3, 18, 20, tzinfo=UTC)),
        ("match-day", 3, HONOLULU, datetime(2027, 3, 22, 19, tzinfo=UTC)),
    ],
)
def test_it_is_said_on_the_persons_own_morning(name: str, days: int, zone_name: str, instant: datetime) -> None:
    assert mornings(zone_name).near(milestone(name), days) == instant


@pytest.mark.parametrize("zone_name", [NEW_YORK, KARACHI, HONOLULU, AUCKLAND, "Pacific/Kiritimati", "Europe/London"])
@pytest.mark.parametrize("at", ["00:30", "06:00", "09:00", "20:59", "23:00"])
def test_nothing_is_said_after_the_thing_itself(zone_name: str, at: str) -> None:
    mine = mornings(zone_name, at)
    where = zone(zone_name)
    for season in (2027, 2028, 2029):
        for entry in ahead.of_season(core_catalog(), season):
            for days in (day for day in entry.days if day <= 0):
                said = mine.near(entry, days)
                assert said < entry.ends
                assert to_wall(said, where).date() <= entry.on(zone_name) + timedelta(days=days)
                assert to_wall(said, where).hour < 21
                assert to_wall(said, where).hour >= 8


def test_nine_stays_nine_over_the_changes_of_the_clocks() -> None:
    spring = own(datetime(2027, 3, 17, 14, tzinfo=UTC), NEW_YORK)
    autumn = own(datetime(2027, 11, 10, 15, tzinfo=UTC), NEW_YORK)
    mine = mornings(NEW_YORK)
    assert [mine.near(spring, days) for days in (-7, -1)] == [
        datetime(2027, 3, 10, 14, tzinfo=UTC), datetime(2027, 3, 16, 13, tzinfo=UTC),
    ]  # fmt: skip
    assert [mine.near(autumn, days) for days in (-7, -1)] == [
        datetime(2027, 11, 3, 13, tzinfo=UTC), datetime(2027, 11, 9, 14, tzinfo=UTC),
    ]  # fmt: skip


def test_a_morning_that_the_clocks_skip_or_show_twice_comes_once() -> None:
    never_quiet = ("00:00", "00:00")
    skipped = own(datetime(2027, 3, 15, 14, tzinfo=UTC), NEW_YORK)
    twice = own(datetime(2027, 11, 8, 15, tzinfo=UTC), NEW_YORK)
    assert mornings(NEW_YORK, "02:30", never_quiet).near(skipped, -1) == datetime(2027, 3, 14, 7, 30, tzinfo=UTC)
    assert mornings(NEW_YORK, "01:30", never_quiet).near(twice, -1) == datetime(2027, 11, 7, 5, 30, tzinfo=UTC)


def test_a_whole_day_is_the_day_where_it_takes_place() -> None:
    """Whoever lives in Karachi and sits an exam in New York means the day in New York."""
    exam = own(datetime(2027, 1, 15, 14, tzinfo=UTC), NEW_YORK, whole_day=True)
    assert exam.ends == datetime(2027, 1, 16, 5, tzinfo=UTC)
    assert mornings(KARACHI).near(exam, -1) == datetime(2027, 1, 14, 4, tzinfo=UTC)
    assert mornings(HONOLULU).near(exam, 0) == datetime(2027, 1, 15, 19, tzinfo=UTC)


def test_a_time_in_the_quiet_hours_means_their_end_on_the_day_itself() -> None:
    late = mornings(NEW_YORK, "22:00")
    assert late.near(milestone("rank-list-due"), -1) == datetime(2027, 3, 2, 13, tzinfo=UTC)
    assert late.near(milestone("rank-list-due"), 1) == datetime(2027, 3, 5, 13, tzinfo=UTC)
