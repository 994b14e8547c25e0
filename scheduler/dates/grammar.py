"""What was said, piece by piece: a tidy text -> the days, times, spans and zones in it.

The text is read from left to right. At each place the first matching pattern of
`patterns.PATTERNS` takes its piece and notes what it says; a place where none matches is not
understood, so no word is ever passed over. What the pieces mean together is decided in
`meaning.py`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import tzinfo

from rapidfuzz import fuzz, process

from scheduler.dates.days import Day, Either, Order
from scheduler.dates.problems import refuse
from scheduler.dates.spans import Span
from scheduler.dates.times import Part, TimeOfDay


@dataclass(slots=True)
class Said:
    """The pieces of one text, collected while it is read.

    `direction` is 1 for "2 days after ...", -1 for "2 days before ...", 0 without such a word.
    `dotted` are numbers such as 8.30 that may be a time; `same_time` is "at the same time".
    `stamps` are Unix seconds.
    """

    days: list[Day] = field(default_factory=list)
    times: list[TimeOfDay] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    zones: list[tzinfo] = field(default_factory=list)
    stamps: list[int] = field(default_factory=list)
    dotted: list[tuple[int, int]] = field(default_factory=list)
    direction: int = 0
    marked_span: bool = False
    same_time: bool = False
    iso: bool = False

    def any_piece(self) -> bool:
        """Whether anything at all was said."""
        return any((self.days, self.times, self.parts, self.spans, self.stamps, self.dotted, self.same_time))


NOT_THIS = -1
"""What a note gives when its pattern matched and yet there is nothing for it here: the next may try."""

Note = Callable[[Said, re.Match[str]], int | None]
"""Writes down what a match says. Gives the place at which to read on, or none for the match's end."""

Pattern = tuple[re.Pattern[str], Note]


def read(text: str, patterns: tuple[Pattern, ...], vocabulary: tuple[str, ...], order: Order | None = None) -> Said:
    """All that a tidy text says, for somebody who writes numeric dates in this order; None: not known.

    Raises `DateProblem` for words that belong to no time.
    """
    said, at = Said(), 0
    while at < len(text):
        read_on = _next_piece(said, text, at, patterns)
        if read_on == NOT_THIS:
            refuse("not_understood", _did_you_mean(text[at:], vocabulary))
        at = read_on
    if not said.any_piece():
        refuse("not_understood")
    said.days = [day.written(order) if isinstance(day, Either) else day for day in said.days]
    return said


def _next_piece(said: Said, text: str, at: int, patterns: tuple[Pattern, ...]) -> int:
    for pattern, note in patterns:
        if match := pattern.match(text, at):
            read_on = note(said, match)
            if read_on is None:
                return match.end()
            if read_on != NOT_THIS:
                return read_on
    return NOT_THIS


def _did_you_mean(rest: str, vocabulary: tuple[str, ...]) -> str:
    """A hint for a misspelt word; only our own words are ever repeated."""
    word = re.match(r"[a-z]{4,}", rest)
    near = process.extractOne(word[0], vocabulary, scorer=fuzz.ratio, score_cutoff=75) if word else None
    return f'Did you mean "{near[0]}"? Please write it like that.' if near else ""
