"""BERT's uncased tokenizer: words to the numbers that the encoder knows.

Written out here because the usual library for it brings a client for a model hub along, and nothing in this
program may fetch a model. Follows Devlin et al. (2018): lower case, accents off, punctuation apart, then the
longest known pieces of each word from its beginning.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

_TOKEN = re.compile(r"[^\W_]+|[^\w\s]|_")
_LONGEST_WORD = 60


class WordPiece:
    """Turns a text into token numbers, with the marks for its beginning and end."""

    def __init__(self, vocabulary: Mapping[str, int]) -> None:
        """`vocabulary`: piece -> number; a piece inside a word starts with `##`."""
        self._numbers = vocabulary
        self._start, self._end, self._unknown = (vocabulary[mark] for mark in ("[CLS]", "[SEP]", "[UNK]"))

    def words(self) -> frozenset[str]:
        """The whole words of the vocabulary: common English, spelled right."""
        return frozenset(piece for piece in self._numbers if piece.isalpha())

    def numbers(self, text: str, most: int) -> list[int]:
        """At most `most` token numbers, both marks included."""
        plain = unicodedata.normalize("NFD", text.lower())
        plain = "".join(letter for letter in plain if unicodedata.category(letter) != "Mn")
        found: list[int] = []
        for word in _TOKEN.findall(plain):
            found.extend(self._pieces(word))
            if len(found) >= most - 2:
                break
        return [self._start, *found[: most - 2], self._end]

    def _pieces(self, word: str) -> list[int]:
        if len(word) > _LONGEST_WORD:
            return [self._unknown]
        pieces: list[int] = []
        start = 0
        while start < len(word):
            for end in range(len(word), start, -1):
                piece = word[start:end] if start == 0 else f"##{word[start:end]}"
                if piece in self._numbers:
                    pieces.append(self._numbers[piece])
                    start = end
                    break
            else:
                return [self._unknown]
        return pieces
