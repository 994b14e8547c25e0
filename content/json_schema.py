"""Writes the JSON Schemas that let an editor complete and check the YAML: `python -m content.json_schema`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from content.plans import Checklist, Milestone, NudgeKind, SeasonDates
from content.schema import AnyTopic, Pack

FOLDER = Path(__file__).parent / "json-schema"
KINDS: dict[str, Any] = {
    "topic": AnyTopic,
    "checklist": Checklist,
    "nudge": NudgeKind,
    "milestone": Milestone,
    "season": SeasonDates,
    "pack": Pack,
}
"""The kinds of file: name of the schema -> model."""


def texts() -> dict[str, str]:
    """File name -> the text it should hold."""
    schemas = {name: TypeAdapter(model).json_schema() for name, model in KINDS.items()}
    return {f"{name}.json": json.dumps(schema, indent=2, ensure_ascii=False) + "\n" for name, schema in schemas.items()}


def write() -> None:
    """Brings the folder up to date with `content.schema` and `content.plans`."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in texts().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
