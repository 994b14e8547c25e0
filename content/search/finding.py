"""What a search answers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hit:
    """One page that fits. `score` is a probability, 0 to 1; `why` are the nearest phrases of the page."""

    id: str
    score: float
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """The pages for some words, at most three, best first.

    `sure`: the first is the answer; otherwise the pages are a question, "do you mean ...?". `issues` are the
    pages of a message that names several troubles, in order of weight; empty when there is one or none.
    `distress` and `harm` come before any page, and with distress there are no pages at all.
    """

    topics: tuple[Hit, ...] = ()
    sure: bool = False
    distress: bool = False
    harm: bool = False
    issues: tuple[str, ...] = ()
