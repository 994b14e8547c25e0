"""When a rule's slots come: what the planner asks, and the answer for rules that are a repeat on a wall clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog

from scheduler.clock import from_wall, to_wall
from scheduler.dates.repeats import is_once
from scheduler.moving import next_from
from scheduler.recurrence import Rule, local_slot, next_after
from scheduler.zones import zone
from storage.db import Uow
from storage.nudges import Rule as StoredRule
from storage.people import Person

USEFUL_FOR = timedelta(hours=20)
"""A nudge that is later than this is not sent: the next day's is near."""
OWN_USEFUL_FOR = timedelta(days=7)
"""A person's own reminder is still worth a message then: nobody else knows of it."""
MOST_DROPPED = 30
"""After a long stop so many slots of a rule are written down as dropped, the newest ones."""
_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, OverflowError)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Due:
    """A rule whose time has come, and its person through the account that they can be written to."""

    rule: StoredRule
    person: Person
    now: datetime


@dataclass(frozen=True, slots=True)
class Slot:
    """One nudge to be planned. `key` names it for ever: the same slot has the same key however often it is planned.

    `due_at` is `slot_at` unless the timetable has its own reason; the planner then sees to quiet hours and the like.
    `item` is what it is about when that is known now. `dropped`: a newer one has taken its place. `expires_at`: from
    then on it is of no use; None for as long as is usual for its kind.
    """

    rule_id: int
    person_id: int
    key: str
    kind: str
    item: str | None
    slot_at: datetime
    due_at: datetime
    season: int | None = None
    dropped: bool = False
    expires_at: datetime | None = None


Slots = tuple[tuple[Slot, ...], datetime | None]
"""The slots that have come, and when the next one does: None when the rule has ended."""


class Timetable(Protocol):
    """Says which slots of rules have come."""

    async def slots(self, uow: Uow, due: Sequence[Due], now: datetime) -> Mapping[int, Slots]:
        """By rule id. A rule that is left out cannot be read: it is turned off. Few statements for all of them."""


class Repeats:
    """Rules that are a `recurrence.Rule`: the newest slot that has come, the older ones as dropped."""

    async def slots(self, uow: Uow, due: Sequence[Due], now: datetime) -> Mapping[int, Slots]:
        """As `Timetable.slots`; without a statement."""
        found: dict[int, Slots] = {}
        for each in due:
            try:
                found[each.rule.id] = _slots_of(each.rule, now)
            except _UNREADABLE as error:
                log.error("rule_unreadable", rule=each.rule.id, kind=each.rule.kind, reason=type(error).__name__)
        return found


def _slots_of(stored: StoredRule, now: datetime) -> Slots:
    """Raises one of `_UNREADABLE` for a stored rule that is none."""
    rule = Rule.from_json({**stored.spec, "zone": stored.zone})
    if stored.paused_until is not None and stored.paused_until > now:
        return (), next_from(rule, stored.paused_until)
    come = [stored.next_at or now]
    upcoming = next_after(rule, come[-1])
    while upcoming is not None and upcoming <= now:
        come.append(upcoming)
        upcoming = next_after(rule, upcoming)
    newest = come[-1]
    return tuple(_slot(stored, rule, at, dropped=at < newest) for at in come[-MOST_DROPPED - 1 :]), upcoming


def _slot(stored: StoredRule, rule: Rule, at: datetime, *, dropped: bool) -> Slot:
    key = f"rule:{stored.id}:{_planned_time(rule, at)}"
    return Slot(stored.id, stored.person_id, key, stored.kind, None, at, at, dropped=dropped)


def _planned_time(rule: Rule, at: datetime) -> str:
    """`local_slot`, without a look at the calendar for the slot that no change of the clocks has moved.

    Of a single one its instant: "5pm" and "5pm UTC" are two moments with one time on the wall.
    """
    if is_once(rule):
        return at.astimezone(UTC).isoformat(timespec="minutes")
    where = zone(rule.zone)
    wall = to_wall(at, where)
    if wall.time() == rule.at and from_wall(wall, where) == at:
        return wall.isoformat(timespec="minutes")
    return local_slot(rule, at)
