"""What the steps of a list that was begun long ago are called in the template of today."""

from __future__ import annotations

from dataclasses import replace

from content.plans import Checklist as Template
from content.upgrades import moved
from storage.checklists import OWN, Checklist


def became(checklist: Checklist, template: Template) -> dict[str, tuple[str, ...]]:
    """What each step of the list is called today, where that is something else."""
    states = {row.step: row.state for row in checklist.steps if not row.step.startswith(OWN)}
    ways = moved(template.changes, checklist.version, states)
    return {old: new for old, new in ways.items() if new != (old,)}


def as_today(checklist: Checklist, template: Template) -> Checklist:
    """The list for somebody who only looks: steps under their names of today.

    New steps, and the further parts of one that was split, come when it is read where it may be written.
    """
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
