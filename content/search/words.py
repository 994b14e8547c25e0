"""A person's words made plain: abbreviations written out, slips of the keyboard mended, issues taken apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

MOST_CHARACTERS = 2_000
MOST_CLAUSES = 5

ABBREVIATIONS = {
    "yog": "year of graduation",
    "lor": "letter of recommendation",
    "lors": "letters of recommendation",
    "ps": "personal statement",
    "pd": "program director",
    "pds": "program directors",
    "apd": "program director",
    "pc": "program coordinator",
    "ck": "step 2 ck",
    "cs": "step 2 cs",
    "s1": "step 1",
    "s2": "step 2",
    "s3": "step 3",
    "usce": "us clinical experience",
    "img": "international medical graduate",
    "imgs": "international medical graduates",
    "mspe": "mspe dean's letter",
    "h1b": "h1b visa",
    "h1": "h1b visa",
    "j1": "j1 visa",
    "rads": "radiology",
    "im": "i'm",
    "fm": "family medicine",
    "peds": "pediatrics",
    "obgyn": "obstetrics",
    "gpa": "grades",
    "eval": "evaluation",
    "evals": "evaluations",
    "rec": "recommendation",
    "recs": "recommendations",
    "prog": "program",
    "progs": "programs",
    "app": "application",
    "apps": "applications",
    "univ": "university",
    "uni": "university",
    "exp": "experience",
    "hx": "history",
    "pls": "please",
    "plz": "please",
    "u": "you",
    "r": "are",
    "ur": "your",
    "bcz": "because",
    "bcoz": "because",
    "cuz": "because",
    "wat": "what",
    "wt": "what",
    "hw": "how",
    "abt": "about",
    "frm": "from",
    "wil": "will",
    "yr": "year",
    "yrs": "years",
    "wk": "week",
    "wks": "weeks",
    "mos": "months",
    "mths": "months",
    "thx": "thanks",
    "ppl": "people",
    "bw": "between",
    "w": "with",
    "dont": "don't",
    "cant": "can't",
    "didnt": "didn't",
    "doesnt": "doesn't",
    "wasnt": "wasn't",
}

_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
_LETTERS = re.compile(r"[a-z]+(?:'[a-z]+)?")
_SPACES = re.compile(r"\s+")
_HIDDEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe0f\ufeff]")
_STRETCHED = re.compile(r"([a-z])\1{2,}")
_INTERNAL_MEDICINE = re.compile(r"\bIM\b|\bim\b(?=\s*(?:[+/]|and|or|only|progra|resid|letter|spot|fm\b|backup))")
_BREAK = re.compile(r"[,;.!?\n]+(?:\s+|$)|\s[-–—+/&]\s|\b(?:and also|as well as|on top of that|plus|and|but|also)\b")


def plain(text: str) -> str:
    """Lower case, one kind of apostrophe, no invisible characters, abbreviations written out."""
    text = _HIDDEN.sub("", text[:MOST_CHARACTERS]).replace("’", "'").replace("`", "'")
    text = _INTERNAL_MEDICINE.sub("internal medicine", text).lower()
    text = re.sub(r"\b([jh])[- ]?1(?:[- ]?(b))?\b", r"\g<1>1\2", text)
    text = re.sub(r"\b(step)[ -]?([123])(ck|cs)?\b", r"\1 \2 \3", text)
    text = re.sub(r"\bu\.s\.(?:a\.)?", "us", text)
    text = _STRETCHED.sub(r"\1\1", text)
    text = _WORD.sub(lambda word: ABBREVIATIONS.get(word[0], word[0]), text)
    text = text.replace("step 2 step 2", "step 2")
    return _SPACES.sub(" ", text).strip()


class Speller:
    """Mends words that nobody writes into the nearest word that the pages know."""

    def __init__(self, phrases: Iterable[str], english: frozenset[str]) -> None:
        """`phrases`: plain texts of the pages; `english`: words that are right as they are."""
        self._counts = Counter(word for phrase in phrases for word in _LETTERS.findall(phrase))
        self._wanted = [word for word, count in self._counts.items() if len(word) > 3 and count > 1]
        self._english = english
        self._mend = lru_cache(maxsize=4_096)(self._nearest)

    def __call__(self, text: str) -> str:
        """The plain text with its slips mended."""
        return _LETTERS.sub(lambda word: self._mended(word[0]), text)

    def _mended(self, word: str) -> str:
        if len(word) < 4 or "'" in word or word in self._counts or word in self._english:
            return word
        return self._mend(word)

    def _nearest(self, word: str) -> str:
        allowed = 1 if len(word) < 9 else 2
        near = process.extract(word, self._wanted, scorer=DamerauLevenshtein.distance, score_cutoff=allowed, limit=6)
        ranked = [(distance, -self._counts[known], known) for known, distance, _ in near if known[0] == word[0]]
        return min(ranked)[2] if ranked else word


def clauses(text: str) -> tuple[str, ...]:
    """The parts of a plain text that may each hold an issue of their own; none when it is all one."""
    parts = [part.strip(" ,.;:-") for part in _BREAK.split(text)]
    parts = [part for part in parts if len(part) > 6 and part.count(" ") >= 1]
    return tuple(parts[:MOST_CLAUSES]) if len(parts) > 1 else ()
