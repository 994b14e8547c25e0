"""Our Markdown subset, read once and drawn in each platform's own dialect.

Authors and features write `**bold**`, `*italic*`, `` `code` ``, `[links](https://...)`, "- " and "1. " lists and
paragraphs. `parse` turns that into spans; renderers draw spans and never see Markdown, so no raw mark can show on
Slack and no person's text can turn into one. A person's words enter a text only through `escape`.

A time is a span of its own, made by `when`: each reader sees it in their own zone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token

Style = Literal["date", "time", "full", "relative"]


@dataclass(frozen=True, slots=True)
class Plain:
    """Text, to be escaped by the renderer for its platform. Marks may be combined."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to an address."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class When:
    """An instant, shown in the reader's own zone. `style` says how much of it."""

    instant: datetime
    style: Style


@dataclass(frozen=True, slots=True)
class Break:
    """A new line inside a paragraph."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel by its id; each reader sees its name, if they may."""

    id: str


Span = Plain | Link | When | Channel | Break


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A run of spans. `marker` is "" for plain text, "•" or "1." for a list item; `level` is its indent."""

    spans: tuple[Span, ...]
    marker: str = ""
    level: int = 0


_MD = MarkdownIt("zero").enable(["emphasis", "backticks", "link", "list", "escape", "newline", "entity"])
_SPECIAL = re.compile(r"([\\`*_\[\]()<>&#+\-.!|~{}:])")
_kept: dict[str, tuple[tuple[Paragraph, ...], int]] = {}
_MOST_KEPT = 4_000
_WHEN = re.compile(r"\x02(?:(\d{1,12})\x03([a-z]+)|#([A-Za-z0-9]{1,30}))\x04")
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_BREAKS = re.compile(r"\r\n?|\u2028|\u2029|\x0b|\x0c")


def clean(text: str) -> str:
    """A person's text without control, zero-width and direction characters that could hide or turn other text.

    The joiners of emoji and of Persian or Indic scripts (U+200C, U+200D) stay.
    """
    return _INVISIBLE.sub("", _BREAKS.sub("\n", text))


def escape(text: str) -> str:
    """A person's text as Markdown that shows exactly as it was typed."""
    return _SPECIAL.sub(r"\\\1", clean(text))


def when(instant: datetime, style: Style = "full") -> str:
    """Markdown for an instant. `instant` must be aware."""
    if instant.tzinfo is None:
        raise ValueError("an instant must be aware")
    return f"\x02{int(instant.timestamp())}\x03{style}\x04"


def channel(channel_id: str) -> str:
    """Markdown for a channel, by its platform's id. Raises `ValueError` for what is none."""
    if not re.fullmatch(r"[A-Za-z0-9]{1,30}", channel_id):
        raise ValueError("not the id of a channel")
    return f"\x02#{channel_id}\x04"


def parse(md: str) -> tuple[Paragraph, ...]:
    """The paragraphs and list items of a text in our subset, in reading order."""
    kept = _kept.get(md)
    return _parsed(md) if kept is None else kept[0]


def keep(md: str) -> str:
    """The text as it is; from now on it is parsed and counted from memory, which takes a third off an answer.

    For the content only, never for what a person wrote: their words must be gone when they delete everything.
    """
    if md not in _kept:
        if len(_kept) >= _MOST_KEPT:  # after many reloads of the content
            _kept.clear()
        paragraphs = _parsed(md)
        _kept[md] = paragraphs, _cost(paragraphs)
    return md


def _parsed(md: str) -> tuple[Paragraph, ...]:
    found: list[Paragraph] = []
    lists: list[int | None] = []
    marker = ""
    for token in _MD.parse(md):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            lists.append(int(token.attrGet("start") or 1) if token.type == "ordered_list_open" else None)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            lists.pop()
        elif token.type == "list_item_open":
            number = lists[-1]
            marker = "•" if number is None else f"{number}."
            lists[-1] = None if number is None else number + 1
        elif token.type == "inline":
            spans = tuple(_spans(token.children or []))
            found.append(Paragraph(spans, marker if lists else "", max(len(lists) - 1, 0)))
            marker = ""
    return tuple(found)


