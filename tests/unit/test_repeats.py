"""Repeats from words: what each form means, what is asked back, and that every rule can be said and read again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.clock import to_wall
from scheduler.dates.repeat_words import say_rule
from scheduler.dates.repeats import EXACT, Unclear, is_once, read_rule
from scheduler.recurrence import Every, Rule, daily, monthly, monthly_on, next_after, weekly, yearly
from scheduler.zones import zone

NOW = datetime(2026, 9, 23, 13, 5, tzinfo=UTC)
TZ = "Africa/Lagos"
"""A Wednesday, 14:05 in Lagos."""
ZONES = ("America/New_York", "Europe/London", "Africa/Cairo", "Asia/Karachi", "Australia/Lord_Howe", "Pacific/Apia")
WORKDAYS = (0, 1, 2, 3, 4)


def read(text: str, tz: str = TZ, now: datetime = NOW) -> Rule:
    return read_rule(text, now=now, tz=tz)


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("every day at 8pm", daily(time(20), TZ, day("2026-09-23"))),
        ("Daily, 8 p.m.", daily(time(20), TZ, day("2026-09-23"))),
        ("every other day at noon", daily(time(12), TZ, day("2026-09-24"), interval=2)),
        ("every three days 7:30", daily(time(7, 30), TZ, day("2026-09-24"), interval=3)),
        ("every evening at 8", daily(time(20), TZ, day("2026-09-23"))),
        ("every weekday at 7am", weekly(time(7), TZ, day("2026-09-24"), WORKDAYS)),
        ("7am on weekdays", weekly(time(7), TZ, day("2026-09-24"), WORKDAYS)),
        ("mon-fri at 8am", weekly(time(8), TZ, day("2026-09-24"), WORKDAYS)),
        ("from Monday to Friday at 8am", weekly(time(8), TZ, day("2026-09-24"), WORKDAYS)),
        ("weekends at 10:00", weekly(time(10), TZ, day("2026-09-26"), (5, 6))),
        ("every monday", weekly(time(9), TZ, day("2026-09-28"), (0,))),
        ("Mondays and Thursdays at 8:30", weekly(time(8, 30), TZ, day("2026-09-24"), (0, 3))),
        ("every Mon, Wed and Fri 17:30", weekly(time(17, 30), TZ, day("2026-09-23"), (0, 2, 4))),
        ("every 2 weeks on Monday at 9am", weekly(time(9), TZ, day("2026-09-28"), (0,), interval=2)),
        ("every second week on Monday at 9am", weekly(time(9), TZ, day("2026-09-28"), (0,), interval=2)),
        ("fortnightly on friday", weekly(time(9), TZ, day("2026-09-25"), (4,), interval=2)),
        ("every week at 3pm", weekly(time(15), TZ, day("2026-09-23"), (2,))),
        ("monthly on the 31st at 9am", monthly(time(9), TZ, day("2026-09-30"), 31)),
        ("the 1st of every month 8am", monthly(time(8), TZ, day("2026-10-01"), 1)),
        ("every 3 months on the 15th", monthly(time(9), TZ, day("2026-10-15"), 15, interval=3)),
        ("last day of every month", monthly(time(9), TZ, day("2026-09-30"), 31)),
        ("every month on the last weekday at 5pm", monthly_on(time(17), TZ, day("2026-09-30"), WORKDAYS, -1)),
        ("on the last friday of every month", monthly_on(time(9), TZ, day("2026-09-25"), (4,), -1)),
        ("every first Monday of the month", monthly_on(time(9), TZ, day("2026-10-05"), (0,), 1)),
        ("every year on 29 Feb", yearly(time(9), TZ, day("2027-02-28"), 2, 29)),
        ("every 5 December at 10am", yearly(time(10), TZ, day("2026-12-05"), 12, 5)),
    ],
)
def test_a_repeat_is_read(text: str, rule: Rule) -> None:
    assert read(text) == rule


@pytest.mark.parametrize(
    ("text", "until", "count"),
    [
        ("every day at 8pm until 3 March", "2027-03-03", None),
        ("until 3 March every day at 8pm", "2027-03-03", None),
        ("every day until 3 March at 8pm", "2027-03-03", None),
        ("every day at 8pm for 3 weeks", "2026-10-13", None),
        ("every day at 8pm 5 times", None, 5),
        ("every day at 8pm for five times", None, 5),
        ("every day at 8pm, x5", None, 5),
    ],
)
def test_an_end_is_a_last_day_or_a_number(text: str, until: str | None, count: int | None) -> None:
    assert read(text) == daily(time(20), TZ, day("2026-09-23")).limited(
        until=day(until) if until else None, count=count
    )


def test_a_start_is_the_first_day_that_may_count() -> None:
    rule = read("every monday at 9am starting 5 October until 2 November")
    assert [to_wall(at, zone(TZ)).day for at in slots(rule, NOW)] == [5, 12, 19, 26, 2]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("every weekday at 7", ["every weekday at 07:00", "every weekday at 19:00"]),
        ("every 2nd monday 8am", ["every 2 weeks on Monday at 08:00", "every month on the 2nd Monday at 08:00"]),
        ("every day at 3pm until 3/4",
         ["every day at 15:00, until 4 March 2027", "every day at 15:00, until 3 April 2027"]),
        ("3/4 9am", ["Thursday 4 March 2027, 09:00", "Saturday 3 April 2027, 09:00"]),
        ("at 8", ["Wednesday 23 September 2026, 20:00", "Thursday 24 September 2026, 08:00"]),
    ],
)  # fmt: skip
def test_two_readings_are_asked_back(text: str, said: list[str]) -> None:
    with pytest.raises(Unclear) as problem:
        read(text)
    assert [say_rule(rule, TZ) for rule in problem.value.readings] == said


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"), ("x" * 500, "too_long"), ("every banana", "not_understood"), ("every 2 hours", "repeats"),
        ("3 times a day", "repeats"), ("every morning", "no_time"), ("every day at 5pm UTC", "not_understood"),
        ("every 99999 days", "too_far"), ("every 30 Feb", "impossible"), ("every monday until match day", "no_day"),
        ("every day until 3 March 5 times", "two_times"), ("every day 0 times", "zero"), ("yesterday", "past"),
        ("in 9999999 days", "too_far"), ("every day until 2090", "no_day"), ("every year", "no_day"),
        ("every day starting 5 October until 2 October 2026", "past"), ("daily on monday", "two_days"),
    ],
)  # fmt: skip
def test_what_is_no_rule_is_refused_with_a_sentence(text: str, code: str) -> None:
    with pytest.raises(Unclear) as problem:
        read(text)
    assert problem.value.code == code
    assert 10 < len(problem.value.message) < 300
    assert not problem.value.readings


def test_a_moment_is_a_rule_with_one_slot() -> None:
    rule = read("tomorrow 9am")
    assert is_once(rule)
    assert list(slots(rule, NOW)) == [datetime(2026, 9, 24, 8, tzinfo=UTC)]


def test_a_length_of_time_stays_where_it_is_when_a_person_moves() -> None:
    rule = read("in 20 minutes", now=NOW + timedelta(seconds=30))
    assert rule.zone == EXACT
    assert next_after(rule, NOW) == datetime(2026, 9, 23, 13, 26, tzinfo=UTC), "a whole minute, and never earlier"


def test_the_second_showing_of_an_hour_is_kept() -> None:
    """1 November 2026: 01:30 in New York comes twice, and 90 minutes after the first midnight is the first."""
    before = datetime(2026, 11, 1, 5, 0, tzinfo=UTC)
    moment = next_after(read("in 90 minutes", "America/New_York", before), before)
    assert moment == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)


def slots(rule: Rule, after: datetime, most: int = 40) -> list[datetime]:
    found: list[datetime] = []
    upcoming = next_after(rule, after)
    while upcoming is not None and len(found) < most:
        found.append(upcoming)
        upcoming = next_after(rule, upcoming)
    return found


TIMES = st.times().map(lambda each: each.replace(second=0, microsecond=0))
DAYS = st.sets(st.integers(0, 6), min_size=1).map(lambda each: tuple(sorted(each)))
MOMENTS = st.integers(0, 3 * 365 * 24 * 60).map(lambda minutes: NOW + timedelta(minutes=minutes))
START = date(2026, 1, 1)
RULES = st.one_of(
    st.builds(lambda at, n: daily(at, TZ, START, interval=n), TIMES, st.integers(1, 30)),
    st.builds(lambda at, days, n: weekly(at, TZ, START, days, interval=n), TIMES, DAYS, st.integers(1, 9)),
    st.builds(lambda at, d, n: monthly(at, TZ, START, d, interval=n), TIMES, st.integers(1, 31), st.integers(1, 12)),
    st.builds(
        lambda at, days, place: monthly_on(at, TZ, START, days, place),
        TIMES,
        st.one_of(st.just(WORKDAYS), st.integers(0, 6).map(lambda one: (one,))),
        st.sampled_from((1, 2, 3, 4, -1)),
    ),
    st.builds(
        lambda at, n: yearly(
            at, TZ, START, (date(2024, 1, 1) + timedelta(n)).month, (date(2024, 1, 1) + timedelta(n)).day
        ),
        TIMES,
        st.integers(0, 365),
    ),
)


@given(RULES, st.one_of(st.none(), st.integers(2, 50)), MOMENTS)
@settings(deadline=None)
def test_every_rule_can_be_said_and_read_again(rule: Rule, count: int | None, now: datetime) -> None:
    limited = rule.limited(count=count)
    again = read(say_rule(limited, TZ), now=now)
    assert replace(again, start=START) == limited


@given(MOMENTS, st.sampled_from(ZONES))
@settings(deadline=None)
def test_every_moment_can_be_said_and_read_again(now: datetime, tz: str) -> None:
    rule = read("in 3 weeks", tz, now)
    said = say_rule(rule, tz)
    assert say_rule(read(said, tz, now), tz) == said


@given(TIMES, st.sampled_from(ZONES), MOMENTS)
@settings(deadline=None)
def test_a_daily_repeat_comes_once_a_day_at_its_wall_clock_whatever_the_clocks_do(
    at: time, tz: str, now: datetime
) -> None:
    rule = read(f"every day at {at:%H:%M}", tz, now)
    days = slots(rule, now, 200)
    assert len(days) == 200
    moved = 0
    for earlier, later in pairwise(days):
        assert timedelta(hours=22) <= later - earlier <= timedelta(hours=26)
        moved += to_wall(later, zone(tz)).time() != at
    assert moved <= 2, "only a time that the clocks skip moves, and that twice a year at most"


@given(st.text(max_size=60))
@settings(deadline=None)
def test_whatever_is_typed_there_is_a_rule_or_a_sentence(text: str) -> None:
    for typed in (text, f"every {text}", f"every day until {text}", f"{text} every monday"):
        try:
            said = say_rule(rule := read(typed), TZ)
        except Unclear as problem:
            said = problem.message
        else:
            assert next_after(rule, NOW) is not None
        assert said


def test_the_31st_and_29_february_come_back_to_their_day() -> None:
    """Scenario E20."""
    walls = [to_wall(at, zone(TZ)).date() for at in islice(slots(read("every month on the 31st"), NOW), 6)]
    assert [(each.month, each.day) for each in walls] == [(9, 30), (10, 31), (11, 30), (12, 31), (1, 31), (2, 28)]
    years = [to_wall(at, zone(TZ)).date() for at in slots(read("every year on 29 February"), NOW, 3)]
    assert years == [date(2027, 2, 28), date(2028, 2, 29), date(2029, 2, 28)]


def test_a_rule_of_years_says_its_unit() -> None:
    assert read("every year on 5 May").every is Every.YEAR
