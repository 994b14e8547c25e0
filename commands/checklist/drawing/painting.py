"""Draws a person's progress. Nothing is told by colour alone: each shade has its hatching and its words."""

from __future__ import annotations

import io
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from PIL import Image, ImageDraw

from commands.checklist.drawing.picture import (
    MOST_BARS,
    Bar,
    Mark,
    Progress,
    bar_words,
    total_words,
)
from commands.glyphs import can_draw, drawable, font
from commands.words import day_words

WIDTH = 900
BIG, BODY = 34, 23
"""Pixels. On a phone the picture is shown at about half its size, and must still be read."""

_FINE = 2  # everything is drawn at twice its size and made smaller, which smooths the edges
_PAD = 36
_ROW, _BAR, _LINE = 46, 28, 36
_BAR_LEFT, _WORDS_LEFT = 396, 628
_MARKER = 15
_MONTHS = 13
"""The most months on the axis; days further away are only written out."""


@dataclass(frozen=True, slots=True)
class _Theme:
    panel: str
    edge: str
    ink: str
    soft: str
    done: str
    late: str


_LIGHT = _Theme("#ffffff", "#768390", "#1f2328", "#57606a", "#1a5fb4", "#9a3412")
_DARK = _Theme("#1e2227", "#8c959f", "#f0f3f6", "#b1bac4", "#6cb6ff", "#ffb77c")


@lru_cache(maxsize=32)
def draw(progress: Progress, dark: bool = False) -> bytes:
    """The picture as a PNG, `WIDTH` pixels wide, on a panel of its own with transparent corners.

    What the font cannot write gets a plain name ("List 2"), so that no empty boxes show. Takes some 50 ms of one core.
    """
    high = _Painter(Image.new("RGB", (1, 1)), _LIGHT).all(progress)
    image = Image.new("RGB", (WIDTH * _FINE, high * _FINE), (_DARK if dark else _LIGHT).panel)
    _Painter(image, _DARK if dark else _LIGHT).all(progress)
    picture = image.reduce(_FINE)
    picture.putalpha(_panel(picture.size))
    out = io.BytesIO()
    # Few shades suffice for two inks and their edges, and make the file a quarter of the size.
    picture.quantize(64, Image.Quantize.FASTOCTREE).save(out, "PNG")
    return out.getvalue()


def label(text: str, instead: str) -> str:
    """The text in letters that the font has, or another name where it has none for it."""
    line = " ".join(text.split())
    return drawable(line).strip() or instead if can_draw(line) else instead


def _panel(size: tuple[int, int]) -> Image.Image:
    mask = Image.new("L", (size[0] * _FINE, size[1] * _FINE), 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, mask.width - 1, mask.height - 1), 18 * _FINE, fill=255)
    return mask.reduce(_FINE)


