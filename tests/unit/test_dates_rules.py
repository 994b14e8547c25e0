"""The conventions as properties: each rule against a slow and plain reckoning of its own."""

import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scheduler.clock import from_wall, to_wall
from scheduler.dates import DateProblem, read_when
from scheduler.dates.words import tidy

ZONES = st.sampled_from(
    ("Asia/Karachi", "America/New_York", "Europe/Berlin", "Africa/Cairo", "Asia/Kathmandu", "Pacific/Apia",
     "Australia/Lord_Howe")
)  # fmt: skip
NOWS = st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda now: now.replace(microsecond=0)
)
CLOCKS = st.integers(0, 1439).map(lambda minutes: time(*divmod(minutes, 60)))
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = ("Jan", "feb", "MARCH", "april", "May", "june", "jul", "Aug.", "sept", "october", "Nov", "december")


def twelve_hours(clock: time) -> str:
    return f"{(clock.hour - 1) % 12 + 1}:{clock.minute:02}{'am' if clock.hour < 12 else ' p.m.'}"


def outcome(text: str, now: datetime, tz: str) -> datetime | DateProblem:
    try:
        return read_when(text, now=now, tz=tz)
    except DateProblem as problem:
        return problem


def first_to_come(
    now: datetime, zone: ZoneInfo, clock: time, wanted: set[date] | None = None, weekday: int = -1
) -> datetime:
    """Day after day from today: the first that is wanted and still to come."""
    day = to_wall(now, zone).date()
    for _ in range(366 * 9):
        instant = from_wall(datetime.combine(day, clock), zone)
        if instant > now and (wanted is None or day in wanted) and (weekday < 0 or day.weekday() == weekday):
            return instant
        day += timedelta(days=1)
    raise AssertionError("no such day")


@settings(max_examples=200)
@given(NOWS, ZONES, CLOCKS, st.booleans())
def test_a_time_alone_is_the_next_such_time(now: datetime, tz: str, clock: time, halves: bool) -> None:
    text = twelve_hours(clock) if halves else f"{clock:%H:%M}"
    assert read_when(text, now=now, tz=tz) == first_to_come(now, ZoneInfo(tz), clock)


@settings(max_examples=200)
@given(NOWS, ZONES, CLOCKS, st.integers(0, 6), st.sampled_from(("{day} {at}", "{at} on {day}", "{day}, at {at}")))
def test_a_weekday_is_the_next_one(now: datetime, tz: str, clock: time, weekday: int, form: str) -> None:
    name = WEEKDAYS[weekday]
    for day in (name, name[:3].upper(), name[:3] + "."):
        text = form.format(day=day, at=twelve_hours(clock))
        assert read_when(text, now=now, tz=tz) == first_to_come(now, ZoneInfo(tz), clock, weekday=weekday)


@settings(max_examples=200)
@given(NOWS, ZONES, CLOCKS, st.dates(date(2028, 1, 1), date(2028, 12, 31)))
def test_a_day_and_month_are_the_next_that_exist(now: datetime, tz: str, clock: time, day: date) -> None:
    wanted = {day.replace(year=year) for year in range(2026, 2040) if day.day < 29 or day.month != 2 or year % 4 == 0}
    expected = first_to_come(now, ZoneInfo(tz), clock, wanted)
    month = MONTHS[day.month - 1]
    for text in (f"{day.day} {month}", f"{month} {day.day}", f"the {day.day}th of {month}", f"{day.day}.{day.month}."):
        assert read_when(f"{text} {clock:%H:%M}", now=now, tz=tz) == expected


@settings(max_examples=200)
@given(NOWS, ZONES, CLOCKS, st.dates(date(2025, 1, 1), date(2032, 1, 1)))
def test_a_full_date_is_that_day_or_past(now: datetime, tz: str, clock: time, day: date) -> None:
    expected = from_wall(datetime.combine(day, clock), ZoneInfo(tz))
    assume(expected < now + timedelta(days=4 * 365))
    month = MONTHS[day.month - 1]
    for text in (
        f"{day}", f"{day:%Y/%m/%d}", f"{day:%d.%m.%Y}", f"{day.day} {month} {day.year}",
        f"{month} {day.day}, {day.year}",
        f"{WEEKDAYS[day.weekday()]} {day.day} {month} {day.year}",
    ):  # fmt: skip
        typed = f"{text} {clock:%H:%M}"
        if expected > now:
            assert read_when(typed, now=now, tz=tz) == expected
        else:
            with pytest.raises(DateProblem, match="past"):
                read_when(typed, now=now, tz=tz)


