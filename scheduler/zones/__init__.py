"""What a person types for their time zone -> the name of a real place, or a question.

A zone is always a place ("Asia/Karachi"): places know their summer time. "EST" or "IST" are
not places, mean different things in different countries and lead to a choice; "UTC+5" can
be taken, with a warning, because it never changes its clocks.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo

from babel.core import get_global
from rapidfuzz import fuzz, process

from scheduler.zones import tables
from scheduler.zones.places import LOCALE_GUESSES, NO_LOCALE, PLACES, SAME_AS, SHORT_FORMS

MOST_CHOICES = 12
MOST_GUESSES = 5
_LONGEST = 80
_NEAR_ENOUGH = 76
_FURTHEST_EAST = timedelta(hours=14)
_FURTHEST_WEST = timedelta(hours=-12)
_OFFSET = re.compile(r"(?:utc|gmt|etc/gmt|z)?(?: ?([+-]) ?(\d{1,2})(?::?(\d\d))?)?")
_EXTRA_WORDS = re.compile(r"^(?:in|the city of|city of) |[ -](?:time ?zone|tz|(?:standard |local |summer )?time|city)$")

EXAMPLE = "Try a large city near you, such as Karachi, Lagos or New York."


class UnknownZone(ValueError):
    """No zone of that name. Carries the name only when it is short enough to be one."""


@dataclass(frozen=True, slots=True)
class ZoneAnswer:
    """What a person's words for a zone mean.

    - `found`: `zone` is the place; show its clock and ask whether it is right.
    - `choose`: `choices` are zone names; `message` says why there are several.
    - `offset`: `zone` is a fixed offset such as "Etc/GMT-5" (or none, where no zone has it)
      that may be taken after the warning in `message`; `choices` are places with that clock now.
    - `unknown`: `choices` are the nearest names, perhaps none.
    `message` is a sentence for the person, empty when found.
    """

    kind: Literal["found", "choose", "offset", "unknown"]
    zone: str | None = None
    choices: tuple[str, ...] = ()
    message: str = ""


def is_zone(name: str) -> bool:
    """Whether this is exactly the name of a zone in the database, such as "Asia/Karachi"."""
    return name in tables.names()


@cache
def zone(name: str) -> ZoneInfo:
    """The zone of that exact name. Raises `UnknownZone`."""
    if not is_zone(name):
        raise UnknownZone(name[:_LONGEST])
    return ZoneInfo(name)


def city(name: str) -> str:
    """How a zone's place is called on a button: "America/New_York" -> "New York"."""
    return name.rsplit("/", 1)[-1].replace("_", " ")


def find_zone(text: str, *, now: datetime) -> ZoneAnswer:
    """What a person means who types `text` for their zone. `now` (aware) decides which clocks agree today."""
    typed = tables.plain(text[: _LONGEST + 1])
    if not typed or len(text) > _LONGEST:
        return ZoneAnswer("unknown", message=f"I need the name of a place. {EXAMPLE}")
    for words in dict.fromkeys((typed, _EXTRA_WORDS.sub("", typed))):
        if answer := _short_form(words) or _offset(words, now) or _place(words, now):
            return answer
    return _parts(typed, now) or _nearest(typed, now)


def guess_zones(locale: str | None) -> tuple[str, ...]:
    """Up to five likely zones for a language tag such as "en-US", "hi" or "pt-BR", best first."""
    if not locale:
        return NO_LOCALE
    tag = locale.replace("_", "-")
    for known in (tag, tag.split("-")[0]):
        if known in LOCALE_GUESSES and not (known != tag and _country_of(tag) in tables.zones_of_country()):
            return LOCALE_GUESSES[known]
    zones = tables.zones_of_country().get(_country_of(tag), ())
    return tuple(tables.best_known_first(zones)[:MOST_GUESSES]) or NO_LOCALE


def _country_of(tag: str) -> str:
    """The country of a language tag: its own, or CLDR's most likely one for the language ("hi" -> "IN")."""
    parts = tag.split("-")
    if len(parts) > 1 and len(parts[-1]) == 2:
        return parts[-1].upper()
    return str(get_global("likely_subtags").get(parts[0].lower(), "")).rsplit("_", 1)[-1]


def _found_or_choose(zones: tuple[str, ...], why: str) -> ZoneAnswer:
    if len(zones) == 1:
        return ZoneAnswer("found", zones[0])
    return ZoneAnswer("choose", choices=zones[:MOST_CHOICES], message=why)


