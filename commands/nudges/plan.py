"""When a person's nudges come: from a kind's rhythm and the person's own hours to a rule with its next instant."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from content.plans import NudgeKind
from scheduler import recurrence
from scheduler.clock import to_wall
from scheduler.recurrence import QuietHours
from scheduler.zones import zone
from storage.db import Uow
from storage.people import Person

TRIAL_AFTER = timedelta(seconds=60)
"""On the trial page the first nudge of a kind comes this long after it was turned on."""


def rule_for(kind: NudgeKind, at: str, zone_name: str, now: datetime) -> recurrence.Rule:
    """The kind's rhythm at the person's time of day, on clocks in their zone."""
    today = to_wall(now, zone(zone_name)).date()
    clock = time.fromisoformat(at)
    match kind.days:
        case "daily":
            return recurrence.daily(clock, zone_name, today)
        case "weekdays":
            return recurrence.on_weekdays(clock, zone_name, today)
        case "weekly":
            return recurrence.weekly(clock, zone_name, today, (kind.weekday,))


def rhythm(kind: NudgeKind) -> str:
    """The rhythm in words."""
    days = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
    return {"daily": "every day", "weekdays": "on workdays", "weekly": f"on {days[kind.weekday]}"}[kind.days]


async def replan(uow: Uow, person: Person, now: datetime) -> None:
    """Bring all rules of a person to their present zone and time of day. What is to come moves; nothing else."""
    if person.zone is None:
        return
    for kept in await uow.nudges.of(person.id):
        stored: dict[str, Any] = {**kept.spec, "zone": person.zone, "at": person.nudge_time}
        rule = recurrence.Rule.from_json(stored)
        upcoming = recurrence.next_after(rule, now)
        await uow.nudges.reschedule(kept.id, rule.to_json(), person.zone, upcoming)


def tomorrow_morning(person: Person, now: datetime) -> datetime:
    """The person's next morning at their time of day, outside their quiet hours."""
    where = zone(person.zone or "UTC")
    rule = recurrence.daily(time.fromisoformat(person.nudge_time), str(where), to_wall(now, where).date())
    at = recurrence.next_after(rule, now + timedelta(hours=3)) or now.astimezone(UTC) + timedelta(days=1)
    return quiet(person).postpone(at, str(where))


def quiet(person: Person) -> QuietHours:
    """When not to write to this person."""
    return QuietHours(time.fromisoformat(person.quiet_start), time.fromisoformat(person.quiet_end))
