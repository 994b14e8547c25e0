"""Slack's own sample payloads, ready to be delivered: what an app may meet, in and out of the ordinary."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from tests.peers.slack import specs
from tests.peers.slack.records import Kind
from tests.peers.slack.specs import Json

NOWHERE = "http://127.0.0.1:9/response"


@dataclass(frozen=True, slots=True)
class Sample:
    """One payload; `name` is the file it comes from, `url_verification` is for HTTP only."""

    name: str
    kind: Kind
    payload: Json

    @property
    def http_only(self) -> bool:
        """Socket Mode has no such delivery."""
        return self.payload.get("type") == "url_verification"


def samples(response_url: str = NOWHERE) -> tuple[Sample, ...]:
    """Filled-in samples and shapes (every key ever seen, values empty), each event with an event_id of its own.

    Their response addresses lead to Slack; here they all become `response_url`. Raises FileNotFoundError
    without the specifications.
    """
    if not specs.available():
        raise FileNotFoundError(specs.missing_notice())
    filled = sorted((specs.folder() / "payload-samples").iterdir())
    shapes = sorted((specs.folder() / "payload-shapes").glob("*Payload.json"))
    return tuple(
        _sample(path, response_url) for path in (*filled, *shapes) if path.name.endswith((".json", ".form.txt"))
    )


def _sample(path: Path, response_url: str) -> Sample:
    text = path.read_text(encoding="utf-8").strip()
    name = path.name.removesuffix(".json").removesuffix(".form.txt")
    found: Json = dict(parse_qsl(text, keep_blank_values=True)) if path.suffix == ".txt" else json.loads(text)
    payload: Json = _redirected(found, response_url)
    if "event" in payload:
        return Sample(name, "event", payload | {"type": "event_callback", "event_id": f"Ev{name}"})
    if payload.get("type") == "url_verification":
        return Sample(name, "event", payload)
    if "command" in payload:
        return Sample(name, "slash", {key: str(value) for key, value in payload.items()})
    return Sample(name, "interactive", payload)


def _redirected(node: Any, response_url: str) -> Any:
    if isinstance(node, list):
        return [_redirected(child, response_url) for child in node]
    if isinstance(node, dict):
        return {
            key: response_url if key == "response_url" else _redirected(child, response_url)
            for key, child in node.items()
        }
    return node
