"""The engine of lists: what is due when, what waits, what counts as done, what is next, and for whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

import pytest

from commands.checklist.model.branches import changed
from commands.checklist.model.due import Standpoint, standpoint
from commands.checklist.model.order import position_before
from commands.checklist.model.state import (
    OWN_SECTION,
    View,
    closed_steps,
    steps_for_unpaired,
    view,
)
from commands.errors import NotFound
from content.catalog import Catalog
from content.loader import load_pack
from content.paths import CORE_PACK
from content.plans import Checklist as Template
from storage.checklists import Checklist, LineRow, StepRow, plan_key
from storage.own_dates import OwnDate
from storage.people import Person
from storage.profiles import NOTHING_TOLD, About

NOW = datetime(2026, 8, 3, 12, 0, tzinfo=UTC)
JULY = datetime(2026, 7, 1, 12, tzinfo=UTC)
FIRST_THERE = datetime(2026, 9, 30, 19, tzinfo=UTC)
"""The first of October in Karachi."""


@cache
def core_catalog() -> Catalog:
    return load_pack(CORE_PACK)


def step(step_id: str, **more: Any) -> dict[str, Any]:
    text = f"What is to do in the step {step_id}, in one sentence."
    return {
        "id": step_id, "section": "Part", "title": f"Step {step_id}", "do": text, "why": text,
        "done_when": "It is done.", "takes": "1 hour", **more,
    }  # fmt: skip


def template(*steps: dict[str, Any], **more: Any) -> Template:
    head = {"id": "plan", "title": "A plan", "short": "A plan of some steps", "version": 1}
    return Template.model_validate({**head, **more, "steps": steps})


def row(number: int, step_id: str, state: Any = "todo", **more: Any) -> StepRow:
    return StepRow(number, 7, step_id, state, None, None, more.pop("changed_at", NOW), **more)


def line(number: int, state: str, days: int = 0, track: str = "letters", pair: int | None = None) -> LineRow:
    moved = NOW - timedelta(days=days)
    return LineRow(number, 7, track, f"Line {number}", state, pair, moved, moved)


def person(zone: str | None = "America/New_York", about: About = NOTHING_TOLD) -> Person:
    return Person(
        1, 1, "discord", "", "u", None, None, NOW, zone, True, None, None, None, "09:00", "21:00", "08:00", None, None,
        3, False, 1, (), about,
    )  # fmt: skip


def own_date(kind: str, at: datetime, zone: str = "UTC", *, whole_day: bool = True) -> OwnDate:
    return OwnDate(1, 1, kind, "words", at, zone, whole_day, NOW, NOW)


def here(
    zone: str | None = "America/New_York", *dates: OwnDate, about: About = NOTHING_TOLD, now: datetime = NOW
) -> Standpoint:
    return standpoint(person(zone, about), core_catalog(), dates, now)


def seen(
    plan: Template, rows: tuple[StepRow, ...] | None = None, lines: tuple[LineRow, ...] = (),
    at: Standpoint | None = None, version: int = 1,
) -> View:  # fmt: skip
    rows = rows if rows is not None else tuple(row(n, each.id) for n, each in enumerate(plan.steps, start=1))
    return view(plan, Checklist(7, 1, plan.id, version, NOW, None, rows), lines, at or here())


def test_a_milestone_is_due_on_the_earlier_of_its_day_there_and_here() -> None:
    """E21: rank lists are due on 3 March 2027 at 21:00 in New York, which is the fourth in Karachi."""
    plan = template(
        step("exact", due={"milestone": "rank-list-due"}),
        step("before", due={"milestone": "rank-list-due", "days": -7}),
    )
    for zone in ("America/New_York", "Asia/Karachi", "Pacific/Honolulu"):
        exact, before = seen(plan, at=here(zone)).items
        assert (exact.due, before.due) == (date(2027, 3, 3), date(2027, 2, 24))
        assert exact.due_at == datetime(2027, 3, 4, 2, 0, tzinfo=UTC)
        assert before.due_at is None
        assert exact.milestone is not None
        assert exact.milestone.check_at
    opens = template(step("opens", due={"milestone": "submit-opens"}))
    for zone, day in (("Asia/Kolkata", 2), ("Pacific/Honolulu", 2)):
        assert seen(opens, at=here(zone)).items[0].due == date(2026, 9, day)
    noon = template(step("noon", due={"milestone": "match-day", "days": 1}))
    assert seen(noon, at=here("Pacific/Kiritimati")).items[0].due == date(2027, 3, 20)


def test_an_exact_moment_is_late_at_that_moment_and_a_day_is_late_when_it_is_over_here() -> None:
    plan = template(step("exact", due={"milestone": "rank-list-due"}), step("day", due={"start": True, "days": 1}))
    moment = datetime(2027, 3, 4, 2, 0, tzinfo=UTC)
    assert [seen(plan, at=here(now=moment - timedelta(seconds=1))).items[0].late,
            seen(plan, at=here(now=moment)).items[0].late] == [False, True]  # fmt: skip
    day_over = datetime(2026, 8, 5, 4, 0, tzinfo=UTC)  # midnight in New York
    assert [seen(plan, at=here(now=day_over - timedelta(seconds=1))).items[1].late,
            seen(plan, at=here(now=day_over)).items[1].late] == [False, True]  # fmt: skip
    done = (row(1, "exact"), row(2, "day", "done"))
    assert not seen(plan, done, at=here(now=day_over)).items[1].late


@pytest.mark.parametrize(
    ("dates", "due"),
    [
        ((), None),
        ((own_date("flight", NOW),), None),
        ((own_date("exam", datetime(2026, 10, 1, 12, tzinfo=UTC)),), date(2026, 9, 24)),
        ((own_date("exam", JULY), own_date("exam", NOW + timedelta(days=30)),
          own_date("exam", NOW + timedelta(days=60))), date(2026, 8, 26)),
        ((own_date("exam", JULY - timedelta(days=30)), own_date("exam", JULY)),
         date(2026, 6, 24)),
        # A whole day is the day where it takes place; an hour is the day on which it falls here.
        ((own_date("exam", FIRST_THERE, "Asia/Karachi"),), date(2026, 9, 24)),
        ((own_date("exam", FIRST_THERE, "Asia/Karachi", whole_day=False),), date(2026, 9, 23)),
    ],
)  # fmt: skip
def test_an_own_date_counts_by_the_next_one_to_come(dates: tuple[OwnDate, ...], due: date | None) -> None:
    plan = template(step("ready", due={"own": "exam", "days": -7}))
    assert seen(plan, at=here("America/New_York", *dates)).items[0].due == due


def test_a_step_follows_another_and_the_persons_own_day_wins() -> None:
    plan = template(step("ask"), step("send", due={"step": "ask", "days": 1}), step("third", due={"start": True}))
    assert [item.due for item in seen(plan).items] == [None, None, date(2026, 8, 3)]
    asked = datetime(2026, 8, 5, 2, 0, tzinfo=UTC)  # still the fourth in New York
    rows = (row(1, "ask", "done", changed_at=asked), row(2, "send"), row(3, "third", due_on=date(2026, 9, 9)))
    assert [item.due for item in seen(plan, rows).items] == [None, date(2026, 8, 5), date(2026, 9, 9)]
    skipped = (row(1, "ask", "skipped", changed_at=asked), row(2, "send"))
    assert seen(plan, skipped).items[1].due is None
    exact = template(step("exact", due={"milestone": "rank-list-due"}))
    (item,) = seen(exact, (row(1, "exact", due_on=date(2027, 1, 5)),)).items
    assert (item.due, item.due_at, item.milestone) == (date(2027, 1, 5), None, None)


def test_the_season_is_the_one_the_person_named_unless_it_is_over() -> None:
    plan = template(step("list", due={"milestone": "match-day"}))
    for season, day in ((None, date(2027, 3, 19)), (2028, date(2028, 3, 17)), (2025, date(2027, 3, 19))):
        assert seen(plan, at=here(about=About(season=season))).items[0].due == day


def test_a_step_waits_until_those_before_it_are_closed_or_not_for_this_person() -> None:
    plan = template(step("a"), step("b", applies={"visa": ["j1"]}), step("c", needs=["a", "b"]), step("d", needs=["c"]))
    assert [item.waits_for for item in seen(plan).items] == [(), (), ("Step a", "Step b"), ("Step c",)]
    no_visa = seen(plan, at=here(about=About(visa="none")))
    assert [(item.key, item.waits_for) for item in no_visa.items] == [("a", ()), ("c", ("Step a",)), ("d", ("Step c",))]
    for state in ("done", "skipped", "notforme"):
        rows = (row(1, "a", state), row(2, "b", state), row(3, "c"), row(4, "d"))
        mine = seen(plan, rows)
        assert [item.waits_for for item in mine.items] == [(), (), (), ("Step c",)]
        following = mine.next()
        assert following is not None
        assert following.key == "c"


def test_next_prefers_what_waits_for_nothing() -> None:
    plan = template(step("b", needs=["a"]), step("a"))
    following = seen(plan).next()
    assert following is not None
    assert following.key == "a"
    assert seen(plan, (row(1, "b", "done"), row(2, "a", "skipped"))).next() is None


LETTERS = {
    "letters": {
        "each": "letter writer", "ask": "Who is it?",
        "states": [
            {"id": "asked", "title": "Asked", "stuck_after": 10, "stuck": "Ask once more."},
            {"id": "agreed", "title": "Agreed"},
            {"id": "uploaded", "title": "Uploaded"},
        ],
    }
}  # fmt: skip


def test_enough_lines_close_a_step_by_themselves_and_open_it_again() -> None:
    plan = template(
        step("ask", track={"of": "letters", "until": "agreed", "enough": 2}),
        step("see", needs=["ask"], track={"of": "letters"}),
        step("thank", due={"step": "ask", "days": 3}),
        tracks=LETTERS,
    )
    one = (line(1, "uploaded", days=9), line(2, "asked", days=2))
    ask, see, thank = seen(plan, lines=one).items
    assert ask.tracked is not None
    assert (ask.tracked.counted, ask.tracked.enough, ask.open, ask.done) == (1, 2, True, False)
    assert (see.done, see.by_itself, see.row.state) == (True, True, "todo")
    assert thank.due is None
    two = (*one[:1], line(2, "agreed", days=2))
    mine = seen(plan, lines=two)
    assert [item.open for item in mine.items] == [False, False, True]
    assert mine.done == 2
    assert mine.items[2].due == (NOW - timedelta(days=2)).date() + timedelta(days=3)
    assert "plan.ask" in closed_steps([mine])
    assert mine.lines("letters") == two
    other_list = replace(line(3, "uploaded"), checklist_id=8)
    assert seen(plan, lines=(other_list,)).items[1].open


def test_a_line_that_does_not_move_is_pointed_out_and_a_state_of_old_does_no_harm() -> None:
    plan = template(step("ask", track={"of": "letters", "enough": 1}), tracks=LETTERS)
    lines = (line(1, "asked", days=9), line(2, "asked", days=10), line(3, "agreed", days=99), line(4, "no-more", 99))
    tracked = seen(plan, lines=lines).items[0].tracked
    assert tracked is not None
    assert tracked.stuck == ((lines[1], "Ask once more."),)
    assert tracked.counted == 0


def concerns() -> Template:
    noted = [{"id": "noted", "title": "Noted"}]
    tracks = {
        "concerns": {"each": "concern", "ask": "Which?", "states": noted, "pairs_with": "strengths",
                     "unpaired": "Plan for:"},
        "strengths": {"each": "strength", "ask": "Which?", "states": noted},
    }  # fmt: skip
    return template(step("pair", track={"of": "concerns", "paired": True}), tracks=tracks)


def test_each_concern_needs_a_strength_or_a_plan() -> None:
    plan = concerns()
    lines = (
        line(1, "noted", track="concerns", pair=3), line(2, "noted", track="concerns"),
        line(3, "noted", track="strengths"), line(4, "noted", track="concerns", pair=99),
    )  # fmt: skip
    assert seen(plan).items[0].open, "no concern at all is not all of them"
    mine = seen(plan, lines=lines)
    assert mine.items[0].tracked is not None
    assert mine.items[0].tracked.unpaired == (lines[1], lines[3])
    assert steps_for_unpaired(mine) == {2: "Plan for: Line 2", 4: "Plan for: Line 4"}
    rows: tuple[StepRow, ...] = (row(1, "pair"), row(2, plan_key(2), title="Call the clinic"))
    assert steps_for_unpaired(seen(plan, rows, lines)) == {4: "Plan for: Line 4"}
    rows = (*rows, row(3, plan_key(4), title="Write to the school"))
    assert seen(plan, rows, lines).items[0].by_itself


def test_a_step_that_is_for_others_leaves_the_list_unless_it_was_done() -> None:
    plan = template(step("all"), step("visa", applies={"visa": ["j1"]}), step("eras", applies={"application": "eras"}))
    before = seen(plan)
    emergency = here(about=About("emergency-medicine", visa="none"))
    after = seen(plan, at=emergency)
    assert [item.key for item in after.items] == ["all"]
    assert [item.key for item in after.retired] == ["visa", "eras"]
    assert after.item(2).title == "Step visa"
    assert changed(before, after) == ((), ("Step visa", "Step eras"))
    assert changed(after, before) == (("Step visa", "Step eras"), ())
    assert closed_steps([after]) == {"plan.visa", "plan.eras"}
    kept = seen(plan, (row(1, "all"), row(2, "visa", "done"), row(3, "eras", "skipped")), at=emergency)
    assert [(item.number, item.key) for item in kept.items] == [(1, "all"), (2, "visa")]
    with pytest.raises(NotFound):
        kept.item(99)


def test_not_for_me_is_closed_and_does_not_count() -> None:
    mine = seen(template(step("a"), step("b"), step("c")), (row(1, "a", "notforme"), row(2, "b", "done"), row(3, "c")))
    assert (mine.done, mine.notforme, mine.total, mine.skipped) == (1, 1, 2, 0)


def test_own_steps_stand_at_the_end_or_where_they_were_put() -> None:
    plan = template(step("a", section="One"), step("b", section="Two"))
    rows = (row(1, "a"), row(2, "b"), row(3, "own:1", title="First"), row(4, "own:2", title="Second"))
    mine = seen(plan, rows)
    assert [(item.number, item.title, item.section) for item in mine.items] == [
        (1, "Step a", "One"), (2, "Step b", "Two"), (3, "First", OWN_SECTION), (4, "Second", OWN_SECTION),
    ]  # fmt: skip
    assert mine.own_steps == 2
    a, b, first, second = mine.items
    for other, order, section in (
        (a, ["Second", "Step a", "Step b", "First"], "One"),
        (b, ["Step a", "Second", "Step b", "First"], "One"),
        (first, ["Step a", "Step b", "Second", "First"], "Two"),
        (None, ["Step a", "Step b", "First", "Second"], OWN_SECTION),
    ):
        put = replace(second.row, position=position_before(mine.items, second, other))
        moved = seen(plan, (*rows[:3], put))
        assert [item.title for item in moved.items] == order
        found = next(item for item in moved.items if item.title == "Second")
        assert found.section == section
        assert position_before(moved.items, found, other) == put.position, "pressed twice it stays"


def test_a_step_can_be_put_between_two_again_and_again() -> None:
    plan = template(step("a"), step("b"))
    rows = [row(1, "a"), row(2, "b"), *(row(n, f"own:{n}", title=f"Own {n}") for n in range(3, 23))]
    for number in range(2, 22):
        mine = seen(plan, tuple(rows))
        moving, target = mine.item(rows[number].id), mine.item(2)
        rows[number] = replace(rows[number], position=position_before(mine.items, moving, target))
    assert [item.row.id for item in seen(plan, tuple(rows)).items] == [1, *range(3, 23), 2]


def test_three_hundred_own_steps_are_a_list_like_any_other() -> None:
    plan = template(step("a"))
    mine = seen(plan, (row(1, "a"), *(row(n, f"own:{n}", title=f"Own {n}") for n in range(2, 302))))
    assert (len(mine.items), mine.pages, mine.own_steps) == (301, 38, 300)
    assert mine.page_of(mine.items[-1]) == 37


def test_what_was_done_or_written_on_a_step_that_is_gone_is_kept_apart() -> None:
    plan = template(step("a"), version=2, changes=[{"version": 2, "removed": ["old-done", "old-note", "old"]}])
    rows = (
        row(1, "a"), row(2, "old-done", "done"), replace(row(3, "old-note"), note="Dr. A"), row(4, "old"),
        row(5, "own:1", title="Mine"),
    )  # fmt: skip
    mine = seen(plan, rows, version=2)
    assert [item.key for item in mine.items] == ["a", "own:1"]
    assert [(item.title, item.done, item.outlived) for item in mine.retired] == [
        ("Old done", True, True), ("Old note", False, True),
    ]  # fmt: skip
    assert (mine.total, mine.own_steps, mine.item(3).row.note) == (2, 1, "Dr. A")


def test_a_list_of_an_older_version_is_read_under_the_names_of_today() -> None:
    changes = [
        {"version": 2, "renamed": {"old": "new"}, "removed": ["gone"]},
        {"version": 3, "split": {"big": ["left", "right"]}},
    ]
    plan = template(step("new"), step("left"), step("right"), version=3, changes=changes)
    mine = seen(plan, (row(1, "old", "done"), row(2, "big", "done"), row(3, "gone", "done")), version=1)
    assert [(item.row.id, item.key, item.done) for item in mine.items] == [(1, "new", True), (2, "left", True)]


def test_every_list_of_the_content_can_be_seen_by_anybody() -> None:
    for plan in core_catalog().checklists.values():
        for about in (NOTHING_TOLD, About("emergency-medicine", 2015, "graduate", False, 2, "h1b", 2028)):
            mine = seen(plan, at=here(None, about=about))
            assert len(mine.items) + len(mine.retired) == len(plan.steps)
            assert mine.next() is not None
