"""The one string that a button, select or form carries: `m1:feature.verb:arg:arg`.

It serves as Discord `custom_id`, Slack `action_id`, modal `custom_id` and `callback_id`. It holds references (row
ids in base 36, content slugs) and *target values* ("set done=1"), never "toggle" and never state, so a double
press, a retry or a button from last season does no harm. `tests/platforms/golden_ids.txt` lists every kind of id
ever shipped; each must still parse and route.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NewType

VERSION = "m1"
LIMIT = 100
"""Characters: Discord's limit for a custom_id, the smaller of the two platforms'."""

Ref = NewType("Ref", int)
"""A row id. Written in base 36 inside an action, to be short."""

_VERB = re.compile(r"^[a-z]+(\.[a-z_]+)+$")
_ARG = re.compile(r"^[A-Za-z0-9._~+-]*$")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class BadAction(ValueError):
    """Not an action of ours, or one of a version that we do not know."""


@dataclass(frozen=True, slots=True)
class Action:
    """A parsed id: the verb ("checklist.set") and its raw arguments."""

    verb: str
    args: tuple[str, ...] = ()


def base36(number: int) -> str:
    """A non-negative integer in base 36, the shortest form that both platforms take."""
    if number < 0:
        raise ValueError("references are not negative")
    digits = ""
    while True:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
        if number == 0:
            return digits


def encode(verb: str, *args: str | int | bool) -> str:
    """The id for `verb` with `args`. Integers are written in base 36, booleans as 1 and 0.

    Raises `ValueError` for a verb or argument that cannot be carried, or above 100 characters: an author's mistake,
    caught when the card is built.
    """
    if not _VERB.match(verb):
        raise ValueError(f"not a verb: {verb!r}")
    parts = [VERSION, verb]
    for arg in args:
        text = ("1" if arg else "0") if isinstance(arg, bool) else base36(arg) if isinstance(arg, int) else arg
        if not _ARG.match(text):
            raise ValueError(f"an argument of {verb} has characters that an id cannot carry")
        parts.append(text)
    text = ":".join(parts)
    if len(text) > LIMIT:
        raise ValueError(f"the id of {verb} has {len(text)} characters, the limit is {LIMIT}")
    return text


def decode(text: str) -> Action:
    """The action in `text`. Raises `BadAction` for anything that `encode` did not make."""
    version, _, rest = text.partition(":")
    if version != VERSION or not rest or len(text) > LIMIT:
        raise BadAction("unknown version")
    verb, *args = rest.split(":")
    if not _VERB.match(verb) or not all(_ARG.match(arg) for arg in args):
        raise BadAction("malformed")
    return Action(verb, tuple(args))


def to_ref(text: str) -> Ref:
    """The row id in a base 36 argument. Raises `BadAction`."""
    if not re.fullmatch(r"[0-9a-z]{1,12}", text):
        raise BadAction("not a reference")
    return Ref(int(text, 36))
