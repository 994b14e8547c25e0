"""Claiming due messages and writing down that they are out, on both databases, without a platform in between."""

from __future__ import annotations

import os
import time
from datetime import datetime, timedelta

import asyncpg
from sqlalchemy import insert

from scheduler.clock import SystemClock
from storage.db import Database
from storage.tables import outbox
from tests.databases import Kind, make_address

BATCH = 50
"""Rows of one claim, as the dispatcher asks for them."""
ROWS, ROWS_ONE_BY_ONE = 6_000, 1_000


async def claim_and_settle(kind: Kind, *, together: bool) -> float:
    """Rows a second. `together`: a claim's rows are settled in one transaction, else each in its own."""
    rows = ROWS if together else ROWS_ONE_BY_ONE
    async with make_address(kind) as url:
        if kind == "postgresql":
            await _as_in_service(url)
        database = Database(url)
        try:
            now = SystemClock().now()
            await _fill(database, rows, now)
            begun = time.perf_counter()
            settled = await _work(database, now, together)
            spent = time.perf_counter() - begun
        finally:
            await database.dispose()
    if settled != rows:
        raise RuntimeError(f"{settled} of {rows} rows were settled")
    return rows / spent


async def _as_in_service(url: str) -> None:
    """The tests' server skips the wait for the disk; a real one does not."""
    if os.environ.get("TEST_POSTGRES_URL"):
        return
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("ALTER SYSTEM SET fsync = on")
        await connection.execute("SELECT pg_reload_conf()")
    finally:
        await connection.close()


async def _fill(database: Database, rows: int, now: datetime) -> None:
    async with database.write() as uow:
        person = await uow.people.find_or_create("discord", "", "1", now=now)
        common = {"person_id": person.id, "account_id": person.account, "platform": "discord", "compose": "nudge",
                  "due_at": now - timedelta(minutes=1), "created_at": now}  # fmt: skip
        await uow.connection.execute(
            insert(outbox), [{**common, "dedupe_key": f"bench:{number}"} for number in range(rows)]
        )


async def _work(database: Database, now: datetime, together: bool) -> int:
    settled = 0
    while True:
        async with database.write() as uow:
            rows = await uow.outbox.claim("bench", now, timedelta(minutes=1), BATCH, ("discord",))
        if not rows:
            return settled
        if together:
            async with database.write() as uow:
                await uow.outbox.sent_all([(row, str(row.id)) for row in rows], now)
        else:
            for row in rows:
                async with database.write() as uow:
                    await uow.outbox.sent(row, now, str(row.id))
        settled += len(rows)
