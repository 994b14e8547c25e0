"""`compose.yaml` against the settings: what an operator writes into `.env` reaches the bot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot import settings
from bot.app import DRAIN_SECONDS
from bot.discord_adapter import adapter as discord
from bot.slack_adapter import adapter as slack

FILE = Path(__file__).resolve().parents[2] / "compose.yaml"
ITS_OWN = {"DATABASE_URL", "MATCHMENTOR_DATA_DIR", "MATCHMENTOR_HTTP"}
"""What the file itself decides."""


@pytest.fixture
def services() -> Any:
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))["services"]


@pytest.mark.parametrize("service", ["bot", "migrate"])
def test_every_setting_is_handed_over(services: Any, service: str) -> None:
    given = services[service]["environment"]
    assert set(given) == set(settings.variables())
    assert {name for name, value in given.items() if f"${{{name}:" not in value} == ITS_OWN


def test_the_folder_of_a_community_is_where_the_bot_looks(services: Any) -> None:
    bot = services["bot"]
    looked = bot["environment"]["MATCHMENTOR_CONTENT_DIR"].removeprefix("${MATCHMENTOR_CONTENT_DIR:+").removesuffix("}")
    (mounted,) = [each for each in bot["volumes"] if each.startswith("${MATCHMENTOR_CONTENT_DIR:-")]
    assert mounted.endswith(f":{looked}")


def test_what_the_bot_keeps_outlives_its_container(services: Any) -> None:
    bot = services["bot"]
    assert f"data:{bot['environment']['MATCHMENTOR_DATA_DIR']}" in bot["volumes"]


def test_the_bot_is_not_killed_while_it_stops(services: Any) -> None:
    longest = 2 * DRAIN_SECONDS + discord.FINISH_WITHIN + slack.FINISH_WITHIN
    assert float(services["bot"]["stop_grace_period"].removesuffix("s")) > longest