def plain(md: str) -> str:
    """The text without any mark: for alt texts, previews, the terminal and for counting."""
    lines = []
    for paragraph in parse(md):
        indent = "  " * paragraph.level
        mark = f"{indent}{paragraph.marker} " if paragraph.marker else ""
        lines.append(mark + "".join(_plain_span(span) for span in paragraph.spans))
    return "\n".join(lines)


def _plain_span(span: Span) -> str:
    match span:
        case Plain(text=text):
            return text
        case Link(text=text, url=url):
            return f"{text} ({url})"
        case When(instant=instant):
            return f"{instant:%A} {instant.day} {instant:%B %Y, %H:%M} UTC"
        case Channel(id=channel_id):
            return f"#{channel_id}"
        case Break():
            return "\n"


def _spans(tokens: list[Token]) -> list[Span]:
    spans: list[Span] = []
    bold = italic = 0
    link: str | None = None
    for token in tokens:
        match token.type:
            case "strong_open" | "strong_close":
                bold += 1 if token.nesting == 1 else -1
            case "em_open" | "em_close":
                italic += 1 if token.nesting == 1 else -1
            case "link_open":
                link = str(token.attrGet("href") or "")
            case "link_close":
                link = None
            case "softbreak" | "hardbreak":
                spans.append(Break())
            case _ if token.content:
                if link is not None:
                    spans.append(Link(token.content, link))
                else:
                    spans.extend(_with_times(token.content, bold > 0, italic > 0, token.type == "code_inline"))
    return spans


def _with_times(text: str, bold: bool, italic: bool, code: bool) -> list[Span]:
    spans: list[Span] = []
    position = 0
    for match in _WHEN.finditer(text):
        if match.start() > position:
            spans.append(Plain(text[position : match.start()], bold, italic, code))
        if match[3]:
            spans.append(Channel(match[3]))
        else:
            style = match[2] if match[2] in ("date", "time", "full", "relative") else "full"
            spans.append(When(datetime.fromtimestamp(int(match[1]), UTC), style))  # type: ignore[arg-type]
        position = match.end()
    if position < len(text):
        spans.append(Plain(text[position:], bold, italic, code))
    return spans


_DISCORD_ESCAPED = re.compile(r"[\\`*_\[\]()<>#\-~|:@+.!]")
_TIME_COST = 110
"""Characters of the longest drawing of an instant: Slack's `<!date^...|...>` with its fallback text."""


def cost(md: str) -> int:
    """Characters that the text needs at most when drawn, on the platform where it gets longer."""
    kept = _kept.get(md)
    return _cost(_parsed(md)) if kept is None else kept[1]


def _cost(paragraphs: tuple[Paragraph, ...]) -> int:
    discord = slack = 0
    for paragraph in paragraphs:
        discord += len(paragraph.marker) + 3 + 2 * paragraph.level
        slack += len(paragraph.marker) + 3 + 4 * paragraph.level
        for span in paragraph.spans:
            match span:
                case Plain(text=text):
                    discord += len(text) + len(_DISCORD_ESCAPED.findall(text)) + 6
                    slack += _on_slack(text) + 6
                case Link(text=text, url=url):
                    discord += len(text) + len(_DISCORD_ESCAPED.findall(text)) + len(url) + 4
                    slack += _on_slack(text) + _on_slack(url) + 3
                case Channel(id=channel_id):
                    discord += len(channel_id) + 3
                    slack += len(channel_id) + 3
                case When():
                    discord += _TIME_COST
                    slack += _TIME_COST
                case Break():
                    discord += 1
                    slack += 1
    return max(discord, slack)


def _on_slack(text: str) -> int:
    """Characters with `&`, `<` and `>` written as `&amp;`, `&lt;` and `&gt;`."""
    return len(text) + 4 * text.count("&") + 3 * (text.count("<") + text.count(">"))
