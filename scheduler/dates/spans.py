"""Lengths of time: "3d 4h", "an hour and a half", "1 month and 2 days"."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from dateutil.relativedelta import relativedelta

from scheduler.clock import from_wall, in_utc
from scheduler.dates.problems import refuse

_SECONDS = {"s": 1, "m": 60, "h": 3600}
_DAYS = {"d": 1, "w": 7, "f": 14}
_MONTHS = {"o": 1, "y": 12}
_DAY_IN_SECONDS = 86_400
_FURTHEST_DAYS = 6 * 366  # beyond this nobody needs to count on

_UNIT = (
    r"(?P<unit>seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|wks?|fortnights?|months?|mths?|mos?"
    r"|years?|yrs?|[smhdwy])(?![a-z])\.?"
)
_OF_A = r"(?:[ -]of)?(?:[ -]an?(?=[ -]))?"
_AMOUNT = (
    r"(?:(?P<whole>\d+)(?:[ -]and[ -](?:(?:a[ -])?half|1/2)| 1/2)"
    rf"|(?P<top>[123])/(?P<bottom>[234]){_OF_A}"
    rf"|(?P<half>(?:a )?half){_OF_A}"
    rf"|(?:(?P<quarters>a|\d)[ -])?quarters?{_OF_A}"
    r"|(?P<number>\d{1,3}(?:,\d{3})+|\d+(?:\.\d+|,\d{1,2})?|\.\d+)"
    r"|(?P<one>an?)(?=[ -]))"
)
_TAIL = r"(?P<tail> and (?:(?:a )?(?:half|quarter)|1/2)(?![a-z]|[ -](?:an?|of|hour|day|year)))"
_MINUTES = r"(?:(?<=h)(?P<minutes>[0-5]\d)(?![\d:.]| ?[ms](?![a-z])| ?min| ?sec))"  # 1h30, but not 1h30m
_PART = re.compile(rf"(?P<sign>[-+] ?|minus |negative )?{_AMOUNT}[ -]?{_UNIT}{_TAIL}?{_MINUTES}?")
_JOINT = re.compile(r" ?(?:,|and|&|\+)? ?(?:and )?")


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time in the three parts that behave differently.

    Months (clamped to the last day of a short month) and days keep the clock time; seconds
    are exact elapsed time. `clock` is set when the text could be a time of day as well
    ("20h", "8h30"): hour and minute. `negative` when any part was.
    """

    months: Fraction = Fraction()
    days: Fraction = Fraction()
    seconds: Fraction = Fraction()
    negative: bool = False
    clock: tuple[int, int] | None = None

    @property
    def exact(self) -> bool:
        """Whether any part is elapsed time, after which no clock time can be set."""
        return bool(self._elapsed())

    def added_to(self, start: datetime, sign: int = 1) -> datetime:
        """The instant (UTC) this long after `start` (aware, in the zone whose clock counts), or before it.

        Raises `DateProblem` for no length, a fraction of a month, and more than we count.
        """
        if not (self.months or self.days or self.seconds):
            refuse("zero")
        if self.months.denominator != 1:
            refuse("vague", "A month has no fixed length: give weeks or days.")
        if self.days + 28 * self.months + self.seconds / _DAY_IN_SECONDS > _FURTHEST_DAYS:
            refuse("too_far")
        reached = start.replace(tzinfo=None)
        reached += sign * relativedelta(months=int(self.months), days=int(self.days))
        calendar = bool(self.months or int(self.days))
        instant = from_wall(reached, start.tzinfo) if calendar and start.tzinfo else in_utc(start)
        return instant + sign * timedelta(microseconds=int(self._elapsed() * 1_000_000))

    def _elapsed(self) -> Fraction:
        """Seconds, with the part of a day that is left over ("1.5 days")."""
        return self.seconds + (self.days - int(self.days)) * _DAY_IN_SECONDS


def read_span(text: str, at: int) -> tuple[Span, int] | None:
    """The span that begins at this place of a tidy text, and where it ends; none when there is none."""
    match = _PART.match(text, at)
    if not match:
        return None
    span, end, parts = Span(), at, 0
    while match:
        span, end, parts = _with_part(span, match), match.end(), parts + 1
        clock = _as_clock(match) if parts == 1 else None
        joint = _JOINT.match(text, end)
        match = _PART.match(text, joint.end()) if joint else None
    if parts > 1:
        clock = None
    return Span(span.months, span.days, span.seconds, span.negative, clock), end


def _with_part(span: Span, match: re.Match[str]) -> Span:
    amount, unit = _amount(match), _letter(match["unit"])
    return Span(
        months=span.months + amount * _MONTHS.get(unit, 0),
        days=span.days + amount * _DAYS.get(unit, 0),
        seconds=span.seconds + amount * _SECONDS.get(unit, 0) + 60 * int(match["minutes"] or 0),
        negative=span.negative or (match["sign"] or "+").strip() != "+",
    )


def _letter(unit: str) -> str:
    """One letter for a unit: "m" is minutes, so months are "o"."""
    return "o" if unit.startswith(("mo", "mt")) else unit[0]


def _amount(match: re.Match[str]) -> Fraction:
    tail = {"half": Fraction(1, 2), "1/2": Fraction(1, 2), "quarter": Fraction(1, 4)}
    more = tail[match["tail"].split()[-1]] if match["tail"] else Fraction()
    if match["whole"]:
        return int(match["whole"]) + Fraction(1, 2) + more
    if match["top"]:
        return Fraction(int(match["top"]), int(match["bottom"])) + more
    if match["half"]:
        return Fraction(1, 2) + more
    if match["number"]:
        if _letter(match["unit"]) in _SECONDS and re.fullmatch(r"\d+[.,][1-5]0", match["number"]):
            refuse("vague", 'Please write it like "1h 30m" or like "1.5 hours".')  # 1.30 hours: 78 or 90 minutes?
        return Fraction(_point(match["number"])) + more
    if match["one"]:
        return 1 + more
    count = match["quarters"]
    return Fraction(int(count) if count and count.isdigit() else 1, 4) + more


def _point(number: str) -> str:
    """1,5 is one and a half; 1,000 is a thousand."""
    thousands = re.fullmatch(r"\d{1,3}(?:,\d{3})+", number)
    return number.replace(",", "" if thousands else ".")


def _as_clock(match: re.Match[str]) -> tuple[int, int] | None:
    number = match["number"]
    if match["unit"] != "h" or not number or not re.fullmatch(r"\d{1,2}", number) or int(number) > 23:
        return None
    return int(number), int(match["minutes"] or 0)
