"""The collection is brought up to date while a person is half-way through a list: nothing that they did is lost."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from commands.actions import encode
from commands.outcomes import Direct
from commands.ui import Select
from content.catalog import Catalog, CatalogHolder
from content.plans import Change, ChecklistStep
from content.plans import Checklist as Template
from storage.checklists import Checklist
from storage.db import Database
from tests.chat import Chat, core_catalog
from tests.conversations.test_nudges_over_time import sent_nudge

NOTE = "Asked Dr. Ünal & <@U1>"
LIST = "Application strategy"
RENAMED, REMOVED, SPLIT, *OTHERS = (step.id for step in core_catalog().checklists["strategy"].steps)
GONE = REMOVED.replace("-", " ").capitalize()


@pytest.fixture
def database(paired: Database) -> Database:
    """Both databases, see `paired`."""
    return paired


def of_tomorrow() -> Catalog:
    """The collection with a newer strategy list: a step added, one removed, one renamed, one split."""
    core = core_catalog()
    old = core.checklists["strategy"]
    steps = {step.id: step for step in old.steps}
    newer = old.model_copy(
        update={
            "version": old.version + 1,
            "steps": (
                _step(steps[RENAMED], "renamed-step", steps[RENAMED].title),
                _step(steps[SPLIT], "part-one", "The first part of two"),
                _step(steps[SPLIT], "part-two", "The second part of two"),
                *(_step(steps[each], each, steps[each].title) for each in OTHERS),
                _step(steps[OTHERS[0]], "added-step", "A step that is new"),
            ),
            "changes": (
                *old.changes,
                Change(
                    version=old.version + 1,
                    renamed={RENAMED: "renamed-step"},
                    split={SPLIT: ("part-one", "part-two")},
                    removed=(REMOVED,),
                ),
            ),
        }
    )
    return _with(core, newer)


def _step(like: ChecklistStep, name: str, title: str) -> ChecklistStep:
    alone = {"needs": (), "due": None, "late": None, "track": None}
    return like.model_copy(update={"id": name, "title": title, **alone})


def _with(core: Catalog, newer: Template) -> Catalog:
    return replace(core, checklists={**core.checklists, newer.id: newer})


def reload(chat: Chat, catalog: Catalog) -> None:
    """From now on this collection is served."""
    chat.world.boundary.holder = chat.world.turns.holder = CatalogHolder(lambda: catalog)


async def half_done(chat: Chat) -> Checklist:
    """The strategy list with three steps done, and a note on the one that will be removed."""
    await chat.say("/checklist strategy")
    person = await chat.known()
    assert person is not None
    async with chat.world.database.write() as uow:
        (mine,) = await uow.checklists.of(person.id)
        rows = {row.step: row.id for row in mine.steps}
        for each in (RENAMED, REMOVED, SPLIT):
            await uow.checklists.set_state(person.id, rows[each], "done", chat.clock.now())
        await uow.checklists.set_note(person.id, rows[REMOVED], NOTE, chat.clock.now())
    return mine


async def states(chat: Chat) -> dict[str, str]:
    """The state of each step of the one living list, as it is stored."""
    person = await chat.known()
    assert person is not None
    async with chat.world.database.read() as uow:
        (mine,) = await uow.checklists.of(person.id)
    return {row.step: row.state for row in mine.steps}


async def go(chat: Chat, way: str, mine: Checklist) -> None:
    """Come to the list as a person would."""
    match way:
        case "command":
            await chat.say("/checklist strategy")
        case "only list":
            await chat.say("/checklist")
        case "menu":
            await chat.say("/checklist lists")
            await chat.press(f"Open: {LIST}")
        case "what is next":
            await chat.say("/checklist next")
            await chat.press(chat.messages[-1].labels[0])
        case _:
            await chat.press("Show later steps")


@pytest.mark.parametrize("way", ["command", "only list", "menu", "what is next", "a button of before"])
async def test_a_half_done_list_follows_the_collection_however_it_is_opened(chat: Chat, way: str) -> None:
    mine = await half_done(chat)
    before = await states(chat)
    reload(chat, of_tomorrow())
    await go(chat, way, mine)
    now = await states(chat)
    assert {name: now[name] for name in ("renamed-step", "part-one", "part-two", "added-step")} == {
        "renamed-step": "done", "part-one": "done", "part-two": "done", "added-step": "todo",
    }  # fmt: skip
    assert now.keys() - before.keys() == {"renamed-step", "part-one", "part-two", "added-step"}
    await chat.act(encode("checklist.here", mine.id))
    assert chat.last.title == f"{LIST}: 3 of 17 done"
    await chat.press("Show later steps")
    await chat.press("Show later steps")
    assert chat.last.says("A step that is new")


async def test_what_was_written_on_a_step_that_is_gone_can_be_read(chat: Chat) -> None:
    await half_done(chat)
    reload(chat, of_tomorrow())
    await chat.say("/checklist strategy")
    await chat.press("More for this list")
    assert chat.last.says("No longer on this list: 1")
    assert chat.last.says(f"{GONE} (done)")
    assert not chat.last.says("Change what I told about me")
    (menu,) = [block for block in chat.card.blocks if isinstance(block, Select)]
    await chat.choose(menu.options[0].label)
    assert chat.last.title == GONE
    assert chat.last.says(NOTE)
    assert chat.last.says("This list no longer has the step; what you did is kept")
    await chat.press("Back to the list")
    assert chat.last.title == f"{LIST}: 3 of 17 done"


async def test_what_was_done_on_it_is_in_every_file_and_comes_back(chat: Chat) -> None:
    mine = await half_done(chat)
    reload(chat, of_tomorrow())
    texts = {}
    for kind in ("md", "csv", "json"):
        outcome = await chat.act(encode("checklist.export", mine.id, kind))
        assert isinstance(outcome, Direct)
        texts[kind] = outcome.card.files[0].data.decode("utf-8-sig")
    assert f"- [x] {GONE}\n  - Note: Asked Dr" in texts["md"]
    rows = {row[2]: row for row in csv.reader(io.StringIO(texts["csv"]))}
    assert (rows[GONE][3], rows[GONE][6]) == ("Done", NOTE)
    other = chat.person("b")
    await other.say("/checklist import")
    await other.press("Choose the file")
    await other.submit({"file": texts["json"]})
    assert other.last.title == "Your list is back"
    assert (await states(other))[REMOVED] == "done"


async def test_a_list_that_was_put_away_follows_when_it_is_brought_back(chat: Chat) -> None:
    mine = await half_done(chat)
    await chat.act(encode("checklist.archive", mine.id))
    reload(chat, of_tomorrow())
    await chat.say("/checklist archived")
    await chat.press("Bring back 1")
    assert chat.last.title == f"{LIST}: 3 of 17 done"
    assert (await states(chat))["added-step"] == "todo"


async def test_a_nudge_marks_its_step_under_its_new_name(chat: Chat) -> None:
    core = core_catalog()
    old, kind = core.checklists["usce"], core.nudges["usce"]
    await chat.say("/checklist usce")
    steps = tuple(_step(each, each.id.replace("kind-open", "kind-asked"), each.title) for each in old.steps)
    change = Change(version=old.version + 1, renamed={"kind-open": "kind-asked"})
    newer = old.model_copy(update={"version": old.version + 1, "steps": steps, "changes": (*old.changes, change)})
    texts = tuple(
        text.model_copy(update={"step": text.step and text.step.replace("kind-open", "kind-asked")})
        for text in kind.texts
    )
    nudges = {**core.nudges, "usce": kind.model_copy(update={"texts": texts})}
    reload(chat, replace(_with(core, newer), nudges=nudges))
    await sent_nudge(chat)
    await chat.press("I did it")
    assert chat.last.says("marked on your checklist too")
    assert (await states(chat))["kind-asked"] == "done"
    await chat.press("Not done yet: undo")
    assert (await states(chat))["kind-asked"] == "todo"
