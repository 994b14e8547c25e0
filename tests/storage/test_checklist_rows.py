"""Own steps, lines, undo, newer templates, own dates and living messages, on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any, TypeVar

import pytest
from sqlalchemy import event, text

from storage.checklists import Checklist, Checklists, LineRow, StepRow, plan_key
from storage.db import Database, Uow
from storage.people import Person
from tests.storage.people import NOW, arrive

LATER = NOW + timedelta(hours=1)
STEPS = ("map", "decide", "polish")


async def begin(uow: Uow, person: Person) -> Checklist:
    return await uow.checklists.start(person.id, "strategy", 1, STEPS, NOW)


async def seen(uow: Uow, person: Person) -> tuple[Checklist, tuple[LineRow, ...]]:
    """All that a change can touch."""
    (mine,) = await uow.checklists.of(person.id)
    return mine, await uow.checklists.lines_of(person.id, [mine.id])


Found = TypeVar("Found")


def there(found: Found | None) -> Found:
    assert found is not None
    return found


async def test_own_steps_are_numbered_changed_and_taken_away(database: Database) -> None:
    person = await arrive(database)
    async with database.write() as uow:
        lists, mine = uow.checklists, await begin(uow, person)
        first = there(await lists.add_own(person.id, mine.id, "Call my aunt", NOW, date(2026, 12, 1)))
        second = there(await lists.add_own(person.id, mine.id, "Buy a suit", NOW))
        assert [(step.step, step.title, step.due_on) for step in (first, second)] == [
            ("own:1", "Call my aunt", date(2026, 12, 1)), ("own:2", "Buy a suit", None),
        ]  # fmt: skip
        assert there(await lists.edit_own(person.id, second.id, "Rent a suit", NOW)).title == "Rent a suit"
        assert there(await lists.set_due(person.id, second.id, date(2027, 1, 2), NOW)).due_on == date(2027, 1, 2)
        assert there(await lists.move(person.id, second.id, 7, NOW)).position == 7
        assert there(await lists.remove_own(person.id, first.id, LATER)).state == "gone"
        (mine,) = await lists.of(person.id)
        assert [step.step for step in mine.steps] == [*STEPS, "own:2"]
        assert await lists.step(person.id, first.id) is None
        assert await lists.set_state(person.id, first.id, "done", LATER) is None
        assert there(await lists.add_own(person.id, mine.id, "A third", NOW)).step == "own:3"
        for of_the_content in (lists.remove_own(person.id, mine.steps[0].id, NOW),
                               lists.edit_own(person.id, mine.steps[0].id, "Mine", NOW)):  # fmt: skip
            assert await of_the_content is None


async def test_lines_go_through_states_and_are_tied_to_each_other(database: Database) -> None:
    person = await arrive(database)
    async with database.write() as uow:
        lists, mine = uow.checklists, await begin(uow, person)
        gap = there(await lists.add_line(person.id, mine.id, "concerns", "A gap", "noted", NOW))
        work = there(await lists.add_line(person.id, mine.id, "strengths", "Two years in a clinic", "noted", NOW))
        moved = there(await lists.set_line_state(person.id, gap.id, "told", LATER))
        assert (moved.state, moved.created_at, moved.changed_at) == ("told", NOW, LATER)
        assert there(await lists.edit_line(person.id, gap.id, "The gap of 2020", LATER)).words == "The gap of 2020"
        assert there(await lists.pair(person.id, gap.id, work.id, LATER)).pair_id == work.id
        assert await lists.pair(person.id, gap.id, gap.id, LATER) is None
        assert there(await lists.pair(person.id, gap.id, None, LATER)).pair_id is None
        assert there(await lists.remove_line(person.id, work.id, LATER)).removed_at == LATER
        assert await lists.line(person.id, work.id) is None
        assert await lists.pair(person.id, gap.id, work.id, LATER) is None
        assert [line.id for line in await lists.lines_of(person.id, [mine.id])] == [gap.id]


Change = Callable[[Checklists, int, Checklist, StepRow, LineRow, LineRow], Awaitable[object]]
CHANGES: dict[str, Change] = {
    "done": lambda lists, me, mine, own, gap, work: lists.set_state(me, mine.steps[0].id, "done", LATER),
    "skipped": lambda lists, me, mine, own, gap, work: lists.set_state(me, own.id, "skipped", LATER, "not now"),
    "notforme": lambda lists, me, mine, own, gap, work: lists.set_state(me, mine.steps[1].id, "notforme", LATER),
    "note": lambda lists, me, mine, own, gap, work: lists.set_note(me, mine.steps[0].id, "ask Dr. Ünal", LATER),
    "due": lambda lists, me, mine, own, gap, work: lists.set_due(me, mine.steps[0].id, date(2027, 1, 2), LATER),
    "moved": lambda lists, me, mine, own, gap, work: lists.move(me, mine.steps[2].id, 5, LATER),
    "edited": lambda lists, me, mine, own, gap, work: lists.edit_own(me, own.id, "Rent a suit", LATER),
    "removed": lambda lists, me, mine, own, gap, work: lists.remove_own(me, own.id, LATER),
    "added": lambda lists, me, mine, own, gap, work: lists.add_own(me, mine.id, "Another", LATER),
    "planned": lambda lists, me, mine, own, gap, work: lists.add_plans(me, mine.id, {gap.id: "a", work.id: "b"}, LATER),
    "line-added": lambda lists, me, mine, own, gap, work: lists.add_line(me, mine.id, "t", "w", "s", LATER),
    "line-set": lambda lists, me, mine, own, gap, work: lists.set_line_state(me, gap.id, "told", LATER),
    "line-edited": lambda lists, me, mine, own, gap, work: lists.edit_line(me, gap.id, "Other words", LATER),
    "line-paired": lambda lists, me, mine, own, gap, work: lists.pair(me, gap.id, work.id, LATER),
    "line-removed": lambda lists, me, mine, own, gap, work: lists.remove_line(me, work.id, LATER),
}


@pytest.mark.parametrize("what", CHANGES)
async def test_every_change_can_be_undone_and_only_once(database: Database, what: str) -> None:
    person = await arrive(database)
    async with database.write() as uow:
        lists, mine = uow.checklists, await begin(uow, person)
        own = there(await lists.add_own(person.id, mine.id, "Buy a suit", NOW))
        gap = there(await lists.add_line(person.id, mine.id, "concerns", "A gap", "noted", NOW))
        work = there(await lists.add_line(person.id, mine.id, "strengths", "Work", "noted", NOW))
        before, earlier = await seen(uow, person), await lists.newest_act(person.id, mine.id)
        await CHANGES[what](lists, person.id, mine, own, gap, work)
        changed = await seen(uow, person)
        assert changed != before
        act = there(await lists.newest_act(person.id, mine.id))
        assert act.what == what
        await CHANGES[what](lists, person.id, mine, own, gap, work)
        if what not in ("added", "line-added"):
            assert (await seen(uow, person), await lists.newest_act(person.id, mine.id)) == (changed, act)
        else:
            assert await lists.undo(person.id, mine.id) is not None
        assert await lists.undo(person.id, mine.id, act.id + 1) is None
        assert await lists.undo(person.id, mine.id, act.id) == act
        assert await lists.undo(person.id, mine.id, act.id) is None
        assert await seen(uow, person) == before
        assert await lists.newest_act(person.id, mine.id) == earlier


async def test_the_last_ten_changes_are_kept_and_what_was_removed_before_them_is_deleted(database: Database) -> None:
    person = await arrive(database)
    async with database.write() as uow:
        lists, mine = uow.checklists, await begin(uow, person)
        own = there(await lists.add_own(person.id, mine.id, "Buy a suit", NOW))
        line = there(await lists.add_line(person.id, mine.id, "concerns", "A gap", "noted", NOW))
        await lists.remove_own(person.id, own.id, NOW)
        await lists.remove_line(person.id, line.id, NOW)
        for number in range(10):
            at = LATER + timedelta(minutes=number)
            await lists.set_note(person.id, mine.steps[0].id, f"note {number}", at)
        kept = await uow.privacy.export(person.id)
        assert "checklist_line" not in kept
        assert {row["step"] for row in kept["checklist_step"]} == set(STEPS)
        for number in (*range(8, -1, -1), None):
            assert await lists.undo(person.id, mine.id) is not None
            note = there(await lists.step(person.id, mine.steps[0].id)).note
            assert note == (None if number is None else f"note {number}")
        assert await lists.undo(person.id, mine.id) is None


async def test_a_plan_is_made_once_for_a_line_and_can_come_back(database: Database) -> None:
    person = await arrive(database)
    async with database.write() as uow:
        lists, mine = uow.checklists, await begin(uow, person)
        gap = there(await lists.add_line(person.id, mine.id, "concerns", "A gap", "noted", NOW))
        (plan,) = await lists.add_plans(person.id, mine.id, {gap.id: "Plan for: A gap", gap.id + 99: "Nobody's"}, NOW)
        assert plan.step == plan_key(gap.id)
        await lists.edit_own(person.id, plan.id, "Write to the clinic", NOW)
        assert await lists.add_plans(person.id, mine.id, {gap.id: "Plan for: A gap"}, NOW) == ()
        await lists.remove_own(person.id, plan.id, NOW)
        (again,) = await lists.add_plans(person.id, mine.id, {gap.id: "Plan for: A gap"}, LATER)
        assert (again.id, again.state, again.title) == (plan.id, "todo", "Plan for: A gap")
        await lists.undo(person.id, mine.id)
        await lists.undo(person.id, mine.id)
        assert there(await lists.step(person.id, plan.id)).title == "Write to the clinic"


async def test_a_stranger_changes_nothing_and_learns_nothing(database: Database) -> None:
    person, stranger = await arrive(database), await arrive(database, user="U2", team="T2", community="T2")
    async with database.write() as uow:
        lists, mine = uow.checklists, await begin(uow, person)
        own = there(await lists.add_own(person.id, mine.id, "Buy a suit", NOW))
        gap = there(await lists.add_line(person.id, mine.id, "concerns", "A gap", "noted", NOW))
        work = there(await lists.add_line(person.id, mine.id, "strengths", "Work", "noted", NOW))
        before = await uow.privacy.export(person.id)
        for change in CHANGES.values():
            assert not await change(lists, stranger.id, mine, own, gap, work)
        assert await lists.lines_of(stranger.id, [mine.id]) == ()
        assert await lists.line(stranger.id, gap.id) is None
        assert await lists.newest_act(stranger.id, mine.id) is None
        assert await lists.undo(stranger.id, mine.id) is None
        assert await lists.upgrade(stranger.id, mine.id, 2, {}, (), NOW) is None
        theirs = await lists.start_again(stranger.id, mine.id, "strategy", 1, STEPS, NOW)
        assert theirs.person_id == stranger.id
        assert await uow.privacy.export(person.id) == before
        other = there(await lists.add_line(stranger.id, theirs.id, "strengths", "Mine", "noted", NOW))
        assert await lists.pair(person.id, gap.id, other.id, NOW) is None


async def test_starting_again_twice_gives_one_new_list(database: Database) -> None:
    person = await arrive(database)
    async with database.write() as uow:
        mine = await begin(uow, person)
        await uow.checklists.add_own(person.id, mine.id, "Buy a suit", NOW)
        new = await uow.checklists.start_again(person.id, mine.id, "strategy", 1, STEPS, LATER)
        assert new.id != mine.id
        assert await uow.checklists.start_again(person.id, mine.id, "strategy", 1, STEPS, LATER) == new
        assert [step.step for step in new.steps] == list(STEPS)
        assert len(there(await uow.checklists.owned(person.id, mine.id)).steps) == 4


Rows = list[tuple[str, str]]


@pytest.mark.parametrize(
    ("states", "renames", "expected"),
    [
        ({"a": "done"}, {"a": ("b",)}, [("b", "done"), ("new", "todo")]),
        ({"a": "done", "b": "todo"}, {"a": ("b",), "b": ("a",)}, [("a", "todo"), ("b", "done"), ("new", "todo")]),
        ({"a": "done", "b": "todo"}, {"a": ("b",), "b": ("c",)}, [("b", "done"), ("c", "todo"), ("new", "todo")]),
        ({"a": "done"}, {"a": ("x", "y", "new")}, [("new", "done"), ("x", "done"), ("y", "done")]),
        ({"a": "skipped"}, {"a": ("a", "y")}, [("a", "skipped"), ("new", "todo"), ("y", "skipped")]),
        ({"a": "done"}, {"a": ()}, [("a", "done"), ("new", "todo")]),
        ({"a": "done", "b": "todo"}, {"a": ("c",), "b": ("c",)}, [("b", "todo"), ("c", "todo"), ("new", "todo")]),
        ({"a": "done", "b": "done"}, {"a": ("b",)}, [("a", "done"), ("b", "done"), ("new", "todo")]),
    ],
)
async def test_progress_comes_along_to_a_newer_template(
    database: Database, states: dict[str, Any], renames: dict[str, tuple[str, ...]], expected: Rows
) -> None:
    person = await arrive(database)
    async with database.write() as uow:
        mine = await uow.checklists.start(person.id, "strategy", 1, list(states), NOW)
        for step in mine.steps:
            await uow.checklists.set_state(person.id, step.id, states[step.step], LATER)
        newer = there(await uow.checklists.upgrade(person.id, mine.id, 2, renames, ("new",), LATER))
        assert newer.version == 2
        assert sorted((step.step, step.state) for step in newer.steps) == expected
        again = await uow.checklists.upgrade(person.id, mine.id, 2, {}, ("new",), LATER)
        assert again == newer


async def test_two_devices_at_once_leave_one_change_each(address: str) -> None:
    databases = [Database(address) for _ in range(4)]

    async def press(database: Database) -> None:
        async with database.write() as uow:
            await uow.checklists.set_state(person.id, mine.steps[0].id, "done", LATER)

    async def add(database: Database) -> str:
        async with database.write() as uow:
            return there(await uow.checklists.add_own(person.id, mine.id, "Buy a suit", NOW)).step

    try:
        person = await arrive(databases[0])
        async with databases[0].write() as uow:
            mine = await begin(uow, person)
        await asyncio.gather(*(press(database) for database in databases))
        async with databases[0].write() as uow:
            assert await uow.checklists.undo(person.id, mine.id) is not None
            assert await uow.checklists.undo(person.id, mine.id) is None
        assert sorted(await asyncio.gather(*(add(database) for database in databases))) == [
            f"own:{number}" for number in range(1, 5)
        ]
    finally:
        for database in databases:
            await database.dispose()


async def test_a_list_is_found_by_index_in_two_queries(database: Database) -> None:
    """Half a million rows of others cost nothing: no statement of reading walks through a table."""
    person = await arrive(database)
    async with database.write() as uow:
        mine = await begin(uow, person)
    statements: list[tuple[str, Any]] = []
    async with database.read() as uow:

        @event.listens_for(uow.connection.sync_connection, "before_cursor_execute")
        def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
            statements.append((statement, parameters))

        await uow.checklists.of(person.id)
        assert len(statements) == 2
        await uow.checklists.lines_of(person.id, [mine.id])
        await uow.checklists.step(person.id, mine.steps[0].id)
        await uow.checklists.newest_act(person.id, mine.id)
        await uow.own_dates.of(person.id)
        await uow.living.get(person.id, person.account, "list:1")
    async with database.read() as uow:
        if not database.is_sqlite:
            await uow.connection.execute(text("SET LOCAL enable_seqscan = off"))
        for statement, parameters in statements:
            explain = f"EXPLAIN {'QUERY PLAN ' if database.is_sqlite else ''}{statement}"
            plan = [str(row[-1]) for row in await uow.connection.exec_driver_sql(explain, parameters)]
            assert not [step for step in plan if step.startswith("SCAN") or "Seq Scan" in step], statement


async def test_own_dates_are_their_owners(database: Database) -> None:
    person, stranger = await arrive(database), await arrive(database, user="U2", team="T2", community="T2")
    async with database.write() as uow:
        dates = uow.own_dates
        late = await dates.add(person.id, "exam", "Step 2", LATER, "Asia/Karachi", whole_day=True, now=NOW)
        soon = await dates.add(person.id, "flight", "Home", NOW, "UTC", whole_day=False, now=NOW)
        assert await dates.of(person.id) == (soon, late)
        assert await dates.owned(person.id, late.id) == late
        assert await dates.owned(stranger.id, late.id) is None
        assert await dates.change(stranger.id, late.id, "x", NOW, "UTC", whole_day=True, now=NOW) is None
        assert await dates.remove(stranger.id, late.id) is None
        changed = there(await dates.change(person.id, late.id, "Step 3", NOW, "UTC", whole_day=False, now=LATER))
        assert (changed.words, changed.at, changed.kind) == ("Step 3", NOW, "exam")
        assert (changed.created_at, changed.changed_at) == (NOW, LATER)
        assert await dates.remove(person.id, late.id) == changed
        assert await dates.of(person.id) == (soon,)


async def test_a_living_message_has_one_place(database: Database) -> None:
    person = await arrive(database)
    async with database.write() as uow:
        place = (person.id, person.account, "list:7")
        assert await uow.living.get(*place) is None
        await uow.living.put(*place, "D1:1", NOW)
        await uow.living.put(*place, "D1:2", LATER)
        assert await uow.living.get(*place) == ("D1:2", LATER)
        assert await uow.living.get(person.id, person.account, "list:8") is None
        await uow.living.forget(*place)
        assert await uow.living.get(*place) is None
