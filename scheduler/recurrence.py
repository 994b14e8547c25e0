"""When something that repeats comes next: wall-clock time in the person's zone, pure and DST-safe.

The calendar part ("the 31st of each month") is python-dateutil's rrule on naive wall-clock
times; only then is a zone applied. Rules that name a day which a month does not have fall
on its last day and return to their own day afterwards (RFC 5545 would skip the month).

Clock changes: a slot that the clocks skip moves on by the length of the gap; a slot that
they show twice is the first, once. A rule has at most one slot on a day.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Literal

from dateutil import rrule as calendar_rule

from scheduler.clock import from_wall, in_utc, to_wall
from scheduler.zones import zone

_DAY = timedelta(days=1)
_WORKDAYS = (0, 1, 2, 3, 4)
_SHORTEST_MONTH = 28


class Every(StrEnum):
    """The unit that a rule counts in."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


_FREQUENCY: dict[Every, Literal[0, 1, 2, 3]] = {
    Every.DAY: calendar_rule.DAILY,
    Every.WEEK: calendar_rule.WEEKLY,
    Every.MONTH: calendar_rule.MONTHLY,
    Every.YEAR: calendar_rule.YEARLY,
}


@dataclass(frozen=True, slots=True)
class Rule:
    """A repeat: what a person chose, never a UTC offset.

    `at` is local time (naive, whole minutes) on clocks in `zone` (an IANA name); `start` is the
    first day on which a slot may fall and the anchor of "every n weeks". `weekdays` are 0 (Monday)
    to 6; `day` is a day of the month, `month` 1 to 12. `position` picks among the weekdays
    of a month: 1 the first, -1 the last. `until` is the last day, included; `count` the number
    of slots from `start`. The functions below build the usual kinds. Raises `ValueError`
    when the parts do not make a rule, `UnknownZone` for a zone that does not exist.
    """

    every: Every
    at: time
    zone: str
    start: date
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    day: int | None = None
    month: int | None = None
    position: int | None = None
    until: date | None = None
    count: int | None = None

    def __post_init__(self) -> None:
        zone(self.zone)
        for broken, why in _faults(self):
            if broken:
                raise ValueError(why)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; what is not set is left out."""
        values = {
            "every": self.every.value,
            "at": self.at.isoformat("minutes"),
            "zone": self.zone,
            "start": self.start.isoformat(),
            "interval": self.interval,
            "weekdays": list(self.weekdays),
            "day": self.day,
            "month": self.month,
            "position": self.position,
            "until": self.until.isoformat() if self.until else None,
            "count": self.count,
        }
        return {name: value for name, value in values.items() if value not in (None, [])}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Rule":
        """The rule that `to_json` wrote. Raises `ValueError`, `KeyError` or `TypeError` otherwise."""
        until = stored.get("until")
        values = {
            **stored,
            "every": Every(stored["every"]),
            "at": time.fromisoformat(stored["at"]),
            "start": date.fromisoformat(stored["start"]),
            "weekdays": tuple(stored.get("weekdays", ())),
            "until": date.fromisoformat(until) if until else None,
        }
        return cls(**values)

    def limited(self, *, until: date | None = None, count: int | None = None) -> "Rule":
        """The same rule with an end: a last day, or a number of slots."""
        return replace(self, until=until, count=count)

    def moved_to(self, zone_name: str) -> "Rule":
        """The same wall-clock times in another zone: what a person means who has moved."""
        return replace(self, zone=zone_name)


def daily(at: time, zone_name: str, start: date, *, interval: int = 1) -> Rule:
    """Every day, or every `interval` days from `start`."""
    return Rule(Every.DAY, at, zone_name, start, interval)


def on_weekdays(at: time, zone_name: str, start: date) -> Rule:
    """Monday to Friday."""
    return weekly(at, zone_name, start, _WORKDAYS)


def weekly(at: time, zone_name: str, start: date, weekdays: tuple[int, ...], *, interval: int = 1) -> Rule:
    """On these weekdays (0 Monday to 6 Sunday) of every `interval`-th week; a week begins on Monday."""
    return Rule(Every.WEEK, at, zone_name, start, interval, weekdays=tuple(sorted(set(weekdays))))


def monthly(at: time, zone_name: str, start: date, day: int, *, interval: int = 1) -> Rule:
    """On this day of the month, or on the last day of a month that is too short for it."""
    return Rule(Every.MONTH, at, zone_name, start, interval, day=day)


def monthly_on(at: time, zone_name: str, start: date, weekdays: tuple[int, ...], position: int) -> Rule:
    """On the first (1) ... last (-1) of these weekdays: `((4,), -1)` is the last Friday, Monday
    to Friday with -1 the last working day."""
    return Rule(Every.MONTH, at, zone_name, start, weekdays=tuple(sorted(set(weekdays))), position=position)


def yearly(at: time, zone_name: str, start: date, month: int, day: int) -> Rule:
    """On this day each year; 29 February is 28 February in a common year."""
    return Rule(Every.YEAR, at, zone_name, start, day=day, month=month)


def next_after(rule: Rule, after: datetime) -> datetime | None:
    """The first slot strictly later than `after` (aware), in UTC; none when the rule has ended."""
    return next((instant for _, instant in _slots(rule, after)), None)


def slots_from(rule: Rule, at: datetime) -> int:
    """How many slots a rule that ends still has, at `at` (aware) or later."""
    return sum(1 for _ in _slots(rule, at - timedelta(microseconds=1)))


def local_slot(rule: Rule, instant: datetime) -> str:
    """The slot that `instant` stands for, as its planned wall-clock time: "2027-03-14T09:00".

    A key that names the same slot whatever the clocks did: it is the planned time (02:30 also
    when the gap made it 03:30), and it stays when a new zone database moves the instant.
    """
    shown = to_wall(instant, zone(rule.zone))
    near = (wall for wall, _ in _slots(rule, in_utc(instant) - 2 * _DAY, before=shown + 2 * _DAY))
    # An exact match first: with a gap of a whole day (Samoa 2011) two planned times share one instant.
    planned = min(near, key=lambda wall: (not _exact(rule, wall, instant), abs(wall - shown)), default=shown)
    return planned.isoformat(timespec="minutes")


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Local times between which nobody is written to: `start` included, `end` not.

    May cross midnight (22:00 to 07:00); equal times mean that no hour is quiet.
    """

    start: time
    end: time

    def covers(self, wall: time) -> bool:
        """Whether a clock that shows `wall` is inside the quiet hours."""
        if self.start <= self.end:
            return self.start <= wall < self.end
        return wall >= self.start or wall < self.end

    def postpone(self, instant: datetime, tz: str) -> datetime:
        """The same instant, or the end of the quiet time that it falls into, in UTC.

        Never earlier, and never inside the quiet hours, whatever the clocks do that night.
        """
        where = zone(tz)
        due = in_utc(instant)
        while self.covers((shown := to_wall(due, where)).time()):
            ends = datetime.combine(shown.date(), self.end)
            if ends <= shown:
                ends += _DAY
            first, second = from_wall(ends, where), in_utc(ends.replace(tzinfo=where, fold=1))
            # A clock that is set back may show the end twice; then the first may already be behind us.
            due = first if first > due else second
        return due

    def to_json(self) -> dict[str, str]:
        """Plain JSON values."""
        return {"start": self.start.isoformat("minutes"), "end": self.end.isoformat("minutes")}

    @classmethod
    def from_json(cls, stored: Mapping[str, str]) -> "QuietHours":
        """What `to_json` wrote. Raises `KeyError` or `ValueError` when it is not that."""
        return cls(time.fromisoformat(stored["start"]), time.fromisoformat(stored["end"]))


