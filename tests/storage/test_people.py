from __future__ import annotations

import asyncio

import pytest

from storage.db import Database
from storage.people import NoSuchPerson, Person
from tests.storage.people import NOW, arrive


async def test_a_newcomer_is_made_once_and_found_again(database: Database) -> None:
    person = await arrive(database)
    async with database.read() as uow:
        found = await uow.people.find("slack", "T1", "U1")
        assert found == person
        assert await uow.people.of(person.id, account=person.account) == person
    assert person.is_member("slack", "T1")
    assert person.role_in("slack", "T1") == "member"
    assert not person.is_member("discord", "T1")
    assert (person.locale, person.nudge_time, person.quiet_start, person.quiet_end) == (
        "en-US", "09:00", "21:00", "08:00",
    )  # fmt: skip


async def test_two_processes_that_meet_a_newcomer_at_once_make_one_person(address: str) -> None:
    databases = [Database(address) for _ in range(4)]

    async def meet(database: Database) -> Person:
        async with database.write() as uow:
            return await uow.people.find_or_create("discord", "", "4711", now=NOW)

    try:
        met = await asyncio.gather(*(meet(database) for database in databases for _ in range(5)))
        assert {person.id for person in met} == {met[0].id}
        async with databases[0].read() as uow:
            assert len(await uow.people.accounts(met[0].id)) == 1
    finally:
        for database in databases:
            await database.dispose()


async def test_the_same_user_id_in_another_workspace_is_another_person(database: Database) -> None:
    assert (await arrive(database, team="T1")).id != (await arrive(database, team="T2", community="T2")).id


async def test_settings_are_kept_and_counted(database: Database) -> None:
    person = await arrive(database)
    async with database.write() as uow:
        await uow.people.set_zone(person.id, "Asia/Karachi", confirmed=True)
        await uow.people.set_hours(person.id, "07:30", "22:00", "06:00")
        await uow.people.welcome(person.id, NOW)
        await uow.people.pause_nudges(person.id, "unreachable", NOW)
        await uow.people.set_dm(person.account, channel="D1", closed_at=NOW)
    async with database.read() as uow:
        now = await uow.people.of(person.id)
    assert (now.zone, now.zone_confirmed, now.nudge_time, now.quiet_start) == ("Asia/Karachi", True, "07:30", "22:00")
    assert (now.welcomed_at, now.nudges_paused_at, now.nudges_paused_reason) == (NOW, NOW, "unreachable")
    assert (now.dm_channel, now.dm_closed_at) == ("D1", NOW)
    assert now.version == person.version + 4
    async with database.write() as uow:
        await uow.people.resume_nudges(person.id)
        await uow.people.set_dm(person.account)
        later = await uow.people.of(person.id)
    assert (later.nudges_paused_at, later.nudges_paused_reason) == (None, None)
    assert (later.dm_channel, later.dm_closed_at) == ("D1", None)


@pytest.mark.parametrize("clock", ["9:00", "24:00", "09:60", "", "09:00\n"])
async def test_a_time_that_no_clock_shows_is_refused(database: Database, clock: str) -> None:
    person = await arrive(database)
    async with database.write() as uow:
        with pytest.raises(ValueError, match="HH:MM"):
            await uow.people.set_hours(person.id, clock, "21:00", "08:00")


@pytest.mark.parametrize("number", [0, -1, 99, 2**31, 2**63, 2**200])
async def test_an_invented_number_finds_nobody(database: Database, number: int) -> None:
    await arrive(database)
    async with database.read() as uow:
        assert await uow.people.known(number) is None
        with pytest.raises(NoSuchPerson):
            await uow.people.of(number)
        assert await uow.checklists.owned(number, number) is None
        assert await uow.drafts.get(number, number) is None
        assert await uow.nudges.owned(number, number) is None
        assert await uow.outbox.owned(number, number) is None


async def test_a_delivery_is_new_once_and_forgotten_with_its_transaction(database: Database) -> None:
    class Crash(Exception):
        pass

    async with database.write() as uow:
        assert await uow.seen.first_time("slack:T1:Ev1", NOW)
        assert not await uow.seen.first_time("slack:T1:Ev1", NOW)

    async def fail_halfway() -> None:
        async with database.write() as uow:
            assert await uow.seen.first_time("slack:T1:Ev2", NOW)
            raise Crash

    with pytest.raises(Crash):
        await fail_halfway()
    async with database.write() as uow:
        assert await uow.seen.first_time("slack:T1:Ev2", NOW)
