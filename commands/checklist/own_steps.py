"""Steps that a person writes: added, given other words, taken away."""

from __future__ import annotations

from commands.actions import Ref
from commands.checklist.drawing.forms import add_form, edit_form, wrong_words
from commands.checklist.drawing.step import adjust_card
from commands.checklist.lists import GONE, own, own_step
from commands.checklist.model.state import MOST_OWN_STEPS, Item, View
from commands.checklist.showing import feature, replaced, shown, there
from commands.checklist.steps import SAID, read_day
from commands.context import Ctx
from commands.errors import NotFound
from commands.forms import refused
from commands.markup import escape
from commands.outcomes import FormErrors, OpenForm, Update
from commands.registry import Values
from commands.words import fitted, one_line

TITLE_COST = 300
FULL = f"This list has {MOST_OWN_STEPS} steps of your own already. Remove one that you do not need, then add this one."


@feature.action("checklist.add", opens_form=True)
async def add(ctx: Ctx, list_id: Ref) -> OpenForm:
    """Ask what is to be done."""
    return OpenForm(add_form(await own(ctx, list_id)))


@feature.form("checklist.added")
async def added(ctx: Ctx, list_id: Ref, values: Values) -> Update | FormErrors:
    """Put it at the end of the list."""
    mine = await own(ctx, list_id)
    title = one_line(values.get("title", ""))
    day, problem = read_day(ctx, values.get("due", ""))
    wrong = FULL if mine.own_steps >= MOST_OWN_STEPS else wrong_words(title, TITLE_COST)
    errors = {name: said for name, said in (("title", wrong), ("due", problem)) if said}
    if errors:
        return await refused(ctx, add_form(mine), values, errors)
    row = there(await ctx.uow.checklists.add_own(ctx.person.id, mine.id, title, ctx.now, day))
    mine = await own(ctx, list_id)
    return await shown(ctx, mine, mine.page_of(mine.item(row.id)), f"Added: {escape(fitted(title, SAID))}.")


@feature.action("checklist.edit", opens_form=True)
async def edit(ctx: Ctx, row_id: Ref) -> OpenForm:
    """Ask for other words."""
    return OpenForm(edit_form((await _own_item(ctx, row_id))[1]))


@feature.form("checklist.edited")
async def edited(ctx: Ctx, row_id: Ref, values: Values) -> Update | FormErrors:
    """Keep the other words."""
    _, item = await _own_item(ctx, row_id)
    title = one_line(values.get("title", ""))
    if wrong := wrong_words(title, TITLE_COST):
        return await refused(ctx, edit_form(item), values, {"title": wrong})
    there(await ctx.uow.checklists.edit_own(ctx.person.id, row_id, title, ctx.now))
    mine, item = await own_step(ctx, row_id)
    return await replaced(ctx, mine, adjust_card(mine, item, "Its title is changed."))


@feature.action("checklist.remove")
async def remove(ctx: Ctx, row_id: Ref) -> Update:
    """Take it away; the list offers to undo that."""
    mine, item = await _own_item(ctx, row_id)
    there(await ctx.uow.checklists.remove_own(ctx.person.id, row_id, ctx.now))
    return await shown(
        ctx, await own(ctx, mine.id), mine.page_of(item), f"Removed: {escape(fitted(item.title, SAID))}."
    )


async def _own_item(ctx: Ctx, row_id: int) -> tuple[View, Item]:
    """A step that the person wrote. Raises `NotFound` for one of the content's too: there is no such button."""
    mine, item = await own_step(ctx, row_id)
    if item.step is not None:
        raise NotFound(GONE)
    return mine, item
