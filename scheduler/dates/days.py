"""The ways to name a day, each as the dates that it can mean."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Literal

from dateutil.relativedelta import relativedelta

from scheduler.dates.problems import refuse

Order = Literal["day", "month"]
"""Which of the two numbers comes first where somebody writes a date as 3/4."""

_LEAP_CYCLE = 9  # years until 29 February comes again for certain, over a century without one


@dataclass(frozen=True, slots=True)
class Day(ABC):
    """A day as somebody named it.

    `dates` are the days it may be, earliest first: one when it is fixed, two when the next
    such day is meant and today's may already be too late. `depends_on_today` tells a day
    that is counted from today from one that stands by itself.
    """

    @abstractmethod
    def dates(self, today: date) -> tuple[date, ...]:
        """The candidates. Raises `DateProblem` for a day that does not exist."""

    def reading(self, today: date) -> "Day":
        """The same day with its words weighed: itself, or `Either` where there are two readings."""
        return self

    def fits(self, day: date, today: date) -> bool:
        """Whether this name and `day` go together, as "Wed" and "3 March" do in 2027."""
        return day in self.dates(today)

    @property
    def depends_on_today(self) -> bool:
        """Whether it is counted from today ("tomorrow", "fri")."""
        return True


@dataclass(frozen=True, slots=True)
class Near(Day):
    """Today (0), tomorrow (1), yesterday (-1) ..."""

    days: int

    def dates(self, today: date) -> tuple[date, ...]:
        """The one day."""
        return (today + timedelta(days=self.days),)


@dataclass(frozen=True, slots=True)
class AnyDay(Day):
    """No day was named: today, or tomorrow."""

    def dates(self, today: date) -> tuple[date, ...]:
        """Today and tomorrow."""
        return (today, today + timedelta(days=1))

    @property
    def depends_on_today(self) -> bool:
        """The next such time is the same in all zones."""
        return False


@dataclass(frozen=True, slots=True)
class Weekday(Day):
    """The next Monday (0) ... Sunday (6); today's when its time is still to come."""

    weekday: int

    def dates(self, today: date) -> tuple[date, ...]:
        """The coming one (perhaps today) and the one after."""
        first = today + timedelta(days=(self.weekday - today.weekday()) % 7)
        return (first, first + timedelta(days=7))

    def fits(self, day: date, today: date) -> bool:
        """Any day of that name."""
        return day.weekday() == self.weekday


@dataclass(frozen=True, slots=True)
class InWeek(Day):
    """A weekday of this week (0) or the next (1); weeks begin on Monday."""

    weekday: int
    weeks: int

    def dates(self, today: date) -> tuple[date, ...]:
        """The one day."""
        return (today + timedelta(days=self.weekday - today.weekday() + 7 * self.weeks),)


@dataclass(frozen=True, slots=True)
class Dated(Day):
    """A date with its year."""

    year: int
    month: int
    day: int

    def dates(self, today: date) -> tuple[date, ...]:
        """The one day."""
        return (existing(self.year, self.month, self.day),)

    @property
    def depends_on_today(self) -> bool:
        """It stands by itself."""
        return False


@dataclass(frozen=True, slots=True)
class Yearly(Day):
    """A day and month without a year: the next one that exists."""

    month: int
    day: int

    def dates(self, today: date) -> tuple[date, ...]:
        """This year's or the next ones; of 29 February the next leap years'."""
        existing(2028, self.month, self.day)
        years = range(today.year, today.year + 2 * _LEAP_CYCLE)
        found = (when for year in years if (when := _date_or_none(year, self.month, self.day)) and when >= today)
        return tuple(islice(found, 2))

    @property
    def depends_on_today(self) -> bool:
        """It stands by itself."""
        return False


