"""`matchmentor doctor`: all that can be wrong with an installation, a line a check, each fault with what to do."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Literal

import aiohttp

from bot.settings import Settings, SettingsError, see
from scheduler.clock import Clock, SystemClock
from storage.db import Database
from storage.errors import StorageError
from storage.migrations import schema_state

DISCORD = "https://discord.com/api/v10"
SLACK = "https://slack.com/api"
PATIENCE = aiohttp.ClientTimeout(total=10)
DRIFT = timedelta(seconds=30)
"""How far our clock may be off: nudges would be late, and Slack over HTTP refuses after five minutes."""


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at and how it is. `detail` says what to do when it is a fault."""

    state: Literal["ok", "skipped", "fault"]
    name: str
    detail: str

    @property
    def fault(self) -> bool:
        """Whether something has to be put right."""
        return self.state == "fault"

    def __str__(self) -> str:
        return f"{self.state}\t{self.name}\t{self.detail}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a platform said: status 0 when it could not be reached."""

    status: int
    body: Mapping[str, Any]
    headers: Mapping[str, str]
    at: datetime


async def examine(environ: Mapping[str, str] | None = None, clock: Clock | None = None) -> tuple[Check, ...]:
    """All checks in order. `environ` stands for the process's environment and `.env`."""
    try:
        settings = Settings.load(environ)
    except SettingsError as fault:
        return tuple(Check("fault", "settings", line) for line in str(fault).splitlines())
    checks = [_platforms(settings)]
    answers: list[Answer] = []
    connector = Asking(clock or SystemClock())
    async with aiohttp.ClientSession(timeout=PATIENCE, trust_env=True) as session:
        checks += await _discord(settings, connector, session, answers)
        checks += await _slack(settings, connector, session, answers)
    checks += await _database(settings)
    checks.append(_clock(answers))
    checks.append(await asyncio.to_thread(_content, settings))
    return tuple(checks)


@dataclass(frozen=True, slots=True)
class Asking:
    """Asks a platform one thing, and notes when."""

    clock: Clock

    async def ask(self, session: aiohttp.ClientSession, method: str, url: str, authorization: str) -> Answer:
        """Never raises: a platform that cannot be reached has status 0, and its body names the reason."""
        try:
            async with session.request(method, url, headers={"Authorization": authorization}) as response:
                body = await response.json(content_type=None)
                known = body if isinstance(body, dict) else {}
                return Answer(response.status, known, response.headers, self.clock.now())
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as fault:
            return Answer(0, {"reason": type(fault).__name__}, {}, self.clock.now())


def _platforms(settings: Settings) -> Check:
    try:
        settings.need_a_platform()
    except SettingsError as fault:
        return Check("fault", "settings", str(fault))
    on = [name for name, is_on in (("Discord", settings.discord_on), ("Slack", settings.slack_on)) if is_on]
    return Check("ok", "settings", f"{' and '.join(on)} on, roles {', '.join(sorted(settings.roles))}")


async def _discord(
    settings: Settings, asking: Asking, session: aiohttp.ClientSession, answers: list[Answer]
) -> list[Check]:
    if settings.discord_token is None:
        return [Check("skipped", "Discord token", "DISCORD_TOKEN is not set")]
    base = (settings.discord_api_base or DISCORD).rstrip("/")
    token = f"Bot {settings.discord_token.get_secret_value()}"
    me = await asking.ask(session, "GET", f"{base}/users/@me", token)
    answers.append(me)
    if me.status == 401:
        told = f"DISCORD_TOKEN: Discord refuses this token; copy it again from the page Bot. {see('DISCORD_TOKEN')}"
        return [Check("fault", "Discord token", told)]
    if me.status != 200:
        return [Check("fault", "Discord token", _unreached("Discord", "DISCORD_API_BASE", me))]
    # Direct messages and communities are in the intents that everyone has, so there is nothing to allow.
    return [
        Check("ok", "Discord token", "Discord knows the bot"),
        Check("ok", "Discord intents", "no privileged intent is needed"),
    ]


