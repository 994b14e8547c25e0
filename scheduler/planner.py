"""Turns rules whose time has come into outbox rows: each slot once, and never a day's drift."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from scheduler.clock import Clock
from scheduler.recurrence import QuietHours, Rule, local_slot, newest_missed, next_after
from storage.db import Database, Uow
from storage.nudges import Rule as StoredRule
from storage.people import Person

USEFUL_FOR = timedelta(hours=20)
"""A nudge that is later than this is not sent: the next day's is near."""
SPREAD = timedelta(minutes=15)
"""A community that chose 09:00 is written to over this long, each person at their own moment in it."""
_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, OverflowError)

log = structlog.get_logger()


class Planner:
    """Plans the nudges of everybody. `demo` ignores quiet hours and the spread: what is due is due now.

    A batch is small, because SQLite lets nobody else write meanwhile and a press is waiting.
    """

    def __init__(self, database: Database, clock: Clock, *, demo: bool = False, batch: int = 50) -> None:
        self._database = database
        self._clock = clock
        self._demo = demo
        self._batch = batch

    async def turn(self) -> int:
        """Plan every rule that is due, a batch in each transaction; how many messages were made."""
        made = 0
        while True:
            async with self._database.write() as uow:
                now = self._clock.now()
                rules = await uow.nudges.due(now, self._batch)
                for rule in rules:
                    made += await self._plan(uow, rule, now)
            if len(rules) < self._batch:
                return made

    async def _plan(self, uow: Uow, stored: StoredRule, now: datetime) -> bool:
        person = await _reachable(uow, stored.person_id)
        try:
            plan = _plan_of(stored, person, now, demo=self._demo)
        except _UNREADABLE as error:
            # Its turn never comes again until the person sets it anew; the rules of others go on.
            await uow.nudges.turn_off(stored.person_id, stored.kind)
            log.error("rule_unreadable", rule=stored.id, kind=stored.kind, reason=type(error).__name__)
            return False
        if not await uow.nudges.advance(stored.id, plan.next_at, stored.next_at) or person is None:
            return False
        row = await uow.outbox.add(
            person_id=person.id,
            account_id=person.account,
            rule_id=stored.id,
            platform=person.platform,
            compose="nudge",
            payload={"kind": stored.kind},
            dedupe_key=plan.key,
            due_at=plan.due_at,
            expires_at=plan.due_at + USEFUL_FOR,
            now=now,
        )
        return row is not None


@dataclass(frozen=True, slots=True)
class _Plan:
    key: str
    due_at: datetime
    next_at: datetime | None


def _plan_of(stored: StoredRule, person: Person | None, now: datetime, *, demo: bool) -> _Plan:
    """The newest slot that has come. Raises one of `_UNREADABLE` for a stored rule that is none."""
    rule = Rule.from_json(stored.spec).moved_to(stored.zone)
    first = stored.next_at or now
    slot = newest_missed(rule, first, now) or first
    due = slot if demo or person is None else _polite(slot, person, rule.zone)
    return _Plan(f"rule:{stored.id}:{local_slot(rule, slot)}", due, next_after(rule, now))


def _polite(slot: datetime, person: Person, zone_name: str) -> datetime:
    """Outside the person's quiet hours, at their own moment after the time that they chose."""
    quiet = QuietHours.from_json({"start": person.quiet_start, "end": person.quiet_end})
    begin = quiet.postpone(slot, zone_name)
    due = begin + own_moment(person.id)
    # Somebody who chose the last minutes of their evening gets it then, and not next morning.
    return due if quiet.postpone(due, zone_name) == due else begin


def own_moment(person_id: int) -> timedelta:
    """Always the same for a person, in whole seconds, and even over many."""
    digest = hashlib.sha256(str(person_id).encode()).digest()
    return timedelta(seconds=int.from_bytes(digest[:8], "big") % int(SPREAD.total_seconds()))


async def _reachable(uow: Uow, person_id: int) -> Person | None:
    """The person through their oldest account that takes direct messages, or just their oldest."""
    accounts = await uow.people.accounts(person_id)
    return next((each for each in accounts if each.dm_closed_at is None), accounts[0] if accounts else None)
