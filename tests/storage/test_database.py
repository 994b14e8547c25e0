from __future__ import annotations

import asyncio
import os
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

import storage.db
from storage.db import (
    Database,
    DatabaseBusy,
    DatabaseReadOnly,
    DatabaseUnreachable,
    SchemaAhead,
    SchemaBehind,
    StorageError,
    Uow,
)
from storage.migrations import migrate
from tests.databases import Kind, make_address, make_database
from tests.storage.people import NOW, arrive


async def _count_up(database: Database, person_id: int, times: int) -> None:
    for _ in range(times):
        async with database.write() as uow:
            await uow.people.lock(person_id)
            person = await uow.people.of(person_id)
            await asyncio.sleep(0)  # let the other writers in between reading and writing, if the database does
            await uow.people.set_zone(person_id, str(int(person.zone or "0") + 1), confirmed=False)


async def test_four_engines_lose_no_update(address: str) -> None:
    databases = [Database(address) for _ in range(4)]
    try:
        person = await arrive(databases[0])
        await asyncio.gather(*(_count_up(database, person.id, 50) for database in databases))
        async with databases[0].read() as uow:
            assert (await uow.people.of(person.id)).zone == "200"
    finally:
        for database in databases:
            await database.dispose()


async def test_fifty_presses_while_fifty_messages_are_settled(database: Database) -> None:
    """Scenario E11."""
    people = [await arrive(database, user=f"U{number}") for number in range(50)]
    async with database.write() as uow:
        lists = [await uow.checklists.start(person.id, "strategy", 1, ("one",), NOW) for person in people]
        for person in people:
            await uow.outbox.add(
                person_id=person.id, account_id=person.account, platform="slack", compose="nudge",
                dedupe_key=str(person.id), due_at=NOW, now=NOW,
            )  # fmt: skip

    async def press(number: int) -> None:
        async with database.write() as uow:
            assert await uow.checklists.set_state(people[number].id, lists[number].steps[0].id, "done", NOW)

    async def settle() -> None:
        async with database.write() as uow:
            (row,) = await uow.outbox.claim("w", NOW, timedelta(seconds=60), 1, ("slack",))
        async with database.write() as uow:
            assert await uow.outbox.sent(row, NOW, "ref")

    await asyncio.gather(*(press(number) for number in range(50)), *(settle() for _ in range(50)))
    async with database.read() as uow:
        assert await uow.outbox.counts() == {"sent": 50}
        states = [(await uow.checklists.of(person.id))[0].steps[0].state for person in people]
    assert states == ["done"] * 50


async def test_an_error_takes_everything_back(database: Database) -> None:
    person = await arrive(database)

    async def fail_halfway() -> None:
        async with database.write() as uow:
            await uow.people.set_zone(person.id, "Europe/Paris", confirmed=True)
            raise LookupError("in the middle")

    with pytest.raises(LookupError, match="in the middle"):
        await fail_halfway()
    async with database.read() as uow:
        assert (await uow.people.of(person.id)).zone is None


async def test_who_only_reads_cannot_write_and_sees_one_state(database: Database) -> None:
    person = await arrive(database)

    async def write_in_a_read() -> None:
        async with database.read() as uow:
            await uow.people.welcome(person.id, NOW)

    with pytest.raises(DBAPIError, match=r"(?i)read-?\s?only"):
        await write_in_a_read()
    # The connection is as good as before.
    async with database.write() as uow:
        await uow.people.welcome(person.id, NOW)


async def test_readers_do_not_wait_for_a_writer(database: Database) -> None:
    person = await arrive(database)
    async with database.write() as writer:
        await writer.people.welcome(person.id, NOW)
        async with database.read() as reader:
            assert (await reader.people.of(person.id)).welcomed_at is None


async def test_errors_of_a_handler_are_not_taken_for_the_databases(database: Database) -> None:
    async def fail() -> None:
        async with database.write():
            raise ConnectionResetError("somebody else's network")

    with pytest.raises(ConnectionResetError):
        await fail()


async def _lock_and_write(url: str, holder: Uow, person_id: int) -> None:
    """Try to write for somebody whom another transaction holds."""
    await holder.people.welcome(person_id, NOW)
    other = Database(url)
    try:
        async with other.write() as uow:
            await uow.people.welcome(person_id, NOW)
    finally:
        await other.dispose()


async def test_a_locked_database_is_said_to_be_locked(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage.db, "LOCK_WAIT_MS", 50)
    database = Database(address)
    try:
        person = await arrive(database)
        async with database.write() as holder:
            with pytest.raises(DatabaseBusy, match="Nothing was changed"):
                await _lock_and_write(address, holder, person.id)
    finally:
        await database.dispose()


