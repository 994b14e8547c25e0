"""What a nudge of the season says, at the moment it is sent: true now, or nothing."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from commands.actions import encode
from commands.checklist.lists import views
from commands.checklist.model.state import closed_steps
from commands.fitting import applies, season_for
from commands.markup import escape
from commands.nudges.writing import Said, Unsaid
from commands.season import ahead, drawing
from commands.season.ahead import Entry, Mornings
from commands.ui import Button
from commands.words import day_words, label
from content.catalog import Catalog
from content.plans import Milestone, MilestoneNudge
from scheduler.clock import to_wall
from scheduler.zones import zone
from storage.db import Uow
from storage.ledger import NudgeRow
from storage.nudges import Rule
from storage.people import Person

_EARLY = timedelta(hours=18)
"""A nudge that would come so much before its morning is about a date that has moved away."""


class SeasonWriter:
    """Says the nudges of kind "season"."""

    async def write(
        self, uow: Uow, catalog: Catalog, person: Person, nudge: NudgeRow, rule: Rule | None, now: datetime,
        *, demo: bool = False,
    ) -> Said | Unsaid:  # fmt: skip
        """The words for the date and the distance that the nudge names; of one that is out, as it came."""
        name, days = _parts(nudge.item)
        entry = await _entry(uow, catalog, person, name, nudge.season or season_for(person.about, now))
        if entry is None or days is None:
            return Unsaid("gone")
        today = to_wall(now, zone(person.zone or "UTC")).date()
        text = ahead.nudge_of(entry.milestone, days, person.about, today) if entry.milestone else None
        if nudge.state != "sent":
            why = _in_vain(entry, days, person, now, demo)
            if why is None and entry.milestone is not None:
                why = _not_theirs(entry.milestone, text, person, today)
            if why is None and text is not None and text.step is not None:
                why = "done" if text.step in closed_steps(await views(uow, catalog, person, now)) else None
            if why is not None:
                return Unsaid(why)
        return Unsaid("gone") if text is None and entry.milestone is not None else _said(entry, nudge, text)


def _in_vain(entry: Entry, days: int, person: Person, now: datetime, demo: bool) -> str | None:
    """Why it is not the moment to say it, a machine word; None when it is."""
    if days <= 0 and entry.ends <= now:
        return "late"
    away = Mornings.of(person, person.zone or "UTC").near(entry, days) > now + _EARLY
    return "date_moved" if away and not demo else None


def _not_theirs(milestone: Milestone, text: MilestoneNudge | None, person: Person, today: date) -> str | None:
    """Why it is not for this person, a machine word; None when it is."""
    return None if text is not None and applies(milestone.applies, person.about, today) else "not_for_you"


def _parts(item: str | None) -> tuple[str, int | None]:
    name, _, days = (item or "").rpartition(":")
    try:
        return name, int(days)
    except ValueError:
        return name, None


async def _entry(uow: Uow, catalog: Catalog, person: Person, name: str, season: int) -> Entry | None:
    """The date that the nudge is about, when it is still there and the person's."""
    source, _, number = name.partition(":")
    if source == "own" and number.isdecimal():
        mine = await uow.own_dates.owned(person.id, int(number))
        return ahead.own(catalog, mine) if mine else None
    if source == "community" and number.isdecimal():
        there = await uow.community_dates.get([each.community for each in person.memberships], int(number))
        return ahead.shared(there) if there else None
    return next((each for each in ahead.of_season(catalog, season) if each.name == name), None)


def _said(entry: Entry, nudge: NudgeRow, text: MilestoneNudge | None) -> Said:
    own = entry.day is None
    words = f"**{escape(entry.title)}**\n" if own else ""
    sure = f"\n{drawing.how_sure(entry.day)}" if entry.day else ""
    what = text.text if text else "A date that is coming. What has to be ready by then?"
    title = entry.milestone.title if entry.milestone else drawing.whose(entry)
    buttons = [Button(label(f"Open the date: {entry.title}"), drawing.opens(entry))]
    if text is not None:
        buttons.insert(0, Button(text.do, encode("guidance.read", text.topic, text.part), "primary"))
    return Said(
        title=title,
        md=f"{what}\n\n{words}{drawing.in_words(entry)}{sure}",
        short=f"{escape(entry.title)}: {escape(day_words(entry.official))}",
        buttons=tuple(buttons),
        item=nudge.item,
        told_day=entry.official.isoformat() if entry.day else None,
        marks=text.step if text and text.whole else None,
        season=entry.day.season if entry.day else None,
    )
