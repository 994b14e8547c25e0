"""A list that was exported and is brought back is the same list: states, words in every script, lines and ties."""

from __future__ import annotations

import asyncio
import json
from datetime import date, timedelta
from functools import cache

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commands.checklist.formats.export import json_file
from commands.checklist.formats.importing import FORMAT, ImportedList, parse
from commands.checklist.lists import restore
from commands.checklist.model.due import standpoint
from commands.checklist.model.state import View, view
from content.catalog import Catalog
from content.loader import load_pack
from content.paths import CORE_PACK
from content.plans import Change
from storage.checklists import Settable
from storage.db import Database, Uow
from storage.people import Person
from tests.databases import make_database
from tests.storage.people import NOW, arrive

LATER = NOW + timedelta(days=30)


@cache
def catalog() -> Catalog:
    return load_pack(CORE_PACK)


async def seen(uow: Uow, person: Person, list_id: int) -> View:
    mine = await uow.checklists.owned(person.id, list_id)
    assert mine is not None
    here = standpoint(person, catalog(), (), NOW)
    lines = await uow.checklists.lines_of(person.id, [list_id])
    return view(catalog().checklists[mine.template], mine, lines, here)


async def started(uow: Uow, person: Person, template_id: str = "strategy") -> View:
    template = catalog().checklists[template_id]
    ids = [step.id for step in template.steps]
    mine = await uow.checklists.start(person.id, template.id, template.version, ids, NOW)
    return await seen(uow, person, mine.id)


async def brought_back(uow: Uow, person: Person, data: bytes) -> View:
    found = parse(data, catalog().checklists)
    assert isinstance(found, ImportedList)
    template = catalog().checklists[found.template]
    return await seen(uow, person, (await restore(uow, person.id, found, template, LATER)).id)


async def fill(uow: Uow, person: Person) -> View:
    """A list with something of everything."""
    mine, lists = await started(uow, person), uow.checklists
    first, second, third, fourth = (item.row.id for item in mine.items[:4])
    await lists.set_state(person.id, first, "done", NOW + timedelta(days=1, microseconds=7))
    await lists.set_state(person.id, second, "skipped", NOW, reason="Später: 見")
    await lists.set_state(person.id, third, "notforme", NOW)
    await lists.set_note(person.id, fourth, "Ask Dr. Ω\nagain", NOW)
    await lists.set_due(person.id, fourth, date(2027, 1, 9), NOW)
    await lists.add_own(person.id, mine.id, "Mine", NOW, date(2027, 2, 3))
    moved = await lists.add_own(person.id, mine.id, "رسالة", NOW)
    assert moved is not None
    await lists.move(person.id, moved.id, -5, NOW)
    gap = await lists.add_line(person.id, mine.id, "concerns", "The gap", "noted", NOW)
    late = await lists.add_line(person.id, mine.id, "concerns", "Late pass", "noted", NOW + timedelta(days=2))
    calm = await lists.add_line(person.id, mine.id, "strengths", "Calm", "noted", NOW)
    assert gap is not None
    assert late is not None
    assert calm is not None
    await lists.pair(person.id, late.id, calm.id, NOW)
    await lists.add_plans(person.id, mine.id, {gap.id: "Plan for: The gap"}, NOW)
    return await seen(uow, person, mine.id)


def told(mine: View) -> list[object]:
    """All that a person sees of it, without the rows' numbers."""
    words = {line.id: line.words for line in mine.all_lines}
    return [
        [
            (item.number, item.title, item.section, item.open, item.done, item.row.state, item.row.reason,
             item.row.note, item.row.due_on, item.due, item.late, item.waits_for)
            for item in (*mine.items, *mine.retired)
        ],
        [
            (line.track, line.words, line.state, line.created_at, line.changed_at, words.get(line.pair_id or 0))
            for line in mine.all_lines
        ],
        [(item.title, item.tracked.counted, len(item.tracked.unpaired)) for item in mine.items if item.tracked],
    ]  # fmt: skip


