"""Deliveries that were processed already: platforms send a thing twice when an answer was slow."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from storage.sql import insert
from storage.tables import seen


class Seen:
    """What was processed, in the transaction that processes it: a failure forgets it again."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def first_time(self, key: str, now: datetime) -> bool:
        """Remember this delivery; False when it was there already."""
        statement = insert(self._connection, seen).values(key=key, at=now).on_conflict_do_nothing()
        result: Any = await self._connection.execute(statement.returning(seen.c.key))
        return result.first() is not None
