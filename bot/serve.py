"""`matchmentor run`: the app with the adapters of every platform that is on, and the HTTP side beside them.

The HTTP side comes first and goes last: an orchestrator sees "alive, not ready" while the platforms are being reached.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import structlog

from bot.app import App
from bot.metrics import Counted, Metrics
from bot.ports import Adapter
from bot.settings import Settings
from bot.web import SlackCall, Web
from scheduler.clock import Clock, SystemClock

if TYPE_CHECKING:
    from bot.discord_adapter import DiscordAdapter
    from bot.slack_adapter import SlackAdapter

log = structlog.get_logger()


async def serve(settings: Settings, clock: Clock | None = None) -> None:
    """Serve until SIGTERM or Ctrl-C. Raises `SettingsError` or `StorageError` with what to put right."""
    clock = clock or SystemClock()
    app = App(settings, clock)
    app.metrics = metrics = Metrics(app.database, clock)
    adapters, slack = platforms(settings, app, Counted(app.boundary, metrics))
    web = Web(Readiness(app), metrics, slack=slack)
    try:
        if settings.http_address is not None:
            host, port = await web.start(settings.http_address)
            log.info("listening", host=host, port=port)
        await app.prepare()
        await app.run(adapters)
    finally:
        await web.stop()
        await app.database.dispose()


def platforms(settings: Settings, app: App, answering: Counted) -> tuple[tuple[Adapter, ...], SlackCall | None]:
    """The adapters of the platforms that are on, and what answers Slack's calls when it is Slack that calls."""
    adapters: list[Adapter] = []
    call: SlackCall | None = None
    if settings.discord_on:
        adapters.append(_discord(settings, app, answering))
    if settings.slack_on:
        slack = _slack(settings, app, answering)
        adapters.append(slack)
        call = slack.handle_http if settings.slack_over_http and "slack" in settings.roles else None
    return tuple(adapters), call


def _discord(settings: Settings, app: App, answering: Counted) -> DiscordAdapter:
    from bot.discord_adapter import DiscordAdapter

    assert settings.discord_token is not None  # noqa: S101  it is on
    return DiscordAdapter(
        settings.discord_token.get_secret_value(),
        answering,
        app.registry,
        app.clock,
        api_base=settings.discord_api_base,
        gateway_url=settings.discord_gateway_url,
        gateway="discord" in settings.roles,
    )


def _slack(settings: Settings, app: App, answering: Counted) -> SlackAdapter:
    from bot.slack_adapter import SlackAdapter

    assert settings.slack_bot_token is not None  # noqa: S101  it is on
    app_token, secret = settings.slack_app_token, settings.slack_signing_secret
    listens = "slack" in settings.roles
    return SlackAdapter(
        answering,
        app.registry,
        app.clock,
        bot_token=settings.slack_bot_token.get_secret_value(),
        app_token=app_token.get_secret_value() if app_token and listens else None,
        signing_secret=secret.get_secret_value() if secret and listens else None,
        api_base=settings.slack_api_base,
        prefix=settings.slack_prefix,
    )


class Readiness:
    """What is not well, by part, for `/readyz`: adapters, database, lanes, loops."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self) -> Mapping[str, Any]:
        """Empty when everything is well."""
        faults = dict(await self._app.health())
        if not self._app.adapters:
            faults.setdefault("start", "the platforms are still being reached")
        if self._app.runner is not None:
            for name, reason in self._app.runner.failing().items():
                faults[f"{name} loop"] = f"its latest turn failed ({reason})"
        return faults
