"""Persons, their accounts, and what they set."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Select, and_, bindparam, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.channel_posts import POST
from storage.profiles import NOTHING_TOLD, About, about_of
from storage.sql import insert, insert_new, on_sqlite
from storage.tables import account, community, membership, nudge, outbox, person, profile

Role = Literal["member", "mentor", "admin"]

_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True, slots=True)
class Membership:
    """A person in a community that is not frozen. `community` is our row, `external_id` the guild or workspace."""

    community: int
    platform: str
    external_id: str
    role: Role


@dataclass(frozen=True, slots=True)
class Person:
    """A person, seen through one of their accounts.

    `id` is the person, `account` the row of this account. `zone` is an IANA name or not known yet. `about` is what
    they told of themselves, read along because every page asks for it. `nudge_time`,
    `quiet_start` and `quiet_end` are local "HH:MM". `nudge_cap` is the most curated nudges in seven days, and
    `workdays_only` keeps them to Monday to Friday. `version` grows with every change of the person's own row.
    """

    id: int
    account: int
    platform: str
    team: str
    user_id: str
    dm_channel: str | None
    dm_closed_at: datetime | None
    created_at: datetime
    zone: str | None
    zone_confirmed: bool
    locale: str | None
    welcomed_at: datetime | None
    frozen_at: datetime | None
    nudge_time: str
    quiet_start: str
    quiet_end: str
    nudges_paused_at: datetime | None
    nudges_paused_reason: str | None
    nudge_cap: int
    workdays_only: bool
    version: int
    memberships: tuple[Membership, ...] = ()
    about: About = NOTHING_TOLD

    def is_member(self, platform: str, external_id: str) -> bool:
        """Whether the person belongs to this guild or workspace now."""
        return self.role_in(platform, external_id) is not None

    def role_in(self, platform: str, external_id: str) -> Role | None:
        """The person's role there, or None for a stranger or somebody who left."""
        return next(
            (each.role for each in self.memberships if (each.platform, each.external_id) == (platform, external_id)),
            None,
        )


class NoSuchPerson(LookupError):
    """The person is not there, or no longer: they may have deleted everything a moment ago."""


_PERSON = (
    person.c.id,
    account.c.id.label("account"),
    account.c.platform,
    account.c.team,
    account.c.user_id,
    account.c.dm_channel,
    account.c.dm_closed_at,
    *(column for column in person.c if column.name != "id"),
    profile.c.told.label("in_told"),
)
_MEMBERSHIP = (
    community.c.id.label("in_id"),
    community.c.platform.label("in_platform"),
    community.c.external_id.label("in_external_id"),
    membership.c.role.label("in_role"),
)
# One statement: a person in three communities comes as three rows.
_SELECT = (
    select(*_PERSON, *_MEMBERSHIP)
    .join_from(account, person, account.c.person_id == person.c.id)
    .outerjoin(profile, profile.c.person_id == person.c.id)
    .outerjoin(membership, and_(membership.c.person_id == person.c.id, membership.c.frozen_at.is_(None)))
    .outerjoin(community, and_(membership.c.community_id == community.c.id, community.c.frozen_at.is_(None)))
    .order_by(account.c.id, membership.c.id)
)
# Made once: every answer begins with one of these, and to put one together takes longer than to run it.
_BY_ACCOUNT = _SELECT.where(
    account.c.platform == bindparam("at_platform"),
    account.c.team == bindparam("at_team"),
    account.c.user_id == bindparam("at_user"),
)
_BY_ID = _SELECT.where(person.c.id == bindparam("the_id"))
_BY_IDS = _BY_ID.where(account.c.id == bindparam("the_account"))
_MANY = _SELECT.where(person.c.id.in_(bindparam("the_ids", expanding=True)))


