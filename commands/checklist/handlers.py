"""Showing a list and its steps, and taking changes back."""

from __future__ import annotations

from datetime import timedelta

from commands.actions import Ref
from commands.checklist.drawing.lists import ACTS, tools_card
from commands.checklist.lists import own, own_step, started
from commands.checklist.model.state import Item, View
from commands.checklist.showing import (
    FIRST_LIST,
    feature,
    first,
    replaced,
    sent,
    shown,
    shown_next,
    shown_step,
    undo_of,
)  # fmt: skip
from commands.context import Ctx
from commands.nudges.plan import plan_one
from commands.outcomes import Direct, Update
from storage.checklists import Act

SAMPLE_AFTER = timedelta(seconds=45)
"""On the trial page a first nudge comes by itself, this long after a list was started."""


@feature.action("checklist.start")
async def start(ctx: Ctx, template: str) -> Direct | Update:
    """Start a list, or open the one that is already there."""
    new = not any(mine.template == template for mine in await ctx.uow.checklists.of(ctx.person.id))
    mine = await started(ctx, template)
    said = "I can also nudge you, at your own morning: send `/nudges`." if new else ""
    if new and ctx.demo:
        await _sample_nudge(ctx, mine)
    return await sent(ctx, mine, said)


@feature.action("checklist.open")
async def open_mine(ctx: Ctx) -> Direct | Update:
    """The person's list, from a button that does not know which."""
    return await sent(ctx, await first(ctx) or await started(ctx, FIRST_LIST))


@feature.action("checklist.here")
async def here(ctx: Ctx, list_id: Ref) -> Update:
    """The list in this message, which shows it from now on."""
    return await shown(ctx, await own(ctx, list_id))


@feature.action("checklist.page")
async def page(ctx: Ctx, list_id: Ref, number: int) -> Update:
    """Another page of the list."""
    return await shown(ctx, await own(ctx, list_id), number)


@feature.action("checklist.next")
async def open_next(ctx: Ctx, list_id: Ref) -> Update:
    """The step that is next."""
    return await shown_next(ctx, await own(ctx, list_id))


@feature.action("checklist.step")
async def open_step(ctx: Ctx, row_id: Ref) -> Update:
    """One step with all that belongs to it."""
    return await shown_step(ctx, *await own_step(ctx, row_id))


@feature.action("checklist.tools")
async def tools(ctx: Ctx, list_id: Ref) -> Update:
    """What else can be done with a list."""
    mine = await own(ctx, list_id)
    return await replaced(ctx, mine, tools_card(mine, await undo_of(ctx.uow, ctx.person.id, mine)))


@feature.action("checklist.undo")
async def undo(ctx: Ctx, list_id: Ref, act_id: Ref) -> Update:
    """Take back this change, if it is still the newest: pressed twice it takes back one."""
    await own(ctx, list_id)
    act = await ctx.uow.checklists.undo(ctx.person.id, list_id, act_id)
    mine = await own(ctx, list_id)
    if act is None:
        return await shown(ctx, mine, said="That was taken back already, or something else was changed since.")
    step = next((item for item in mine.items if _is_about(item, act)), None)
    of = f" (step {step.number})" if step else ""
    said = f"Taken back: {ACTS.get(act.what, 'the last change')}{of}."
    return await shown(ctx, mine, mine.page_of(step) if step else None, said)


def _is_about(item: Item, act: Act) -> bool:
    lines = item.tracked.lines if item.tracked else ()
    return item.row.id in act.step_ids or any(line.id in act.line_ids for line in lines)


async def _sample_nudge(ctx: Ctx, mine: View) -> None:
    kind = next((kind for kind in mine.template.offers if kind in ctx.catalog.nudges), None)
    if kind:
        await plan_one(ctx.uow, ctx.person, kind, f"sample:{mine.id}", ctx.now + SAMPLE_AFTER, ctx.now)
