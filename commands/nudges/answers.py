"""The buttons on each nudge: done, later, less often, stop. They carry the nudge's number, so they work for months.

Those of older versions carry the number of the message and the text; `_nudge` finds the same row for both.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import get_args

from commands import forms, living
from commands.actions import Ref, encode
from commands.checklist.lists import views
from commands.checklist.model.state import View
from commands.checklist.showing import key
from commands.context import Ctx
from commands.errors import NotFound
from commands.markup import plain
from commands.nudges import cards, drawing, plan
from commands.nudges.composer import AGAIN, OldNudgeComposer, Spoken, adopt
from commands.nudges.curated import by_id, said
from commands.nudges.handlers import feature
from commands.nudges.writing import Said, Unsaid, writer_for
from commands.outcomes import OpenForm, Outcome, Reply, Update
from commands.reading import date_order
from commands.registry import Values
from commands.ui import ROWS, Card
from commands.words import fitted
from scheduler.dates import DateProblem, read_when
from scheduler.dates.repeats import is_exact
from scheduler.moving import repeat
from scheduler.recurrence import next_after
from storage.checklists import StepRow
from storage.ledger import Answer, NudgeRow
from storage.nudges import Rule, family

DEMO_LATER = timedelta(minutes=2)
NAMED = 200
"""How much of a reminder's words stands where it is only named."""


@feature.action("nudges.done")
async def done(ctx: Ctx, ref: Ref, text_id: str = "") -> Update:
    """The person did it; when that was all of a step of their list, the step is marked too."""
    row = await _answered(ctx, ref, text_id, "done")
    begin = f"{AGAIN}{row.id}:"
    waiting = [each.id for each in await ctx.uow.ledger.waiting(ctx.person.id, row.kind) if each.key.startswith(begin)]
    await ctx.uow.ledger.cancel_these(ctx.person.id, waiting, "answered")
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
    how = plan.EXACT if ctx.demo or choice == "hour" else ""
    note = plan.instead_of_tonight(ctx.person, until, ctx.now) if choice == "tonight" else ""
    return await _put_off(ctx, await _nudge(ctx, ref, text_id), until, how, note)


@feature.form("nudges.snoozed")
async def snoozed_until(ctx: Ctx, ref: Ref, text_id: str, values: Values) -> Outcome:
    """At the moment that the person wrote."""
    try:
        here = ctx.person.zone or "UTC"
        until = read_when(values.get("when", ""), now=ctx.now, tz=here, order=date_order(ctx.person))
        how = plan.EXACT if is_exact(values.get("when", "")) else plan.CHOSEN
    except DateProblem as problem:
        return await forms.refused(ctx, drawing.later_form(ref, text_id), values, {"when": problem.message})
    return await _put_off(ctx, await _nudge(ctx, ref, text_id), until, how)


@feature.action("nudges.less")
async def less(ctx: Ctx, ref: Ref, weeks: str) -> Update:
    """A rarer rhythm from now on. Pressed twice it stays as rare as it says."""
    row = await _answered(ctx, ref, "", "less")
    rule = await _rule(ctx, row)
    if rule is None or weeks not in get_args(plan.Rarer):
        raise NotFound
    title = await _name(ctx, row)
    if not rule.enabled or rule.next_at is None:
        return Update(drawing.nothing_comes(title, _turns_on(row, rule)))
    changed = plan.at_rarer(rule, int(weeks), ctx.now)
    if changed is not None:
        upcoming = next_after(changed, ctx.now)
        await ctx.uow.nudges.reschedule(rule.id, changed.to_json(), rule.zone, upcoming)
    now_is = changed or repeat(rule)
    return Update(drawing.rarer_now(title, plan.rhythm_of(now_is) if now_is else "as before"))


