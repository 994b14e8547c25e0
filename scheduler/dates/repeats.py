"""What a person types for "when" -> a `Rule`: one moment, or a repeat such as "every weekday at 7am until 3 March".

A repeat is read in three steps: its end and its start are taken out ("until ...", "5 times", "from Monday"), then the
words of the repeat itself (`FORMS`, each with what it builds), and what is left must be a time of day. A word that
belongs to none of them is refused, as in `read_when`, and so is what has two readings: they come with the refusal.

A moment is a daily rule with one slot. What names an exact moment whatever the clocks do ("in 20 minutes", "5pm UTC")
is kept in the zone "UTC", which no place of a person has, and does not move with a person who moves.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import product
from typing import TypeVar

from dateutil.relativedelta import relativedelta

from scheduler.clock import in_utc, to_wall
from scheduler.dates import read_when
from scheduler.dates.days import Order, Yearly
from scheduler.dates.grammar import Said, read
from scheduler.dates.patterns import PATTERNS, VOCABULARY
from scheduler.dates.problems import Code, DateProblem, refuse, sentence
from scheduler.dates.repeat_forms import FORMS, RANGE, Frame, within
from scheduler.dates.times import NINE, TimeOfDay
from scheduler.dates.words import tidy
from scheduler.recurrence import Every, Rule, daily, local_slot, next_after
from scheduler.zones import zone

T = TypeVar("T")

EXACT = "UTC"
"""The zone of a moment that stays where it is when its person moves."""
MOST_TIMES = 1_000
EXAMPLES = 'For example "every weekday at 7am", "mondays 18:00 until 15 December" or "every month on the last friday".'
_END = re.compile(r"(?:, ?)?(?<![a-z])(?:until|till?|up to|ending(?: on)?)(?![a-z]) ?(?:and including )?")
_START = re.compile(rf"(?:, ?)?(?<![a-z])(?:starting|beginning|from)(?: on)?(?![a-z])(?! ?{RANGE}) ?")
_TIMES = re.compile(
    r"(?:, ?)?(?<![a-z\d])(?:(?:for )?(?P<count>\d{1,9}) ?(?:times|x)(?![a-z])(?! an? | per )|x ?(?P<x>\d{1,9})(?!\d))"
)
_FOR = re.compile(r"(?:, ?)?(?<![a-z])for (?:the next )?(?P<n>\d{1,6}) ?(?P<unit>days?|weeks?|months?|years?)(?![a-z])")
_FIELDS = ("days", "times", "parts", "spans", "zones", "stamps", "dotted", "same_time")


class Unclear(ValueError):
    """A "when" that cannot be taken as it stands.

    `code` and `message` are those of `DateProblem`; `readings` are the rules between which the person may choose,
    empty when there is nothing to choose from.
    """

    def __init__(self, code: Code, message: str, readings: tuple[Rule, ...] = ()) -> None:
        super().__init__(message)
        self.code: Code = code
        self.message = message
        self.readings = readings


def read_rule(text: str, *, now: datetime, tz: str, order: Order | None = None) -> Rule:
    """The moment or repeat that `text` means for a person in zone `tz` (IANA) at `now` (aware).

    A repeat keeps the person's own clock; a day without a time is at 09:00; `order` is that of `read_when`. Raises
    `Unclear`, with a message for the person, when it is not one clear rule with something to come; `UnknownZone` for
    `tz`.
    """
    try:
        try:
            return once(read_when(text, now=now, tz=tz, order=order), tz, exact=is_exact(text))
        except DateProblem as problem:
            if problem.code not in ("repeats", "two_times", "vague", "not_understood", "past") or not repeats(text):
                readings = tuple(once(moment, tz) for moment in problem.readings)
                raise Unclear(problem.code, _said(problem), readings) from None
        return _repeat(tidy(text), now, tz, order)
    except DateProblem as problem:
        raise Unclear(problem.code, _said(problem)) from None


def _said(problem: DateProblem) -> str:
    """Where one moment was asked for, a repeat is refused as such; here it is only not understood."""
    return f"I could not read that repeat. {EXAMPLES}" if problem.message == sentence("repeats") else problem.message


def once(moment: datetime, tz: str, *, exact: bool = False) -> Rule:
    """The rule of one moment (aware) on clocks in `tz`, at a whole minute and never earlier."""
    minute = timedelta(minutes=1)
    whole = in_utc(moment) + (minute if moment.second or moment.microsecond else timedelta())
    second_time = whole.astimezone(zone(tz)).fold == 1  # a wall clock cannot say which of the two
    kept = EXACT if exact or second_time else tz
    wall = to_wall(whole, zone(kept))
    return daily(wall.time().replace(second=0, microsecond=0), kept, wall.date()).limited(count=1)


def is_once(rule: Rule) -> bool:
    """Whether this is one moment and not a repeat."""
    return rule.every is Every.DAY and rule.count == 1


def repeats(text: str) -> bool:
    """Whether there are words of a repeat in it."""
    try:
        plain = tidy(text)
    except DateProblem:
        return False
    return any(form.search(plain) for form, _ in FORMS)


def _repeat(text: str, now: datetime, tz: str, order: Order | None) -> Rule:
    today = to_wall(now, zone(tz)).date()
    text, count = _taken(_TIMES, text, lambda match: within(int(match["count"] or match["x"]), MOST_TIMES))
    text, length = _taken(_FOR, text, _length)
    text, ends = _day_after(_END, text, now, tz, order)
    text, starts = _day_after(_START, text, now, tz, order)
    form, build = next(((form, build) for form, build in FORMS if form.search(text)), (None, None))
    match = form.search(text) if form else None
    if match is None or build is None:
        refuse("not_understood")
    # The place of what was taken out keeps the words apart.
    clocks, said_day = _time_of_day(f"{text[: match.start()]} , {text[match.end() :]}", order)
    found = []
    for clock, first, last in product(clocks, starts or (today,), ends or (None,)):
        for rule in build(match, Frame(tz, first, clock, said_day)):
            found.append(_limited(rule, now, last, length, count))
    if len(found) == 1:
        return found[0]
    code: Code = "ambiguous_hour" if len(clocks) > 1 else "ambiguous_order" if len(found) == len(ends) else "vague"
    raise Unclear(code, sentence(code, "Pick the one that you mean."), tuple(found))


def _limited(rule: Rule, now: datetime, last: date | None, length: relativedelta | None, count: int | None) -> Rule:
    """The rule from its first slot on, which is where "every second" and "5 times" count from, to its end."""
    first = next_after(replace(rule, interval=1), now)
    if first is None:
        refuse("past")
    start = datetime.fromisoformat(local_slot(replace(rule, interval=1), first)).date()
    if length is not None:
        last = start + length - timedelta(days=1)
    if last is not None and last < start:
        refuse("past", "It would end before it begins. Please give a later end.")
    if last is not None and (last - start).days > 5 * 366:
        refuse("too_far")
    rule = replace(rule, start=start, until=last, count=count if last is None else None)
    if last is not None and count is not None:
        refuse("two_times", "Please give one end only: a last day, or how many times.")
    return rule


def _taken(pattern: re.Pattern[str], text: str, value: Callable[[re.Match[str]], T]) -> tuple[str, T | None]:
    match = pattern.search(text)
    if match is None:
        return text, None
    return f"{text[: match.start()]} {text[match.end() :]}".strip(), value(match)


def _length(match: re.Match[str]) -> relativedelta:
    number, unit = int(match["n"]), match["unit"].rstrip("s")
    within(number, {"day": 1_830, "week": 260, "month": 60, "year": 5}[unit])
    days = {"day": 1, "week": 7}.get(unit)
    months = {"month": 1, "year": 12}.get(unit)
    return relativedelta(days=days * number) if days else relativedelta(months=(months or 0) * number)


def _day_after(
    pattern: re.Pattern[str], text: str, now: datetime, tz: str, order: Order | None
) -> tuple[str, tuple[date, ...]]:
    """The day that follows the words of `pattern`, in all its readings, and the text without both."""
    for match in pattern.finditer(text):
        words = text[match.end() :].split(" ")
        for cut in range(len(words), 0, -1):
            phrase = " ".join(words[:cut])
            if _only(phrase, "days"):
                rest = " ".join(words[cut:])
                return f"{text[: match.start()]} {rest}".strip(), _days_of(phrase, now, tz, order)
    if pattern is _END and pattern.search(text):
        refuse("no_day", 'Please write the last one like "until 15 December".')
    return text, ()


def _days_of(phrase: str, now: datetime, tz: str, order: Order | None) -> tuple[date, ...]:
    """A day is looked at from its midnight, so that today may be the first."""
    try:
        moments: tuple[datetime, ...] = (read_when(f"{phrase} 23:59", now=now, tz=tz, order=order),)
    except DateProblem as problem:
        if not problem.readings:
            raise
        moments = problem.readings
    return tuple(to_wall(moment, zone(tz)).date() for moment in moments)


def _only(phrase: str, *fields: str) -> bool:
    """Whether a phrase says these and nothing else."""
    try:
        said = read(tidy(phrase), PATTERNS, VOCABULARY)
    except DateProblem:
        return False
    filled = {name for name in _FIELDS if getattr(said, name)}
    return bool(filled) and filled <= set(fields)


def _time_of_day(text: str, order: Order | None) -> tuple[tuple[time, ...], Yearly | None]:
    """The readings of a time of day (09:00 when there is none), and a day of the year that stands beside it."""
    if not re.search(r"[a-z\d]", text):
        return (NINE,), None
    said = read(" ".join(text.split()), PATTERNS, VOCABULARY, order)
    spoken = _spoken(said)
    day = said.days[0] if len(said.days) == 1 and isinstance(said.days[0], Yearly) else None
    if said.zones or said.stamps:
        refuse("not_understood", "A repeat keeps your own clock: please leave the zone out.")
    if len(spoken) > 1 or len(said.parts) > 1:
        refuse("two_times", "At most once a day. Make a second reminder for the other time.")
    if said.same_time or (said.days and day is None):
        refuse("two_days", "Please give the days of a repeat once.")
    part = said.parts[0] if said.parts else None
    if not spoken:
        return ((NINE,) if part is None else refuse("no_time")), day
    clock = spoken[0]
    halves = (clock.with_half("am"), clock.with_half("pm")) if clock.needs_half(part) else (clock,)
    return tuple(each.on_clock(part)[0].replace(second=0, microsecond=0) for each in halves), day


def _spoken(said: Said) -> list[TimeOfDay]:
    spans = [TimeOfDay(*span.clock) if span.clock else refuse("not_understood") for span in said.spans]
    return [*said.times, *spans, *(TimeOfDay(hour, minute) for hour, minute in said.dotted)]


def is_exact(text: str) -> bool:
    """Whether a text that `read_when` takes names the same instant on every clock: "in 2 hours", "5pm UTC"."""
    said = read(tidy(text), PATTERNS, VOCABULARY)
    return bool(said.stamps or said.zones or any(span.exact for span in said.spans))
