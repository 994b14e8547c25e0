"""From scores to an answer: which pages, in which order, and whether the first may be served as the answer."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from content.search.encoder import Array
from content.search.model import Scores

MOST = 3
CLAUSE_SHARE = 0.8
"""A part of a message speaks a little less loudly than the whole: it has less to go by."""

TOTAL = 6.0
MARGIN = 6.0
OVER_NONE = 3.0
BASE = -4.0
"""A page's chance of being right: a logistic of its score, its lead over the next, and its lead over `none`."""

SURE = 0.6
PAGE = 0.0
ISSUE = 0.45


@dataclass(frozen=True, slots=True)
class Ranking:
    """Pages with their chances, best first; `issues` in order of weight when there are several."""

    topics: tuple[tuple[str, float], ...] = ()
    sure: bool = False
    issues: tuple[str, ...] = ()


def rank(scores: Scores, weights: Sequence[int], left_out: Collection[str] = ()) -> Ranking:
    """The pages for one message: row 0 of the scores is the whole of it, the other rows are its parts."""
    total = combined(scores)
    for topic in left_out:
        if topic in scores.labels:
            total[scores.labels.index(topic)] = -1.0
    none = float(scores.none[0])
    order = np.argsort(-total)
    best, second = float(total[order[0]]), float(total[order[1]]) if len(order) > 1 else -1.0
    if best - none < PAGE:
        return Ranking()
    chance = 1 / (1 + np.exp(-(BASE + TOTAL * best + MARGIN * (best - second) + OVER_NONE * (best - none))))
    found = tuple((scores.labels[place], float(total[place])) for place in order[:MOST])
    return Ranking(found, bool(chance >= SURE), ())


def combined(scores: Scores) -> Array:
    """One score a topic: what the whole message says, or a part of it where that says more."""
    whole: Array = scores.topics[0].copy()
    if len(scores.topics) > 1:
        parts = np.where(scores.topics[1:] > scores.none[1:, None], scores.topics[1:], -1.0)
        whole = np.maximum(whole, CLAUSE_SHARE * parts.max(axis=0))
    return whole.astype(np.float32)
