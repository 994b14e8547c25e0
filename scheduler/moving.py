"""What moving to another zone does to a reminder, and when a rule comes next."""

from __future__ import annotations

from datetime import datetime

from scheduler.dates.repeats import EXACT, is_once, once
from scheduler.recurrence import Rule, next_after
from storage.nudges import Rule as Stored


def repeat(stored: Stored) -> Rule:
    """The stored rule as a repeat."""
    return Rule.from_json({**stored.spec, "zone": stored.zone})


def moved(stored: Stored, zone: str, now: datetime) -> tuple[Rule, datetime | None]:
    """The rule of a person who has moved to `zone` (IANA), and its next slot.

    It keeps its time on the wall. A moment that is exact ("in 20 minutes") stays where it is, and so does a single one
    that would be past on the new clock: it is not lost.
    """
    rule = repeat(stored)
    if rule.zone == EXACT or stored.next_at is None:
        return rule, stored.next_at
    there = rule.moved_to(zone)
    if stored.paused_until is not None and stored.paused_until > now:
        return there, next_after(there, stored.paused_until)
    upcoming = next_after(there, now)
    if upcoming is None and stored.next_at > now:
        # The last one: on the new clock its time has gone by.
        return (once(stored.next_at, zone), stored.next_at) if is_once(rule) else (rule, stored.next_at)
    return there, upcoming
