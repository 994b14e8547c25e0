"""The search for `find --jsonl`: one object in, one object out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from content.catalog import Catalog


def answer_question_line(line: Mapping[str, Any], catalog: Catalog) -> dict[str, Any]:
    """The answer to `{"id", "text"}`: `{"id", "topics", "sure", "distress"}`, or `{"id", "error"}`.

    `topics` are at most three ids, best first; none when there is no page, and on distress.
    """
    identity = line.get("id")
    text = line.get("text")
    if not isinstance(text, str):
        return {"id": identity, "error": "`text` is missing or not a text"}
    finding = catalog.find(text)
    return {
        "id": identity,
        "topics": [hit.id for hit in finding.topics],
        "sure": finding.sure,
        "distress": finding.distress,
    }
