"""Dates that move: everybody's plan follows, and whoever was told the old day is told the new one, once.

What a person was told stands in the ledger (`told_day`), and becomes the new day when the message is out. So nothing
else has to be kept, and a date that moves twice is told twice.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from commands.composing import Composed
from commands.season import ahead, drawing
from commands.season.ahead import Entry
from commands.season.timetable import is_on
from content.catalog import Catalog, CatalogHolder
from content.seasons import SeasonDay, season_of
from scheduler.clock import Clock
from scheduler.recurrence import QuietHours
from storage.db import Database, Uow
from storage.outbox import Letter, OutboxRow
from storage.people import Person
from storage.season_rules import Told

MOVED = "season.moved"
"""The outbox key of the message."""
SEASONS_AHEAD = 3
_BATCH = 500
_Move = tuple[Entry, SeasonDay, date]


class Moves:
    """Compares the days of the content in service with those that were planned and told. A job runs `turn`.

    At the start, and whenever the days have changed since the last turn of this process.
    """

    def __init__(self, database: Database, holder: CatalogHolder, clock: Clock) -> None:
        self._database = database
        self._holder = holder
        self._clock = clock
        self._followed = ""

    async def turn(self) -> int:
        """Let every plan follow; how many persons are to be told of a move. Nothing has changed: nothing is asked."""
        catalog, now = self._holder.current, self._clock.now()
        days = fingerprint(catalog, now)
        if days == self._followed:
            return 0
        async with self._database.write() as uow:
            await uow.season_rules.look_again(now)
        count = after = 0
        while True:
            async with self._database.write() as uow:
                people = await uow.season_rules.listeners(season_of(now), after, _BATCH)
                count += await _tell(uow, catalog, people, now)
            if len(people) < _BATCH:
                break
            after = people[-1]
        self._followed = days
        return count


class MovedComposer:
    """Writes rows of key "season.moved": which days were told and are others now."""

    key = MOVED

    async def compose(
        self, uow: Uow, catalog: Catalog, row: OutboxRow, now: datetime, *, demo: bool = False
    ) -> Composed | None:
        """The card, unless all of it was told meanwhile."""
        moves = moved(catalog, await uow.season_rules.told([row.person_id], season_of(now)), now)
        moves = moves[: drawing.ROWS_A_PAGE]
        note = {"days": [[day.milestone.id, day.season, day.day.isoformat()] for _, day, _ in moves]}
        return Composed(drawing.moved(moves), note) if moves else None

    async def settled(self, uow: Uow, row: OutboxRow, composed: Composed, now: datetime) -> None:
        """The person knows the new days."""
        for milestone, season, day in composed.note["days"]:
            await uow.season_rules.retold(row.person_id, milestone, season, day)


def fingerprint(catalog: Catalog, now: datetime) -> str:
    """What the plans of all persons hang on, in short: the days of the coming seasons and the distances of nudges."""
    first = season_of(now)
    days = [
        (day.season, day.milestone.id, day.at.isoformat(), [nudge.days for nudge in day.milestone.nudges])
        for year in range(first, first + SEASONS_AHEAD)
        for day in catalog.season(year)
    ]
    own = [(kind.id, [nudge.days for nudge in kind.nudges]) for kind in catalog.own_dates()]
    return hashlib.sha256(json.dumps([days, own]).encode()).hexdigest()


def moved(catalog: Catalog, told: Iterable[Told], now: datetime) -> tuple[_Move, ...]:
    """The milestones still to come of which another day was told, in time order."""
    found = []
    for one in told:
        entry = next((each for each in ahead.of_season(catalog, one.season) if each.name == one.milestone), None)
        if entry is None or entry.day is None or entry.ends <= now:
            continue
        if entry.day.day.isoformat() != one.day:
            found.append((entry, entry.day, date.fromisoformat(one.day)))
    return tuple(sorted(found, key=lambda each: (each[0].at, each[0].name)))


async def tell(uow: Uow, catalog: Catalog, person: Person, now: datetime) -> None:
    """Tell somebody what moved while their nudges were paused, or while they were away; nothing when they are off."""
    if await is_on(uow, person):
        await _tell(uow, catalog, (person.id,), now)


async def _tell(uow: Uow, catalog: Catalog, people: Sequence[int], now: datetime) -> int:
    told: dict[int, list[Told]] = {}
    for one in await uow.season_rules.told(people, season_of(now)):
        told.setdefault(one.person_id, []).append(one)
    moves = {number: found for number, theirs in told.items() if (found := moved(catalog, theirs, now))}
    reachable = await uow.people.reachable(moves) if moves else {}
    letters = [
        _letter(person, moves[number], now)
        for number, person in reachable.items()
        if person.frozen_at is None and person.nudges_paused_at is None
    ]
    return len(await uow.outbox.add_all(letters, now))


def _letter(person: Person, moves: Sequence[_Move], now: datetime) -> Letter:
    what = [(day.season, day.milestone.id, old.isoformat(), day.day.isoformat()) for _, day, old in moves]
    digest = hashlib.sha256(json.dumps(what).encode()).hexdigest()[:16]
    quiet = QuietHours(time.fromisoformat(person.quiet_start), time.fromisoformat(person.quiet_end))
    due = quiet.postpone(now, person.zone or "UTC")
    # The day is in the key: a date that moves there, back and there again is told each time.
    key = f"moved:{person.id}:{digest}:{now:%Y-%m-%d}"
    expires = max(moves[-1][0].ends, due + timedelta(days=1))
    return Letter(person.id, person.account, None, person.platform, MOVED, key, due, expires)