def _short_form(words: str) -> ZoneAnswer | None:
    zones = SHORT_FORMS.get(SAME_AS.get(words, words))
    why = "Those letters mean different clocks in different places. Where are you?"
    return _found_or_choose(zones, why) if zones else None


def _offset(words: str, now: datetime) -> ZoneAnswer | None:
    if words in ("utc", "uct", "zulu", "z", "universal", "coordinated universal", "etc/utc", "etc/uct"):
        words = "utc+0"
    match = _OFFSET.fullmatch(words)
    if not match or not match[1]:
        return None
    sign = -1 if (match[1] == "-") != words.startswith("etc/") else 1  # POSIX names count west as plus
    offset = sign * timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    if not _FURTHEST_WEST <= offset <= _FURTHEST_EAST or int(match[3] or 0) > 59:
        return ZoneAnswer("unknown", message=f"No place on earth has that clock. {EXAMPLE}")
    choices = tuple(name for name in _all_places() if now.astimezone(zone(name)).utcoffset() == offset)
    warning = (
        "A fixed offset stays the same all year. Where clocks change in summer, it is an hour off for half "
        "of the year, so the name of a place is safer."
    )
    return ZoneAnswer("offset", _fixed(offset), choices[:MOST_CHOICES], warning)


def _fixed(offset: timedelta) -> str | None:
    hours, rest = divmod(offset, timedelta(hours=1))
    if rest:
        return None
    return f"Etc/GMT{-hours:+d}" if hours else "Etc/UTC"


@cache
def _all_places() -> tuple[str, ...]:
    """Every place once, the best known first; Antarctic stations are left out."""
    listed = (name for code, zones in tables.zones_of_country().items() if code != "AQ" for name in zones)
    return tuple(dict.fromkeys((*PLACES, *tables.best_known_first(listed))))


def _place(words: str, now: datetime) -> ZoneAnswer | None:
    by_name = tables.by_plain_name().get(re.sub(r" ?/ ?", "/", words))
    if by_name:
        return ZoneAnswer("found", by_name)
    return _places_or_none(_zones_called(words, now))


def _places_or_none(zones: tuple[str, ...]) -> ZoneAnswer | None:
    why = "There is more than one clock under that name. Which place is nearest to you?"
    return _found_or_choose(zones, why) if zones else None


def _zones_called(words: str, now: datetime) -> tuple[str, ...]:
    """The zones of a country, a state or a city of that name (or both), one for each clock."""
    code = tables.country_codes().get(words)
    of_country = tables.zones_of_country()[code] if code else ()
    of_city = tables.zones_of_city().get(words, ())
    if code and set(of_city) <= set(of_country):
        of_city = ()  # Singapore, Mexico: the city's clock is among the country's
    return tables.one_of_each((*of_city, *of_country), now)


def _parts(typed: str, now: datetime) -> ZoneAnswer | None:
    """ "hyderabad, pakistan" and "lagos nigeria": a place made sure by what follows it."""
    if "," in typed:
        first, _, rest = (part.strip() for part in typed.partition(","))
        splits = [(first, rest.rpartition(",")[2].strip())]
    else:
        words = typed.split()
        splits = [(" ".join(words[:cut]), " ".join(words[cut:])) for cut in range(1, len(words))]
    for first, rest in splits:
        here = tables.zones_of_city().get(first, ())
        country = tables.country_codes().get(rest)
        around = tables.zones_of_country()[country] if country else tables.zones_of_city().get(rest, ())
        both = tuple(name for name in here if name in around)
        if both or ("," in typed and (here or around)):
            return _places_or_none(tables.one_of_each(both or here or around, now))
    return None


def _nearest(typed: str, now: datetime) -> ZoneAnswer:
    known = (*tables.zones_of_city(), *tables.country_codes())
    near = process.extract(typed, known, scorer=fuzz.ratio, limit=4, score_cutoff=_NEAR_ENOUGH)
    zones = dict.fromkeys(name for word, _, _ in near for name in _zones_called(word, now))
    if not zones:
        return ZoneAnswer("unknown", message=f"I don't know a place of that name. {EXAMPLE}")
    message = "I don't know a place of that name. Do you mean one of these? If not, try a large city near you."
    return ZoneAnswer("unknown", choices=tuple(zones)[:MOST_CHOICES], message=message)
