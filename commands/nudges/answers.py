"""The buttons on each nudge: done, later, less often, stop. They carry the nudge's number, so they work for months.

Those of older versions carry the number of the message and the text; `_nudge` finds the same row for both.
"""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

from commands import forms, living
from commands.actions import Ref
from commands.checklist.showing import key
from commands.context import Ctx
from commands.errors import NotFound
from commands.nudges import cards, drawing, plan
from commands.nudges.composer import OldNudgeComposer, Spoken, adopt
from commands.nudges.curated import by_id, said
from commands.nudges.handlers import feature
from commands.nudges.writing import Said, Unsaid, writer_for
from commands.outcomes import FormErrors, OpenForm, Outcome, Reply, Update
from commands.registry import Values
from commands.ui import ROWS, Card
from scheduler.dates import DateProblem, read_when
from scheduler.recurrence import next_after
from storage.checklists import Checklist, StepRow
from storage.ledger import Answer, NudgeRow
from storage.nudges import family

DEMO_LATER = timedelta(minutes=2)


@feature.action("nudges.done")
async def done(ctx: Ctx, ref: Ref, text_id: str = "") -> Update:
    """The person did it; when that was all of a step of their list, the step is marked too."""
    row = await _answered(ctx, ref, text_id, "done")
    step = await _step(ctx, row)
    marked = step is not None and step[1].state == "todo"
    if step is not None and marked:
        await ctx.uow.checklists.set_state(ctx.person.id, step[1].id, "done", ctx.now)
        await living.refresh(ctx, key(step[0].id))
    title, md = await words_of(ctx, row)
    return Update(drawing.answered(title, md, await _rule_words(ctx, row), row.id if marked else None))


@feature.action("nudges.undo")
async def undo(ctx: Ctx, ref: Ref) -> Outcome:
    """It was not done after all: the step is to do again, and the nudge is as it came."""
    row = await ctx.uow.ledger.answer(ctx.person.id, ref, None, ctx.now)
    if row is None:
        raise NotFound
    step = await _step(ctx, row)
    if step is not None and step[1].state == "done":
        await ctx.uow.checklists.set_state(ctx.person.id, step[1].id, "todo", ctx.now)
        await living.refresh(ctx, key(step[0].id))
    return Update(await card_of(ctx, row))


@feature.action("nudges.one", reads=True)
async def one(ctx: Ctx, ref: Ref) -> Reply:
    """One nudge of a list, with all its buttons."""
    return Reply(await card_of(ctx, await _nudge(ctx, ref)))


