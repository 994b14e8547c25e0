"""Nudges: the rules that a person turned on, and which texts they have had."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.sql import insert
from storage.tables import nudge, person, rule


@dataclass(frozen=True, slots=True)
class Rule:
    """A repeat that a person turned on, or off again.

    `spec` is `scheduler.recurrence.Rule` as JSON, `zone` an IANA name: local time plus zone, never an offset.
    `next_at` is the next slot; None when the rule has ended.
    """

    id: int
    person_id: int
    kind: str
    spec: Mapping[str, Any]
    zone: str
    next_at: datetime | None
    enabled: bool
    created_at: datetime
    words: str | None = None
    paused_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class SentText:
    """A curated text that a person has had: when last, and what they answered then ("done", "snoozed", "stopped")."""

    text_id: str
    sent_at: datetime
    answer: str | None


class Nudges:
    """Queries about rules and sent texts, in one transaction. A stranger's row is as absent as an unknown one."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def turn_on(
        self, person_id: int, kind: str, spec: Mapping[str, Any], zone: str, next_at: datetime | None, now: datetime
    ) -> Rule:
        """The person's rule of this kind, on, with this repeat; an old one is replaced and keeps its id."""
        changing = {"spec": dict(spec), "zone": zone, "next_at": next_at, "enabled": True}
        statement = insert(self._connection, rule).values(person_id=person_id, kind=kind, created_at=now, **changing)
        upsert = statement.on_conflict_do_update(index_elements=("person_id", "kind"), set_=changing)
        return Rule(**(await self._connection.execute(upsert.returning(rule))).one()._mapping)

    async def turn_off(self, person_id: int, kind: str | None = None) -> int:
        """Turn a kind off, or all (None); how many were on."""
        which = and_(rule.c.person_id == person_id, rule.c.enabled, *(() if kind is None else (rule.c.kind == kind,)))
        result: Any = await self._connection.execute(update(rule).where(which).values(enabled=False))
        return int(result.rowcount)

    async def of(self, person_id: int) -> tuple[Rule, ...]:
        """All rules of a person, on and off, oldest first."""
        return await self._rules(select(rule).where(rule.c.person_id == person_id).order_by(rule.c.id))

    async def owned(self, person_id: int, rule_id: int) -> Rule | None:
        """The rule, when it is the person's."""
        found = await self._rules(select(rule).where(rule.c.person_id == person_id, rule.c.id == rule_id))
        return found[0] if found else None

    async def due(self, now: datetime, limit: int) -> tuple[Rule, ...]:
        """Rules whose slot has come, of persons who are there and have not paused, held until the transaction ends.

        Another planner passes over them (PostgreSQL) or waits for us (SQLite).
        """
        awake = and_(person.c.frozen_at.is_(None), person.c.nudges_paused_at.is_(None))
        statement = (
            select(rule)
            .join(person, rule.c.person_id == person.c.id)
            .where(rule.c.enabled, rule.c.next_at <= now, awake)
            .order_by(rule.c.next_at, rule.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True, of=rule)
        )
        return await self._rules(statement)

    async def advance(self, rule_id: int, next_at: datetime | None, if_next_at: datetime | None) -> bool:
        """Move a rule to its next slot unless somebody did; `if_next_at` is the slot that was just planned."""
        unchanged = rule.c.next_at.is_(None) if if_next_at is None else rule.c.next_at == if_next_at
        moved = update(rule).where(rule.c.id == rule_id, unchanged).values(next_at=next_at)
        return (await self._connection.execute(moved.returning(rule.c.id))).first() is not None

    async def reschedule(self, rule_id: int, spec: Mapping[str, Any], zone: str, next_at: datetime | None) -> None:
        """Another repeat for the same rule (new time, new zone), on or off as it is."""
        values = {"spec": dict(spec), "zone": zone, "next_at": next_at}
        await self._connection.execute(update(rule).where(rule.c.id == rule_id).values(values))

    async def rezone(self, person_id: int, zone: str) -> tuple[Rule, ...]:
        """Put all rules of a person into another zone. Gives them: `next_at` (and a zone in `spec`) is the caller's."""
        await self._connection.execute(update(rule).where(rule.c.person_id == person_id).values(zone=zone))
        return await self.of(person_id)

    async def record_sent(self, person_id: int, kind: str, text_id: str, now: datetime) -> None:
        """The person has had this text now; an earlier answer to it no longer counts."""
        changing: dict[str, Any] = {"slot_at": now, "due_at": now, "sent_at": now, "state": "sent", "answer": None}
        key = f"text:{person_id}:{kind}:{text_id}"
        statement = insert(self._connection, nudge).values(
            person_id=person_id, kind=kind, item=text_id, key=key, **changing
        )
        await self._connection.execute(statement.on_conflict_do_update(index_elements=("key",), set_=changing))

    async def sent_texts(self, person_id: int, kind: str) -> tuple[SentText, ...]:
        """What the person has had of this kind, the latest last."""
        statement = (
            select(nudge.c.item.label("text_id"), nudge.c.sent_at, nudge.c.answer)
            .where(nudge.c.person_id == person_id, nudge.c.kind == kind, nudge.c.state == "sent")
            .order_by(nudge.c.sent_at, nudge.c.id)
        )
        return tuple(SentText(**row._mapping) for row in await self._connection.execute(statement))

    async def answer(self, person_id: int, kind: str, text_id: str, answer: str) -> bool:
        """What the person answered to a text; False when they never had it."""
        which = and_(nudge.c.person_id == person_id, nudge.c.kind == kind, nudge.c.item == text_id)
        done = await self._connection.execute(update(nudge).where(which).values(answer=answer).returning(nudge.c.id))
        return done.first() is not None

    async def _rules(self, statement: Any) -> tuple[Rule, ...]:
        return tuple(Rule(**row._mapping) for row in await self._connection.execute(statement))
