"""`/nudges`, and the buttons on each nudge."""

from __future__ import annotations

import re
from collections.abc import Sequence

from commands import forms
from commands.actions import Ref, encode
from commands.arguments import Argument
from commands.context import Ctx
from commands.errors import NotFound
from commands.markup import when
from commands.nudges import drawing, history, plan
from commands.nudges.composer import NudgesComposer, OldNudgeComposer
from commands.nudges.curated import CuratedWriter
from commands.outcomes import FormErrors, OpenForm, Outcome, Reply, Update
from commands.profile import zone_card
from commands.registry import Feature, Values
from commands.ui import Block, Button, Card, Row
from content.plans import NudgeKind
from scheduler.recurrence import next_after
from storage.nudges import family
from storage.people import Person

feature = Feature("nudges")
feature.writes("", CuratedWriter())
feature.composes_from_writers(NudgesComposer.key, NudgesComposer)
feature.composes_from_writers(OldNudgeComposer.key, OldNudgeComposer)

_TIME = re.compile(r"^(\d{1,2})(?:[:.h ](\d{2}))?\s*(am|pm)?$")


@feature.command(
    "nudges",
    "See and change your reminders",
    task="Be reminded at your own morning",
    examples=("/nudges", "/nudges history"),
    arguments=(
        Argument(
            "show",
            "What is on, or what came and what did not",
            choices=(("overview", "What is on"), ("history", "What came, and what did not")),
        ),
    ),
    reads=True,
)
async def show(ctx: Ctx, show: str | None) -> Reply:
    """What is on, a line each; or the history."""
    return Reply(await history.page(ctx) if show == "history" else await _overview(ctx))


@feature.action("nudges.show", reads=True)
async def show_again(ctx: Ctx) -> Reply:
    """The overview, from a button."""
    return Reply(await _overview(ctx))


@feature.action("nudges.kinds", reads=True)
async def kinds(ctx: Ctx, page: int) -> Update:
    """Another page of the overview."""
    return Update(await _overview(ctx, page=page))


@feature.action("nudges.history", reads=True)
async def show_history(ctx: Ctx, before: Ref = Ref(0)) -> Reply:  # noqa: B008  a number
    """What came and what did not; `before`: the last one that was shown."""
    return Reply(await history.page(ctx, before or None))


@feature.action("nudges.on")
async def turn_on(ctx: Ctx, kind_id: str) -> Outcome:
    """Turn a kind on; asks for the zone first when it is not known."""
    kind = _kind(ctx, kind_id)
    if ctx.person.zone is None:
        return Reply(zone_card(ctx, f"nudges.on+{kind.id}"))
    rule = plan.rule_for(kind, ctx.person.nudge_time, ctx.person.zone, ctx.now)
    upcoming = ctx.now + plan.TRIAL_AFTER if ctx.demo else next_after(rule, ctx.now)
    await ctx.uow.nudges.turn_on(ctx.person.id, kind.id, rule.to_json(), ctx.person.zone, upcoming, ctx.now)
    return Update(await _overview(ctx, f"**{kind.title}** is on. You can stop it at any time."))


@feature.action("nudges.off")
async def turn_off(ctx: Ctx, kind_id: str) -> Update:
    """Turn a kind off."""
    kind = _kind(ctx, kind_id)
    await _off(ctx, kind)
    return Update(await _overview(ctx, f"**{kind.title}** is off."))


@feature.action("nudges.stop_all")
async def stop_all(ctx: Ctx) -> Update:
    """Turn everything off."""
    return Update(await stop_everything(ctx))


@feature.action("nudges.resume")
async def resume(ctx: Ctx) -> Reply:
    """Go on after the direct messages were closed. What did not come is told here, and not once more below."""
    before, missed = ctx.person, ctx.missed
    await ctx.uow.ledger.told_missed(before.id, ctx.now)
    await ctx.uow.people.resume_nudges(before.id)
    await ctx.uow.people.set_dm(before.account, before.dm_channel, closed_at=None)
    await plan.replan(ctx.uow, before, ctx.now)
    after = await ctx.uow.people.of(before.id, account=before.account)
    for hook in ctx.registry.profile_hooks:
        await hook(ctx, before, after)
    said = "Your nudges are on again. The next ones come at their usual time."
    said += f" {missed} did not reach you: “What came, and what did not” names them." if missed else ""
    return Reply(await _overview(ctx, said))


@feature.action("nudges.hours", opens_form=True)
async def hours(ctx: Ctx) -> OpenForm:
    """Ask for the time of day and the quiet hours."""
    return OpenForm(drawing.hours_form(ctx.person))


