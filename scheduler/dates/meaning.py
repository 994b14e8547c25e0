"""From the pieces of a text to the one instant that they mean, or the question to ask back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import partial
from typing import NoReturn

from scheduler.clock import from_wall, in_utc
from scheduler.dates.days import AnyDay, Dated, Day, Either, Weekday
from scheduler.dates.echo import say_when
from scheduler.dates.grammar import Said
from scheduler.dates.problems import Code, DateProblem, refuse, sentence
from scheduler.dates.spans import Span
from scheduler.dates.times import NINE, Part, TimeOfDay

_YEARS_IN_REACH = 10  # far beyond the five that count; keeps the arithmetic away from the ends of the calendar


@dataclass(frozen=True, slots=True)
class Standpoint:
    """Where and when the words are read: `now` is an instant on the clock whose zone counts.

    `today` may differ from the date of `now`, when the words name another zone than the person's.
    """

    now: datetime
    today: date

    @classmethod
    def of(cls, now: datetime, where: tzinfo) -> "Standpoint":
        """The present in that zone."""
        local = now.astimezone(where)
        return cls(local, local.date())

    @property
    def zone(self) -> tzinfo:
        """The zone whose clock counts."""
        return self.now.tzinfo or UTC


def instant_of(said: Said, now: datetime, home: tzinfo, tz: str) -> datetime:
    """The instant, in UTC, that the pieces mean for a person at home in zone `home`, named `tz`.

    Raises `DateProblem`.
    """
    _refuse_crowds(said)
    if said.stamps:
        return datetime.fromtimestamp(said.stamps[0], UTC)
    _settle_hours_or_clock(said)
    local = Standpoint.of(now, home)
    if not said.zones:
        return _weigh(said, local, tz)
    if not (said.times or said.same_time):
        refuse("no_time")
    there = Standpoint.of(now, said.zones[0])
    instant = _weigh(said, there, tz)
    if there.today != local.today and any(day.depends_on_today for day in said.days):
        other = _or_none(partial(_weigh, said, replace(there, today=local.today), tz))
        if other != instant:
            _ask("vague", [instant, *([other] if other else [])], tz)
    return instant


def _refuse_crowds(said: Said) -> None:
    """More than one of what there may be only one of."""
    if len(said.times) + len(said.dotted) + said.same_time > 1 or len(said.spans) > 1:
        refuse("two_times")
    if len(set(said.zones)) > 1 or len(set(said.parts)) > 1:
        refuse("two_times")
    others = (said.days, said.times, said.parts, said.spans, said.zones, said.dotted, said.same_time)
    if said.stamps and (len(said.stamps) > 1 or any(others)):
        refuse("two_times")


def _settle_hours_or_clock(said: Said) -> None:
    """ "20h" and "8.30" are times beside a day; by themselves they could be something else."""
    clock = said.spans[0].clock if said.spans and not said.marked_span else None
    if clock and (said.days or said.parts):
        said.spans.clear()
        said.times.append(TimeOfDay(*clock))
    elif clock:
        refuse("ambiguous_span")
    if said.dotted and not (said.days or said.parts) and _may_be_month_and_day(said.dotted[0]):
        refuse("ambiguous_dots")
    said.times += [TimeOfDay(hour, minute) for hour, minute in said.dotted]
    said.dotted.clear()
    if len(said.times) > 1:
        refuse("two_times")


def _may_be_month_and_day(pair: tuple[int, int]) -> bool:
    """8.30 could be 30 August, the American way; 17.45 and 8.00 can only be times."""
    month, day = pair
    return 1 <= month <= 12 and 1 <= day <= 31


def _weigh(said: Said, here: Standpoint, tz: str) -> datetime:
    """Settle what has two readings: ask with both, or take the one that there is."""
    days = [day.reading(here.today) for day in said.days]
    said = replace(said, days=days)
    either = next((day for day in days if isinstance(day, Either)), None)
    if either and (either.order or not _surest(days)):
        without = [day for day in days if day is not either]
        readings = [replace(said, days=[*without, day]) for day in (either.first, either.second)]
        _ask("ambiguous_order" if either.order else "ambiguous_weekday", _instants(readings, here), tz)
    part = said.parts[0] if said.parts else None
    if said.times and said.times[0].needs_half(part):
        readings = [replace(said, times=[said.times[0].with_half(half)]) for half in ("am", "pm")]
        _ask("ambiguous_hour", _instants(readings, here), tz)
    try:
        return _instant(said, here)
    except DateProblem as problem:
        if problem.code != "weekday_mismatch":
            raise
        readings = [replace(said, days=[day]) for day in days]
        _ask("weekday_mismatch", _instants(readings, here), tz)


def _instants(readings: list[Said], here: Standpoint) -> list[datetime]:
    """What the readings mean, without those that mean nothing to come."""
    found = (_or_none(partial(_instant, said, here)) for said in readings)
    return [instant for instant in found if instant and instant > here.now]


def _or_none(meant: Callable[[], datetime]) -> datetime | None:
    try:
        return meant()
    except DateProblem:
        return None


def _ask(code: Code, instants: list[datetime], tz: str) -> NoReturn:
    readings = tuple(sorted(set(instants)))
    said = [say_when(instant, tz) for instant in readings]
    question = f"Do you mean {' or '.join(said)}?" if said else ""
    raise DateProblem(code, sentence(code, question), readings)


def _instant(said: Said, here: Standpoint) -> datetime:
    if not said.spans:
        return _on_a_day(said, here)
    span = said.spans[0]
    if said.direction:
        return _beside_a_base(said, span, here)
    if not (said.times or said.parts):
        instant = span.added_to(here.now)
        _refuse_other_days(said.days, instant.astimezone(here.zone).date(), here.today)
        return instant
    if span.exact:
        refuse("two_times")
    reached = span.added_to(here.now).astimezone(here.zone).date()
    counted = Dated(reached.year, reached.month, reached.day)
    return _on_a_day(replace(said, spans=[], days=[counted, *said.days]), here)


def _beside_a_base(said: Said, span: Span, here: Standpoint) -> datetime:
    """ "A week from Friday", "2 hours before 5pm"."""
    base = replace(said, spans=[], direction=0)
    if not (said.days or said.times or said.same_time):
        refuse("no_day")
    if any(isinstance(day, Weekday) and day.weekday == here.today.weekday() for day in said.days):
        refuse("vague")  # "a week from Friday", said on a Friday
    start = _on_a_day(base, here).astimezone(here.zone)
    return span.added_to(start, said.direction)


def _on_a_day(said: Said, here: Standpoint) -> datetime:
    """The first candidate of the day that, with the time, is still to come."""
    part = said.parts[0] if said.parts else None
    clock, more_days = _clock(said, part, here)
    main = _surest(said.days) or (said.days[0] if said.days else AnyDay())
    candidates = main.dates(here.today)
    for day in candidates:
        if abs(day.year - here.today.year) > _YEARS_IN_REACH:
            refuse("past" if day < here.today else "too_far")
        wall = datetime.combine(day, clock) + timedelta(days=more_days)
        instant = from_wall(wall, here.zone)
        if instant > here.now or len(candidates) == 1:
            _refuse_other_days([other for other in said.days if other is not main], day, here.today)
        if instant > here.now:
            return instant
    return refuse("past")


def _surest(days: Sequence[Day]) -> Day | None:
    """The day that the others only have to agree with: not a weekday, not one with two readings."""
    return next((day for day in days if not isinstance(day, Weekday | Either)), None)


def _clock(said: Said, part: Part | None, here: Standpoint) -> tuple[time, int]:
    if said.same_time:
        return here.now.time(), 0
    if not said.times:
        return (NINE, 0) if part is None else refuse("no_time")
    clock, more_days = said.times[0].on_clock(part)
    if more_days and here.now.hour < 6:
        refuse("vague")  # "tonight at 1am", said at half past midnight
    return clock, more_days


def _refuse_other_days(others: list[Day], day: date, today: date) -> None:
    for other in others:
        if not other.fits(day, today):
            refuse("weekday_mismatch" if isinstance(other, Weekday) else "two_days")


def check_range(instant: datetime, here: Standpoint) -> None:
    """Only what is to come and at most five years ahead. Raises `DateProblem`."""
    if instant <= here.now:
        refuse("past")
    wall = here.now.replace(tzinfo=None)
    in_five_years = wall.replace(year=wall.year + 5) if (wall.month, wall.day) != (2, 29) else None
    furthest = in_five_years or wall.replace(year=wall.year + 5, day=28)
    if in_utc(instant) > from_wall(furthest, here.zone):
        refuse("too_far")
