"""A bot of the desk's features on a loopback Discord, over real sockets."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.discord_adapter import DiscordAdapter
from bot.ports import Outgoing
from commands.ui import Card, Text
from scheduler.clock import ManualClock
from tests.peers.discord import DiscordPeer, Person
from tests.platforms.discord_desk import NOW, Desk


@dataclass
class Ticks:
    """Seconds that a test moves: what the watchdog measures silence with."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Stage:
    """The peer, the desk behind the adapter, and how patient the adapter is."""

    peer: DiscordPeer
    desk: Desk = field(default_factory=Desk)
    ticks: Ticks = field(default_factory=Ticks)

    def adapter(self, *, token: str = "", gateway: bool = True, patience: float = 5.0) -> DiscordAdapter:
        """Not yet started."""
        return DiscordAdapter(
            token or self.peer.token,
            self.desk,
            self.desk.registry,
            ManualClock(NOW),
            api_base=self.peer.api_base,
            gateway_url=self.peer.gateway_url,
            gateway=gateway,
            monotonic=self.ticks,
            patience=patience,
        )

    @asynccontextmanager
    async def running(self, *, gateway: bool = True, patience: float = 5.0) -> AsyncIterator[DiscordAdapter]:
        """A started adapter."""
        adapter = self.adapter(gateway=gateway, patience=patience)
        await adapter.start()
        try:
            yield adapter
        finally:
            await adapter.stop()


@asynccontextmanager
async def opened(heartbeat_ms: int = 41_250) -> AsyncIterator[Stage]:
    """A loopback Discord that finds nothing to object to, and leaves discord.py pointing where it did before."""
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    try:
        async with DiscordPeer(heartbeat_ms=heartbeat_ms) as peer:
            yield Stage(peer)
            assert peer.violations == [], peer.violations
            assert peer.mistakes == [], peer.mistakes
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before


def nudge(person: Person, key: str = "ob1", **more: object) -> Outgoing:
    """A message of the outbox."""
    card = Card("Letters", (Text("Ask one person today."),), preview="Your nudge")
    return Outgoing(person.id, "", card, key, **more)  # type: ignore[arg-type]
