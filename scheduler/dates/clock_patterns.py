"""Times of day and zones, as patterns with their notes."""

import re
from datetime import timedelta, timezone

from scheduler.dates.grammar import Note, Said
from scheduler.dates.problems import refuse
from scheduler.dates.times import HalfOfDay, TimeOfDay, noon_or_midnight
from scheduler.zones import tables, zone
from scheduler.zones.places import SAME_AS, SHORT_FORMS

_HALF = r"(?: ?(?P<half>am|pm)(?![a-z]))"
_AT = r"(?:(?<=\bat )|(?<=\bat)|(?<=@)|(?<=@ ))"
_FURTHEST = timedelta(hours=14)
_QUARTERS = {"quarter": 15, "half": 30}
_LETTERS = sorted(
    (name for name in (*SHORT_FORMS, *SAME_AS) if name.isalpha() and len(name) < 6), key=len, reverse=True
)


def _clock(said: Said, match: re.Match[str]) -> int | None:
    hour, half = match["hour"], _half(match)
    fraction = (match["fraction"] or "").ljust(6, "0")[:6]
    time = TimeOfDay(
        int(hour), int(match["minute"]), int(match["second"] or 0), int(fraction), half,
        padded=len(hour) == 2 and hour[0] == "0",
    )  # fmt: skip
    said.times.append(time)
    return _offset_after(said, match)


def _hour(said: Said, match: re.Match[str]) -> int | None:
    said.times.append(TimeOfDay(int(match["hour"]), half=_half(match)))
    return _offset_after(said, match)


def _with_dot(said: Said, match: re.Match[str]) -> int | None:
    said.times.append(TimeOfDay(int(match["hour"]), int(match["minute"]), half=_half(match)))
    return _offset_after(said, match)


def _digits(said: Said, match: re.Match[str]) -> int | None:
    hour, minute = divmod(int(match["digits"]), 100)
    said.times.append(TimeOfDay(hour, minute, half=_half(match), padded=hour < 10))
    return _offset_after(said, match)


def _bare_digits(said: Said, match: re.Match[str]) -> int | None:
    """Four digits: a time, unless they might be a year or, without a day, just a number."""
    if re.match("20[2-4]", match["digits"]) or (not said.days and match["digits"].endswith("00")):
        refuse("no_time", "A number alone is not clear enough.")
    return _digits(said, match)


def _military(said: Said, match: re.Match[str]) -> int | None:
    """ "1745 hrs" and "0900 hours"; "1000 h" and "1745 hours" could be a length of time as well."""
    digits = match["digits"]
    if digits[0] != "0" and (match["unit"] == "hours" or digits[2:] == "00"):
        refuse("ambiguous_span")
    return _digits(said, match)


def _oclock(said: Said, match: re.Match[str]) -> None:
    said.times.append(TimeOfDay(int(match["hour"]), half=_half(match), spoken=True))


def _past_or_to(said: Said, match: re.Match[str]) -> None:
    """ "Half past 8", "quarter to 9", "20 to 6 pm"; "5 to 6" may be a range and is not taken."""
    word, hour = match["minutes"], int(match["hour"])
    minutes = _QUARTERS.get(word) or int(word)
    half, to = _half(match), match["side"] in ("to", "til", "till")
    if minutes > 59 or not 1 <= hour <= 12:
        refuse("impossible")
    if to and word.isdigit() and minutes <= 12 and not match["unit"]:
        refuse("two_times")
    if to:
        half = _other(half) if hour == 12 else half  # a quarter to 12 pm (noon) is 11:45 am
        hour, minutes = (hour - 2) % 12 + 1, 60 - minutes
    said.times.append(TimeOfDay(hour, minutes, half=half, spoken=True))


def _noon(said: Said, match: re.Match[str]) -> int | None:
    said.times.append(noon_or_midnight(match["word"]))
    return _offset_after(said, match)


def _french(said: Said, match: re.Match[str]) -> None:
    said.times.append(TimeOfDay(int(match["hour"]), int(match["minute"] or 0)))


def _number(said: Said, match: re.Match[str]) -> None:
    """A bare hour: with "at" it may need am or pm, without it means nothing by itself."""
    said.times.append(TimeOfDay(int(match["hour"]), spoken=True, lone=match["at"] is None))


def _utc(said: Said, match: re.Match[str]) -> None:
    offset = timedelta(hours=int(match["hours"] or 0), minutes=int(match["minutes"] or 0))
    said.zones.append(_fixed(match["sign"], offset))


