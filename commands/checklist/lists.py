"""Reading a person's lists as views, starting them, and bringing them to the template of today.

Wherever a list is read in a transaction that may write, it is brought to the version of its template first.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from commands.checklist.formats.importing import ImportedList, rows
from commands.checklist.model.due import standpoint
from commands.checklist.model.state import Item, View, view
from commands.checklist.model.upgrade import became
from commands.context import Ctx
from commands.errors import NotFound
from content.catalog import Catalog
from content.plans import Checklist as Template
from storage.checklists import Checklist
from storage.db import Uow
from storage.people import Person

GONE = (
    "This list, step or line is not there any more, or it belongs to somebody else. Nothing was changed. "
    "Send `/checklist` to see your lists."
)


async def views(uow: Uow, catalog: Catalog, person: Person, now: datetime) -> tuple[View, ...]:
    """The person's living lists in the order of the menu. Four queries, however many lists."""
    known = [mine for mine in await uow.checklists.of(person.id) if mine.template in catalog.checklists]
    return await _seen(uow, catalog, person, now, known)


async def mine(ctx: Ctx) -> tuple[View, ...]:
    """The lists of whoever asked."""
    return await views(ctx.uow, ctx.catalog, ctx.person, ctx.now)


async def own(ctx: Ctx, list_id: int) -> View:
    """The person's list with this id. A stranger's and an unknown one are the same `NotFound`."""
    checklist = await ctx.uow.checklists.owned(ctx.person.id, list_id)
    if checklist is None or checklist.archived_at is not None:
        raise NotFound(GONE)
    return await _one(ctx, checklist)


async def own_step(ctx: Ctx, row_id: int) -> tuple[View, Item]:
    """The person's step with this row id, and the list it is in. Raises `NotFound`."""
    row = await ctx.uow.checklists.step(ctx.person.id, row_id)
    if row is None:
        raise NotFound(GONE)
    found = await own(ctx, row.checklist_id)
    return found, found.item(row_id)


async def started(ctx: Ctx, template_id: str) -> View:
    """The person's living list of a template, started now if there is none, at the template's version."""
    template = ctx.catalog.checklists.get(template_id)
    if template is None:
        raise NotFound("I have no checklist of that name. Send `/checklist` to see yours.")
    steps = [step.id for step in template.steps]
    checklist = await ctx.uow.checklists.start(ctx.person.id, template.id, template.version, steps, ctx.now)
    return await _one(ctx, checklist)


async def started_again(ctx: Ctx, list_id: int) -> View:
    """A new list in place of this one, which is put away. Pressed twice it is started once. Raises `NotFound`."""
    old = await ctx.uow.checklists.owned(ctx.person.id, list_id)
    if old is None:
        raise NotFound
    template = _template(ctx, old)
    steps = [step.id for step in template.steps]
    new = await ctx.uow.checklists.start_again(ctx.person.id, old.id, template.id, template.version, steps, ctx.now)
    return await _one(ctx, new)


async def put_away(ctx: Ctx) -> tuple[tuple[View, datetime], ...]:
    """The archived lists of whoever asked, each with the moment it was put away, the latest first."""
    old = [each for each in await ctx.uow.checklists.archived(ctx.person.id) if each.template in ctx.catalog.checklists]
    at = {each.id: each.archived_at for each in old if each.archived_at is not None}
    seen = await _seen(ctx.uow, ctx.catalog, ctx.person, ctx.now, old)
    return tuple(sorted(((each, at[each.id]) for each in seen), key=lambda pair: (pair[1], pair[0].id), reverse=True))


async def _one(ctx: Ctx, checklist: Checklist) -> View:
    _template(ctx, checklist)
    (seen,) = await _seen(ctx.uow, ctx.catalog, ctx.person, ctx.now, [checklist])
    return seen


def _template(ctx: Ctx, checklist: Checklist) -> Template:
    template = ctx.catalog.checklists.get(checklist.template)
    if template is None:
        raise NotFound("This list is no longer in the collection. What you did is kept; ask an admin about it.")
    return template


async def _seen(
    uow: Uow, catalog: Catalog, person: Person, now: datetime, lists: Sequence[Checklist]
) -> tuple[View, ...]:
    if not lists:
        return ()
    if uow.writes:
        lists = [await _kept_up(uow, each, catalog.checklists[each.template], now) for each in lists]
    here = standpoint(person, catalog, await uow.own_dates.of(person.id), now)
    lines = await uow.checklists.lines_of(person.id, [each.id for each in lists])
    found = (view(catalog.checklists[each.template], each, lines, here) for each in lists)
    return tuple(sorted(found, key=lambda each: (each.template.order, each.id)))


async def restore(uow: Uow, person_id: int, imported: ImportedList, template: Template, now: datetime) -> Checklist:
    """The list as the file tells it, at the template's version. A living list of that template is put away."""
    steps, lines = rows(imported, template)
    new = await uow.checklists.restore(person_id, template.id, imported.version, imported.started, steps, lines, now)
    checklist = await uow.checklists.owned(person_id, new)
    if checklist is None:
        raise LookupError("a list that was just put back is gone")
    return await _kept_up(uow, checklist, template, now)


async def _kept_up(uow: Uow, checklist: Checklist, template: Template, now: datetime) -> Checklist:
    """The list at the template's version, written down if it was at another. One that was put away stays as it is."""
    if checklist.version == template.version or checklist.archived_at is not None:
        return checklist
    steps = [step.id for step in template.steps]
    newer = await uow.checklists.upgrade(
        checklist.person_id, checklist.id, template.version, became(checklist, template), steps, now
    )
    return newer or checklist
