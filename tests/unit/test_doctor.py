"""What doctor finds, against a platform of our own on a real socket."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.doctor import Check, examine
from bot.slack_adapter.manifest import SCOPES
from scheduler.clock import ManualClock
from storage.migrations import migrate

NOW = datetime(2026, 9, 23, 13, 0, tzinfo=UTC)


class Platforms:
    """Discord and Slack as far as doctor asks them. Tests change the answers."""

    def __init__(self) -> None:
        self.discord = 200
        self.slack: Mapping[str, Any] = {"ok": True}
        self.line: Mapping[str, Any] = {"ok": True}
        self.scopes = ",".join(SCOPES)
        self.address = ""

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/users/@me", self._me)
        app.router.add_post("/auth.test", self._auth)
        app.router.add_post("/apps.connections.open", self._open)
        return app

    async def _me(self, request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == "Bot d-token"
        return web.json_response({}, status=self.discord, headers=_date())

    async def _auth(self, request: web.Request) -> web.Response:
        return web.json_response(self.slack, headers={"x-oauth-scopes": self.scopes, **_date()})

    async def _open(self, request: web.Request) -> web.Response:
        return web.json_response(self.line)


def _date() -> dict[str, str]:
    return {"Date": NOW.strftime("%a, %d %b %Y %H:%M:%S GMT")}


@pytest.fixture
async def platforms() -> AsyncIterator[Platforms]:
    there = Platforms()
    runner = web.AppRunner(there.app())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    there.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield there
    await runner.cleanup()


@pytest.fixture
def environ(platforms: Platforms, tmp_path: Path) -> dict[str, str]:
    return {
        "DISCORD_TOKEN": "d-token",
        "DISCORD_API_BASE": platforms.address,
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_APP_TOKEN": "xapp-1",
        "SLACK_API_BASE": platforms.address,
        "MATCHMENTOR_DATA_DIR": str(tmp_path),
    }


async def look(environ: dict[str, str], now: datetime = NOW) -> dict[str, Check]:
    return {check.name: check for check in await examine(environ, ManualClock(now))}


async def test_a_sound_installation_has_no_fault(environ: dict[str, str], tmp_path: Path) -> None:
    found = await look(environ)
    assert {check.state for check in found.values()} == {"ok"}
    assert not os.listdir(tmp_path), "looking made a file"


async def test_refused_tokens_are_told_by_name_and_never_shown(environ: dict[str, str], platforms: Platforms) -> None:
    platforms.discord = 401
    platforms.slack = {"ok": False, "error": "invalid_auth"}
    platforms.line = {"ok": False, "error": "missing_scope"}
    found = await look(environ)
    for name, variable in (
        ("Discord token", "DISCORD_TOKEN"),
        ("Slack token", "SLACK_BOT_TOKEN"),
        ("Slack Socket Mode", "SLACK_APP_TOKEN"),
    ):
        assert found[name].fault
        assert found[name].detail.startswith(variable)
        assert "docs/operations.md" in found[name].detail
    assert not [check for check in found.values() if "d-token" in str(check) or "xoxb-1" in str(check)]


async def test_a_missing_scope_is_named(environ: dict[str, str], platforms: Platforms) -> None:
    platforms.scopes = "chat:write, chat:write.public, commands"
    scopes = (await look(environ))["Slack scopes"]
    assert scopes.fault
    assert "im:history" in scopes.detail
    assert "chat:write" not in scopes.detail


@pytest.mark.parametrize(("off", "fault"), [(20, False), (45, True), (-45, True)])
async def test_a_clock_that_is_off(environ: dict[str, str], off: int, fault: bool) -> None:
    assert (await look(environ, NOW + timedelta(seconds=off)))["clock"].fault == fault


async def test_a_platform_out_of_reach_is_a_fault_and_the_clock_is_skipped(environ: dict[str, str]) -> None:
    environ |= {"DISCORD_API_BASE": "http://127.0.0.1:9", "SLACK_API_BASE": "http://127.0.0.1:9"}
    found = await look(environ)
    assert "cannot be reached" in found["Discord token"].detail
    assert "cannot be reached" in found["Slack token"].detail
    assert found["clock"].state == "skipped"


async def test_the_database_is_looked_at(environ: dict[str, str], tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'matchmentor.db'}"
    await migrate(url)
    assert (await look(environ))["migrations"].state == "ok"
    assert (await look(environ | {"MATCHMENTOR_KEY": "no key"}))["migrations"].fault
    await migrate(url, "down", "base")
    assert (await look(environ | {"DATABASE_URL": "mysql://x/y"}))["database"].fault


async def test_each_wrong_setting_is_a_line() -> None:
    checks = await examine({"MATCHMENTOR_LOG": "loud", "MATCHMENTOR_X": "1"})
    assert [check.state for check in checks] == ["fault", "fault"]


async def test_a_broken_page_is_a_fault(environ: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "topics").mkdir()
    (tmp_path / "topics" / "x.yaml").write_text("id: y\n", encoding="utf-8")
    assert (await look(environ | {"MATCHMENTOR_CONTENT_DIR": str(tmp_path)}))["content"].fault
