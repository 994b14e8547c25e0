"""When a person's nudges come: rhythms, rarer rhythms, what "later" means, and what a change of hours moves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Literal

from content.plans import NudgeKind
from scheduler import recurrence
from scheduler.clock import from_wall, to_wall
from scheduler.messages import NUDGES
from scheduler.moving import moved, repeat
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
STILL_NIGHT = 4
"""Before this hour "tomorrow" may be the day that has begun."""
EXACT, CHOSEN = ":exact", ":chosen"
"""How the keys end of what was put off to an instant ("in 2 hours"), and to a minute on the wall ("friday 6am")."""
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
    """The rule once in so many weeks, from now on; None when it is as rare already, or would be over by then.

    Pressed twice it is the same. Of "10 times" those that came are not counted anew.
    """
    found = repeat(rule)
    if found is None or found.every not in (Every.DAY, Every.WEEK) or rule.next_at is None:
        return None
    if found.every is Every.WEEK and len(found.weekdays) == 1 and found.interval >= weeks:
        return None
    today = to_wall(now, zone(found.zone)).date()
    day = found.weekdays[0] if found.weekdays else today.weekday()
    # The next one is a whole rhythm away, also when this week's is still to come.
    monday = today + timedelta(weeks=weeks) - timedelta(days=today.weekday())
    first = monday + timedelta(days=day)
    if found.until is not None and first > found.until:
        return None
    left = None if found.count is None else max(1, recurrence.slots_from(found, rule.next_at))
    return replace(found, every=Every.WEEK, weekdays=(day,), interval=weeks, start=monday, count=left)


async def replan(uow: Uow, person: Person, now: datetime, *, before: str | None = None) -> None:
    """Bring all that is to come for a person to their present zone and hours. `before`: the zone that they had.

    A reminder of their own keeps its time of day. The season's dates are looked at again.
    """
    if person.zone is None:
        return
    for kept in await uow.nudges.of(person.id):
        if family(kept.kind) == "season":
            since = _look_again(kept, person.zone, now)
            await uow.nudges.reschedule(kept.id, kept.spec, person.zone, since)
            continue
        at = None if family(kept.kind) == "own" else time.fromisoformat(person.nudge_time)
        rule, upcoming = moved(kept, person.zone, now, at=at)
        if rule is not None:
            await uow.nudges.reschedule(kept.id, rule.to_json(), rule.zone, upcoming)
    await _move_waiting(uow, person, before or person.zone, person.zone, now)


def _look_again(season: Rule, zone_name: str, now: datetime) -> datetime:
    """Since when the season's mornings are looked at: from today on, by the clock that is behind.

    A morning that was to come may be past on the new clock. What was said already is not said twice.
    """
    today = min(to_wall(now, zone(name)).date() for name in (season.zone, zone_name))
    begins = from_wall(datetime.combine(today, time()), zone(zone_name))
    return min(season.next_at or begins, begins)


async def _move_waiting(uow: Uow, person: Person, before: str, after: str, now: datetime) -> None:
    """What is planned and waits comes at the same time on the new clock, outside the quiet hours."""
    riders: dict[int, list[NudgeRow]] = {}
    for row in await uow.ledger.waiting(person.id):
        if row.outbox_id is not None:
            riders.setdefault(row.outbox_id, []).append(row)
    for letter in await uow.outbox.joinable((person.id,), NUDGES):
        rows = riders.get(letter.id, [])
        if letter.due_at <= now or not rows or any(row.key.endswith(EXACT) for row in rows):
            continue
        due = from_wall(to_wall(letter.due_at, zone(before)), zone(after))
        if due <= now:
            due = letter.due_at  # gone by on the new clock: it is not lost
        if not any(row.key.endswith(CHOSEN) for row in rows):
            due = quiet(person).postpone(due, after)
        ends = letter.expires_at
        if ends is not None and not any(family(row.kind) == "season" for row in rows):
            ends += max(due - letter.due_at, timedelta())
        if due != letter.due_at and (ends is None or due < ends):
            await uow.ledger.move(letter.id, due, ends)


def later(person: Person, choice: Later, now: datetime) -> datetime:
    """The moment that a choice of "remind me later" means for the person, in UTC.

    "Tonight" is tomorrow's evening when today's is over, or nearly.
    """
    where = zone(person.zone or "UTC")
    morning, here = time.fromisoformat(person.nudge_time), to_wall(now, where)
    today = here.date()
    # For somebody who is still awake the day has not ended with midnight.
    tomorrow = today if here.hour < STILL_NIGHT else today + timedelta(days=1)
    match choice:
        case "hour":
            return now.astimezone(UTC) + timedelta(hours=1)
        case "tonight":
            rule, after = recurrence.daily(EVENING, str(where), today), now + NEAR
        case "tomorrow":
            rule, after = recurrence.daily(morning, str(where), tomorrow), now + timedelta(hours=3)
        case "week":
            monday = today + timedelta(days=7 - today.weekday())
            rule, after = recurrence.weekly(morning, str(where), monday, (0,)), now
    at = recurrence.next_after(rule, after) or now + timedelta(days=1)
    return quiet(person).postpone(at, str(where))


def instead_of_tonight(person: Person, until: datetime, now: datetime) -> str:
    """What to say when the moment that "tonight" was given is not today; nothing when it is."""
    where = zone(person.zone or "UTC")
    at = to_wall(until, where)
    if at.date() == to_wall(now, where).date():
        return ""
    if at.time() < EVENING:
        return "The evening is in your quiet hours, so it comes in the morning."
    return "It is too late for tonight, so it comes tomorrow evening."


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


async def put_off(uow: Uow, person: Person, nudge: NudgeRow, until: datetime, now: datetime, *, how: str = "") -> None:
    """The same nudge once more at another time. Its repeat stays; a later choice replaces an earlier one.

    `how` is `EXACT` or `CHOSEN` for a moment that the person chose to the minute.
    """
    begin = f"again:{nudge.id}:"
    waiting = [row for row in await uow.ledger.waiting(person.id, nudge.kind) if row.key.startswith(begin)]
    if any(row.due_at == until for row in waiting):
        return
    await uow.ledger.cancel_these(person.id, [row.id for row in waiting], "moved")
    await plan_one(
        uow, person, nudge.kind, f"{begin}{int(until.timestamp())}:{int(now.timestamp())}{how}", until, now,
        rule_id=nudge.rule_id, item=nudge.item, season=nudge.season,
    )  # fmt: skip
