"""The HTTP side: is the process alive, can it serve, what are its numbers, and the door through which Slack calls.

/healthz       200 as long as the process answers: restart it when it does not
/readyz        200 when everything is well, else 503 with the reasons as JSON, by part
/metrics       Prometheus' text form
/slack/events  Slack over HTTP, when there is such an adapter
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from bot.metrics import Metrics
from bot.settings import SettingsError, see
from storage.errors import StorageError

SlackCall = Callable[[Mapping[str, str], str], Awaitable[tuple[int, dict[str, str], str]]]
"""Headers and body of what Slack posted -> status, headers and body of the answer."""
Health = Callable[[], Awaitable[Mapping[str, Any]]]
SLACK_PATH = "/slack/events"
LARGEST_BODY = 1024 * 1024
"""Bytes of a request. Slack's largest is a form with five texts of 3,000 characters."""


class Web:
    """A server that can be started and stopped. `health` gives what is not well, by part; empty: all is."""

    def __init__(self, health: Health, metrics: Metrics | None = None, *, slack: SlackCall | None = None) -> None:
        self._health = health
        self._metrics = metrics
        self._slack = slack
        self._app = web.Application(client_max_size=LARGEST_BODY)
        self._app.router.add_get("/healthz", self._alive)
        self._app.router.add_get("/readyz", self._ready)
        if metrics is not None:
            self._app.router.add_get("/metrics", self._numbers)
        if slack is not None:
            self._app.router.add_post(SLACK_PATH, self._slack_called)
        self._runner: web.AppRunner | None = None

    async def start(self, address: tuple[str, int]) -> tuple[str, int]:
        """Listen on host and port (0: a free one) and give what is listened on. Raises `SettingsError`."""
        host, port = address
        self._runner = web.AppRunner(self._app, access_log=None)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError as fault:
            await self.stop()
            told = f"MATCHMENTOR_HTTP: cannot listen on port {port} ({fault.strerror or type(fault).__name__})."
            raise SettingsError(f"{told} {see('MATCHMENTOR_HTTP')}") from fault
        return host, int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Stop listening and let the requests under way end. Not started: nothing."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    async def _alive(self, _request: web.Request) -> web.Response:
        return web.json_response({"alive": True})

    async def _ready(self, _request: web.Request) -> web.Response:
        faults = await self._health()
        return web.json_response({"ready": not faults, "faults": dict(faults)}, status=503 if faults else 200)

    async def _slack_called(self, request: web.Request) -> web.Response:
        assert self._slack is not None  # noqa: S101  the route exists only with it
        try:
            body = (await request.read()).decode()
        except UnicodeDecodeError:
            return web.Response(status=400)
        status, headers, text = await self._slack(request.headers, body)
        return web.Response(status=status, headers=headers, body=text.encode())

    async def _numbers(self, _request: web.Request) -> web.Response:
        assert self._metrics is not None  # noqa: S101  the route exists only with it
        self._metrics.ready.set(not await self._health())
        try:
            text = await self._metrics.text()
        except StorageError as fault:
            return web.Response(status=503, text=f"{fault}\n")
        return web.Response(body=text, headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})
