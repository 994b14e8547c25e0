"""What a person does with a step: done, skipped, not for them, a note, a day of their own, another place."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from commands.actions import Ref
from commands.checklist.drawing.forms import TOO_MANY_SIGNS, day_typed, due_form, note_form, skip_form
from commands.checklist.drawing.step import adjust_card, fits
from commands.checklist.lists import own_step
from commands.checklist.model.order import position_before
from commands.checklist.showing import feature, replaced, shown, shown_step, there
from commands.context import Ctx
from commands.forms import refused
from commands.markup import clean, escape
from commands.outcomes import FormErrors, OpenForm, Update
from commands.reading import date_order
from commands.registry import Values
from commands.words import day_words, fitted
from scheduler.dates import DateProblem, is_day, read_when
from scheduler.zones import zone
from storage.checklists import Settable

SAID = 170
"""What a title may cost in the sentence that tells what a press changed."""
_FARTHEST = 1 << 30
"""Beyond this place a step is not put: it has to fit into the database's number."""
THE_END = Ref(0)


class Day(NamedTuple):
    """What was typed as a day: the day (None: taken away), or what is wrong with it."""

    day: date | None
    problem: str | None = None


def read_day(ctx: Ctx, typed: str) -> Day:
    """The day that the person means, on their own clock. Today is a day to come until it is over."""
    typed = typed.strip()
    if not typed:
        return Day(None)
    here = ctx.person.zone or "UTC"
    midnight = ctx.now.astimezone(zone(here)).replace(hour=0, minute=0, second=0, microsecond=0)
    try:
        since = midnight if is_day(typed) else ctx.now
        return Day(read_when(typed, now=since, tz=here, order=date_order(ctx.person)).date())
    except DateProblem as problem:
        return Day(None, problem.message)


@feature.action("checklist.set")
async def set_done(ctx: Ctx, row_id: Ref, done: bool) -> Update:
    """Mark a step as done, or as to do again. A target value: pressed twice it changes nothing."""
    if done:
        return await _closed(ctx, row_id, "done", "Done")
    there(await ctx.uow.checklists.set_state(ctx.person.id, row_id, "todo", ctx.now))
    return await shown_step(ctx, *await own_step(ctx, row_id))


@feature.action("checklist.notforme")
async def not_for_me(ctx: Ctx, row_id: Ref) -> Update:
    """The step does not count for this person."""
    return await _closed(ctx, row_id, "notforme", "Not for you")


@feature.action("checklist.skip", opens_form=True)
async def skip(ctx: Ctx, row_id: Ref) -> OpenForm:
    """Ask why."""
    return OpenForm(skip_form((await own_step(ctx, row_id))[1]))


@feature.form("checklist.skipped")
async def skipped(ctx: Ctx, row_id: Ref, values: Values) -> Update | FormErrors:
    """Skip a step with its reason."""
    reason = clean(values.get("reason", "")).strip() or "no reason given"
    mine, item = await own_step(ctx, row_id)
    if not fits(mine, item, reason=reason):
        return await refused(ctx, skip_form(item), values, {"reason": TOO_MANY_SIGNS})
    return await _closed(ctx, row_id, "skipped", "Skipped", reason)


@feature.action("checklist.note", opens_form=True)
async def note(ctx: Ctx, row_id: Ref) -> OpenForm:
    """Write a note."""
    return OpenForm(note_form((await own_step(ctx, row_id))[1]))


@feature.form("checklist.noted")
async def noted(ctx: Ctx, row_id: Ref, values: Values) -> Update | FormErrors:
    """Keep a note; an empty one takes it away."""
    text = values.get("note", "").strip()
    mine, item = await own_step(ctx, row_id)
    if not fits(mine, item, note=text):
        return await refused(ctx, note_form(item), values, {"note": TOO_MANY_SIGNS})
    there(await ctx.uow.checklists.set_note(ctx.person.id, row_id, text, ctx.now))
    return await shown_step(ctx, *await own_step(ctx, row_id))


@feature.action("checklist.due", opens_form=True)
async def due(ctx: Ctx, row_id: Ref) -> OpenForm:
    """A day of one's own."""
    return OpenForm(due_form((await own_step(ctx, row_id))[1]))


@feature.form("checklist.dueset")
async def due_set(ctx: Ctx, row_id: Ref, values: Values) -> Update | FormErrors:
    """Keep the day; an empty field takes it away. A day that stands there already may be past."""
    _, item = await own_step(ctx, row_id)
    typed = values.get("due", "")
    if typed.strip() and typed.strip() == day_typed(item):
        return await shown_step(ctx, *await own_step(ctx, row_id))
    day, problem = read_day(ctx, typed)
    if problem:
        return await refused(ctx, due_form(item), values, {"due": problem})
    there(await ctx.uow.checklists.set_due(ctx.person.id, row_id, day, ctx.now))
    said = f"Your day for this step: {day_words(day)}." if day else "Your own day is taken away."
    return await shown_step(ctx, *await own_step(ctx, row_id), said)


@feature.action("checklist.adjust")
async def adjust(ctx: Ctx, row_id: Ref) -> Update:
    """Where a step stands, and what else can be changed about it."""
    mine, item = await own_step(ctx, row_id)
    return await replaced(ctx, mine, adjust_card(mine, item))


@feature.action("checklist.place")
async def place(ctx: Ctx, row_id: Ref, before: Ref = THE_END) -> Update:
    """Put a step right before another one, or at the end. Pressed twice it moves once."""
    mine, item = await own_step(ctx, row_id)
    other = None if before == THE_END else mine.item(before)
    position = position_before(mine.items, item, other)
    if abs(position) > _FARTHEST:
        return await replaced(ctx, mine, adjust_card(mine, item, "It cannot go further."))
    there(await ctx.uow.checklists.move(ctx.person.id, row_id, position, ctx.now))
    mine, item = await own_step(ctx, row_id)
    return await replaced(ctx, mine, adjust_card(mine, item, "Moved."))


async def _closed(ctx: Ctx, row_id: Ref, state: Settable, said: str, reason: str | None = None) -> Update:
    there(await ctx.uow.checklists.set_state(ctx.person.id, row_id, state, ctx.now, reason))
    mine, item = await own_step(ctx, row_id)
    return await shown(ctx, mine, mine.page_of(item), f"{said}: {escape(fitted(item.title, SAID))}.")
