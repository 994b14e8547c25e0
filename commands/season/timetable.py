"""When the season's nudges come: one rule a person, over milestones, their own dates and those of their communities.

`next_at` is the next morning on which something is said. Set to the present it means: look again. So a zone, a profile
or a date that changes needs nothing but that, and the planner's next turn does the rest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from commands.fitting import applies
from commands.season import ahead
from commands.season.ahead import Entry, Mornings
from content.catalog import Catalog, CatalogHolder
from scheduler.clock import to_wall
from scheduler.timetable import Due, Slot, Slots
from scheduler.zones import zone
from storage.community_dates import CommunityDate
from storage.db import Uow
from storage.nudges import SEASON, Rule
from storage.own_dates import OwnDate
from storage.people import Person

USEFUL_AFTERWARDS = timedelta(days=7)
"""A word for afterwards (thanks for an interview) is still worth a message then; one before a date until the date."""
_MEMORY = timedelta(days=40)
"""Own dates older than this have nothing left to be said."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A morning on which something is said of an entry, `days` after it (below zero: before)."""

    at: datetime
    entry: Entry
    days: int

    @property
    def item(self) -> str:
        """How the nudge names it."""
        return f"{self.entry.name}:{self.days}"

    @property
    def ends(self) -> datetime:
        """From then on it is of no use."""
        return self.entry.ends if self.days <= 0 else self.at + USEFUL_AFTERWARDS


class SeasonTimetable:
    """The planner's timetable for rules of kind "season". `demo`: what comes next comes at once."""

    def __init__(self, holder: CatalogHolder, *, demo: bool = False) -> None:
        self._holder = holder
        self._demo = demo

    async def slots(self, uow: Uow, due: Sequence[Due], now: datetime) -> Mapping[int, Slots]:
        """As `Timetable.slots`, with two statements for all of them."""
        catalog = self._holder.current
        dates = await _dates(uow, catalog, [each.person for each in due])
        days = _Days(catalog, now)
        return {
            each.rule.id: _slots(each.rule, days.moments(each.person, each.rule.zone, dates[each.person.id]), now,
                                 demo=self._demo)
            for each in due
        }  # fmt: skip


async def first_at(uow: Uow, catalog: Catalog, person: Person, zone_name: str, now: datetime) -> datetime | None:
    """The next morning on which something is said to this person; None when nothing is known to come."""
    dates = await _dates(uow, catalog, [person])
    moments = _Days(catalog, now).moments(person, zone_name, dates[person.id])
    return next((moment.at for moment in moments if moment.at > now), None)


async def is_on(uow: Uow, person: Person) -> bool:
    """Whether the person is nudged before dates."""
    return any(rule.kind == SEASON and rule.enabled for rule in await uow.nudges.of(person.id))


async def replan(uow: Uow, catalog: Catalog, person: Person, now: datetime) -> None:
    """Bring the person's rule to their present dates, zone and profile. What has come and is not said yet stays."""
    for rule in await uow.nudges.of(person.id):
        if rule.kind == SEASON and (rule.next_at is None or rule.next_at > now):
            where = person.zone or rule.zone
            upcoming = await first_at(uow, catalog, person, where, now)
            await uow.nudges.reschedule(rule.id, rule.spec, where, upcoming)


async def _dates(uow: Uow, catalog: Catalog, people: Collection[Person]) -> dict[int, tuple[Entry, ...]]:
    """By person: their own dates and those of their communities."""
    own: dict[int, list[OwnDate]] = {}
    for row in await uow.own_dates.of_all({person.id for person in people}):
        own.setdefault(row.person_id, []).append(row)
    shared: dict[int, list[CommunityDate]] = {}
    places = {each.community for person in people for each in person.memberships}
    for there in await uow.community_dates.of(places):
        shared.setdefault(there.community_id, []).append(there)
    return {
        person.id: (
            *(ahead.own(catalog, row) for row in own.get(person.id, ())),
            *(ahead.shared(row) for each in person.memberships for row in shared.get(each.community, ())),
        )
        for person in people
    }


class _Days:
    """The moments of many persons at one time: the season's mornings are worked out once for all who share them."""

    def __init__(self, catalog: Catalog, now: datetime) -> None:
        self._catalog = catalog
        self._now = now
        self._kept: dict[tuple[int, Mornings], tuple[Moment, ...]] = {}

    def moments(self, person: Person, zone_name: str, dates: Iterable[Entry]) -> tuple[Moment, ...]:
        """Everything that is said to this person, in time order."""
        mornings = Mornings.of(person, zone_name)
        today = to_wall(self._now, zone(zone_name)).date()
        years = ahead.seasons_nudged(person.about, self._now)
        season = (moment for year in years for moment in self._season(year, mornings))
        recent = (each for each in dates if each.ends > self._now - _MEMORY)
        found = [*season, *(moment for entry in recent for moment in _moments(entry, mornings))]
        said = (each for each in found if _says(each, person, today))
        return tuple(sorted(said, key=lambda each: (each.at, each.item)))

    def _season(self, year: int, mornings: Mornings) -> tuple[Moment, ...]:
        if (year, mornings) not in self._kept:
            entries = ahead.of_season(self._catalog, year)
            self._kept[year, mornings] = tuple(each for entry in entries for each in _moments(entry, mornings))
        return self._kept[year, mornings]


def _moments(entry: Entry, mornings: Mornings) -> tuple[Moment, ...]:
    """Two that meet on one morning are one: the later distance, which is the truer one."""
    by_morning = {mornings.near(entry, days): days for days in sorted(entry.days)}
    return tuple(Moment(at, entry, days) for at, days in by_morning.items())


def _says(moment: Moment, person: Person, today: date) -> bool:
    milestone = moment.entry.milestone
    if milestone is None:
        return True
    fits = applies(milestone.applies, person.about, today)
    return fits and ahead.nudge_of(milestone, moment.days, person.about, today) is not None


def _slots(rule: Rule, moments: Sequence[Moment], now: datetime, *, demo: bool) -> Slots:
    if rule.paused_until is not None and rule.paused_until > now:
        return (), next((moment.at for moment in moments if moment.at >= rule.paused_until), None)
    since = rule.next_at or now
    come = [moment for moment in moments if since <= moment.at <= now]
    later = [moment for moment in moments if moment.at > now]
    if demo and not come and later:
        come = [later.pop(0)]
    newest = {moment.entry.name: moment.item for moment in come}
    slots = tuple(_slot(rule, each, min(each.at, now), newest[each.entry.name] != each.item) for each in come)
    return slots, later[0].at if later else None


def _slot(rule: Rule, moment: Moment, at: datetime, dropped: bool) -> Slot:
    day = moment.entry.day
    return Slot(
        rule.id,
        rule.person_id,
        f"season:{rule.id}:{moment.item}:{moment.entry.official.isoformat()}",
        SEASON,
        moment.item,
        at,
        at,
        season=day.season if day else None,
        dropped=dropped,
        expires_at=moment.ends,
    )
