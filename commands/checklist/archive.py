"""Lists that a person puts away, brings back, or starts again. Nothing is ever deleted here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from commands.actions import Ref, encode
from commands.checklist.drawing import overview
from commands.checklist.drawing.picture import bar_words
from commands.checklist.lists import GONE, own, put_away, started_again
from commands.checklist.model.state import View
from commands.checklist.showing import feature, shown
from commands.context import Ctx
from commands.errors import NotFound
from commands.markup import escape
from commands.outcomes import Update
from commands.ui import Button, Buttons, Card, Row, Text
from commands.words import day_words, label
from scheduler.clock import to_wall
from scheduler.zones import zone


@feature.action("checklist.archive")
async def put(ctx: Ctx, list_id: Ref) -> Update:
    """Put a list away. Pressed twice it is put away once."""
    there = await ctx.uow.checklists.owned(ctx.person.id, list_id)
    template = ctx.catalog.checklists.get(there.template) if there else None
    if there is None or template is None:
        raise NotFound(GONE)
    await ctx.uow.checklists.archive(ctx.person.id, list_id, ctx.now)
    return Update(away_card(there.id, template.title))


@feature.action("lists.archived", reads=True)
async def archived(ctx: Ctx, number: int) -> Update:
    """The lists that were put away."""
    return Update(await archived_card(ctx, number))


@feature.action("checklist.revive")
async def revive(ctx: Ctx, list_id: Ref, swap: bool) -> Update:
    """Bring a list back. Where a newer one of its kind is there, `swap` puts that one away; without it I ask."""
    await ctx.uow.people.lock(ctx.person.id)
    old = await ctx.uow.checklists.owned(ctx.person.id, list_id)
    if old is None or old.template not in ctx.catalog.checklists:
        raise NotFound(GONE)
    lists = await ctx.uow.checklists.of(ctx.person.id)
    newer = next((each for each in lists if each.template == old.template and each.id != old.id), None)
    if newer is not None and not swap:
        return Update(swap_card(old.id, await own(ctx, newer.id)))
    await ctx.uow.checklists.bring_back(ctx.person.id, list_id, ctx.now)
    return await shown(ctx, await own(ctx, list_id), said="It is back, with all that you did.")


@feature.action("checklist.ask_again", reads=True)
async def ask_again(ctx: Ctx, list_id: Ref) -> Update:
    """Ask before a list is started again."""
    return Update(again_card(await own(ctx, list_id)))


@feature.action("checklist.again")
async def again(ctx: Ctx, list_id: Ref) -> Update:
    """Put the list away and start it anew."""
    return await shown(ctx, await started_again(ctx, list_id), said="Started again. The old one is put away.")


async def archived_card(ctx: Ctx, number: int = 0) -> Card:
    """What was put away, the latest first, eight a page."""
    here = zone(ctx.person.zone or "UTC")
    away = [(mine, to_wall(at, here).date()) for mine, at in await put_away(ctx)]
    return away_list_card(away, number)


def away_list_card(away: Sequence[tuple[View, date]], number: int = 0) -> Card:
    """The lists that were put away, each with the day on which it was."""
    if not away:
        text = "You have put no list away. A list that you put away is kept here, with all that you did."
        return Card("Lists you put away", (Text(text), Buttons((overview.SEE_ALL,))), preview="Lists put away")
    numbered, number, last = overview.page_of(tuple(enumerate(away, start=1)), number)
    rows = tuple(
        Row(
            f"**{place}\\. {escape(mine.template.title)}**\n{bar_words(overview.bar_of(mine))}. "
            f"Put away {day_words(day)}.",
            Button(label(f"Bring back {place}: {mine.template.title}"), encode("checklist.revive", mine.id, False)),
        )
        for place, (mine, day) in numbered
    )
    ways = (*overview.turning("lists.archived", number, last, "of these lists"), Buttons((overview.SEE_ALL,)))
    return Card("Lists you put away", (*rows, *ways), preview="Lists put away")


def away_card(list_id: int, title: str) -> Card:
    """A list was put away."""
    text = Text(
        f"**{escape(title)}** is put away, with all that you did. It asks nothing of you until you bring it back."
    )
    ways = Buttons(
        (
            Button(label(f"Bring back: {title}"), encode("checklist.revive", list_id, False)),
            Button("Show lists that I put away", encode("lists.archived", 0)),
            overview.SEE_ALL,
        )
    )
    return Card("Put away", (text, ways), tone="success", preview="A list was put away")


def swap_card(old_id: int, newer: View) -> Card:
    """The question when a newer list of the same kind is there."""
    text = (
        f"You have started **{escape(newer.template.title)}** anew since: {bar_words(overview.bar_of(newer))}. "
        "Only one of a kind can be open. I can put the newer one away and bring this one back."
    )
    ways = Buttons(
        (
            Button("Bring the old list back in its place", encode("checklist.revive", old_id, True), "primary"),
            Button("Keep the newer list", encode("checklist.here", newer.id)),
        )
    )
    return Card("Which of the two do you want?", (Text(text), ways), tone="warning", preview="One question")


def again_card(mine: View) -> Card:
    """The question before a list is started again."""
    text = (
        f"**{escape(mine.template.title)}** has {bar_words(overview.bar_of(mine))}. "
        "A new one starts with nothing done. This one is put away with its notes, and you can bring it back."
    )
    ways = Buttons(
        (
            Button("Yes, start it again", encode("checklist.again", mine.id), "primary"),
            Button("No, keep this one", encode("checklist.here", mine.id)),
        )
    )
    return Card("Start this list again?", (Text(text), ways), tone="warning", preview="One question")


def today(ctx: Ctx) -> date:
    """The person's calendar day."""
    return to_wall(ctx.now, zone(ctx.person.zone or "UTC")).date()
