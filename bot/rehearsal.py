"""What would be sent to one person over the next days, and why not: the real planning, and nothing is written.

The timetables say which slots come, the planner's manners move them, and the composer decides at each moment, with a
ledger that imagines the nudges before it as sent. A date or a step that changes meanwhile is not foreseen.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from commands.composing import Composed, Composer
from content.catalog import Catalog
from scheduler.messages import NUDGES, Silent
from scheduler.planner import politely
from scheduler.timetable import Due, Repeats, Timetable
from storage.db import Uow
from storage.ledger import Ledger, NewNudge, NudgeRow
from storage.nudges import family
from storage.outbox import OutboxRow
from storage.people import Person

MOST = 2_000
"""Slots of one rehearsal: a year of daily reminders, five times over."""
_ALONE = 1
"""The number of the imagined message. Each nudge is looked at alone; those near each other come as one message."""


@dataclass(frozen=True, slots=True)
class Line:
    """One nudge: when, of which rule, what is said (an id, never words), or the machine word for why nothing is."""

    at: datetime | None
    kind: str
    item: str | None
    sends: bool
    reason: str | None


async def rehearse(
    uow: Uow,
    catalog: Catalog,
    composer: Composer,
    timetables: Mapping[str, Timetable],
    person: Person,
    start: datetime,
    days: int,
) -> list[Line]:
    """Every nudge from `start` on, in time order; rules that are off or have ended stand first, without a time."""
    rules = await uow.nudges.of(person.id)
    lines = [Line(None, rule.kind, None, False, "off") for rule in rules if not rule.enabled]
    lines += [Line(None, rule.kind, None, False, "ended") for rule in rules if rule.enabled and rule.next_at is None]
    ledger = Imagined(uow)
    uow.ledger = ledger
    for nudge in await _planned(uow, timetables, person, start, start + timedelta(days=days)):
        if nudge.state != "planned":
            lines.append(Line(nudge.due_at, nudge.kind, nudge.item, False, nudge.reason))
            continue
        row = ledger.imagine(nudge)
        composed = await composer.compose(uow, catalog, _message(person, nudge), nudge.due_at)
        lines.append(_line(ledger, row, composed))
    return lines


async def _planned(
    uow: Uow, timetables: Mapping[str, Timetable], person: Person, start: datetime, end: datetime
) -> list[NewNudge]:
    """The slots of all rules, each at the moment at which the planner would look at it."""
    repeats = Repeats()
    waiting = [
        (max(rule.next_at, start), number, rule)
        for number, rule in enumerate(await uow.nudges.of(person.id))
        if rule.enabled and rule.next_at is not None
    ]
    heapq.heapify(waiting)
    found: dict[str, NewNudge] = {}
    while waiting and waiting[0][0] <= end and len(found) < MOST:
        now, number, rule = heapq.heappop(waiting)
        due = Due(rule, person, now)
        slots, upcoming = (await timetables.get(rule.kind, repeats).slots(uow, [due], now)).get(rule.id, ((), None))
        for each in politely(due, slots, upcoming, now, demo=False):
            found.setdefault(each.nudge.key, each.nudge)
        if upcoming is not None and upcoming > now:
            heapq.heappush(waiting, (upcoming, number, replace(rule, next_at=upcoming)))
    return sorted(found.values(), key=lambda nudge: (nudge.due_at, nudge.key))


class Imagined(Ledger):
    """The ledger as it will stand when what was rehearsed so far is out. It writes nothing."""

    def __init__(self, uow: Uow) -> None:
        super().__init__(uow.connection)
        self._sent: list[NudgeRow] = []
        self._row: NudgeRow | None = None

    def imagine(self, nudge: NewNudge) -> NudgeRow:
        """The nudge that is said next, as a row."""
        values = asdict(nudge) | {"outbox_id": _ALONE, "told_day": None, "sent_at": None}
        self._row = NudgeRow(id=len(self._sent) + 1, answer=None, answered_at=None, **values)
        return self._row

    def keep(self, row: NudgeRow, item: str | None, season: int | None) -> None:
        """It would be out."""
        self._sent.append(replace(row, state="sent", item=item, season=season, sent_at=row.due_at))

    async def of_outbox(self, outbox_id: int) -> tuple[NudgeRow, ...]:
        """The nudge that is said next."""
        return (self._row,) if self._row is not None else ()

    async def said_items(self, person_id: int, kind: str, season: int, began: datetime) -> frozenset[str]:
        """With those that were rehearsed."""
        now = {row.item for row in self._sent if (row.kind, row.season) == (kind, season) and row.item}
        return await super().said_items(person_id, kind, season, began) | now

    async def curated_since(self, person_id: int, since: datetime) -> int:
        """With those that were rehearsed."""
        now = [row for row in self._sent if family(row.kind) == "curated" and row.sent_at and row.sent_at > since]
        return await super().curated_since(person_id, since) + len(now)


def _line(ledger: Imagined, row: NudgeRow, composed: Composed | Silent | None) -> Line:
    if isinstance(composed, Composed):
        _, item, season, _ = composed.note["said"][0]
        ledger.keep(row, item, season)
        return Line(row.due_at, row.kind, item, True, None)
    reason = next(iter(composed.reasons.values()), None) if composed is not None else None
    return Line(row.due_at, row.kind, row.item, False, reason or "nothing")


def _message(person: Person, nudge: NewNudge) -> OutboxRow:
    """The message in which it would ride."""
    return OutboxRow(
        id=_ALONE,
        person_id=person.id,
        account_id=person.account,
        rule_id=nudge.rule_id,
        dedupe_key=nudge.key,
        platform=person.platform,
        compose=NUDGES,
        payload=None,
        due_at=nudge.due_at,
        expires_at=None,
        state="pending",
        attempts=1,
        lease_by=None,
        lease_until=None,
        last_error=None,
        sent_ref=None,
        sent_at=None,
        created_at=nudge.due_at,
    )
