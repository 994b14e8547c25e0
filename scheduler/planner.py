"""Turns rules whose time has come into nudges and messages: each slot once, and never a day's drift.

A timetable says which slots have come. Each is one row of the ledger; those of a person that fall together ride in one
message. A batch costs a handful of statements, however many rules are in it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from scheduler.clock import Clock, from_wall, to_wall
from scheduler.messages import NUDGES
from scheduler.recurrence import QuietHours
from scheduler.timetable import OWN_USEFUL_FOR, USEFUL_FOR, Due, Repeats, Slot, Slots, Timetable
from scheduler.zones import zone
from storage.db import Database, Uow
from storage.ledger import WHY_PAUSED, NewNudge, NudgeRow, NudgeState
from storage.nudges import Rule as StoredRule
from storage.nudges import family
from storage.outbox import Letter
from storage.people import Person

__all__ = ["USEFUL_FOR", "Due", "Planner", "Slot", "Slots", "Timetable", "own_moment"]

SPREAD = timedelta(minutes=15)
"""A community that chose 09:00 is written to over this long, each person at their own moment in it."""
TOGETHER = timedelta(minutes=30)
"""What falls so near to each other comes as one message."""
TOGETHER_OWN = timedelta(minutes=1)
"""The same for a reminder of the person's own: they chose the minute."""
_AGAIN_AFTER = timedelta(minutes=15)
"""A timetable that failed is asked again after this long; the rules of others go on."""
_FOR_THE_LATEST = 10
"""While more is due than a batch holds, one for each ten of the oldest is of those that became due last."""
_SATURDAY = 5
_DAY = timedelta(days=1)

log = structlog.get_logger()


class Planner:
    """Plans the nudges of everybody. `timetables` by kind; all other rules are `Repeats`. `demo` ignores quiet hours,
    workdays and the spread: what is due is due now.

    Between two batches others may write: SQLite has one writer, and a press is waiting.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        timetables: Mapping[str, Timetable] | None = None,
        demo: bool = False,
        batch: int = 500,
    ) -> None:
        self.told: Callable[[int], None] = _nothing
        """Is told how many nudges a turn has planned."""
        self._database = database
        self._clock = clock
        self._timetables = dict(timetables or {})
        self._repeats = Repeats()
        self._demo = demo
        self._batch = batch

    async def turn(self) -> int:
        """Plan every rule that is due, a batch in each transaction; how many nudges are to be sent."""
        async with self._database.read() as uow:
            if not await uow.nudges.any_due(self._clock.now()):
                return 0  # most turns: nobody else has to wait for our writing
        made = 0
        while True:
            async with self._database.write() as uow:
                now = self._clock.now()
                rules = {rule.id: rule for rule in await uow.nudges.due(now, self._batch)}
                full = len(rules) == self._batch
                if full:
                    # Behind a crowd of one minute somebody who is due a moment later would wait for all of it.
                    latest = await uow.nudges.due(now, max(1, self._batch // _FOR_THE_LATEST), latest_first=True)
                    rules.update((rule.id, rule) for rule in latest)
                if rules:
                    made += await self._plan(uow, tuple(rules.values()), now)
            if not full:
                self.told(made)
                return made

    async def _plan(self, uow: Uow, rules: Sequence[StoredRule], now: datetime) -> int:
        people = await uow.people.reachable({rule.person_id for rule in rules})
        due = [Due(rule, people[rule.person_id], now) for rule in rules if rule.person_id in people]
        slots = await self._slots(uow, due, now)
        # Its turn never comes again until the person sets it anew; the rules of others go on.
        await uow.nudges.disable([rule.id for rule in rules if rule.id not in slots])
        await uow.nudges.advance({number: upcoming for number, (_, upcoming) in slots.items()})
        polite = [
            each for one in due if one.rule.id in slots for each in politely(one, *slots[one.rule.id], now, self._demo)
        ]
        new = {row.key: row for row in await uow.ledger.plan([each.nudge for each in polite])}
        riders = [_Rider(new[each.nudge.key], each) for each in polite if each.sends and each.nudge.key in new]
        await _post(uow, riders, now)
        return len(riders)

    async def _slots(self, uow: Uow, due: Sequence[Due], now: datetime) -> dict[int, Slots]:
        by_kind: dict[str, list[Due]] = {}
        found: dict[int, Slots] = {}
        for each in due:
            by_kind.setdefault(each.rule.kind if each.rule.kind in self._timetables else "", []).append(each)
        for kind, several in by_kind.items():
            try:
                found.update(await self._timetables.get(kind, self._repeats).slots(uow, several, now))
            except Exception as error:  # noqa: BLE001  content may be anything; whose fault it is stands in the log
                log.error("timetable_failed", kind=kind, rules=len(several), reason=type(error).__name__)
                found.update({each.rule.id: ((), now + _AGAIN_AFTER) for each in several})
        return found


@dataclass(frozen=True, slots=True)
class Polite:
    """A slot at the moment at which it is sent, and the earliest at which it may be."""

    nudge: NewNudge
    person: Person
    earliest: datetime
    expires_at: datetime

    @property
    def sends(self) -> bool:
        return self.nudge.state == "planned"

    @property
    def within(self) -> timedelta:
        return TOGETHER_OWN if family(self.nudge.kind) == "own" else TOGETHER


def politely(one: Due, slots: Iterable[Slot], upcoming: datetime | None, now: datetime, demo: bool) -> list[Polite]:
    """The slots of a rule as nudges: outside quiet hours, on the person's days, or not at all and why. Pure."""
    found: list[Polite] = []
    for slot in slots:
        own = family(slot.kind) == "own"
        earliest = slot.due_at if own or demo else _allowed(slot, one)
        if earliest != slot.due_at and upcoming is not None and earliest >= upcoming:
            continue  # kept from the weekend until the next one comes anyway
        due = earliest if demo or own else _at_own_moment(earliest, slot, one)
        end = slot.expires_at or due + (OWN_USEFUL_FOR if own else USEFUL_FOR)
        state, reason = _state(one.person, slot, end, now)
        row = NewNudge(
            slot.person_id, slot.rule_id, slot.key, slot.kind, slot.slot_at, due, slot.item, slot.season, state, reason
        )
        found.append(Polite(row, one.person, earliest, end))
    return found


