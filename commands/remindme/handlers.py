"""`/remindme`: from words to a reminder that has been said back and agreed to; the list; what can be done with each."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time

from commands import forms
from commands.actions import Ref, base36, encode
from commands.arguments import Argument
from commands.context import Ctx
from commands.errors import BadInput, NotFound
from commands.outcomes import FormErrors, OpenForm, Outcome, Reply, Update
from commands.profile import zone_card
from commands.reading import date_order
from commands.registry import Feature, Values
from commands.remindme import drawing
from commands.remindme.typed import LONGEST, NO_WORDS, TOO_LONG, Typed, from_command, rule_of, too_long
from commands.remindme.writer import OwnWriter
from commands.ui import ROWS, Card
from scheduler.clock import from_wall
from scheduler.dates import DateProblem, Order, is_day, read_when
from scheduler.dates.repeat_words import say_rule
from scheduler.moving import next_from
from scheduler.recurrence import Rule, next_after
from scheduler.zones import zone
from storage.nudges import OWN
from storage.nudges import Rule as Stored

feature = Feature("remindme")
feature.writes("own", OwnWriter())

FORM = "remindme"
DELETED = "remindme.deleted"
_EXPIRED = "What you typed here is no longer kept. Send `/remindme` to see what is saved, or to write it again."


@feature.command(
    "remindme",
    "Remind me of something, once or again and again",
    task="Set a reminder of your own, or see them all",
    examples=("/remindme", "/remindme call Dr. A tomorrow 9am", "/remindme anki every weekday at 7am"),
    arguments=(
        Argument("what", "What to remind you of"),
        Argument("when", "When: tomorrow 9am, in 3 days, every weekday at 7am until 3 March"),
    ),
)
async def remindme(ctx: Ctx, what: str | None, when: str | None) -> Reply:
    """Without words the list; with words what I understood, to be agreed to."""
    typed = from_command(what, when, ctx.invocation.options.get(""))
    if typed is None:
        return Reply(await _list(ctx, 0))
    return Reply(await _ask(ctx, typed))


@feature.action("remindme.again")
async def again(ctx: Ctx, draft: Ref) -> Reply:
    """Go on once the zone is known."""
    return Reply(await _ask(ctx, await _typed(ctx, draft), draft))


@feature.action("remindme.new", opens_form=True)
async def new(ctx: Ctx) -> OpenForm:
    """An empty form."""
    return OpenForm(drawing.form(encode("remindme.write")))


@feature.action("remindme.edit", opens_form=True)
async def edit(ctx: Ctx, draft: Ref) -> OpenForm:
    """The form with what was typed."""
    typed = await _typed(ctx, draft)
    return OpenForm(drawing.form(encode("remindme.typed", draft), typed.what, typed.when))


@feature.action("remindme.change", opens_form=True)
async def change(ctx: Ctx, rule_id: Ref) -> OpenForm:
    """The form with what is saved."""
    stored = await _owned(ctx, rule_id)
    return OpenForm(drawing.form(encode("remindme.changed", rule_id), stored.words or "", _shown(ctx, stored)))


@feature.form("remindme.write")
async def write(ctx: Ctx, values: Values) -> Outcome:
    """A new one from the form."""
    return await _sent(ctx, Typed(), encode("remindme.write"), values)


@feature.form("remindme.typed")
async def rewrite(ctx: Ctx, draft: Ref, values: Values) -> Outcome:
    """The form again, for something that is not saved yet."""
    return await _sent(ctx, await _typed(ctx, draft), encode("remindme.typed", draft), values)


@feature.form("remindme.changed")
async def changed(ctx: Ctx, rule_id: Ref, values: Values) -> Outcome:
    """Other words or another time for one that is saved."""
    stored = await _owned(ctx, rule_id)
    before = Typed(rule_id=rule_id, as_shown=_shown(ctx, stored), same=rule_of(stored))
    return await _sent(ctx, before, encode("remindme.changed", rule_id), values)


@feature.action("remindme.save")
async def save(ctx: Ctx, draft: Ref, number: int) -> Outcome:
    """The person agreed. Pressed twice it is one reminder: its number is that of the draft."""
    typed = await _typed(ctx, draft)
    if number >= len(typed.readings):
        raise NotFound(_EXPIRED)
    reading = typed.readings[number]
    words, rule = reading.words, reading.rule
    if typed.rule_id is not None and rule == typed.same:
        return await _reworded(ctx, Ref(typed.rule_id), words)
    upcoming = next_after(rule, ctx.now)
    if upcoming is None:
        late = replace(typed, readings=(), problem="That time has passed meanwhile. Please give a later one.")
        return Update(drawing.unclear(late, draft))
    await ctx.uow.people.lock(ctx.person.id)
    if typed.rule_id is not None:
        return await _retimed(ctx, Ref(typed.rule_id), words, rule, upcoming)
    if await ctx.uow.reminders.count(ctx.person.id) >= drawing.MOST:
        raise BadInput(f"{drawing.LIMITS} Please delete one first: send `/remindme`.", title="That is one too many")
    kind = f"{OWN}{draft}"
    stored = await ctx.uow.reminders.add(ctx.person.id, kind, words, rule.to_json(), rule.zone, upcoming, ctx.now)
    return Update(drawing.kept(stored, ctx.person, ctx.now, "Saved", "I will write to you here, at that minute."))


@feature.action("remindme.drop")
async def drop(ctx: Ctx, draft: Ref) -> Update:
    """Not after all."""
    await _typed(ctx, draft)
    await ctx.uow.drafts.delete(ctx.person.id, draft)
    return Update(drawing.dropped())


@feature.action("remindme.list", reads=True)
async def page(ctx: Ctx, number: int) -> Reply:
    """One page of the list."""
    return Reply(await _list(ctx, number))


@feature.action("remindme.open", reads=True)
async def show(ctx: Ctx, rule_id: Ref) -> Reply:
    """One of them."""
    return Reply(drawing.kept(await _owned(ctx, rule_id), ctx.person, ctx.now, "Your reminder"))


@feature.action("remindme.skip")
async def skip(ctx: Ctx, rule_id: Ref, slot: int) -> Update:
    """Leave out the one that the button meant; a second press finds it left out already."""
    stored = await _owned(ctx, rule_id)
    said = "That one is left out."
    if stored.next_at is None or drawing.minutes(stored.next_at) != slot:
        return Update(drawing.kept(stored, ctx.person, ctx.now, "Your reminder", said))
    upcoming = next_after(rule_of(stored), stored.next_at)
    await ctx.uow.reminders.reschedule(ctx.person.id, rule_id, upcoming)
    return Update(drawing.kept(await _owned(ctx, rule_id), ctx.person, ctx.now, "Skipped", said))


@feature.action("remindme.pause", opens_form=True)
async def pause(ctx: Ctx, rule_id: Ref) -> OpenForm:
    """Ask until when."""
    return OpenForm(drawing.pause_form((await _owned(ctx, rule_id)).id))


@feature.form("remindme.paused")
async def paused(ctx: Ctx, rule_id: Ref, values: Values) -> Update | FormErrors:
    """Silent until that moment; it is on again by itself."""
    stored = await _owned(ctx, rule_id)
    try:
        here = ctx.person.zone or stored.zone
        until = _until(values.get("until", ""), ctx.now, here, date_order(ctx.person))
    except DateProblem as problem:
        return await forms.refused(ctx, drawing.pause_form(rule_id), values, {"until": problem.message})
    upcoming = next_from(rule_of(stored), until)
    if until <= ctx.now:
        said = {"until": "That day has begun already. Give a later day, or a time of day."}
        return await forms.refused(ctx, drawing.pause_form(rule_id), values, said)
    if upcoming is None:
        said = {"until": "It ends before that day. Give an earlier one, or delete the reminder."}
        return await forms.refused(ctx, drawing.pause_form(rule_id), values, said)
    await ctx.uow.reminders.reschedule(ctx.person.id, rule_id, upcoming, until)
    return Update(drawing.kept(await _owned(ctx, rule_id), ctx.person, ctx.now, "Paused", "It is silent until then."))


@feature.action("remindme.resume")
async def resume(ctx: Ctx, rule_id: Ref) -> Update:
    """On again, from now; unless its time has passed."""
    stored = await _owned(ctx, rule_id)
    if not stored.enabled or (stored.paused_until is not None and stored.paused_until > ctx.now):
        upcoming = next_after(rule_of(stored), ctx.now)
        if upcoming is None:
            said = "It was not turned on. Give it another time, or delete it."
            return Update(drawing.kept(stored, ctx.person, ctx.now, "Its time has passed", said))
        await ctx.uow.reminders.reschedule(ctx.person.id, rule_id, upcoming)
        stored = await _owned(ctx, rule_id)
    if stored.next_at is None:
        return Update(drawing.kept(stored, ctx.person, ctx.now, "It is over", "It has come for the last time."))
    return Update(drawing.kept(stored, ctx.person, ctx.now, "It is on", "It comes again."))


@feature.action("remindme.delete")
async def delete(ctx: Ctx, rule_id: Ref) -> Update:
    """Gone at once; for a day it can be brought back."""
    stored = await _owned(ctx, rule_id)
    kept = {"kind": stored.kind, "words": stored.words, "spec": dict(stored.spec), "zone": stored.zone}
    draft = await ctx.uow.drafts.save(ctx.person.id, DELETED, kept, ctx.now)
    await ctx.uow.ledger.cancel(ctx.person.id, stored.kind)
    await ctx.uow.reminders.delete(ctx.person.id, rule_id)
    return Update(drawing.deleted(draft))


@feature.action("remindme.undo")
async def undo(ctx: Ctx, draft: Ref) -> Update:
    """Bring a deleted one back as it was, without its pause."""
    kept = await ctx.uow.drafts.get(ctx.person.id, draft)
    if kept is None or kept.form != DELETED:
        raise NotFound("It can be brought back for a day only. Send `/remindme` to write it again.")
    gone = kept.values
    before = Stored(0, ctx.person.id, gone["kind"], gone["spec"], gone["zone"], None, True, ctx.now, gone["words"])
    upcoming = next_after(rule_of(before), ctx.now)
    if upcoming is None:
        raise NotFound("Its time has passed meanwhile. Send `/remindme` to write it again.")
    stored = await ctx.uow.reminders.add(
        ctx.person.id, before.kind, before.words or "", before.spec, before.zone, upcoming, ctx.now
    )
    return Update(drawing.kept(stored, ctx.person, ctx.now, "It is back", "It comes again."))


async def _ask(ctx: Ctx, typed: Typed, draft: int | None = None) -> Card:
    """Where the clock stands, if that is not known; else what was understood, or what is missing."""
    if ctx.person.zone is None:
        draft = draft or await ctx.uow.drafts.save(ctx.person.id, FORM, typed.to_json(), ctx.now)
        return zone_card(ctx, f"remindme.again+{base36(draft)}")
    read = typed.read(ctx.now, ctx.person.zone, date_order(ctx.person))
    draft = await ctx.uow.drafts.save(ctx.person.id, FORM, read.to_json(), ctx.now)
    if not read.readings:
        return drawing.unclear(read, draft)
    if read.problem:
        return drawing.choice(read, draft, ctx.person, ctx.now)
    (reading, *_) = read.readings
    stays = read.rule_id is not None and reading.rule == read.same
    stored = await _owned(ctx, Ref(read.rule_id or 0)) if stays else None
    return drawing.question(read, reading, draft, ctx.person, ctx.now, stored)


async def _sent(ctx: Ctx, before: Typed, submit: str, values: Values) -> Outcome:
    """A sent form. What cannot be taken comes back with what was typed; what can is said back first."""
    what, when = values.get("what", "").strip(), values.get("when", "").strip()
    typed = replace(before, what=what, when=when, line="", readings=(), problem="")
    errors = {"what": NO_WORDS} if not what else {}
    if too_long(what):
        errors = {"what": f"{TOO_LONG} It has {len(what):,}." if len(what) > LONGEST else TOO_LONG}
    read = typed if errors or ctx.person.zone is None else typed.read(ctx.now, ctx.person.zone, date_order(ctx.person))
    if read.problem and not read.readings:
        errors = {"when": read.problem}
    if errors:
        return await forms.refused(ctx, drawing.form(submit), values, errors)
    return Update(await _ask(ctx, typed))


async def _reworded(ctx: Ctx, rule_id: Ref, words: str) -> Update:
    """Only the words are others: a pause and a skip stay."""
    await _owned(ctx, rule_id)
    await ctx.uow.reminders.reword(ctx.person.id, rule_id, words)
    stored = await _owned(ctx, rule_id)
    return Update(drawing.kept(stored, ctx.person, ctx.now, "Changed", "The words are changed."))


async def _retimed(ctx: Ctx, rule_id: Ref, words: str, rule: Rule, upcoming: datetime) -> Update:
    """Another time, and perhaps other words: it is on."""
    await _owned(ctx, rule_id)
    await ctx.uow.reminders.change(ctx.person.id, rule_id, words, rule.to_json(), rule.zone, upcoming)
    said = "Changed. What is to come has moved with it."
    return Update(drawing.kept(await _owned(ctx, rule_id), ctx.person, ctx.now, "Changed", said))


def _until(typed: str, now: datetime, tz: str, order: Order | None) -> datetime:
    """The moment at which a pause ends: of a day alone its first minute. Raises `DateProblem`."""
    until = read_when(typed, now=now, tz=tz, order=order)
    return from_wall(datetime.combine(until.date(), time()), zone(tz)) if is_day(typed) else until


async def _list(ctx: Ctx, number: int) -> Card:
    count = await ctx.uow.reminders.count(ctx.person.id)
    number = min(number, max(0, -(-count // ROWS) - 1))
    found = await ctx.uow.reminders.page(ctx.person.id, ROWS, number * ROWS)
    return drawing.reminders(found, ctx.person, number, count, ctx.now)


async def _owned(ctx: Ctx, rule_id: Ref) -> Stored:
    stored = await ctx.uow.reminders.owned(ctx.person.id, rule_id)
    if stored is None:
        raise NotFound
    return stored


async def _typed(ctx: Ctx, draft: Ref) -> Typed:
    kept = await ctx.uow.drafts.get(ctx.person.id, draft)
    if kept is None or kept.form != FORM:
        raise NotFound(_EXPIRED)
    return Typed.from_json(kept.values)


def _shown(ctx: Ctx, stored: Stored) -> str:
    return say_rule(rule_of(stored), ctx.person.zone or stored.zone)
