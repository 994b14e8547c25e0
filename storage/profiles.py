"""What a person told about themselves, so that pages fit them: all of it optional, sealed, and one row a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.sql import insert
from storage.tables import profile

Visa = Literal["j1", "h1b", "none"]
Status = Literal["student", "graduate"]


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a person. None: not told.

    `specialty` is a slug ("internal-medicine", "other"), `graduation_year` a calendar year, `attempts` the most tries
    at one Step (0: none taken yet; 4 stands for four or more), `in_us` whether they live there now, `season` the
    year of the Match for which they apply, `dates` the language tag ("en-GB") in whose order they write 3/4.
    """

    specialty: str | None = None
    graduation_year: int | None = None
    status: Status | None = None
    in_us: bool | None = None
    attempts: int | None = None
    visa: Visa | None = None
    season: int | None = None
    dates: str | None = None


NOTHING_TOLD = About()
NAMES = tuple(field.name for field in fields(About))


def about_of(told: Mapping[str, Any] | None) -> About:
    """What a stored profile says; all None for none."""
    return About(**{name: told[name] for name in NAMES if name in told}) if told else NOTHING_TOLD


class Profiles:
    """Queries about profiles, in one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, person_id: int) -> About:
        """What the person told; all None for somebody who told nothing. One read by primary key."""
        chosen = select(profile.c.told).where(profile.c.person_id == person_id)
        told: Mapping[str, Any] | None = (await self._connection.execute(chosen)).scalar_one_or_none()
        return about_of(told)

    async def save(self, person_id: int, about: About) -> None:
        """Keep this in place of what was told before. Nothing told: nothing is kept."""
        told = {name: value for name, value in asdict(about).items() if value is not None}
        if not told:
            await self._connection.execute(delete(profile).where(profile.c.person_id == person_id))
            return
        made = insert(self._connection, profile).values(person_id=person_id, told=told)
        await self._connection.execute(
            made.on_conflict_do_update(index_elements=("person_id",), set_={"told": made.excluded.told})
        )