@feature.action("nudges.stop")
async def stop(ctx: Ctx, ref: Ref, text_id: str = "") -> Update:
    """No more nudges of this kind."""
    row = await _answered(ctx, ref, text_id, "stopped")
    rule = await _rule(ctx, row)
    title = await _name(ctx, row)
    await ctx.uow.nudges.turn_off(ctx.person.id, row.kind)
    await ctx.uow.ledger.cancel(ctx.person.id, row.kind)
    return Update(drawing.stopped(title, family(row.kind), _turns_on(row, rule)))


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


async def _put_off(ctx: Ctx, row: NudgeRow, until: datetime, how: str, note: str = "") -> Outcome:
    """The nudge once more at that moment; or why it would not come then, since nothing is promised in vain."""
    if ctx.person.nudges_paused_at is not None:
        return Reply(drawing.paused())
    later = replace(row, state="planned", sent_at=None)  # as it is asked for when its moment has come
    words = await _written(ctx, later, await _rule(ctx, row), until)
    if isinstance(words, Unsaid):
        # The message stays as it is: it may be all that is left of the words.
        return Reply(drawing.not_again(words.reason, family(row.kind)))
    row = await _answered(ctx, Ref(row.id), "", "snoozed")
    await plan.put_off(ctx.uow, ctx.person, row, until, ctx.now, how=how)
    return Update(drawing.snoozed(*await words_of(ctx, row), until, note))


async def _name(ctx: Ctx, row: NudgeRow) -> str:
    """What a nudge is about, in plain text: a series by its title, a reminder of the person's own by its words."""
    title, md = await words_of(ctx, row)
    return fitted(plain(md), NAMED) if md and family(row.kind) == "own" else title


def _turns_on(row: NudgeRow, rule: Rule | None) -> str | None:
    """The action that turns on again what this nudge came from; None when it would not come again."""
    match family(row.kind):
        case "curated":
            return encode("nudges.on", row.kind)
        case "season":
            return encode("season.on")
        case "own":
            return encode("remindme.resume", rule.id) if rule is not None and rule.next_at is not None else None


async def _rule(ctx: Ctx, row: NudgeRow) -> Rule | None:
    return await ctx.uow.nudges.owned(ctx.person.id, row.rule_id) if row.rule_id is not None else None


async def _written(ctx: Ctx, row: NudgeRow, rule: Rule | None, at: datetime) -> Said | Unsaid:
    writer = writer_for(ctx.registry.writers, row.kind)
    return await writer.write(ctx.uow, ctx.catalog, ctx.person, row, rule, at, demo=ctx.demo)


async def _spoken(ctx: Ctx, row: NudgeRow) -> Spoken | None:
    rule = await _rule(ctx, row)
    kind = ctx.catalog.nudges.get(row.kind)
    if kind is not None:
        # As it was sent, also when its step is done by now.
        text = by_id(kind, row.item)
        return Spoken(row, said(kind, text, row.season or 0), rule) if text else None
    words = await _written(ctx, row, rule, ctx.now)
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


async def _step(ctx: Ctx, row: NudgeRow) -> tuple[View, StepRow] | None:
    """The step of a living list that is done when the nudge is, under its name of today."""
    spoken = await _spoken(ctx, row)
    template, _, name = (spoken.said.marks or "" if spoken else "").partition(".")
    for mine in await views(ctx.uow, ctx.catalog, ctx.person, ctx.now) if name else ():
        for item in (*mine.items, *mine.retired):
            if (mine.template.id, item.key) == (template, name):
                return mine, item.row
    return None


async def _rule_words(ctx: Ctx, row: NudgeRow) -> str | None:
    """When more of them come, in words; None when none do."""
    rule = await _rule(ctx, row)
    found = repeat(rule) if rule is not None and rule.enabled and rule.next_at is not None else None
    return plan.rhythm_of(found) if found is not None and family(row.kind) == "curated" else None


def _later(choice: str) -> plan.Later:
    for known in get_args(plan.Later):
        if choice == known:
            return known  # type: ignore[no-any-return]
    raise NotFound
