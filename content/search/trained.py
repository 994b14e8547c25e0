"""The fitted search for one set of lessons: taken from its file when it is there, fitted when it is not.

`packs/core/search/model.npz` holds what fitting the core pack gives, so that a start takes no time: the linear
model, and the vector of each lesson. A pack that differs (a community's overlay, a page being written) is fitted
at its first use, on the stored vectors for what is not new; that takes about two seconds, and nothing is written.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from content.search.encoder import Array, Encoder
from content.search.model import Linear, Scores, fit
from content.search.neighbours import Neighbours
from content.search.phrases import DISTRESS, FOLDER, HARM, NONE, SIDES, Lesson, fingerprint
from content.search.words import Speller, plain

MODEL_FILE = FOLDER / "model.npz"
_CODE = tuple(Path(__file__).with_name(name) for name in ("words.py", "model.py", "encoder.py", "wordpiece.py"))
"""What turns a lesson into numbers: a file made by other code is not used."""

_STEPS = 127.0
"""Stored vectors are whole numbers of a 127th: an eighth of the size, and no difference in what is found."""


@dataclass(frozen=True, slots=True)
class Trained:
    """Everything an answer needs. `vectors` are those of the lessons, in their order."""

    encoder: Encoder
    speller: Speller
    linear: Linear
    neighbours: Neighbours
    taught: tuple[Lesson, ...]
    vectors: Array

    @classmethod
    def of(
        cls, encoder: Encoder, speller: Speller, linear: Linear, taught: tuple[Lesson, ...], vectors: Array
    ) -> Trained:
        """The parts put together."""
        labels = [lesson.label for lesson in taught]
        columns = (*linear.labels, *(f"_{name}" for name in (NONE, *SIDES, DISTRESS, HARM)))
        neighbours = Neighbours(vectors, labels, columns)
        return cls(encoder, speller, linear, neighbours, taught, vectors)

    def scores(self, texts: Sequence[str]) -> tuple[Scores, Array]:
        """The scores of plain, mended texts, and their vectors."""
        vectors = self.encoder.encode(texts)
        fitted = self.linear.scores(vectors, texts)
        near = self.neighbours.nearness(vectors)
        count = len(fitted.labels)
        scores = replace(
            fitted,
            topics=fitted.topics + near[:, :count],
            none=fitted.none + near[:, count],
            distress=fitted.distress + _ahead(near, -2),
            harm=fitted.harm + _ahead(near, -1),
        )
        return scores, vectors


def _ahead(near: Array, column: int) -> Array:
    """How much nearer the texts are to one column's lessons than to any other's."""
    ahead: Array = near[:, column] - np.delete(near, column, axis=1).max(axis=1)
    return ahead


def train(taught: tuple[Lesson, ...], file: Path = MODEL_FILE) -> Trained:
    """The search for these lessons. Half a second when `file` was made from them, some seconds otherwise."""
    encoder = Encoder()
    texts = [plain(lesson.text) for lesson in taught]
    own = [text for text, lesson in zip(texts, taught, strict=True) if not lesson.label.startswith("_")]
    speller = Speller(own, encoder.pieces.words())
    stored = _Stored.read(file)
    if stored.key == _key(taught) and stored.linear is not None and stored.vectors is not None:
        vectors = stored.vectors.astype(np.float32) / np.float32(_STEPS)
        return Trained.of(encoder, speller, stored.linear, taught, vectors)
    mended = [speller(text) for text in texts]
    vectors = _vectors(mended, stored, encoder)
    linear = fit(vectors, mended, [lesson.label for lesson in taught])
    return Trained.of(encoder, speller, linear, taught, vectors)


def write(trained: Trained, file: Path = MODEL_FILE) -> None:
    """Keeps a fitted search for the next start."""
    mended = [trained.speller(plain(lesson.text)) for lesson in trained.taught]
    part = file.with_suffix(".part.npz")
    np.savez_compressed(
        part,
        key=np.array(_key(trained.taught)),
        labels=np.array(trained.linear.labels),
        weights=trained.linear.weights.astype(np.float16),
        rarity=trained.linear.rarity.astype(np.float16),
        hashes=_hashes(mended),
        vectors=np.round(trained.vectors * _STEPS).astype(np.int8),
    )
    os.replace(part, file)


@dataclass(frozen=True, slots=True)
class _Stored:
    key: str = ""
    linear: Linear | None = None
    hashes: NDArray[np.uint64] | None = None
    vectors: NDArray[np.int8] | None = None

    @classmethod
    def read(cls, file: Path) -> _Stored:
        if not file.exists():
            return cls()
        with np.load(file) as data:
            labels = tuple(str(label) for label in data["labels"])
            weights, rarity = data["weights"].astype(np.float32), data["rarity"].astype(np.float32)
            return cls(str(data["key"]), Linear(labels, weights, rarity), data["hashes"], data["vectors"])


def _vectors(texts: Sequence[str], stored: _Stored, encoder: Encoder) -> Array:
    known: dict[int, Array] = {}
    if stored.hashes is not None and stored.vectors is not None:
        rows = stored.vectors.astype(np.float32) / np.float32(_STEPS)
        known = dict(zip(stored.hashes.tolist(), rows, strict=True))
    hashes = _hashes(texts).tolist()
    missing = sorted(
        {h: t for h, t in zip(hashes, texts, strict=True) if h not in known}.items(), key=lambda i: len(i[1])
    )
    for start in range(0, len(missing), 32):
        batch = missing[start : start + 32]
        for (each, _), vector in zip(batch, encoder.encode([text for _, text in batch]), strict=True):
            known[each] = vector
    return np.stack([known[each] for each in hashes])


def _hashes(texts: Sequence[str]) -> NDArray[np.uint64]:
    digests = (blake2b(text.encode(), digest_size=8).digest() for text in texts)
    return np.array([int.from_bytes(digest, "little") for digest in digests], np.uint64)


def _key(taught: tuple[Lesson, ...]) -> str:
    code = blake2b(b"".join(path.read_bytes() for path in _CODE), digest_size=8).hexdigest()
    return f"{code}:{fingerprint(taught)}"
