"""What is ahead for a person, and on which mornings of theirs it is said. Pure; no database and no clock in here.

Three sources become one kind of entry: the season's milestones, dates of the person's own, dates of their communities.
An entry's name ("match-day", "own:7", "community:3") with a distance in days is the item of a nudge: "own:7:-1".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from commands.fitting import applies
from content.catalog import Catalog
from content.plans import Milestone, MilestoneNudge
from content.seasons import SeasonDay, season_of
from scheduler.clock import from_wall, to_wall
from scheduler.recurrence import QuietHours
from scheduler.zones import zone
from storage.community_dates import CommunityDate
from storage.own_dates import OwnDate
from storage.people import Person
from storage.profiles import About

COMMUNITY_DAYS = (-7, -1)
"""How many days before a community's date it is said; also for an own date whose kind the content no longer has."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One date. `title` is plain text, perhaps a person's words. `at` is an instant in UTC, `zone` where it counts.

    `whole_day`: only the calendar day of `at` in `zone` counts. `milestone` is what the content says of it, `day` the
    season's date with how sure it is. `ref` is the row of an own or a community's date, 0 for a milestone.
    """

    name: str
    title: str
    at: datetime
    zone: str
    whole_day: bool = False
    milestone: Milestone | None = None
    day: SeasonDay | None = None
    ref: int = 0

    @property
    def official(self) -> date:
        """The calendar day where it takes place."""
        return to_wall(self.at, zone(self.zone)).date()

    @property
    def ends(self) -> datetime:
        """From then on it is past."""
        if not self.whole_day:
            return self.at
        return from_wall(datetime.combine(self.official + _DAY, time()), zone(self.zone))

    def on(self, zone_name: str) -> date:
        """The calendar day on which a person in that zone meets it."""
        return self.official if self.whole_day else to_wall(self.at, zone(zone_name)).date()

    @property
    def days(self) -> tuple[int, ...]:
        """The distances at which it is said."""
        if self.milestone is None:
            return COMMUNITY_DAYS
        return tuple(dict.fromkeys(nudge.days for nudge in self.milestone.nudges))


@dataclass(frozen=True, slots=True)
class Mornings:
    """When a person is nudged: local "HH:MM" in an IANA zone, outside their quiet hours."""

    zone: str
    at: str
    quiet_start: str
    quiet_end: str

    @classmethod
    def of(cls, person: Person, zone_name: str) -> Mornings:
        """Those of a person in that zone."""
        return cls(zone_name, person.nudge_time, person.quiet_start, person.quiet_end)

    def near(self, entry: Entry, days: int) -> datetime:
        """The morning so many days after the entry (below zero: before), in UTC.

        A nudge that is not for afterwards never comes later than its day or after the thing itself: it is said on the
        morning before.
        """
        wanted = day = entry.on(self.zone) + days * _DAY
        at = self._on(day)
        while days <= 0 and (at >= entry.ends or to_wall(at, zone(self.zone)).date() > wanted):
            day -= _DAY
            at = self._on(day)
        return at

    def _on(self, day: date) -> datetime:
        wall = datetime.combine(day, time.fromisoformat(self.at))
        quiet = QuietHours(time.fromisoformat(self.quiet_start), time.fromisoformat(self.quiet_end))
        return quiet.postpone(from_wall(wall, zone(self.zone)), self.zone)


def seasons_nudged(about: About, now: datetime) -> tuple[int, ...]:
    """The seasons of which a person is told: the one that they named; or this one and, from May on, the next.

    Who named one that is over has matched, or says so: they are not told of the next one.
    """
    if about.season is not None:
        return (about.season,) if about.season >= season_of(now) else ()
    return season_of(now), season_of(now) + 1


def of_season(catalog: Catalog, year: int) -> tuple[Entry, ...]:
    """The milestones of a season, for whomever, in time order."""
    return tuple(
        Entry(day.milestone.id, day.milestone.title, day.at, day.milestone.zone, milestone=day.milestone, day=day)
        for day in catalog.season(year)
    )


def own(catalog: Catalog, row: OwnDate) -> Entry:
    """A date of the person's own."""
    kind = next((each for each in catalog.own_dates() if each.id == row.kind), None)
    return Entry(f"own:{row.id}", row.words, row.at, row.zone, row.whole_day, kind, ref=row.id)


def shared(row: CommunityDate) -> Entry:
    """A date of a community."""
    return Entry(f"community:{row.id}", row.title, row.at, row.zone, row.whole_day, ref=row.id)


def fitting(entries: Iterable[Entry], about: About, today: date) -> tuple[Entry, ...]:
    """Those that are for this person, by what they told, in time order."""
    chosen = (each for each in entries if each.milestone is None or applies(each.milestone.applies, about, today))
    return tuple(sorted(chosen, key=lambda each: (each.at, each.name)))


def nudge_of(milestone: Milestone, days: int, about: About, today: date) -> MilestoneNudge | None:
    """What is said of a milestone at this distance to this person; None when nothing is."""
    found = (each for each in milestone.nudges if each.days == days)
    return next((each for each in found if applies(each.applies, about, today)), None)
