"""The pieces a time is made of, in the order in which they are tried.

Each pattern begins where the reading stands; each note writes its piece into `Said`. Order
matters where one text could be two things: "1.5 hours" before "1.5." and "5 dec" before "5".
"""

import re
from typing import cast

from scheduler.dates import clock_patterns, vague
from scheduler.dates.days import Dated, InMonth, InWeek, InWords, Monthly, Near, Weekday, Yearly, numeric
from scheduler.dates.grammar import NOT_THIS, Pattern, Said
from scheduler.dates.problems import refuse
from scheduler.dates.spans import read_span
from scheduler.dates.times import Part

_MONTHS = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?![a-z])\.?"
)
_WEEKDAYS = (
    r"(?P<weekday>mon(?:day)?|tue(?:s(?:day)?)?|wed(?:s|nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?"
    r"|sun(?:day)?)(?![a-z])\.?"
)
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# A year has four digits, two only where a dash, slash or apostrophe shows that it is one ("5-Dec-27").
_YEAR = (
    r"(?:[-/., ]*(?:of |in )?(?P<year>(?:19|[2-9]\d)\d\d)(?![\d:]| ?[ap]m(?![a-z])|h)"
    r"|(?:SHORT)(?P<short>\d\d)(?![\d:]))?"
)
_YEAR_AFTER_MONTH = _YEAR.replace("SHORT", "[-/]| ?'")
_YEAR_AFTER_DAY = _YEAR.replace("SHORT", " ?'")  # "Dec 5-27" would be a range
_TH = r"(?:st|nd|rd|th)(?![a-z])"

VOCABULARY = (
    "today", "tomorrow", "tonight", "noon", "midday", "midnight", "next", "morning", "afternoon", "evening", "night",
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february", "march",
    "april", "june", "july", "august", "september", "october", "november", "december", "seconds", "minutes", "hours",
    "days", "weeks", "months", "years", "after",
)  # fmt: skip


def _stamp(said: Said, match: re.Match[str]) -> None:
    seconds = match["discord"] or match["slack"]
    said.stamps.append(int(seconds) if len(seconds) < 12 else refuse("too_far"))


def _span(said: Said, match: re.Match[str]) -> int | None:
    """A length of time with the words around it: "in", "ago", "from now", "before" what follows."""
    found = read_span(match.string, match.end())
    if found is None:
        return NOT_THIS
    span, end = found
    if span.clock and _AT.search(match.string, 0, match.start()):
        return NOT_THIS  # "at 20h"
    if span.negative:
        refuse("past")
    said.spans.append(span)
    said.marked_span |= bool(match["in"]) or match.string.startswith("+", match.end())
    after = _AFTER_SPAN.match(match.string, end)
    if after is None:
        return end
    said.marked_span = True
    if after["past"]:
        refuse("past")
    if after["base"]:
        said.direction = 1 if after["base"] in ("from", "after") else -1
    return after.end()


def _day_beside(said: Said, match: re.Match[str]) -> None:
    """ "The day after tomorrow", "the day before 15 December"."""
    if match["tomorrow"]:
        said.days.append(Near(2))
        return
    found = read_span("1 day", 0)
    if found:
        said.spans.append(found[0])
    said.marked_span, said.direction = True, -1 if match["side"] == "before" else 1


def _near(said: Said, match: re.Match[str]) -> None:
    word = match["near"]
    said.days.append(Near(1 if word[0] == "t" and word not in ("today", "tonight") else 0))
    if word == "tonight":
        said.parts.append("night")


def _this_part(said: Said, match: re.Match[str]) -> None:
    said.days.append(Near(0))
    said.parts.append(cast(Part, match["part"]))


def _part(said: Said, match: re.Match[str]) -> None:
    said.parts.append(cast(Part, match["part"]))


def _weekday(said: Said, match: re.Match[str]) -> None:
    weekday = _DAY_NAMES.index(match["weekday"][:3])
    words = f"{match['before'] or ''} {match['after'] or ''}".split()
    match words:
        case []:
            said.days.append(Weekday(weekday))
        case ["next", "week"]:
            said.days.append(InWords(weekday, "next week"))
        case ["this", "week"]:
            said.days.append(InWeek(weekday, 0))
        case ["next"]:
            said.days.append(InWords(weekday, "next"))
        case ["this"]:
            said.days.append(InWords(weekday, "this"))
        case ["coming"] | ["upcoming"] | ["this", "coming"]:
            said.days.append(InWords(weekday, "coming"))
        case _:
            refuse("not_understood")


def _date_in_words(said: Said, match: re.Match[str]) -> None:
    month = _MONTH_NAMES.index(match["month"][:3]) + 1
    year = match["year"] or (f"20{match['short']}" if match["short"] else None)
    day = int(match["day"])
    said.days.append(Dated(int(year), month, day) if year else Yearly(month, day))


def _year_first_in_words(said: Said, match: re.Match[str]) -> None:
    month = _MONTH_NAMES.index(match["month"][:3]) + 1
    said.days.append(Dated(int(match["year"]), month, int(match["day"])))


def _year_first(said: Said, match: re.Match[str]) -> None:
    said.iso = True
    said.days.append(Dated(int(match[1]), int(match[3]), int(match[4])))


def _compact(said: Said, match: re.Match[str]) -> None:
    said.days.append(Dated(int(match[1]), int(match[2]), int(match[3])))