@settings(max_examples=200)
@given(NOWS, ZONES, st.integers(0, 5), st.integers(0, 400), st.integers(0, 100), st.integers(0, 59))
def test_hours_are_exact_and_days_keep_the_clock(
    now: datetime, tz: str, weeks: int, days: int, hours: int, minutes: int
) -> None:
    assume(weeks or days or hours or minutes)
    zone = ZoneInfo(tz)
    start = from_wall(to_wall(now, zone) + timedelta(weeks=weeks, days=days), zone) if weeks or days else now
    expected = start + timedelta(hours=hours, minutes=minutes)
    assume(expected > now)
    for text in (
        f"in {weeks} weeks, {days} days, {hours} hours and {minutes} minutes",
        f"{weeks}w {days}d {hours}h {minutes}m from now",
    ):
        assert read_when(text, now=now, tz=tz) == expected


@given(NOWS, st.integers(1, 31), st.integers(1, 12), st.sampled_from(("/", " / ", "-2029-", "/2029")))
def test_slashes_are_asked_exactly_when_both_orders_are_days(now: datetime, a: int, b: int, form: str) -> None:
    text = f"{a}-{b}-2029" if form == "-2029-" else f"{a}/{b}/2029" if form == "/2029" else f"{a}{form}{b}"
    year = 2029 if "2029" in form else 2028
    orders = {day for day in (_day(year, b, a), _day(year, a, b)) if day}
    meant = outcome(text, now.replace(year=2028), "Asia/Karachi")
    if isinstance(meant, DateProblem):
        assert (meant.code == "ambiguous_order") == (len(orders) == 2)
        assert len(orders) != 1
    else:
        (only,) = orders
        assert (meant.month, meant.day) == (only.month, only.day)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


@given(NOWS, ZONES, st.integers(0, 6))
def test_next_weekday_is_asked_exactly_when_the_readings_differ(now: datetime, tz: str, weekday: int) -> None:
    today = to_wall(now, ZoneInfo(tz)).date()
    coming = next(day for day in (today + timedelta(days=n) for n in range(1, 8)) if day.weekday() == weekday)
    of_next_week = today - timedelta(days=today.weekday()) + timedelta(days=7 + weekday)
    text = f"next {WEEKDAYS[weekday]} 10:00"
    if coming == of_next_week:
        assert read_when(text, now=now, tz=tz).date() == coming
    else:
        with pytest.raises(DateProblem) as caught:
            read_when(text, now=now, tz=tz)
        assert [reading.astimezone(ZoneInfo(tz)).date() for reading in caught.value.readings] == [coming, of_next_week]


SOUP = """
in at on the next this last a an half two twenty five 5 12 31 0 8 8.30 17:45 24:30 1.5 3/4 17/12 17.12. dec 15th
2027-03-28 2027 december first second monday fri tomorrow today tonight noon midnight morning evening am pm a.m.
hours minutes h m d days week weeks month years and , - + . @ from now before after ago utc z est +05:30 -05:00
<t:1798761600> <t:9> of to past quarter o'clock 0000-01-01 9999-12-31 29 feb 00:00 same time hundred thousand 1/2
Europe/Berlin 1745 20h 1h30 -5 999999999999 day fortnight 🙂 ٣ ½
"""
PIECES = tuple(SOUP.split())


@settings(max_examples=1500)
@given(st.integers(), NOWS, ZONES)
def test_any_mixture_of_words_is_a_moment_to_come_or_a_problem(seed: int, now: datetime, tz: str) -> None:
    pick = random.Random(seed)
    text = pick.choice((" ", " ", "")).join(pick.choices(PIECES, k=pick.randint(1, 6)))
    meant = outcome(text, now, tz)
    if isinstance(meant, DateProblem):
        assert all(reading > now for reading in meant.readings)
    else:
        assert now < meant <= now + timedelta(days=5 * 366)
        assert meant.tzinfo == ZoneInfo(tz)


@given(st.text(max_size=200), NOWS)
def test_any_text_is_answered(text: str, now: datetime) -> None:
    meant = outcome(text, now, "Asia/Karachi")
    assert meant.message if isinstance(meant, DateProblem) else meant > now


@pytest.mark.parametrize(
    ("typed", "tidied"),
    [
        ("In Twenty–Five  mins", "in 25 mins"),
        ("one hundred and twenty", "120"),
        ("two thousand five hundred", "2500"),
        ("a hundred days", "100 days"),
        ("a dozen days", "12 days"),
        ("two and a half", "2 and a half"),
        ("twenty first", "21th"),
        ("in a second", "in a second"),
        ("five seconds", "5 seconds"),
        ("march second", "march 2th"),
        ("eight thirty pm", "8:30 pm"),
        ("one two", "1 2"),
        ("someone", "someone"),
        ("5 P. M.", "5 pm"),
        ("٢٠२०", "2020"),
        ("5²", "5²"),
        ("1½", "1 1/2"),
        ("to\u00admor\u2060row", "tomorrow"),
    ],
)
def test_a_text_is_tidied(typed: str, tidied: str) -> None:
    assert tidy(typed) == tidied
