"""Cards as one PNG, for an editor who wants to see a page without a platform or a browser."""

from __future__ import annotations

import io
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from PIL import Image, ImageDraw, ImageFont

from commands.glyphs import drawable
from commands.glyphs import font as _font
from commands.markup import Break, Link, Paragraph, Plain, Span, When, parse, plain
from commands.ui import Block, Button, Buttons, Divider, Fields, LinkButton, Row, Select, Text

WIDTH = 860
MARGIN = 40
PADDING = 28
SIZE, TITLE, SMALL = 18, 26, 15
INK, SOFT, LINE, LINK, CARD, GROUND = "#1f2328", "#59636e", "#8c959f", "#0a58ca", "#ffffff", "#eceff3"
TALLEST = 20_000
"""Pixels; what is longer is cut off, so that a huge checklist cannot take all memory."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One card as it is drawn: also for texts that no single message could hold."""

    title: str
    blocks: tuple[Block, ...]
    footer: str | None = None


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    bold: bool = False
    colour: str = INK


def draw(sheets: Sequence[Sheet]) -> bytes:
    """The sheets one under the other, as the bytes of a PNG."""
    scratch = _Pen(ImageDraw.Draw(Image.new("RGB", (1, 1))))
    height = min(scratch.all(sheets), TALLEST)
    image = Image.new("RGB", (WIDTH, height), GROUND)
    # Twice: the first pass, on one pixel, only finds the height.
    _Pen(ImageDraw.Draw(image)).all(sheets, scratch.bottoms)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _words(paragraph: Paragraph) -> Iterator[list[_Word]]:
    """The words of each line that the author set, in their dress."""
    for is_break, spans in groupby(paragraph.spans, lambda span: isinstance(span, Break)):
        if not is_break:
            yield [word for span in spans for word in _dressed(span)]


def _dressed(span: Span) -> Iterator[_Word]:
    match span:
        case Plain(text=text, bold=bold, code=code):
            yield from (_Word(part, bold, SOFT if code else INK) for part in _split(text))
        case Link(text=text):
            yield from (_Word(part, colour=LINK) for part in _split(text))
        case When(instant=instant):
            yield from (_Word(part) for part in _split(f"{instant:%A %d %B %Y, %H:%M} UTC"))
        case _:
            pass


def _split(text: str) -> Iterator[str]:
    """Words with the space that follows them, so that joining gives the text again."""
    pieces = drawable(text).split(" ")
    for index, piece in enumerate(pieces):
        word = piece + (" " if index < len(pieces) - 1 else "")
        if word:
            yield word


def _unbroken(pieces: Sequence[_Word], font: ImageFont.FreeTypeFont) -> float:
    """The width up to the next space: a bracket stays with the link that it opens."""
    wide = 0.0
    for piece in pieces:
        wide += font.getlength(piece.text.rstrip())
        if piece.text.endswith(" "):
            break
    return wide


def _letters_in(text: str, font: ImageFont.FreeTypeFont, room: float) -> int:
    """How many letters of a text that is too wide fit; one at least, so that it comes to an end."""
    return max(1, bisect_right(range(len(text)), room, key=lambda n: font.getlength(text[:n])) - 1)


