"""`/community`: for those who run one. What I post in channels, and whom nudges do not reach.

Every handler asks first whether the person runs the community in which they press, and finds posts by their community.
A post goes to the channel in which the command was typed: an admin who can type there can post there.
"""

from __future__ import annotations

from datetime import timedelta

from commands.actions import Ref
from commands.channels import drawing
from commands.channels.saying import PostComposer, TroubleComposer, coming_days
from commands.context import Ctx
from commands.errors import NotAllowed, NotFound
from commands.outcomes import Reply, Update
from commands.profile import zone_card
from commands.registry import Feature
from commands.ui import Card
from scheduler.posts import next_slot
from storage.channel_posts import ChannelPost
from storage.communities import Community

feature = Feature("channels")
feature.composes(PostComposer())
feature.composes(TroubleComposer())

LOOKED_BACK = timedelta(days=30)


@feature.command(
    "community",
    "For admins: posts in this channel, and whom nudges do not reach",
    task="Run this community: posts in channels, texts to look at",
    examples=("/community",),
    role="admin",
    guild_only=True,
    reads=True,
)
async def community(ctx: Ctx) -> Reply:
    """What is set up, and what can be."""
    return Reply(await overview(ctx))


@feature.action("channels.show", reads=True)
async def show(ctx: Ctx) -> Update:
    """The same, from a button."""
    return Update(await overview(ctx))


@feature.action("channels.open", reads=True)
async def open_one(ctx: Ctx, post_id: Ref) -> Update:
    """One post."""
    return Update(drawing.one(await owned(ctx, post_id), ctx.catalog))


@feature.action("channels.set")
async def switch(ctx: Ctx, post_id: Ref, on: bool) -> Update:
    """Pause a post, or turn it on from its next time on."""
    post = await owned(ctx, post_id)
    days = coming_days(ctx.catalog, ctx.now)
    upcoming = next_slot(post.kind, post.spec, post.zone, ctx.now, days) if on else None
    values = {"enabled": on, "next_at": upcoming, **in_charge(ctx, post)}
    await ctx.uow.channel_posts.change(post.community_id, post.id, **values)
    return Update(drawing.one(await owned(ctx, post_id), ctx.catalog))


@feature.action("channels.delete")
async def delete(ctx: Ctx, post_id: Ref) -> Update:
    """Delete a post. What it posted stays in the channel."""
    post = await owned(ctx, post_id)
    await ctx.uow.channel_posts.remove(post.community_id, post.id)
    return Update(await overview(ctx, "**Deleted.** What it has posted stays in the channel."))


@feature.action("channels.reach", reads=True)
async def reach(ctx: Ctx) -> Reply:
    """Numbers of people whom nudges do not reach, by reason."""
    place = await here(ctx)
    out = await ctx.uow.reach.out_of_reach(place.id)
    failed = await ctx.uow.reach.failed(place.id, ctx.now - LOOKED_BACK, drawing.failure)
    return Reply(drawing.reach(out, failed))


async def here(ctx: Ctx) -> Community:
    """The community in which the person asks. Raises `NotAllowed` when they do not run it."""
    if not ctx.is_admin:
        raise NotAllowed("Only those who run this community can use it, and only inside the community.")
    found = await ctx.uow.communities.find(ctx.invocation.platform, ctx.invocation.community)
    if found is None or found.frozen_at is not None:
        raise NotFound
    return found


async def owned(ctx: Ctx, post_id: int) -> ChannelPost:
    """The post, when it is one of the community that the person runs. Raises `NotFound`."""
    place = await here(ctx)
    post = await ctx.uow.channel_posts.owned(place.id, post_id)
    if post is None:
        raise NotFound
    return post


def in_charge(ctx: Ctx, post: ChannelPost) -> dict[str, int]:
    """The columns that make the person the one who is told of trouble, where whoever was it is gone."""
    return {} if post.person_id else {"person_id": ctx.person.id, "account_id": ctx.person.account}


async def overview(ctx: Ctx, said: str = "") -> Card:
    """The community's card; first the question where the admin's clock stands, without which no time means anything."""
    place = await here(ctx)
    if ctx.person.zone is None:
        return zone_card(ctx, "channels.show")
    posts = await ctx.uow.channel_posts.of(place.id)
    return drawing.overview(posts, ctx.catalog, ctx.invocation.channel, said)
