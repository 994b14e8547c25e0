"""Reminders of a person's own: rows of `rule` whose kind is "own:" and a number, with the person's words.

One that a mentor proposed is off, and has no next slot, until the person accepts it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.nudges import OWN, Rule
from storage.sql import insert, insert_new
from storage.tables import rule, rule_offer


@dataclass(frozen=True, slots=True)
class Offer:
    """What a mentor proposed. `proposed_by` is a person id, None when they are gone; `accepted` None: not answered."""

    rule: Rule
    proposed_by: int | None
    accepted: bool | None


class Reminders:
    """Queries about reminders, in one transaction. A stranger's row is as absent as an unknown one."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(
        self,
        person_id: int,
        kind: str,
        words: str,
        spec: Mapping[str, Any],
        zone: str,
        next_at: datetime | None,
        now: datetime,
        *,
        enabled: bool = True,
        paused_until: datetime | None = None,
    ) -> Rule:
        """Keep a reminder under this kind ("own:7"). One that is there already stays as it is."""
        values = {
            "person_id": person_id, "kind": kind, "words": words, "spec": dict(spec), "zone": zone,
            "next_at": next_at, "enabled": enabled, "paused_until": paused_until, "created_at": now,
        }  # fmt: skip
        await insert_new(self._connection, rule, ("person_id", "kind"), values)
        (kept,) = await self._rows(and_(rule.c.person_id == person_id, rule.c.kind == kind))
        return kept

    async def page(self, person_id: int, limit: int, offset: int) -> tuple[Rule, ...]:
        """What is to come, the next first; those that are off come last."""
        order = (rule.c.enabled.desc(), rule.c.next_at, rule.c.id)
        return await self._rows(_to_come(person_id), *order, limit=limit, offset=offset)

    async def count(self, person_id: int) -> int:
        """How many are to come or off."""
        return int(await self._connection.scalar(select(func.count()).where(_to_come(person_id))) or 0)

    async def owned(self, person_id: int, rule_id: int) -> Rule | None:
        """The reminder, when it is the person's and not an offer that waits."""
        found = await self._rows(and_(_own(person_id), rule.c.id == rule_id, ~_offered()))
        return found[0] if found else None

    async def change(
        self, person_id: int, rule_id: int, words: str, spec: Mapping[str, Any], zone: str, next_at: datetime | None
    ) -> None:
        """Other words, another repeat; it is on, and no longer paused."""
        values = {"words": words, "spec": dict(spec), "zone": zone, "next_at": next_at}
        await self._set(person_id, rule_id, {**values, "enabled": True, "paused_until": None})

    async def reword(self, person_id: int, rule_id: int, words: str) -> None:
        """Other words; when it comes, a pause and whether it is on stay as they are."""
        await self._set(person_id, rule_id, {"words": words})

    async def reschedule(
        self, person_id: int, rule_id: int, next_at: datetime | None, paused_until: datetime | None = None
    ) -> None:
        """The next slot is this one (skipped, paused, resumed), and it is on."""
        await self._set(person_id, rule_id, {"next_at": next_at, "paused_until": paused_until, "enabled": True})

    async def delete(self, person_id: int, rule_id: int) -> None:
        """Forget it, its words with it."""
        await self._connection.execute(delete(rule).where(_own(person_id), rule.c.id == rule_id))

    async def propose(
        self, person_id: int, kind: str, words: str, spec: Mapping[str, Any], zone: str, by: int, now: datetime
    ) -> Rule:
        """Offer a reminder to a person; it stays off until they accept."""
        offered = await self.add(person_id, kind, words, spec, zone, None, now, enabled=False)
        statement = insert(self._connection, rule_offer).values(rule_id=offered.id, proposed_by=by, proposed_at=now)
        await self._connection.execute(statement.on_conflict_do_nothing(index_elements=("rule_id",)))
        return offered

    async def offer(self, person_id: int, rule_id: int) -> Offer | None:
        """What was proposed to the person, answered or not."""
        joined = select(rule, rule_offer.c.proposed_by, rule_offer.c.accepted).join(rule_offer)
        statement = joined.where(_own(person_id), rule.c.id == rule_id)
        row = (await self._connection.execute(statement)).one_or_none()
        if row is None:
            return None
        values = dict(row._mapping)
        proposed_by, accepted = values.pop("proposed_by"), values.pop("accepted")
        return Offer(Rule(**values), proposed_by, accepted)

    async def accept(self, person_id: int, rule_id: int, next_at: datetime | None, now: datetime) -> None:
        """It is the person's own from now on."""
        await self._answer(person_id, rule_id, True, now)
        await self._set(person_id, rule_id, {"next_at": next_at, "enabled": True})

    async def decline(self, person_id: int, rule_id: int, now: datetime) -> None:
        """No, thank you: the words go, the answer stays for whoever proposed it."""
        await self._answer(person_id, rule_id, False, now)
        await self._set(person_id, rule_id, {"words": None, "enabled": False, "next_at": None})

    async def _answer(self, person_id: int, rule_id: int, accepted: bool, now: datetime) -> None:
        mine = select(rule.c.id).where(_own(person_id), rule.c.id == rule_id)
        values = {"accepted": accepted, "answered_at": now}
        await self._connection.execute(update(rule_offer).where(rule_offer.c.rule_id.in_(mine)).values(values))

    async def _set(self, person_id: int, rule_id: int, values: Mapping[str, Any]) -> None:
        statement = update(rule).where(_own(person_id), rule.c.id == rule_id).values(dict(values))
        await self._connection.execute(statement)

    async def _rows(
        self, which: ColumnElement[bool], *order: Any, limit: int | None = None, offset: int | None = None
    ) -> tuple[Rule, ...]:
        statement = select(rule).where(which).order_by(*order).limit(limit).offset(offset)
        return tuple(Rule(**row._mapping) for row in await self._connection.execute(statement))


def _own(person_id: int) -> ColumnElement[bool]:
    return and_(rule.c.person_id == person_id, rule.c.kind.like(f"{OWN}%"))


def _offered() -> ColumnElement[bool]:
    """Offered, and not accepted."""
    unanswered = or_(rule_offer.c.accepted.is_(None), rule_offer.c.accepted.is_(False))
    return select(rule_offer.c.id).where(rule_offer.c.rule_id == rule.c.id, unanswered).exists()


def _to_come(person_id: int) -> ColumnElement[bool]:
    return and_(_own(person_id), rule.c.next_at.is_not(None), ~_offered())
