"""The "when" inside a line: "tomorrow at 9 call Dr. A" -> "call Dr. A", and the rule that "tomorrow at 9" means.

Only words that can belong to a time are looked at. The longest run of them that is understood counts; one at an end of
the line goes before one in the middle ("the 5pm meeting tomorrow at 9"). Where two are as good, both are given, and
nothing is chosen in silence.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from scheduler.dates import vague
from scheduler.dates.days import Monthly, Order
from scheduler.dates.grammar import read
from scheduler.dates.patterns import PATTERNS
from scheduler.dates.problems import DateProblem, sentence
from scheduler.dates.repeats import Unclear, read_rule, repeats
from scheduler.dates.words import LONGEST, tidy
from scheduler.recurrence import Rule

_MOST_WORDS = 24
"""No "when" is longer."""
_MOST_TRIES = 400
"""For a line that is nothing but numbers."""
_TIME_WORD = re.compile(
    r"""(?x) .*\d.* | <t:.* | @
    | (?:mon|tue|wed|thu|fri|sat|sun)[a-z]* | (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*
    | today | tonight | tomorrow | tmrw | tmr | noon | midday | midnight | morning | afternoon | evening | night
    | daily | weekly | monthly | yearly | annually | hourly | fortnightly | everyday | every | each | other
    | at | on | in | the | of | and | a | an | to | past | from | until | till? | for | up | after | before | through
    | starting | beginning | ending | next | this | coming | last | first | half | quarter | time | times | same | now
    | (?:week|work|business|working)?(?:day|end)s? | working | business | workdays?
    | (?:second|sec|minute|min|hour|hr|day|week|month|year)s? | o'?clock | [ap]\.?m\.?
    | one | two | three | four | five | six | seven | eight | nine | ten | eleven | twelve | fifteen | twenty | thirty
    | fort[yh] | forty | fifty | second | third | fourth | fifth | sixth | seventh | eighth | ninth | tenth
    | utc | gmt | [ecmp][sd]?t | ist | bst | pkt | wat | cet | cest | and,? | , | - | & | yesterday | ago
    """,
    re.IGNORECASE,
)
_LEFT_OVER = re.compile(r"(?:(?:^|[\s,;:-]+)(?:on|at|by|in|from|@))?[\s,;:-]*$", re.IGNORECASE)
_FIRST_WORDS = re.compile(r"^[\s,;:.-]*(?:(?:please )?remind me\b)?[\s,:]*(?:to |that )?", re.IGNORECASE)
_ORDINAL = re.compile(
    r"(?:the )?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)[.,;:!?]*", re.IGNORECASE
)
"""Of a list, and not of the month."""
_NO_DAY = re.compile(
    r"(?<![a-z])(?:yesterday|(?:the )?day before yesterday|last night|(?:this |next |last |the )*weekend"
    r"|(?:next|this|last) (?:week|month|year)|last (?:mon|tue|wed|thu|fri|sat|sun)[a-z]*)(?![a-z])",
    re.IGNORECASE,
)
"""Days that are asked about: with the time beside them they are one "when", and not the time alone."""
_NEUTRAL = frozenset(("for", "of", "and", "a", "an", "to", "-", "&"))
_ANY_TIME = datetime(2026, 1, 1, tzinfo=UTC)
_WITHOUT_VAGUE = tuple(pair for pair in PATTERNS if pair[0].pattern not in {pattern for pattern, _ in vague.PATTERNS})


@dataclass(frozen=True, slots=True)
class Found:
    """A "when" that stands in a line: what is left of the line, the words of the "when", and its readings.

    One reading when it is clear; none or several with the question in `message`.
    """

    words: str
    when: str
    readings: tuple[Rule, ...]
    message: str = ""


def find_when(line: str, *, now: datetime, tz: str, order: Order | None = None) -> tuple[Found, ...]:
    """The "when" in a line: none, one, or several that are as good. `now`, `tz` and `order` as in `read_rule`."""
    tokens = list(re.finditer(r"\S+", line))
    tries, found = 0, []
    for start, end in _runs([token[0] for token in tokens]):
        for i, j in _inside(start, end):
            tries += 1
            if tries > _MOST_TRIES:
                return ()
            if _is_time(line[tokens[i].start() : tokens[j - 1].end()]):
                found.append(_Place(line, tokens, *_without_neutral(tokens, i, j)))
                break
    at_an_end = [place for place in found if place.at_an_end]
    chosen = [place for place in found if place.at_an_end or place.names_a_day] if at_an_end else found
    return tuple(place.read(now, tz, order) for place in chosen)


@dataclass(frozen=True, slots=True)
class _Place:
    """The tokens from `first` to before `last` of a line say a time."""

    line: str
    tokens: list[re.Match[str]]
    first: int
    last: int

    @property
    def when(self) -> str:
        return self.line[self.tokens[self.first].start() : self.tokens[self.last - 1].end()].strip(",;")

    @property
    def at_an_end(self) -> bool:
        return self.first == 0 or self.last == len(self.tokens)

    @property
    def names_a_day(self) -> bool:
        """Not only a time of day, as in "the 5pm meeting", or a number in a list, as in "the 3rd letter"."""
        try:
            said = read(tidy(self.when), _WITHOUT_VAGUE, ())
        except DateProblem:
            return True
        return bool(said.stamps) or any(not isinstance(day, Monthly) for day in said.days)

    def read(self, now: datetime, tz: str, order: Order | None) -> Found:
        before = _LEFT_OVER.sub("", self.line[: self.tokens[self.first].start()])
        after = self.line[self.tokens[self.last - 1].end() :].lstrip(" ,;:")
        words = _FIRST_WORDS.sub("", f"{before} {after}".strip()).strip()
        try:
            return Found(words, self.when, (read_rule(self.when, now=now, tz=tz, order=order),))
        except Unclear as problem:
            return Found(words, self.when, problem.readings, problem.message)


def _without_neutral(tokens: list[re.Match[str]], first: int, last: int) -> tuple[int, int]:
    """Without words at the edges that say nothing about a time: "the", "for". They belong to the rest."""
    while last - first > 1 and tokens[last - 1][0].lower() in _NEUTRAL | {"the", "on", "at", "in"}:
        last -= 1
    while last - first > 1 and tokens[first][0].lower() in _NEUTRAL:
        first += 1
    return first, last


def _runs(words: list[str]) -> Iterator[tuple[int, int]]:
    """Stretches of words that can belong to a time."""
    start = None
    for place, word in enumerate([*words, "\0"]):
        if _TIME_WORD.fullmatch(word.strip(".,;:!?()\"'")) or word in ",-&@":
            start = place if start is None else start
        elif start is not None:
            yield start, place
            start = None


def _inside(start: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts of a run, the longest first, and of the same length the last first."""
    for length in range(min(end - start, _MOST_WORDS), 0, -1):
        for i in range(end - length, start - 1, -1):
            yield i, i + length


def _is_time(text: str) -> bool:
    """Whether a text says a time or a repeat and nothing else, clear or not."""
    if _says_time(text):
        return True
    rest = _NO_DAY.sub(" ", text).strip(" ,")
    return rest != text and (not rest or _says_time(rest))


def _says_time(text: str) -> bool:
    if len(text) > LONGEST or _ORDINAL.fullmatch(text):
        return False
    try:
        said = read(tidy(text), _WITHOUT_VAGUE, ())
    except DateProblem as problem:
        return problem.code not in ("not_understood", "empty", "too_long", "no_time") or _is_repeat(text)
    beside = said.days or said.parts or said.spans or said.stamps
    return bool(beside) or not (said.times and said.times[0].lone)


def _is_repeat(text: str) -> bool:
    if not repeats(text):
        return False
    try:
        read_rule(text, now=_ANY_TIME, tz="UTC")
    except Unclear as problem:
        return problem.code != "not_understood"
    return True


def nothing_found(line: str, *, now: datetime, tz: str, order: Order | None = None) -> str:
    """Why no "when" was found: what the last or first words of the line lack, or how to write one."""
    words = line.split()
    for length in range(min(len(words), 4), 0, -1):
        for part in (words[-length:], words[:length]):
            said = _complaint(" ".join(part), now, tz, order)
            if said:
                return said
    return sentence("empty")


def _complaint(text: str, now: datetime, tz: str, order: Order | None) -> str | None:
    try:
        read_rule(text, now=now, tz=tz, order=order)
    except Unclear as problem:
        return problem.message if problem.code not in ("not_understood", "empty", "too_long") else None
    return None