async def test_a_writer_that_waits_too_long_for_its_turn_is_told_so(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not database.is_sqlite:
        return  # PostgreSQL has more than one writer
    monkeypatch.setattr(database._writer.sync_engine.pool, "_timeout", 0.01)

    async def wait() -> None:
        async with database.write():
            pass

    async with database.write():
        with pytest.raises(DatabaseBusy):
            await wait()


async def _read_only(url: str) -> Database:
    """The same database, through an address (SQLite) or a setting (PostgreSQL) that refuses writing."""
    if url.startswith("sqlite"):
        return Database(url.replace("sqlite:///", "sqlite:///file:") + "?mode=ro&uri=true")
    database = Database(url)
    name = database.url.database
    async with database.write() as uow:
        await uow.connection.execute(text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'))
    await database.dispose()
    return Database(url)


async def test_a_read_only_database_can_be_read_and_says_what_it_is(address: str) -> None:
    first = Database(address)
    person = await arrive(first)
    await first.dispose()
    database = await _read_only(address)

    async def write() -> None:
        async with database.write() as uow:
            await uow.people.welcome(person.id, NOW)

    try:
        async with database.read() as uow:
            assert await uow.people.of(person.id) == person
        with pytest.raises(DatabaseReadOnly, match="writable"):
            await write()
        with pytest.raises(DatabaseReadOnly):
            await database.check()
    finally:
        await database.dispose()


async def _look_at_the_profile(database: Database, person_id: int) -> None:
    async with database.read() as uow:
        await uow.profiles.of(person_id)


async def test_one_migration_behind_and_ahead(address: str) -> None:
    database = Database(address)
    try:
        await database.check()
        person = await arrive(database)
        async with database.write() as uow:
            await uow.connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        with pytest.raises(SchemaAhead, match="newer"):
            await database.check()
        async with database.write() as uow:
            await uow.connection.execute(text("UPDATE alembic_version SET version_num = '0003'"))
        await database.dispose()
        await migrate(address, "down")
        with pytest.raises(SchemaBehind, match="matchmentor migrate up"):
            await database.check()
        with pytest.raises(SchemaBehind):
            await _look_at_the_profile(database, person.id)
    finally:
        await database.dispose()


async def test_an_empty_database_asks_for_its_tables(kind: Kind) -> None:
    async with make_database(kind, migrated=False) as database:
        with pytest.raises(SchemaBehind):
            await database.check()


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////nowhere/at/all/matchmentor.db",
        "postgresql://postgres@127.0.0.1:1/matchmentor",
        "mysql://localhost/matchmentor",
        "sqlite://",
        "sqlite:///:memory:",
        "my secret password",
    ],
)
async def test_an_address_that_leads_nowhere_is_one_line(url: str) -> None:
    async def reach() -> None:
        database = Database(url)
        try:
            await database.check()
        finally:
            await database.dispose()

    with pytest.raises(DatabaseUnreachable) as caught:
        await reach()
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value)


async def test_a_database_that_does_not_exist_on_a_server_that_does() -> None:
    async with make_address("postgresql") as url:
        database = Database(url.replace("matchmentor_test_", "no_such_"))
        with pytest.raises(DatabaseUnreachable):
            await database.check()
        await database.dispose()


async def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "letter.db").write_text("Dear program director, " * 100)
    database = Database(f"sqlite:///{tmp_path}/letter.db")
    with pytest.raises(StorageError):
        await database.check()
    await database.dispose()


def _size(file: str) -> int:
    return os.path.getsize(file)


async def test_the_journal_is_emptied() -> None:
    async with make_address("sqlite") as url:
        database = Database(url)
        await arrive(database)
        journal = url.removeprefix("sqlite:///") + "-wal"
        assert _size(journal) > 0
        assert await database.checkpoint()
        assert _size(journal) == 0
        await database.dispose()


async def test_sqlite_is_set_up_as_promised() -> None:
    async with make_database("sqlite") as database:
        async with database.write() as uow:
            values = [
                (await uow.connection.execute(text(f"PRAGMA {name}"))).scalar_one()
                for name in ("journal_mode", "foreign_keys", "busy_timeout", "secure_delete")
            ]
        assert values == ["wal", 1, 5000, 1]


async def test_no_value_is_shown_in_an_error(database: Database) -> None:
    async def fail() -> None:
        async with database.write() as uow:
            await uow.connection.execute(text("SELECT * FROM person WHERE zone = :words"), {"words": "zebrafish"})
            await uow.connection.execute(text("SELECT nonsense(:words)"), {"words": "zebrafish"})

    with pytest.raises(DBAPIError) as caught:
        await fail()
    assert "zebrafish" not in str(caught.value)


async def test_writers_start_with_a_lock_and_readers_without() -> None:
    async with make_address("sqlite") as url:
        database = Database(url)
        file = url.removeprefix("sqlite:///")

        def is_locked() -> bool:
            with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as other:
                try:
                    other.execute("BEGIN IMMEDIATE")
                except sqlite3.OperationalError:
                    return True
                other.execute("ROLLBACK")
                return False

        async with database.read() as uow:
            await uow.people.known(1)
            assert not is_locked()
        async with database.write():
            assert is_locked()
        await database.dispose()
