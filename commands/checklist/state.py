"""A person's list together with its template: what is where, what is next."""

from __future__ import annotations

from dataclasses import dataclass

from commands.context import Ctx
from commands.errors import NotFound
from content.plans import Checklist as Template
from content.plans import ChecklistStep
from storage.checklists import Checklist, StepRow

ROWS_A_PAGE = 8


@dataclass(frozen=True, slots=True)
class Item:
    """One step: what the template says and what the person did. `number` counts from 1 over the whole list."""

    number: int
    step: ChecklistStep
    row: StepRow

    @property
    def open(self) -> bool:
        """Whether it is still to do."""
        return self.row.state == "todo"


@dataclass(frozen=True, slots=True)
class View:
    """A list to be drawn: the template's steps in its order, each with the person's row."""

    id: int
    template: Template
    items: tuple[Item, ...]

    @property
    def done(self) -> int:
        """How many steps are done."""
        return sum(item.row.state == "done" for item in self.items)

    @property
    def skipped(self) -> int:
        """How many steps were skipped."""
        return sum(item.row.state == "skipped" for item in self.items)

    @property
    def pages(self) -> int:
        """How many pages of eight rows."""
        return max(1, -(-len(self.items) // ROWS_A_PAGE))

    def next(self) -> Item | None:
        """The first step that is still to do."""
        return next((item for item in self.items if item.open), None)

    def item(self, row_id: int) -> Item:
        """The step with this row. Raises `NotFound`."""
        for item in self.items:
            if item.row.id == row_id:
                return item
        raise NotFound

    def page_of(self, item: Item) -> int:
        """The page, from 0, on which a step stands."""
        return (item.number - 1) // ROWS_A_PAGE


def view(ctx: Ctx, checklist: Checklist) -> View:
    """The list with its template. Raises `NotFound` when the template is no longer in the collection."""
    template = ctx.catalog.checklists.get(checklist.template)
    if template is None:
        raise NotFound("This list is no longer in the collection. What you did is kept; ask an admin about it.")
    rows = {row.step: row for row in checklist.steps}
    known = (step for step in template.steps if step.id in rows)
    items = tuple(Item(number, step, rows[step.id]) for number, step in enumerate(known, start=1))
    return View(checklist.id, template, items)


async def own(ctx: Ctx, list_id: int) -> View:
    """The person's list with this id. A stranger's and an unknown one are the same `NotFound`."""
    checklist = await ctx.uow.checklists.owned(ctx.person.id, list_id)
    if checklist is None or checklist.archived_at is not None:
        raise NotFound
    return view(ctx, checklist)


async def own_step(ctx: Ctx, row_id: int) -> tuple[View, Item]:
    """The person's step with this row id, and the list it is in."""
    row = await ctx.uow.checklists.step(ctx.person.id, row_id)
    if row is None:
        raise NotFound
    found = await own(ctx, row.checklist_id)
    return found, found.item(row_id)


async def started(ctx: Ctx, template_id: str) -> View:
    """The person's living list of a template, started now if there is none; new steps of the template are added."""
    template = ctx.catalog.checklists.get(template_id)
    if template is None:
        raise NotFound("I have no checklist of that name. Send `/checklist` to see yours.")
    steps = [step.id for step in template.steps]
    checklist = await ctx.uow.checklists.start(ctx.person.id, template.id, template.version, steps, ctx.now)
    if checklist.version != template.version:
        extended = await ctx.uow.checklists.upgrade(
            ctx.person.id, checklist.id, template.version, {}, steps, ctx.now
        )
        checklist = extended or checklist
    return view(ctx, checklist)
