"""A bot of the desk's features on a loopback Slack, over real sockets, by either of the two ways in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.ports import Outgoing
from bot.slack_adapter import SlackAdapter
from commands.context import Ctx, Invocation
from commands.outcomes import Outcome, Reply
from commands.registry import Feature, Registry
from commands.ui import Buttons, Card, LinkButton, Text
from scheduler.clock import ManualClock
from tests.end_to_end.discord_stage import Ticks
from tests.peers.slack import SlackPeer, User
from tests.peers.slack.server import Mode
from tests.platforms import discord_desk
from tests.platforms.discord_desk import NOW, Desk, step

tab = Feature("tab")


@tab.on_home
async def home(ctx: Ctx) -> Reply:
    """The Home tab: a step with its buttons."""
    return Reply(step(7, done=False))


@tab.command("links", "An answer with a link")
async def link(ctx: Ctx) -> Reply:
    """A button that only opens an address."""
    return Reply(Card("Links", (Text("Read more"), Buttons((LinkButton("Open ECFMG", "https://www.ecfmg.org/"),)))))


class SlackDesk(Desk):
    """The desk with a Home tab, which greets nobody: Slack does not tell who installed the app."""

    async def run(self, invocation: Invocation) -> Outcome | None:
        if invocation.name == "installed":
            self.seen.append(invocation)
            return None
        return await super().run(invocation)


def desk() -> Desk:
    """With its registry."""
    return SlackDesk(Registry([discord_desk.feature, tab]))


@dataclass
class Stage:
    """The peer, the desk behind the adapter, and how patient the adapter is."""

    peer: SlackPeer
    desk: Desk = field(default_factory=desk)
    ticks: Ticks = field(default_factory=Ticks)

    def adapter(self, *, patience: float = 2.0, **changed: Any) -> SlackAdapter:
        """Not yet started."""
        way_in: dict[str, Any] = (
            {"app_token": self.peer.app_token}
            if self.peer.mode == "socket"
            else {"signing_secret": self.peer.signing_secret}
        )
        settings = {"bot_token": self.peer.bot_token, "api_base": self.peer.api_base, **way_in, **changed}
        clock = ManualClock(NOW)
        return SlackAdapter(self.desk, self.desk.registry, clock, monotonic=self.ticks, patience=patience, **settings)

    @asynccontextmanager
    async def running(self, *, patience: float = 2.0, **changed: Any) -> AsyncIterator[SlackAdapter]:
        """A started adapter that Slack can reach."""
        adapter = self.adapter(patience=patience, **changed)
        await adapter.start()
        runner = None
        if self.peer.mode == "http":
            runner = await _serve(self.peer, adapter)
        await self.peer.ready()
        try:
            yield adapter
        finally:
            await adapter.stop()
            if runner is not None:
                await runner.cleanup()


async def _serve(peer: SlackPeer, adapter: SlackAdapter) -> web.AppRunner:
    async def events(request: web.Request) -> web.Response:
        status, headers, body = await adapter.handle_http(request.headers, await request.text())
        return web.Response(status=status, headers=headers, text=body)

    app = web.Application()
    app.add_routes([web.post("/slack/events", events)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    peer.connect_http(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
    return runner


@asynccontextmanager
async def opened(mode: Mode) -> AsyncIterator[Stage]:
    """A loopback Slack that finds nothing to object to."""
    async with SlackPeer(mode) as peer:
        yield Stage(peer)
        assert peer.violations == [], peer.violations


def nudge(person: User, key: str = "ob1", **more: Any) -> Outgoing:
    """A message of the outbox."""
    card = Card("Letters", (Text("Ask one person today."),), preview="Your nudge")
    return Outgoing(person.id, "", card, key, **more)