def _slots(rule: Rule, after: datetime, before: datetime | None = None) -> Iterator[tuple[datetime, datetime]]:
    """Pairs of planned wall-clock time and instant, the instants later than `after` and rising.

    `before` is a wall-clock time at which to stop, for callers that look at a window.
    """
    where = zone(rule.zone)
    last = in_utc(after)
    # A day earlier on the wall: a slot moved out of a gap has its planned time before `after`.
    since = to_wall(last, where) - _DAY
    for wall in _calendar(rule, since).xafter(since, inc=True):
        if before is not None and wall > before:
            return
        instant = from_wall(wall, where)
        if instant > last:
            yield wall, instant
            last = instant


def _calendar(rule: Rule, since: datetime) -> calendar_rule.rrule:
    """The rule on naive wall-clock times, its weeks beginning on Monday."""
    days, position = _month_days(rule)
    return calendar_rule.rrule(
        _FREQUENCY[rule.every],
        dtstart=datetime.combine(_anchor(rule, since), rule.at),
        interval=rule.interval,
        wkst=calendar_rule.MO,
        byweekday=rule.weekdays or None,
        bymonth=rule.month,
        bymonthday=days,
        bysetpos=position,
        count=rule.count,
        until=datetime.combine(rule.until, time.max) if rule.until else None,
    )


