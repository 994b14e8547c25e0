"""Words where room is short, on one line and cut between two whole characters; and a day in words."""

from __future__ import annotations

import unicodedata
from datetime import date

from commands.markup import clean, cost, escape
from commands.ui import BUTTON_LABEL

_JOINER = "\u200d"
_VIRAMA = 9
"""The combining class of the sign that ties two letters of an Indic script into one."""


def one_line(text: str) -> str:
    """The words without breaks and hidden signs; "…" when nothing is left to see."""
    return " ".join(clean(text).split()) or "…"


def cut(text: str, most: int) -> str:
    """At most so many code points of the text, with "…" where something is missing; no character is taken apart."""
    if len(text) <= most:
        return text
    at = most - 1
    while at > 0 and not _is_between(text, at):
        at -= 1
    return text[:at].rstrip() + "…"


def fitted(text: str, most: int) -> str:
    """The words on one line that cost at most `most` when they are escaped and drawn."""
    line = one_line(text)
    shorter = cut(line, most)
    while (over := cost(escape(shorter)) - most) > 0 and len(shorter) > 1:
        shorter = cut(line, max(1, len(shorter) - max(1, over // 6)))
    return shorter


def label(text: str) -> str:
    """The label of a button."""
    return cut(one_line(text), BUTTON_LABEL)


def day_words(day: date) -> str:
    """A day as "Wed 3 March 2027"."""
    return f"{day:%a} {day.day} {day:%B} {day.year}"


def _is_between(text: str, at: int) -> bool:
    before, after = text[at - 1], text[at]
    if _JOINER in (before, after) or unicodedata.combining(before) == _VIRAMA:
        return False
    if unicodedata.category(after).startswith("M") or "\U0001f3fb" <= after <= "\U0001f3ff" or _is_tag(after):
        return False
    if not (_is_flag(before) and _is_flag(after)):
        return True
    run = 0
    while run < at and _is_flag(text[at - 1 - run]):
        run += 1
    return run % 2 == 0


def _is_flag(sign: str) -> bool:
    return "\U0001f1e6" <= sign <= "\U0001f1ff"


def _is_tag(sign: str) -> bool:
    return "\U000e0020" <= sign <= "\U000e007f"
