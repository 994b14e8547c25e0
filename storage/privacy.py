"""Everything that is kept about a person: shown, and deleted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.erasure import erase, owned_by
from storage.tables import community, metadata


class Privacy:
    """Export and deletion, in one transaction. Both read the list of tables, so neither can forget a new one."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self.erased = False
        """Whether something was deleted for good: then the transaction ends with an empty journal."""

    async def export(self, person_id: int) -> dict[str, list[dict[str, Any]]]:
        """Every row about the person by table, as plain JSON values, opened; instants are ISO 8601 in UTC.

        Empty for somebody of whom nothing is kept. "community" holds those in which they installed the bot.
        """
        found: dict[str, list[dict[str, Any]]] = {}
        for table in metadata.sorted_tables:
            mine = community.c.installed_by == person_id if table is community else owned_by(table, person_id)
            if mine is None:
                continue
            statement = select(table).where(mine).order_by(*table.primary_key.columns)
            rows = (await self._connection.execute(statement)).mappings().all()
            if rows:
                found[table.name] = [{name: _plain(value) for name, value in row.items()} for row in rows]
        return found

    async def delete(self, person_id: int) -> dict[str, int]:
        """Delete everything about the person, their waiting messages too; how many rows by table.

        A second time: an empty dict. After the commit the unit of work empties SQLite's journal.
        """
        counts = await erase(self._connection, person_id)
        self.erased = self.erased or bool(counts)
        return counts


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
