"""The loopback Slack itself: one server on a free port of this machine, and the driver's way in.

async with SlackPeer(mode="http") as peer:
    ... start the app with peer.api_base, peer.bot_token, peer.signing_secret ...
    peer.connect_http(address_of_the_app)
    amina = peer.user("amina", tz="Asia/Karachi")
    answer = await amina.slash("/redflag", "failed step 1", channel="general")
    assert answer.private.says("Step 1")
    assert peer.violations == []
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from types import TracebackType
from typing import Literal, Self, TypeVar

from aiohttp import web

from tests.peers.discord.clock import PeerClock
from tests.peers.slack import specs
from tests.peers.slack.addresses import Addresses
from tests.peers.slack.driver import User
from tests.peers.slack.faults import Faults
from tests.peers.slack.inbound import payloads
from tests.peers.slack.inbound.http import HttpInbound
from tests.peers.slack.inbound.socket import SocketInbound
from tests.peers.slack.inspector import Inspector
from tests.peers.slack.records import Ack, Channel, Identity, Kind, Message, Request, Sent, Signature, Violation
from tests.peers.slack.samples import Sample
from tests.peers.slack.specs import Json
from tests.peers.slack.state import DEFAULT_SCOPES, Errand, World
from tests.peers.slack.webapi import WebApi, Wire

Mode = Literal["http", "socket"]
T = TypeVar("T")

_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")  # slack_sdk obeys them, for loopback too
_UPLOAD_MAX = 8 * 2**20


class SlackPeer:
    """See the module. `check` looks at every message and view; `ack_timeout` and `patience` are seconds of real time.

    `clock` is the peer's own (`peer.clock.forward(1801)` makes a response_url old); `scopes` are the bot token's.
    """

    bot_token = "xoxb-loopback-bot"
    app_token = "xapp-loopback-app"
    signing_secret = "loopback-signing-secret"

    def __init__(self, mode: Mode = "http", *, check: bool = True, ack_timeout: float = 3.0, patience: float = 5.0,
                 scopes: Iterable[str] = DEFAULT_SCOPES, identity: Identity | None = None) -> None:  # fmt: skip
        self.mode = mode
        self.patience = patience
        self.clock = PeerClock()
        self.world = World(identity or Identity(), self.clock, scopes)
        self.world.tokens = {self.bot_token: "bot", self.app_token: "app"}
        self.inspector = Inspector(active=check and _specs_or_say_so())
        self.faults = Faults(lambda channel: getattr(self.world.channels.get(channel), "im_of", None))
        self.wire = Wire(self.world, self.faults, self.inspector)
        self.http = HttpInbound(self.signing_secret, ack_timeout)
        self.socket = SocketInbound(self.world, ack_timeout)
        self._runner: web.AppRunner | None = None
        self._proxies: dict[str, str] = {}

    # Life

    async def __aenter__(self) -> Self:
        self._proxies = {name: os.environ.pop(name) for name in _PROXIES if name in os.environ}
        api, addresses = WebApi(self.wire), Addresses(self.wire)
        app = web.Application(client_max_size=_UPLOAD_MAX)
        app.add_routes(
            [
                web.route("*", "/api/{method}", api.handle),
                web.get("/link/", self.socket.accept),
                web.post("/actions/{team}/{secret}", addresses.respond),
                web.post("/upload/{file}", addresses.upload),
                web.get("/files/{file}", addresses.download),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.world.base_url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, kind: type[BaseException] | None, fault: BaseException | None,
                        trace: TracebackType | None) -> None:  # fmt: skip
        self.wire.closing.set()
        await self.socket.close()
        await self.http.close()
        if self._runner is not None:
            await self._runner.cleanup()
        os.environ.update(self._proxies)

    @property
    def api_base(self) -> str:
        """The address for `base_url` of slack_sdk's clients and for SLACK_API_BASE."""
        return f"{self.world.base_url}/api/"

    def wait_for_acks(self, seconds: float) -> None:
        """Give the app more or less than Slack's three seconds from now on, so that no test waits them out."""
        self.http.ack_timeout = self.socket.ack_timeout = seconds

    def settings(self) -> dict[str, str]:
        """Environment for a bot process: where Slack is and how to get in, by Socket Mode or HTTP."""
        way_in = (
            {"SLACK_APP_TOKEN": self.app_token}
            if self.mode == "socket"
            else {"SLACK_SIGNING_SECRET": self.signing_secret}
        )
        return {"SLACK_API_BASE": self.api_base, "SLACK_BOT_TOKEN": self.bot_token, **way_in}

    def connect_http(self, url: str) -> None:
        """Where the app takes requests; for everything, as Slack's app settings allow."""
        self.http.url = url

    async def ready(self, timeout: float | None = None, *, opened: int = 1) -> None:
        """Wait until the app is reachable: has opened its `opened`-th WebSocket, or its address is known."""
        if self.mode == "socket":
            await self.until(
                lambda: self.socket.opened >= opened and any(not one.deaf for one in self.socket.connections),
                "a Socket Mode connection",
                timeout,
            )
        elif self.http.url is None:
            raise RuntimeError("tell the peer where the app listens: peer.connect_http(url)")

    # The workspace

    def user(self, name: str, *, tz: str = "America/New_York", admin: bool = False) -> User:
        """A person; the same name gives the same person."""
        return User(self, self.world.add_member(name, tz=tz, admin=admin).id)

    def channel(self, name: str, *, bot: bool = False, private: bool = False) -> Channel:
        """A new channel with everybody in it, the bot only when asked."""
        return self.world.add_channel(name, bot=bot, private=private)

    def archive(self, name: str) -> None:
        """Archive a channel."""
        place = self.world.place(name, "")
        self.world.channels[place.id] = replace(place, archived=True)

    def direct_messages(self, user: User) -> tuple[Message, ...]:
        """The bot's messages in a person's direct messages, oldest first."""
        said = self.world.history(self.world.direct(user.id).id)
        return tuple(message for message in said if message.author == self.world.identity.bot_user)

    def channel_messages(self, name: str) -> tuple[Message, ...]:
        """What everybody sees in a channel, oldest first."""
        return self.world.history(self.world.place(name, "").id)

    # What the app did

    @property
    def requests(self) -> list[Request]:
        """Every call of the app, oldest first: Web API methods, `response_url`, `upload`."""
        return self.wire.requests

    def calls(self, method: str) -> list[Request]:
        """The calls of one method."""
        return [request for request in self.requests if request.method == method]

    @property
    def refused(self) -> list[Request]:
        """Calls that were answered with an error of which no test had asked."""
        return [request for request in self.requests if request.error and not request.injected]

    @property
    def violations(self) -> list[Violation]:
        """What Slack would refuse or a person should not see, and deliveries that the app did not acknowledge."""
        return self.inspector.violations

    async def until(self, probe: Callable[[], T], what: str, timeout: float | None = None) -> T:
        """Wait until `probe()` is true and give its value. Raises NoAnswerError, which says `what`, after the time."""
        await self.world.signal.until(probe, timeout or self.patience, lambda: f"{what} did not come")
        return probe()

    # Deliveries

    def envelope(self, body: Json, event_id: str | None = None) -> Json:
        """An event in the envelope in which Slack sends it."""
        return payloads.event(self.world.identity, body, self.clock.seconds(), event_id)

    async def deliver(self, kind: Kind, payload: Json, *, signature: Signature = "right", retry: int = 0,
                      reason: str = "", envelope_id: str | None = None) -> Sent:  # fmt: skip
        """Send one payload by the peer's mode. A rightly signed one that the app does not take is a violation."""
        inbound = self.http if self.mode == "http" else self.socket
        sent = await inbound.deliver(
            kind, payload, signature=signature, retry=retry, reason=reason, envelope_id=envelope_id
        )
        if not sent.ack.ok and not sent.ack.lost and signature == "right":
            what = payload.get("command") or payload.get("event", payload).get("type")
            how = "no ack in time" if sent.ack.timed_out else f"HTTP {sent.ack.status}"
            self.inspector.note(f"delivery of {what}", how)
        return sent

    async def event(self, body: Json, *, event_id: str | None = None, retries: int = 0) -> Sent:
        """Send an event; when the app does not take it, up to `retries` times more, at once and marked as such."""
        sent = await self.deliver("event", self.envelope({"event_ts": self.world.ts(), **body}, event_id))
        for number in range(1, retries + 1):
            if sent.ack.ok:
                break
            sent = await self.redeliver(sent, retry=number)
        return sent

    async def redeliver(self, sent: Sent, *, retry: int = 1, reason: str = "") -> Sent:
        """The same delivery again: marked as a retry (events), `retry=0` for the very same bytes and envelope."""
        why = reason or ("http_timeout" if sent.ack.timed_out or sent.ack.ok else "http_error")
        again = sent.envelope_id if retry == 0 else None
        return await self.deliver(sent.kind, sent.payload, retry=retry, reason=why, envelope_id=again)

    async def sample(self, sample: Sample) -> Sent:
        """Deliver one of Slack's sample payloads."""
        return await self.deliver(sample.kind, sample.payload)

    async def verify_url(self, challenge: str = "loopback-challenge") -> Ack:
        """Slack's question when the address is typed into the app settings (HTTP only)."""
        body: Json = {"type": "url_verification", "token": "loopback-verification", "challenge": challenge}
        return (await self.http.deliver("event", body)).ack

    async def joined(self, user_id: str, channel: str, inviter: str | None = None) -> Sent:
        """Somebody, or the bot itself, joins a channel; the bot hears of it where it is a member."""
        place = self.world.place(channel, user_id)
        place = replace(place, members=place.members | {user_id})
        self.world.channels[place.id] = place
        if self.world.identity.bot_user not in place.members:
            return Sent("event", {}, Ack(None, lost=True))
        kind = "G" if place.private else "C"
        team = self.world.identity.team_id
        body: Json = {"type": "member_joined_channel", "user": user_id, "channel": place.id, "channel_type": kind}
        return await self.event(body | {"team": team} | ({"inviter": inviter} if inviter else {}))

    async def invite_bot(self, channel: str, inviter: User) -> Sent:
        """Somebody brings the bot into a channel."""
        return await self.joined(self.world.identity.bot_user, channel, inviter.id)

    async def hear_itself(self, message: Message) -> Sent:
        """The event of the bot's own message, which every bot gets and must not answer."""
        place = self.world.channels[message.channel]
        body = payloads.said(self.world.identity, message, place)
        return await self.event(body | {"bot_id": self.world.identity.bot_id, "app_id": self.world.identity.app_id})

    async def revoke_tokens(self) -> Sent:
        """The bot token dies, then the app is told."""
        self.world.revoked.add(self.bot_token)
        return await self.event({"type": "tokens_revoked", "tokens": {"bot": [self.world.identity.bot_user]}})

    async def uninstall(self) -> tuple[Sent, Sent]:
        """An admin removes the app: its token dies, and the app is told so twice, in Slack's order."""
        return await self.revoke_tokens(), await self.event({"type": "app_uninstalled"})

    def take_ack(self, command: str, errand: Errand, ack: Ack) -> None:
        """Show what the app put into the ack of a slash command, as Slack does."""
        body: Json = ack.body if isinstance(ack.body, dict) else {"text": ack.body} if ack.body else {}
        if ack.ok and body and not self.inspector.message(f"ack of {command}", body):
            secret = errand.response_url.rsplit("/", 1)[-1]
            Addresses(self.wire).show(self.world.response_urls[secret], body)


def _specs_or_say_so() -> bool:
    if not specs.available():
        print(f"{specs.missing_notice()}; this peer checks nothing", file=sys.stderr)
    return specs.available()
