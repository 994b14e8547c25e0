"""Whether Slack still talks to us in Socket Mode. A connection may die without closing: then nothing comes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.ports import Health
from scheduler.clock import Clock

log = structlog.get_logger()

SILENCE = 60.0
"""Seconds without any frame after which a connection counts as dead; Slack answers our ping every 10 s."""
PING_EVERY = 10.0


class Life:
    """`monotonic` gives seconds that only grow; `clock` the time for the operator."""

    def __init__(self, monotonic: Callable[[], float], clock: Clock) -> None:
        self._monotonic = monotonic
        self._clock = clock
        self._last = monotonic()
        self._connected = False
        self._since: datetime = clock.now()

    def heard(self) -> None:
        """A frame came."""
        self._last = self._monotonic()
        self._connected = True

    def lost(self) -> None:
        """The connection was given up; its successor gets the same time to be heard."""
        if self._connected:
            self._since = self._clock.now()
        self._connected = False
        self._last = self._monotonic()

    @property
    def is_deaf(self) -> bool:
        """Nothing was heard for `SILENCE` seconds."""
        return self._monotonic() - self._last > SILENCE

    def health(self) -> Health:
        """In one line."""
        if not self._connected:
            return Health(False, f"Slack: not connected since {self._since:%H:%M:%S} UTC; trying again by itself")
        if self.is_deaf:
            return Health(False, "Slack: no sign of life for a minute; the connection is being replaced")
        return Health(True, "Slack: connected")


class Line(SocketModeClient):
    """slack_sdk's Socket Mode client, which says of each frame that it came, and can be cut.

    The library notes pongs by setting `last_ping_pong_time`; text frames pass through `enqueue_message`.
    """

    def __init__(self, app: AsyncApp, app_token: str, web: AsyncWebClient, life: Life) -> None:
        self._life = life
        self._pong: float | None = None
        self._app = app
        super().__init__(app_token=app_token, web_client=web, ping_interval=PING_EVERY)
        self.proxy = web.proxy
        self.socket_mode_request_listeners.append(self._take)

    @property
    def last_ping_pong_time(self) -> float | None:
        """When the last pong came, in Unix seconds."""
        return self._pong

    @last_ping_pong_time.setter
    def last_ping_pong_time(self, moment: float | None) -> None:
        self._pong = moment
        if moment is not None:
            self._life.heard()

    async def enqueue_message(self, message: str) -> None:
        """Called for each text frame."""
        self._life.heard()
        await super().enqueue_message(message)

    async def replace(self) -> None:
        """Cut the connection at the socket, for a deaf peer answers no polite close, and open another."""
        self._life.lost()
        session = self.current_session
        connection = getattr(getattr(session, "_response", None), "connection", None)
        if connection is not None and connection.transport is not None:
            connection.transport.abort()
        self.last_ping_pong_time = None
        await self.connect_to_new_endpoint(force=True)

    async def _take(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        answer = await run_async_bolt_app(self._app, request)
        await send_async_response(client, request, answer, time.time())


async def close(line: Line) -> None:
    """End the connection; a deaf peer is not waited for."""
    tasks: list[Any] = [line.message_receiver, line.current_session_monitor, line.message_processor]
    if line._life.is_deaf:
        session: Any = line.current_session
        if session is not None and getattr(session._response, "connection", None) is not None:
            session._response.connection.transport.abort()
    await line.close()  # type: ignore[no-untyped-call]
    await asyncio.gather(*(task for task in tasks if task is not None), return_exceptions=True)
