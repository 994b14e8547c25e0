"""Changing the tables of an installation, up and down, without alembic's command line or its ini file.

One transaction, also on SQLite: a migration that fails changes nothing. Two processes that start at once migrate once:
the second waits and finds nothing to do. A SQLite file is copied before it is touched.
"""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Literal

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event, inspect, text
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from storage.addresses import copies, sqlite_file, try_to_open, with_driver
from storage.errors import SchemaAhead, StorageError, translated

State = Literal["current", "behind", "ahead", "empty"]
Direction = Literal["up", "down"]

_ADVISORY_LOCK = 0x4D4D0001  # any number of our own, the same in every process


def head() -> str:
    """The newest revision that this program knows."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def state_of(connection: Connection) -> State:
    """How the tables behind a connection stand to this program. `empty`: none of ours is there."""
    current = MigrationContext.configure(connection).get_current_revision()
    script = ScriptDirectory.from_config(_config())
    if current is None:
        return "empty" if not inspect(connection).has_table("person") else "behind"
    if current == script.get_current_head():
        return "current"
    known = {revision.revision for revision in script.walk_revisions()}
    return "behind" if current in known else "ahead"


async def schema_state(url: str) -> State:
    """How the tables at an address stand to this program. Raises `StorageError` when it cannot be reached."""
    address = with_driver(url)
    file = sqlite_file(address)
    if file is not None and not await asyncio.to_thread(file.exists):
        return "empty"  # looking must not make a file
    engine = _engine(address)
    try:
        with translated(opening=True):
            if file is not None:
                await asyncio.to_thread(try_to_open, address)
            return await _state(engine)
    finally:
        await engine.dispose()


async def migrate(url: str, direction: Direction = "up", revision: str | None = None) -> Path | None:
    """Bring the tables up to `revision` (default: the newest) or down to it (default: one step; "base": all).

    Gives the copy of the SQLite file, when one was made. Raises `SchemaAhead` for tables that this program does not
    know, `StorageError` otherwise when the database cannot be changed.
    """
    address = with_driver(url)
    file = sqlite_file(address)
    engine = _engine(address)
    try:
        with translated(opening=True):
            if file is not None:
                await asyncio.to_thread(_make_room, file, address)
            state = await _state(engine)
            if state == "ahead":
                raise SchemaAhead
            if direction == "up" and state == "current" and revision in (None, "head", head()):
                return None
            copy = await asyncio.to_thread(_copy, file) if file is not None and state != "empty" else None
            async with engine.begin() as connection:
                await connection.run_sync(_change, direction, revision)
            return copy
    finally:
        await engine.dispose()


def _make_room(file: Path, address: URL) -> None:
    file.absolute().parent.mkdir(parents=True, exist_ok=True)
    try_to_open(address)


async def _state(engine: AsyncEngine) -> State:
    looking = engine.execution_options(only_looks=True)
    async with looking.begin() as connection:
        return await connection.run_sync(state_of)


def _change(connection: Connection, direction: Direction, revision: str | None) -> None:
    sqlite = connection.dialect.name == "sqlite"
    if not sqlite:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ADVISORY_LOCK})
    config = _config()
    config.attributes["connection"] = connection
    if direction == "up":
        command.upgrade(config, revision or "head")
    else:
        command.downgrade(config, revision or "-1")
    # Foreign keys are off while SQLite's tables are rebuilt; nothing may be left pointing at nothing.
    if sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
        raise StorageError("The migration would have left rows without their owner. Nothing was changed; report this.")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _copy(file: Path) -> Path:
    """A copy by SQLite's own backup, which is whole even while somebody writes; numbered, with the revision inside."""
    with closing(sqlite3.connect(file)) as source:
        revision = source.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        numbers = [int(name.name.removeprefix(f"{file.name}.before-")[:3]) for name in copies(file)]
        target = file.with_name(f"{file.name}.before-{max(numbers, default=0) + 1:03d}-{revision}")
        with closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
    target.chmod(file.stat().st_mode)
    return target


def _engine(url: URL) -> AsyncEngine:
    engine = create_async_engine(url, hide_parameters=True, poolclass=NullPool)
    if url.get_backend_name() != "sqlite":
        return engine

    @event.listens_for(engine.sync_engine, "connect")
    def on_connect(connection: object, _record: object) -> None:
        connection.isolation_level = None  # type: ignore[attr-defined]

    @event.listens_for(engine.sync_engine, "begin")
    def on_begin(connection: Connection) -> None:
        looks = connection.get_execution_options().get("only_looks")
        connection.exec_driver_sql("BEGIN" if looks else "BEGIN IMMEDIATE")

    return engine
