"""Small things that every query module needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def on_sqlite(connection: AsyncConnection) -> bool:
    """Whether this connection speaks to SQLite."""
    return connection.dialect.name == "sqlite"


def insert(connection: AsyncConnection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT with ON CONFLICT, which both databases have and SQLAlchemy spells per dialect."""
    return sqlite.insert(table) if on_sqlite(connection) else postgresql.insert(table)


def values_of(record: DataclassInstance) -> dict[str, Any]:
    """A record's fields as the values of a row. `dataclasses.asdict` copies each value, which costs more than SQL."""
    return {field.name: getattr(record, field.name) for field in fields(record)}


async def insert_new(
    connection: AsyncConnection, table: Table, unique: tuple[str, ...], values: Mapping[str, Any], where: Any = None
) -> int | None:
    """Insert unless a row with the same `unique` columns is there; the new row's id, or None.

    One statement: two processes that do it at once make one row. `where` is the condition of a partial index.
    """
    statement = (
        insert(connection, table)
        .values(values)
        .on_conflict_do_nothing(index_elements=unique, index_where=where)
        .returning(table.c.id)
    )
    new: int | None = (await connection.execute(statement)).scalar_one_or_none()
    return new
