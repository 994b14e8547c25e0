"""From scores to an answer: which pages, in which order, and whether the first may be served as the answer.

The numbers below were set on the development questions and a second set of our own (docs/search.md); each is a round
one in the middle of a range in which nothing changes much.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from content.search.encoder import Array
from content.search.model import Scores

MOST = 3

PARTS_WEIGHT = 0.6
"""How much the parts of a message say beside the whole of it, in the order of the pages."""

NO_PAGE = -0.1
"""Below this lead over `none` there is no page."""

SURE_LEAD = 0.18
SURE_MARGIN = 0.08
"""The first page is the answer when it leads `none` and the next page by this much."""

ISSUE_MARGIN = 0.1
ISSUE_LEAD = 0.4
ISSUE_BEHIND = 0.4
ISSUE_FITTED = 0.38
"""A part of a message names an issue of its own when its first page leads clearly and is not far behind for the
whole message; the whole names two when the model fits both so well."""

SHARPNESS = 8.0
"""Turns scores into shares of one hundred for those who want to see how near it was."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Pages with their shares, best first; `issues` are ids in order of weight when there are several."""

    topics: tuple[tuple[str, float], ...] = ()
    sure: bool = False
    issues: tuple[str, ...] = ()


def rank(scores: Scores, weights: Sequence[int], left_out: Collection[str] = ()) -> Ranking:
    """The pages for one message: row 0 of the scores is the whole of it, the other rows are its parts.

    `weights` in the order of the labels; topics `left_out` are never an answer.
    """
    barred = [place for place, label in enumerate(scores.labels) if label in left_out]
    total = _total(scores)
    total[barred] = -np.inf
    none = float(scores.none[0])
    order = [int(place) for place in np.argsort(-total)]
    first = order[0]
    lead = float(total[first]) - none
    if lead < NO_PAGE:
        return Ranking()
    issues = _issues(scores, total, barred)
    others = [place for place in order[1:] if place not in issues] if first in issues else order[1:]
    margin = float(total[first] - total[others[0]]) if len(others) else np.inf
    shares = np.exp(SHARPNESS * (np.append(total, none) - total[first]))
    shares /= shares.sum()
    return Ranking(
        topics=tuple((scores.labels[place], float(shares[place])) for place in _first_three(order, scores, total)),
        sure=lead >= SURE_LEAD and margin >= SURE_MARGIN,
        issues=tuple(scores.labels[place] for place in sorted(issues, key=lambda place: -weights[place])[:MOST]),
    )


def _total(scores: Scores) -> Array:
    whole, parts = scores.topics[0], scores.topics[1:]
    total = (whole + PARTS_WEIGHT * parts.mean(axis=0)) / (1 + PARTS_WEIGHT) if len(parts) else whole
    copied: Array = total.astype(np.float32)
    return copied


def _first_three(order: Sequence[int], scores: Scores, total: Array) -> list[int]:
    """The first page by the whole; then pages that a part names clearly may step forward."""
    forward = total.copy()
    for part in scores.topics[1:]:
        best, second = np.argsort(-part)[:2] if len(part) > 1 else (0, 0)
        if part[best] - part[second] >= ISSUE_MARGIN and np.isfinite(total[best]):
            forward[best] = max(forward[best], part[best])
    rest = sorted((place for place in order[1:] if np.isfinite(total[place])), key=lambda place: -forward[place])
    return [order[0], *rest[: MOST - 1]]


def _issues(scores: Scores, total: Array, barred: Sequence[int]) -> set[int]:
    """The places of the pages that the message names separately; empty for a message about one thing."""
    found: set[int] = set()
    for part, none in zip(scores.topics[1:], scores.none[1:], strict=True):
        order = np.argsort(-part)
        best = int(order[0])
        margin = part[best] - part[order[1]] if len(order) > 1 else np.inf
        near = total[best] >= total.max() - ISSUE_BEHIND
        if margin >= ISSUE_MARGIN and part[best] - none >= ISSUE_LEAD and near:
            found.add(best)
    if len(scores.labels) > 1:
        first, second = np.argsort(-scores.fitted[0])[:2]
        if scores.fitted[0][second] >= ISSUE_FITTED:
            found |= {int(first), int(second)}
    found -= set(barred)
    return found if len(found) > 1 else set()
