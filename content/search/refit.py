"""Fits the search to the core pack and keeps the result beside it: `python -m content.search.refit`.

Run after a change to the core pack's phrases; a test says when it was forgotten. Until then nothing is wrong, only
slower: the search is fitted at its first use.
"""

from __future__ import annotations

from content.loader import load_pack
from content.paths import CORE_PACK
from content.search.phrases import lessons
from content.search.trained import train, write


def refit() -> None:
    """Fits and writes."""
    write(train(lessons(load_pack(CORE_PACK).topics)))


if __name__ == "__main__":
    refit()
