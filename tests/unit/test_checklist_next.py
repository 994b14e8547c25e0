"""What is next over all lists of a person: three steps at most, in the order in which they matter."""

from __future__ import annotations

from dataclasses import replace

from commands.checklist.model.state import whats_next
from tests.unit.test_checklist_state import NOW, row, seen, step, template

TODAY = NOW.date()


def test_what_is_next_over_all_lists_is_late_then_dated_then_first() -> None:
    late = template(step("l1"), step("l2", due={"start": True, "days": -3}), step("l3", needs=["l2"]), id="one")
    dated = template(
        step("d1", needs=["d2"], due={"start": True}), step("d2", due={"start": True, "days": 9}), id="two"
    )
    more = template(step("m1"), step("m2"), id="three")
    views = [seen(plan) for plan in (late, dated, more)]
    assert [(mine.template.id, item.key) for mine, item in whats_next(views, TODAY)] == [
        ("one", "l2"), ("two", "d2"), ("one", "l1"),
    ]  # fmt: skip
    assert [item.key for _, item in whats_next(views[2:], TODAY)] == ["m1"]
    assert whats_next([], TODAY) == ()
    soon = template(*(step(f"s{days}", due={"start": True, "days": days}) for days in (5, -1, 2, -4)))
    assert [item.key for _, item in whats_next([seen(soon)], TODAY)] == ["s-4", "s-1", "s2"]


def test_what_a_person_wrote_themselves_comes_before_what_is_due_in_months() -> None:
    plan = template(*(step(f"s{days}", due={"start": True, "days": days}) for days in (20, 28, 29, 90)), step("none"))
    rows = (*(row(n, each.id) for n, each in enumerate(plan.steps, start=1)), row(9, "own:1", title="Call the clinic"))
    assert [item.key for _, item in whats_next([seen(plan, rows)], TODAY)] == ["s20", "s28", "own:1"]
    rows = (replace(rows[0], state="done"), *rows[1:])
    assert [item.key for _, item in whats_next([seen(plan, rows)], TODAY)] == ["s28", "own:1", "s29"]
