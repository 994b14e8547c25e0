"""Persons with rows in every table, for the tests of this folder."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from storage.db import Database
from storage.people import Person
from storage.profiles import About

NOW = datetime(2026, 11, 2, 14, 30, tzinfo=UTC)
WORDS = "zebrafish-confession"
"""What the person below writes, wherever something can be written."""
TRACE = "quokka4711"
"""What the platforms call them and their direct messages."""


async def arrive(database: Database, user: str = "U1", team: str = "T1", community: str = "T1") -> Person:
    """A member of a Slack workspace."""
    async with database.write() as uow:
        person = await uow.people.find_or_create("slack", team, user, now=NOW, locale="en-US")
        place = await uow.communities.find_or_create("slack", community, now=NOW)
        await uow.people.join(person.id, place.id, role="member", now=NOW)
        return await uow.people.of(person.id)


async def fill(database: Database, person: Person, words: str = WORDS, trace: str = TRACE) -> None:
    """Rows for this person in every table that can have them. Grows with the tables: a test sees to that."""
    async with database.write() as uow:
        await uow.communities.find_or_create("slack", "T1", now=NOW, installed_by=person.id)
        await uow.people.set_zone(person.id, "Asia/Kolkata", confirmed=True)
        await uow.profiles.save(person.id, About(specialty=f"{words} specialty", graduation_year=2015, in_us=False))
        await uow.people.set_dm(person.account, channel=f"D-{trace}")
        mine = await uow.checklists.start(person.id, "strategy", 1, ("flags", "letters"), NOW)
        await uow.checklists.set_state(person.id, mine.steps[0].id, "skipped", NOW, reason=f"{words} reason")
        await uow.checklists.set_note(person.id, mine.steps[1].id, f"{words} note")
        await uow.drafts.save(person.id, "checklist.note", {"note": f"{words} draft"}, NOW)
        rule = await uow.nudges.turn_on(person.id, "usce", {"every": "week"}, "Asia/Kolkata", NOW, NOW)
        await uow.nudges.record_sent(person.id, "usce", "usce-1", NOW)
        await uow.outbox.add(
            person_id=person.id,
            account_id=person.account,
            rule_id=rule.id,
            platform="slack",
            compose="nudge",
            dedupe_key=f"rule:{rule.id}:2026-11-02T09:00",
            due_at=NOW,
            now=NOW,
            expires_at=NOW + timedelta(hours=12),
            payload={"text": f"{words} payload"},
        )
