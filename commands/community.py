"""What platforms report and nobody asked: communities and people that come and go, direct messages that close and open.

Whoever is gone is frozen at once, so that nothing more is sent, and purged later by housekeeping. A press or a command
of somebody frozen brings them back with everything (`bot/boundary.py`).
"""

from __future__ import annotations

from datetime import datetime

from commands.actions import encode
from commands.composing import Composed
from commands.context import Ctx
from commands.errors import NotAllowed
from commands.outcomes import Reply
from commands.registry import Feature
from commands.ui import Button, Buttons, Card, Text
from content.catalog import Catalog
from storage.db import Uow
from storage.outbox import OutboxRow
from storage.people import Person

feature = Feature("community")


class Installed:
    """The first words to whoever added me: three next steps, in their direct messages, never in a channel."""

    key = "installed"

    async def compose(
        self, uow: Uow, catalog: Catalog, row: OutboxRow, now: datetime, *, demo: bool = False
    ) -> Composed | None:
        """The card, unless I was removed again before it could be sent."""
        place = str((row.payload or {}).get("community", ""))
        found = await uow.communities.find(row.platform, place)
        return None if found is None or found.frozen_at is not None else Composed(installed_card())

    async def settled(self, uow: Uow, row: OutboxRow, composed: Composed, now: datetime) -> None:
        """Nothing is remembered beyond the sent row."""


feature.composes(Installed())


@feature.event("installed")
async def installed(ctx: Ctx) -> None:
    """A community added me, or has me back with its members. Who did it, where the platform tells, gets the steps."""
    asked = ctx.invocation
    found = await ctx.uow.communities.find_or_create(asked.platform, asked.community, now=ctx.now)
    if found.frozen_at is not None:
        await ctx.uow.communities.thaw(asked.platform, asked.community)
    user = asked.user or asked.options.get("installer", "")
    if not user:
        return
    person = await ctx.uow.people.find_or_create(asked.platform, asked.team, user, now=ctx.now)
    if person.frozen_at is not None:
        await ctx.uow.people.thaw(person.id)
    await ctx.uow.people.join(person.id, found.id, role="admin", now=ctx.now)
    await ctx.uow.communities.find_or_create(asked.platform, asked.community, now=ctx.now, installed_by=person.id)
    await ctx.uow.outbox.add(
        person_id=person.id,
        account_id=person.account,
        platform=asked.platform,
        compose=Installed.key,
        # Reported twice, it is said once; added again another day, it is said again.
        dedupe_key=f"installed:{found.id}:{person.id}:{ctx.now:%Y-%m-%d}",
        due_at=ctx.now,
        now=ctx.now,
        payload={"community": asked.community},
    )


@feature.event("removed")
async def removed(ctx: Ctx) -> None:
    """A community removed me: nothing more to whoever is in no other."""
    await ctx.uow.communities.freeze(ctx.invocation.platform, ctx.invocation.community, ctx.now)


@feature.event("member_left")
async def member_left(ctx: Ctx) -> None:
    """One member left a community."""
    gone = ctx.invocation
    await ctx.uow.communities.member_left(gone.platform, gone.community, gone.team, gone.user, ctx.now)


@feature.event("user_gone")
async def user_gone(ctx: Ctx) -> None:
    """An account was closed."""
    person = await _who(ctx)
    if person is not None:
        await ctx.uow.people.freeze(person.id, ctx.now)


@feature.event("dm_closed")
async def dm_closed(ctx: Ctx) -> None:
    """A direct message could not be delivered: known, so that answers stay where they are asked for."""
    person = await _who(ctx)
    if person is not None:
        await ctx.uow.people.set_dm(person.account, closed_at=ctx.now)


@feature.event("dm_open")
async def dm_open(ctx: Ctx) -> None:
    """A direct message was delivered: whatever was known before, nudges may be tried again."""
    person = await _who(ctx)
    if person is not None and person.dm_closed_at is not None:
        await ctx.uow.people.set_dm(person.account, closed_at=None)


@feature.action("community.steps", reads=True)
async def steps(ctx: Ctx) -> Reply:
    """The next steps for whoever runs the community, at any time: not every platform tells who added me."""
    if not ctx.is_admin:
        raise NotAllowed
    return Reply(installed_card())


async def _who(ctx: Ctx) -> Person | None:
    asked = ctx.invocation
    return await ctx.uow.people.find(asked.platform, asked.team, asked.user)


def installed_card() -> Card:
    """Three next steps for whoever added me."""
    return Card(
        "Thank you for adding me: three next steps",
        (
            Text(
                "1. **Pin a line for your members.** For example: *Stuck on a red flag, or on where to begin? Send "
                "`/matchmentor`; only you see the answer.*\n"
                "2. **Tell your mentors.** I explain, remind and keep checklists. I replace nobody who knows the "
                "person, and no mentor sees what a member asks me.\n"
                "3. **Check that I work.** Send `/matchmentor` in your community. You should get a short list that "
                "only you can see."
            ),
            Text("I never write in a channel unasked."),
            Buttons(
                (
                    Button("What I do, who sees what", encode("help.about")),
                    Button("Were my pages the right ones?", encode("guidance.counts")),
                )
            ),
        ),
        preview="Thank you for adding MatchMentor",
    )
