"""A person's season as a small picture: how far each list is, and what is ahead. Here what it shows, and its words."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Literal

from commands.checklist.model.due import Standpoint
from commands.checklist.model.state import View
from commands.fitting import applies
from commands.markup import clean
from commands.ui import ALT
from commands.words import day_words
from scheduler.zones import zone
from storage.own_dates import OwnDate

MOST_BARS = 8
MOST_MARKS = 6
_LONGEST = 60
"""Characters of one title in the words of a picture, as long as the content's own titles may be."""

_pencil = ThreadPoolExecutor(1, "picture")
"""One at a time: several threads that draw leave the event loop too few turns, and are no faster."""

MarkKind = Literal["season", "unconfirmed", "own"]


@dataclass(frozen=True, slots=True)
class Bar:
    """One list. Numbers of steps; `late` are open ones whose day has gone by, so done + late <= total."""

    title: str
    done: int
    total: int
    late: int = 0

    def __post_init__(self) -> None:
        if min(self.done, self.late) < 0 or self.done + self.late > self.total:
            raise ValueError("what is done and what is late are parts of the whole")


@dataclass(frozen=True, slots=True)
class Mark:
    """One day on the time axis, in the person's zone. "unconfirmed": not on the body's own page; "own": theirs."""

    title: str
    day: date
    kind: MarkKind = "season"


@dataclass(frozen=True, slots=True)
class Progress:
    """What the picture shows. Of many marks the coming ones are shown, of many bars the first."""

    title: str
    today: date
    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...] = ()

    def shown_marks(self) -> tuple[Mark, ...]:
        """At most `MOST_MARKS` in time order: those ahead come before those that have gone by."""
        ahead = sorted((mark for mark in self.marks if mark.day >= self.today), key=_by_day)[:MOST_MARKS]
        past = sorted((mark for mark in self.marks if mark.day < self.today), key=_by_day)
        room = MOST_MARKS - len(ahead)
        return (*past[len(past) - min(room, len(past)) :], *ahead)


def progress_of(title: str, views: Sequence[View], here: Standpoint, own_dates: Iterable[OwnDate]) -> Progress:
    """What a person's lists and days look like from where they stand: the season's days that apply, and their own."""
    bars = (Bar(mine.template.title, mine.done, mine.total, sum(item.late for item in mine.items)) for mine in views)
    season = (
        Mark(
            each.milestone.title,
            min(each.day, here.day_of(each.at)),
            "season" if each.status == "verified" else "unconfirmed",
        )
        for each in here.days.values()
        if applies(each.milestone.applies, here.about, here.today)
    )
    own = (
        Mark(each.words, each.at.astimezone(zone(each.zone) if each.whole_day else here.zone).date(), "own")
        for each in own_dates
    )
    return Progress(title, here.today, tuple(bars), (*season, *own))


async def progress_picture(progress: Progress, dark: bool = False) -> bytes:
    """The picture as a PNG, drawn on a thread of its own, so that nobody else waits. The same content is drawn once."""
    return await asyncio.get_running_loop().run_in_executor(_pencil, _drawn, progress, dark)


def alt(progress: Progress) -> str:
    """The picture in words, to be read aloud: the sum, the next day, then list by list while there is room."""
    said = f"{_title(progress.title)} on {day_words(progress.today)}. {total_words(progress.bars)}"
    ahead = [mark for mark in progress.shown_marks() if mark.day >= progress.today]
    if ahead:
        said += f" Next: {mark_words(ahead[0])}, {day_words(ahead[0].day)}."
    for index, bar in enumerate(progress.bars):
        sentence = f" {_title(bar.title)}: {bar_words(bar)}."
        left = len(progress.bars) - index - 1
        if len(said) + len(sentence) + (len(_more(left)) if left else 0) > ALT:
            return said + _more(left + 1)
        said += sentence
    return said


def total_words(bars: tuple[Bar, ...]) -> str:
    """How far all lists are, as one or two sentences."""
    done, total, late = (sum(getattr(bar, name) for bar in bars) for name in ("done", "total", "late"))
    if not total:
        return "No steps yet."
    said = f"{done} of {total} steps {'is' if total == 1 else 'are'} done."
    return f"{said} {late} {'is' if late == 1 else 'are'} late and can still be done." if late else said


def bar_words(bar: Bar) -> str:
    """What stands beside a bar."""
    if not bar.total:
        return "no steps yet"
    return f"{bar.done} of {bar.total} done" + (f", {bar.late} late" if bar.late else "")


def mark_words(mark: Mark) -> str:
    """A mark's title, and what kind of day it is where that matters."""
    return (
        _title(mark.title) + {"season": "", "unconfirmed": " (not confirmed yet)", "own": " (your own date)"}[mark.kind]
    )


def _drawn(progress: Progress, dark: bool) -> bytes:
    # Loading the library takes longer than drawing with it: on the thread, and only when a picture is wanted.
    from commands.checklist.drawing.painting import draw

    return draw(progress, dark)


def _title(text: str) -> str:
    line = " ".join(clean(text).split()) or "No title"
    return line if len(line) <= _LONGEST else line[: _LONGEST - 3] + "..."


def _more(lists: int) -> str:
    return f" And {lists} more {'list' if lists == 1 else 'lists'}."


def _by_day(mark: Mark) -> tuple[date, str]:
    return mark.day, mark.title
