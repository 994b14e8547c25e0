"""Every button of a list."""

from __future__ import annotations

from datetime import timedelta

from commands.actions import Ref
from commands.checklist import drawing
from commands.checklist.lists import own, own_step, started
from commands.checklist.showing import FIRST_LIST, feature, first, list_card, next_card
from commands.checklist.state import View
from commands.context import Ctx
from commands.errors import NotFound
from commands.forms import refused
from commands.outcomes import Direct, FormErrors, OpenForm, Update
from commands.registry import Values
from storage.checklists import Settable

TOO_MANY_SIGNS = "That has too many of the signs & < and > for one message. Please use fewer of them."
"""Slack counts each of them as four or five characters."""
SAMPLE_AFTER = timedelta(seconds=45)
"""On the trial page a first nudge comes by itself, this long after a list was started."""


@feature.action("checklist.start")
async def start(ctx: Ctx, template: str) -> Direct:
    """Start a list, or open the one that is already there."""
    new = not any(mine.template == template for mine in await ctx.uow.checklists.of(ctx.person.id))
    mine = await started(ctx, template)
    said = "I can also nudge you, at your own morning: press “Choose my nudges”." if new else ""
    if new and ctx.demo:
        await _sample_nudge(ctx, mine)
    return Direct(await list_card(ctx, mine, said=said), drawing.sent_note(mine))


@feature.action("checklist.open")
async def open_mine(ctx: Ctx) -> Direct:
    """The person's list, from a button that does not know which."""
    mine = await first(ctx) or await started(ctx, FIRST_LIST)
    return Direct(await list_card(ctx, mine), drawing.sent_note(mine))


@feature.action("checklist.page", reads=True)
async def page(ctx: Ctx, list_id: Ref, number: int) -> Update:
    """Another page of the list."""
    return Update(await list_card(ctx, await own(ctx, list_id), number))


@feature.action("checklist.next", reads=True)
async def open_next(ctx: Ctx, list_id: Ref) -> Update:
    """The first step that is still to do."""
    return Update(next_card(await own(ctx, list_id)))


@feature.action("checklist.step", reads=True)
async def open_step(ctx: Ctx, row_id: Ref) -> Update:
    """One step with all that belongs to it."""
    return Update(drawing.step_card(*await own_step(ctx, row_id)))


@feature.action("checklist.set")
async def set_done(ctx: Ctx, row_id: Ref, done: bool) -> Update:
    """Mark a step as done, or as to do again. A target value: pressed twice it changes nothing."""
    state: Settable = "done" if done else "todo"
    if await ctx.uow.checklists.set_state(ctx.person.id, row_id, state, ctx.now) is None:
        raise NotFound
    mine, item = await own_step(ctx, row_id)
    if not done:
        return Update(drawing.step_card(mine, item))
    return Update(await list_card(ctx, mine, mine.page_of(item), f"Done: {item.title}."))


@feature.action("checklist.skip", opens_form=True)
async def skip(ctx: Ctx, row_id: Ref) -> OpenForm:
    """Ask why."""
    return OpenForm(drawing.skip_form((await own_step(ctx, row_id))[1]))


@feature.form("checklist.skipped")
async def skipped(ctx: Ctx, row_id: Ref, values: Values) -> Update | FormErrors:
    """Skip a step with its reason."""
    reason = values.get("reason", "").strip() or "no reason given"
    mine, item = await own_step(ctx, row_id)
    if not drawing.fits(mine, item, reason=reason):
        return await refused(ctx, drawing.skip_form(item), values, {"reason": TOO_MANY_SIGNS})
    if await ctx.uow.checklists.set_state(ctx.person.id, row_id, "skipped", ctx.now, reason) is None:
        raise NotFound
    mine, item = await own_step(ctx, row_id)
    return Update(await list_card(ctx, mine, mine.page_of(item), f"Skipped: {item.title}."))


@feature.action("checklist.note", opens_form=True)
async def note(ctx: Ctx, row_id: Ref) -> OpenForm:
    """Write a note."""
    return OpenForm(drawing.note_form((await own_step(ctx, row_id))[1]))


@feature.form("checklist.noted")
async def noted(ctx: Ctx, row_id: Ref, values: Values) -> Update | FormErrors:
    """Keep a note; an empty one takes it away."""
    text = values.get("note", "").strip()
    mine, item = await own_step(ctx, row_id)
    if not drawing.fits(mine, item, note=text):
        return await refused(ctx, drawing.note_form(item), values, {"note": TOO_MANY_SIGNS})
    if await ctx.uow.checklists.set_note(ctx.person.id, row_id, text, ctx.now) is None:
        raise NotFound
    return Update(drawing.step_card(*await own_step(ctx, row_id)))


async def _sample_nudge(ctx: Ctx, mine: View) -> None:
    kind = next((kind for kind in mine.template.offers if kind in ctx.catalog.nudges), None)
    if kind:
        await ctx.uow.outbox.add(
            person_id=ctx.person.id,
            account_id=ctx.person.account,
            platform=ctx.invocation.platform,
            compose="nudge",
            dedupe_key=f"sample:{mine.id}",
            due_at=ctx.now + SAMPLE_AFTER,
            now=ctx.now,
            payload={"kind": kind},
        )
