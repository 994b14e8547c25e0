from __future__ import annotations

from collections.abc import AsyncIterator
from typing import cast

import pytest

from storage.db import Database
from tests.databases import KINDS, Kind, make_address, make_database


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    """Each of the two databases in turn."""
    return cast(Kind, request.param)


@pytest.fixture
async def database(kind: Kind) -> AsyncIterator[Database]:
    """An empty, migrated database of this kind."""
    async with make_database(kind) as made:
        yield made


@pytest.fixture
async def address(kind: Kind) -> AsyncIterator[str]:
    """The address of an empty, migrated database of this kind, for several engines."""
    async with make_address(kind) as url:
        yield url
