"""What the search learns from: how people ask for each page, and what they write when no page fits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

from content.schema import Topic

FOLDER = Path(__file__).parents[1] / "packs" / "core" / "search"

NONE = "none"
DISTRESS = "distress"
HARM = "harm"
SIDES = ("not-distress", "not-harm")


@dataclass(frozen=True, slots=True)
class Lesson:
    """One text and what it teaches: a topic's id, or `none`, `distress`, `harm` or a near miss of these."""

    text: str
    label: str


def lessons(topics: Mapping[str, Topic]) -> tuple[Lesson, ...]:
    """Everything to learn from, topics first, in a fixed order."""
    taught: list[Lesson] = []
    for topic_id in sorted(topics):
        topic = topics[topic_id]
        texts = dict.fromkeys((topic.title, topic.short, *topic.aliases, *topic.asked_like))
        taught.extend(Lesson(text, topic_id) for text in texts)
    for label in (NONE, DISTRESS, HARM, *SIDES):
        # A label of our own never meets a topic's id: ids are checked against these names by a test.
        taught.extend(Lesson(text, f"_{label}") for text in _lines(label))
    return tuple(taught)


def fingerprint(taught: tuple[Lesson, ...]) -> str:
    """Changes when anything that is learnt from changes."""
    digest = blake2b(digest_size=16)
    for lesson in taught:
        digest.update(f"{lesson.label}\0{lesson.text}\0".encode())
    return digest.hexdigest()


@lru_cache
def _lines(label: str) -> tuple[str, ...]:
    text = (FOLDER / f"{label}.txt").read_text(encoding="utf-8")
    return tuple(line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))
