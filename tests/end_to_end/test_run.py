"""`matchmentor run` as a process of its own: both platforms, ready, and a polite end."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from bot.settings import variables
from tests.peers.discord import DiscordPeer
from tests.peers.slack import SlackPeer

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0


@asynccontextmanager
async def running(folder: Path, **settings: str) -> AsyncIterator[Process]:
    environ = {name: value for name, value in os.environ.items() if name not in variables()}
    environ |= {"PYTHONPATH": str(ROOT), "MATCHMENTOR_LOG": "json", "MATCHMENTOR_HTTP": "127.0.0.1:0", **settings}
    program = (sys.executable, "-m", "bot", "run")
    process = await asyncio.create_subprocess_exec(*program, cwd=folder, env=environ, stdout=PIPE, stderr=PIPE)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def logged(process: Process, event: str) -> dict[str, Any]:
    """The next line of the log that tells of this event."""
    assert process.stderr is not None
    async with asyncio.timeout(PATIENCE):
        while line := await process.stderr.readline():
            told: dict[str, Any] = json.loads(line)
            if told["event"] == event:
                return told
    raise AssertionError(f"the process ended without {event!r}")


async def test_both_platforms_in_one_process_until_sigterm(tmp_path: Path) -> None:
    async with DiscordPeer() as discord, SlackPeer("socket") as slack:
        there = {
            "DISCORD_TOKEN": discord.token,
            "DISCORD_API_BASE": discord.api_base,
            "DISCORD_GATEWAY_URL": discord.gateway_url,
            **slack.settings(),
        }
        async with running(tmp_path, **there) as process:
            port = (await logged(process, "listening"))["port"]
            ready = await logged(process, "ready")
            assert ready["platforms"] == ["discord", "slack"]
            async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/readyz") as answer:
                assert (answer.status, await answer.json()) == (200, {"ready": True, "faults": {}})
            process.send_signal(signal.SIGTERM)
            await logged(process, "stopped")
            async with asyncio.timeout(PATIENCE):
                assert await process.wait() == 0
    assert (tmp_path / "data" / "matchmentor.db").is_file()


async def test_a_refused_token_is_one_line_and_exit_code_1(tmp_path: Path) -> None:
    async with DiscordPeer() as discord:
        there = {"DISCORD_TOKEN": "wrong", "DISCORD_API_BASE": discord.api_base, "MATCHMENTOR_HTTP": ""}
        async with running(tmp_path, **there) as process, asyncio.timeout(PATIENCE):
            _, stderr = await process.communicate()
    assert process.returncode == 1
    assert "DISCORD_TOKEN" in stderr.decode().splitlines()[-1]
    assert b"Traceback" not in stderr
