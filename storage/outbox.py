"""What has to be said later: claimed by one statement with a lease, settled only by the one who holds it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.sql import insert, insert_new, values_of
from storage.tables import outbox

State = Literal["pending", "sent", "dead", "expired", "cancelled"]

QUIET = "quiet_hours"
"""Why a message rests that could be sent: it is night where its reader is."""

_FREE = {"lease_by": None, "lease_until": None}
_SHUFFLED = outbox.c.person_id * 7919 % 10007
"""Of many that are due at one moment, those of a community that joined last do not wait for all of the others."""


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One message to one person. `compose` names what writes it, at the time of sending, from `payload`.

    `due_at` is the planned moment and stays; `try_at` the next try, when one was put off. `attempts` counts the claim
    under way. `lease_by` and `attempts` together are the holder's token. `last_error` is a
    machine word. `sent_ref` is the platform's reference of the message.
    """

    id: int
    person_id: int
    account_id: int
    rule_id: int | None
    dedupe_key: str
    platform: str
    compose: str
    payload: Mapping[str, Any] | None
    due_at: datetime
    expires_at: datetime | None
    state: State
    attempts: int
    lease_by: str | None
    lease_until: datetime | None
    last_error: str | None
    sent_ref: str | None
    sent_at: datetime | None
    created_at: datetime
    try_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that is to be made; the names are those of `OutboxRow`."""

    person_id: int
    account_id: int
    rule_id: int | None
    platform: str
    compose: str
    dedupe_key: str
    due_at: datetime
    expires_at: datetime | None


class Outbox:
    """Queries about messages to be sent, in one transaction. A stranger's row is as absent as an unknown one."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(
        self,
        *,
        person_id: int,
        account_id: int,
        platform: str,
        compose: str,
        dedupe_key: str,
        due_at: datetime,
        now: datetime,
        expires_at: datetime | None = None,
        rule_id: int | None = None,
        payload: Mapping[str, Any] | None = None,
    ) -> int | None:
        """Say this at `due_at`, unless something with this key was ever said: then None."""
        values = {
            "person_id": person_id,
            "account_id": account_id,
            "rule_id": rule_id,
            "dedupe_key": dedupe_key,
            "platform": platform,
            "compose": compose,
            "payload": payload,
            "due_at": due_at,
            "expires_at": expires_at,
            "created_at": now,
        }
        return await insert_new(self._connection, outbox, ("dedupe_key",), values)

    async def add_all(self, letters: Sequence[Letter], now: datetime) -> dict[str, int]:
        """Many at once, by one statement: the ids by `dedupe_key`, without those whose key was there already."""
        if not letters:
            return {}
        statement = insert(self._connection, outbox).on_conflict_do_nothing(index_elements=("dedupe_key",))
        rows = [{**values_of(letter), "created_at": now} for letter in letters]
        made = await self._connection.execute(statement.returning(outbox.c.dedupe_key, outbox.c.id), rows)
        return {row.dedupe_key: row.id for row in made}

    async def joinable(self, person_ids: Collection[int], compose: str) -> tuple[OutboxRow, ...]:
        """What waits for these persons and was never tried, held until the transaction ends: it can still take more."""
        untouched = and_(outbox.c.attempts == 0, outbox.c.lease_until.is_(None))
        which = and_(outbox.c.state == "pending", outbox.c.compose == compose, untouched)
        statement = select(outbox).where(outbox.c.person_id.in_(person_ids), which).order_by(outbox.c.due_at)
        held = statement.with_for_update(skip_locked=True)
        return tuple(OutboxRow(**row._mapping) for row in await self._connection.execute(held))

    async def useful_until(self, ends: Mapping[int, datetime]) -> None:
        """By row id a new end of use, later than the old one."""
        if ends:
            statement = update(outbox).where(outbox.c.id == bindparam("the_row")).values(expires_at=bindparam("until"))
            rows = [{"the_row": number, "until": until} for number, until in ends.items()]
            await self._connection.execute(statement, rows)

    async def claim(
        self, worker: str, now: datetime, lease: timedelta, limit: int, platforms: Sequence[str]
    ) -> tuple[OutboxRow, ...]:
        """Up to `limit` due rows, oldest first, that nobody else gets before `now + lease`.

        One statement. The CTE is needed: PostgreSQL may run a bare subquery with LIMIT more than once.
        """
        due = (
            select(outbox.c.id)
            .where(
                outbox.c.state == "pending",
                outbox.c.due_at <= now,
                or_(outbox.c.try_at.is_(None), outbox.c.try_at <= now),
                outbox.c.platform.in_(platforms),
                or_(outbox.c.lease_until.is_(None), outbox.c.lease_until < now),
            )
            .order_by(outbox.c.due_at, _SHUFFLED, outbox.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)  # SQLite has one writer, and SQLAlchemy leaves the words out
            .cte("due")
        )
        held = {"lease_by": worker, "lease_until": now + lease, "attempts": outbox.c.attempts + 1}
        statement = update(outbox).where(outbox.c.id.in_(select(due.c.id))).values(held).returning(outbox)
        rows = [OutboxRow(**row._mapping) for row in await self._connection.execute(statement)]
        return tuple(sorted(rows, key=lambda row: (row.due_at, row.id)))

    async def sent(self, row: OutboxRow, now: datetime, sent_ref: str | None) -> bool:
        """It is out. False when somebody else holds the row by now; cancelled meanwhile, the truth is still kept."""
        values = {"state": "sent", "sent_at": now, "sent_ref": sent_ref, "last_error": None, **_FREE}
        return await self._settle(row, values, states=("pending", "cancelled"))

    async def sent_all(self, deliveries: Sequence[tuple[OutboxRow, str | None]], now: datetime) -> None:
        """Many at once are out, each with its reference, by one statement; with the same fence for each row."""
        if not deliveries:
            return
        held = and_(outbox.c.id == bindparam("row"), outbox.c.lease_by == bindparam("holder"))
        in_flight = or_(outbox.c.state == "pending", outbox.c.state == "cancelled")
        fence = and_(held, outbox.c.attempts == bindparam("attempt"), in_flight)
        values: dict[str, Any] = {
            "state": "sent",
            "sent_at": now,
            "sent_ref": bindparam("ref"),
            "last_error": None,
            **_FREE,
        }
        rows = [
            {"row": row.id, "holder": row.lease_by, "attempt": row.attempts, "ref": reference}
            for row, reference in deliveries
        ]
        await self._connection.execute(update(outbox).where(fence).values(values), rows)

    async def retry(self, row: OutboxRow, at: datetime, reason: str, give_attempt_back: bool = False) -> bool:
        """Again at `at`; it was due when it was due. An attempt given back was not the row's fault."""
        attempts = row.attempts - 1 if give_attempt_back else row.attempts
        return await self._settle(row, {"try_at": at, "attempts": attempts, "last_error": reason, **_FREE})

    async def dead(self, row: OutboxRow, reason: str) -> bool:
        """Never again; `reason` is a machine word."""
        return await self._settle(row, {"state": "dead", "last_error": reason, **_FREE})

    async def expire(self, row: OutboxRow) -> bool:
        """Too late to be of use."""
        return await self._settle(row, {"state": "expired", **_FREE})

    async def release(self, row: OutboxRow) -> bool:
        """Not tried after all (a stop, a stopped lane): as before the claim."""
        return await self._settle(row, {"attempts": row.attempts - 1, **_FREE})

    async def cancel(self, row: OutboxRow) -> bool:
        """There is nothing to say any more (the step is done)."""
        return await self._settle(row, {"state": "cancelled", **_FREE})

    async def cancel_of(self, person_id: int) -> int:
        """Say nothing more of what waits for this person; how many."""
        which = and_(outbox.c.person_id == person_id, outbox.c.state == "pending")
        # The lease stays: who is sending at this moment may still record it.
        return await self._set(which, {"state": "cancelled"})

    async def owned(self, person_id: int, outbox_id: int) -> OutboxRow | None:
        """The row, when it is the person's."""
        statement = select(outbox).where(outbox.c.person_id == person_id, outbox.c.id == outbox_id)
        row = (await self._connection.execute(statement)).one_or_none()
        return None if row is None else OutboxRow(**row._mapping)

    async def counts(self) -> dict[State, int]:
        """How many rows are in each state; a state without rows is left out."""
        statement = select(outbox.c.state, func.count().label("number")).group_by(outbox.c.state)
        return {row.state: row.number for row in await self._connection.execute(statement)}

    async def oldest_due(self, now: datetime) -> datetime | None:
        """Since when the oldest row waits whose time has come, without those that rest over the night; or None."""
        awake = or_(outbox.c.try_at.is_(None), outbox.c.try_at <= now, outbox.c.last_error != QUIET)
        late = and_(outbox.c.state == "pending", outbox.c.due_at <= now, awake)
        found: datetime | None = await self._connection.scalar(select(func.min(outbox.c.due_at)).where(late))
        return found

    async def _settle(
        self, row: OutboxRow, values: Mapping[str, Any], states: tuple[State, ...] = ("pending",)
    ) -> bool:
        held = and_(outbox.c.id == row.id, outbox.c.lease_by == row.lease_by, outbox.c.attempts == row.attempts)
        return await self._set(and_(held, outbox.c.state.in_(states)), values) == 1

    async def _set(self, which: ColumnElement[bool], values: Mapping[str, Any]) -> int:
        result: Any = await self._connection.execute(update(outbox).where(which).values(values))
        return int(result.rowcount)
