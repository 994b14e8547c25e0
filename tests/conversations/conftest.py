from __future__ import annotations

from collections.abc import AsyncIterator
from typing import cast

import pytest

from commands.context import Platform
from storage.db import Database
from tests.chat import Chat, World
from tests.databases import make_database


@pytest.fixture
async def database() -> AsyncIterator[Database]:
    """An empty, migrated SQLite file; a suite that wants PostgreSQL too overrides this."""
    async with make_database("sqlite") as made:
        yield made


@pytest.fixture
async def paired(request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    """SQLite under Discord, PostgreSQL under Slack: both platforms and both databases, without every pair of them."""
    async with make_database(
        "postgresql" if request.node.callspec.params.get("world") == "slack" else "sqlite"
    ) as made:
        yield made


@pytest.fixture(params=("discord", "slack"))
def world(request: pytest.FixtureRequest, database: Database) -> World:
    """A community with nobody in it, on each platform in turn."""
    return World(database, cast(Platform, request.param))


@pytest.fixture
def chat(world: World) -> Chat:
    """A newcomer in their direct messages with the bot."""
    return Chat(world, "a")