@dataclass(frozen=True, slots=True)
class Monthly(Day):
    """A day of the month without the month: the next one that exists."""

    day: int

    def dates(self, today: date) -> tuple[date, ...]:
        """This month's or the next ones; of the 31st only months that have one."""
        if not 1 <= self.day <= 31:
            refuse("impossible")
        return tuple(islice(self._coming(today), 2))

    def _coming(self, today: date) -> Iterator[date]:
        for months in range(5):
            month = today.replace(day=1) + relativedelta(months=months)
            when = _date_or_none(month.year, month.month, self.day)
            if when and when >= today:
                yield when

    @property
    def depends_on_today(self) -> bool:
        """It stands by itself."""
        return False


@dataclass(frozen=True, slots=True)
class InMonth(Day):
    """A day of this month (0) or the next (1)."""

    day: int
    months: int

    def dates(self, today: date) -> tuple[date, ...]:
        """The one day."""
        month = today.replace(day=1) + relativedelta(months=self.months)
        return (existing(month.year, month.month, self.day),)


@dataclass(frozen=True, slots=True)
class InWords(Day):
    """A weekday with a word before or after it that people understand in different ways."""

    weekday: int
    word: Literal["next", "this", "coming", "next week"]

    def dates(self, today: date) -> tuple[date, ...]:
        """The days of all readings."""
        return self.reading(today).dates(today)

    def reading(self, today: date) -> Day:
        """One day where the common readings agree, otherwise both."""
        coming, after_that = Weekday(self.weekday).dates(today)
        if self.word == "next":  # the coming one that is not today, or that of next week
            return _one_or_either(after_that if coming == today else coming, self._in_week(today, 1))
        if self.word == "this":  # that of this week; when it is past, perhaps the coming one
            return _one_or_either(self._in_week(today, 0), coming)
        if self.word == "coming":  # said on that very weekday: today, or in a week
            return _one_or_either(coming, after_that if coming == today else coming)
        # On a Sunday the new week has begun for some and not for others.
        return _one_or_either(self._in_week(today, 1), self._in_week(today, 2 if today.weekday() == 6 else 1))

    def _in_week(self, today: date, weeks: int) -> date:
        return InWeek(self.weekday, weeks).dates(today)[0]


@dataclass(frozen=True, slots=True)
class Either(Day):
    """Two ways to read what was typed. `order` when it is about day and month, otherwise about the week."""

    first: Day
    second: Day
    order: bool = False

    def written(self, order: Order | None) -> Day:
        """The reading of somebody who writes dates in this order; itself where that settles nothing."""
        if order is None or not self.order:
            return self
        return self.first if order == "day" else self.second

    def dates(self, today: date) -> tuple[date, ...]:
        """The days of both readings."""
        return tuple(sorted({*self.first.dates(today), *self.second.dates(today)}))

    @property
    def depends_on_today(self) -> bool:
        """As its readings do."""
        return self.first.depends_on_today


def existing(year: int, month: int, day: int) -> date:
    """That date. Raises `DateProblem` when the calendar does not have it."""
    return _date_or_none(year, month, day) or refuse("impossible")


def numeric(first: int, second: int, year: int | None) -> Day:
    """3/4: both orders when both exist and differ, the day first in `first`; otherwise the one that exists."""
    readings = [day for day in (_of(year, second, first), _of(year, first, second)) if _exists(day)]
    if not readings:
        refuse("impossible")
    if len(readings) == 1 or readings[0] == readings[1]:
        return readings[0]
    return Either(readings[0], readings[1], order=True)


def _of(year: int | None, month: int, day: int) -> Yearly | Dated:
    return Yearly(month, day) if year is None else Dated(year, month, day)


def _exists(day: Yearly | Dated) -> bool:
    year = day.year if isinstance(day, Dated) else 2028
    return _date_or_none(year, day.month, day.day) is not None


def _one_or_either(first: date, second: date) -> Day:
    readings = [Dated(day.year, day.month, day.day) for day in (first, second)]
    return readings[0] if first == second else Either(readings[0], readings[1])


def _date_or_none(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
