"""The letters of pictures: one font that comes inside Pillow, so that every machine draws alike."""

from __future__ import annotations

import unicodedata
from functools import cache

from PIL import ImageFont

_SIZE = 18
CLOSE = {
    "–": "-", "—": "-", "‑": "-", "−": "-", "•": "-", "→": "->", "←": "<-", "≥": ">=", "≤": "<=", "×": "x",
    "‘": "'", "’": "'", "“": '"', "”": '"', "…": "...", "\u00a0": " ", "✓": "v", "☐": "[ ]", "☑": "[x]", "€": "EUR",
    "ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "æ": "ae", "œ": "oe",
}  # fmt: skip


def drawable(text: str) -> str:
    """The text in characters that the font has: what it lacks becomes close ASCII, or "?"."""
    return "".join(letter if _has(letter) else _close(letter) for letter in text)


def can_draw(text: str) -> bool:
    """Whether `drawable` tells every letter of it, at most without its accents."""
    return all(_has(letter) or _close(letter) != "?" for letter in text)


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """The font in this size, in pixels."""
    made = ImageFont.load_default(size)
    if not isinstance(made, ImageFont.FreeTypeFont):
        raise OSError("this Pillow was built without FreeType and has no font that can be drawn in this size")
    return made


def _close(letter: str) -> str:
    if letter in CLOSE:
        return CLOSE[letter]
    bare = "".join(part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part))
    if bare and bare.isascii():
        return bare
    return "" if unicodedata.category(letter) in ("Mn", "Cf") else "?"


@cache
def _has(letter: str) -> bool:
    """Whether the font draws this letter as itself: a missing one is drawn like one that no font has."""
    if letter.isascii():
        return True
    of = font(_SIZE)
    return bytes(of.getmask(letter)) != bytes(of.getmask("\U0010ffff"))