@feature.action("nudges.together", reads=True)
async def together(ctx: Ctx, outbox_id: Ref, page: int) -> Update:
    """Another page of a message of several nudges."""
    rows = [row for row in await ctx.uow.ledger.of_outbox(outbox_id) if row.person_id == ctx.person.id]
    spoken = [spoken for row in rows if row.state == "sent" and (spoken := await _spoken(ctx, row)) is not None]
    if not spoken:
        raise NotFound
    return Update(cards.several(spoken, outbox_id, min(page, (len(spoken) - 1) // ROWS), 0, ctx.demo))


@feature.action("nudges.snooze", form_on=cards.PICK)
async def snooze(ctx: Ctx, ref: Ref, text_id: str = "", choice: str = "tomorrow") -> Outcome:
    """The same nudge again later. Its repeat stays where it is."""
    if text_id in (*get_args(plan.Later), cards.PICK):  # a menu's pick is the last of two
        text_id, choice = "", text_id
    if choice == cards.PICK:
        return OpenForm(drawing.later_form(ref, text_id))
    until = plan.later(ctx.person, _later(choice), ctx.now)
    if ctx.demo:
        until = ctx.now + DEMO_LATER
    row = await _answered(ctx, ref, text_id, "snoozed")
    await plan.put_off(ctx.uow, ctx.person, row, until, ctx.now)
    return Update(drawing.snoozed(*await words_of(ctx, row), until))


@feature.form("nudges.snoozed")
async def snoozed_until(ctx: Ctx, ref: Ref, text_id: str, values: Values) -> Update | FormErrors:
    """At the moment that the person wrote."""
    try:
        until = read_when(values.get("when", ""), now=ctx.now, tz=ctx.person.zone or "UTC")
    except DateProblem as problem:
        return await forms.refused(ctx, drawing.later_form(ref, text_id), values, {"when": problem.message})
    row = await _answered(ctx, ref, text_id, "snoozed")
    await plan.put_off(ctx.uow, ctx.person, row, until, ctx.now)
    return Update(drawing.snoozed(*await words_of(ctx, row), until))


@feature.action("nudges.less")
async def less(ctx: Ctx, ref: Ref, weeks: str) -> Update:
    """A rarer rhythm from now on. Pressed twice it stays as rare as it says."""
    row = await _answered(ctx, ref, "", "less")
    rule = await ctx.uow.nudges.owned(ctx.person.id, row.rule_id) if row.rule_id is not None else None
    if rule is None or weeks not in get_args(plan.Rarer):
        raise NotFound
    changed = plan.at_rarer(rule, int(weeks), ctx.now)
    if changed is not None:
        upcoming = next_after(changed, ctx.now)
        await ctx.uow.nudges.reschedule(rule.id, changed.to_json(), rule.zone, upcoming)
    now_is = changed or plan.repeat(rule)
    title, _ = await words_of(ctx, row)
    return Update(drawing.rarer_now(title, plan.rhythm_of(now_is) if now_is else "as before"))


@feature.action("nudges.stop")
async def stop(ctx: Ctx, ref: Ref, text_id: str = "") -> Update:
    """No more nudges of this kind."""
    row = await _answered(ctx, ref, text_id, "stopped")
    await ctx.uow.nudges.turn_off(ctx.person.id, row.kind)
    await ctx.uow.ledger.cancel(ctx.person.id, row.kind)
    title, _ = await words_of(ctx, row)
    return Update(drawing.stopped(title, row.kind if family(row.kind) == "curated" else None))


async def card_of(ctx: Ctx, row: NudgeRow) -> Card:
    """The nudge as it came. Raises `NotFound` when it cannot be said any more."""
    spoken = await _spoken(ctx, row)
    if spoken is None:
        raise NotFound("What this reminder was about is gone by now.")
    return cards.single(spoken, (row.id,), ctx.demo)


async def words_of(ctx: Ctx, row: NudgeRow) -> tuple[str, str]:
    """Title and text of a nudge; what is left of them when its content is gone."""
    spoken = await _spoken(ctx, row)
    if spoken is None:
        kind = ctx.catalog.nudges.get(row.kind)
        return (kind.title if kind else "A reminder"), ""
    return spoken.said.title, spoken.said.md


async def _spoken(ctx: Ctx, row: NudgeRow) -> Spoken | None:
    rule = await ctx.uow.nudges.owned(ctx.person.id, row.rule_id) if row.rule_id is not None else None
    kind = ctx.catalog.nudges.get(row.kind)
    if kind is not None:
        # As it was sent, also when its step is done by now.
        text = by_id(kind, row.item)
        return Spoken(row, said(kind, text, row.season or 0), rule) if text else None
    writer = writer_for(ctx.registry.writers, row.kind)
    words: Said | Unsaid = await writer.write(ctx.uow, ctx.catalog, ctx.person, row, rule, ctx.now, demo=ctx.demo)
    return None if isinstance(words, Unsaid) else Spoken(row, words, rule)


async def _answered(ctx: Ctx, ref: Ref, text_id: str, answer: Answer) -> NudgeRow:
    """The person's own nudge, with their answer kept."""
    row = await _nudge(ctx, ref, text_id)
    kept = await ctx.uow.ledger.answer(ctx.person.id, row.id, answer, ctx.now)
    if kept is None:
        raise NotFound
    return kept


async def _nudge(ctx: Ctx, ref: Ref, text_id: str = "") -> NudgeRow:
    """The person's nudge; with `text_id` the reference is a message of an older version."""
    if not text_id:
        row = await ctx.uow.ledger.owned(ctx.person.id, ref)
        if row is None:
            raise NotFound
        return row
    message = await ctx.uow.outbox.owned(ctx.person.id, ref)
    if message is None or message.compose != OldNudgeComposer.key:
        raise NotFound
    kind = ctx.catalog.nudges.get(str((message.payload or {}).get("kind")))
    if kind is None or by_id(kind, text_id) is None:
        raise NotFound
    found = await adopt(ctx.uow, message, kind.id, text_id, None, message.sent_at or message.due_at)
    if found is None:
        raise NotFound
    return found


async def _step(ctx: Ctx, row: NudgeRow) -> tuple[Checklist, StepRow] | None:
    """The step of a living list that is done when the nudge is."""
    spoken = await _spoken(ctx, row)
    template, _, name = (spoken.said.marks or "" if spoken else "").partition(".")
    for mine in await ctx.uow.checklists.of(ctx.person.id) if name else ():
        for step in mine.steps:
            if (mine.template, step.step) == (template, name):
                return mine, step
    return None


async def _rule_words(ctx: Ctx, row: NudgeRow) -> str | None:
    """When more of them come, in words; None when none do."""
    rule = await ctx.uow.nudges.owned(ctx.person.id, row.rule_id) if row.rule_id is not None else None
    found = plan.repeat(rule) if rule is not None and rule.enabled and rule.next_at is not None else None
    return plan.rhythm_of(found) if found is not None and family(row.kind) == "curated" else None


def _later(choice: str) -> plan.Later:
    for known in get_args(plan.Later):
        if choice == known:
            return known  # type: ignore[no-any-return]
    raise NotFound
