from __future__ import annotations

import asyncio
import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from storage.db import Database, DatabaseUnreachable, SchemaAhead
from storage.migrations import head, migrate, schema_state
from storage.retention import COPIES, housekeeping
from storage.tables import metadata
from tests.databases import Kind, make_address
from tests.storage.people import NOW, arrive, fill


async def _run(url: str, statement: str) -> list[Any]:
    database = Database(url)
    try:
        async with database.write() as uow:
            result = await uow.connection.execute(text(statement))
            return list(result) if result.returns_rows else []
    finally:
        await database.dispose()


def _differences(connection: Connection) -> list[Any]:
    options = {"compare_type": True, "compare_server_default": True}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


async def test_the_migrations_make_the_tables_that_the_program_uses(database: Database) -> None:
    """What `alembic check` asks."""
    async with database.write() as uow:
        assert await uow.connection.run_sync(_differences) == []


async def test_the_comparison_notices_a_difference(database: Database) -> None:
    async with database.write() as uow:
        await uow.connection.execute(text("ALTER TABLE draft ADD COLUMN extra TEXT"))
        await uow.connection.execute(text("DROP INDEX ix_seen_at"))
        assert len(await uow.connection.run_sync(_differences)) == 2


async def test_up_and_down_with_rows(kind: Kind) -> None:
    async with make_address(kind, migrated=False) as url:
        assert await schema_state(url) == "empty"
        await migrate(url)
        assert await schema_state(url) == "current"
        database = Database(url)
        person = await arrive(database)
        await fill(database, person)
        async with database.write() as uow:
            await uow.reminders.add(person.id, "own:9", "call the office", {}, "Asia/Kolkata", NOW, NOW)
        await database.dispose()

        await migrate(url, "down")
        assert await schema_state(url) == "behind"
        assert {kind for (kind,) in await _run(url, "SELECT kind FROM rule")} == {"usce"}
        assert await _run(url, "SELECT zone FROM person") == [("Asia/Kolkata",)]
        await migrate(url, "down", "0001")
        assert await schema_state(url) == "behind"

        await migrate(url)
        assert await schema_state(url) == "current"
        async with database.read() as uow:
            assert (await uow.people.of(person.id)).zone == "Asia/Kolkata"
        await database.dispose()

        await migrate(url, "down", "base")
        assert await schema_state(url) == "empty"
        await migrate(url)
        assert await schema_state(url) == "current"
        await fill(database, await arrive(database))
        await database.dispose()


async def test_two_processes_that_start_at_once_migrate_once(kind: Kind) -> None:
    async with make_address(kind, migrated=False) as url:
        await asyncio.gather(*(migrate(url) for _ in range(4)))
        assert await schema_state(url) == "current"
        assert await _run(url, "SELECT version_num FROM alembic_version") == [(head(),)]


async def test_a_migration_that_fails_changes_nothing(kind: Kind) -> None:
    async with make_address(kind, migrated=False) as url:
        await migrate(url, "up", "0001")
        await _run(url, "CREATE TABLE outbox (id INTEGER)")
        with pytest.raises(DBAPIError):
            await migrate(url)
        assert await schema_state(url) == "behind"
        database = Database(url)
        async with database.read() as uow:
            names = await uow.connection.run_sync(lambda connection: inspect(connection).get_table_names())
        await database.dispose()
        assert "checklist" not in names


async def test_tables_that_are_newer_than_the_program_are_refused_in_one_line(address: str) -> None:
    await _run(address, "UPDATE alembic_version SET version_num = '9999'")
    assert await schema_state(address) == "ahead"
    for direction in ("up", "down"):
        with pytest.raises(SchemaAhead) as caught:
            await migrate(address, direction)
        assert "\n" not in str(caught.value)


def _read(file: Path) -> tuple[str, list[Any], int]:
    with closing(sqlite3.connect(file)) as connection:
        (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        return revision, connection.execute("SELECT user_id FROM account").fetchall(), stat.S_IMODE(file.stat().st_mode)


async def test_a_copy_is_made_before_a_file_is_touched() -> None:
    async with make_address("sqlite") as url:
        database = Database(url)
        await arrive(database)  # still in the journal: a plain copy of the file would lack it
        file = Path(url.removeprefix("sqlite:///"))
        await asyncio.to_thread(file.chmod, 0o600)
        down = await migrate(url, "down")
        up = await migrate(url)
        assert down is not None
        assert up is not None
        assert (down.name, up.name) == (f"{file.name}.before-001-0004", f"{file.name}.before-002-0003")
        assert await asyncio.to_thread(_read, down) == ("0004", [("U1",)], 0o600)
        assert await asyncio.to_thread(_read, up) == ("0003", [("U1",)], 0o600)
        assert await migrate(url) is None  # nothing to do, nothing to copy

        made = (await asyncio.to_thread(file.stat)).st_mtime
        before = NOW.fromtimestamp(made, NOW.tzinfo)
        assert await housekeeping(database, before + COPIES / 2) == {}
        assert await housekeeping(database, before + COPIES * 2) == {"copies": 2}
        await database.dispose()


async def test_looking_makes_no_file_and_migrating_makes_the_folder(tmp_path: Path) -> None:
    file = tmp_path / "new" / "folder" / "matchmentor.db"
    assert await schema_state(f"sqlite:///{file}") == "empty"
    assert not await asyncio.to_thread(file.parent.exists)
    assert await migrate(f"sqlite:///{file}") is None
    assert await schema_state(f"sqlite:///{file}") == "current"


async def test_a_database_that_cannot_be_reached_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    for url in (f"sqlite:///{tmp_path}/file/matchmentor.db", "postgresql://postgres@127.0.0.1:1/matchmentor"):
        with pytest.raises(DatabaseUnreachable):
            await migrate(url)