class People:
    """Queries about persons, in one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def find(self, platform: str, team: str, user_id: str) -> Person | None:
        """The person behind an account, or None for a newcomer."""
        return await self._one(_BY_ACCOUNT, {"at_platform": platform, "at_team": team, "at_user": user_id})

    async def known(self, person_id: int, account_id: int | None = None) -> Person | None:
        """The person by id, through this account or their oldest; None when they are not there."""
        if account_id is None:
            return await self._one(_BY_ID, {"the_id": person_id})
        return await self._one(_BY_IDS, {"the_id": person_id, "the_account": account_id})

    async def of(self, person_id: int, account: int | None = None) -> Person:
        """The person by id, through this account or their oldest. Raises `NoSuchPerson`."""
        found = await self.known(person_id, account)
        if found is None:
            raise NoSuchPerson
        return found

    async def find_or_create(
        self, platform: str, team: str, user_id: str, *, now: datetime, locale: str | None = None
    ) -> Person:
        """The person behind an account, made when new. Two processes that meet a newcomer at once make one person."""
        found = await self.find(platform, team, user_id)
        if found is not None:
            return found
        made = insert(self._connection, person).values(created_at=now, locale=locale).returning(person.c.id)
        person_id = (await self._connection.execute(made)).scalar_one()
        keys = {"platform": platform, "team": team, "user_id": user_id}
        if await insert_new(self._connection, account, tuple(keys), {"person_id": person_id, **keys}) is None:
            await self._connection.execute(delete(person).where(person.c.id == person_id))
        found = await self.find(platform, team, user_id)
        if found is None:
            raise NoSuchPerson
        return found

    async def lock(self, person_id: int) -> None:
        """Let no other transaction write for this person until ours ends. SQLite has one writer at a time anyway."""
        if not on_sqlite(self._connection):
            await self._connection.execute(select(person.c.id).where(person.c.id == person_id).with_for_update())

    async def set_zone(self, person_id: int, zone: str | None, confirmed: bool) -> None:
        """The person's zone (IANA name), and whether they said so themselves."""
        await self._change(person_id, zone=zone, zone_confirmed=confirmed)

    async def set_hours(self, person_id: int, time: str, quiet_start: str, quiet_end: str) -> None:
        """When to nudge and when not to, local "HH:MM". Raises `ValueError` for anything else."""
        for value in (time, quiet_start, quiet_end):
            if not _CLOCK.fullmatch(value):
                raise ValueError('a time of day is "HH:MM"')
        await self._change(person_id, nudge_time=time, quiet_start=quiet_start, quiet_end=quiet_end)

    async def set_manners(self, person_id: int, nudge_cap: int, workdays_only: bool) -> None:
        """At most so many curated nudges in seven days, and whether they keep to Monday to Friday."""
        await self._change(person_id, nudge_cap=nudge_cap, workdays_only=workdays_only)

    async def welcome(self, person_id: int, now: datetime) -> None:
        """The person has been shown the first card. The first time counts."""
        await self._change(person_id, person.c.welcomed_at.is_(None), welcomed_at=now)

    async def pause_nudges(self, person_id: int, reason: str, now: datetime) -> None:
        """Send this person no nudges; `reason` is a machine word ("unreachable", "asked"). The first reason stays."""
        await self._change(
            person_id, person.c.nudges_paused_at.is_(None), nudges_paused_at=now, nudges_paused_reason=reason
        )

    async def resume_nudges(self, person_id: int) -> None:
        """Send nudges again."""
        await self._change(person_id, nudges_paused_at=None, nudges_paused_reason=None)

    async def freeze(self, person_id: int, now: datetime) -> None:
        """Gone (left everywhere, account closed): they are sent nothing; purged later. The first time counts."""
        await self._change(person_id, person.c.frozen_at.is_(None), frozen_at=now)
        # A post is the community's: it goes on without whoever set it up.
        waiting = and_(outbox.c.person_id == person_id, outbox.c.state == "pending", outbox.c.compose != POST)
        await self._connection.execute(update(outbox).where(waiting).values(state="cancelled"))
        planned = and_(nudge.c.person_id == person_id, nudge.c.state == "planned")
        await self._connection.execute(update(nudge).where(planned).values(state="cancelled", reason="away"))

    async def thaw(self, person_id: int) -> None:
        """Back again, with everything that was there."""
        await self._change(person_id, frozen_at=None)

    async def join(self, person_id: int, community_id: int, role: Role, now: datetime) -> None:
        """Make the person a member with this role; somebody who had left is back."""
        statement = insert(self._connection, membership).values(
            person_id=person_id, community_id=community_id, role=role, joined_at=now
        )
        await self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=("person_id", "community_id"), set_={"role": role, "frozen_at": None}
            )
        )

    async def set_dm(self, account_id: int, channel: str | None = None, closed_at: datetime | None = None) -> None:
        """What is known of the account's direct messages: their channel (None: as known before), and whether closed."""
        values: dict[str, Any] = {"dm_closed_at": closed_at}
        if channel is not None:
            values["dm_channel"] = channel
        await self._connection.execute(update(account).where(account.c.id == account_id).values(values))

    async def accounts(self, person_id: int) -> tuple[Person, ...]:
        """The person through each of their accounts, oldest first."""
        rows = (await self._connection.execute(_SELECT.where(person.c.id == person_id))).all()
        numbers = dict.fromkeys(row.account for row in rows)
        return tuple(_person([row for row in rows if row.account == number]) for number in numbers)

    async def reachable(self, person_ids: Collection[int]) -> dict[int, Person]:
        """By id these persons, each through their oldest account that takes direct messages, or just their oldest."""
        rows: dict[int, dict[int, list[Any]]] = {}
        for row in await self._connection.execute(_MANY, {"the_ids": tuple(person_ids)}):
            rows.setdefault(row.id, {}).setdefault(row.account, []).append(row)
        return {number: _person(_open_or_first(tuple(accounts.values()))) for number, accounts in rows.items()}

    async def _one(self, statement: Select[Any], values: Mapping[str, Any]) -> Person | None:
        rows = (await self._connection.execute(statement, values)).all()
        return _person([row for row in rows if row.account == rows[0].account]) if rows else None

    async def _change(self, person_id: int, *conditions: Any, **values: Any) -> None:
        await self._connection.execute(
            update(person).where(person.c.id == person_id, *conditions).values(version=person.c.version + 1, **values)
        )


def _open_or_first(accounts: Sequence[Sequence[Any]]) -> Sequence[Any]:
    return next((rows for rows in accounts if rows[0].dm_closed_at is None), accounts[0])


def _person(rows: Sequence[Any]) -> Person:
    """One account's rows, of which there is one for each community."""
    values = {name: value for name, value in rows[0]._mapping.items() if not name.startswith("in_")}
    there = tuple(
        Membership(row.in_id, row.in_platform, row.in_external_id, row.in_role) for row in rows if row.in_id is not None
    )
    return Person(**values, memberships=there, about=about_of(rows[0].in_told))