async def _slack(
    settings: Settings, asking: Asking, session: aiohttp.ClientSession, answers: list[Answer]
) -> list[Check]:
    if settings.slack_bot_token is None:
        return [Check("skipped", "Slack token", "SLACK_BOT_TOKEN is not set")]
    base = (settings.slack_api_base or SLACK).rstrip("/")
    bot = await asking.ask(
        session, "POST", f"{base}/auth.test", f"Bearer {settings.slack_bot_token.get_secret_value()}"
    )
    answers.append(bot)
    checks = [_slack_token("SLACK_BOT_TOKEN", bot)]
    if not checks[0].fault:
        checks.append(_scopes(bot))
    if settings.slack_app_token is not None:
        token = f"Bearer {settings.slack_app_token.get_secret_value()}"
        opened = await asking.ask(session, "POST", f"{base}/apps.connections.open", token)
        checks.append(_slack_token("SLACK_APP_TOKEN", opened))
    return checks


def _slack_token(variable: str, answer: Answer) -> Check:
    name = "Slack token" if variable == "SLACK_BOT_TOKEN" else "Slack Socket Mode"
    if answer.body.get("ok") is True:
        return Check("ok", name, "Slack takes the token")
    error = answer.body.get("error")
    if error in ("missing_scope", "not_allowed_token_type"):
        told = f"{variable}: it lacks the scope connections:write, or is not an app-level token. {see(variable)}"
        return Check("fault", name, told)
    if isinstance(error, str):
        return Check(
            "fault", name, f"{variable}: Slack refuses this token ({error[:40]}); copy it again. {see(variable)}"
        )
    return Check("fault", name, _unreached("Slack", "SLACK_API_BASE", answer))


def _scopes(answer: Answer) -> Check:
    from bot.slack_adapter.manifest import SCOPES

    header = answer.headers.get("x-oauth-scopes")
    if header is None:
        return Check("skipped", "Slack scopes", "Slack did not say which scopes the token has")
    missing = sorted(set(SCOPES) - {scope.strip() for scope in header.split(",")})
    if missing:
        told = "put the text of `matchmentor manifest slack` into the app's manifest and install it again"
        return Check("fault", "Slack scopes", f"SLACK_BOT_TOKEN lacks {', '.join(missing)}: {told}")
    return Check("ok", "Slack scopes", "every scope is there")


def _unreached(platform: str, variable: str, answer: Answer) -> str:
    reason = answer.body.get("reason") or f"status {answer.status}"
    return f"{platform} cannot be reached ({reason}): check the network and {variable}, then try again. {see(variable)}"


async def _database(settings: Settings) -> list[Check]:
    url = settings.database_url
    try:
        state = await schema_state(url)
    except (StorageError, OSError) as fault:
        told = str(fault) if isinstance(fault, StorageError) else f"It cannot be opened ({type(fault).__name__})."
        return [Check("fault", "database", f"{told} {see('DATABASE_URL')}")]
    found = [Check("ok", "database", "it can be reached")]
    if state == "empty":
        if settings.database is None or url.startswith("sqlite"):
            return [*found, Check("ok", "migrations", "no tables yet: the first start makes them")]
        return [*found, Check("fault", "migrations", "No tables are there yet. Run `matchmentor migrate up`.")]
    return [*found, await _tables(settings)]


async def _tables(settings: Settings) -> Check:
    try:
        database = Database(settings.database_url, key=settings.key.get_secret_value() if settings.key else None)
        try:
            await database.check()
        finally:
            await database.dispose()
    except StorageError as fault:
        return Check("fault", "migrations", str(fault))
    return Check("ok", "migrations", "the tables are those of this program, and can be written")


def _clock(answers: list[Answer]) -> Check:
    for answer in answers:
        stamp = answer.headers.get("Date")
        if stamp is None:
            continue
        try:
            drift = answer.at - parsedate_to_datetime(stamp)
        except (ValueError, TypeError):
            continue
        if abs(drift) > DRIFT:
            seconds = int(drift.total_seconds())
            told = f"This machine's clock is {abs(seconds)} s {'ahead' if seconds > 0 else 'behind'}: turn on NTP."
            return Check("fault", "clock", f"{told} See docs/operations.md, heading 'What doctor says'.")
        return Check("ok", "clock", "it agrees with the platform's")
    return Check("skipped", "clock", "no platform answered, so there is nothing to compare with")


def _content(settings: Settings) -> Check:
    from bot.cli_content import lint_report

    report = lint_report(None, settings.content_dir)
    if report.faults:
        more = f" (and {len(report.faults) - 1} more: `matchmentor content lint`)" if len(report.faults) > 1 else ""
        return Check("fault", "content", f"{report.faults[0]}{more}. See docs/content.md.")
    return Check("ok", "content", f"{report.topics} topics, {report.checklists} checklists, {report.nudges} nudges")
