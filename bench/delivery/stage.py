"""People with rules, the placeholder that writes their messages, and the engine put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, cast

from sqlalchemy import insert

from bot.carrier import PlatformCarrier
from bot.ports import Adapter
from commands.composing import Composed
from commands.ui import Card, Text
from content.catalog import Catalog, CatalogHolder
from scheduler.messages import NUDGES
from scheduler.recurrence import Rule, daily
from storage.db import Database, Uow
from storage.ledger import SentNudge
from storage.outbox import OutboxRow
from storage.tables import account, person, rule
from tests.databases import Kind

NAMES: dict[Kind, str] = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
NOW = datetime(2026, 11, 2, 14, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A person of the proof, with rules and, for each, when it comes next. `channel`: where they are written to."""

    platform: str
    user: str
    rules: Sequence[tuple[Rule, datetime]]
    channel: str | None = None


def once(at: datetime) -> Rule:
    """A reminder for one moment (UTC)."""
    return daily(time(at.hour, at.minute), "UTC", at.date()).limited(count=1)


def every_day(at: time, zone: str, start: date, until: date) -> Rule:
    """Each day at this time of the wall clock, `until` included."""
    return daily(at, zone, start).limited(until=until)


async def enrol(database: Database, newcomers: Sequence[Newcomer], now: datetime) -> list[int]:
    """Write them down with their rules as reminders of their own, without quiet hours; their ids, in order."""
    people = [{"created_at": now, "zone": "UTC", "zone_confirmed": True, "quiet_start": "00:00", "quiet_end": "00:00"}]
    async with database.write() as uow:
        made = insert(person).returning(person.c.id, sort_by_parameter_order=True)
        ids = list((await uow.connection.execute(made, people * len(newcomers))).scalars())
        accounts = [
            {"person_id": number, "platform": one.platform, "team": "", "user_id": one.user, "dm_channel": one.channel}
            for number, one in zip(ids, newcomers, strict=True)
        ]
        await uow.connection.execute(insert(account), accounts)
        rules = [
            _rule(number, place, repeat, next_at, now)
            for number, one in zip(ids, newcomers, strict=True)
            for place, (repeat, next_at) in enumerate(one.rules)
        ]
        if rules:
            await uow.connection.execute(insert(rule), rules)
    return ids


def _rule(number: int, place: int, repeat: Rule, next_at: datetime, now: datetime) -> dict[str, Any]:
    common = {"person_id": number, "kind": f"own:{place}", "spec": repeat.to_json(), "zone": repeat.zone}
    return {**common, "next_at": next_at, "enabled": True, "created_at": now, "words": "Ask for the letter"}


class Placeholder:
    """Writes the messages of the proof: always the same card. Reads and settles the ledger as the real one does."""

    key = NUDGES

    async def compose(
        self, uow: Uow, catalog: Catalog, row: OutboxRow, now: datetime, *, demo: bool = False
    ) -> Composed | None:
        """A card while there is anything planned in the message."""
        planned = [each.id for each in await uow.ledger.of_outbox(row.id) if each.state == "planned"]
        card = Card("Your reminder", (Text("Ask for the letter."),), preview="Your reminder")
        return Composed(card, {"planned": planned}) if planned else None

    async def settled(self, uow: Uow, row: OutboxRow, composed: Composed, now: datetime) -> None:
        """Each nudge of it is out."""
        await uow.ledger.sent([SentNudge(number, None, None) for number in composed.note["planned"]], now)


def carriers(*adapters: Adapter) -> dict[str, PlatformCarrier]:
    """The real carrier of each platform, over the placeholder; no content is loaded."""
    holder = CatalogHolder(lambda: cast(Catalog, None))
    return {one.platform: PlatformCarrier(one, {NUDGES: Placeholder()}, holder, demo=False) for one in adapters}
