from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from storage.db import Database, Uow
from storage.outbox import QUIET, OutboxRow
from storage.people import Person
from storage.tables import outbox
from tests.databases import Kind, make_address
from tests.storage.people import NOW, arrive

LEASE = timedelta(seconds=60)
MINUTE = timedelta(minutes=1)


async def _add(uow: Uow, person: Person, key: str, **more: Any) -> int | None:
    values: dict[str, Any] = {"due_at": NOW, "platform": "slack", **more}
    return await uow.outbox.add(
        person_id=person.id, account_id=person.account, compose="nudge", dedupe_key=key, now=NOW, **values
    )


async def _claim(
    database: Database, worker: str = "w", at: timedelta = timedelta(), limit: int = 10
) -> list[OutboxRow]:
    async with database.write() as uow:
        return list(await uow.outbox.claim(worker, NOW + at, LEASE, limit, ("slack",)))


async def _one(database: Database, person: Person, **more: Any) -> OutboxRow:
    async with database.write() as uow:
        number = await _add(uow, person, "one", **more)
        assert number is not None
        row = await uow.outbox.owned(person.id, number)
        assert row is not None
        return row


async def _work(url: str, worker: str, claims: Counter[int]) -> None:
    """Claim and settle until nothing is left, as a process of its own would."""
    database = Database(url)
    try:
        while rows := await _claim(database, worker, limit=20):
            claims.update(row.id for row in rows)
            async with database.write() as uow:
                assert all([await uow.outbox.sent(row, NOW, None) for row in rows])
    finally:
        await database.dispose()


async def test_eight_workers_claim_two_thousand_rows_and_none_twice(kind: Kind) -> None:
    """Scenario E01."""
    async with make_address(kind) as url:
        database = Database(url)
        person = await arrive(database)
        async with database.write() as uow:
            for number in range(2000):
                await _add(uow, person, str(number), due_at=NOW - timedelta(seconds=number))
        claims: Counter[int] = Counter()
        await asyncio.gather(*(_work(url, f"w{number}", claims) for number in range(8)))
        assert len(claims) == 2000
        assert set(claims.values()) == {1}
        async with database.read() as uow:
            assert await uow.outbox.counts() == {"sent": 2000}
        await database.dispose()


async def test_a_key_is_said_once(database: Database) -> None:
    person = await arrive(database)
    async with database.write() as uow:
        first = await _add(uow, person, "rule:1:2026-11-02T09:00")
        assert first is not None
        assert await _add(uow, person, "rule:1:2026-11-02T09:00") is None
    (row,) = await _claim(database)
    async with database.write() as uow:
        await uow.outbox.sent(row, NOW, None)
        assert await _add(uow, person, "rule:1:2026-11-02T09:00") is None


async def test_a_claim_takes_what_is_due_on_its_platforms_oldest_first(database: Database) -> None:
    person = await arrive(database)
    async with database.write() as uow:
        await _add(uow, person, "later", due_at=NOW + MINUTE)
        await _add(uow, person, "other", platform="discord")
        await _add(uow, person, "new")
        await _add(uow, person, "old", due_at=NOW - MINUTE, payload={"text": "hello"}, expires_at=NOW + MINUTE)
    rows = await _claim(database)
    assert [row.dedupe_key for row in rows] == ["old", "new"]
    old = rows[0]
    assert (old.person_id, old.account_id, old.attempts, old.lease_by) == (person.id, person.account, 1, "w")
    assert (old.lease_until, old.expires_at, old.payload) == (NOW + LEASE, NOW + MINUTE, {"text": "hello"})
    assert await _claim(database, "x") == []


async def test_a_lease_that_ran_out_passes_on_and_the_slow_worker_settles_nothing(database: Database) -> None:
    person = await arrive(database)
    await _one(database, person)
    (slow,) = await _claim(database, "slow")
    assert await _claim(database, "quick", at=LEASE) == []
    (quick,) = await _claim(database, "quick", at=LEASE + MINUTE)
    assert quick.attempts == 2
    async with database.write() as uow:
        assert not await uow.outbox.sent(slow, NOW, "slow")
        assert not await uow.outbox.retry(slow, NOW, "503")
        assert not await uow.outbox.dead(slow, "400")
        assert not await uow.outbox.expire(slow)
        assert not await uow.outbox.release(slow)
        assert await uow.outbox.sent(quick, NOW, "quick")
        assert not await uow.outbox.sent(quick, NOW, "again")
        row = await uow.outbox.owned(person.id, quick.id)
    assert row is not None
    assert (row.state, row.sent_ref, row.sent_at, row.lease_by) == ("sent", "quick", NOW, None)


async def test_many_are_settled_at_once_behind_the_same_fence(database: Database) -> None:
    person = await arrive(database)
    async with database.write() as uow:
        for key in "abc":
            await _add(uow, person, key)
    first, second, lost = await _claim(database)
    async with database.write() as uow:
        await uow.outbox.sent_all((), NOW)
        await uow.outbox.sent_all([(first, "one"), (second, None), (replace(lost, lease_by="other"), "three")], NOW)
        settled = [await uow.outbox.owned(person.id, row.id) for row in (first, second, lost)]
    assert [(row.state, row.sent_ref, row.lease_by) for row in settled if row] == [
        ("sent", "one", None), ("sent", None, None), ("pending", None, "w"),
    ]  # fmt: skip


