"""For whom something is written (a paragraph, a step, a nudge), against what a person told of themselves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Literal

from content.schema import Applies, Years
from content.seasons import season_of
from storage.profiles import About

EXAMS = frozenset({"attempts", "visa"})
"""What the form "Exams and visa" asks; "About you" asks the rest."""

_ON_RESIDENCYCAS = frozenset({"emergency-medicine", "obstetrics-gynecology"})


def applies(wanted: Applies, about: About, today: date) -> bool:
    """Whether it may be for this person: left out only when something they told contradicts it."""
    system = application(about.specialty)
    return (
        (not wanted.specialty or about.specialty is None or about.specialty in wanted.specialty)
        and (not wanted.visa or about.visa is None or about.visa in wanted.visa)
        and _within(wanted.years_since_graduation, years_since(about.graduation_year, today))
        and _within(wanted.attempts, about.attempts)
        and (wanted.status is None or about.status is None or about.status == wanted.status)
        and (wanted.in_us is None or about.in_us is None or about.in_us == wanted.in_us)
        and (wanted.application is None or system is None or system == wanted.application)
    )


def application(specialty: str | None) -> Literal["eras", "residencycas"] | None:
    """The system in which programs of this specialty take applications; None while the specialty is not told.

    Emergency medicine (since the 2025-26 cycle) and obstetrics and gynecology (since 2024-25) are on ResidencyCAS:
    https://www.cordem.org/resources/ascem (2025), and of emergency medicine also
    https://www.ama-assn.org/medical-students/preparing-residency/how-emergency-medicine-s-new-application-could-affect-your
    (2025). All others that a person can tell are on ERAS.
    """
    if specialty is None:
        return None
    return "residencycas" if specialty in _ON_RESIDENCYCAS else "eras"


def season_for(about: About, now: datetime) -> int:
    """The season of the person's application: the one that they named, unless it is over; else the one under way."""
    return max(about.season or 0, season_of(now))


def years_since(graduation_year: int | None, today: date) -> int | None:
    """Whole calendar years since the year of graduation, as programs count them; 0 for a year to come."""
    return None if graduation_year is None else max(0, today.year - graduation_year)


def unknown(wishes: Iterable[Applies], about: About) -> frozenset[str]:
    """What would help to choose among these and was not told: names of `About`'s fields."""
    asked: set[str] = set()
    for wanted in wishes:
        asked.update(
            name
            for name, value in (
                ("specialty", wanted.specialty or wanted.application),
                ("visa", wanted.visa or None),
                ("graduation_year", wanted.years_since_graduation),
                ("attempts", wanted.attempts),
                ("status", wanted.status),
                ("in_us", wanted.in_us),
            )
            if value is not None
        )
    return frozenset(name for name in asked if getattr(about, name) is None)


def _within(range_: Years | None, value: int | None) -> bool:
    if range_ is None or value is None:
        return True
    return (range_.least is None or value >= range_.least) and (range_.most is None or value <= range_.most)
