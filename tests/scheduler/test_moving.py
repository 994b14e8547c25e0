"""What another zone or another time of day does to a rule's next slot: nothing is lost, nothing is said twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from scheduler.dates.repeats import EXACT, once
from scheduler.moving import moved, next_from, repeat
from scheduler.recurrence import Rule, daily, weekly
from storage.nudges import Rule as Stored

LAGOS, KARACHI, NEW_YORK = "Africa/Lagos", "Asia/Karachi", "America/New_York"
NOW = datetime(2026, 9, 23, 13, 5, tzinfo=UTC)  # Wednesday: 14:05 in Lagos, 18:05 in Karachi, 09:05 in New York


def stored(rule: Rule, next_at: str, kind: str = "own:1", **more: Any) -> Stored:
    at = datetime.fromisoformat(next_at)
    return Stored(1, 1, kind, rule.to_json(), rule.zone, at, True, NOW, "x", **more)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_a_single_one_whose_moment_has_come_stays() -> None:
    rule = once(NOW - timedelta(minutes=5), LAGOS)
    due = stored(rule, "2026-09-23T14:00+01:00")
    for zone in (LAGOS, KARACHI, NEW_YORK):
        assert moved(due, zone, NOW) == (rule, due.next_at)


def test_a_repeat_whose_moment_has_come_is_not_passed_over() -> None:
    due = stored(daily(time(14), LAGOS, date(2026, 9, 1)), "2026-09-23T14:00+01:00")
    assert moved(due, LAGOS, NOW)[1] == due.next_at
    assert moved(due, NEW_YORK, NOW)[1] == instant("2026-09-23T14:00-04:00")
    assert moved(due, KARACHI, NOW)[1] == instant("2026-09-23T14:00+05:00")


def test_what_was_skipped_stays_skipped() -> None:
    skipped = stored(daily(time(20), LAGOS, date(2026, 9, 1)), "2026-09-24T20:00+01:00")
    assert moved(skipped, LAGOS, NOW)[1] == skipped.next_at
    assert moved(skipped, KARACHI, NOW)[1] == instant("2026-09-24T20:00+05:00")
    assert moved(skipped, NEW_YORK, NOW)[1] == instant("2026-09-24T20:00-04:00")


def test_a_weekly_one_that_is_past_on_the_new_clock_is_not_lost_for_a_week() -> None:
    weekly_one = stored(weekly(time(17), LAGOS, date(2026, 9, 1), (2,)), "2026-09-23T17:00+01:00")
    assert moved(weekly_one, KARACHI, NOW)[1] == instant("2026-09-23T17:00+05:00")


def test_an_earlier_morning_keeps_the_day() -> None:
    kept = stored(daily(time(18), LAGOS, date(2026, 9, 1)), "2026-09-23T18:00+01:00", "letters")
    rule, upcoming = moved(kept, LAGOS, NOW, at=time(9))
    assert (rule and rule.at, upcoming) == (time(9), instant("2026-09-23T09:00+01:00"))


def test_a_later_morning_is_no_second_one_on_the_same_day() -> None:
    kept = stored(daily(time(9), LAGOS, date(2026, 9, 1)), "2026-09-24T09:00+01:00", "letters")
    assert moved(kept, LAGOS, NOW, at=time(18))[1] == instant("2026-09-24T18:00+01:00")


def test_a_pause_holds_on_the_new_clock_and_a_slot_at_its_end_counts() -> None:
    ends = instant("2026-09-28T00:00+05:00")
    paused = stored(daily(time(0), LAGOS, date(2026, 9, 1)), "2026-09-28T00:00+01:00", paused_until=ends)
    assert moved(paused, KARACHI, NOW)[1] == ends


def test_the_exact_stays_but_a_curated_series_on_utc_moves() -> None:
    exact = stored(once(NOW + timedelta(minutes=20), LAGOS, exact=True), "2026-09-23T13:25+00:00")
    assert exact.zone == EXACT
    assert moved(exact, KARACHI, NOW)[1] == exact.next_at
    series = stored(daily(time(9), EXACT, date(2026, 9, 1)), "2026-09-24T09:00+00:00", "letters")
    assert moved(series, KARACHI, NOW)[1] == instant("2026-09-24T09:00+05:00")


def test_what_cannot_be_read_is_left_alone() -> None:
    broken = Stored(1, 1, "letters", {"every": "moon"}, LAGOS, NOW, True, NOW)
    assert repeat(broken) is None
    assert moved(broken, KARACHI, NOW) == (None, NOW)


def test_the_first_slot_from_a_moment_on_is_that_moment() -> None:
    rule = daily(time(7), LAGOS, date(2026, 9, 1))
    assert next_from(rule, instant("2026-09-28T07:00+01:00")) == instant("2026-09-28T07:00+01:00")
