"""The ledger of nudges: each one that was planned, when it was due, and what became of it.

A row is one slot of one rule and its `key` is unique, so a slot is never planned twice. Rows that fall together ride in
one outbox row. History, "no text twice", the weekly cap and the metrics all read here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.sql import insert, values_of
from storage.tables import nudge, outbox

NudgeState = Literal["planned", "sent", "unsaid", "dropped", "cancelled", "failed"]
Answer = Literal["done", "snoozed", "less", "stopped"]
WHY_PAUSED = "paused"
"""The reason of a slot that came while the person's nudges were paused."""
WHY_AWAY = "away"
"""The same for somebody who had left everywhere."""


@dataclass(frozen=True, slots=True)
class NudgeRow:
    """One nudge. `slot_at` is by the rule, `due_at` moved by quiet hours, spread or a snooze.

    `item` is the text that was sent, or the milestone with its distance; `told_day` the day of the milestone that the
    person was told, ISO. `reason` is a machine word: why it was not sent. `answered_at` of one that did not reach them
    is when they were told so.
    """

    id: int
    person_id: int
    rule_id: int | None
    outbox_id: int | None
    key: str
    kind: str
    item: str | None
    season: int | None
    slot_at: datetime
    due_at: datetime
    state: NudgeState
    reason: str | None
    told_day: str | None
    sent_at: datetime | None
    answer: Answer | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewNudge:
    """A nudge to be planned, or one that is dropped or unsaid from the start."""

    person_id: int
    rule_id: int | None
    key: str
    kind: str
    slot_at: datetime
    due_at: datetime
    item: str | None = None
    season: int | None = None
    state: NudgeState = "planned"
    reason: str | None = None
    outbox_id: int | None = None


@dataclass(frozen=True, slots=True)
class SentNudge:
    """What was said of one nudge."""

    id: int
    item: str | None
    season: int | None
    told_day: str | None = None


