"""Rules for milestones and the dates of seasons, and what an editor is told about dates that may be wrong by now."""

from __future__ import annotations

from calendar import day_name
from collections.abc import Iterator
from datetime import date, timedelta
from zoneinfo import available_timezones

from content.documents import Contents, Entry, Fault
from content.list_rules import of_kind, text_faults
from content.plans import Checklist, Milestone, SeasonDates
from content.references import circles, known, told_circle, unique
from content.seasons import FIRST_MONTH, weekday_of

STALE = timedelta(days=120)
"""After this long a date that nobody verified is looked up again."""


def milestone_faults(contents: Contents) -> Iterator[Fault]:
    """Zones, pages, steps and milestones that do not exist, and rules that lead back to themselves."""
    milestones = contents.milestones
    for entry in milestones.values():
        milestone = entry.model
        yield from known(entry, ("zone",), milestone.zone, available_timezones(), "time zone")
        yield from known(entry, ("topic",), milestone.topic, [*contents.topics, *contents.unread], "topic")
        if milestone.rule is not None:
            yield from of_kind(entry, ("rule", "of"), milestone.rule.of, "season", contents)
        for index, nudge in enumerate(milestone.nudges):
            yield from text_faults(entry, ("nudges", index), nudge, contents)
    rules = {key: entry.model.rule for key, entry in milestones.items()}
    for names in circles({key: [rule.of] if rule and rule.of else [] for key, rule in rules.items()}):
        yield milestones[names[0]].fault(("rule", "of"), told_circle(names, "hangs on"))


def season_faults(contents: Contents) -> Iterator[Fault]:
    """Dates of milestones that do not exist, twice in one file, outside their season, or without their source."""
    for layers in contents.seasons.values():
        sources = [name for entry in layers for name in entry.model.sources]
        for entry in layers:
            year = entry.model.season
            first, last = date(year - 1, FIRST_MONTH, 1), date(year, FIRST_MONTH, 30)
            yield from unique(entry, ("dates",), "milestone", [dated.milestone for dated in entry.model.dates])
            for index, dated in enumerate(entry.model.dates):
                path = ("dates", index)
                yield from of_kind(entry, (*path, "milestone"), dated.milestone, "season", contents)
                yield from known(entry, (*path, "source"), dated.source, sources, "source of this season")
                if not first <= dated.day <= last:
                    told = f"{dated.day} is not in the season {year}, which goes from {first} to {last}"
                    yield entry.fault((*path, "day"), told)


def weekday_warnings(entry: Entry[SeasonDates], contents: Contents) -> Iterator[Fault]:
    """Dates on another weekday than in every year: most often a date of the year before, copied.

    A verified one with a `note` is an exception that somebody has looked at.
    """
    milestones: dict[str, Milestone] = {key: found.model for key, found in contents.milestones.items()}
    for index, dated in enumerate(entry.model.dates):
        usual = weekday_of(dated.milestone, milestones)
        looked_at = dated.status == "verified" and dated.note
        if usual is not None and dated.day.weekday() != usual and not looked_at:
            told = f"{dated.day} is a {day_name[dated.day.weekday()]}; `{dated.milestone}` is on a {day_name[usual]}"
            yield entry.fault(("dates", index, "day"), f"{told} by its rule; check it again")


def stale_warnings(entry: Entry[SeasonDates], today: date) -> Iterator[Fault]:
    """Days of checking still to come, and dates ahead that are not verified and were looked up long ago."""
    for index, dated in enumerate(entry.model.dates):
        path = ("dates", index, "checked")
        if dated.checked > today:
            yield entry.fault(path, f"{dated.checked} is still to come; when was it read?")
        elif dated.status != "verified" and dated.day >= today and today - dated.checked > STALE:
            yield entry.fault(path, f"`{dated.milestone}` was last checked on {dated.checked}; look it up again")
    for name, source in entry.model.sources.items():
        if source.checked > today:
            yield entry.fault(("sources", name, "checked"), f"{source.checked} is still to come; when was it read?")


def late_warnings(entry: Entry[Checklist]) -> Iterator[Fault]:
    """Steps that have a date and no word for those who missed it."""
    for index, step in enumerate(entry.model.steps):
        if step.due is not None and step.late is None:
            yield entry.fault(("steps", index, "due"), "has no `late`: say what can still be done when the day is past")