async def test_a_list_comes_back_as_it_was(database: Database) -> None:
    person = await arrive(database)
    async with database.write() as uow:
        old = await fill(uow, person)
        new = await brought_back(uow, person, json_file(old))
        assert new.id != old.id
        assert told(new) == told(old)
        assert json_file(new) == json_file(old)
        assert [mine.id for mine in await uow.checklists.of(person.id)] == [new.id]
        put_away = await uow.checklists.owned(person.id, old.id)
        assert put_away is not None
        assert put_away.archived_at == LATER
        assert await uow.checklists.newest_act(person.id, new.id) is None


async def test_somebody_elses_list_is_not_touched(database: Database) -> None:
    ada, bob = await arrive(database, "A"), await arrive(database, "B")
    async with database.write() as uow:
        hers, his = await fill(uow, ada), await started(uow, bob)
        new = await brought_back(uow, bob, json_file(hers))
        assert told(new) == told(hers)
        assert told(await seen(uow, ada, hers.id)) == told(hers)
        assert [mine.id for mine in await uow.checklists.of(ada.id)] == [hers.id]
        assert new.id not in (hers.id, his.id)


async def test_it_works_without_a_list_that_is_there(database: Database) -> None:
    person = await arrive(database)
    data = b'{"format":"matchmentor-checklist-1","template":"letters","version":1,"started":"2026-05-01T08:00:00Z"}'
    async with database.write() as uow:
        new = await brought_back(uow, person, data)
        assert len(new.items) == len(catalog().checklists["letters"].steps)
        assert all(item.row.state == "todo" for item in new.items)


async def test_a_list_of_an_older_version_is_brought_up_to_date(database: Database) -> None:
    person = await arrive(database)
    known = catalog().checklists["strategy"]
    first, second = known.steps[0].id, known.steps[1].id
    change = Change(version=known.version + 1, renamed={"as-it-was-called": first})
    template = known.model_copy(update={"version": change.version, "changes": (change,)})
    step = {"step": "as-it-was-called", "state": "done", "changed": NOW.isoformat()}
    head = {"format": FORMAT, "template": "strategy", "version": known.version, "started": NOW.isoformat()}
    found = parse(json.dumps(head | {"steps": [step]}), {"strategy": template})
    assert isinstance(found, ImportedList)
    async with database.write() as uow:
        mine = await restore(uow, person.id, found, template, LATER)
        assert mine.version == template.version
        states = {row.step: row.state for row in mine.steps}
        assert (states[first], states[second]) == ("done", "todo")
        assert states.keys() == {step.id for step in template.steps}


async def test_the_same_file_twice_gives_the_same_list(database: Database) -> None:
    person = await arrive(database)
    async with database.write() as uow:
        data = json_file(await fill(uow, person))
        assert json_file(await brought_back(uow, person, data)) == data
        assert json_file(await brought_back(uow, person, data)) == data
        assert len(await uow.checklists.of(person.id)) == 1


words = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=60)
states: st.SearchStrategy[Settable] = st.sampled_from(["todo", "done", "skipped", "notforme"])
acts = st.lists(st.tuples(st.integers(0, 11), states, st.none() | words, st.none() | words), max_size=8)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(acts, st.lists(words, max_size=4), st.lists(st.tuples(words, st.booleans()), max_size=5))
def test_whatever_somebody_did_comes_back(
    done: list[tuple[int, Settable, str | None, str | None]], own: list[str], lines: list[tuple[str, bool]]
) -> None:
    async def there_and_back() -> None:
        async with make_database("sqlite") as database:
            person = await arrive(database)
            async with database.write() as uow:
                mine = await started(uow, person)
                for index, state, reason, note in done:
                    await uow.checklists.set_state(person.id, mine.items[index].row.id, state, NOW, reason)
                    await uow.checklists.set_note(person.id, mine.items[index].row.id, note, NOW)
                for title in own:
                    await uow.checklists.add_own(person.id, mine.id, title, NOW)
                for text, concern in lines:
                    track = "concerns" if concern else "strengths"
                    await uow.checklists.add_line(person.id, mine.id, track, text, "noted", NOW)
                old = await seen(uow, person, mine.id)
                assert told(await brought_back(uow, person, json_file(old))) == told(old)

    asyncio.run(there_and_back())