class _Pen:
    """Draws from the top down. `y` is where the next thing goes."""

    def __init__(self, canvas: ImageDraw.ImageDraw) -> None:
        self._canvas = canvas
        self.y = MARGIN
        self.bottoms: list[int] = []

    def all(self, sheets: Sequence[Sheet], bottoms: Sequence[int] = ()) -> int:
        """Draw every sheet, on a white card when its bottom is known. Returns the height of the whole."""
        for index, sheet in enumerate(sheets):
            if bottoms:
                box = (MARGIN // 2, self.y, WIDTH - MARGIN // 2, bottoms[index])
                self._canvas.rounded_rectangle(box, 10, fill=CARD, outline=LINE)
            self.y += PADDING
            self._sheet(sheet)
            self.y += PADDING - 12
            self.bottoms.append(self.y)
            self.y += PADDING
        return self.y + MARGIN - PADDING

    def _sheet(self, sheet: Sheet) -> None:
        self._flow([_Word(word, True) for word in _split(sheet.title)], MARGIN, size=TITLE)
        self.y += 12
        for block in sheet.blocks:
            self._block(block)
        if sheet.footer:
            self._flow([_Word(word, colour=SOFT) for word in _split(plain(sheet.footer))], MARGIN, size=SMALL)
            self.y += 12

    def _block(self, block: Block) -> None:
        match block:
            case Text(md=md):
                self._text(md)
            case Fields(items=items):
                self._text("\n\n".join(f"**{label}:** {value}" for label, value in items))
            case Row(md=md, button=button):
                self._text(md)
                self._labels((button.label,))
            case Buttons(items=items):
                self._labels([_label(item) for item in items])
            case Select(placeholder=placeholder, options=options):
                self._labels((f"{placeholder} ({len(options)} choices)",))
            case Divider():
                self._canvas.line((MARGIN, self.y, WIDTH - MARGIN, self.y), LINE)
                self.y += 14
            case _:
                self._text(f"*{getattr(block, 'alt', 'A picture')}*")

    def _text(self, md: str) -> None:
        for paragraph in parse(md):
            indent = 24 * (paragraph.level + 1) if paragraph.marker or paragraph.level else 0
            if paragraph.marker == "•":
                middle, left = self.y + SIZE * 2 // 3, MARGIN + indent - 15
                self._canvas.rectangle((left, middle - 2, left + 4, middle + 2), INK)
            elif paragraph.marker:
                self._canvas.text((MARGIN + indent - 24, self.y), paragraph.marker, INK, _font(SIZE))
            for words in _words(paragraph):
                self._flow(words, MARGIN + indent)
            self.y += 4 if paragraph.marker else 10
        self.y += 6

    def _flow(self, words: Sequence[_Word], left: int, size: int = SIZE) -> None:
        """Words in lines that end before the margin. A word longer than a line is broken where it must be."""
        font, x, right = _font(size), float(left), WIDTH - MARGIN
        pieces = [piece for word in words for piece in self._fitting(word, font, right - left)]
        for index, piece in enumerate(pieces):
            begins = index == 0 or pieces[index - 1].text.endswith(" ")
            needs = _unbroken(pieces[index:], font) if begins else font.getlength(piece.text.rstrip())
            if x > left and x + needs > right:
                x, self.y = float(left), self.y + size * 3 // 2
            # The font has one weight; half a pixel around it reads as bold.
            self._canvas.text((x, self.y), piece.text, piece.colour, font, stroke_width=0.45 if piece.bold else 0)
            x += font.getlength(piece.text)
        self.y += size * 3 // 2

    @staticmethod
    def _fitting(word: _Word, font: ImageFont.FreeTypeFont, room: int) -> Iterator[_Word]:
        rest = word.text
        while rest and font.getlength(rest.rstrip()) > room:
            cut = _letters_in(rest, font, room)
            yield _Word(rest[:cut], word.bold, word.colour)
            rest = rest[cut:]
        if rest:
            yield _Word(rest, word.bold, word.colour)

    def _labels(self, labels: Sequence[str]) -> None:
        """Buttons as outlined labels, side by side while there is room."""
        font, x, high = _font(SMALL), MARGIN, 32
        for label in map(drawable, labels):
            wide = min(int(font.getlength(label)) + 24, WIDTH - 2 * MARGIN)
            if x > MARGIN and x + wide > WIDTH - MARGIN:
                x, self.y = MARGIN, self.y + high + 8
            self._canvas.rounded_rectangle((x, self.y, x + wide, self.y + high), 6, outline=LINE)
            self._canvas.text((x + 12, self.y + high / 2), label, INK, font, anchor="lm")
            x += wide + 8
        self.y += high + 14


def _label(button: Button | LinkButton) -> str:
    return f"{button.label} (link)" if isinstance(button, LinkButton) else button.label
