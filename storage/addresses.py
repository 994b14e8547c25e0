"""Database addresses: which driver, which file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy.dialects.sqlite import aiosqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from storage.errors import DatabaseUnreachable

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}


def with_driver(url: str) -> URL:
    """The address with the asynchronous driver. Raises `DatabaseUnreachable` for one that is no database's."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        # "from None": the address may hold a password.
        raise DatabaseUnreachable("DATABASE_URL is not an address such as sqlite:///data/matchmentor.db.") from None
    driver = _DRIVERS.get(parsed.get_backend_name())
    if driver is None:
        raise DatabaseUnreachable("DATABASE_URL names neither sqlite nor postgresql.")
    if driver.startswith("sqlite") and parsed.database in (None, "", ":memory:"):
        # Each connection would have an empty database of its own.
        raise DatabaseUnreachable("DATABASE_URL needs a file after sqlite:///, such as sqlite:///data/matchmentor.db.")
    return parsed.set(drivername=driver)


def sqlite_file(url: URL) -> Path | None:
    """The file of a SQLite address; None for PostgreSQL."""
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    return Path(url.database.removeprefix("file:"))


def try_to_open(url: URL) -> None:
    """Open a SQLite address and close it again. Raises what SQLite raises. Blocks: call it in a thread.

    The asynchronous driver leaves a thread behind when opening fails, which complains when the loop has closed.
    """
    (database,), options = aiosqlite.dialect().create_connect_args(url)
    with closing(sqlite3.connect(database, **options)) as connection:
        connection.execute("PRAGMA schema_version")


def copies(file: Path) -> tuple[Path, ...]:
    """The copies that were made of a SQLite file before migrations, oldest first."""
    return tuple(sorted(file.parent.glob(f"{file.name}.before-*")))
