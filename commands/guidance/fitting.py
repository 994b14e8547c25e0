"""Which paragraphs of a page are for whom: what a variant is written for, against what a person told."""

from __future__ import annotations

from datetime import date

from content.schema import Topic, Variant, Years
from storage.profiles import About

EXAMS = frozenset({"attempts", "visa"})
"""What the form "Exams and visa" asks; "About you" asks the rest."""


def applies(variant: Variant, about: About, today: date) -> bool:
    """Whether the paragraph may be for this person: left out only when something they told contradicts it."""
    wanted = variant.applies
    return (
        (not wanted.specialty or about.specialty is None or about.specialty in wanted.specialty)
        and (not wanted.visa or about.visa is None or about.visa in wanted.visa)
        and _within(wanted.years_since_graduation, years_since(about.graduation_year, today))
        and _within(wanted.attempts, about.attempts)
        and (wanted.status is None or about.status is None or about.status == wanted.status)
        and (wanted.in_us is None or about.in_us is None or about.in_us == wanted.in_us)
    )


def years_since(graduation_year: int | None, today: date) -> int | None:
    """Whole calendar years since the year of graduation, as programs count them; 0 for a year to come."""
    return None if graduation_year is None else max(0, today.year - graduation_year)


def unknown(topic: Topic, about: About) -> frozenset[str]:
    """What would help to choose among the page's paragraphs and was not told: names of `About`'s fields."""
    asked: set[str] = set()
    for variant in topic.variants:
        wanted = variant.applies
        asked.update(
            name
            for name, value in (
                ("specialty", wanted.specialty or None),
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
