"""What a person typed into the form of a date: words, a time, perhaps a place. Every field that is wrong says why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from commands.markup import clean
from commands.reading import date_order
from scheduler.dates import DateProblem, is_day, read_when
from scheduler.zones import city, find_zone
from storage.people import Person


@dataclass(frozen=True, slots=True)
class Typed:
    """A date as it was meant. `whole_day`: no time of day was named; `at` is then 9 a.m. on that day."""

    words: str
    at: datetime
    zone: str
    whole_day: bool


def read(values: Mapping[str, str], person: Person, now: datetime) -> Typed | dict[str, str]:
    """The date, or what is wrong by field. Without a place the person's own clock counts."""
    errors: dict[str, str] = {}
    words = " ".join(clean(values.get("words", "")).split())
    if not words:
        errors["words"] = "Please write what it is, in a few words."
    where = _zone(values.get("place", "").strip(), person.zone, now, errors)
    typed = values.get("when", "")
    try:
        # Without a zone the other fields are still looked at, so that all is said at once.
        at = read_when(typed, now=now, tz=where or "UTC", order=date_order(person)).astimezone(UTC)
    except DateProblem as problem:
        errors["when"] = problem.message
        return errors
    if errors or where is None:
        return errors
    return Typed(words, at, where, is_day(typed))


def _zone(place: str, own_zone: str | None, now: datetime, errors: dict[str, str]) -> str | None:
    if not place:
        if own_zone is None:
            errors["place"] = "I do not know your clock yet. Please write a large city near you."
        return own_zone
    answer = find_zone(place, now=now)
    if answer.kind == "found":
        return answer.zone
    near = ", ".join(city(name) for name in answer.choices[:5])
    errors["place"] = f"{answer.message} Nearest: {near}." if near else answer.message
    return None
