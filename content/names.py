"""The names that a page goes by, written so that capitals, hyphens and spaces make no difference."""

from __future__ import annotations

from collections.abc import Mapping

from rapidfuzz import utils

from content.schema import Topic


def name_of(text: str) -> str:
    """The text as names are compared."""
    return " ".join(utils.default_process(text.replace("-", " ")).split())


def names_of(topics: Mapping[str, Topic]) -> dict[str, str]:
    """Every name -> the id of its page. Ids win over titles, titles over aliases."""
    names = {name_of(topic.id): topic.id for topic in topics.values()}
    for topic in topics.values():
        names.setdefault(name_of(topic.title), topic.id)
    for topic in topics.values():
        for alias in topic.aliases:
            names.setdefault(name_of(alias), topic.id)
    return names