def _day_first(said: Said, match: re.Match[str]) -> None:
    """Dots: day.month.year. A number such as 8.30 has no such month and may be a time."""
    day, month = int(match["day"]), int(match["mon"])
    year = match["year"] or (f"20{match['short']}" if match["short"] else None)
    if year:
        said.days.append(Dated(int(year), month, day))
    elif not 1 <= month <= 12 and not match["dot"] and len(match["mon"]) == 2:
        said.dotted.append((day, month))
    else:
        said.days.append(Yearly(month, day))


def _either_first(said: Said, match: re.Match[str]) -> None:
    year = match["year"] or (f"20{match['short']}" if match["short"] else None)
    said.days.append(numeric(int(match["a"]), int(match["b"]), int(year) if year else None))


def _day_of_month(said: Said, match: re.Match[str]) -> None:
    day = int(match["day"])
    month = match["which"]
    said.days.append(InMonth(day, 1 if month == "next" else 0) if month else Monthly(day))


def _same_time(said: Said, match: re.Match[str]) -> None:
    said.same_time = True
    found = read_span(f"1 {match['unit']}", 0) if match["unit"] else None
    if found:
        said.spans.append(found[0])
        said.marked_span = True


def _skip(said: Said, match: re.Match[str]) -> None:
    """Words that say nothing about the moment."""


_AT = re.compile(r"(?:\bat|@) ?$")
_AFTER_SPAN = re.compile(
    r" ?(?:(?P<past>ago|earlier)|from now|from today|hence|later|'?s? time"
    r"|(?P<base>from|after|before|prior to))(?![a-z])"
)

PATTERNS: tuple[Pattern, ...] = tuple(
    (re.compile(pattern), note)
    for pattern, note in (
        (r"<t:(?P<discord>-?\d+)(?::[a-z])?>|<!date\^(?P<slack>\d+)\^[^>]*>", _stamp),
        *vague.PATTERNS,
        (r"(?:at(?![a-z])|@) ?", _skip),
        (r"(?:the )?day after (?P<tomorrow>tomorrow|tmrw)(?![a-z])|(?:the )?day (?P<side>before|after)(?![a-z])",
         _day_beside),
        (r"(?:(?:at )?(?:the )?same|this) time(?: next (?P<unit>week|month|year))?(?![a-z])", _same_time),
        (rf"(?P<day>\d{{1,2}}){_TH} of (?P<which>this|next) month(?![a-z])", _day_of_month),
        (r"(?P<which>this|next) month,? (?:on )?(?:the )?(?P<day>\d{1,2})(?:st|nd|rd|th)(?![a-z])", _day_of_month),
        (r"(?P<in>(?:in|after)(?= ?[-+.\d]| (?:an?|half|minus|negative|quarter)(?![a-z]))) ?", _span),
        *clock_patterns.MILITARY,
        (r"(?P<in>)(?=[-+.\d]|(?:an?|half|minus|negative|quarter)(?![a-z]))", _span),
        (rf"(?P<year>\d{{4}})[-/. ]{_MONTHS}[-/. ]?(?P<day>\d\d?)(?!\d)", _year_first_in_words),
        (r"(\d{4})([-/.])(\d\d?)\2(\d\d?)(?!\d)(?:t(?=\d\d))?", _year_first),
        (r"([2-9]\d{3})(\d\d)(\d\d)(?!\d)", _compact),
        (rf"(?P<day>\d\d?)(?:{_TH})?\.?[-/ ]*(?:day )?(?:of )?{_MONTHS}{_YEAR_AFTER_MONTH}", _date_in_words),
        (rf"{_MONTHS}[-/ ]*(?:the )?(?P<day>\d\d?)(?:{_TH}|(?![\d:]|\.\d| ?[ap]m(?![a-z])|h)){_YEAR_AFTER_DAY}",
         _date_in_words),
        *clock_patterns.CLOCKS,
        (r"(?P<day>\d\d?)\. ?(?P<mon>\d\d?)(?P<dot>\.) ?(?P<year>\d{4})(?!\d)(?P<short>)", _day_first),
        (r"(?P<day>\d\d?)\. ?(?P<mon>\d\d?)(?P<dot>\.)?(?P<short>(?<=\.)\d\d)?(?P<year>)(?![\d:]|\.\d)", _day_first),
        (r"(?P<a>\d\d?) ?/ ?(?P<b>\d\d?)(?: ?/ ?(?:(?P<year>\d{4})|(?P<short>\d\d)))?(?![\d/:])", _either_first),
        (r"(?P<a>\d\d?)-(?P<b>\d\d?)-(?:(?P<year>\d{4})|(?P<short>\d\d))(?![\d:-])", _either_first),
        (rf"(?P<day>\d\d?){_TH}(?P<which>)", _day_of_month),
        (r"the (?P<day>\d\d?)(?![\d:/.a-z-])(?P<which>)", _day_of_month),
        (rf"(?P<before>next week|this week),? (?:on )?{_WEEKDAYS}(?P<after>)", _weekday),
        (rf"(?:(?P<before>next|this coming|this|coming|upcoming) )?{_WEEKDAYS}"
         r"(?: (?:of )?(?P<after>(?:this|next) week))?", _weekday),
        (r"(?P<near>today|tonight|tomorrow|tmrw|tmr)(?![a-z])", _near),
        (r"this (?P<part>morning|afternoon|evening)(?![a-z])", _this_part),
        (r"(?:in the |at |during the )?(?P<part>morning|afternoon|evening|night)(?![a-z])", _part),
        *clock_patterns.ZONES,
        *clock_patterns.BARE,
        (r"(?:remind me|please|on|the|for|of|set)(?![a-z])|[ ,.;!?]+|-(?= )", _skip),
        (r"-(?=\d)", vague.second_of_range),
    )
)  # fmt: skip
