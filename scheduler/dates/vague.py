"""Words that make a time unclear, past or repeated: each leads to its own question."""

import re
from typing import NoReturn

from scheduler.dates.grammar import Note, Said
from scheduler.dates.problems import Code, refuse

_MONTH_ALONE = (
    r"(?:in |mid[- ]?)?"
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)(?:,? \d{4})?$"
)
_RANGE = r"\d+(?:\.\d+)?(?: ?(?:-|to|or) ?)\d+(?:\.\d+)? ?(?:s|m|h|d|w|y|sec|min|hour|hr|day|week|month|year)"


def _refusing(code: Code) -> Note:
    def note(said: Said, match: re.Match[str]) -> NoReturn:
        refuse(code)

    return note


def second_of_range(said: Said, match: re.Match[str]) -> NoReturn:
    """The dash in "5pm-6pm"."""
    refuse("two_times" if said.any_piece() else "not_understood")


PATTERNS: tuple[tuple[str, Note], ...] = (
    (r"(?:or|between|until|till|through|versus|vs)(?![a-z])|to(?= \d)", _refusing("two_times")),
    (_RANGE, _refusing("two_times")),
    (r"(?:every|each|daily|weekly|monthly|yearly|annually|hourly|weekdays|nightly)(?![a-z])", _refusing("repeats")),
    (r"(?:mon|tues|wednes|thurs|fri|satur|sun)days(?![a-z])", _refusing("repeats")),
    (r"(?:right )?now(?![a-z])|immediately|at once|straight away", _refusing("now")),
    (r"(?:the )?last (?:day|mon|tue|wed|thu|fri|sat|sun)[a-z]* (?:of|in)(?![a-z])", _refusing("vague")),
    (r"(?:yesterday|last|past|previous)(?![a-z])|(?:the )?day before yesterday", _refusing("past")),
    (
        r"(?:some ?time|some ?day|some|soon|later|asap|eventually|whenever|any ?time|maybe|perhaps|around|about|approx"
        r"|approximately|roughly|early|mid|late|end|eod|eow|eom|start|beginning|middle|several|few|couple|by|within"
        r"|(?:this |next |the )?weekend|never|when|once|ish)(?![a-z])",
        _refusing("vague"),
    ),
    (r"(?:an? )(?:few|couple|while|bit|moment)(?![a-z])", _refusing("vague")),
    (r"in (?:a|the) (?:few|couple|while|bit|moment|near|next|coming)(?![a-z])", _refusing("vague")),
    (r"(?:next|this) (?:week|month|year|quarter|season)(?!,? (?:on )?(?:the )?(?:\d|mon|tue|wed|thu|fri|sat|sun))",
     _refusing("vague")),
    (_MONTH_ALONE, _refusing("no_day")),
    (r"in (?:the )?(?:spring|summer|autumn|fall|winter)(?![a-z])", _refusing("vague")),
)  # fmt: skip
