"""What a person typed into a form that was refused, so that "Edit again" starts from their words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import draft


@dataclass(frozen=True, slots=True)
class Draft:
    """A form as it was sent: a JSON object, sealed by its column. `form` is the feature's own name for it."""

    id: int
    person_id: int
    form: str
    values: Mapping[str, Any]
    created_at: datetime


class Drafts:
    """Queries about drafts, in one transaction. A stranger's draft is as absent as an unknown one."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def save(self, person_id: int, form: str, values: Mapping[str, Any], now: datetime) -> int:
        """Keep a JSON object (not its text); the new draft's id."""
        row = {"person_id": person_id, "form": form, "values": dict(values), "created_at": now}
        made: int = (await self._connection.execute(insert(draft).values(row).returning(draft.c.id))).scalar_one()
        return made

    async def get(self, person_id: int, draft_id: int) -> Draft | None:
        """The draft, when it is the person's."""
        statement = select(draft).where(draft.c.person_id == person_id, draft.c.id == draft_id)
        row = (await self._connection.execute(statement)).one_or_none()
        return None if row is None else Draft(**row._mapping)

    async def delete(self, person_id: int, draft_id: int) -> bool:
        """Forget it; False when there is none of this person with this id."""
        chosen = delete(draft).where(and_(draft.c.person_id == person_id, draft.c.id == draft_id))
        return (await self._connection.execute(chosen.returning(draft.c.id))).first() is not None
