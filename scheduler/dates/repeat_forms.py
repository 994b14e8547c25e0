"""The words of a repeat ("every 2 weeks on monday", "the last weekday of every month") and what each form builds.

The texts are tidy (`words.tidy`): lower case, number words as digits. `FORMS` are tried in order; the first that is
found anywhere in a text counts.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, time

from scheduler.dates.days import Yearly
from scheduler.dates.problems import DateProblem, refuse
from scheduler.recurrence import Every, Rule, daily, monthly, monthly_on, weekly, yearly

_MOST = {Every.DAY: 366, Every.WEEK: 52, Every.MONTH: 60, Every.YEAR: 1}
_WORKDAYS = (0, 1, 2, 3, 4)
_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = (
    r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:s|nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)"
    r"s?(?![a-z])\.?"
)
_FULL_DAYS = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days(?![a-z])"
_JOIN = r"(?: ?, ?(?:and )?| and (?:on )?| ?& ?| ?/ ?| )"
RANGE = rf"{_DAY} ?(?:-|to|through) ?{_DAY}"
_DAYS = rf"(?P<days>{RANGE}|{_DAY}(?:{_JOIN}{_DAY})*)"
_N = r"(?:(?P<n>\d{1,9}|other)(?:st|nd|rd|th)? )?"
_EVERY = r"(?:every|each)"
_POSITION = r"(?P<position>[1-4](?:st|nd|rd|th)|last)"
_WHAT = rf"(?P<what>(?:working |business )?days?(?![a-z])|weekdays?|workdays?|{_DAY})"
_OF_MONTH = r"(?P<day>\d\d?)(?:st|nd|rd|th)(?![a-z])"


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a repeat is built: the zone, today there, and the time of day. `said_day` stands in what is left."""

    tz: str
    today: date
    at: time
    said_day: Yearly | None = None


def within(number: int, most: int) -> int:
    """The number, when it is 1 to `most`. Raises `DateProblem`."""
    if number < 1:
        refuse("zero", "Please give at least 1.")
    if number > most:
        refuse("too_far", f"The most that I can take there is {most:,}.")
    return number


Build = Callable[[re.Match[str], Frame], Iterable[Rule]]
"""Gives the rule, or the rules between which the person has to choose."""


def _interval(match: re.Match[str], every: Every) -> int:
    number = match.groupdict().get("n")
    return within(2 if number == "other" else int(number or 1), _MOST[every])


def _weekdays_in(words: str) -> tuple[int, ...]:
    days = [_NAMES.index(found[:3]) for found in re.findall(_DAY, words)]
    if re.fullmatch(RANGE, words):
        first, last = days
        return tuple(sorted((first + step) % 7 for step in range((last - first) % 7 + 1)))
    return tuple(days)


def _every_day(match: re.Match[str], frame: Frame) -> Iterable[Rule]:
    yield daily(frame.at, frame.tz, frame.today, interval=_interval(match, Every.DAY))


def _workdays(match: re.Match[str], frame: Frame) -> Iterable[Rule]:
    yield weekly(frame.at, frame.tz, frame.today, _WORKDAYS)


def _weekend(match: re.Match[str], frame: Frame) -> Iterable[Rule]:
    yield weekly(frame.at, frame.tz, frame.today, (5, 6))


def _weeks(match: re.Match[str], frame: Frame) -> Iterable[Rule]:
    interval = 2 if "fortnight" in match[0] else _interval(match, Every.WEEK)
    days = _weekdays_in(match["days"]) if match["days"] else (frame.today.weekday(),)
    yield weekly(frame.at, frame.tz, frame.today, days, interval=interval)


def _months(match: re.Match[str], frame: Frame) -> Iterable[Rule]:
    day = int(match["day"] or match.groupdict().get("bare") or frame.today.day)
    if not 1 <= day <= 31:
        refuse("impossible")
    yield monthly(frame.at, frame.tz, frame.today, day, interval=_interval(match, Every.MONTH))


