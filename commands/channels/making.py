"""Setting up a post: a form, the post exactly as it will stand, and one press that saves it."""

from __future__ import annotations

from typing import Any

from commands.actions import Ref
from commands.channels import drawing, filling
from commands.channels.filling import WHATS, Draft
from commands.channels.handlers import feature, here, in_charge, overview, owned
from commands.channels.saying import coming_days, tell
from commands.context import Ctx
from commands.errors import BadInput, NotAllowed, NotFound, OutOfDate
from commands.forms import refused
from commands.outcomes import FormErrors, OpenForm, Update
from commands.registry import Values
from commands.ui import OverBudget
from scheduler.posts import next_slot
from storage.channel_posts import MOST

FORM = "channel"
"""The drafts of this feature."""


@feature.action("channels.new", opens_form=True)
async def new(ctx: Ctx, what: str) -> OpenForm:
    """A new post in this channel."""
    if not ctx.is_admin:
        raise NotAllowed
    _known(what)
    return OpenForm(filling.form(what, ctx.catalog, ctx.invocation.platform))


@feature.action("channels.edit", opens_form=True)
async def edit(ctx: Ctx, post_id: Ref) -> OpenForm:
    """A saved post, to be changed."""
    filled = filling.draft_of(await owned(ctx, post_id))
    return OpenForm(filling.form(filled.what, ctx.catalog, ctx.invocation.platform, filled.edit, filled))


@feature.action("channels.again", opens_form=True)
async def again(ctx: Ctx, draft_id: Ref) -> OpenForm:
    """A draft, to be changed before it is saved."""
    filled = await _waiting(ctx, draft_id)
    return OpenForm(filling.form(filled.what, ctx.catalog, ctx.invocation.platform, filled.edit, filled))


@feature.form("channels.draft")
async def draft(ctx: Ctx, what: str, post_id: Ref, values: Values) -> Update | FormErrors:
    """The post as it will stand. Nothing is saved yet but the draft."""
    place = await here(ctx)
    _known(what)
    old = await owned(ctx, post_id) if post_id else None
    where, zone = (old.channel, old.zone) if old else (ctx.invocation.channel, ctx.person.zone)
    if not where or not zone:
        raise BadInput("Send `/community` in the channel in which I should post.", title="Which channel?")
    again = filling.form(what, ctx.catalog, ctx.invocation.platform, post_id)
    found, errors = filling.read(what, values, ctx.catalog, ctx.invocation.platform, ctx.invocation.community)
    if errors:
        return await refused(ctx, again, values, errors)
    filled = Draft(**found, zone=zone, channel=where, community=place.id, edit=post_id)
    plan = filled.plan(ctx.now, old.said if old and old.kind == filled.kind else 0)
    days = coming_days(ctx.catalog, ctx.now)
    first = next_slot(plan.kind, plan.spec, plan.zone, ctx.now, days)
    saved = await ctx.uow.drafts.save(ctx.person.id, FORM, filled.to_json(), ctx.now)
    at = again.fields[0].name
    try:
        told = tell(plan, ctx.catalog, first) if first else None
        if told is None or first is None:
            return await refused(ctx, again, values, {at: "There is nothing to post in this part of the season."})
        return Update(drawing.before_saving(told.card, filled, saved, plan.spec, first))
    except OverBudget:
        return await refused(ctx, again, values, {"words": "This is too long for one post. Please shorten it."})


@feature.action("channels.confirm")
async def confirm(ctx: Ctx, draft_id: Ref) -> Update:
    """Save the post that was shown."""
    filled = await _waiting(ctx, draft_id)
    plan = filled.plan(ctx.now)
    upcoming = next_slot(plan.kind, plan.spec, plan.zone, ctx.now, coming_days(ctx.catalog, ctx.now))
    words: dict[str, Any] = {"kind": plan.kind, "words": plan.words, "mention": plan.mention}
    values = {**words, "spec": plan.spec, "zone": plan.zone, "next_at": upcoming}
    posts = ctx.uow.channel_posts
    if filled.edit:
        before = await owned(ctx, filled.edit)
        values["said"] = before.said if before.kind == plan.kind else 0
        await posts.change(filled.community, filled.edit, enabled=True, **values, **in_charge(ctx, before))
        said = "**Changed.** It comes as you saw it."
    else:
        values["channel"] = plan.channel
        if await posts.add(filled.community, ctx.person.id, ctx.person.account, ctx.now, **values) is None:
            raise BadInput(f"A community can have {MOST} posts. Delete one first.", title="That is one too many")
        said = "**Saved.** It comes as you saw it."
    await ctx.uow.drafts.delete(ctx.person.id, draft_id)
    return Update(await overview(ctx, said))


@feature.action("channels.drop")
async def drop(ctx: Ctx, draft_id: Ref) -> Update:
    """Forget the draft."""
    await _waiting(ctx, draft_id)
    await ctx.uow.drafts.delete(ctx.person.id, draft_id)
    return Update(await overview(ctx, "Nothing was saved."))


def _known(what: str) -> None:
    if what not in WHATS:
        raise OutOfDate


async def _waiting(ctx: Ctx, draft_id: int) -> Draft:
    """The person's draft for this community. Raises `NotFound`."""
    place = await here(ctx)
    found = await ctx.uow.drafts.get(ctx.person.id, draft_id)
    if found is None or found.form != FORM or found.values.get("community") != place.id:
        raise NotFound("It is saved already, or a day has passed. Send `/community` to see your posts.")
    return Draft(**found.values)
