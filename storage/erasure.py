"""Which rows are a person's, found from the tables themselves, so that a new table cannot be forgotten."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Table, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import community, metadata, person


def owned_by(table: Table, person_id: int) -> ColumnElement[bool] | None:
    """The condition for the person's rows of a table, through the table it belongs to if need be; None: nobody's."""
    if table is person:
        return person.c.id == person_id
    if "person_id" in table.c:
        return table.c.person_id == person_id
    for key in table.foreign_keys:
        parent = key.column.table
        through = owned_by(parent, person_id) if key.ondelete == "CASCADE" else None
        if through is not None:
            return key.parent.in_(select(key.column).where(through))
    return None


async def erase(connection: AsyncConnection, person_id: int) -> dict[str, int]:
    """Delete every row of a person; how many, by table, without the tables that had none."""
    installed = update(community).where(community.c.installed_by == person_id)
    await connection.execute(installed.values(installed_by=None))
    counts: dict[str, int] = {}
    for table in reversed(metadata.sorted_tables):
        condition = owned_by(table, person_id)
        if condition is not None:
            result: Any = await connection.execute(delete(table).where(condition))
            if result.rowcount:
                counts[table.name] = result.rowcount
    return counts
