from __future__ import annotations

import json
from datetime import timedelta

import pytest

from storage.db import Database
from storage.erasure import owned_by
from storage.ledger import NewNudge
from storage.retention import FROZEN, OVER, RETENTION, housekeeping
from storage.tables import metadata
from tests.databases import Kind, make_address
from tests.storage.people import NOW, TRACE, WORDS, arrive, fill
from tests.storage.people import waiting as waiting_for
from tests.storage.remains import everything

DAY = timedelta(days=1)


async def test_the_export_holds_every_table_with_the_persons_rows(database: Database) -> None:
    person = await arrive(database, user=TRACE)
    other = await arrive(database, user="U2")
    await fill(database, person)
    async with database.read() as uow:
        export = await uow.privacy.export(person.id)
        less = await uow.privacy.export(other.id)
    # A new table with a person's rows has to be filled in `people.fill`, or nothing here tests it.
    assert set(export) == {name for name, kept in RETENTION.items() if kept.personal}
    written = json.dumps(export)
    for part in (
        TRACE,
        f"{WORDS} reason",
        f"{WORDS} note",
        f"{WORDS} draft",
        f"{WORDS} payload",
        f"{WORDS} specialty",
        "2026-11-02T14:30:00+00:00",
    ):
        assert part in written
    assert set(less) == {"person", "account", "membership"}
    assert WORDS not in json.dumps(less)


async def test_deletion_takes_every_row_of_this_person_and_of_nobody_else(database: Database) -> None:
    person, other = await arrive(database, user=TRACE), await arrive(database, user="U2")
    await fill(database, person)
    async with database.write() as uow:
        counts = await uow.privacy.delete(person.id)
    assert counts == {
        "person": 1, "profile": 1, "account": 1, "membership": 1, "checklist": 1, "checklist_step": 2, "draft": 1,
        "rule": 1, "nudge": 1, "outbox": 1, "step_author": 1, "checklist_line": 1, "checklist_act": 3, "rule_offer": 1,
        "own_date": 1, "living_message": 1, "channel_post": 1,
    }  # fmt: skip
    async with database.write() as uow:
        assert await uow.privacy.delete(person.id) == {}
        assert await uow.privacy.export(person.id) == {}
        assert await uow.people.find("slack", "T1", TRACE) is None
        assert await uow.outbox.claim("w", NOW + DAY, DAY, 10, ("slack",)) == ()
        assert await uow.people.of(other.id) == other


async def test_no_byte_of_a_deleted_person_is_left(kind: Kind) -> None:
    """Scenario E13. Read from the files while the bot runs on, and again after it has stopped."""
    async with make_address(kind) as url:
        database = Database(url)
        person = await arrive(database, user=TRACE)
        await arrive(database, user="U2")
        await fill(database, person)
        before = await everything(database)
        assert WORDS.encode() in before
        assert TRACE.encode() in before
        async with database.write() as uow:
            await uow.privacy.delete(person.id)
        running = await everything(database)
        await database.dispose()
        stopped = await everything(database)
        for left in (running, stopped):
            assert WORDS.encode() not in left
            assert TRACE.encode() not in left
            assert b"U2" in left


async def test_a_deletion_that_fails_deletes_nothing(database: Database) -> None:
    person = await arrive(database)

    async def fail() -> None:
        async with database.write() as uow:
            await uow.privacy.delete(person.id)
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    async with database.read() as uow:
        assert await uow.people.of(person.id) == person


def test_every_table_names_its_retention() -> None:
    assert set(RETENTION) == set(metadata.tables)
    for name, table in metadata.tables.items():
        kept = RETENTION[name]
        assert kept.keeps
        assert (kept.after is None) == (kept.since is None)
        assert kept.since is None or kept.since.table is table
        # A person's rows are found by deletion and export; the installer's are taken care of by name.
        assert kept.personal == (owned_by(table, 1) is not None or "installed_by" in table.c), name


def test_every_reference_to_a_person_goes_with_the_person() -> None:
    for table in metadata.tables.values():
        for key in table.foreign_keys:
            assert key.ondelete in ("CASCADE", "SET NULL"), key


async def test_housekeeping_deletes_what_is_past_its_time_and_nothing_else(database: Database) -> None:
    person, gone = await arrive(database), await arrive(database, user=TRACE)
    await fill(database, person, words="kept", trace="kept")
    async with database.write() as uow:
        await uow.seen.first_time("old", NOW)
        await uow.seen.first_time("newer", NOW + FROZEN)
        await uow.seen.first_time("new", NOW + FROZEN + DAY)
        await uow.people.freeze(gone.id, NOW)
        (row,) = await uow.outbox.claim("w", NOW, DAY, 1, ("slack",))
        await uow.outbox.sent(row, NOW, "ref")
        waiting = await uow.outbox.add(
            person_id=person.id, account_id=person.account, platform="slack", compose="nudge", dedupe_key="waits",
            due_at=NOW, now=NOW,
        )  # fmt: skip
    assert await housekeeping(database, NOW) == {}
    assert await housekeeping(database, NOW + FROZEN + DAY) == {"draft": 1, "seen": 2, "person": 1}
    season = RETENTION["outbox"].after
    assert season is not None
    assert await housekeeping(database, NOW + season + DAY) == {"seen": 1, "nudge": 1, "outbox": 1}
    async with database.read() as uow:
        assert await uow.people.known(gone.id) is None
        assert [each.id for each in await waiting_for(uow, person.id)] == [waiting]
        assert len(await uow.checklists.of(person.id)) == 1
    assert TRACE.encode() not in await everything(database)
    assert await housekeeping(database, NOW + FROZEN + DAY) == {}


async def test_an_offer_that_waits_for_an_answer_has_not_ended(database: Database) -> None:
    person, mentor = await arrive(database), await arrive(database, user="U2")
    async with database.write() as uow:
        waits, refused = [
            (await uow.reminders.propose(person.id, kind, WORDS, {}, "UTC", mentor.id, NOW)).id
            for kind in ("own:1", "own:2")
        ]
        await uow.reminders.decline(person.id, refused, NOW)
    assert await housekeeping(database, NOW + OVER + DAY) == {"rule": 1}
    async with database.read() as uow:
        offer = await uow.reminders.offer(person.id, waits)
        assert offer is not None
        assert offer.rule.words == WORDS


async def test_a_reminder_that_has_ended_is_forgotten_once_nobody_can_put_it_off(database: Database) -> None:
    person = await arrive(database)
    async with database.write() as uow:
        kinds = {"own:1": None, "own:2": None, "own:3": NOW + OVER * 3, "usce": None}
        rules = [
            await uow.reminders.add(person.id, kind, WORDS, {}, "UTC", next_at, NOW) for kind, next_at in kinds.items()
        ]
        snoozed = NOW + OVER / 2
        await uow.ledger.plan((NewNudge(person.id, rules[1].id, "again", "own:2", snoozed, snoozed),))

    async def left() -> list[str]:
        async with database.read() as uow:
            return [each.kind for each in await uow.nudges.of(person.id)]

    assert await housekeeping(database, NOW + OVER) == {}
    assert await housekeeping(database, NOW + OVER + DAY) == {"rule": 1}
    assert await left() == ["own:2", "own:3", "usce"]
    assert await housekeeping(database, snoozed + OVER + DAY) == {"rule": 1}
    assert await left() == ["own:3", "usce"]
