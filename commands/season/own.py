"""A person's own dates: an exam, an interview, a flight. Added, opened, changed, removed, and put back."""

from __future__ import annotations

from datetime import datetime

from commands import living
from commands.actions import Ref, encode
from commands.checklist.showing import key
from commands.context import Ctx
from commands.errors import BadInput, NotFound
from commands.forms import refused
from commands.outcomes import FormErrors, OpenForm, Reply, Update
from commands.profile import zone_card
from commands.registry import Values
from commands.season import ahead, drawing, timetable, typed
from commands.season.ahead import Entry, Mornings
from commands.season.handlers import feature
from commands.ui import Card
from storage.own_dates import OwnDate

MOST = 100
"""Own dates of one person."""
_REMOVED = "own-date"
"""The draft that keeps a removed date for a day."""


@feature.action("season.mine", reads=True)
async def open_own(ctx: Ctx, ref: Ref) -> Reply:
    """One date of the person's own."""
    return Reply(await _card(ctx, await _owned(ctx, ref)))


@feature.action("season.add", opens_form=True)
async def add(ctx: Ctx) -> OpenForm | Reply:
    """Ask for a date; first for the zone, when it is not known."""
    if ctx.person.zone is None:
        return Reply(zone_card(ctx, "season.show"))
    return OpenForm(drawing.date_form(ctx.catalog.own_dates()))


@feature.form("season.save")
async def save(ctx: Ctx, values: Values) -> Update | FormErrors:
    """Keep a new date."""
    kinds = ctx.catalog.own_dates()
    found = typed.read(values, ctx.person, ctx.now)
    errors = found if isinstance(found, dict) else {}
    if values.get("kind") not in {kind.id for kind in kinds}:
        errors = {"kind": "Please choose one of the kinds.", **errors}
    if errors or isinstance(found, dict):
        return await refused(ctx, drawing.date_form(kinds), values, errors)
    if len(await ctx.uow.own_dates.of(ctx.person.id)) >= MOST:
        raise BadInput(f"You have {MOST} dates, the most that I can keep. Please remove one first.")
    row = await ctx.uow.own_dates.add(
        ctx.person.id, values["kind"], found.words, found.at, found.zone, whole_day=found.whole_day, now=ctx.now
    )
    return await _changed(ctx, row, "I have kept that.")


@feature.action("season.change", opens_form=True)
async def change(ctx: Ctx, ref: Ref) -> OpenForm:
    """The form of a date, filled."""
    return OpenForm(drawing.change_form(await _owned(ctx, ref), ctx.person.zone))


@feature.form("season.changed")
async def changed(ctx: Ctx, ref: Ref, values: Values) -> Update | FormErrors:
    """Keep the change; its nudges move with it."""
    entry = await _owned(ctx, ref)
    found = typed.read(values, ctx.person, ctx.now)
    if isinstance(found, dict):
        return await refused(ctx, drawing.change_form(entry, ctx.person.zone), values, found)
    row = await ctx.uow.own_dates.change(
        ctx.person.id, ref, found.words, found.at, found.zone, whole_day=found.whole_day, now=ctx.now
    )
    if row is None:
        raise NotFound
    return await _changed(ctx, row, "Changed. What I remind you of has moved with it.")


@feature.action("season.remove")
async def remove(ctx: Ctx, ref: Ref) -> Update:
    """Take a date away; for a day it can be put back."""
    row = await ctx.uow.own_dates.remove(ctx.person.id, ref)
    if row is None:
        raise NotFound
    kept = {"kind": row.kind, "words": row.words, "at": row.at.isoformat(), "zone": row.zone, "day": row.whole_day}
    draft = await ctx.uow.drafts.save(ctx.person.id, _REMOVED, kept, ctx.now)
    await _moved(ctx, row.kind)
    return Update(drawing.removed(ahead.own(ctx.catalog, row), encode("season.undo", draft)))


@feature.action("season.undo")
async def undo(ctx: Ctx, draft_id: Ref) -> Update:
    """Put a removed date back. The second press finds nothing more to do."""
    draft = await ctx.uow.drafts.get(ctx.person.id, draft_id)
    if draft is None or draft.form != _REMOVED:
        raise NotFound
    await ctx.uow.drafts.delete(ctx.person.id, draft_id)
    kept = draft.values
    at = datetime.fromisoformat(kept["at"])
    row = await ctx.uow.own_dates.add(
        ctx.person.id, kept["kind"], kept["words"], at, kept["zone"], whole_day=kept["day"], now=ctx.now
    )
    return await _changed(ctx, row, "It is back.")


async def _owned(ctx: Ctx, ref: int) -> Entry:
    row = await ctx.uow.own_dates.owned(ctx.person.id, ref)
    if row is None:
        raise NotFound
    return ahead.own(ctx.catalog, row)


async def _changed(ctx: Ctx, row: OwnDate, said: str) -> Update:
    await _moved(ctx, row.kind)
    return Update(await _card(ctx, ahead.own(ctx.catalog, row), said))


async def _moved(ctx: Ctx, kind: str) -> None:
    """The nudges follow, and so do the messages of the lists with steps that hang on dates of this kind."""
    await timetable.replan(ctx.uow, ctx.catalog, ctx.person, ctx.now)
    for mine in await ctx.uow.checklists.of(ctx.person.id):
        template = ctx.catalog.checklists.get(mine.template)
        if template and any(step.due is not None and step.due.own == kind for step in template.steps):
            await living.refresh(ctx, key(mine.id))


async def _card(ctx: Ctx, entry: Entry, said: str = "") -> Card:
    mornings = Mornings.of(ctx.person, ctx.person.zone or entry.zone)
    coming = sorted(at for days in entry.days if (at := mornings.near(entry, days)) > ctx.now)
    on = await timetable.is_on(ctx.uow, ctx.person)
    return drawing.own(entry, on=on, next_at=coming[0] if coming else None, said=said)
