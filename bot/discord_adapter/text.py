"""Our Markdown subset drawn in Discord's dialect. Nothing that a person typed is live in it.

Discord takes a backslash before any character that is neither a letter, a digit nor a space as "show the next one".
So a person's `<@1>`, `@everyone`, `||x||`, `https://...` or `# x` shows as it was typed and does nothing.
"""

from __future__ import annotations

import re
from typing import assert_never

from commands.markup import Break, Channel, Link, Paragraph, Plain, Span, When, parse

_LIVE = re.compile(r"([\\`*_~|<>\[\]@#]|:(?=\S))")
_LIST_MARK = re.compile(r"^(\s*)([-+])", re.MULTILINE)
_NUMBER_MARK = re.compile(r"^(\s*\d+)\.", re.MULTILINE)
_TIME_LETTERS = {"date": "D", "time": "t", "full": "F", "relative": "R"}
_JOINER = "\u2060"
"""Stands between two marks of stars that Discord would otherwise read as one."""


def escape(text: str) -> str:
    """Plain text, line breaks included, that Discord shows as it stands here."""
    text = _LIVE.sub(r"\\\1", text)
    text = _LIST_MARK.sub(r"\1\\\2", text)
    return _NUMBER_MARK.sub(r"\1\\.", text)


def draw(md: str) -> str:
    """A text in our subset as Discord's Markdown."""
    drawn = ""
    for paragraph in parse(md):
        if drawn:
            drawn += "\n" if paragraph.marker else "\n\n"
        drawn += _lead(paragraph) + _spans(paragraph.spans)
    return drawn


def heading(title: str) -> str:
    """A title, one line. It is plain text."""
    return "## " + escape(" ".join(title.split()))


def small(md: str) -> str:
    """A footer or another remark in small letters, line by line."""
    return "\n".join(f"-# {line}" for line in draw(md).splitlines() if line.strip())


def _lead(paragraph: Paragraph) -> str:
    if not paragraph.marker:
        return ""
    mark = "-" if paragraph.marker == "•" else paragraph.marker
    return "  " * paragraph.level + mark + " "


def _spans(spans: tuple[Span, ...]) -> str:
    drawn = ""
    for span in spans:
        piece = _span(span)
        touching = drawn.endswith("*") and not drawn.endswith("\\*") and piece.startswith("*")
        drawn += (_JOINER if touching else "") + piece
    return drawn


def _span(span: Span) -> str:
    match span:
        case Plain():
            return _plain(span)
        case Link(text=text, url=url) if url.startswith(("http://", "https://")):
            return f"[{escape(text)}]({_address(url)})"
        case Link(text=text, url=url):
            return escape(f"{text} ({url})")
        case When(instant=instant, style=style):
            return f"<t:{int(instant.timestamp())}:{_TIME_LETTERS[style]}>"
        case Channel(id=channel_id):
            return f"<#{channel_id}>"
        case Break():
            return "\n"
        case _:
            assert_never(span)


def _plain(span: Plain) -> str:
    """Marks stand at the letters: Discord does not open one before a space."""
    core = span.text.strip()
    if not core:
        return span.text
    lead, _, tail = span.text.partition(core)
    drawn = _code(core) if span.code else escape(core)
    marks = "**" * span.bold + "*" * span.italic
    return f"{lead}{marks}{drawn}{marks}{tail}"


def _code(text: str) -> str:
    """Inside code nothing is escaped; the fence is longer than any run of backticks in the text."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * (longest + 1)
    space = " " if longest else ""
    return f"{fence}{space}{text}{space}{fence}"


def _address(url: str) -> str:
    return url.replace("(", "%28").replace(")", "%29").replace(" ", "%20")