@feature.form("nudges.save_hours")
async def save_hours(ctx: Ctx, values: Values) -> Update | FormErrors:
    """Keep the hours; what is to come moves."""
    names = ("time", "quiet_start", "quiet_end")
    read = {name: read_time(values.get(name, "")) for name in names}
    cap = values.get("cap", "")
    wrong = {name: "Please write a time such as 09:00 or 9 pm." for name, value in read.items() if value is None}
    if wrong:
        return await forms.refused(ctx, drawing.hours_form(ctx.person), values, wrong)
    await ctx.uow.people.set_hours(ctx.person.id, *(value or "" for value in read.values()))
    # A form that an older version opened asks neither.
    days = {"workdays": True, "every": False}.get(values.get("days", ""), ctx.person.workdays_only)
    await ctx.uow.people.set_manners(ctx.person.id, int(cap) if cap.isdecimal() else ctx.person.nudge_cap, days)
    person = await ctx.uow.people.of(ctx.person.id, account=ctx.person.account)
    await plan.replan(ctx.uow, person, ctx.now)
    kinds, rules = ctx.catalog.nudges.values(), await ctx.uow.nudges.of(person.id)
    said = "Kept. What is to come has moved with it."
    return Update(drawing.overview(person, kinds, {rule.kind: rule for rule in rules}, said))


@feature.on_profile_change
async def moved(ctx: Ctx, before: Person, after: Person) -> tuple[str, ...]:
    """How many reminders and nudges went along to another zone."""
    if before.zone is None or before.zone == after.zone:
        return ()
    coming = [rule for rule in await ctx.uow.nudges.of(after.id) if rule.enabled and rule.next_at]
    # "In 20 minutes" is the same moment everywhere: it stays.
    own = sum(family(rule.kind) == "own" and rule.zone == after.zone for rule in coming)
    nudges = sum(family(rule.kind) != "own" for rule in coming)
    parts = [
        f"{count} {one if count == 1 else many}"
        for count, one, many in ((own, "reminder", "reminders"), (nudges, "kind of nudge", "kinds of nudges"))
        if count
    ]
    return (f"Moved to your new time zone: {' and '.join(parts)}.",) if parts else ()


@feature.home
async def home(ctx: Ctx) -> Sequence[Block]:
    """What is due, for Slack's Home tab."""
    rules = [rule for rule in await ctx.uow.nudges.of(ctx.person.id) if rule.enabled and rule.next_at]
    button = Button("Choose my nudges", encode("nudges.show"))
    if not rules:
        return (Row("**Nudges**\nNone are on.", button),)
    upcoming = min(rules, key=lambda rule: rule.next_at or ctx.now)
    kind = ctx.catalog.nudges.get(upcoming.kind)
    at = when(upcoming.next_at or ctx.now)
    return (Row(f"**Next nudge**\n{kind.title if kind else 'A reminder'}, {at}", button),)


async def stop_everything(ctx: Ctx) -> Card:
    """Turn all kinds off and drop what waits; for the button and for the plain word "stop"."""
    count = await ctx.uow.nudges.turn_off(ctx.person.id)
    await ctx.uow.ledger.cancel(ctx.person.id)
    await ctx.uow.outbox.cancel_of(ctx.person.id)
    return drawing.all_stopped(count)


def read_time(text: str) -> str | None:
    """ "HH:MM" from what a person types for a time of day ("9", "9:30 pm", "21.00"), or None."""
    match = _TIME.match(" ".join(text.lower().replace("a.m.", "am").replace("p.m.", "pm").split()))
    if match is None:
        return None
    hour, minute, half = int(match[1]), int(match[2] or 0), match[3]
    if half and not 1 <= hour <= 12:
        return None
    hour = hour % 12 + (12 if half == "pm" else 0) if half else hour
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None


async def _overview(ctx: Ctx, said: str = "", page: int = 0) -> Card:
    rules = {rule.kind: rule for rule in await ctx.uow.nudges.of(ctx.person.id)}
    return drawing.overview(ctx.person, ctx.catalog.nudges.values(), rules, said, page)


def _kind(ctx: Ctx, kind_id: str) -> NudgeKind:
    kind = ctx.catalog.nudges.get(kind_id)
    if kind is None:
        raise NotFound("These nudges are no longer in the collection. Send `/nudges` to see what there is.")
    return kind


async def _off(ctx: Ctx, kind: NudgeKind) -> None:
    await ctx.uow.nudges.turn_off(ctx.person.id, kind.id)
    await ctx.uow.ledger.cancel(ctx.person.id, kind.id)
