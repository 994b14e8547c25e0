"""The days of a season: as the season's file dates them, and else projected from last years' patterns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Literal
from zoneinfo import ZoneInfo

from dateutil.relativedelta import FR, MO, relativedelta, weekday

from content.plans import DayRule, Milestone, SeasonDate, SeasonDates
from content.schema import Source

OFFICIAL_ZONE = ZoneInfo("America/New_York")
FIRST_MONTH = 6
"""A season begins in June of the year before its Match."""

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class SeasonDay:
    """One milestone of one season.

    `day` is the official calendar day in the milestone's zone, `at` the instant in UTC. `checked` is the day on which
    the date was last looked up; None when it is projected by the rule. `check_at` is always there. `note` is what the
    season's file says about this date, in Markdown.
    """

    milestone: Milestone
    season: int
    day: date
    at: datetime
    status: Literal["verified", "second-hand", "projected"]
    source: Source | None
    check_at: str
    checked: date | None
    note: str | None = None


def season_of(now: datetime) -> int:
    """The season that is under way, named by the year of its Match: the next one from 1 June on."""
    here = now.astimezone(OFFICIAL_ZONE)
    return here.year + (here.month >= FIRST_MONTH)


def days_of(year: int, milestones: Mapping[str, Milestone], dates: SeasonDates | None) -> tuple[SeasonDay, ...]:
    """Every milestone of the season, in time order. A date in `dates` beats the rule, also for what hangs on it.

    Raises `ValueError` where a rule leads nowhere or in a circle, which `content.rules` finds before.
    """
    known = {entry.milestone: entry for entry in dates.dates} if dates else {}
    sources = dates.sources if dates else {}
    days = [
        _season_day(year, milestone, projected(milestone.id, year, milestones, known), known.get(milestone.id), sources)
        for milestone in milestones.values()
        if milestone.kind == "season"
    ]
    return tuple(sorted(days, key=lambda day: (day.at, day.milestone.id)))


def _season_day(
    year: int, milestone: Milestone, day: date, entry: SeasonDate | None, sources: Mapping[str, Source]
) -> SeasonDay:
    if milestone.time is None or milestone.check_at is None:
        raise ValueError(f"{milestone.id} has no time or no address to check it at")
    clock = (entry.time if entry else None) or milestone.time
    # In a gap the offset before it holds, so the time moves on; of a time shown twice this is the first.
    wall = datetime.combine(day, time.fromisoformat(clock), ZoneInfo(milestone.zone))
    return SeasonDay(
        milestone=milestone,
        season=year,
        day=day,
        at=wall.astimezone(UTC),
        status=entry.status if entry else "projected",
        source=sources.get(entry.source) if entry and entry.source else None,
        check_at=milestone.check_at,
        checked=entry.checked if entry else None,
        note=entry.note if entry else None,
    )


def projected(
    milestone_id: str,
    year: int,
    milestones: Mapping[str, Milestone],
    known: Mapping[str, SeasonDate],
    above: tuple[str, ...] = (),
) -> date:
    """The day of one milestone: as `known`, or else by its rule. `above`: what hangs on it, to notice a circle."""
    if milestone_id in known:
        return known[milestone_id].day
    rule = milestones[milestone_id].rule if milestone_id in milestones else None
    if rule is None or milestone_id in above:
        raise ValueError(f"{milestone_id} has no rule that leads to a day")
    if rule.of is None:
        day = _in_month(rule, year)
    else:
        base = projected(rule.of, year, milestones, known, (*above, milestone_id))
        day = base + relativedelta(days=rule.days)
    return _off_the_weekend(rule, day)


def _in_month(rule: DayRule, year: int) -> date:
    if rule.month is None:
        raise ValueError("a rule without `of` has a month")
    first = date(year - (rule.month >= FIRST_MONTH), rule.month, 1)
    if rule.day is not None:
        return first.replace(day=rule.day)
    if rule.weekday is None or rule.nth is None:
        raise ValueError("a rule without a day has `weekday` and `nth`")
    start = first if rule.nth > 0 else first + relativedelta(day=31)
    return start + relativedelta(weekday=weekday(rule.weekday, rule.nth))


def _off_the_weekend(rule: DayRule, day: date) -> date:
    """A Saturday or Sunday becomes the Friday before or the Monday after, where the rule says so."""
    if rule.weekend is None or day.weekday() < _SATURDAY:
        return day
    return day + relativedelta(weekday=MO(1) if rule.weekend == "after" else FR(-1))


def weekday_of(milestone_id: str, milestones: Mapping[str, Milestone], above: tuple[str, ...] = ()) -> int | None:
    """The weekday (0 is Monday) on which a milestone is every year; None where its rule does not give one."""
    rule = milestones[milestone_id].rule if milestone_id in milestones else None
    if rule is None or rule.weekend is not None or milestone_id in above:
        return None
    if rule.of is None:
        return rule.weekday
    base = weekday_of(rule.of, milestones, (*above, milestone_id))
    return None if base is None else (base + rule.days) % 7


def merged(layers: Sequence[SeasonDates]) -> SeasonDates:
    """The files of one season laid over each other: later ones replace and add dates and sources, by their names."""
    dates = {entry.milestone: entry for layer in layers for entry in layer.dates}
    sources = {name: source for layer in layers for name, source in layer.sources.items()}
    return layers[0].model_copy(update={"dates": tuple(dates.values()), "sources": sources})
