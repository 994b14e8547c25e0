"""Why a text is not a time that we can take, said so that the person can put it right."""

from datetime import datetime
from typing import Literal, NoReturn

Code = Literal[
    "empty", "too_long", "not_understood", "vague", "no_day", "no_time", "now", "past", "zero", "too_far",
    "impossible", "repeats", "two_times", "two_days", "weekday_mismatch", "ambiguous_order",
    "ambiguous_weekday", "ambiguous_hour", "ambiguous_zone", "ambiguous_span", "ambiguous_dots", "unknown_zone",
]  # fmt: skip

_EXAMPLES = 'For example "tomorrow 9am", "fri 17:30", "15 Dec 8pm" or "in 3 days".'

# What is wrong, and what to do where no closer hint is at hand.
_SENTENCES: dict[Code, tuple[str, str]] = {
    "empty": ("I need a time.", _EXAMPLES),
    "too_long": ("That is too long for a time. A few words are enough.", _EXAMPLES),
    "not_understood": ("I could not read all of that as a time.", _EXAMPLES),
    "vague": ("That could be several moments.", f"Please give a day and a time. {_EXAMPLES}"),
    "no_day": ("Which day?", 'Please add it, for example "15 December" or "15 December 2027, 9am".'),
    "no_time": ("At what time?", 'Please add it, for example "tomorrow 9am" or "tonight at 8".'),
    "now": ("That is right now.", 'Please give a later time, for example "in 20 minutes".'),
    "past": ("That is already past.", 'Please give a later time, for example "tomorrow 9am".'),
    "zero": ("That is no time at all.", 'Please give more than zero, for example "in 20 minutes".'),
    "too_far": ("That is more than 5 years ahead, the furthest that I can go.", "Please give an earlier date."),
    "impossible": ("There is no such date or time.", f"Please check the numbers. {_EXAMPLES}"),
    "repeats": ("I can take one moment here, not a repeat.", _EXAMPLES),
    "two_times": ("I read more than one time in that.", 'Please give just one, for example "tomorrow 9am".'),
    "two_days": ("I read two days that differ.", 'Please give just one, for example "fri 9am".'),
    "weekday_mismatch": ("The weekday and the date do not agree.", "Please give just one of them."),
    "ambiguous_order": ("Which is the day and which is the month?", 'Please write it like "3 April".'),
    "ambiguous_weekday": ("People understand that as two different days.", "Please give the date."),
    "ambiguous_hour": ("Morning or evening?", 'Please add "am" or "pm", or write it like "20:00".'),
    "ambiguous_zone": (
        "Those zone letters mean different clocks in different places.",
        'Leave them out for your own clock, or write the offset, for example "17:00 UTC+5".',
    ),
    "ambiguous_span": (
        "Is that a time or a length of time?",
        'Please write it like "20:00" or like "in 20 hours".',
    ),
    "ambiguous_dots": ("Is that a time or a date?", 'Please write it like "8:30" or like "30 August".'),
    "unknown_zone": (
        "I do not know that time zone.",
        'Please use the name of a place, such as "Asia/Karachi".',
    ),
}


class DateProblem(ValueError):
    """A text that names no one moment to come.

    `code` is for programs, `message` for the person (it never repeats what they typed), and
    `readings` are the instants between which they may choose, in the person's zone, earliest
    first; empty when there is nothing to choose from.
    """

    def __init__(self, code: Code, message: str, readings: tuple[datetime, ...] = ()) -> None:
        super().__init__(message)
        self.code: Code = code
        self.message = message
        self.readings = readings


def sentence(code: Code, hint: str = "") -> str:
    """What is wrong, and what to do: `hint` where there is a close one."""
    wrong, to_do = _SENTENCES[code]
    return f"{wrong} {hint or to_do}"


def refuse(code: Code, hint: str = "") -> NoReturn:
    """Raise the problem of that code with its sentence."""
    raise DateProblem(code, sentence(code, hint))
