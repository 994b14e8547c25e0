"""The loopback Discord: one object that a test, or the benchmark, starts, drives and asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import TracebackType
from typing import Self

from aiohttp import web

from tests.peers.discord.clock import PeerClock
from tests.peers.discord.faults import Fault, Hold, Request, throttled
from tests.peers.discord.gate import PREFIX, Gate, Violation
from tests.peers.discord.gateway import DIRECT_MESSAGES, GUILD_MEMBERS, GUILD_MESSAGES, GUILDS, PRIVILEGED, Gateway
from tests.peers.discord.interactions import Interactions
from tests.peers.discord.messages import Messages
from tests.peers.discord.person import PATIENCE, Person
from tests.peers.discord.rest import Rest
from tests.peers.discord.views import Message, message_view
from tests.peers.discord.wire import Json
from tests.peers.discord.world import Guild, World, guild_create, member

EVERY_INTENT = (1 << 26) - 1
CLOSED_DIRECT_MESSAGES = 50007


class DiscordPeer:
    """A Discord of this process: HTTP API and gateway on one port of 127.0.0.1.

    `check`: hold every body and frame against Discord's description and limits (some 2 ms each; the benchmark turns
    it off). `privileged`: the privileged intents that the developer has switched on, none by default; a client that
    asks for more is closed with 4014. `start`: the time on the peer's clock at the beginning.

        async with DiscordPeer() as peer:
            ...start the bot with peer.environment()...
            await peer.ready()
            answer = await peer.user("amina").slash("redflag", {"topic": "gap"})
            assert answer.ephemeral and not peer.violations
    """

    def __init__(
        self,
        *,
        check: bool = True,
        token: str = "loopback.token",
        privileged: int = 0,
        heartbeat_ms: int = 41_250,
        start: datetime | None = None,
    ) -> None:
        self.token = token
        self.clock = PeerClock(start)
        self.world = World(self.clock)
        self.messages = Messages(self.world, self._announce)
        self.interactions = Interactions(self.world, self.messages)
        intents = EVERY_INTENT & ~PRIVILEGED | privileged
        self.rest = Rest(self.world, self.messages, self.interactions, self._left, allowed_intents=intents)
        self.gate = Gate(self.rest, token, check)
        self.gateway = Gateway(self.world, token, intents, heartbeat_ms, self.gate.found, self.gate.check_frame)
        self.guild = self.world.add_guild("Residency Hub", *[self.world.add_account("owner")] * 2)
        self._people: dict[str, Person] = {"owner": Person(self, self.guild.owner)}
        self.api_base = self.gateway_url = ""

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=30 << 20)
        self.gate.add_to(app)
        app.router.add_get("/", self.gateway.handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.messages.origin = f"http://{host}:{port}"
        self.api_base = self.messages.origin + PREFIX
        self.gateway_url = self.gateway.url = self.rest.gateway_url = f"ws://{host}:{port}/"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.gate.faults.release_all()
        await self.gateway.drop(None)
        await self._runner.cleanup()

    def environment(self) -> dict[str, str]:
        """The settings that make a bot process talk to this peer."""
        return {
            "DISCORD_TOKEN": self.token,
            "DISCORD_API_BASE": self.api_base,
            "DISCORD_GATEWAY_URL": self.gateway_url,
        }

    # -- what happened

    @property
    def violations(self) -> list[Violation]:
        """What the client said that Discord would refuse; it was refused here too."""
        return self.gate.violations

    @property
    def mistakes(self) -> list[Violation]:
        """What this peer itself did differently from Discord's description: its own faults."""
        return self.gate.mistakes

    @property
    def requests(self) -> list[Request]:
        """Every request, in the order of arrival; status 0 as long as it has no answer."""
        return self.gate.requests

    @property
    def commands(self) -> list[Json]:
        """The registered global commands."""
        return self.world.commands[None]

    def direct_messages(self, person: Person) -> tuple[Message, ...]:
        """What the bot wrote to a person directly, oldest first; answers to interactions there are included."""
        channel = self.world.direct.get(person.id)
        mine = (raw for raw in self.messages.of(channel.id)) if channel is not None else iter(())
        return tuple(message_view(self.messages, raw) for raw in mine if raw["author"]["id"] == self.world.bot.id)

    def channel_messages(self, guild: Guild | None = None) -> tuple[Message, ...]:
        """What everybody sees in the channel of a guild, oldest first."""
        found = self.messages.of((guild or self.guild).channel_id)
        return tuple(message_view(self.messages, raw) for raw in found)

    def forget(self) -> None:
        """Drop messages, interactions and the log of requests: a long benchmark need not keep them."""
        for kept in (self.messages.by_id, self.messages.files, self.interactions.by_id, self.interactions.by_token):
            kept.clear()
        self.interactions.readers.clear()
        self.gate.requests.clear()

    async def until(
        self, holds: Callable[[], object], timeout: float = PATIENCE, missing: Callable[[], str] | None = None
    ) -> None:
        """Wait for a condition on what is to be seen here; looked at whenever something changes."""
        await self.world.signal.until(holds, timeout, missing or (lambda: "the condition does not hold"))

    async def ready(self, *, timeout: float = 10.0) -> None:
        """Wait until a client has identified, or come back, and can hear."""
        await self.until(lambda: self.gateway.live, timeout, self._no_client)

    async def identified(self, times: int, *, timeout: float = 10.0) -> None:
        """Wait until clients have begun this many sessions."""
        await self.until(lambda: self.gateway.identified >= times, timeout, self._no_client)

    async def resumed(self, times: int, *, timeout: float = 10.0) -> None:
        """Wait until clients have resumed this many times."""
        await self.until(lambda: self.gateway.resumed >= times, timeout, self._no_client)

    # -- people and communities

    def user(self, name: str, *, locale: str = "en-US", permissions: int | None = None) -> Person:
        """The person with this name, the same one each time; "owner" owns the default guild."""
        if name not in self._people:
            account = self.world.add_account(name, locale=locale)
            if permissions is not None:
                account.permissions = permissions
            self._people[name] = Person(self, account)
        return self._people[name]

    def close_dms(self, person: Person, code: int = CLOSED_DIRECT_MESSAGES) -> None:
        """From now on Discord refuses direct messages to this person (50007; 50278 without a common guild)."""
        self.world.closed[person.id] = code

    def open_dms(self, person: Person) -> None:
        """The person takes direct messages again."""
        self.world.closed.pop(person.id, None)

    def add_guild(self, name: str, *, owner: Person | None = None, installer: Person | None = None) -> Guild:
        """The bot joins a community; the audit log says who invited it, unless `shows_audit_log` is unset."""
        of = (owner or self.user("owner")).account
        guild = self.world.add_guild(name, of, installer.account if installer else of)
        self.gateway.dispatch("GUILD_CREATE", guild_create(self.world, guild, joined=True), GUILDS)
        return guild

    def remove_guild(self, guild: Guild | None = None, *, outage: bool = False) -> None:
        """The bot is thrown out of a community; with `outage` the community only cannot be reached."""
        gone = guild or self.guild
        if outage:
            gone.unavailable = True
            self.gateway.dispatch("GUILD_DELETE", {"id": gone.id, "unavailable": True}, GUILDS)
        else:
            gone.present = False
            self.gateway.dispatch("GUILD_DELETE", {"id": gone.id}, GUILDS)

    def restore_guild(self, guild: Guild | None = None) -> None:
        """The outage is over, or the bot is invited again."""
        back = guild or self.guild
        create = guild_create(self.world, back, joined=not back.present)
        back.present, back.unavailable = True, False
        self.gateway.dispatch("GUILD_CREATE", create, GUILDS)

    def remove_member(self, person: Person, guild: Guild | None = None) -> None:
        """A person leaves; only clients with the members intent hear of it."""
        left = {"guild_id": (guild or self.guild).id, "user": person.account.wire()}
        self.gateway.dispatch("GUILD_MEMBER_REMOVE", left, GUILD_MEMBERS)

    # -- trouble

    def fail(
        self,
        match: str,
        status: int,
        times: int = 1,
        *,
        body: Json | None = None,
        headers: Mapping[str, str] | None = None,
        after: bool = False,
    ) -> Fault:
        """The next `times` requests that match are answered with `status`, or cut off with status 0.

        `match` is "METHOD /path" where `*` or `{name}` stands for one step, as in "POST /channels/*/messages".
        `after`: the request is carried out first, so that only the answer is lost. `seen` of the result counts.
        """
        fault = Fault(match, status, times, body, headers or {}, after)
        self.gate.faults.waiting.append(fault)
        return fault

    def throttle(
        self, match: str, retry_after: float, times: int = 1, *, everywhere: bool = False, via: bool = True
    ) -> Fault:
        """The next `times` requests that match get a 429; `via=False` is how a ban by the proxy looks."""
        body, headers = throttled(retry_after, everywhere=everywhere, via=via)
        return self.fail(match, 429, times, body=body, headers=headers)

    def hold(self, match: str) -> Hold:
        """Hold back the next request that matches: `await hold.arrived()`, then `hold.release()`."""
        hold = Hold(match)
        self.gate.faults.holds.append(hold)
        return hold

    def deafen(self) -> None:
        """The present connections stop talking without closing; events are kept for a RESUME."""
        self.gateway.deafen()

    async def drop_connection(self, code: int | None = None) -> None:
        """Close the present connections with a code, or without one like a pulled cable; returns when it is done."""
        await self.gateway.drop(code)

    def reconnect(self) -> None:
        """Op 7: the clients are asked to come back."""
        self.gateway.reconnect()

    def invalidate(self, *, resumable: bool = False) -> None:
        """Op 9: the session is no longer good."""
        self.gateway.invalidate(resumable=resumable)

    # -- inside

    def _announce(self, event: str, message: Json) -> None:
        """Tell the clients of a message, those whose intents cover its place."""
        guild = self.world.channels[message["channel_id"]].guild
        needs = DIRECT_MESSAGES if guild is None else GUILD_MESSAGES
        if not any(session.intents & needs for session in self.gateway.sessions.values()):
            return
        if event == "MESSAGE_DELETE":
            frame: Json = {"id": message["id"], "channel_id": message["channel_id"]}
        else:
            frame = dict(message)
        if guild is not None:
            frame["guild_id"] = guild.id
            author = self.world.accounts[message["author"]["id"]]
            if event != "MESSAGE_DELETE":
                frame["member"] = {key: v for key, v in member(self.world, author, guild).items() if key != "user"}
        self.gateway.dispatch(event, frame, needs)

    def _left(self, guild_id: str) -> None:
        self.remove_guild(self.world.guilds[guild_id])

    def _no_client(self) -> str:
        gateway = self.gateway
        return (
            f"{gateway.connections} connections so far, {gateway.identified} identified, {gateway.resumed} resumed, "
            f"{len(gateway.live)} live; the last requests were {[request.line for request in self.requests[-3:]]}"
        )
