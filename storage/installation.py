"""Everything an installation keeps, for `matchmentor export`: a copy that needs no database to be read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from sqlalchemy import select

from storage.db import Database
from storage.tables import metadata

_AT_ONCE = 500


async def every_row(database: Database) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    """(table, row) for each row at one state of the database, owners before what is theirs, texts opened.

    Values are plain JSON; instants are ISO 8601 in UTC. Raises `BadKey` for text that our key does not open.
    """
    async with database.read() as uow:
        for table in metadata.sorted_tables:
            statement = select(table).order_by(*table.primary_key.columns)
            result = await uow.connection.stream(statement.execution_options(yield_per=_AT_ONCE))
            async for row in result.mappings():
                yield table.name, {name: _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
