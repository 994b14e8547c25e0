"""Nudges: the rules that a person turned on. What came of them is in the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import and_, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.sql import insert
from storage.tables import rule


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


Family = Literal["curated", "season", "own"]
SEASON = "season"
"""The kind of the one rule that tells a person the dates of the season and their own."""
OWN = "own:"
"""How the kinds of a person's own reminders begin; a number follows."""


def family(kind: str) -> Family:
    """What a kind of nudge is: a curated series, the dates of the season, or a reminder of the person's own."""
    if kind.startswith(OWN):
        return "own"
    return "season" if kind == SEASON else "curated"


class Nudges:
    """Queries about rules, in one transaction. A stranger's row is as absent as an unknown one."""

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

    async def any_due(self, now: datetime) -> bool:
        """Whether `due` would find something."""
        due = select(rule.c.id).where(rule.c.enabled, rule.c.next_at <= now).limit(1)
        return (await self._connection.execute(due)).first() is not None

    async def due(self, now: datetime, limit: int, *, latest_first: bool = False) -> tuple[Rule, ...]:
        """Rules whose slot has come, the oldest first unless asked otherwise, held until the transaction ends.

        Another planner passes over them (PostgreSQL) or waits for us (SQLite). Those of persons who paused are among
        them: their slots are passed too, so that nothing is looked at twice.
        """
        at = rule.c.next_at.desc() if latest_first else rule.c.next_at
        statement = (
            select(rule)
            .where(rule.c.enabled, rule.c.next_at <= now)
            .order_by(at, rule.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return await self._rules(statement)

    async def advance(self, slots: Mapping[int, datetime | None]) -> None:
        """Move rules that are held (`due`) to their next slots, by rule id; None: the rule has ended."""
        if slots:
            statement = update(rule).where(rule.c.id == bindparam("the_rule")).values(next_at=bindparam("then"))
            rows = [{"the_rule": number, "then": next_at} for number, next_at in slots.items()]
            await self._connection.execute(statement, rows)

    async def disable(self, rule_ids: Sequence[int]) -> None:
        """Turn these off: nothing can be planned from them."""
        if rule_ids:
            await self._connection.execute(update(rule).where(rule.c.id.in_(rule_ids)).values(enabled=False))

    async def reschedule(self, rule_id: int, spec: Mapping[str, Any], zone: str, next_at: datetime | None) -> None:
        """Another repeat for the same rule (new time, new zone), on or off as it is."""
        values = {"spec": dict(spec), "zone": zone, "next_at": next_at}
        await self._connection.execute(update(rule).where(rule.c.id == rule_id).values(values))

    async def _rules(self, statement: Any) -> tuple[Rule, ...]:
        return tuple(Rule(**row._mapping) for row in await self._connection.execute(statement))
