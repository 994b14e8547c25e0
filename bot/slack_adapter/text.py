"""Our Markdown subset drawn for Slack. Nothing that a person typed is live or styled in it.

Texts become `rich_text` elements, which Slack shows letter by letter: there is no dialect in them to escape from.
Where only `mrkdwn` or `plain_text` is allowed (beside a button, in small print, in menus), a text that Slack would
read as marks is drawn as rich text instead, or gets letters that look the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, assert_never

from commands.markup import Break, Channel, Link, Paragraph, Plain, Span, When, parse

Json = dict[str, Any]
Typed = Callable[[str], str]
"""What a text in code becomes: a command's name is another where the workspace has a prefix. `str` leaves it."""

_STYLING = re.compile(r"[*_~`\n]|^\s*>|:[\w+'-]+:|@|#")
"""What mrkdwn would style, or a client turn into an emoji, a mention or a channel."""
_LIVE = re.compile(r"[<>`\[\]]|\*\*|~~|__|^\s*#|^-# |:[\w+'-]+:|&\w+;|\n", re.MULTILINE)
_LOOK_ALIKE = str.maketrans(
    {"<": "‹", ">": "›", "`": "ˋ", "[": "［", "]": "］", "*": "∗", "~": "∼", "_": "ˍ", "#": "＃", ":": "：", "&": "＆"}
)
_BESIDE = re.compile(r"[\s.,;:!?()]")
_FORMATS = {
    "date": "{date_long_pretty}",
    "time": "{time}",
    "full": "{date_long_pretty} at {time}",
    "relative": "{ago}",
}


def rich(md: str, typed: Typed = str) -> Json:
    """A text in our subset as a `rich_text` block."""
    elements: list[Json] = []
    for paragraph in _parsed(md, typed):
        if paragraph.marker:
            _add_item(elements, paragraph)
        else:
            _add_paragraph(elements, paragraph)
    return {"type": "rich_text", "elements": [_bare(element) for element in elements]}


def rich_plain(text: str, *, bold: bool = False) -> Json:
    """Plain text as a `rich_text` block."""
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [_words(text, bold=bold)]}]}


def mrkdwn(md: str, typed: Typed = str) -> str | None:
    """A text in our subset in Slack's dialect; None where that would style or change what stands in it."""
    lines: list[str] = []
    for paragraph in _parsed(md, typed):
        drawn = _line(paragraph.spans)
        if drawn is None:
            return None
        lines.append("    " * paragraph.level + (f"{paragraph.marker} " if paragraph.marker else "") + drawn)
    return "\n".join(lines)


