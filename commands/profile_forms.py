"""The three small forms of the profile, and what is known in words. Pure: from what was told to a form, and back.

Everything is optional. A menu has a line to leave the thing out again, because Slack's menus cannot be emptied.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from commands.actions import encode
from commands.reading import EXAMPLES, order_of
from commands.ui import Field, Form, Option
from content.seasons import season_of
from storage.profiles import About

LEFT_OUT = "unset"
EARLIEST = 1950
AHEAD = 8
"""Years from now to the latest year of graduation that makes sense: a student at the start of a long course."""

SPECIALTIES: tuple[tuple[str, str], ...] = (
    ("diagnostic-radiology", "Diagnostic radiology"),
    ("internal-medicine", "Internal medicine"),
    ("family-medicine", "Family medicine"),
    ("psychiatry", "Psychiatry"),
    ("neurology", "Neurology"),
    ("pathology", "Pathology"),
    ("pediatrics", "Pediatrics"),
    ("general-surgery", "General surgery"),
    ("emergency-medicine", "Emergency medicine"),
    ("obstetrics-gynecology", "Obstetrics and gynecology"),
    ("other", "Another specialty"),
)
STATUSES = (("student", "Still a student"), ("graduate", "Graduated"))
PLACES = (("yes", "In the US now"), ("no", "Outside the US"))
ATTEMPTS = (
    ("0", "No Step taken yet"),
    ("1", "One: each passed the first time"),
    ("2", "Two"),
    ("3", "Three"),
    ("4", "Four or more"),
)
VISAS = (("j1", "J-1"), ("h1b", "H-1B"), ("none", "None: citizen, green card or the like"))
LANGUAGES: dict[str, str] = {
    "en-US": "English, United States",
    "en-GB": "English, United Kingdom",
    "en-IN": "English, India",
    "en-PK": "English, Pakistan",
    "en-NG": "English, Nigeria",
    "ar-EG": "Arabic, Egypt",
    "ar-SA": "Arabic, Saudi Arabia",
    "es-MX": "Spanish, Mexico",
    "es-ES": "Spanish, Spain",
    "pt-BR": "Portuguese, Brazil",
    "fr-FR": "French",
    "de-DE": "German",
    "hi-IN": "Hindi",
    "ur-PK": "Urdu",
    "tr-TR": "Turkish",
    "ru-RU": "Russian",
    "uk-UA": "Ukrainian",
    "zh-CN": "Chinese",
    "ja-JP": "Japanese",
    "ko-KR": "Korean",
}
"""In whose order somebody may write dates in numbers, by language tag: where many graduates are from."""
SEASONS_AHEAD = 3

_MENUS = {"specialty": SPECIALTIES, "status": STATUSES, "in_us": PLACES, "attempts": ATTEMPTS, "visa": VISAS}
_LABELS = {
    "specialty": "The specialty you aim for",
    "graduation_year": "Year of medical school graduation",
    "status": "Student or graduate",
    "in_us": "Where you live now",
    "attempts": "Most tries at one Step",
    "visa": "The visa you will need",
    "season": "The season you apply in",
}
_FROM_TEXT: dict[str, Callable[[str], Any]] = {"in_us": lambda text: text == "yes", "attempts": int}


def about_form(about: About, then: str = "") -> Form:
    """Specialty, graduation, status, place. `then`: what to go on with, see `commands/profile.py`."""
    year = Field(
        "graduation_year",
        _LABELS["graduation_year"],
        max_length=20,
        value=str(about.graduation_year or ""),
        hint="Four digits, such as 2019; the year you expect if you are a student.",
    )
    fields = (_menu("specialty", about), year, _menu("status", about), _menu("in_us", about))
    return Form("About you", fields, encode("profile.about_save", then))


def exams_form(about: About, then: str = "") -> Form:
    """Attempts and visa."""
    return Form("Exams and visa", (_menu("attempts", about), _menu("visa", about)), encode("profile.exams_save", then))


def dates_form(about: About, now: datetime, then: str = "") -> Form:
    """The season, out of the next three, and how dates are written. A season that is over is left out."""
    options = tuple(Option(_season(year), str(year)) for year in _seasons(now))
    named = str(about.season or "")
    season = Field(
        "season",
        _LABELS["season"],
        "choice",
        value=named if named in {option.value for option in options} else "",
        options=(*options, Option("I leave this out", LEFT_OUT)),
    )
    as_in = (Option(f"{name}: 3/4 is {EXAMPLES[order_of(tag)]}", tag) for tag, name in LANGUAGES.items())
    language = Field(
        "language",
        "You type a date as 3/4: how do I read it?",
        "choice",
        value=about.dates or "",
        hint="The day or the month first, as people write it there. Without this I ask each time.",
        options=(*as_in, Option("I leave this out: ask me", LEFT_OUT)),
    )
    return Form("Season and dates", (season, language), encode("profile.dates_save", then))


def told(about: About, values: Mapping[str, str], now: datetime) -> tuple[About, dict[str, str]]:
    """What is known after a form was sent, and what is wrong by field. A field that was not sent stays as it was."""
    changes: dict[str, Any] = {}
    for name, options in _MENUS.items():
        value = values.get(name)
        if value in ("", LEFT_OUT):
            changes[name] = None
        elif value in dict(options):
            changes[name] = _FROM_TEXT.get(name, str)(value or "")
    season = values.get("season")
    if season in ("", LEFT_OUT):
        changes["season"] = None
    elif season in {str(year) for year in _seasons(now)}:
        changes["season"] = int(season or 0)
    language = values.get("language")
    if language in ("", LEFT_OUT):
        changes["dates"] = None
    elif language in LANGUAGES:
        changes["dates"] = language
    typed = values.get("graduation_year")
    if typed is not None:
        latest = now.year + AHEAD
        year = _year(typed)
        if typed.strip() and not (year and EARLIEST <= year <= latest):
            said = f"Please write a year from {EARLIEST} to {latest} with four digits, such as 2019, or leave it empty."
            return about, {"graduation_year": said}
        changes["graduation_year"] = year
    return replace(about, **changes), {}


def in_words(about: About) -> tuple[tuple[str, str], ...]:
    """What was told of studies, exams and plans, a label and a value each, without what was not."""
    lines = []
    for name, label in _LABELS.items():
        value = _text(name, about)
        if value:
            shown = dict(_MENUS[name]).get(value, value) if name in _MENUS else value
            lines.append((label, _season(int(value)) if name == "season" else shown))
    return tuple(lines)


def written(about: About) -> tuple[str, str]:
    """How a date in numbers is read, as a label and a value."""
    label = "When you type a date as 3/4"
    if about.dates is None:
        return label, f"I ask whether it is {' or '.join(EXAMPLES.values())}"
    return label, f"it is {EXAMPLES[order_of(about.dates)]}, as in {LANGUAGES.get(about.dates, about.dates)}"


def _seasons(now: datetime) -> range:
    return range(season_of(now), season_of(now) + SEASONS_AHEAD)


def _season(year: int) -> str:
    return f"Match in March {year}, start in July {year}"


def _menu(name: str, about: About) -> Field:
    options = (*(Option(label, value) for value, label in _MENUS[name]), Option("I leave this out", LEFT_OUT))
    return Field(name, _LABELS[name], "choice", value=_text(name, about), options=options)


def _text(name: str, about: About) -> str:
    """The value as a form carries it; "" when it was not told."""
    value = getattr(about, name)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _year(typed: str) -> int | None:
    digits = typed.strip()
    return int(digits) if len(digits) == 4 and digits.isdecimal() else None
