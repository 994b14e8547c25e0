from __future__ import annotations

from collections.abc import AsyncIterator
from typing import cast

import pytest

from scheduler.clock import ManualClock
from storage.db import Database
from tests.databases import KINDS, Kind, make_address
from tests.scheduler.stage import NOW


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    """Each of the two databases in turn."""
    return cast(Kind, request.param)


@pytest.fixture
async def address(kind: Kind) -> AsyncIterator[str]:
    """The address of an empty, migrated database of this kind, for several engines and processes."""
    async with make_address(kind) as url:
        yield url


@pytest.fixture
async def database(address: str) -> AsyncIterator[Database]:
    made = Database(address)
    yield made
    await made.dispose()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)
