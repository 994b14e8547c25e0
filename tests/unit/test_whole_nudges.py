"""The nudges of the core pack with `whole: true`: "I did it" may mark a step only when the nudge asks for all of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from content.lint import lint
from content.plans import ChecklistStep, MilestoneNudge, NudgeText
from tests.chat import core_catalog
from tests.unit.packs import nudge_kind, write_pack

MILESTONE = """\
id: exam
kind: own
title: An exam
short: A Step or OET.
nudges:
  - {days: -1, text: Tomorrow is the day. Plan who is with you., do: Call one person, topic: step-failure, whole: true}
"""

READ = {
    "documents-in:-7",
    "nrmp-standard-ends:-7",
    "rank-list-due:-14",
    "rank-list-due:-7",
    "rank-list:certified-word",
    "rank-list:one-letter-or-none",
    "usce:count-back",
    "usce:kind",
}
"""Each was read beside the `done_when` of its step. Read yours in the same way before you add it."""


def whole() -> Iterator[tuple[str, NudgeText | MilestoneNudge, ChecklistStep]]:
    """Their names, with the step that each marks."""
    catalog = core_catalog()
    steps = {f"{key}.{step.id}": step for key, each in catalog.checklists.items() for step in each.steps}
    for key, kind in catalog.nudges.items():
        yield from ((f"{key}:{text.id}", text, steps[text.step or ""]) for text in kind.texts if text.whole)
    for key, milestone in catalog.milestones.items():
        yield from ((f"{key}:{each.days}", each, steps[each.step or ""]) for each in milestone.nudges if each.whole)


def test_each_was_read_beside_its_step() -> None:
    assert {name for name, _, _ in whole()} == READ


def test_what_the_step_wants_on_a_photo_the_nudge_asks_for() -> None:
    assert [name for name, nudge, step in whole() if "photo" in step.done_when and "photo" not in nudge.text] == []


def test_none_marks_a_step_that_counts_lines_of_its_own() -> None:
    assert [name for name, _, step in whole() if step.track is not None] == []


@pytest.mark.parametrize(
    ("file", "text", "field"),
    [
        ("nudges/letters", nudge_kind().replace("text: Write", "whole: true, text: Write", 1), "texts[1].whole"),
        ("milestones/exam", MILESTONE, "nudges[1].whole"),
    ],
)
def test_whole_without_a_step_is_a_fault(tmp_path: Path, file: str, text: str, field: str) -> None:
    path = write_pack(tmp_path / "pack") / f"{file}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    (fault,) = [fault for fault in lint(tmp_path / "pack").faults if fault.field == field]
    assert "needs `step`" in fault.message
