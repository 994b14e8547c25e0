"""Persons, messages and a carrier that notes what it sends and fails when told to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from scheduler.clock import Clock, ManualClock
from scheduler.dispatcher import Dispatcher, Pace
from storage.db import Database, Uow
from storage.outbox import OutboxRow
from storage.people import Person

NOW = datetime(2026, 11, 2, 14, 30, tzinfo=UTC)
QUICK: Mapping[str, Pace] = {"discord": Pace(1000, 100), "slack": Pace(1000, 100)}


class FakeCarrier:
    """Sends to a list. `errors` by the row's dedupe key: raised at each try; `silent` keys have nothing to say."""

    def __init__(self, platform: str = "discord", errors: Mapping[str, Exception] | None = None) -> None:
        self.platform = platform
        self.errors = dict(errors or {})
        self.silent: set[str] = set()
        self.tried: list[str] = []
        self.sent: list[tuple[str, bool]] = []
        self.remembered: list[str] = []
        self.forgetful: set[str] = set()

    @property
    def keys(self) -> list[str]:
        return [key for key, _ in self.sent]

    async def prepare(self, uow: Uow, row: OutboxRow, now: datetime) -> object | None:
        return None if row.dedupe_key in self.silent else {"text": row.dedupe_key}

    def requests(self, row: OutboxRow, prepared: Any) -> int:
        """Always one."""
        return 1

    async def deliver(self, row: OutboxRow, prepared: Any, repeated: bool) -> str:
        self.tried.append(prepared["text"])
        if row.dedupe_key in self.errors:
            raise self.errors[row.dedupe_key]
        self.sent.append((row.dedupe_key, repeated))
        return f"ref-{row.dedupe_key}"

    async def settled(self, uow: Uow, row: OutboxRow, prepared: Any, now: datetime) -> None:
        if row.dedupe_key in self.forgetful:
            raise LookupError("nobody there")
        self.remembered.append(row.dedupe_key)


def dispatcher(database: Database, clock: Clock, *carriers: Any, **options: Any) -> Dispatcher:
    """A dispatcher in a hurry, unless the options say otherwise. Its jitter is always the longest."""
    defaults: dict[str, Any] = {"worker": "w1", "paces": QUICK, "random": lambda: 0.999999}
    return Dispatcher(database, {each.platform: each for each in carriers}, clock, **{**defaults, **options})


async def arrive(database: Database, user: str, *, platform: str = "discord", zone: str = "UTC") -> Person:
    async with database.write() as uow:
        person = await uow.people.find_or_create(platform, "", user, now=NOW)
        await uow.people.set_zone(person.id, zone, confirmed=True)
        return await uow.people.of(person.id)


async def say(database: Database, person: Person, key: str, due_at: datetime = NOW, **more: Any) -> int:
    values: dict[str, Any] = {"expires_at": due_at + timedelta(hours=20), "payload": {"kind": "letters"}, **more}
    async with database.write() as uow:
        new = await uow.outbox.add(
            person_id=person.id,
            account_id=person.account,
            platform=person.platform,
            compose="nudge",
            dedupe_key=key,
            due_at=due_at,
            now=NOW,
            **values,
        )
    assert new is not None
    return new


async def crowd(database: Database, *keys: str, platform: str = "discord") -> dict[str, Person]:
    """For each key a person with one message due that carries the key."""
    people = {key: await arrive(database, f"user-{key}", platform=platform) for key in keys}
    for key, person in people.items():
        await say(database, person, key)
    return people


async def row_of(database: Database, person: Person, row_id: int) -> OutboxRow:
    async with database.read() as uow:
        row = await uow.outbox.owned(person.id, row_id)
    assert row is not None
    return row


async def counts(database: Database) -> dict[Any, int]:
    async with database.read() as uow:
        return await uow.outbox.counts()


__all__ = ["NOW", "FakeCarrier", "ManualClock", "arrive", "counts", "crowd", "dispatcher", "row_of", "say"]


async def dead(uow: Uow, person_id: int, what: str) -> list[Any]:
    """This column of each message that did not reach the person and is not tried any more."""
    rows = (await uow.privacy.export(person_id)).get("outbox", [])
    return [row[what] for row in rows if row["state"] == "dead"]
