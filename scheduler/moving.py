"""A stored rule as a repeat, and what another zone or another time of day does to its next slot."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

from scheduler.clock import from_wall
from scheduler.dates.repeats import EXACT, is_once, once
from scheduler.recurrence import Rule, local_slot, next_after
from scheduler.zones import zone
from storage.nudges import Rule as Stored
from storage.nudges import family

_INSTANT = timedelta(microseconds=1)


def repeat(stored: Stored) -> Rule | None:
    """The stored rule as a repeat; None when it is none (the season's, a broken one)."""
    try:
        return Rule.from_json({**stored.spec, "zone": stored.zone})
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def next_from(rule: Rule, at: datetime) -> datetime | None:
    """The first slot at `at` (aware) or later, in UTC; None when the rule has ended."""
    return next_after(rule, at - _INSTANT)


def moved(
    stored: Stored, zone_name: str, now: datetime, *, at: time | None = None
) -> tuple[Rule | None, datetime | None]:
    """The rule of a person who has moved to `zone_name` (IANA), or whose time of day is `at` now, and its next slot.

    The slot that was to come keeps its day, and its time on the wall unless `at` is another: what was skipped stays
    skipped, what was said is not said twice. One of a repeat that is past on the new clock comes at once. A single one
    keeps its moment then, and so does what is exact ("in 20 minutes") and a single one whose moment has come.
    """
    rule = repeat(stored)
    if rule is None:
        return None, stored.next_at
    there = replace(rule, zone=zone_name, at=at or rule.at)
    exact = family(stored.kind) == "own" and rule.zone == EXACT
    if exact or there == rule or stored.next_at is None or (is_once(rule) and stored.next_at <= now):
        return rule, stored.next_at
    if stored.paused_until is not None and stored.paused_until > now:
        return there, next_from(there, stored.paused_until)
    planned = datetime.fromisoformat(local_slot(rule, stored.next_at))
    upcoming = from_wall(datetime.combine(planned.date(), there.at), zone(zone_name))
    if is_once(rule) and upcoming <= now:
        return once(stored.next_at, zone_name), stored.next_at
    return there, upcoming