def _placed(match: re.Match[str], frame: Frame) -> Iterable[Rule]:
    """ "The last weekday of every month"."""
    position = -1 if match["position"] == "last" else int(match["position"][0])
    what = match["what"]
    if what.rstrip("s") == "day":
        yield monthly(frame.at, frame.tz, frame.today, 31 if position == -1 else position)
        return
    days = _WORKDAYS if re.search("weekday|work|business", what) else _weekdays_in(what)
    if _interval(match, Every.MONTH) != 1:
        refuse("not_understood", "That works every month only.")
    yield monthly_on(frame.at, frame.tz, frame.today, days, position)


def _second_monday(match: re.Match[str], frame: Frame) -> Iterable[Rule]:
    """ "Every 2nd Monday": every other week, or once a month?"""
    position, days = int(match["position"][0]), _weekdays_in(match["what"])
    yield weekly(frame.at, frame.tz, frame.today, days, interval=position)
    yield monthly_on(frame.at, frame.tz, frame.today, days, position)


def _years(match: re.Match[str], frame: Frame) -> Iterable[Rule]:
    if frame.said_day is None:
        refuse("no_day")
    frame.said_day.dates(frame.today)  # refuses a day that does not exist
    yield yearly(frame.at, frame.tz, frame.today, frame.said_day.month, frame.said_day.day)


def _too_often(match: re.Match[str], frame: Frame) -> Iterable[Rule]:
    raise DateProblem("repeats", "A repeat comes at most once a day, at one time. Make one reminder for each time.")


_MONTHLY = rf"(?:monthly|{_EVERY} {_N}months?)(?![a-z]),?"
FORMS: tuple[tuple[re.Pattern[str], Build], ...] = tuple(
    (re.compile(rf"(?<![a-z\d])(?:{form})"), build)
    for form, build in (
        (rf"hourly|{_EVERY} {_N}(?:hours?|hrs?|minutes?|mins?|seconds?|secs?)(?![a-z])"
         r"|\d+ ?(?:times|x) (?:an?|per) (?:day|week|month)",
         _too_often),
        (rf"(?:{_EVERY} |on )?(?:the )?{_POSITION} {_WHAT} (?:of|in) (?:(?:the|{_EVERY}|an?) {_N}months?)"
         r"(?![a-z])", _placed),
        (rf"{_MONTHLY}(?: on)? (?:the )?{_POSITION} {_WHAT}", _placed),
        (rf"{_EVERY} (?P<position>1(?:st|th)|last)(?P<n>) {_WHAT}", _placed),
        (rf"{_EVERY} (?P<position>[2-4](?:nd|rd|th)) (?P<what>{_DAY})", _second_monday),
        (rf"(?:on )?(?:the )?{_OF_MONTH} (?:day )?of (?:the|{_EVERY}) {_N}months?(?![a-z])", _months),
        (rf"{_MONTHLY}(?:(?: on)?(?: the)?(?: day)? {_OF_MONTH}|(?: on)?(?: the| day)+ (?P<bare>\d\d?)(?![\d:.]))?",
         _months),
        (rf"(?:yearly|annually|{_EVERY} year)(?![a-z]),?(?: on)?(?: the)?", _years),
        (rf"{_EVERY} (?:weekdays?|workdays?|(?:working|business) days?)(?![a-z])"
         r"|(?:on )?(?:weekdays|workdays|(?:working|business) days)(?![a-z])", _workdays),
        (rf"{_EVERY} weekends?(?![a-z])|(?:on )?weekends(?![a-z])", _weekend),
        (rf"(?:weekly|fortnightly|{_EVERY} {_N}weeks?)(?![a-z])(?:,?(?: on)? {_DAYS})?", _weeks),
        (rf"(?:on )?{_DAYS},? {_EVERY} {_N}weeks?(?![a-z])", _weeks),
        (rf"{_EVERY} {_N}{_DAYS}", _weeks),
        (rf"(?:on |from )?(?P<days>{RANGE})", _weeks),
        (rf"(?:on )?(?=(?:{_DAY}{_JOIN})*{_FULL_DAYS}){_DAYS}", _weeks),
        (rf"daily|everyday|{_EVERY} {_N}days?(?![a-z])|{_EVERY} (?=morning|afternoon|evening|night)", _every_day),
        (rf"{_EVERY}(?= (?:\d\d?(?:st|nd|rd|th)? )?[a-z]{{3,9}})", _years),
    )
)  # fmt: skip
