"""The writer of the curated series: the first text in order that is for this person now, and none twice in a season."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from commands import markup
from commands.actions import encode
from commands.checklist.lists import views
from commands.checklist.model.state import closed_steps
from commands.fitting import applies, season_for
from commands.nudges.writing import SHORT, Said, Unsaid
from commands.ui import Button
from content.catalog import Catalog
from content.plans import NudgeKind, NudgeText
from content.seasons import FIRST_MONTH, season_of
from storage.db import Uow
from storage.ledger import NudgeRow
from storage.nudges import Rule
from storage.people import Person


class CuratedWriter:
    """Says the nudges of the content's kinds."""

    async def write(
        self, uow: Uow, catalog: Catalog, person: Person, nudge: NudgeRow, rule: Rule | None, now: datetime,
        *, demo: bool = False,
    ) -> Said | Unsaid:  # fmt: skip
        """The text that the nudge names (it was put off), or the next one."""
        kind = catalog.nudges.get(nudge.kind)
        if kind is None:
            return Unsaid("gone")
        closed = closed_steps(await views(uow, catalog, person, now))
        if nudge.item is not None:
            text = by_id(kind, nudge.item)
            if text is None:
                return Unsaid("gone")
            return Unsaid("done") if text.step in closed else said(kind, text, season_for(person.about, now))
        if not applies(kind.applies, person.about, now.date()):
            return Unsaid("not_for_you")
        return await _next(uow, catalog, person, kind, closed, now)


async def _next(
    uow: Uow, catalog: Catalog, person: Person, kind: NudgeKind, closed: frozenset[str], now: datetime
) -> Said | Unsaid:
    season = season_for(person.about, now)
    began = datetime(season_of(now) - 1, FIRST_MONTH, 1, tzinfo=UTC)
    had = await uow.ledger.said_items(person.id, kind.id, season, began)
    left = [text for text in kind.texts if text.id not in had]
    days = {day.milestone.id: day.at for day in catalog.season(season)}
    fitting = [text for text in left if applies(text.applies, person.about, now.date()) and _in_time(text, days, now)]
    chosen = next((text for text in fitting if text.step not in closed), None)
    if chosen is not None:
        return said(kind, chosen, season)
    return Unsaid("all_said" if not left else "done" if fitting else "not_now")


def said(kind: NudgeKind, text: NudgeText, season: int) -> Said:
    """A text of the content as a nudge."""
    button = Button(text.do, encode("guidance.read", text.topic, text.part), "primary")
    return Said(
        kind.title,
        text.text,
        first_line(text.text),
        (button,),
        text.id,
        marks=text.step if text.whole else None,
        season=season,
    )


def by_id(kind: NudgeKind, text_id: object) -> NudgeText | None:
    """The text with this id."""
    return next((text for text in kind.texts if text.id == text_id), None)


def first_line(md: str) -> str:
    """The beginning of a text, for a line among others: up to its first end of a sentence, else cut between words."""
    plain = " ".join(markup.plain(md).split())
    ends = [at for at in (plain.find(f"{sign} ") + 1 for sign in ".?!") if 0 < at < SHORT]
    if ends:
        return markup.escape(plain[: min(ends)])
    return markup.escape(plain if len(plain) <= SHORT else plain[: SHORT - 1].rsplit(" ", 1)[0] + "…")


def _in_time(text: NudgeText, days: Mapping[str, datetime], now: datetime) -> bool:
    """Between its two milestones; one that this season does not have does not count."""
    after, before = (days.get(name) if name else None for name in (text.after, text.before))
    return (after is None or now >= after) and (before is None or now < before)
