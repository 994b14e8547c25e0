import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scheduler.clock import to_wall
from scheduler.recurrence import (
    Every,
    QuietHours,
    Rule,
    daily,
    local_slot,
    monthly,
    monthly_on,
    next_after,
    on_weekdays,
    weekly,
    yearly,
)
from scheduler.zones import UnknownZone

NINE = time(9)
ZONES = (
    "America/New_York", "America/Los_Angeles", "America/Sao_Paulo", "America/St_Johns", "Europe/London",
    "Europe/Berlin", "Africa/Cairo", "Africa/Casablanca", "Asia/Karachi", "Asia/Kathmandu", "Australia/Lord_Howe",
    "Pacific/Auckland",
)  # fmt: skip
START = date(2027, 1, 1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def slots(rule: Rule, after: datetime) -> Iterator[datetime]:
    instant = next_after(rule, after)
    while instant is not None:
        yield instant
        instant = next_after(rule, instant)


def walls(rule: Rule, after: str, number: int) -> list[str]:
    shown = (to_wall(instant, ZoneInfo(rule.zone)) for instant in slots(rule, utc(after)))
    return [wall.isoformat(" ", "minutes") for wall in islice(shown, number)]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("at", [time(0, 0), time(0, 30), time(1, 30), time(2, 30), time(9, 0), time(23, 59)])
def test_a_daily_rule_comes_once_a_day_all_year(zone: str, at: time) -> None:
    rule = daily(at, zone, START)
    year = list(islice(slots(rule, utc("2026-12-31")), 366))
    days = [to_wall(instant, ZoneInfo(zone)).date() for instant in year]
    assert days[0] == START
    assert all(later - earlier == timedelta(days=1) for earlier, later in pairwise(days))
    moved = [wall for wall in (to_wall(instant, ZoneInfo(zone)) for instant in year) if wall.time() != at]
    assert len(moved) <= 2, "only in a gap does the clock show another time"


def test_nine_stays_nine_over_both_clock_changes() -> None:
    rule = daily(NINE, "America/New_York", START)  # E06
    assert walls(rule, "2027-03-12T05:00", 5) == [f"2027-03-{day} 09:00" for day in range(12, 17)]
    assert walls(rule, "2027-11-05T04:00", 5) == [f"2027-11-{day:02} 09:00" for day in range(5, 10)]
    offsets = [instant.hour for instant in islice(slots(rule, utc("2027-03-12T05:00")), 4)]
    assert offsets == [14, 14, 13, 13]


def test_a_slot_in_the_gap_moves_on_and_the_next_day_is_as_before() -> None:
    rule = daily(time(2, 30), "America/New_York", START)
    assert walls(rule, "2027-03-13T12:00", 2) == ["2027-03-14 03:30", "2027-03-15 02:30"]
    half_past_midnight = daily(time(0, 30), "America/New_York", START)
    assert walls(half_past_midnight, "2027-03-13T12:00", 2) == ["2027-03-14 00:30", "2027-03-15 00:30"]


def test_a_slot_in_the_repeated_hour_comes_once_and_first() -> None:
    rule = daily(time(1, 30), "America/New_York", START)
    after = list(islice(slots(rule, utc("2027-11-06T12:00")), 2))
    assert after == [utc("2027-11-07T05:30"), utc("2027-11-08T06:30")]


def test_a_whole_day_that_a_country_skips_gives_no_second_slot() -> None:
    rule = daily(NINE, "Pacific/Apia", date(2011, 12, 1))  # Samoa had no 30 December 2011
    assert walls(rule, "2011-12-29T12:00", 3) == ["2011-12-29 09:00", "2011-12-31 09:00", "2012-01-01 09:00"]


def test_late_sends_do_not_move_the_next_slot() -> None:
    rule = daily(time(18), "Asia/Kolkata", START)  # E38
    now, sent = utc("2027-01-01T00:00"), []
    for turn in range(60):
        due = next_after(rule, now)
        assert due is not None
        sent.append(to_wall(due, ZoneInfo("Asia/Kolkata")))
        now = due + timedelta(seconds=20 + 5 * turn)
    assert {wall.time() for wall in sent} == {time(18)}
    assert [wall.date() for wall in sent] == [START + timedelta(days=turn) for turn in range(60)]


def test_weekdays_and_single_days() -> None:
    workdays = on_weekdays(NINE, "Asia/Karachi", START)  # 1 January 2027 is a Friday
    assert walls(workdays, "2026-12-31", 3) == ["2027-01-01 09:00", "2027-01-04 09:00", "2027-01-05 09:00"]
    two_days = weekly(NINE, "Asia/Karachi", START, (5, 1, 1))
    assert walls(two_days, "2026-12-31", 3) == ["2027-01-02 09:00", "2027-01-05 09:00", "2027-01-09 09:00"]


@pytest.mark.parametrize("after", ["2026-12-31", "2027-06-30", "2036-01-01"])
def test_every_second_week_keeps_its_rhythm_for_ever(after: str) -> None:
    rule = weekly(NINE, "Asia/Karachi", START, (0, 4), interval=2)
    first_monday = date(2026, 12, 28)
    for instant in islice(slots(rule, utc(after)), 10):
        day = to_wall(instant, ZoneInfo("Asia/Karachi")).date()
        assert day.weekday() in (0, 4)
        assert (day - first_monday).days // 7 % 2 == 0


def test_every_third_day_keeps_its_rhythm_for_ever() -> None:
    rule = daily(NINE, "Asia/Karachi", START, interval=3)
    days = [date.fromisoformat(wall[:10]) for wall in walls(rule, "2033-05-05", 5)]
    assert all((day - START).days % 3 == 0 for day in days)


def test_the_31st_is_the_last_day_of_a_short_month_and_itself_again_after() -> None:
    rule = monthly(NINE, "Europe/Berlin", START, 31)  # E20
    assert [wall[:10] for wall in walls(rule, "2027-01-01", 5)] == [
        "2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31",
    ]  # fmt: skip
    assert walls(monthly(NINE, "Europe/Berlin", START, 29), "2028-02-01", 1) == ["2028-02-29 09:00"]
    assert walls(monthly(NINE, "Europe/Berlin", START, 30), "2027-02-01", 1) == ["2027-02-28 09:00"]
    assert walls(monthly(NINE, "Europe/Berlin", START, 15), "2027-02-01", 1) == ["2027-02-15 09:00"]


def test_every_third_month() -> None:
    rule = monthly(NINE, "Asia/Karachi", date(2027, 1, 31), 31, interval=3)
    assert [wall[:10] for wall in walls(rule, "2027-01-01", 3)] == ["2027-01-31", "2027-04-30", "2027-07-31"]


def test_last_friday_last_working_day_and_first_monday() -> None:
    last_friday = monthly_on(NINE, "Asia/Karachi", START, (4,), -1)
    assert [wall[:10] for wall in walls(last_friday, "2027-01-01T05:00", 2)] == ["2027-01-29", "2027-02-26"]
    last_working_day = monthly_on(NINE, "Asia/Karachi", START, (0, 1, 2, 3, 4), -1)
    assert [wall[:10] for wall in walls(last_working_day, "2027-01-02", 2)] == ["2027-01-29", "2027-02-26"]
    first_monday = monthly_on(NINE, "Asia/Karachi", START, (0,), 1)
    assert [wall[:10] for wall in walls(first_monday, "2027-01-02", 2)] == ["2027-01-04", "2027-02-01"]


def test_a_leap_day_is_the_28th_in_common_years() -> None:
    rule = yearly(NINE, "Europe/London", START, 2, 29)  # E20
    days = [wall[:10] for wall in walls(rule, "2027-01-01", 3)]
    assert days == ["2027-02-28", "2028-02-29", "2029-02-28"]


def test_a_rule_ends_with_its_last_day_or_its_count() -> None:
    rule = daily(NINE, "Asia/Karachi", START)
    assert len(list(slots(rule.limited(until=date(2027, 1, 5)), utc("2026-12-01")))) == 5
    assert len(list(slots(rule.limited(count=3), utc("2026-12-01")))) == 3
    assert len(list(slots(rule.limited(count=3), utc("2027-01-02T04:00")))) == 1
    assert next_after(rule.limited(count=3), utc("2030-01-01")) is None
    late_slot_on_the_last_day = daily(time(23, 59), "America/New_York", START).limited(until=START)
    assert len(list(slots(late_slot_on_the_last_day, utc("2026-12-01")))) == 1


def test_nothing_before_the_start() -> None:
    rule = daily(NINE, "America/New_York", date(2027, 6, 1))
    assert walls(rule, "2020-01-01", 1) == ["2027-06-01 09:00"]


def test_a_slot_key_is_the_planned_time_whatever_the_clocks_did() -> None:
    rule = daily(time(2, 30), "America/New_York", START)
    moved = next_after(rule, utc("2027-03-14T05:00"))
    assert moved is not None
    assert local_slot(rule, moved) == "2027-03-14T02:30"
    nine = daily(NINE, "America/New_York", START)
    assert local_slot(nine, utc("2027-11-07T14:00")) == "2027-11-07T09:00"
    # The instant was stored under rules of the zone that have changed since: still the same slot.
    assert local_slot(nine, utc("2027-07-01T14:00")) == local_slot(nine, utc("2027-07-01T13:00")) == "2027-07-01T09:00"


def test_the_slot_key_of_an_instant_far_from_any_slot_is_what_the_clock_shows() -> None:
    assert local_slot(monthly(NINE, "Asia/Karachi", START, 1), utc("2027-01-15T04:30")) == "2027-01-15T09:30"


@pytest.mark.parametrize("zone", ZONES)
def test_every_slot_of_a_year_has_its_own_key(zone: str) -> None:
    rule = daily(time(2, 15), zone, START)
    keys = [local_slot(rule, instant) for instant in islice(slots(rule, utc("2026-12-31T12:00")), 366)]
    assert keys == [f"{START + timedelta(days=day)}T02:15" for day in range(366)]


def test_slots_survive_years_behind_us_quickly() -> None:
    rule = daily(NINE, "Asia/Karachi", date(1990, 1, 1))
    assert walls(rule, "2090-01-01T12:00", 1) == ["2090-01-02 09:00"]


RULES = st.one_of(
    st.builds(daily, st.times().map(lambda t: t.replace(second=0, microsecond=0, fold=0)), st.sampled_from(ZONES),
              st.just(START), interval=st.integers(1, 5)),
    st.builds(weekly, st.just(time(2, 30)), st.sampled_from(ZONES), st.just(START),
              st.lists(st.integers(0, 6), min_size=1).map(tuple), interval=st.integers(1, 4)),
    st.builds(monthly, st.just(time(1, 30)), st.sampled_from(ZONES), st.just(START), st.integers(1, 31),
              interval=st.integers(1, 4)),
    st.builds(monthly_on, st.just(NINE), st.sampled_from(ZONES), st.just(START), st.just((0, 4)),
              st.sampled_from((1, 2, 3, 4, -1))),
    st.builds(yearly, st.just(NINE), st.sampled_from(ZONES), st.just(START), st.just(2), st.integers(1, 29)),
)  # fmt: skip
INSTANTS = st.datetimes(datetime(2026, 6, 1), datetime(2032, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@settings(max_examples=150)
@given(RULES, INSTANTS)
def test_the_next_slot_is_later_and_nothing_lies_between(rule: Rule, after: datetime) -> None:
    first = next_after(rule, after)
    assert first is not None
    assert first > after
    just_before = first - timedelta(microseconds=1)
    assert next_after(rule, just_before) == first


@given(RULES)
def test_a_rule_survives_its_storage(rule: Rule) -> None:
    limited = rule.limited(until=date(2031, 1, 1))
    assert Rule.from_json(json.loads(json.dumps(limited.to_json()))) == limited


def test_a_stored_rule_holds_local_time_and_zone_name() -> None:
    stored = on_weekdays(NINE, "America/New_York", START).to_json()
    assert stored == {
        "every": "week", "at": "09:00", "zone": "America/New_York", "start": "2027-01-01", "interval": 1,
        "weekdays": [0, 1, 2, 3, 4],
    }  # fmt: skip


def test_a_person_who_moves_keeps_the_wall_clock_time() -> None:
    moved = daily(NINE, "Asia/Karachi", START).moved_to("America/New_York")
    assert walls(moved, "2027-01-01", 1) == ["2027-01-01 09:00"]
    with pytest.raises(UnknownZone):
        moved.moved_to("EST5")


@pytest.mark.parametrize(
    "broken",
    [
        {"every": Every.DAY, "interval": 0},
        {"every": Every.DAY, "at": time(9, tzinfo=UTC)},
        {"every": Every.DAY, "at": time(9, 0, 1)},
        {"every": Every.DAY, "count": 0},
        {"every": Every.DAY, "until": date(2026, 12, 31)},
        {"every": Every.DAY, "weekdays": (1,)},
        {"every": Every.DAY, "day": 1},
        {"every": Every.DAY, "month": 1},
        {"every": Every.WEEK},
        {"every": Every.WEEK, "weekdays": (7,)},
        {"every": Every.WEEK, "weekdays": (1,), "position": 1},
        {"every": Every.MONTH},
        {"every": Every.MONTH, "day": 32},
        {"every": Every.MONTH, "day": 0},
        {"every": Every.MONTH, "position": 1},
        {"every": Every.MONTH, "weekdays": (1,), "position": 5},
        {"every": Every.MONTH, "weekdays": (1,), "position": 1, "day": 3},
        {"every": Every.YEAR, "month": 2},
        {"every": Every.YEAR, "day": 2},
        {"every": Every.YEAR, "month": 2, "day": 30},
        {"every": Every.YEAR, "month": 4, "day": 31},
        {"every": Every.YEAR, "month": 13, "day": 1},
    ],
)
def test_parts_that_make_no_rule_are_refused(broken: dict[str, object]) -> None:
    parts: dict[str, object] = {"at": NINE, "zone": "Asia/Karachi", "start": START, **broken}
    with pytest.raises(ValueError, match=r"\w"):
        Rule(**parts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("hours", "wall", "covered"),
    [
        ((22, 7), time(21, 59), False),
        ((22, 7), time(22, 0), True),
        ((22, 7), time(3, 0), True),
        ((22, 7), time(6, 59), True),
        ((22, 7), time(7, 0), False),
        ((13, 15), time(14, 0), True),
        ((13, 15), time(15, 0), False),
        ((9, 9), time(9, 0), False),
    ],
)
def test_quiet_hours_cover_their_start_and_not_their_end(hours: tuple[int, int], wall: time, covered: bool) -> None:
    assert QuietHours(time(hours[0]), time(hours[1])).covers(wall) is covered


def test_a_nudge_in_quiet_hours_waits_for_their_end() -> None:
    quiet = QuietHours(time(22), time(7))
    assert quiet.postpone(utc("2027-01-01T18:00"), "Asia/Karachi") == utc("2027-01-02T02:00")  # 23:00 -> 07:00
    assert quiet.postpone(utc("2027-01-01T22:00"), "Asia/Karachi") == utc("2027-01-02T02:00")  # 03:00 -> 07:00
    assert quiet.postpone(utc("2027-01-01T04:00"), "Asia/Karachi") == utc("2027-01-01T04:00")
    assert QuietHours(time(9), time(9)).postpone(utc("2027-01-01T04:00"), "Asia/Karachi") == utc("2027-01-01T04:00")


def test_quiet_hours_that_end_in_the_gap_end_after_it() -> None:
    quiet = QuietHours(time(22), time(2, 30))
    assert quiet.postpone(utc("2027-03-14T06:00"), "America/New_York") == utc("2027-03-14T07:30")  # 03:30 EDT


def test_quiet_hours_that_end_in_the_repeated_hour() -> None:
    quiet = QuietHours(time(22), time(1, 30))
    assert quiet.postpone(utc("2027-11-07T05:15"), "America/New_York") == utc("2027-11-07T05:30")
    # The clock shows 01:15 again: quiet again, until 01:30 comes a second time.
    assert quiet.postpone(utc("2027-11-07T06:15"), "America/New_York") == utc("2027-11-07T06:30")


MINUTES = st.integers(0, 1439).map(lambda minutes: time(*divmod(minutes, 60)))


@settings(max_examples=300)
@given(MINUTES, MINUTES, INSTANTS, st.sampled_from((*ZONES, "Pacific/Apia")))
@example(time(3), time(2, 30), datetime(2027, 3, 28, 0, 45, tzinfo=UTC), "Europe/Berlin")
def test_a_postponed_instant_is_never_quiet_and_never_earlier(
    start: time, end: time, instant: datetime, zone: str
) -> None:
    quiet = QuietHours(start, end)
    moved = quiet.postpone(instant, zone)
    assert instant <= moved <= instant + timedelta(hours=49)
    assert not quiet.covers(to_wall(moved, ZoneInfo(zone)).time())
    assert quiet.postpone(moved, zone) == moved


def test_quiet_hours_survive_their_storage() -> None:
    quiet = QuietHours(time(22), time(6, 45))
    assert quiet.to_json() == {"start": "22:00", "end": "06:45"}
    assert QuietHours.from_json(quiet.to_json()) == quiet