class _Painter:
    """Draws from the top down, in pixels of the finished picture. On an image of one pixel it only measures."""

    def __init__(self, image: Image.Image, theme: _Theme) -> None:
        self._image = image
        self._canvas = ImageDraw.Draw(image)
        self._theme = theme
        self.y = _PAD

    def all(self, progress: Progress) -> int:
        """Draw it. Returns the height of the whole."""
        self._text(_PAD, self.y, label(progress.title, "Your season"), BIG, room=WIDTH - 2 * _PAD, bold=True)
        self.y += 50
        self._text(_PAD, self.y, total_words(progress.bars), BODY)
        self.y += _LINE + 6
        if progress.bars:
            self._key()
            self._bars(progress.bars)
        self._axis(progress)
        self.y += _PAD - 12
        if self._image.height > 1:
            edge = tuple(side * _FINE for side in (1, 1, WIDTH - 2, self.y - 2))
            self._canvas.rounded_rectangle(edge, 17 * _FINE, outline=self._theme.edge, width=2 * _FINE)
        return self.y

    def _key(self) -> None:
        x = _PAD
        for done, late, words in ((1, 0, "done"), (0, 1, "late, can still be done"), (0, 0, "open")):
            self._bar(x, self.y + 2, 40, Bar("", done, 1, late))
            self._text(x + 50, self.y, words, BODY, self._theme.soft)
            x += 50 + int(font(BODY).getlength(words)) + 36
        self.y += _ROW + 4

    def _bars(self, bars: tuple[Bar, ...]) -> None:
        for number, bar in enumerate(bars[:MOST_BARS], start=1):
            self._text(_PAD, self.y, label(bar.title, f"List {number}"), BODY, room=_BAR_LEFT - _PAD - 14)
            self._bar(_BAR_LEFT, self.y, _WORDS_LEFT - _BAR_LEFT - 16, bar)
            self._text(_WORDS_LEFT, self.y, bar_words(bar), BODY, room=WIDTH - _PAD - _WORDS_LEFT)
            self.y += _ROW
        if len(bars) > MOST_BARS:
            more = len(bars) - MOST_BARS
            self._text(_PAD, self.y, f"and {more} more {'list' if more == 1 else 'lists'}", BODY, self._theme.soft)
            self.y += _ROW

    def _bar(self, x: int, y: int, wide: int, bar: Bar) -> None:
        theme, whole = self._theme, max(bar.total, 1)
        done, late = x + wide * bar.done // whole, x + wide * (bar.done + bar.late) // whole
        if late > done:
            self._hatch(done, y, late, y + _BAR)
        if done > x:
            self._rectangle((x, y, done, y + _BAR), fill=theme.done)
        self._rectangle((x, y, x + wide, y + _BAR), outline=theme.soft)

    def _hatch(self, left: int, top: int, right: int, bottom: int) -> None:
        """Slanted lines between two straight edges."""
        wide, high = (right - left) * _FINE, (bottom - top) * _FINE
        tile = Image.new("RGB", (wide, high), self._theme.panel)
        canvas = ImageDraw.Draw(tile)
        for x in range(-high, wide, 9 * _FINE):
            canvas.line((x, high, x + high, 0), self._theme.late, 3 * _FINE)
        canvas.rectangle((0, 0, wide - 1, high - 1), outline=self._theme.late, width=2 * _FINE)
        self._image.paste(tile, (left * _FINE, top * _FINE))

    def _axis(self, progress: Progress) -> None:
        marks = progress.shown_marks()
        if not marks:
            return
        span = _Span.of(progress.today, marks)
        places = [(number, mark, span.x(mark.day)) for number, mark in enumerate(marks, start=1)]
        lanes = _lanes([x for _, mark, x in places if x is not None])
        self.y += 8
        today = span.x(progress.today) or _PAD
        self._today(progress.today, today)
        top = self.y
        self.y += (max(lanes, default=0) + 1) * (2 * _MARKER + 4) + 6
        self._months(span)
        self._rectangle((today - 1, top - 6, today + 1, self.y - 30), fill=self._theme.ink)
        lane = iter(lanes)
        for number, mark, x in places:
            if x is not None:
                self._marker(number, mark, x, self.y - 76 - _MARKER - next(lane) * (2 * _MARKER + 4))
        for number, mark, _ in places:
            self._entry(number, mark, past=mark.day < progress.today)
        self._notes(marks)

    def _today(self, today: date, x: int) -> None:
        words = f"Today, {day_words(today)}"
        wide = int(font(BODY).getlength(words))
        self._text(min(max(x - wide // 2, _PAD), WIDTH - _PAD - wide), self.y, words, BODY)
        self.y += _LINE

    def _months(self, span: _Span) -> None:
        """The line with a tick where each month begins, and the months' names below."""
        soft = self._theme.soft
        self._rectangle((_PAD, self.y, WIDTH - _PAD, self.y + 2), fill=soft)
        firsts = span.firsts()
        wide = (WIDTH - 2 * _PAD) / len(firsts)
        for index, first in enumerate(firsts):
            x = span.x(first) or _PAD
            self._rectangle((x, self.y - 6, x + 2, self.y + 8), fill=soft)
            self._text(int(x + 6), self.y + 8, f"{first:%b}", BODY, soft, room=wide)
            if index == 0 or first.month == 1:
                self._text(int(x + 6), self.y + 34, str(first.year), BODY, soft)
        self.y += 72

    def _marker(self, number: int, mark: Mark, x: int, y: int) -> None:
        """A number in a circle, or in a square for a day of the person's own."""
        box = (x - _MARKER, y - _MARKER, x + _MARKER, y + _MARKER)
        fine = [side * _FINE for side in box]
        if mark.kind == "own":
            self._canvas.rectangle(fine, self._theme.panel, self._theme.ink, 2 * _FINE)
        else:
            self._canvas.ellipse(fine, self._theme.panel, self._theme.ink, 2 * _FINE)
        at = (x * _FINE, y * _FINE)
        self._canvas.text(at, str(number), self._theme.ink, font(20 * _FINE), anchor="mm")

    def _entry(self, number: int, mark: Mark, *, past: bool) -> None:
        """A mark written out: its number, day and name. A star leads to the words below the last one."""
        ink = self._theme.soft if past else self._theme.ink
        self._marker(number, mark, _PAD + _MARKER, self.y + _MARKER)
        star = "*" if mark.kind == "unconfirmed" else ""
        self._text(_PAD + 44, self.y, f"{day_words(mark.day)}{star}", BODY, ink)
        title = label(mark.title, "A date of the season" if mark.kind != "own" else "Your own date")
        left = _PAD + 330
        self._text(left, self.y, f"{'Past: ' if past else ''}{title}", BODY, ink, room=WIDTH - _PAD - left)
        self.y += _LINE

    def _notes(self, marks: tuple[Mark, ...]) -> None:
        kinds = {mark.kind for mark in marks}
        for kind, words in (("unconfirmed", "* not confirmed yet"), ("own", "In a square: your own date")):
            if kind in kinds:
                self._text(_PAD + 44, self.y, words, BODY, self._theme.soft)
                self.y += _LINE

    def _rectangle(self, box: tuple[float, float, float, float], fill: str | None = None, outline: str = "") -> None:
        fine = [side * _FINE for side in box]
        self._canvas.rectangle(fine, fill, outline or fill, 2 * _FINE if outline else 1)

    def _text(
        self, x: float, y: float, words: str, size: int, ink: str = "", *, room: float = 0, bold: bool = False
    ) -> None:
        """One line; what has no room ends in dots."""
        if room and font(size).getlength(words) > room:
            while words and font(size).getlength(words + "...") > room:
                words = words[:-1]
            words = words.rstrip() + "..."
        # The font has one weight; a stroke around it reads as bold.
        stroke = 0.45 * _FINE if bold else 0
        self._canvas.text(
            (x * _FINE, y * _FINE), words, ink or self._theme.ink, font(size * _FINE), stroke_width=stroke
        )


@dataclass(frozen=True, slots=True)
class _Span:
    """The days from the first of one month to the last of another, over the width of the picture."""

    first: date
    last: date

    @classmethod
    def of(cls, today: date, marks: tuple[Mark, ...]) -> _Span:
        """All marks and today, but never more than `_MONTHS`: then from last month on."""
        days = [today, *(mark.day for mark in marks)]
        first, last = min(days).replace(day=1), max(days)
        if _months_between(first, last) >= _MONTHS:
            first = max(first, (today.replace(day=1) - timedelta(days=1)).replace(day=1))
        while _months_between(first, last) >= _MONTHS:
            last = last.replace(day=1) - timedelta(days=1)
        return cls(first, last.replace(day=monthrange(last.year, last.month)[1]))

    def x(self, day: date) -> int | None:
        """Where a day is, in pixels; None outside."""
        if not self.first <= day <= self.last:
            return None
        share = (day - self.first).days / ((self.last - self.first).days + 1)
        return int(_PAD + share * (WIDTH - 2 * _PAD))

    def firsts(self) -> list[date]:
        """The first day of each month."""
        months = range(_months_between(self.first, self.last) + 1)
        counts = [self.first.month - 1 + month for month in months]
        return [date(self.first.year + count // 12, count % 12 + 1, 1) for count in counts]


def _months_between(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month


def _lanes(places: list[int]) -> list[int]:
    """For each place along the axis, in order, the lowest lane in which its marker touches no other."""
    ends: list[int] = []
    chosen: list[int] = []
    for x in places:
        lane = next((number for number, end in enumerate(ends) if x - end > 2 * _MARKER + 2), len(ends))
        ends[lane : lane + 1] = [x]
        chosen.append(lane)
    return chosen
