"""The words of Discord's protocol that more than one part of the peer speaks.

Numbers are those of the Discord API v10 reference: components, interactions, message flags, error codes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from enum import IntEnum
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]

SUPPRESS_NOTIFICATIONS = 1 << 12
EPHEMERAL = 1 << 6
LOADING = 1 << 7
COMPONENTS_V2 = 1 << 15


class Part(IntEnum):
    """Component types."""

    ROW = 1
    BUTTON = 2
    SELECT = 3
    INPUT = 4
    USER_SELECT = 5
    ROLE_SELECT = 6
    MENTIONABLE_SELECT = 7
    CHANNEL_SELECT = 8
    SECTION = 9
    TEXT = 10
    THUMBNAIL = 11
    GALLERY = 12
    FILE = 13
    SEPARATOR = 14
    CONTAINER = 17
    LABEL = 18
    UPLOAD = 19
    RADIO_GROUP = 21
    CHECKBOX_GROUP = 22
    CHECKBOX = 23


SELECTS = frozenset({3, 5, 6, 7, 8})


class Kind(IntEnum):
    """Interaction types."""

    PING = 1
    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


class Callback(IntEnum):
    """Interaction callback types."""

    PONG = 1
    MESSAGE = 4
    DEFERRED_MESSAGE = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9


class RefusalError(Exception):
    """The answer is an error: HTTP status, Discord's JSON error code and its text."""

    def __init__(self, status: int, code: int, text: str, problems: tuple[str, ...] = ()) -> None:
        super().__init__(text)
        self.status = status
        self.code = code
        self.text = text
        self.problems = problems

    def body(self) -> Json:
        """The error object as Discord words it."""
        said: Json = {"code": self.code, "message": self.text}
        if self.problems:
            said["errors"] = {"_errors": [{"code": "INVALID", "message": text} for text in self.problems]}
        return said


def dumps(body: Any) -> str:
    """Compact JSON, as the platform sends it."""
    return json.dumps(body, separators=(",", ":"))


def children(component: Json) -> Iterator[tuple[str, Json]]:
    """What stands directly inside a component: ("components/0" | "accessory" | "component", it)."""
    inside = component.get("components")
    if isinstance(inside, list):
        for index, child in enumerate(inside):
            if isinstance(child, dict):
                yield f"components/{index}", child
    for name in ("accessory", "component"):
        child = component.get(name)
        if isinstance(child, dict):
            yield name, child


def walk(holder: Json, path: str = "") -> Iterator[tuple[str, Json, Json]]:
    """Every component below a message, modal or component, depth first: (path, component, its parent)."""
    for step, child in children(holder):
        here = f"{path}/{step}" if path else step
        yield here, child, holder
        yield from walk(child, here)
