"""What an unquoted word in YAML means here: only what can mean one thing; the rest is a trap and becomes a fault."""

from __future__ import annotations

import re
from datetime import date

READINGS = frozenset({"str", "bool", "int", "float", "null", "timestamp"})
"""What YAML takes a word for; any other tag is refused."""

_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Unclear:
    """What YAML would turn into something nobody meant; it fits no field, so it becomes a fault."""


def typed(reading: str, written: str) -> object:
    """The value, only where the writing can mean one thing; else an `Unclear`."""
    if reading == "null":
        return None
    if reading == "bool" and written.lower() in ("true", "false"):
        return written.lower() == "true"
    if reading == "int" and _WHOLE.fullmatch(written):
        return int(written)
    if reading == "timestamp" and _DAY.fullmatch(written):
        try:
            return date.fromisoformat(written)
        except ValueError:
            return Unclear()
    return Unclear()


def trap(reading: str, written: str) -> str:
    """What to tell an editor who wanted a text here."""
    if reading == "null":
        return "is empty; write a text, or delete the line"
    if reading == "timestamp" and _DAY.fullmatch(written):
        try:
            date.fromisoformat(written)
        except ValueError:
            return f"`{written}` is not a day of the calendar"
    what = {"bool": "true or false", "int": "a number", "float": "a number", "timestamp": "a date"}[reading]
    return f'YAML reads `{written}` as {what}, not as text; if you mean the text, write "{written}" in quotes'
