"""The names of slots, and what a pause passes over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, cast

from scheduler.dates.repeats import read_rule
from scheduler.recurrence import Rule, daily
from scheduler.timetable import Due, Repeats, Slots
from storage.db import Uow
from storage.nudges import Rule as Stored
from storage.people import Person

NEW_YORK = "America/New_York"
MORNING = datetime(2026, 9, 23, 13, 5, tzinfo=UTC)


async def slots(rule: Rule, next_at: datetime, now: datetime, **more: Any) -> Slots:
    stored = Stored(7, 1, "own:1", rule.to_json(), rule.zone, next_at, True, MORNING, "x", **more)
    due: Sequence[Due] = (Due(stored, cast(Person, None), now),)
    return (await Repeats().slots(cast(Uow, None), due, now))[7]


async def test_five_there_and_five_here_are_two_moments() -> None:
    keys = set()
    for text, at in (("5pm UTC", "2026-09-23T17:00+00:00"), ("5pm", "2026-09-23T17:00-04:00")):
        rule, when = read_rule(text, now=MORNING, tz=NEW_YORK), datetime.fromisoformat(at)
        ((slot,), upcoming) = await slots(rule, when, when)
        assert (slot.slot_at, upcoming) == (when, None)
        keys.add(slot.key)
    assert keys == {"rule:7:2026-09-23T17:00+00:00", "rule:7:2026-09-23T21:00+00:00"}


async def test_a_repeat_keeps_the_time_on_the_wall_in_its_key() -> None:
    when = datetime.fromisoformat("2026-09-23T17:00-04:00")
    ((slot,), _) = await slots(daily(time(17), NEW_YORK, date(2026, 9, 1)), when, when)
    assert slot.key == "rule:7:2026-09-23T17:00"


async def test_a_slot_at_the_end_of_a_pause_counts() -> None:
    ends = datetime.fromisoformat("2026-09-28T07:00-04:00")
    rule = daily(time(7), NEW_YORK, date(2026, 9, 1))
    found = await slots(rule, ends - timedelta(days=2), ends - timedelta(days=1), paused_until=ends)
    assert found == ((), ends)
