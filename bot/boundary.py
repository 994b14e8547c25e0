"""The one door between the platforms and the features.

    adapter: payload -> Invocation
    boundary: log context -> route -> unit of work -> seen before? -> handler -> commit -> Outcome
    adapter: Outcome -> rendered answer

One invocation is one transaction, committed before the answer goes out: a confirmation never claims what was not
kept. `run` never raises; what cannot be done becomes a card, what should not have happened a card with a code that is
also in the log.
"""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from commands import cards
from commands.actions import BadAction, decode
from commands.context import Ctx, Invocation
from commands.dispatch import dispatch
from commands.errors import UserError
from commands.outcomes import Choices, Outcome, Reply
from commands.registry import Registry, Route
from content.catalog import CatalogHolder
from scheduler.clock import Clock
from storage.db import Database, StorageError, Uow
from storage.people import Person

log = structlog.get_logger()


@dataclass(slots=True)
class Boundary:
    """Runs invocations against the registry. `active` counts those under way, for a polite stop."""

    registry: Registry
    database: Database
    holder: CatalogHolder
    clock: Clock
    demo: bool = False
    active: int = 0
    _idle: asyncio.Event = field(default_factory=asyncio.Event)

    def opens_form(self, invocation: Invocation) -> bool:
        """Whether the handler answers with a form, so that the adapter must not defer."""
        try:
            return self.registry.route(invocation).opens_form
        except UserError:
            return False

    async def run(self, invocation: Invocation) -> Outcome | None:
        """The answer, after the commit. None when there is nothing to say: a replay, or an event."""
        request = secrets.token_hex(3)
        self.active += 1
        try:
            with structlog.contextvars.bound_contextvars(
                request=request,
                platform=invocation.platform,
                what=invocation.what,
                name=_log_name(self.registry, invocation),
            ):
                return await self._answered(invocation, request)
        finally:
            self.active -= 1
            self._idle.set()

    async def drain(self, seconds: float) -> bool:
        """Wait until nothing is under way, at most `seconds`. False when something still is."""
        try:
            async with asyncio.timeout(seconds):
                while self.active:
                    self._idle.clear()
                    await self._idle.wait()
        except TimeoutError:
            return False
        return True

    async def _answered(self, invocation: Invocation, request: str) -> Outcome | None:
        try:
            return await self._run(invocation)
        except UserError as refusal:
            log.info("refused", reason=type(refusal).__name__)
            card = cards.refusal(refusal)
        except StorageError as fault:
            log.error("storage_failed", reason=type(fault).__name__, advice=str(fault))
            card = cards.storage_trouble()
        except Exception as fault:
            log.error("invocation_failed", code=request, exc_info=fault)
            card = cards.failure(request)
        return Choices(()) if invocation.what == "complete" else Reply(card)

    async def _run(self, invocation: Invocation) -> Outcome | None:
        route = self.registry.route(invocation)
        if invocation.what == "complete":
            async with self.database.read() as uow:
                return await route.run(self._ctx(invocation, uow, None))
        if route.reads or route.opens_form:
            async with self.database.read() as uow:
                person = await _known(uow, invocation)
                missed = await uow.ledger.missed(person.id, self.clock.now()) if person else 0
                # What did not reach them is told once, and that has to be written down; a pause is told each time.
                if person is not None and (not missed or person.nudges_paused_at is not None):
                    return await dispatch(route, self._ctx(invocation, uow, person, missed))
        return await self._write(invocation, route)

    async def _write(self, invocation: Invocation, route: Route) -> Outcome | None:
        now = self.clock.now()
        async with self.database.write() as uow:
            key = f"{invocation.platform}:{invocation.team}:{invocation.delivery}"
            if invocation.delivery and not await uow.seen.first_time(key, now):
                log.info("seen_before")
                return None
            if invocation.what == "event":
                return await dispatch(route, self._ctx(invocation, uow, None))
            before = await _met(uow, invocation, now)
            person = await _arrive(uow, invocation, before, now)
            ctx = self._ctx(invocation, uow, person, await uow.ledger.missed(person.id, now))
            if before.frozen_at is not None:
                for hook in self.registry.profile_hooks:
                    await hook(ctx, before, person)
            return await dispatch(route, ctx)

    def _ctx(self, invocation: Invocation, uow: Uow, person: Person | None, missed: int = 0) -> Ctx:
        now = self.clock.now()
        return Ctx(invocation, self.registry, self.holder.current, now, uow, person, self.demo, missed)


async def _known(uow: Uow, invocation: Invocation) -> Person | None:
    """The person, when nothing about them has to be written first."""
    person = await uow.people.find(invocation.platform, invocation.team, invocation.user)
    if person is None or person.frozen_at is not None or person.welcomed_at is None:
        return None
    if invocation.community and not person.is_member(invocation.platform, invocation.community):
        return None
    return person


async def _met(uow: Uow, invocation: Invocation, now: datetime) -> Person:
    """The person as they were, or a newcomer."""
    return await uow.people.find_or_create(
        invocation.platform, invocation.team, invocation.user, now=now, locale=invocation.locale
    )


async def _arrive(uow: Uow, invocation: Invocation, person: Person, now: datetime) -> Person:
    """The person, made known: their account, their membership, and thawed if they had been away."""
    if person.frozen_at is not None:
        await uow.people.thaw(person.id)
    if invocation.community and not person.is_member(invocation.platform, invocation.community):
        community = await uow.communities.find_or_create(invocation.platform, invocation.community, now=now)
        if community.frozen_at is not None:
            await uow.communities.thaw(invocation.platform, invocation.community)
        await uow.people.join(person.id, community.id, role="member", now=now)
    if invocation.what == "text" and person.dm_closed_at is not None:
        await uow.people.set_dm(person.account, closed_at=None)  # words come only through open direct messages
    if invocation.zone and person.zone is None:
        await uow.people.set_zone(person.id, invocation.zone, confirmed=True)
    return await uow.people.of(person.id, account=person.account)


def _log_name(registry: Registry, invocation: Invocation) -> str:
    """A name that is safe to log: a command, verb or event that the registry knows, never what was sent."""
    name = invocation.name
    if invocation.what in ("action", "form"):
        try:
            name = decode(invocation.name).verb
        except BadAction:
            return "unknown"
    return name if registry.knows(name) else "unknown"
