"""When a step is due, for one person: by the season, by their own dates, by what they did, or by their own word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from commands.fitting import season_for
from content.catalog import Catalog
from content.plans import Due
from content.seasons import SeasonDay
from scheduler.zones import zone
from storage.own_dates import OwnDate
from storage.people import Person
from storage.profiles import About


@dataclass(frozen=True, slots=True)
class Standpoint:
    """From where a list is looked at: who it is, their zone, the moment (aware), and the days that are known.

    `days`: those of the person's season by milestone. `own`: for each kind of own date the day that counts.
    """

    about: About
    zone: ZoneInfo
    now: datetime
    days: Mapping[str, SeasonDay]
    own: Mapping[str, date]

    @property
    def today(self) -> date:
        """The person's calendar day."""
        return self.day_of(self.now)

    def day_of(self, instant: datetime) -> date:
        """The calendar day of an instant where the person is."""
        return instant.astimezone(self.zone).date()


def standpoint(person: Person, catalog: Catalog, own_dates: Iterable[OwnDate], now: datetime) -> Standpoint:
    """Where this person stands now. Whoever has not told a zone is taken to be in UTC."""
    here = zone(person.zone or "UTC")
    season = catalog.season(season_for(person.about, now))
    days = {day.milestone.id: day for day in season}
    return Standpoint(person.about, here, now, days, _own_days(own_dates, here, now))


def _own_days(own_dates: Iterable[OwnDate], here: ZoneInfo, now: datetime) -> dict[str, date]:
    """By kind the next day to come, or the last one when all are past."""
    today = now.astimezone(here).date()
    found: dict[str, date] = {}
    for each in own_dates:
        day = each.at.astimezone(zone(each.zone) if each.whole_day else here).date()
        known = found.setdefault(each.kind, day)
        if (known < today and day > known) or today <= day < known:
            found[each.kind] = day
    return found


@dataclass(frozen=True, slots=True)
class DueDay:
    """The last day for a step, in the person's zone.

    `at` is the exact instant where the step is due at the very moment of a milestone. `milestone` is the day of the
    season on which it rests, if it does: whether it is sure, and where to check it.
    """

    day: date
    at: datetime | None = None
    milestone: SeasonDay | None = None

    def is_past(self, here: Standpoint) -> bool:
        """Whether it has gone by."""
        return here.now >= self.at if self.at else here.today > self.day


def due_day(due: Due | None, here: Standpoint, started_at: datetime, done_at: Mapping[str, datetime]) -> DueDay | None:
    """The day that the content gives a step; None while what it hangs on is not known.

    `done_at`: when each step that is done was done. A milestone counts by its official day or by the person's, which
    ever is earlier, so that nobody is told a day too late.
    """
    if due is None:
        return None
    if due.milestone is not None:
        season = here.days.get(due.milestone)
        return None if season is None else _by_milestone(season, due.days, here)
    if due.own is not None:
        base = here.own.get(due.own)
    elif due.step is not None:
        base = here.day_of(done_at[due.step]) if due.step in done_at else None
    else:
        base = here.day_of(started_at)
    return None if base is None else DueDay(base + timedelta(days=due.days))


def _by_milestone(season: SeasonDay, days: int, here: Standpoint) -> DueDay:
    day = min(season.day, here.day_of(season.at)) + timedelta(days=days)
    return DueDay(day, None if days else season.at, season)
