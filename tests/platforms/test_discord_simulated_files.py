"""A file in a form on the simulated Discord, as on the trial page: nothing leaves the process."""

from __future__ import annotations

import discord
import pytest
import simcord

from bot.discord_adapter.adapter import DiscordAdapter
from bot.trial import SimulatedFiles
from scheduler.clock import ManualClock
from tests.platforms.discord_desk import NOW, Desk, said


@pytest.fixture
def adapter() -> DiscordAdapter:
    desk = Desk()
    made = DiscordAdapter("token", desk, desk.registry, ManualClock(NOW))
    made.client.files = SimulatedFiles(made.client)
    return made


@pytest.fixture
def simcord_bot(adapter: DiscordAdapter) -> discord.Client:
    """What simcord's own fixture `simcord_env` runs."""
    return adapter.client


@pytest.mark.parametrize(("data", "shown"), [(b'{"a": 1}', "8 and 0"), (b"\x89PNG", "not plain text")])
async def test_a_file_is_taken_from_the_simulation(simcord_env: simcord.Env, data: bytes, shown: str) -> None:
    person = simcord_env.create_user("alice")
    result = await person.submit_modal(await person.slash("bring"), {"copy": [("list.json", data)]})
    assert result.response is not None
    assert shown in said([part.to_dict() for part in result.response.message.components])
