"""Calendar files: what a person has ahead, for the calendar on their phone. Pure; nothing here asks for the time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from commands.markup import clean
from storage.people import Person

if TYPE_CHECKING:
    from icalendar import Alarm, Event

_PRODUCT = "-//MatchMentor//MatchMentor//EN"
_FIRST = datetime(2020, 1, 1, tzinfo=UTC)
"""Sequence numbers count the seconds from here: they fit into 31 bits until 2088."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One event.

    `uid` comes from `uid()`. `start` is an aware instant or, for the whole day, a date. `note` is plain text.
    `changed_at` (aware) goes up whenever anything in the entry changes; who does not know it takes the time of the
    export. `alarm` is how long before the start the calendar reminds; None leaves that to the calendar.
    """

    uid: str
    title: str
    start: datetime | date
    note: str
    changed_at: datetime
    alarm: timedelta | None = None


def owner(person: Person) -> str:
    """Who they are for `uid`: the same through all of their accounts, and another on every installation."""
    return f"{person.id}:{person.created_at.isoformat()}"


def uid(whose: str, *item: object) -> str:
    """The id of a person's item: always the same for the same one, so that a second import changes the first.

    `whose` comes from `owner()`. It cannot be read from the id.
    """
    return f"{uuid5(NAMESPACE_URL, ':'.join(['matchmentor', whose, *map(str, item)]))}@matchmentor"


def calendar(entries: Sequence[Entry], name: str) -> bytes:
    """An iCalendar file (RFC 5545) that shows as `name`. Times are UTC, so it needs no time zone definitions.

    The same entries give the same bytes. Entries take no time from the person's day: others see them as free.
    """
    # Importing the library takes longer than any answer, and most people never ask for a calendar.
    from icalendar import Calendar, vText

    made = Calendar()
    made.add("prodid", _PRODUCT)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("name", vText(_line(name)))  # the library does not know by itself that these two are text
    made.add("x-wr-calname", vText(_line(name)))
    for entry in entries:
        made.add_component(_event(entry))
    data: bytes = made.to_ical(sorted=False)
    return data


def _event(entry: Entry) -> Event:
    from icalendar import Event

    made = Event()
    start = entry.start.astimezone(UTC) if isinstance(entry.start, datetime) else entry.start
    changed = entry.changed_at.astimezone(UTC).replace(microsecond=0)
    made.add("uid", entry.uid)
    made.add("dtstamp", changed)  # without a METHOD it means the same as LAST-MODIFIED
    made.add("last-modified", changed)
    made.add("sequence", max(0, int((changed - _FIRST).total_seconds())))
    made.add("dtstart", start)
    made.add("summary", _line(entry.title))
    if entry.note:
        made.add("description", clean(entry.note))
    made.add("transp", "TRANSPARENT")
    if entry.alarm is not None:
        made.add_component(_alarm(entry, entry.alarm))
    return made


def _alarm(entry: Entry, before: timedelta) -> Alarm:
    from icalendar import Alarm

    made = Alarm()
    made.add("action", "DISPLAY")
    made.add("description", _line(entry.title))
    made.add("trigger", -before)
    return made


def _line(text: str) -> str:
    return " ".join(clean(text).split())
