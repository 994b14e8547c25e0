"""`make try`: the page is served, a nudge comes by itself, Ctrl-C ends it, and a second run knows the person."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr

from bot import trial
from bot.settings import DATABASE_FILE, Settings, SettingsError

Doing = Callable[[Any], Awaitable[None]]


async def tried(folder: Path, monkeypatch: pytest.MonkeyPatch, doing: Doing, **how: Any) -> list[str]:
    """Run the trial, do something in its world once the page is there, press Ctrl-C. Gives the lines that were said."""
    lines: list[str] = []
    ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    opened = trial._open_world
    worlds: list[Any] = []

    async def open_world(*given: Any) -> Any:
        worlds.append(await opened(*given))
        return worlds[-1]

    def say(line: str) -> None:
        lines.append(line)
        if "Ctrl-C" in line and not ready.done():
            ready.set_result(None)

    monkeypatch.setattr(trial, "_open_world", open_world)
    settings = how.pop("settings", None) or Settings(data_dir=folder)
    running = asyncio.create_task(trial.run_trial(settings, say=say, **how))
    await asyncio.wait({running, ready}, return_when=asyncio.FIRST_COMPLETED)
    if not running.done():
        try:
            await doing((worlds[-1], lines))
        finally:
            os.kill(os.getpid(), signal.SIGINT)
    await running
    monkeypatch.undo()
    return lines


async def test_the_page_is_served_and_ctrl_c_stops_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def look(given: Any) -> None:
        address = next(line for line in given[1] if "http://" in line).split()[-1]
        async with aiohttp.ClientSession() as session, session.get(address) as page:
            assert page.status == 200

    lines = await tried(tmp_path, monkeypatch, look)
    assert any("/checklist" in line for line in lines)
    assert lines[-1] == "Stopped. Your data stays for the next time."


async def test_a_second_run_knows_the_person_and_takes_new_presses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people: list[tuple[int, int]] = []
    titles: list[str] = []

    async def ask(given: Any) -> None:
        user = given[0].members["applicant"].user
        result = await user.slash("matchmentor")
        people.append((user.id, user.dm_channel.id))
        titles.append(str(result.response.message.components[0].children[0].content))

    await tried(tmp_path, monkeypatch, ask)
    await tried(tmp_path, monkeypatch, ask)
    assert people[0] == people[1]
    assert len(titles) == 2


async def test_the_installation_itself_is_not_touched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = tmp_path / "real.db"
    real.write_bytes(b"somebody's data")
    data = tmp_path / "data"
    data.mkdir()
    (data / DATABASE_FILE).write_bytes(b"somebody else's")
    settings = Settings(database=SecretStr(f"sqlite:///{real}"), data_dir=data)

    async def ask(given: Any) -> None:
        result = await given[0].members["applicant"].user.slash("matchmentor")
        assert result.response.message

    await tried(tmp_path, monkeypatch, ask, settings=settings)
    assert real.read_bytes() == b"somebody's data"
    assert (data / DATABASE_FILE).read_bytes() == b"somebody else's"
    assert sorted(path.name for path in data.iterdir()) == [DATABASE_FILE, "try"]
    assert (data / "try" / DATABASE_FILE).stat().st_size


def test_a_trial_gets_no_token_no_port_and_no_address_of_the_installation(tmp_path: Path) -> None:
    real = Settings.load(
        {
            "DATABASE_URL": "postgresql://user:password@host/name",
            "MATCHMENTOR_DATA_DIR": str(tmp_path),
            "MATCHMENTOR_CONTENT_DIR": str(tmp_path),
            "MATCHMENTOR_KEY": "a key",
            "MATCHMENTOR_HTTP": "127.0.0.1:8080",
            "MATCHMENTOR_ROLES": "discord",
            "DISCORD_TOKEN": "real",
            "DISCORD_API_BASE": "https://discord.example",
            "SLACK_BOT_TOKEN": "xoxb-real",
            "SLACK_APP_TOKEN": "xapp-real",
        }
    )
    assert trial.apart(real) == Settings(data_dir=tmp_path / "try", content_dir=tmp_path, key=SecretStr("a key"))


async def test_another_person_in_a_channel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def ask(given: Any) -> None:
        world = given[0]
        result = await world.members["mentor"].slash(world.channel, "matchmentor")
        assert result.ephemeral

    lines = await tried(tmp_path, monkeypatch, ask, place="channel", person="mentor")
    assert any("(mentor)" in line for line in lines)


async def test_nobody_of_that_name(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="applicant, mentor, friend"):
        await trial.run_trial(Settings(data_dir=tmp_path), person="dean")


async def test_without_its_packages_it_names_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "simcord", None)
    with pytest.raises(SettingsError, match="make venv"):
        await trial.run_trial(Settings(data_dir=tmp_path))


async def test_the_bot_bears_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def look(given: Any) -> None:
        assert given[0].env.bot.user.name == "MatchMentor"

    await tried(tmp_path, monkeypatch, look)
