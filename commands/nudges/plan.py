"""When a person's nudges come: rhythms, rarer rhythms, what "later" means, and what a change of hours moves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any, Literal

from content.plans import NudgeKind
from scheduler import recurrence
from scheduler.clock import to_wall
from scheduler.messages import NUDGES
from scheduler.moving import moved
from scheduler.recurrence import Every, QuietHours
from scheduler.timetable import OWN_USEFUL_FOR, USEFUL_FOR
from scheduler.zones import zone
from storage.db import Uow
from storage.ledger import NewNudge, NudgeRow
from storage.nudges import Rule, family
from storage.outbox import Letter
from storage.people import Person

TRIAL_AFTER = timedelta(seconds=60)
"""On the trial page the first nudge of a kind comes this long after it was turned on."""
EVENING = time(19)
"""What "tonight" means, unless the person's quiet hours have begun by then."""
NEAR = timedelta(minutes=30)
"""An evening that is nearer than this is not meant by "tonight"."""
DAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
_WORKDAYS = (0, 1, 2, 3, 4)

Later = Literal["hour", "tonight", "tomorrow", "week"]
Rarer = Literal["1", "2", "4"]
"""A rarer rhythm: once in so many weeks."""


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


def repeat(rule: Rule) -> recurrence.Rule | None:
    """The stored rule as a repeat; None when it is none (the season's, a broken one)."""
    try:
        return recurrence.Rule.from_json({**rule.spec, "zone": rule.zone})
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def rhythm(kind: NudgeKind) -> str:
    """The rhythm of a kind in words."""
    return {"daily": "every day", "weekdays": "on workdays", "weekly": f"on {DAYS[kind.weekday]}"}[kind.days]


def rhythm_of(rule: recurrence.Rule) -> str:
    """The rhythm of a curated rule in words."""
    if rule.every is Every.DAY:
        return "every day"
    if rule.weekdays == _WORKDAYS:
        return "on workdays"
    days = " and ".join(DAYS[day] for day in rule.weekdays)
    return f"on {days}" if rule.interval == 1 else f"every {rule.interval} weeks, on {days}"


def rarer(rule: Rule) -> Rarer | None:
    """The next rarer rhythm; None where there is none: a single reminder, once in four weeks, by the month."""
    found = repeat(rule)
    if found is None or found.count == 1 or found.every not in (Every.DAY, Every.WEEK):
        return None
    if found.every is Every.DAY or len(found.weekdays) > 1:
        return "1"
    steps: tuple[Rarer, ...] = ("2", "4")
    return next((step for step in steps if int(step) > found.interval), None)


def at_rarer(rule: Rule, weeks: int, now: datetime) -> recurrence.Rule | None:
    """The rule once in so many weeks, from now on; None when it is as rare already. Pressed twice it is the same."""
    found = repeat(rule)
    if found is None or found.every not in (Every.DAY, Every.WEEK):
        return None
    if found.every is Every.WEEK and len(found.weekdays) == 1 and found.interval >= weeks:
        return None
    today = to_wall(now, zone(found.zone)).date()
    day = found.weekdays[0] if found.weekdays else today.weekday()
    # The next one is a whole rhythm away, also when this week's is still to come.
    start = today + timedelta(weeks=weeks) - timedelta(days=today.weekday())
    return replace(found, every=Every.WEEK, weekdays=(day,), interval=weeks, start=start)


async def replan(uow: Uow, person: Person, now: datetime) -> None:
    """Bring all rules of a person to their present zone and time of day. What is to come moves; nothing else.

    A reminder of their own keeps its time of day. The season's dates are looked at again.
    """
    if person.zone is None:
        return
    for kept in await uow.nudges.of(person.id):
        if family(kept.kind) == "season":
            await uow.nudges.reschedule(kept.id, kept.spec, person.zone, now)
            continue
        if family(kept.kind) == "own":
            own, upcoming = moved(kept, person.zone, now)
            await uow.nudges.reschedule(kept.id, own.to_json(), own.zone, upcoming)
            continue
        changed: dict[str, Any] = {"zone": person.zone, "at": person.nudge_time}
        rule = recurrence.Rule.from_json({**kept.spec, **changed})
        await uow.nudges.reschedule(kept.id, rule.to_json(), person.zone, recurrence.next_after(rule, now))


def later(person: Person, choice: Later, now: datetime) -> datetime:
    """The moment that a choice of "remind me later" means for the person, in UTC."""
    where = zone(person.zone or "UTC")
    morning, today = time.fromisoformat(person.nudge_time), to_wall(now, where).date()
    match choice:
        case "hour":
            return now.astimezone(UTC) + timedelta(hours=1)
        case "tonight":
            rule, after = recurrence.daily(EVENING, str(where), today), now + NEAR
        case "tomorrow":
            rule, after = recurrence.daily(morning, str(where), today), now + timedelta(hours=3)
        case "week":
            rule, after = recurrence.weekly(morning, str(where), today, (0,)), now + timedelta(hours=3)
    at = recurrence.next_after(rule, after) or now + timedelta(days=1)
    return quiet(person).postpone(at, str(where))


def tomorrow_morning(person: Person, now: datetime) -> datetime:
    """The person's next morning at their time of day, outside their quiet hours."""
    return later(person, "tomorrow", now)


def quiet(person: Person) -> QuietHours:
    """When not to write to this person."""
    return QuietHours(time.fromisoformat(person.quiet_start), time.fromisoformat(person.quiet_end))


async def plan_one(
    uow: Uow, person: Person, kind: str, key: str, due_at: datetime, now: datetime, *,
    rule_id: int | None = None, item: str | None = None, season: int | None = None,
) -> NudgeRow | None:  # fmt: skip
    """One nudge outside any rhythm, in a message of its own; None when one with this key was ever planned."""
    new = NewNudge(person.id, rule_id, key, kind, due_at, due_at, item, season)
    made = await uow.ledger.plan((new,))
    if not made:
        return None
    end = due_at + (OWN_USEFUL_FOR if family(kind) == "own" else USEFUL_FOR)
    letter = Letter(person.id, person.account, rule_id, person.platform, NUDGES, key, due_at, end)
    ids = await uow.outbox.add_all((letter,), now)
    if key in ids:
        await uow.ledger.ride(((made[0].id, ids[key], due_at),))
    return made[0]


async def put_off(uow: Uow, person: Person, nudge: NudgeRow, until: datetime, now: datetime) -> None:
    """The same nudge once more at another time. Its repeat stays; a later choice replaces an earlier one."""
    begin = f"again:{nudge.id}:"
    waiting = [row for row in await uow.ledger.waiting(person.id, nudge.kind) if row.key.startswith(begin)]
    if any(row.due_at == until for row in waiting):
        return
    await uow.ledger.cancel_these(person.id, [row.id for row in waiting], "moved")
    await plan_one(
        uow, person, nudge.kind, f"{begin}{int(until.timestamp())}:{int(now.timestamp())}", until, now,
        rule_id=nudge.rule_id, item=nudge.item, season=nudge.season,
    )  # fmt: skip
