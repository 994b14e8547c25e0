"""Which message shows what: a list is one message in a person's conversation, edited instead of sent again."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.sql import insert
from storage.tables import living_message


class Shown(NamedTuple):
    """A message ("channel:message") and when it was last sent anew."""

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
        """From now on this message shows it, and no other."""
        values = {"person_id": person_id, "account_id": account_id, "key": key, "ref": ref, "shown_at": now}
        made = insert(self._connection, living_message).values(values)
        changing = {"ref": ref, "shown_at": now}
        await self._connection.execute(
            made.on_conflict_do_update(index_elements=("person_id", "account_id", "key"), set_=changing)
        )

    async def forget(self, person_id: int, account_id: int, key: str) -> None:
        """No message shows it any more."""
        await self._connection.execute(delete(living_message).where(_place(person_id, account_id, key)))


def _place(person_id: int, account_id: int, key: str) -> ColumnElement[bool]:
    row = living_message.c
    return and_(row.person_id == person_id, row.account_id == account_id, row.key == key)
