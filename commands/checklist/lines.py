"""The lines behind a step: added, moved on from state to state, paired, changed, taken away."""

from __future__ import annotations

from typing import NamedTuple

from commands.actions import Ref
from commands.checklist.drawing.forms import line_form, wrong_words
from commands.checklist.drawing.tracks import WORDS_COST, line_card, lines_card, state_title
from commands.checklist.lists import GONE, own_step
from commands.checklist.model.state import MOST_OWN_STEPS, Item, View, steps_for_unpaired
from commands.checklist.model.tracks import Tracked
from commands.checklist.showing import feature, replaced, shown_step, there
from commands.context import Ctx
from commands.errors import NotFound, OutOfDate
from commands.forms import refused
from commands.markup import escape
from commands.outcomes import FormErrors, OpenForm, Update
from commands.registry import Values
from commands.words import fitted, one_line
from storage.checklists import LineRow

MOST_LINES = 200
FULL = f"This list has {MOST_LINES} lines already. Remove one that you do not need, then add this one."


class Behind(NamedTuple):
    """A step with the lines behind it."""

    mine: View
    item: Item
    tracked: Tracked

    def line(self, line_id: int) -> LineRow:
        """One of its lines. Raises `NotFound`."""
        return there(next((line for line in self.tracked.lines if line.id == line_id), None))


@feature.action("checklist.lines")
async def lines(ctx: Ctx, row_id: Ref, page: int) -> Update:
    """All lines of a step."""
    behind = await _behind(ctx, row_id)
    return await replaced(ctx, behind.mine, lines_card(behind.item, behind.tracked, page))


@feature.action("checklist.line")
async def line(ctx: Ctx, row_id: Ref, line_id: Ref) -> Update:
    """One line."""
    return await _shown_line(ctx, row_id, line_id)


@feature.action("checklist.addline", opens_form=True)
async def add_line(ctx: Ctx, row_id: Ref) -> OpenForm:
    """Ask what the new line is about."""
    _, item, tracked = await _behind(ctx, row_id)
    return OpenForm(line_form(item, tracked.track))


@feature.form("checklist.lineadded")
async def line_added(ctx: Ctx, row_id: Ref, values: Values) -> Update | FormErrors:
    """Keep the line, in the first state of its track."""
    mine, item, tracked = await _behind(ctx, row_id)
    words = one_line(values.get("words", ""))
    wrong = FULL if len(mine.all_lines) >= MOST_LINES else wrong_words(words, WORDS_COST)
    if wrong:
        return await refused(ctx, line_form(item, tracked.track), values, {"words": wrong})
    first = tracked.track.states[0].id
    there(await ctx.uow.checklists.add_line(ctx.person.id, mine.id, tracked.name, words, first, ctx.now))
    return await shown_step(ctx, *await own_step(ctx, row_id), f"Added: {escape(words)}.")


@feature.action("checklist.editline", opens_form=True)
async def edit_line(ctx: Ctx, row_id: Ref, line_id: Ref) -> OpenForm:
    """Ask for other words."""
    behind = await _behind(ctx, row_id)
    return OpenForm(line_form(behind.item, behind.tracked.track, behind.line(line_id)))


@feature.form("checklist.lineedited")
async def line_edited(ctx: Ctx, row_id: Ref, line_id: Ref, values: Values) -> Update | FormErrors:
    """Keep the other words."""
    behind = await _behind(ctx, row_id)
    before = behind.line(line_id)
    words = one_line(values.get("words", ""))
    if wrong := wrong_words(words, WORDS_COST):
        return await refused(ctx, line_form(behind.item, behind.tracked.track, before), values, {"words": wrong})
    there(await ctx.uow.checklists.edit_line(ctx.person.id, line_id, words, ctx.now))
    return await _shown_line(ctx, row_id, line_id)


@feature.action("checklist.mark")
async def mark(ctx: Ctx, row_id: Ref, line_id: Ref, state: str) -> Update:
    """Put a line in this state. A target value: pressed twice it changes nothing."""
    behind = await _behind(ctx, row_id)
    behind.line(line_id)
    if state not in {each.id for each in behind.tracked.track.states}:
        raise OutOfDate
    now_is = there(await ctx.uow.checklists.set_line_state(ctx.person.id, line_id, state, ctx.now))
    said = f"{escape(fitted(now_is.words, WORDS_COST))}: {escape(state_title(behind.tracked.track, now_is))}."
    return await shown_step(ctx, *await own_step(ctx, row_id), said)


@feature.action("checklist.removeline")
async def remove_line(ctx: Ctx, row_id: Ref, line_id: Ref) -> Update:
    """Take a line away; the list offers to undo that."""
    gone = (await _behind(ctx, row_id)).line(line_id)
    there(await ctx.uow.checklists.remove_line(ctx.person.id, line_id, ctx.now))
    said = f"Removed: {escape(fitted(gone.words, WORDS_COST))}. The list has a button to take that back."
    return await shown_step(ctx, *await own_step(ctx, row_id), said)


@feature.action("checklist.pair")
async def pair(ctx: Ctx, row_id: Ref, line_id: Ref, other_id: Ref) -> Update:
    """The other line answers this one."""
    (await _behind(ctx, row_id)).line(line_id)
    there(await ctx.uow.checklists.pair(ctx.person.id, line_id, other_id, ctx.now))
    return await _shown_line(ctx, row_id, line_id)


@feature.action("checklist.unpair")
async def unpair(ctx: Ctx, row_id: Ref, line_id: Ref) -> Update:
    """Nothing answers it."""
    (await _behind(ctx, row_id)).line(line_id)
    there(await ctx.uow.checklists.pair(ctx.person.id, line_id, None, ctx.now))
    return await _shown_line(ctx, row_id, line_id)


@feature.action("checklist.plan")
async def plan(ctx: Ctx, row_id: Ref) -> Update:
    """A step of the person's own for each line that nothing answers yet; pressed twice, one each."""
    mine, item = await own_step(ctx, row_id)
    titles = steps_for_unpaired(mine)
    if mine.own_steps + len(titles) > MOST_OWN_STEPS:
        return await shown_step(ctx, mine, item, f"There is room for {MOST_OWN_STEPS} steps of your own in one list.")
    rows = await ctx.uow.checklists.add_plans(ctx.person.id, mine.id, titles, ctx.now)
    made = f"{len(rows)} new {'step stands' if len(rows) == 1 else 'steps stand'} at the end of your list."
    return await shown_step(ctx, *await own_step(ctx, row_id), made if rows else "Every line has a pair or a step.")


async def _behind(ctx: Ctx, row_id: int) -> Behind:
    mine, item = await own_step(ctx, row_id)
    if item.tracked is None:
        raise NotFound(GONE)
    return Behind(mine, item, item.tracked)


async def _shown_line(ctx: Ctx, row_id: int, line_id: int) -> Update:
    behind = await _behind(ctx, row_id)
    return await replaced(ctx, behind.mine, line_card(behind.mine, behind.item, behind.tracked, behind.line(line_id)))
