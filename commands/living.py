"""Messages that live on: a list has one message in the direct messages, which is changed where it stands.

A fresh one is sent only when the old one is gone or older than a week: then it has scrolled far away, however often it
was changed since. `key` names what the message shows ("list:7"); where it stands is one row for each account of a
person, and one message shows one thing.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from commands.context import Ctx
from commands.registry import Feature
from storage.db import Uow

feature = Feature("living")

FRESH_FOR = timedelta(days=7)
REFRESH = "living.refresh"
"""The outbox key of a refresh; `payload["key"]` says of what."""


async def stands_at(ctx: Ctx, key: str) -> str | None:
    """The message that shows it ("channel:message"), or None when there is none that is still near."""
    return await place(ctx.uow, ctx.person.id, ctx.person.account, key, ctx.now)


async def place(uow: Uow, person_id: int, account_id: int, key: str, now: datetime) -> str | None:
    """The same, where nobody asked just now."""
    found = await uow.living.get(person_id, account_id, key)
    if found is None:
        return None
    ref, shown_at = found
    return ref if now - shown_at < FRESH_FOR else None


async def adopt(ctx: Ctx, key: str) -> None:
    """The message whose button was pressed shows it from now on, if it is one that can be found again."""
    if ctx.invocation.message:
        await ctx.uow.living.put(ctx.person.id, ctx.person.account, key, ctx.invocation.message, ctx.now)


async def refresh(ctx: Ctx, key: str) -> None:
    """Bring its message up to date, after a change that was made somewhere else. Nothing to do without a message."""
    ref = await stands_at(ctx, key)
    if ref is None or ref == ctx.invocation.message:
        return
    await ctx.uow.outbox.add(
        person_id=ctx.person.id,
        account_id=ctx.person.account,
        platform=ctx.invocation.platform,
        compose=REFRESH,
        dedupe_key=f"refresh:{ctx.person.id}:{key}:{ctx.invocation.delivery or ctx.now.isoformat()}",
        due_at=ctx.now,
        expires_at=ctx.now + timedelta(hours=1),
        now=ctx.now,
        payload={"key": key},
    )


@feature.event("placed")
async def placed(ctx: Ctx) -> None:
    """A message that lives on was sent or changed, or took the place of one that is gone: this is where it stands."""
    asked = ctx.invocation
    person = await ctx.uow.people.find(asked.platform, asked.team, asked.user)
    key, ref, was = (asked.options.get(name, "") for name in ("key", "ref", "was"))
    if person is not None and ref and was:
        await ctx.uow.living.move(person.id, person.account, was, ref, ctx.now)
    elif person is not None and ref and key:
        await ctx.uow.living.put(person.id, person.account, key, ref, ctx.now)