def _state(person: Person, slot: Slot, end: datetime, now: datetime) -> tuple[NudgeState, str | None]:
    if slot.dropped or end <= now:
        return "dropped", "late"
    if person.frozen_at is not None:
        return "unsaid", "away"
    if person.nudges_paused_at is not None:
        return "unsaid", WHY_PAUSED
    return "planned", None


def _allowed(slot: Slot, one: Due) -> datetime:
    """Outside the person's quiet hours and, for a curated one, on one of their days."""
    where, quiet = one.rule.zone, _quiet(one.person)
    at = quiet.postpone(slot.due_at, where)
    if one.person.workdays_only and family(slot.kind) == "curated":
        wall = to_wall(at, zone(where))
        if wall.weekday() >= _SATURDAY:
            at = quiet.postpone(from_wall(wall + (7 - wall.weekday()) * _DAY, zone(where)), where)
    return at


def _at_own_moment(earliest: datetime, slot: Slot, one: Due) -> datetime:
    """At their own moment after the time that they chose, while it is of use."""
    at = earliest + own_moment(one.person.id)
    if slot.expires_at is not None and at >= slot.expires_at:
        return earliest
    # Somebody who chose the last minutes of their evening gets it then, and not next morning.
    return at if _quiet(one.person).postpone(at, one.rule.zone) == at else earliest


def _quiet(person: Person) -> QuietHours:
    return QuietHours.from_json({"start": person.quiet_start, "end": person.quiet_end})


def _nothing(_: int) -> None:
    """Nobody wants to be told."""


def own_moment(person_id: int) -> timedelta:
    """Always the same for a person, in whole seconds, and even over many."""
    digest = hashlib.sha256(str(person_id).encode()).digest()
    return timedelta(seconds=int.from_bytes(digest[:8], "big") % int(SPREAD.total_seconds()))


@dataclass(frozen=True, slots=True)
class _Rider:
    """A nudge that needs a message."""

    row: NudgeRow
    slot: Polite


@dataclass(slots=True)
class _Message:
    """A message that takes nudges: one that waits already (`id`), or a new one under the key of its first nudge."""

    letter: Letter
    expires_at: datetime
    id: int | None = None
    riders: list[int] = field(default_factory=list)


async def _post(uow: Uow, riders: Sequence[_Rider], now: datetime) -> None:
    """Put each nudge into a message of its person: one that is near, else a new one."""
    if not riders:
        return
    messages: dict[int, list[_Message]] = {}
    for row in await uow.outbox.joinable({rider.row.person_id for rider in riders}, NUDGES):
        letter = Letter(
            row.person_id, row.account_id, row.rule_id, row.platform, row.compose, row.dedupe_key, row.due_at, None
        )
        waiting = _Message(letter, row.expires_at or row.due_at, row.id)
        messages.setdefault(row.person_id, []).append(waiting)
    # A person's own reminder comes at its minute, so it makes the message that the others join.
    for rider in sorted(riders, key=lambda each: (family(each.row.kind) != "own", each.row.due_at, each.row.id)):
        theirs = messages.setdefault(rider.row.person_id, [])
        chosen = next((message for message in theirs if _joins(rider.slot, message)), None)
        if chosen is None:
            chosen = _Message(_letter(rider), rider.slot.expires_at)
            theirs.append(chosen)
        chosen.riders.append(rider.row.id)
        chosen.expires_at = max(chosen.expires_at, rider.slot.expires_at)
    used = [message for theirs in messages.values() for message in theirs if message.riders]
    await _write(uow, used, now)


async def _write(uow: Uow, messages: Sequence[_Message], now: datetime) -> None:
    letters = [replace(message.letter, expires_at=message.expires_at) for message in messages if message.id is None]
    ids = await uow.outbox.add_all(letters, now)
    await uow.outbox.useful_until({message.id: message.expires_at for message in messages if message.id is not None})
    places = [(message, message.id or ids.get(message.letter.dedupe_key)) for message in messages]
    await uow.ledger.ride(
        [(rider, place, message.letter.due_at) for message, place in places if place for rider in message.riders]
    )
    # A message with this key was made by an older version: the slot has been said.
    await uow.ledger.unsaid({rider: "repeated" for message, place in places if not place for rider in message.riders})


def _joins(slot: Polite, message: _Message) -> bool:
    at = message.letter.due_at
    if family(slot.nudge.kind) == "own":
        return abs(at - slot.nudge.due_at) <= slot.within
    return slot.earliest <= at and abs(at - slot.nudge.due_at) <= slot.within


def _letter(rider: _Rider) -> Letter:
    row, person = rider.row, rider.slot.person
    return Letter(person.id, person.account, row.rule_id, person.platform, NUDGES, row.key, row.due_at, None)
