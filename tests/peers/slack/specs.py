"""Where Slack's own descriptions of its API lie, and what is read from them.

They stay out of the project: the folder is named by TEST_SPECS_DIR (default `../shared/specs` beside the
repository). Without it `available()` is false and everything that needs it skips, aloud.
"""

from __future__ import annotations

import json
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

Json = dict[str, Any]

_REPOSITORY = Path(__file__).resolve().parents[3]


def folder() -> Path:
    """The specs folder, whether or not it exists; a relative TEST_SPECS_DIR counts from the repository."""
    return _REPOSITORY / os.environ.get("TEST_SPECS_DIR", "../shared/specs")


def available() -> bool:
    """Is the part about Slack there?"""
    return (folder() / "blockkit" / "blockkit.schema.json").is_file()


def missing_notice() -> str:
    """What a skipped test or a peer without checks says."""
    return f"Slack's specifications are not at {folder()}: set TEST_SPECS_DIR to check payloads against them"


@lru_cache(maxsize=1)
def block_kit_schema() -> Json:
    """JSON Schema (draft 7) of every block, of messages, Home tabs and modals."""
    return _read(folder() / "blockkit" / "blockkit.schema.json")


@lru_cache(maxsize=1)
def limits() -> dict[str, dict[str, Any]]:
    """The table of limits that the schema cannot say: part -> name -> value, its sources left out."""
    table = _read(folder() / "blockkit" / "limits.json")
    return {
        part: {name: entry[0] for name, entry in rows.items() if isinstance(entry, list)}
        for part, rows in table.items()
        if isinstance(rows, dict)
    }


@lru_cache(maxsize=1)
def methods() -> dict[str, Json]:
    """Web API method -> its arguments, example answers and error names."""
    return {path.stem: _read(path) for path in sorted((folder() / "methods").glob("*.json"))}


def _read(path: Path) -> Json:
    found: Json = json.loads(path.read_text(encoding="utf-8"))
    return found