def escape(text: str) -> str:
    """The three letters that Slack reads in every text."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def is_live(text: str) -> bool:
    """Whether plain text holds something that a reader of Slack could take for a mark or a mention."""
    return _LIVE.search(text) is not None


def label(text: str) -> Json:
    """Plain text of a button, option or input, never longer than it was."""
    shown = " ".join(text.translate(_LOOK_ALIKE).split()) if is_live(text) else text
    return {"type": "plain_text", "text": shown, "emoji": False}


def _parsed(md: str, typed: Typed) -> tuple[Paragraph, ...]:
    if typed is str:
        return parse(md)
    return tuple(replace(each, spans=tuple(_typed(span, typed) for span in each.spans)) for each in parse(md))


def _typed(span: Span, typed: Typed) -> Span:
    return replace(span, text=typed(span.text)) if isinstance(span, Plain) and span.code else span


def _add_paragraph(elements: list[Json], paragraph: Paragraph) -> None:
    last = elements[-1] if elements else None
    if last is not None and last["type"] == "rich_text_section":
        last["elements"] += [_words("\n\n"), *_elements(paragraph.spans)]
        return
    space = [_words("\n")] if last is not None else []
    elements.append({"type": "rich_text_section", "elements": space + _elements(paragraph.spans)})


def _add_item(elements: list[Json], paragraph: Paragraph) -> None:
    bullet = paragraph.marker == "•"
    item = {"type": "rich_text_section", "elements": _elements(paragraph.spans)}
    last = elements[-1] if elements else None
    style = "bullet" if bullet else "ordered"
    if last is not None and last["type"] == "rich_text_list":
        follows = bullet or int(paragraph.marker[:-1]) == last["offset"] + len(last["elements"]) + 1
        if (last["style"], last["indent"]) == (style, paragraph.level) and follows:
            last["elements"].append(item)
            return
    offset = 0 if bullet else int(paragraph.marker[:-1]) - 1
    elements.append(
        {"type": "rich_text_list", "style": style, "indent": paragraph.level, "offset": offset, "elements": [item]}
    )


def _bare(element: Json) -> Json:
    """Without an offset that says nothing."""
    return {key: value for key, value in element.items() if (key, value) != ("offset", 0)}


def _elements(spans: tuple[Span, ...]) -> list[Json]:
    return [_element(span) for span in spans] or [_words(" ")]


def _element(span: Span) -> Json:
    match span:
        case Plain(text=text, bold=bold, italic=italic, code=code):
            return _words(text, bold=bold, italic=italic, code=code)
        case Link(text=text, url=url) if url.startswith(("http://", "https://")):
            return {"type": "link", "url": url, "text": text}
        case Link(text=text, url=url):
            return _words(f"{text} ({url})")
        case When(instant=instant, style=style):
            stamp = int(instant.timestamp())
            return {"type": "date", "timestamp": stamp, "format": _FORMATS[style], "fallback": fallback(instant)}
        case Channel(id=channel_id):
            return {"type": "channel", "channel_id": channel_id}
        case Break():
            return _words("\n")
        case _:
            assert_never(span)


def _words(text: str, **style: bool) -> Json:
    wanted = {name: True for name, on in style.items() if on}
    return {"type": "text", "text": text} | ({"style": wanted} if wanted else {})


def fallback(instant: datetime) -> str:
    """What is shown where a client cannot draw a time."""
    return f"{instant:%A} {instant.day} {instant:%B %Y, %H:%M} UTC"


def _line(spans: tuple[Span, ...]) -> str | None:
    pieces: list[str] = []
    for number, span in enumerate(spans):
        piece = _piece(span)
        if piece is None or (_is_styled(span) and not _stands_alone(spans, number)):
            return None
        pieces.append(piece)
    return "".join(pieces)


def _piece(span: Span) -> str | None:
    match span:
        case Plain(text=text):
            return _plain_piece(span) if not _STYLING.search(text) else None
        case Link(text=text, url=url):
            fits = url.startswith(("http://", "https://")) and not re.search(r"[|<>\s]", url)
            return f"<{escape(url)}|{escape(text)}>" if fits and not _STYLING.search(text) else None
        case When(instant=instant, style=style):
            return f"<!date^{int(instant.timestamp())}^{_FORMATS[style]}|{fallback(instant)}>"
        case Channel(id=channel_id):
            return f"<#{channel_id}>"
        case Break():
            return "\n"
        case _:
            assert_never(span)


def _plain_piece(span: Plain) -> str | None:
    if not _is_styled(span):
        return escape(span.text)
    if span.text != span.text.strip():
        return None
    marks = "*" * span.bold + "_" * span.italic + "`" * span.code
    return f"{marks}{escape(span.text)}{marks[::-1]}"


def _is_styled(span: Span) -> bool:
    return isinstance(span, Plain) and (span.bold or span.italic or span.code)


def _stands_alone(spans: tuple[Span, ...], number: int) -> bool:
    """Slack opens and closes a mark only at the edge of a word."""
    before = spans[number - 1] if number else None
    after = spans[number + 1] if number + 1 < len(spans) else None
    return _is_edge(before, -1) and _is_edge(after, 0)


def _is_edge(neighbour: Span | None, letter: int) -> bool:
    if neighbour is None or isinstance(neighbour, Break):
        return True
    return isinstance(neighbour, Plain) and not _is_styled(neighbour) and bool(_BESIDE.match(neighbour.text[letter]))
