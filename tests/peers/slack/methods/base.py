"""What every method is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from tests.peers.slack.specs import Json
from tests.peers.slack.state import World


class Refused(Exception):
    """Slack answers `ok: false` with this error name; `more` joins the answer."""

    def __init__(self, error: str, status: int = 200, **more: object) -> None:
        super().__init__(error)
        self.error = error
        self.status = status
        self.more = more


@dataclass(frozen=True, slots=True)
class Method:
    """What a method does, which token it takes, and one of which scopes it needs."""

    run: Callable[[World, Json], Json]
    scopes: tuple[str, ...] = ()
    token: Literal["bot", "app", "any"] = "bot"
    carries: Literal["message", "view", ""] = ""