class Ledger:
    """Queries about nudges, in one transaction. A stranger's row is as absent as an unknown one."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def plan(self, rows: Sequence[NewNudge]) -> tuple[NudgeRow, ...]:
        """Write down those whose key is new, by one statement; gives these, and nothing for the others."""
        if not rows:
            return ()
        statement = insert(self._connection, nudge).on_conflict_do_nothing(index_elements=("key",)).returning(nudge)
        made = await self._connection.execute(statement, [values_of(row) for row in rows])
        return tuple(NudgeRow(**row._mapping) for row in made)

    async def ride(self, riders: Sequence[tuple[int, int, datetime]]) -> None:
        """Put nudges into outbox rows: nudge id, outbox id, and the moment at which that one is due."""
        if riders:
            place: dict[str, Any] = {"outbox_id": bindparam("the_row"), "due_at": bindparam("the_moment")}
            statement = update(nudge).where(nudge.c.id == bindparam("the_nudge")).values(place)
            rows = [{"the_nudge": one, "the_row": row, "the_moment": at} for one, row, at in riders]
            await self._connection.execute(statement, rows)

    async def move(self, outbox_id: int, due_at: datetime, expires_at: datetime | None) -> None:
        """A message that waits, and what rides in it, come at another moment and are of use until then."""
        waits = and_(outbox.c.id == outbox_id, outbox.c.state == "pending")
        await self._connection.execute(update(outbox).where(waits).values(due_at=due_at, expires_at=expires_at))
        await self._set(_planned(nudge.c.outbox_id == outbox_id), {"due_at": due_at})

    async def of_outbox(self, outbox_id: int) -> tuple[NudgeRow, ...]:
        """All nudges that ride in this message, the earliest first, whatever their state."""
        return await self._rows(nudge.c.outbox_id == outbox_id, nudge.c.slot_at, nudge.c.id)

    async def owned(self, person_id: int, nudge_id: int) -> NudgeRow | None:
        """The nudge, when it is the person's."""
        found = await self._rows(and_(nudge.c.person_id == person_id, nudge.c.id == nudge_id))
        return found[0] if found else None

    async def history(self, person_id: int, limit: int, before: int | None = None) -> tuple[NudgeRow, ...]:
        """The person's nudges, the latest due first; `before`: those that come after this row (an id) in that order."""
        which = nudge.c.person_id == person_id
        anchor = await self.owned(person_id, before) if before is not None else None
        if anchor is not None:
            same = and_(nudge.c.due_at == anchor.due_at, nudge.c.id < anchor.id)
            which = and_(which, or_(nudge.c.due_at < anchor.due_at, same))
        return await self._rows(which, nudge.c.due_at.desc(), nudge.c.id.desc(), limit=limit)

    async def waiting(self, person_id: int, kind: str | None = None) -> tuple[NudgeRow, ...]:
        """What is planned and not sent yet, of one kind or all, the next first."""
        which = and_(nudge.c.person_id == person_id, nudge.c.state == "planned", *_of_kind(kind))
        return await self._rows(which, nudge.c.due_at, nudge.c.id)

    async def missed(self, person_id: int, now: datetime) -> int:
        """How many have come and did not reach the person, of which they have not been told (`told_missed`)."""
        return int(await self._connection.scalar(select(func.count()).where(_missed(person_id, now))) or 0)

    async def told_missed(self, person_id: int, now: datetime) -> None:
        """The person has been told that these did not reach them."""
        await self._set(_missed(person_id, now), {"answered_at": now})

    async def dropped(self, person_id: int, since: datetime | None) -> int:
        """How many older ones were dropped after a pause of the bot, planned to come later than `since`."""
        which = and_(nudge.c.person_id == person_id, nudge.c.state == "dropped")
        after = () if since is None else (nudge.c.slot_at > since,)
        return int(await self._connection.scalar(select(func.count()).where(which, *after)) or 0)

    async def last_sent(self, person_id: int) -> datetime | None:
        """When the latest nudge went out to this person."""
        which = and_(nudge.c.person_id == person_id, nudge.c.state == "sent")
        found: datetime | None = await self._connection.scalar(select(func.max(nudge.c.sent_at)).where(which))
        return found

    async def said_items(self, person_id: int, kind: str, season: int, began: datetime) -> frozenset[str]:
        """The texts of this kind that the person has had in this season, which began then.

        A row of an older version does not know its season.
        """
        this = or_(nudge.c.season == season, and_(nudge.c.season.is_(None), nudge.c.sent_at >= began))
        which = and_(nudge.c.person_id == person_id, nudge.c.kind == kind, nudge.c.state == "sent", this)
        statement = select(nudge.c.item).where(which, nudge.c.item.is_not(None))
        return frozenset((await self._connection.execute(statement)).scalars())

    async def curated_since(self, person_id: int, since: datetime) -> int:
        """How many curated nudges went out to this person later than `since`; one that they snoozed counts once."""
        which = and_(nudge.c.person_id == person_id, nudge.c.state == "sent", nudge.c.sent_at > since)
        curated = and_(which, nudge.c.kind.not_like("own:%"), nudge.c.kind != "season", nudge.c.key.not_like("again:%"))
        return int(await self._connection.scalar(select(func.count()).where(curated)) or 0)

    async def sent(self, said: Sequence[SentNudge], now: datetime) -> None:
        """These are out. One that was cancelled meanwhile is out all the same, and the truth is kept."""
        for one in said:
            values = {"item": one.item, "season": one.season, "told_day": one.told_day, "sent_at": now}
            await self._set(nudge.c.id == one.id, {**values, "state": "sent", "reason": None})

    async def unsaid(self, reasons: Mapping[int, str]) -> None:
        """There was nothing to say, by nudge id the reason: a machine word."""
        for number, reason in reasons.items():
            await self._set(_planned(nudge.c.id == number), {"state": "unsaid", "reason": reason})

    async def failed(self, outbox_id: int, reason: str) -> int:
        """The message could not be delivered; how many nudges were in it."""
        return await self._set(_planned(nudge.c.outbox_id == outbox_id), {"state": "failed", "reason": reason})

    async def dropped_late(self, outbox_id: int) -> int:
        """The message came too late to be of use; how many nudges were in it."""
        return await self._set(_planned(nudge.c.outbox_id == outbox_id), {"state": "dropped", "reason": "late"})

    async def cancel(self, person_id: int, kind: str | None = None, reason: str = "stopped") -> int:
        """Say nothing of what is planned for this person, of one kind or all; how many."""
        which = and_(nudge.c.person_id == person_id, *_of_kind(kind))
        return await self._set(_planned(which), {"state": "cancelled", "reason": reason})

    async def cancel_these(self, person_id: int, nudge_ids: Sequence[int], reason: str) -> int:
        """Say nothing of these, where they are the person's and still planned; how many."""
        which = and_(nudge.c.person_id == person_id, nudge.c.id.in_(nudge_ids))
        return await self._set(_planned(which), {"state": "cancelled", "reason": reason}) if nudge_ids else 0

    async def answer(self, person_id: int, nudge_id: int, answer: Answer | None, now: datetime) -> NudgeRow | None:
        """Keep what the person answered; None takes it back. The latest answer counts.

        The row as it is now, or None when it is not theirs.
        """
        which = and_(nudge.c.person_id == person_id, nudge.c.id == nudge_id)
        changed = update(nudge).where(which).values(answer=answer, answered_at=now).returning(nudge)
        row = (await self._connection.execute(changed)).one_or_none()
        return None if row is None else NudgeRow(**row._mapping)

    async def oldest_planned(self, now: datetime) -> datetime | None:
        """Since when the oldest nudge waits whose time has come; None when nothing is late."""
        late = and_(nudge.c.state == "planned", nudge.c.due_at <= now)
        found: datetime | None = await self._connection.scalar(select(func.min(nudge.c.due_at)).where(late))
        return found

    async def _set(self, which: ColumnElement[bool], values: Mapping[str, Any]) -> int:
        result: Any = await self._connection.execute(update(nudge).where(which).values(values))
        return int(result.rowcount)

    async def _rows(self, which: ColumnElement[bool], *order: Any, limit: int | None = None) -> tuple[NudgeRow, ...]:
        statement = select(nudge).where(which).order_by(*order).limit(limit)
        return tuple(NudgeRow(**row._mapping) for row in await self._connection.execute(statement))


def _planned(which: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(which, nudge.c.state == "planned")


def _missed(person_id: int, now: datetime) -> ColumnElement[bool]:
    """Lost because they were paused, away or not to be reached; not what they stopped, or what had nothing to say."""
    kept_back = and_(nudge.c.state.in_(("unsaid", "cancelled")), nudge.c.reason.in_((WHY_PAUSED, WHY_AWAY)))
    lost = or_(kept_back, nudge.c.state == "failed")
    return and_(nudge.c.person_id == person_id, lost, nudge.c.due_at <= now, nudge.c.answered_at.is_(None))


def _of_kind(kind: str | None) -> tuple[ColumnElement[bool], ...]:
    return () if kind is None else (nudge.c.kind == kind,)
