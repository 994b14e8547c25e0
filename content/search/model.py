"""The linear model of the search: vectors of texts in, one score for each topic out.

A text's vector is the encoder's meaning of it beside its letter groups (2 to 5 letters, hashed). The scores are a
ridge regression on the lessons; it has no step to tune and is solved at once. Two more columns, for distress and
harm, are fitted on all lessons, near misses among them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from content.search.encoder import SIZE, Array
from content.search.phrases import DISTRESS, HARM, NONE

BUCKETS = 2_048
GROUP_WEIGHT = 1.0
BIAS = 0.3
RIDGE = 1.0
CHUNK = 512
OTHERS = (f"_{NONE}", f"_{DISTRESS}", f"_{HARM}")
"""The columns beside the topics."""

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")


@dataclass(frozen=True, slots=True)
class Scores:
    """The scores of some texts, a row each: `topics` in the order of `labels`, and the three others.

    `fitted` is the part of `topics` that the linear model gives; the nearest phrases are added to it elsewhere.
    """

    labels: tuple[str, ...]
    topics: Array
    fitted: Array
    none: Array
    distress: Array
    harm: Array


@dataclass(frozen=True, slots=True)
class Linear:
    """The fitted model: a weight for each feature and column, and the rarity of each letter group."""

    labels: tuple[str, ...]
    weights: Array
    rarity: Array

    def scores(self, vectors: Array, texts: Sequence[str]) -> Scores:
        """Scores of plain texts whose vectors the encoder gave."""
        columns = features(vectors, texts, self.rarity) @ self.weights
        topics = columns[:, :-3]
        return Scores(self.labels, topics, topics, columns[:, -3], columns[:, -2], columns[:, -1])


def groups(text: str) -> dict[int, float]:
    """Letter groups of a plain text, hashed: bucket -> how often, damped. Whole words count as well."""
    counts: dict[int, int] = {}
    for word in _WORD.findall(text):
        marked = f" {word} "
        found = [marked[i : i + n] for n in (2, 3, 4, 5) for i in range(len(marked) - n + 1)]
        for group in (*found, f"={word}"):
            bucket = crc32(group.encode()) % BUCKETS
            counts[bucket] = counts.get(bucket, 0) + 1
    return {bucket: 1.0 + float(np.log(count)) for bucket, count in counts.items()}


def rarity_of(texts: Sequence[str]) -> Array:
    """How much each bucket tells: the logarithm of one in how many texts has it."""
    counts = np.zeros(BUCKETS, np.float32)
    for text in texts:
        counts[list(groups(text))] += 1
    rarity: Array = (np.log((1 + len(texts)) / (1 + counts)) + 1).astype(np.float32)
    return rarity


def features(vectors: Array, texts: Sequence[str], rarity: Array) -> Array:
    """Shape (texts, 384 + 2048 + 1)."""
    table = np.zeros((len(texts), SIZE + BUCKETS + 1), np.float32)
    table[:, :SIZE] = vectors
    for row, text in enumerate(texts):
        found = groups(text)
        if found:
            buckets = np.fromiter(found, np.int64)
            values = np.fromiter(found.values(), np.float32) * rarity[buckets]
            table[row, SIZE + buckets] = GROUP_WEIGHT * values / np.linalg.norm(values)
    table[:, -1] = BIAS
    return table


def fit(vectors: Array, texts: Sequence[str], taught: Sequence[str]) -> Linear:
    """The model for plain `texts`, their vectors and what each teaches (a topic's id, or a label with `_`)."""
    labels = tuple(sorted({label for label in taught if not label.startswith("_")}))
    rarity = rarity_of(texts)
    # The near misses and the calls for help teach nothing about topics: they would only push all of them down.
    asked = np.array([not label.startswith("_") or label == f"_{NONE}" for label in taught])
    wanted = _wanted(taught, (*labels, *OTHERS))
    size = SIZE + BUCKETS + 1
    gram = np.zeros((size, size), np.float32)
    np.fill_diagonal(gram, RIDGE)
    pull = np.zeros((size, wanted.shape[1]), np.float32)
    weights = np.zeros_like(pull)
    _add(gram, pull, vectors, texts, wanted, rarity, np.flatnonzero(asked))
    weights[:, :-2] = np.linalg.solve(gram, pull[:, :-2])
    _add(gram, pull, vectors, texts, wanted, rarity, np.flatnonzero(~asked))
    weights[:, -2:] = np.linalg.solve(gram, pull[:, -2:])
    return Linear(labels, weights, rarity)


def _add(
    gram: Array,
    pull: Array,
    vectors: Array,
    texts: Sequence[str],
    wanted: Array,
    rarity: Array,
    rows: NDArray[np.intp],
) -> None:
    """Adds some lessons to the sums that the regression is solved from, a few at a time to save memory."""
    for start in range(0, len(rows), CHUNK):
        some = rows[start : start + CHUNK]
        table = features(vectors[some], [texts[row] for row in some], rarity)
        gram += table.T @ table
        pull += table.T @ wanted[some]


def _wanted(taught: Sequence[str], columns: tuple[str, ...]) -> Array:
    """One column a label: 1 where a text teaches it."""
    place = {label: column for column, label in enumerate(columns)}
    wanted = np.zeros((len(taught), len(columns)), np.float32)
    for row, label in enumerate(taught):
        if label in place:
            wanted[row, place[label]] = 1
    return wanted
