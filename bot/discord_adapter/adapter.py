"""The Discord side of the application: connects, stays alive, delivers, stops."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import discord
import structlog
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.discord_adapter.client import MentorClient
from bot.discord_adapter.life import Life, cut
from bot.discord_adapter.respond import PATIENCE
from bot.ports import Answering, Health, Outgoing, Sent
from bot.settings import SettingsError, see
from bot.uploads import NETWORK
from commands.registry import Registry
from scheduler.clock import Clock

log = structlog.get_logger()

LOOK_EVERY = 5.0
"""Seconds between two looks at the connection."""
FINISH_WITHIN = 10.0
"""Seconds that answers under way get when the bot stops."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds between attempts to reach Discord at the start; they double."""


class DiscordAdapter:
    """Implements `bot.ports.Adapter`. Without `gateway` it only delivers, by REST: a pure worker.

    `api_base` and `gateway_url` point discord.py elsewhere (a proxy, a test server), for the whole process.
    `ended` is set when Discord closed the connection for good, as with a token that was reset; `health` says why.
    `monotonic` is what silence is measured with, `patience` how many seconds an answer may take before "working on it".
    """

    platform = "discord"

    def __init__(
        self,
        token: str,
        boundary: Answering,
        registry: Registry,
        clock: Clock,
        *,
        api_base: str | None = None,
        gateway_url: str | None = None,
        gateway: bool = True,
        monotonic: Callable[[], float] = time.monotonic,
        patience: float = PATIENCE,
    ) -> None:
        point_at(api_base, gateway_url)
        self._token = token
        self._boundary = boundary
        self._registry = registry
        self._gateway = gateway
        self._patience = patience
        self._api_base = api_base
        self._life = Life(monotonic, clock)
        self._refused: SettingsError | None = None
        self._connection: asyncio.Task[None] | None = None
        self._watch: asyncio.Task[None] | None = None
        self.ended = asyncio.Event()
        self.client = self._new_client()

    async def start(self) -> None:
        """Log in and, with a gateway, connect. Waits while Discord cannot be reached. Raises `SettingsError`."""
        pause = FIRST_PAUSE
        while not await self._logged_in():
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        if self._gateway:
            await self._connect()

    def stop_accepting(self) -> None:
        """Take no new interaction; what is under way goes on, and `deliver` still works."""
        self.client.accepting = False

    async def stop(self) -> None:
        """Stop accepting, let the answers under way finish, close the connections."""
        await self.client.drain(FINISH_WITHIN)
        tasks = [task for task in (self._watch, self._connection) if task is not None]
        if self._watch is not None:
            self._watch.cancel()
        if self._gateway and self._life.is_deaf:
            cut(self.client)
        await self.client.close()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def deliver(self, message: Outgoing) -> Sent:
        """Send to a person. Raises the delivery errors of `scheduler.retry`."""
        return await self.client.deliver(message)

    def health(self) -> Health:
        """Whether Discord was heard within a minute; for a pure worker, whether it is logged in."""
        if self._refused is not None:
            return Health(False, f"Discord: {self._refused}")
        if self._gateway:
            return self._life.health()
        logged_in = self.client.user is not None and not self.client.is_closed()
        return Health(logged_in, "Discord: logged in" if logged_in else "Discord: not logged in yet")

    def look(self) -> bool:
        """Replace a connection on which nothing was heard for a minute; whether there was one."""
        dead = self._gateway and self._life.is_deaf
        if dead:
            log.warning("connection_replaced", platform="discord")
            cut(self.client)
        return dead

    def _new_client(self) -> MentorClient:
        client = MentorClient(
            self._boundary,
            self._registry,
            heard=self._life.heard,
            patience=self._patience,
            api_base=self._api_base,
        )
        client.registers_commands = self._gateway
        return client

    async def _logged_in(self) -> bool:
        try:
            await self.client.login(self._token)
        except discord.LoginFailure as fault:
            await self.client.close()
            raise refusal("Discord refuses this token") from fault
        except discord.HTTPException as fault:
            log.warning("discord_not_reached", status=fault.status)
            if fault.status < 500 and fault.status != 429:
                raise
        except (discord.RateLimited, *NETWORK) as fault:
            log.warning("discord_not_reached", reason=type(fault).__name__)
        else:
            return True
        await self.client.close()
        self.client = self._new_client()
        return False

    async def _connect(self) -> None:
        self._connection = asyncio.create_task(self.client.connect(), name="discord-gateway")
        self._connection.add_done_callback(self._ended)
        up = asyncio.create_task(self._life.up.wait(), name="discord-up")
        try:
            await asyncio.wait({self._connection, up}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            up.cancel()
        if self._refused is not None:
            await self.client.close()
            raise self._refused
        self._watch = asyncio.create_task(self._keep_looking(), name="discord-watchdog")

    async def _keep_looking(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY)
            self.look()

    def _ended(self, connection: asyncio.Task[None]) -> None:
        """The library gave up: the token was reset, or the application lacks an intent. It says so only once."""
        fault = None if connection.cancelled() else connection.exception()
        if fault is None:
            return
        if isinstance(fault, discord.PrivilegedIntentsRequired):
            self._refused = refusal("Discord refuses the intents (4014): allow them in the developer portal")
        elif isinstance(fault, discord.ConnectionClosed):
            self._refused = refusal(f"Discord closed the connection for good ({fault.code}): the token is not valid")
        else:
            self._refused = refusal(f"the connection to Discord ended ({type(fault).__name__})")
        log.error("discord_ended", advice=str(self._refused))
        self.ended.set()


def point_at(api_base: str | None, gateway_url: str | None) -> None:
    """Tell discord.py where Discord is. There are no other seams than these two class attributes."""
    if api_base is not None:
        Route.BASE = api_base.rstrip("/")
    if gateway_url is not None:
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway_url)


def refusal(what: str) -> SettingsError:
    """One line for the operator: the variable, what is wrong with it, where to read on."""
    return SettingsError(f"DISCORD_TOKEN: {what}. {see('DISCORD_TOKEN')}")
