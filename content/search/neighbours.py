"""How near a text is to the nearest phrases of each page: the part of the score that remembers instead of fits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from content.search.encoder import Array

NEAREST = 8
SHARPNESS = 12.0


class Neighbours:
    """The lessons' vectors, sorted by what they teach."""

    def __init__(self, vectors: Array, taught: Sequence[str], columns: Sequence[str]) -> None:
        """`vectors` of the lessons, what each teaches, and the columns to score, in their order."""
        labels = np.array(taught)
        rows = [np.flatnonzero(labels == column) for column in columns]
        self._vectors = vectors[np.concatenate(rows)]
        self._ends = np.cumsum([len(each) for each in rows])[:-1]

    def nearness(self, asked: Array) -> Array:
        """Shape (texts, columns): a soft mean of the cosines to the nearest lessons of each column."""
        cosines = asked @ self._vectors.T
        columns = [_soft_mean(each) for each in np.split(cosines, self._ends, axis=1)]
        near: Array = np.stack(columns, axis=1)
        return near


def _soft_mean(cosines: Array) -> Array:
    nearest = -np.sort(-cosines, axis=1)[:, :NEAREST]
    mean: Array = np.log(np.exp(SHARPNESS * nearest).mean(axis=1)) / SHARPNESS
    return mean
