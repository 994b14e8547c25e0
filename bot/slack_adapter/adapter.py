"""The Slack side of the application: connects, stays alive, delivers, stops."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import aiohttp
import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.errors import SlackApiError

from bot.ports import Answering, Health, Outgoing, Sent
from bot.settings import SettingsError, see
from bot.slack_adapter import requests
from bot.slack_adapter.api import SLACK, Api, error_of
from bot.slack_adapter.app import Listeners, build
from bot.slack_adapter.deliver import named
from bot.slack_adapter.life import Life, Line, close
from bot.slack_adapter.manifest import as_typed
from bot.slack_adapter.people import People
from bot.slack_adapter.respond import PATIENCE
from bot.uploads import NETWORK
from commands.registry import Registry
from scheduler.clock import Clock
from scheduler.retry import Throttled, Transient

log = structlog.get_logger()

LOOK_EVERY = 5.0
"""Seconds between two looks at the connection."""
FINISH_WITHIN = 10.0
"""Seconds that answers under way get when the bot stops."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds between attempts to reach Slack at the start; they double."""

REMOVED = f"SLACK_BOT_TOKEN: the workspace removed the app; install it again. {see('SLACK_BOT_TOKEN')}"

HttpAnswer = tuple[int, dict[str, str], str]


class SlackAdapter:
    """Implements `bot.ports.Adapter`: Socket Mode with `app_token`, else HTTP with `signing_secret`.

    Without either it only delivers: a pure worker. Over HTTP `handle_http` takes what Slack posts. `api_base` points
    slack_sdk elsewhere (a proxy, a test server); `prefix` stands before the names of our commands. `monotonic` is what
    silence is measured with, `patience` how many seconds an answer may take before Slack is told that we are at it,
    `wait` how the time passes until Slack can show a new picture.
    `ended` is set when the workspace removed the app: its token is dead for good, and `health` says so.
    """

    platform = "slack"

    def __init__(
        self,
        boundary: Answering,
        registry: Registry,
        clock: Clock,
        *,
        bot_token: str,
        app_token: str | None = None,
        signing_secret: str | None = None,
        api_base: str | None = None,
        prefix: str = "",
        monotonic: Callable[[], float] = time.monotonic,
        patience: float = PATIENCE,
        wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.registry = registry
        self._boundary = boundary
        self._clock = clock
        self._bot_token = bot_token
        self._app_token = app_token
        self._signing_secret = signing_secret
        self._api_base = api_base
        self._prefix = prefix
        self._patience = patience
        self._wait = wait
        self._life = Life(monotonic, clock)
        self._session: aiohttp.ClientSession | None = None
        self._app: AsyncApp | None = None
        self._listeners: Listeners | None = None
        self._line: Line | None = None
        self._watch: asyncio.Task[None] | None = None
        self.ended = asyncio.Event()

    async def start(self) -> None:
        """Log in and, with an app token, connect. Waits while Slack cannot be reached. Raises `SettingsError`."""
        self._session = aiohttp.ClientSession()
        try:
            await self._start(self._session)
        except BaseException:
            await self._session.close()
            raise

    def stop_accepting(self) -> None:
        """Take nothing new; what is under way goes on, and `deliver` still works."""
        if self._listeners is not None:
            self._listeners.accepting = False

    async def stop(self) -> None:
        """Stop accepting, let the answers under way finish, close the connections."""
        if self._listeners is not None:
            await self._listeners.drain(FINISH_WITHIN)
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        if self._line is not None:
            await close(self._line)
        if self._session is not None:
            await self._session.close()

    async def deliver(self, message: Outgoing) -> Sent:
        """Send to a person. Raises the delivery errors of `scheduler.retry`."""
        if self._listeners is None or self._session is None or self._session.closed:
            raise Transient("closed")
        return await self._listeners.deliver(message)

    def health(self) -> Health:
        """Whether Slack was heard within a minute; without Socket Mode, whether it knows our token."""
        if self.ended.is_set():
            return Health(False, f"Slack: {REMOVED}")
        if self._app_token is not None:
            return self._life.health()
        ready = self._app is not None
        return Health(ready, "Slack: ready" if ready else "Slack: not logged in yet")

    async def handle_http(self, headers: Mapping[str, str], body: str) -> HttpAnswer:
        """What Slack posted to `/slack/events`: status, headers and body of the answer. Bolt checks the signature."""
        if self._app_token is not None or not self._signing_secret:
            return 404, {}, ""
        if self._app is None or self._listeners is None or not self._listeners.accepting:
            return 503, {}, ""
        sent: dict[str, str | Sequence[str]] = dict(headers)
        got = await self._app.async_dispatch(AsyncBoltRequest(body=body, headers=sent))
        return got.status, {name: values[0] for name, values in got.headers.items()}, got.body

    async def look(self) -> bool:
        """Replace a connection on which nothing was heard for a minute; whether there was one."""
        if self._line is None or not self._life.is_deaf:
            return False
        log.warning("connection_replaced", platform="slack")
        await self._line.replace()
        return True

    async def _start(self, session: aiohttp.ClientSession) -> None:
        typed = as_typed(self.registry.commands, self._prefix) if self._prefix else str
        api = Api(self._bot_token, self._api_base, session, typed=typed, wait=self._wait)
        me = await self._patiently(lambda: api.patient.auth_test(), "SLACK_BOT_TOKEN")
        people = People(api, self._clock)
        listeners = Listeners(self._boundary, api, people, self.ended, prefix=self._prefix, patience=self._patience)
        base = self._api_base or SLACK
        app = build(api.new_client(None, base, once_more=False), self._signing_secret, me, self._bot_token)
        listeners.join(app)
        self._listeners, self._app = listeners, app
        if self._app_token is not None:
            await self._connect(app, api.new_client(None, base, once_more=False), self._app_token)
        if self._app_token is not None or self._signing_secret:
            await self._greet(listeners, str(me["team_id"]))

    async def _connect(self, app: AsyncApp, web: Any, app_token: str) -> None:
        opened = await self._patiently(lambda: web.apps_connections_open(app_token=app_token), "SLACK_APP_TOKEN")
        self._line = Line(app, app_token, web, self._life)
        self._line.wss_uri = opened["url"]
        await self._line.connect()  # type: ignore[no-untyped-call]
        self._life.heard()
        self._watch = asyncio.create_task(self._keep_looking(), name="slack-watchdog")

    async def _greet(self, listeners: Listeners, team: str) -> None:
        """Slack sends no event when a workspace installs its own app: the start is what there is."""
        options = {"community": team, "installer": ""}
        await listeners.report(requests.event("installed", team=team, options=options))

    async def _patiently(self, call: Callable[[], Any], variable: str) -> Mapping[str, Any]:
        pause = FIRST_PAUSE
        while True:
            try:
                got: Mapping[str, Any] = (await call()).data
            except SlackApiError as fault:
                if not isinstance(named(fault), Transient | Throttled):
                    raise refusal(variable, f"Slack refuses it ({error_of(fault)})") from fault
                log.warning("slack_not_reached", reason=error_of(fault))
            except NETWORK as fault:
                log.warning("slack_not_reached", reason=type(fault).__name__)
            else:
                return got
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _keep_looking(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY)
            try:
                await self.look()
            except (SlackApiError, *NETWORK) as fault:
                log.warning("slack_not_reached", reason=type(fault).__name__)


def refusal(variable: str, what: str) -> SettingsError:
    """One line for the operator: the variable, what is wrong with it, where to read on."""
    return SettingsError(f"{variable}: {what}. {see(variable)}")
