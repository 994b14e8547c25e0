"""Health, numbers and the door for Slack, over a real socket."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest

from bot.metrics import Counted, Metrics
from bot.settings import SettingsError
from bot.web import LARGEST_BODY, SlackCall, Web
from commands.context import Invocation
from commands.outcomes import Outcome
from scheduler.clock import ManualClock
from tests.databases import make_database

NOW = datetime(2026, 9, 23, 13, 0, tzinfo=UTC)


class Health:
    """What a test says is not well."""

    def __init__(self) -> None:
        self.faults: dict[str, Any] = {}

    async def __call__(self) -> Mapping[str, Any]:
        return self.faults


class Silent:
    """A boundary that has nothing to say."""

    def opens_form(self, invocation: Invocation) -> bool:
        return False

    async def run(self, invocation: Invocation) -> Outcome | None:
        return None


@asynccontextmanager
async def served(health: Health, metrics: Metrics | None = None, slack: SlackCall | None = None) -> AsyncIterator[Any]:
    web = Web(health, metrics, slack=slack)
    host, port = await web.start(("127.0.0.1", 0))
    try:
        async with aiohttp.ClientSession(f"http://{host}:{port}") as session:
            yield session
    finally:
        await web.stop()


async def test_alive_is_not_ready() -> None:
    health = Health()
    async with served(health) as session:
        health.faults["discord"] = "no sign of life for 61 s"
        async with session.get("/healthz") as alive, session.get("/readyz") as ready:
            assert (alive.status, ready.status) == (200, 503)
            assert await ready.json() == {"ready": False, "faults": health.faults}
        health.faults = {}
        async with session.get("/readyz") as ready:
            assert (ready.status, await ready.json()) == (200, {"ready": True, "faults": {}})


async def test_numbers_count_and_name_nobody() -> None:
    async with make_database("sqlite") as database:
        metrics = Metrics(database, ManualClock(NOW))
        asked = Invocation("discord", "user-4711", "command", "redflag", options={"words": "my secret"})
        await Counted(Silent(), metrics).run(asked)
        async with served(Health(), metrics) as session, session.get("/metrics") as response:
            text = await response.text()
    assert 'matchmentor_invocations_total{platform="discord",what="command"} 1.0' in text
    assert 'matchmentor_outbox{state="pending"} 0.0' in text
    assert "4711" not in text
    assert "secret" not in text


async def test_the_numbers_say_whether_all_is_well_though_nobody_asked_before() -> None:
    async with make_database("sqlite") as database:
        health = Health()
        async with served(health, Metrics(database, ManualClock(NOW))) as session:
            async with session.get("/metrics") as response:
                assert "\nmatchmentor_ready 1.0\n" in await response.text()
            health.faults["discord delivery"] = "stopped"
            async with session.get("/metrics") as response:
                assert "\nmatchmentor_ready 0.0\n" in await response.text()


async def test_numbers_of_a_database_without_tables_say_what_to_do() -> None:
    async with make_database("sqlite", migrated=False) as database:
        metrics = Metrics(database, ManualClock(NOW))
        async with served(Health(), metrics) as session, session.get("/metrics") as response:
            assert response.status == 503
            assert "migrate up" in await response.text()


async def test_slack_gets_what_it_posted_answered() -> None:
    async def called(headers: Mapping[str, str], body: str) -> tuple[int, dict[str, str], str]:
        return 201, {"Content-Type": "text/x"}, f"{headers['X-Slack-Signature']} {body}"

    async with served(Health(), slack=called) as session:
        async with session.post("/slack/events", data="hé", headers={"X-Slack-Signature": "s"}) as response:
            assert (response.status, await response.text(), response.content_type) == (201, "s hé", "text/x")
        async with session.post("/slack/events", data=b"\xff") as response:
            assert response.status == 400
        async with session.post("/slack/events", data=io.BytesIO(b"x" * (LARGEST_BODY + 1))) as response:
            assert response.status == 413
    async with served(Health()) as session, session.post("/slack/events") as response:
        assert response.status == 404


async def test_a_taken_port_is_one_line() -> None:
    first = Web(Health())
    address = await first.start(("127.0.0.1", 0))
    try:
        with pytest.raises(SettingsError, match="MATCHMENTOR_HTTP: cannot listen on port"):
            await Web(Health()).start(address)
    finally:
        await first.stop()
        await first.stop()
