from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import TypeAlias

import discord
import pytest
import yarl

from tests.peers.discord import DiscordPeer
from tests.peers.discord.bare_bot import BareBot

Start: TypeAlias = Callable[[BareBot], Awaitable[asyncio.Task[None]]]


@pytest.fixture
async def peer() -> AsyncIterator[DiscordPeer]:
    """A checking peer that, at the end, has answered as Discord's own description says."""
    async with DiscordPeer(heartbeat_ms=200) as running:
        yield running
    assert running.mistakes == []


@pytest.fixture
async def start(peer: DiscordPeer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Start]:
    """Starts a bot against the peer: its `start()` as a task. All are closed at the end."""
    monkeypatch.setattr(discord.http.Route, "BASE", peer.api_base)
    monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(peer.gateway_url))
    running: list[tuple[BareBot, asyncio.Task[None]]] = []

    async def started(bot: BareBot) -> asyncio.Task[None]:
        task = asyncio.create_task(bot.start(peer.token))
        running.append((bot, task))
        return task

    yield started
    for bot, task in running:
        await bot.close()
        with suppress(discord.DiscordException, asyncio.CancelledError):
            await task


@pytest.fixture
async def bot(peer: DiscordPeer, start: Start) -> BareBot:
    """A connected bare bot."""
    bare = BareBot()
    await start(bare)
    await peer.ready()
    return bare
