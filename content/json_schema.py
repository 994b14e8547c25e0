"""Writes the JSON Schemas that let an editor complete and check the YAML: `python -m content.json_schema`."""

from __future__ import annotations

import json
from pathlib import Path

from content.schema import json_schemas

FOLDER = Path(__file__).parent / "json-schema"


def texts() -> dict[str, str]:
    """File name -> the text it should hold."""
    return {
        f"{name}.json": json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        for name, schema in json_schemas().items()
    }


def write() -> None:
    """Brings the folder up to date with `content.schema`."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in texts().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
