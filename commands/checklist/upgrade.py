"""Bringing a person's list to the template of today, with all that they did."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from content.plans import Checklist as Template
from content.upgrades import moved
from storage.checklists import OWN, Checklist
from storage.db import Uow


def became(checklist: Checklist, template: Template) -> dict[str, tuple[str, ...]]:
    """What each step of the list is called today, where that is something else."""
    states = {row.step: row.state for row in checklist.steps if not row.step.startswith(OWN)}
    ways = moved(template.changes, checklist.version, states)
    return {old: new for old, new in ways.items() if new != (old,)}


async def kept_up(uow: Uow, checklist: Checklist, template: Template, now: datetime) -> Checklist:
    """The list at the template's version, written down if it was at another."""
    if checklist.version == template.version:
        return checklist
    steps = [step.id for step in template.steps]
    newer = await uow.checklists.upgrade(
        checklist.person_id, checklist.id, template.version, became(checklist, template), steps, now
    )
    return newer or checklist


def as_today(checklist: Checklist, template: Template) -> Checklist:
    """The same for somebody who only looks: steps under their names of today; new ones come with the next change."""
    if checklist.version == template.version:
        return checklist
    ways = became(checklist, template)
    taken = {row.step for row in checklist.steps if row.step not in ways}
    rows = []
    for row in checklist.steps:
        free = [step for step in ways.get(row.step, ()) if step not in taken]
        rows.append(replace(row, step=free[0]) if free else row)
        taken.add(rows[-1].step)
    return replace(checklist, steps=tuple(rows))
