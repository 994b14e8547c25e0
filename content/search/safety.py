"""Rules that hear distress and harm in a person's words.

They stand beside the model: a rule is sure of the ways that are always meant, the model hears the rest. The rules
are regular expressions, one a line, in `patterns/`, where those who know how people speak can read and mend them.
"""

from __future__ import annotations

import re
from pathlib import Path

_PATTERNS = Path(__file__).parent / "patterns"

_GROUPS = {
    "{self}": r"(?:my ?self|him ?self|her ?self|them ?sel(?:f|ves))",
    "{wish}": (
        r"(?:want|wants|wanted|wanna|wish|wishes|wishing|hope|hoping|like|going|gonna|ready|plan|planning|decided"
        r"|trying|tried|thinking|thought|thoughts|think|rather|need|better|tempted|prefer|considering|threatens?"
        r"|threatened|will|would|might|about|how|urge|keep|keeps|ways?)"
    ),
}


def _read(name: str) -> re.Pattern[str]:
    lines = (_PATTERNS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    pattern = "|".join(line for line in lines if line and not line.startswith("#"))
    for group, words in _GROUPS.items():
        pattern = pattern.replace(group, words)
    return re.compile(pattern)


_DISTRESS, _NOT_MEANT, _HARM, _NOT_HARM = map(_read, ("distress", "not-meant", "harm", "not-harm"))
_TO_THE_BOT = re.compile(r"\b(?:bot|machine|robot|app)\b|^(?:die|drop dead|kys|kill yourself)\W*$")


def says_distress(text: str) -> bool:
    """Whether a rule hears distress in a plain text."""
    return _hears(_DISTRESS, _NOT_MEANT, text)


def says_harm(text: str) -> bool:
    """Whether a rule hears harassment, discrimination, assault or a threat in a plain text."""
    return _hears(_HARM, _NOT_HARM, text)


def is_figure_of_speech(text: str) -> bool:
    """Whether the heavy words of a plain text are of the kinds that are not meant, or meant for the bot."""
    return bool(_NOT_MEANT.search(text) or _TO_THE_BOT.search(text))


def is_not_harm(text: str) -> bool:
    """Whether the text is about one's own conduct, research, or how programs choose."""
    return bool(_NOT_HARM.search(text))


def _hears(meant: re.Pattern[str], unmeant: re.Pattern[str], text: str) -> bool:
    """A match counts when no figure of speech covers it: those are taken out of the text first."""
    return bool(meant.search(unmeant.sub(" . ", text)))
