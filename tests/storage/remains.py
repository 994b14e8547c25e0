"""Every byte that a database keeps, to search it for what should not be there."""

from __future__ import annotations

import io
from pathlib import Path

import asyncpg

from storage.db import Database

_TABLES = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"


async def everything(database: Database) -> bytes:
    """SQLite: the file and its journal as they lie on the disk. PostgreSQL: a dump of every table."""
    return _files(Path(database.url.database or "")) if database.is_sqlite else await _dump(database)


def _files(file: Path) -> bytes:
    names = sorted(file.parent.glob(f"{file.name}*"))
    assert file in names
    return b"".join(name.read_bytes() for name in names)


async def _dump(database: Database) -> bytes:
    address = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(address)
    try:
        out = io.BytesIO()
        for (table,) in await connection.fetch(_TABLES):
            await connection.copy_from_table(table, output=out, schema_name="public")
        return out.getvalue()
    finally:
        await connection.close()