@pytest.mark.parametrize(("given_back", "attempts"), [(False, 2), (True, 1)])
async def test_a_retry_comes_at_its_time(database: Database, given_back: bool, attempts: int) -> None:
    await _one(database, await arrive(database))
    (row,) = await _claim(database)
    async with database.write() as uow:
        assert await uow.outbox.retry(row, NOW + 5 * MINUTE, "503", give_attempt_back=given_back)
    assert await _claim(database, at=4 * MINUTE) == []
    (again,) = await _claim(database, at=5 * MINUTE)
    assert (again.attempts, again.last_error, again.lease_by) == (attempts, "503", "w")


async def test_a_retry_leaves_the_planned_moment_and_the_turn_as_they_were(database: Database) -> None:
    person = await arrive(database)
    async with database.write() as uow:
        await _add(uow, person, "first", due_at=NOW - MINUTE)
        await _add(uow, person, "second")
    (first,) = await _claim(database, limit=1)
    async with database.write() as uow:
        await uow.outbox.retry(first, NOW + MINUTE, "503")
    assert [row.dedupe_key for row in await _claim(database)] == ["second"]
    (again,) = await _claim(database, at=MINUTE, limit=1)
    assert (again.dedupe_key, again.due_at) == ("first", NOW - MINUTE)


async def test_what_rests_over_the_night_is_not_late_and_what_failed_is(database: Database) -> None:
    person = await arrive(database)
    async with database.write() as uow:
        await _add(uow, person, "one", due_at=NOW - MINUTE)
    for reason, late in ((QUIET, None), ("503", NOW - MINUTE)):
        (row,) = await _claim(database)
        async with database.write() as uow:
            await uow.outbox.retry(row, NOW + MINUTE, reason)
            assert await uow.outbox.oldest_due(NOW) == late
            assert await uow.outbox.oldest_due(NOW + MINUTE) == NOW - MINUTE
            await uow.connection.execute(update(outbox).values(try_at=None))


async def test_what_is_released_is_due_at_once_and_as_before(database: Database) -> None:
    await _one(database, await arrive(database))
    (row,) = await _claim(database)
    async with database.write() as uow:
        assert await uow.outbox.release(row)
    (again,) = await _claim(database, "other")
    assert again == replace(row, lease_by="other")


async def test_what_waits_can_be_cancelled_and_a_delivery_under_way_is_still_recorded(database: Database) -> None:
    person, stranger = await arrive(database), await arrive(database, user="U2")
    async with database.write() as uow:
        mine = await _add(uow, person, "mine")
        await _add(uow, person, "another", due_at=NOW + MINUTE)
        await _add(uow, stranger, "theirs", due_at=NOW + MINUTE)
    (flying,) = await _claim(database)
    assert flying.id == mine
    async with database.write() as uow:
        assert await uow.outbox.cancel_of(person.id) == 2
        assert await uow.outbox.sent(flying, NOW, "ref")
        assert await uow.outbox.counts() == {"sent": 1, "cancelled": 1, "pending": 1}
    assert [row.dedupe_key for row in await _claim(database, at=MINUTE)] == ["theirs"]


async def test_a_strangers_row_is_as_absent_as_an_unknown_one(database: Database) -> None:
    """Scenario E05."""
    person, stranger = await arrive(database), await arrive(database, user="U2", team="T2", community="T2")
    row = await _one(database, person)
    async with database.write() as uow:
        assert await uow.outbox.owned(stranger.id, row.id) is None
        assert await uow.outbox.cancel_of(stranger.id) == 0
        assert await uow.outbox.owned(person.id, row.id) == row


async def test_each_end_is_counted(database: Database) -> None:
    person = await arrive(database)
    async with database.write() as uow:
        for minute, key in enumerate(("lost long ago", "arrived", "lost", "late")):
            await _add(uow, person, key, due_at=NOW + minute * MINUTE)
    first, second, third, fourth = await _claim(database, at=4 * MINUTE)
    async with database.write() as uow:
        await uow.outbox.dead(first, "50007")
        await uow.outbox.sent(second, NOW + MINUTE, "ref")
        await uow.outbox.dead(third, "50007")
        await uow.outbox.expire(fourth)
        assert await uow.outbox.counts() == {"dead": 2, "sent": 1, "expired": 1}


async def test_the_oldest_that_is_late(database: Database) -> None:
    person = await arrive(database)
    async with database.write() as uow:
        assert await uow.outbox.oldest_due(NOW) is None
        await _add(uow, person, "a", due_at=NOW - MINUTE)
        await _add(uow, person, "b", due_at=NOW + MINUTE)
        assert await uow.outbox.oldest_due(NOW) == NOW - MINUTE
        assert await uow.outbox.oldest_due(NOW - 2 * MINUTE) is None
