"""The dates of a community: an admin writes one down, every member sees it in `/season`."""

from __future__ import annotations

from datetime import datetime

from commands.actions import Ref, encode
from commands.context import Ctx
from commands.errors import BadInput, NotAllowed, NotFound
from commands.forms import refused
from commands.outcomes import FormErrors, OpenForm, Reply, Update
from commands.profile import zone_card
from commands.registry import Values
from commands.season import ahead, drawing, typed
from commands.season.handlers import feature
from storage.community_dates import CommunityDate

MOST = 50
"""Dates of one community."""
_REMOVED = "community-date"


@feature.action("season.shared", reads=True)
async def open_shared(ctx: Ctx, ref: Ref) -> Reply:
    """One date of a community in which the person is."""
    row = await ctx.uow.community_dates.get([each.community for each in ctx.person.memberships], ref)
    if row is None:
        raise NotFound
    asked = ctx.invocation
    here = {each.community for each in ctx.person.memberships if each.external_id == asked.community}
    return Reply(drawing.shared(ahead.shared(row), runs_here=ctx.is_admin and row.community_id in here))


@feature.action("season.add_shared", opens_form=True)
async def add(ctx: Ctx) -> OpenForm | Reply:
    """Ask for a date; only whoever runs the community in which they ask."""
    if not (ctx.is_admin and ctx.invocation.community):
        raise NotAllowed
    if ctx.person.zone is None:
        return Reply(zone_card(ctx, "season.show"))
    return OpenForm(drawing.shared_form())


@feature.form("season.save_shared")
async def save(ctx: Ctx, values: Values) -> Update | FormErrors:
    """Keep it for everybody there; their nudges follow at the planner's next turn."""
    place = await _run_by(ctx)
    found = typed.read(values, ctx.person, ctx.now)
    if isinstance(found, dict):
        return await refused(ctx, drawing.shared_form(), values, found)
    if len(await ctx.uow.community_dates.of([place])) >= MOST:
        raise BadInput(f"There are {MOST} dates here, the most that I can keep. Please remove one first.")
    row = await ctx.uow.community_dates.add(
        place, found.words, found.at, found.zone, whole_day=found.whole_day, now=ctx.now
    )
    return await _changed(ctx, row, "Every member sees it from now on.")


@feature.action("season.unshare")
async def remove(ctx: Ctx, ref: Ref) -> Update:
    """Take it away for everybody; for a day it can be put back."""
    row = await ctx.uow.community_dates.remove(await _run_by(ctx), ref)
    if row is None:
        raise NotFound
    kept = {
        "title": row.title, "at": row.at.isoformat(), "zone": row.zone, "day": row.whole_day,
        "community": row.community_id,
    }  # fmt: skip
    draft = await ctx.uow.drafts.save(ctx.person.id, _REMOVED, kept, ctx.now)
    await ctx.uow.season_rules.look_again(ctx.now, row.community_id)
    return Update(drawing.removed(ahead.shared(row), encode("season.reshare", draft)))


@feature.action("season.reshare")
async def put_back(ctx: Ctx, draft_id: Ref) -> Update:
    """Put a removed one back. The second press finds nothing more to do."""
    draft = await ctx.uow.drafts.get(ctx.person.id, draft_id)
    if draft is None or draft.form != _REMOVED:
        raise NotFound
    if draft.values["community"] != await _run_by(ctx):
        raise NotAllowed
    await ctx.uow.drafts.delete(ctx.person.id, draft_id)
    kept, at = draft.values, datetime.fromisoformat(draft.values["at"])
    row = await ctx.uow.community_dates.add(
        kept["community"], kept["title"], at, kept["zone"], whole_day=kept["day"], now=ctx.now
    )
    return await _changed(ctx, row, "It is back.")


async def _run_by(ctx: Ctx) -> int:
    """The community in which the person asks, when they run it. Raises `NotAllowed`."""
    asked = ctx.invocation
    found = await ctx.uow.communities.find(asked.platform, asked.community) if ctx.is_admin else None
    if found is None:
        raise NotAllowed
    return found.id


async def _changed(ctx: Ctx, row: CommunityDate, said: str) -> Update:
    await ctx.uow.season_rules.look_again(ctx.now, row.community_id)
    return Update(drawing.shared(ahead.shared(row), runs_here=True, said=said))
