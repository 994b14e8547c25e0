"""Trouble on demand: error answers, lost answers, cut connections, requests held back by a test."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import translate
from typing import Any

from tests.peers.discord.wire import Json

CLOUD = {"Via": "1.1 google"}  # without it discord.py takes a 429 for a ban and raises at once


@dataclass(slots=True, eq=False)
class Request:
    """One request of the bot. `status` is 0 as long as there is no answer; `path` lacks the "/api/v10"."""

    method: str
    path: str
    route: str
    body: Any = None
    status: int = 0
    code: int = 0

    @property
    def line(self) -> str:
        """What faults are matched with, as in "POST /channels/12/messages"."""
        return f"{self.method} {self.path}"


@dataclass(slots=True, eq=False)
class Fault:
    """The next `times` requests that match get this answer. Status 0 cuts the connection instead.

    `after`: the work is done first, so that only the answer is lost.
    """

    match: str
    status: int
    times: int
    body: Json | None
    headers: Mapping[str, str]
    after: bool
    seen: int = 0


@dataclass(slots=True, eq=False)
class Hold:
    """Holds back the next request that matches, before anything is done with it."""

    match: str
    request: Request | None = None
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _open: asyncio.Event = field(default_factory=asyncio.Event)

    async def arrived(self, timeout: float = 5.0) -> Request:
        """Wait until the request is there."""
        async with asyncio.timeout(timeout):
            await self._arrived.wait()
        assert self.request is not None
        return self.request

    def release(self) -> None:
        """Let it through."""
        self._open.set()

    async def wait(self) -> None:
        """Called by the server: stand here until released."""
        self._arrived.set()
        await self._open.wait()


@dataclass(slots=True, eq=False)
class Faults:
    """What is to go wrong, in the order it was asked for."""

    waiting: list[Fault] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)

    def take(self, request: Request) -> Fault | None:
        """The fault that this request meets, used up by one."""
        for fault in self.waiting:
            if fits(fault.match, request.line):
                fault.seen += 1
                if fault.seen >= fault.times:
                    self.waiting.remove(fault)
                return fault
        return None

    def take_hold(self, request: Request) -> Hold | None:
        """What holds this request back; each hold takes one."""
        for hold in self.holds:
            if hold.request is None and fits(hold.match, request.line):
                hold.request = request
                return hold
        return None

    def release_all(self) -> None:
        """Nobody waits for a test that is over."""
        for hold in self.holds:
            hold.release()


def fits(match: str, line: str) -> bool:
    """Whether "METHOD /path" fits a pattern; `*` and `{anything}` stand for one step of the path."""
    pattern = re.sub(r"\{[^}]*\}", "*", match)
    return re.fullmatch(translate(pattern).replace(".*", "[^/]*"), line) is not None


def throttled(retry_after: float, *, everywhere: bool, via: bool) -> tuple[Json, dict[str, str]]:
    """Body and headers of a 429."""
    body = {
        "message": "You are being rate limited.",
        "retry_after": retry_after,
        "global": everywhere,
        "code": 0,
    }
    headers = {
        "Retry-After": str(int(retry_after) + 1),
        "X-RateLimit-Scope": "global" if everywhere else "user",
    }
    if everywhere:
        headers["X-RateLimit-Global"] = "true"
    return body, headers | (CLOUD if via else {})
