"""All that is ahead of a person as one calendar file: the season, own and community dates, steps, reminders."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice

from commands.calendar import Entry as Event
from commands.calendar import calendar, owner, uid
from commands.checklist.files import sent_card
from commands.checklist.formats.export import step_entry
from commands.checklist.lists import mine
from commands.checklist.model.state import View
from commands.context import Ctx
from commands.outcomes import Direct, Update
from commands.season import drawing
from commands.season.ahead import Entry
from commands.season.handlers import dates, feature
from commands.ui import Attachment
from scheduler.clock import to_wall
from scheduler.moving import repeat
from scheduler.recurrence import next_after
from scheduler.zones import zone
from storage.nudges import Rule

REMINDERS_FOR = timedelta(weeks=8)
MOST_OF_ONE = 60
"""Events of one reminder: a daily one has as many in eight weeks."""
MOST_REMINDERS = 1_000
_TITLE = 120


@feature.action("season.calendar", reads=True)
async def save(ctx: Ctx) -> Direct | Update:
    """The file, in the direct messages only."""
    whose = owner(ctx.person)
    ahead = [entry for entry in await dates(ctx) if entry.ends > ctx.now]
    rules = await ctx.uow.reminders.page(ctx.person.id, MOST_REMINDERS, 0)
    events = [
        *(_date(entry, whose, ctx.now) for entry in ahead),
        *_steps(await mine(ctx), whose, ctx.now),
        *(event for rule in rules if rule.enabled for event in _reminder(rule, whose, ctx.now)),
    ]
    if not events:
        return Update(drawing.nothing_card())
    # The first calendar loads a library, which takes longer than an answer may.
    data = await asyncio.to_thread(calendar, events, "MatchMentor: ahead of you")
    today = to_wall(ctx.now, zone(ctx.person.zone or "UTC")).date()
    return Direct(drawing.file_card(Attachment(f"matchmentor-ahead-{today}.ics", data)), sent_card())


def _date(entry: Entry, whose: str, now: datetime) -> Event:
    note = entry.milestone.short if entry.milestone else drawing.whose(entry)
    if entry.day is not None and entry.day.status != "verified":
        note += f" This day is not confirmed yet. Check it at {entry.day.check_at}"
    season = entry.day.season if entry.day else ""
    start = entry.official if entry.whole_day else entry.at
    return Event(uid(whose, "date", entry.name, season), entry.title, start, note, now)


def _steps(views: Sequence[View], whose: str, now: datetime) -> Iterator[Event]:
    """What is to be done on a day that has not passed."""
    for view in views:
        yield from (
            step_entry(view, item, whose, now) for item in view.items if item.due and item.open and not item.late
        )


def _reminder(rule: Rule, whose: str, now: datetime) -> Iterator[Event]:
    """The next times of a reminder; what was skipped or paused is not among them."""
    words = " ".join((rule.words or "").split())
    title = words if len(words) <= _TITLE else f"{words[: _TITLE - 1]}…"
    found = repeat(rule)
    once = found is None or found.count == 1
    for at in islice((at for at in _times(rule) if at > now), MOST_OF_ONE):
        if at > now + REMINDERS_FOR:
            return
        # A single one keeps its id when it moves, so that a later file moves it in the calendar too.
        which = (rule.id,) if once else (rule.id, at.isoformat())
        yield Event(uid(whose, "reminder", *which), title, at, "A reminder of your own.", now)


def _times(rule: Rule) -> Iterator[datetime]:
    at, found = rule.next_at, repeat(rule)
    while at is not None:
        yield at
        at = next_after(found, at) if found is not None else None
