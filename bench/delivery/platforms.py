"""A Discord and a Slack inside this process: they limit, remember, fail when told to, and keep all that they showed."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.ports import Health, Outgoing, Sent
from scheduler.clock import Clock
from scheduler.retry import Throttled, Transient

NONCES_KEPT = timedelta(minutes=3)
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Post:
    """A message that a person sees."""

    user: str
    key: str
    at: datetime


class Platform:
    """What it is to the adapter below. The limits go by the clock that is given.

    `fails`: every request is answered with 500 and not carried out. `loses`: asked at each request whether the answer
    gets lost after the request was carried out. `gate`: answers wait for it, after the request was carried out.
    """

    def __init__(self, name: str, clock: Clock) -> None:
        self.name = name
        self.posts: list[Post] = []
        self.refusals = 0
        self.fails = False
        self.loses: Callable[[], bool] = lambda: False
        self.gate: asyncio.Event | None = None
        self._clock = clock
        self._by_user: dict[str, list[Post]] = defaultdict(list)
        self._recent: dict[str, deque[datetime]] = defaultdict(deque)

    def find(self, user: str, key: str) -> bool:
        """Whether the history of the person's direct messages shows a message with this key."""
        self._admit("history")
        found = any(post.key == key for post in self._by_user[user][-50:])
        self._maybe_lose()
        return found

    def post(self, user: str, key: str) -> None:
        """Show a message, unless Discord knows its nonce."""
        self._admit(user)
        now = self._clock.now()
        known = self.name == "discord" and any(
            post.key == key and timedelta() <= now - post.at <= NONCES_KEPT for post in self._by_user[user]
        )
        if not known:
            made = Post(user, key, now)
            self.posts.append(made)
            self._by_user[user].append(made)
        self._maybe_lose()

    def _admit(self, channel: str) -> None:
        if self.fails:
            raise Transient("500")
        most, lane = (50, "") if self.name == "discord" else (1, channel)
        now, recent = self._clock.now(), self._recent[lane]
        while recent and not timedelta() <= now - recent[0] < SECOND:
            recent.popleft()
        if channel != "history" and len(recent) >= most:
            self.refusals += 1
            raise Throttled(recent[0] + SECOND - now, "429")
        recent.append(now)

    def _maybe_lose(self) -> None:
        if self.loses():
            raise Transient("TimeoutError")


class InProcess:
    """`bot.ports.Adapter` for a `Platform`, with the order of steps that both real adapters have."""

    def __init__(self, to: Platform) -> None:
        self.platform = to.name
        self.ended = asyncio.Event()
        self._to = to

    async def start(self) -> None:
        """Nothing to connect to."""

    def stop_accepting(self) -> None:
        """Nothing comes in."""

    async def stop(self) -> None:
        """Nothing to close."""

    async def deliver(self, message: Outgoing) -> Sent:
        """Look first when it may be out already; then send."""
        await asyncio.sleep(0)
        if not (message.repeated and self._to.find(message.user, message.key)):
            self._to.post(message.user, message.key)
        if self._to.gate is not None:
            await self._to.gate.wait()
        return Sent(f"D{message.user}", message.key)

    def health(self) -> Health:
        """Always well."""
        return Health(True, "in this process")
