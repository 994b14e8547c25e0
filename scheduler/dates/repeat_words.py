"""A rule said in words: "every 2 weeks on Monday at 09:00, until 3 March 2027". `read_rule` reads them again."""

from datetime import date, datetime

from scheduler.clock import from_wall, to_wall
from scheduler.dates.repeats import is_once
from scheduler.recurrence import Every, Rule
from scheduler.zones import zone

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_POSITIONS = {1: "1st", 2: "2nd", 3: "3rd", 4: "4th", -1: "last"}
_WORKDAYS = (0, 1, 2, 3, 4)


def say_rule(rule: Rule, tz: str) -> str:
    """The moment or repeat in words, for a person on clocks in `tz` (IANA), without the zone and the start."""
    if is_once(rule):
        return _moment(rule, tz)
    ends = ""
    if rule.until is not None:
        ends = f", until {say_day(rule.until)}"
    elif rule.count is not None:
        ends = f", {rule.count} times"
    return f"{_days(rule)} at {rule.at:%H:%M}{ends}"


def say_day(day: date) -> str:
    """ "3 March 2027"."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _moment(rule: Rule, tz: str) -> str:
    wall = to_wall(from_wall(datetime.combine(rule.start, rule.at), zone(rule.zone)), zone(tz))
    return f"{_DAYS[wall.weekday()]} {say_day(wall.date())}, {wall:%H:%M}"


def _days(rule: Rule) -> str:
    every, several = rule.every, rule.interval > 1
    unit = f"every {rule.interval} {every.value}s" if several else f"every {every.value}"
    match every:
        case Every.DAY:
            return unit
        case Every.WEEK if rule.weekdays == _WORKDAYS and not several:
            return "every weekday"
        case Every.WEEK:
            return f"{unit} on {_listed(rule.weekdays)}" if several else f"every {_listed(rule.weekdays)}"
        case Every.MONTH if rule.position is not None:
            which = "weekday" if rule.weekdays == _WORKDAYS else _listed(rule.weekdays)
            return f"{unit} on the {_POSITIONS[rule.position]} {which}"
        case Every.MONTH:
            return f"{unit} on the {_th(rule.day or 1)}"
        case Every.YEAR:
            return f"{unit} on {rule.day} {_MONTHS[(rule.month or 1) - 1]}"


def _listed(days: tuple[int, ...]) -> str:
    names = [_DAYS[day] for day in days]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _th(day: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th") if day // 10 != 1 else "th"
    return f"{day}{ending}"
