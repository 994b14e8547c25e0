"""The database: connections, transactions, and the unit of work that handlers get.

SQLite has two small pools. The writer has one connection, so that writers of one process queue here, fairly, and not
in SQLite's busy handler, which sleeps and may starve; it begins with BEGIN IMMEDIATE, because a transaction that reads
first and then writes otherwise fails or loses updates. The readers never wait and cannot write. PostgreSQL has one
pool, and readers begin READ ONLY.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.engine import URL, Connection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from storage import cipher
from storage.addresses import copies, sqlite_file, try_to_open, with_driver
from storage.channel_posts import ChannelPosts
from storage.checklists import Checklists
from storage.communities import Communities
from storage.community_dates import CommunityDates
from storage.drafts import Drafts
from storage.errors import (
    BadKey,
    DatabaseBusy,
    DatabaseReadOnly,
    DatabaseUnreachable,
    SchemaAhead,
    SchemaBehind,
    StorageError,
    translated,
)
from storage.feedback import Feedback
from storage.ledger import Ledger
from storage.living import Living
from storage.nudges import Nudges
from storage.outbox import Outbox
from storage.own_dates import OwnDates
from storage.people import People
from storage.privacy import Privacy
from storage.profiles import Profiles
from storage.reach import Reach
from storage.reminders import Reminders
from storage.season_rules import SeasonRules
from storage.seen import Seen

__all__ = [
    "BadKey",
    "Database",
    "DatabaseBusy",
    "DatabaseReadOnly",
    "DatabaseUnreachable",
    "SchemaAhead",
    "SchemaBehind",
    "StorageError",
    "Uow",
]

LOCK_WAIT_MS = 5000
_QUEUE_WAIT_SECONDS = 15


class Uow:
    """One transaction and what can be asked in it, by subject; `writes`: it may change them. Handlers never commit."""

    def __init__(self, connection: AsyncConnection, *, writes: bool = True) -> None:
        self.connection = connection
        self.writes = writes
        self.people = People(connection)
        self.profiles = Profiles(connection)
        self.communities = Communities(connection)
        self.community_dates = CommunityDates(connection)
        self.channel_posts = ChannelPosts(connection)
        self.reach = Reach(connection)
        self.seen = Seen(connection)
        self.checklists = Checklists(connection)
        self.own_dates = OwnDates(connection)
        self.living = Living(connection)
        self.drafts = Drafts(connection)
        self.nudges = Nudges(connection)
        self.reminders = Reminders(connection)
        self.season_rules = SeasonRules(connection)
        self.ledger = Ledger(connection)
        self.outbox = Outbox(connection)
        self.feedback = Feedback(connection)
        self.privacy = Privacy(connection)


class Database:
    """One database by its address (`sqlite+aiosqlite:///file`, `postgresql+asyncpg://...`; the driver may be left out).

    `key` is `MATCHMENTOR_KEY`. Everything here raises `StorageError` for what an operator can put right.
    """

    def __init__(self, url: str, *, key: str | None = None) -> None:
        self.url = with_driver(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            self._writer = _sqlite(self.url, size=1, reads=False)
            self._reader = _sqlite(self.url, size=4, reads=True)
        else:
            self._writer = _postgres(self.url)
            self._reader = self._writer.execution_options(postgresql_readonly=True)
        self._was_open = False
        own = cipher.Cipher(key)
        for engine in (self._writer, self._reader):
            cipher.use(engine.dialect, own)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Uow]:
        """One transaction that may change things: committed on a clean exit, rolled back on any error."""
        async with self._connected(self._writer) as connection:
            uow = Uow(connection)
            with translated():
                async with connection.begin():
                    yield uow
        if uow.privacy.erased:
            await self.checkpoint()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Uow]:
        """One transaction that only looks, at one state of the database. A write in it is an error of the program."""
        async with self._connected(self._reader) as connection:
            with translated(reading=True):
                async with connection.begin():
                    yield Uow(connection, writes=False)

    async def check(self) -> None:
        """Raise the `StorageError` that says what is wrong, if anything: reachable, writable, at our schema."""
        from storage.migrations import state_of  # here: alembic is slow to import, and only asked at the start

        async with self.write() as uow:
            state = await uow.connection.run_sync(state_of)
            if state in ("behind", "empty"):
                raise SchemaBehind
            if state == "ahead":
                raise SchemaAhead
            await uow.connection.execute(text("UPDATE alembic_version SET version_num = '' WHERE 1 = 0"))

    async def checkpoint(self) -> bool:
        """Empty SQLite's journal, so that what was deleted is in no file; True when it is empty. PostgreSQL: nothing.

        False when a reader still looks at the old state: housekeeping does it again.
        """
        if not self.is_sqlite:
            return True
        async with self._connected(self._writer.execution_options(outside_transaction=True)) as connection:
            with translated():
                busy = (await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")).one()[0]
        return not busy

    async def forget_copies(self, before: datetime) -> int:
        """Delete copies of a SQLite file that migrations made earlier than this; how many."""
        file = sqlite_file(self.url)
        return 0 if file is None else await asyncio.to_thread(_remove_copies, file, before)

    async def dispose(self) -> None:
        """Close every connection. Without it the driver's threads outlive the loop."""
        await self._writer.dispose()
        if self.is_sqlite:
            await self._reader.dispose()

    @asynccontextmanager
    async def _connected(self, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        """A connection of the pool, given back at the end. Only while it opens is a system error the database's."""
        connection = engine.connect()
        with translated(opening=True):
            if self.is_sqlite and not self._was_open:
                await asyncio.to_thread(try_to_open, self.url)
            await connection.start()
        self._was_open = True
        try:
            yield connection
        finally:
            await connection.close()


def _remove_copies(file: Path, before: datetime) -> int:
    old = [copy for copy in copies(file) if copy.stat().st_mtime < before.timestamp()]
    for copy in old:
        copy.unlink(missing_ok=True)
    return len(old)


def _sqlite(url: URL, *, size: int, reads: bool) -> AsyncEngine:
    engine = create_async_engine(
        url,
        hide_parameters=True,
        pool_size=size,
        max_overflow=0,
        pool_timeout=_QUEUE_WAIT_SECONDS,
        pool_reset_on_return=None,  # see `on_reset`
        connect_args={"timeout": LOCK_WAIT_MS / 1000},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver's own BEGIN comes too late
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={LOCK_WAIT_MS}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA secure_delete=ON")
        if reads:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def on_begin(connection: Connection) -> None:
        if reads:
            # One step on the driver's thread instead of three. A plain BEGIN locks nothing, so it cannot fail.
            connection.connection.run_async(lambda driver: driver.execute("BEGIN"))
        elif not connection.get_execution_options().get("outside_transaction"):
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    @event.listens_for(engine.sync_engine, "reset")
    def on_reset(connection: Any, _record: Any, _state: Any) -> None:
        """Back in the pool: roll back what was left open, but do not ask the driver's thread when nothing was."""
        if connection.driver_connection.in_transaction:
            connection.rollback()

    return engine


def _postgres(url: URL) -> AsyncEngine:
    return create_async_engine(
        url,
        hide_parameters=True,
        pool_size=10,
        max_overflow=10,
        pool_timeout=_QUEUE_WAIT_SECONDS,
        pool_pre_ping=True,
        connect_args={"server_settings": {"lock_timeout": str(LOCK_WAIT_MS), "application_name": "matchmentor"}},
    )
