"""Persons with rows in every table, for the tests of this folder."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Table

from storage import tables
from storage.db import Database, Uow
from storage.ledger import NewNudge
from storage.outbox import OutboxRow
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


async def _more(
    uow: Uow, person: Person, checklist_id: int, step_id: int, rule_id: int, words: str, trace: str
) -> None:
    """Rows of the tables that belong to another row of the person's."""
    place = (await uow.communities.find_or_create("slack", "T1", now=NOW)).id
    line = {"checklist_id": checklist_id, "track": "letters", "words": f"{words} line", "state": "asked"}
    date = {"person_id": person.id, "kind": "exam", "words": f"{words} date", "at": NOW, "zone": "UTC"}
    post = {"person_id": person.id, "account_id": person.account, "community_id": place, "channel": f"C-{trace}"}
    message = {"person_id": person.id, "account_id": person.account, "key": "list:1", "ref": f"D-{trace}:1"}
    rows: dict[Table, dict[str, Any]] = {
        tables.step_author: {"step_id": step_id, "added_by": person.id},
        tables.checklist_line: {**line, "created_at": NOW, "changed_at": NOW},
        tables.checklist_act: {"checklist_id": checklist_id, "at": NOW, "what": "set", "before": {"note": words}},
        tables.rule_offer: {"rule_id": rule_id, "proposed_by": person.id, "proposed_at": NOW},
        tables.own_date: {**date, "whole_day": True, "created_at": NOW, "changed_at": NOW},
        tables.living_message: {**message, "shown_at": NOW},
        tables.channel_post: {
            **post, "kind": "own", "words": f"{words} post", "spec": {}, "zone": "UTC", "enabled": True,
            "created_at": NOW,
        },
    }  # fmt: skip
    for table, values in rows.items():
        await uow.connection.execute(table.insert().values(values))


async def waiting(uow: Uow, person_id: int) -> tuple[OutboxRow, ...]:
    """What will be said to this person, the next first."""
    mine = tables.outbox.select().where(tables.outbox.c.person_id == person_id, tables.outbox.c.state == "pending")
    rows = await uow.connection.execute(mine.order_by(tables.outbox.c.due_at, tables.outbox.c.id))
    return tuple(OutboxRow(**row._mapping) for row in rows)


async def fill(database: Database, person: Person, words: str = WORDS, trace: str = TRACE) -> None:
    """Rows for this person in every table that can have them. Grows with the tables: a test sees to that."""
    async with database.write() as uow:
        await uow.communities.find_or_create("slack", "T1", now=NOW, installed_by=person.id)
        await uow.people.set_zone(person.id, "Asia/Kolkata", confirmed=True)
        await uow.profiles.save(person.id, About(specialty=f"{words} specialty", graduation_year=2015, in_us=False))
        await uow.people.set_dm(person.account, channel=f"D-{trace}")
        mine = await uow.checklists.start(person.id, "strategy", 1, ("flags", "letters"), NOW)
        await uow.checklists.set_state(person.id, mine.steps[0].id, "skipped", NOW, reason=f"{words} reason")
        await uow.checklists.set_note(person.id, mine.steps[1].id, f"{words} note", NOW)
        await uow.drafts.save(person.id, "checklist.note", {"note": f"{words} draft"}, NOW)
        rule = await uow.nudges.turn_on(person.id, "usce", {"every": "week"}, "Asia/Kolkata", NOW, NOW)
        sent = NewNudge(person.id, rule.id, f"rule:{rule.id}:now", "usce", NOW, NOW, "usce-1", state="sent")
        await uow.ledger.plan((sent,))
        await _more(uow, person, mine.id, mine.steps[0].id, rule.id, words, trace)
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
