"""The search: a person's words in, a `Finding` out. Prepared at its first use, safe in any thread, keeps nothing."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock

import numpy as np

from content.names import name_of
from content.schema import Topic
from content.search.encoder import Array
from content.search.finding import Finding, Hit
from content.search.language import is_foreign
from content.search.phrases import lessons
from content.search.ranking import Ranking, rank
from content.search.safety import is_figure_of_speech, is_not_harm, says_distress, says_harm
from content.search.trained import Trained, train
from content.search.words import clauses, plain

WHOLE_AT = 0.38
PART_AT = 0.6
HINT_AT = 0.22
"""The model alone is believed when a whole message scores this much, or a part of it does while the whole gives a
hint: a short part has few words, and one heavy word in it says little. The rules need no score."""

OWN_CONDUCT = frozenset({"usce-conduct", "unprofessional-email", "dismissal-or-remediation"})
"""Pages about what the reader did wrong: never an answer to what was done to them."""

WHY = 3


class Searcher:
    """Finds topics by a person's words. Nothing of the words is kept or logged."""

    def __init__(self, topics: Mapping[str, Topic], names: Mapping[str, str]) -> None:
        """`topics` by id, and `names` -> id; learnt from at the first use, not here."""
        self._topics = topics
        self._names = names
        self._lock = Lock()
        self._trained: Trained | None = None

    def prepare(self) -> Trained:
        """Makes the search ready: half a second for the core pack, some seconds for one that was changed."""
        with self._lock:
            if self._trained is None:
                self._trained = train(lessons(self._topics))
            return self._trained

    def find(self, text: str) -> Finding:
        """The pages for `text`; some milliseconds once it is prepared."""
        words = plain(text)
        if not any(letter.isalpha() for letter in words):
            return Finding()
        if says_distress(words):
            return Finding(distress=True)
        named = self._names.get(name_of(text))
        if named is not None:
            return Finding((Hit(named, 1.0, (text.strip(),)),), sure=True)
        if is_foreign(words) or not self._topics:
            return Finding(harm=says_harm(words))
        trained = self.prepare()
        mended = trained.speller(words)
        parts = (mended, *clauses(mended))
        scores, vectors = trained.scores(parts)
        figure = is_figure_of_speech(words)
        if says_distress(mended) or (not figure and _heard(scores.distress)):
            return Finding(distress=True)
        harm = says_harm(words) or says_harm(mended) or (not is_not_harm(mended) and _heard(scores.harm))
        ranking = rank(scores, self._weights(scores.labels), left_out=OWN_CONDUCT if harm else frozenset())
        return self._finding(ranking, trained, vectors, harm)

    def _weights(self, labels: tuple[str, ...]) -> tuple[int, ...]:
        return tuple(self._topics[label].weight for label in labels)

    def _finding(self, ranking: Ranking, trained: Trained, vectors: Array, harm: bool) -> Finding:
        hits = tuple(
            Hit(topic, round(chance, 3), self._why(topic, trained, vectors)) for topic, chance in ranking.topics
        )
        return Finding(hits, ranking.sure, harm=harm, issues=ranking.issues)

    def _why(self, topic: str, trained: Trained, vectors: Array) -> tuple[str, ...]:
        """The phrases of the page that mean most nearly the same."""
        rows = [row for row, lesson in enumerate(trained.taught) if lesson.label == topic]
        near = (trained.vectors[rows] @ vectors.T).max(axis=1)
        return tuple(trained.taught[rows[place]].text for place in np.argsort(-near)[:WHY])


def _heard(scores: Array) -> bool:
    """Whether the model hears it; the first score is that of the whole message, the others of its parts."""
    return bool(scores[0] >= WHOLE_AT or (scores[0] >= HINT_AT and scores.max() >= PART_AT))
