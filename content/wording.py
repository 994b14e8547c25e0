"""Rules for the texts themselves: our Markdown subset, no live mentions, no promise, no blame."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from markdown_it import MarkdownIt

from content.documents import Document, Fault, Path

NOT_READ_BY_PEOPLE = frozenset({"id", "group", "kind", "related", "checklist", "nudge", "applies", "url", "check_at"})
"""Fields that hold names and addresses, not sentences."""

PEOPLES_OWN_WORDS = frozenset({"asked_like", "aliases"})
"""Fields that repeat how people ask: no rule of style for them, but no live mention either."""

_MENTION = re.compile(r"@(everyone|here|channel)\b|<[!@#][^\s>]*>?|<@&?!?\d*>", re.IGNORECASE)
_INVISIBLE = re.compile("[\u00ad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_PROMISE = re.compile(
    r"\b(you|they|she|he)( will|'ll|’ll) (surely |certainly |definitely |still )?(be )?"
    r"(match|matched|get in|get a (spot|position|residency))\b(?! (the|your|their|its)\b)"
    r"|\b(it|this|that)( will|'ll|’ll) get you (matched|in|a (spot|position|residency))\b"
    r"|\bguarantee[sd]?\b|\b100\s?(%|percent|per cent)|\b(certain|sure|bound) to match\b|\bcannot fail\b"
    r"|\bwithout fail\b|\bwill (definitely|certainly|surely) (match|work|succeed)\b"
    r"|\b(secure|ensure)s? (you )?a match\b",
    re.IGNORECASE,
)
_BLAME = re.compile(
    r"\b(it is|it's|this is|that is|was|entirely|all) your (own )?fault\b|\byou(r|'re| are)? (just |simply )?"
    r"(lazy|careless|stupid|to blame|irresponsible|a failure)\b|\byou only have yourself\b"
    r"|\byou should have (known|studied|tried|worked|thought)\b|\bno excuse for you\b|\bshame on\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(no|not|nobody|never|nothing|cannot|can't|don't|doesn't|avoid|beware|without)\b|n['’]t\b", re.I
)
_SENTENCE_END = re.compile(r"[.!?;:]\s")

_MARKDOWN = MarkdownIt("commonmark").enable("table")
_REFUSED = {
    "heading_open": "has a heading (`#`); pages have their own headings",
    "image": "has an image; write what it shows",
    "html_block": "has HTML; use our Markdown: **bold**, *italic*, `code`, [text](https://...), lists",
    "html_inline": "has HTML; use our Markdown: **bold**, *italic*, `code`, [text](https://...), lists",
    "table_open": "has a table; neither platform can show one, use a list",
    "fence": "has a code block; write it as a sentence or a quoted example",
    "code_block": "is indented by four spaces, which makes a code block; indent it less",
    "blockquote_open": "starts a line with `>`, a quotation; use quotes",
    "ordered_list_open": 'has a numbered list; use lines that start with "- "',
    "hr": "has a ruled line; start a new paragraph",
}


def texts_of(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every text of a document that a person reads, with its path."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            if name not in NOT_READ_BY_PEOPLE:
                yield from texts_of(inner, (*path, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from texts_of(inner, (*path, index))


def wording_faults(document: Document) -> Iterator[Fault]:
    """Everything that the texts of one file must not hold."""
    for path, text in texts_of(document.data):
        if _MENTION.search(text):
            yield document.fault(path, "holds a live mention (@everyone, <!channel>, <@...>); write it out")
        if _INVISIBLE.search(text):
            yield document.fault(path, "holds an invisible character; delete it")
        if path[0] in PEOPLES_OWN_WORDS:
            continue
        yield from _markdown(document, path, text)
        if _quotes_a_fault(document.data, path):
            continue
        promise = _found(_PROMISE, text)
        if promise:
            yield document.fault(path, f"sounds like a promise of a match (`{promise}`); nobody can promise that")
        blame = _found(_BLAME, text)
        if blame:
            yield document.fault(path, f"sounds like blame (`{blame}`); say what can be done instead")


def _quotes_a_fault(data: Mapping[str, Any], path: Path) -> bool:
    """Whether the text shows what not to write: a weak example, or a line of things to avoid."""
    if path[0] == "avoid":
        return True
    return path[0] == "examples" and data["examples"][path[1]].get("kind") == "weak"


def _found(pattern: re.Pattern[str], text: str) -> str | None:
    """The first match that its own sentence does not deny ("nobody can guarantee a match")."""
    for match in pattern.finditer(text):
        before = _SENTENCE_END.split(text[: match.start()])[-1]
        if not _DENIED.search(before):
            return match[0]
    return None


def _markdown(document: Document, path: Path, text: str) -> Iterator[Fault]:
    if "\n" not in text and text[:1].isdigit():
        return  # a label such as "1. Map your flags" is not a list
    told = set()
    for token in _MARKDOWN.parse(text):
        for part in (token, *(token.children or ())):
            if part.type == "link_open" and not str(part.attrs.get("href", "")).startswith(("https://", "http://")):
                told.add("has a link that does not start with https://")
            elif part.type == "text" and "](" in part.content:
                told.add("has a link that is not read; write [text](https://...)")
            elif part.type in _REFUSED:
                told.add(_REFUSED[part.type])
    for message in sorted(told):
        yield document.fault(path, message)
