"""The zone database as lookups: names, aliases, countries and their zones, cities.

Sources: the PyPI package tzdata (a declared dependency, so a slim image has zones too) with
its own `zone.tab`, `iso3166.tab` and `tzdata.zi`, and CLDR's English country names from Babel.
All tables are built once, at first use.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo, available_timezones

from babel.core import Locale, get_global

from scheduler.zones.places import COUNTRY_NAMES, PLACES

_NOT_PLACES = frozenset({"Factory", "localtime", "posixrules"})
_NOT_CITIES = ("Etc/", "US/", "Canada/", "Mexico/", "Brazil/", "Chile/", "Antarctica/")


def plain(text: str) -> str:
    """Lower case, without accents, punctuation (except / + - :) and extra blanks."""
    letters = unicodedata.normalize("NFKD", text.replace("_", " ").replace("\u2212", "-")).casefold()
    kept = (c if c.isalnum() or c in "/+-:," else " " for c in letters if not unicodedata.combining(c))
    words = "".join(kept).replace("ı", "i").split()
    return " ".join(words)


@cache
def names() -> frozenset[str]:
    """Every zone name that may be stored."""
    return frozenset(available_timezones()) - _NOT_PLACES


@cache
def by_plain_name() -> dict[str, str]:
    """Zone names of real places as people may type them: "asia/karachi" -> "Asia/Karachi"."""
    return {plain(name): canonical(name) for name in sorted(names()) if "/" in name and not is_fixed(name)}


def is_fixed(name: str) -> bool:
    """Whether a zone name stands for an offset and not for a place."""
    return name.startswith("Etc/")


def canonical(name: str) -> str:
    """Today's name of a place that was renamed: "Asia/Calcutta" -> "Asia/Kolkata".

    A place with a line of its own in zone.tab keeps its name even where tzdata has merged it
    into a neighbour (Europe/Oslo): people look for their own country.
    """
    return name if name in _places_of_zone_tab() else _links().get(name, name)


@cache
def zones_of_country() -> dict[str, tuple[str, ...]]:
    """Country code -> its zones in the order of zone.tab."""
    found: dict[str, tuple[str, ...]] = {}
    for code, _, name, *_ in _rows("zone.tab"):
        if name in names():
            found[code] = (*found.get(code, ()), name)
    return found


@cache
def country_codes() -> dict[str, str]:
    """Plain country name -> code, from ISO 3166 as tzdata and CLDR spell it and our own additions."""
    cldr = Locale("en").territories
    known = {plain(cldr[code]): code for code in zones_of_country() if code in cldr}
    known |= {plain(name): code for code, name, *_ in _rows("iso3166.tab") if code in zones_of_country()}
    return known | {name: code for code, listed in COUNTRY_NAMES.items() for name in _listed(listed)}


@cache
def zones_of_city() -> dict[str, tuple[str, ...]]:
    """Plain name of a city or state -> its zone, or several when the name means several places."""
    found: dict[str, list[str]] = {}
    for name, place in _city_names():
        if place not in found.setdefault(name, []):
            found[name].append(place)
    return {name: tuple(places) for name, places in found.items()}


def best_known_first(zone_names: Iterable[str]) -> list[str]:
    """Ours, then those that CLDR lets stand for their neighbours, then the rest."""
    return sorted(zone_names, key=lambda name: (_rank_of_ours().get(name, len(PLACES)), name not in _of_cldr()))


def one_of_each(zone_names: Iterable[str], now: datetime) -> tuple[str, ...]:
    """One zone for each set of clocks that agree over the coming year, the best known of each."""
    groups: dict[tuple[timedelta | None, ...], str] = {}
    for name in best_known_first(zone_names):
        groups.setdefault(_year_ahead(name, now), name)
    return tuple(groups.values())


def _year_ahead(name: str, now: datetime) -> tuple[timedelta | None, ...]:
    where = ZoneInfo(name)
    fortnights = (now + timedelta(days=14 * number) for number in range(27))
    return tuple(day.astimezone(where).utcoffset() for day in fortnights)


@cache
def _rank_of_ours() -> dict[str, int]:
    return {name: rank for rank, name in enumerate(PLACES)}


@cache
def _of_cldr() -> frozenset[str]:
    """The zones that CLDR maps Windows' zones to: the best known city of each clock."""
    return frozenset(canonical(name) for name in get_global("windows_zone_mapping").values())


def _city_names() -> Iterator[tuple[str, str]]:
    for place, listed in PLACES.items():
        for name in _listed(listed):
            yield name, place
    for name in sorted(names()):
        if "/" in name and not name.startswith(_NOT_CITIES):
            yield plain(name.rsplit("/", 1)[1]), canonical(name)


def _listed(names_with_commas: str) -> list[str]:
    return [" ".join(name.split()) for name in names_with_commas.split(",")]


@cache
def _places_of_zone_tab() -> frozenset[str]:
    return frozenset(name for zones in zones_of_country().values() for name in zones)


@cache
def _links() -> dict[str, str]:
    lines = (line.split() for line in _read("tzdata.zi").splitlines())
    return {line[2]: line[1] for line in lines if len(line) == 3 and line[0] == "L"}


def _rows(table: str) -> Iterator[list[str]]:
    return (line.split("\t") for line in _read(table).splitlines() if line and not line.startswith("#"))


def _read(table: str) -> str:
    return files("tzdata.zoneinfo").joinpath(table).read_text(encoding="utf-8")
