"""The lint rules that only `commands` can know: every page and every step of a list renders within one message."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

from commands.checklist.drawing.lists import list_card
from commands.checklist.drawing.step import step_card
from commands.checklist.model.state import Item, View
from commands.checklist.model.tracks import tracked
from commands.guidance.pages import PARTS, page_card
from commands.ui import OverBudget
from content.documents import Contents, Fault
from content.loader import catalog_of
from content.plans import Checklist
from storage.checklists import StepRow

_NO_DAY = date.min
"""Before every fact runs out. The mark on one that did is short and stands in the linter's own reserve."""
_LATE = datetime(2027, 9, 29, 12, tzinfo=UTC)
"""A moment whose day is as long as any in words."""


def cards_fit(contents: Contents) -> Iterator[Fault]:
    """A fault for each part of a page, and each step or page of a list, that would not fit into a card."""
    catalog = catalog_of(contents)
    for entry in contents.topics.values():
        for part, _ in PARTS:
            try:
                page_card(entry.model, part, catalog, _NO_DAY)
            except OverBudget as fault:
                yield entry.fault(("id",), f"the part `{part}` does not fit into a message: {fault}; shorten it")
    for listed in contents.checklists.values():
        full = fullest(listed.model)
        for item in full.items:
            try:
                step_card(full, item)
            except OverBudget as fault:
                yield listed.fault(("id",), f"the step `{item.key}` does not fit into a message: {fault}; shorten it")
        for page in range(full.pages):
            try:
                list_card(full, page)
            except OverBudget as fault:
                yield listed.fault(("id",), f"page {page + 1} does not fit into a message: {fault}; shorten titles")


def fullest(template: Checklist) -> View:
    """A list with all that the content can put into it: every step, late, waiting for all that it can wait for."""
    titles = {step.id: step.title for step in template.steps}
    items = tuple(
        Item(
            number,
            step.title,
            step.section,
            StepRow(number, 1, step.id, "todo", None, None, _LATE),
            step,
            number,
            due=_LATE.date(),
            due_at=_LATE,
            late=True,
            waits_for=tuple(titles[need] for need in step.needs if need in titles),
            tracked=tracked(step.track, template.tracks[step.track.of], (), (), _LATE)
            if step.track and step.track.of in template.tracks
            else None,
        )
        for number, step in enumerate(template.steps, start=1)
    )
    return View(1, template, _LATE, items, (), ())
