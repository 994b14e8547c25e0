"""The search, prepared at its first use and safe in any thread."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock

from content.schema import Topic
from content.search.finding import Finding


class Searcher:
    """Finds topics by a person's words. Nothing of the words is kept."""

    def __init__(self, topics: Mapping[str, Topic]) -> None:
        self._topics = topics
        self._lock = Lock()

    def prepare(self) -> None:
        """Makes the model ready; again is harmless."""

    def find(self, text: str) -> Finding:
        """The pages for `text`."""
        return Finding()