def _month_days(rule: Rule) -> tuple[tuple[int, ...] | None, int | None]:
    """Day 31 as "the last that exists of 28, 29, 30, 31": rrule leaves months out otherwise."""
    if rule.day is None:
        return None, rule.position
    if rule.day <= _SHORTEST_MONTH:
        return (rule.day,), None
    return tuple(range(_SHORTEST_MONTH, rule.day + 1)), -1


def _anchor(rule: Rule, since: datetime) -> date:
    """A start just before `since` with the same rhythm, so that an old rule costs no more than a new one."""
    unit = {Every.DAY: 1, Every.WEEK: 7}.get(rule.every)
    if unit is None or rule.count is not None:
        return rule.start
    # Whole rhythms from the Monday of the first week (or the first day), one rhythm to spare.
    step = unit * rule.interval
    rhythms = (since.date() - rule.start).days // step - 1
    return rule.start + timedelta(days=max(rhythms, 0) * step)


def _exact(rule: Rule, wall: datetime, instant: datetime) -> bool:
    return from_wall(wall, zone(rule.zone)) == in_utc(instant)


def _faults(rule: Rule) -> tuple[tuple[bool, str], ...]:
    by_day, by_position = rule.day is not None, rule.position is not None
    return (
        (rule.at.tzinfo is not None, "the time of a rule is local: it carries no zone"),
        (bool(rule.at.second or rule.at.microsecond), "the time of a rule is in whole minutes"),
        (rule.interval < 1, "a rule repeats at least every 1"),
        (rule.count is not None and rule.count < 1, "a rule has at least one slot"),
        (rule.until is not None and rule.until < rule.start, "a rule ends after it starts"),
        (any(not 0 <= day <= 6 for day in rule.weekdays), "weekdays are 0 (Monday) to 6 (Sunday)"),
        ((rule.every is Every.WEEK) != bool(rule.weekdays) and not by_position, "a week needs its weekdays"),
        (by_day and rule.every not in (Every.MONTH, Every.YEAR), "a day of the month needs a month or year"),
        (rule.month is not None and not 1 <= rule.month <= 12, "months are 1 to 12"),
        (by_day and not 1 <= (rule.day or 0) <= _days_in(rule.month), "no month has such a day"),
        ((rule.every is Every.YEAR) != (rule.month is not None), "a year needs its month, nothing else does"),
        (rule.every is Every.YEAR and not by_day, "a year needs its day"),
        (rule.every is Every.MONTH and by_day == by_position, "a month needs a day or a position"),
        (by_position and (rule.every is not Every.MONTH or not rule.weekdays), "a position needs weekdays"),
        (by_position and rule.position not in (1, 2, 3, 4, -1), "a position is 1 to 4, or -1 for the last"),
    )


def _days_in(month: int | None) -> int:
    return {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}.get(month or 1, 31)
