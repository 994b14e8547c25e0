"""Which message shows what: a list is one message in a person's conversation, edited instead of sent again."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.sql import insert
from storage.tables import living_message


class Shown(NamedTuple):
    """A message ("channel:message") and since when it is the one: from its sending on, however often it changes."""

    ref: str
    shown_at: datetime


class Living:
    """Queries about living messages, in one transaction. `key` says what is shown: "list:7"."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, person_id: int, account_id: int, key: str) -> Shown | None:
        """The message that shows this to the person through this account, or None."""
        chosen = select(living_message.c.ref, living_message.c.shown_at).where(_place(person_id, account_id, key))
        row = (await self._connection.execute(chosen)).one_or_none()
        return None if row is None else Shown(*row)

    async def put(self, person_id: int, account_id: int, key: str, ref: str, now: datetime) -> None:
        """From now on this message shows it, and no other; and the message shows nothing else.

        A message that is known keeps its age: `now` counts for one that is new here.
        """
        row = living_message.c
        same = and_(row.person_id == person_id, row.account_id == account_id, row.ref == ref)
        known = await self._connection.execute(select(func.min(row.shown_at)).where(same))
        changing = {"ref": ref, "shown_at": known.scalar_one() or now}
        await self._connection.execute(delete(living_message).where(same, row.key != key))
        values = {"person_id": person_id, "account_id": account_id, "key": key, **changing}
        made = insert(self._connection, living_message).values(values)
        await self._connection.execute(
            made.on_conflict_do_update(index_elements=("person_id", "account_id", "key"), set_=changing)
        )

    async def move(self, person_id: int, account_id: int, ref: str, to: str, now: datetime) -> None:
        """What the message at `ref` showed, if anything, a new one shows from now on: `ref` is gone."""
        row = living_message.c
        there = and_(row.person_id == person_id, row.account_id == account_id, row.ref == ref)
        await self._connection.execute(update(living_message).where(there).values(ref=to, shown_at=now))

    async def forget(self, person_id: int, account_id: int, key: str) -> None:
        """No message shows it any more."""
        await self._connection.execute(delete(living_message).where(_place(person_id, account_id, key)))


def _place(person_id: int, account_id: int, key: str) -> ColumnElement[bool]:
    row = living_message.c
    return and_(row.person_id == person_id, row.account_id == account_id, row.key == key)