def _letters(said: Said, match: re.Match[str]) -> None:
    places = SHORT_FORMS[SAME_AS.get(match[0], match[0])]
    said.zones.append(zone(places[0]) if len(places) == 1 else refuse("ambiguous_zone"))


def _place(said: Said, match: re.Match[str]) -> None:
    name = tables.by_plain_name().get(tables.plain(match[0]))
    said.zones.append(zone(name) if name else refuse("unknown_zone"))


def _offset_after(said: Said, match: re.Match[str]) -> int | None:
    """An ISO offset right after a time. "10:00-11:00" may be a range instead, and then is not taken."""
    found = _ISO_OFFSET.match(match.string, match.end())
    if not found:
        return None
    offset = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or 0))
    apart = found[0].startswith(" ")
    sure = match.groupdict().get("second") or match.string[max(match.start() - 1, 0)] == "t"
    if found["sign"] == "-" and not sure:
        time = said.times[-1]
        ends_later = (int(found["hours"]), int(found["minutes"] or 0)) > (time.hour, time.minute)
        if (ends_later and not (apart and said.iso)) or not (apart or said.iso):
            refuse("two_times")
    said.zones.append(_fixed(found["sign"], offset))
    return found.end()


def _fixed(sign: str | None, offset: timedelta) -> timezone:
    if offset > _FURTHEST:
        refuse("impossible", "Offsets from UTC go up to 14 hours.")
    return timezone(-offset if sign == "-" else offset)


def _half(match: re.Match[str]) -> HalfOfDay | None:
    match match.groupdict().get("half"):
        case "am":
            return "am"
        case "pm":
            return "pm"
        case _:
            return None


def _other(half: HalfOfDay | None) -> HalfOfDay | None:
    others: dict[HalfOfDay | None, HalfOfDay] = {"am": "pm", "pm": "am"}
    return others.get(half)


_ISO_OFFSET = re.compile(r" ?(?P<sign>[-+])(?P<hours>\d\d):?(?P<minutes>[0-5]\d)?(?![\d:]| ?[ap]m| ?[-/.]\d)")

CLOCKS: tuple[tuple[str, Note], ...] = (
    (rf"(?P<hour>\d\d?):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d{{1,9}}))?)?(?![\d:])"
     rf"(?:{_HALF}| ?(?:h|hrs|hours|o'?clock)(?![a-z]))?", _clock),
    (rf"(?P<hour>\d\d?)\.(?P<minute>\d\d){_HALF}", _with_dot),
    (rf"{_AT}(?P<hour>\d\d?)\.(?P<minute>\d\d)(?![.\d])", _with_dot),
    (rf"(?P<hour>\d\d?){_HALF}", _hour),
    (rf"(?P<digits>\d{{3,4}}){_HALF}", _digits),
    (rf"{_AT}(?P<digits>\d{{4}})(?![\d:/.-])", _digits),
    (r"(?P<digits>0\d[0-5]\d)(?![\d:/.-])", _digits),
    (rf"(?P<hour>\d\d?) ?o ?'? ?clock{_HALF}?", _oclock),
    (rf"(?:an? )?(?P<minutes>half|quarter|\d\d?)(?P<unit> minutes?| mins?)? (?P<side>past|to|till?) "
     rf"(?P<hour>\d\d?)(?![\d:])(?: o'?clock)?{_HALF}?", _past_or_to),
    (r"(?:12 )?(?P<word>noon|midday|midnight)(?![a-z])", _noon),
    (rf"{_AT}(?P<hour>\d\d?)h(?P<minute>[0-5]\d)?(?![a-z\d])", _french),
)  # fmt: skip

MILITARY: tuple[tuple[str, Note], ...] = ((r"(?P<digits>[0-2]\d[0-5]\d) ?(?P<unit>h|hrs|hours)(?![a-z])", _military),)

ZONES: tuple[tuple[str, Note], ...] = (
    (r"(?:z|utc|gmt|zulu)(?: ?(?P<sign>[-+]) ?(?P<hours>\d\d?)(?::?(?P<minutes>[0-5]\d))?)?(?![a-z\d])", _utc),
    (rf"(?:{'|'.join(_LETTERS)})(?![a-z])", _letters),
    (r"[a-z_]+/[a-z_]+(?:/[a-z_]+)?", _place),
)

BARE: tuple[tuple[str, Note], ...] = (
    (r"(?P<digits>[0-2]\d[0-5]\d)(?![\d:/.-])", _bare_digits),
    (rf"(?P<at>{_AT})?(?P<hour>\d\d?)(?![\d:/.]\d|\d)", _number),
)
