"""The lines behind a step: letter writers from asked to assigned, concerns and the strengths that answer them."""

from __future__ import annotations

import pytest

from commands.actions import encode
from storage.db import Database
from tests.chat import Chat


@pytest.fixture
def database(paired: Database) -> Database:
    """Both databases, see `paired`."""
    return paired


async def opened(chat: Chat, template: str, step: str) -> int:
    """The step with its lines; its row id."""
    await chat.act(encode("checklist.start", template))
    person = await chat.known()
    assert person is not None
    async with chat.world.database.read() as uow:
        lists = {mine.template: mine for mine in await uow.checklists.of(person.id)}
    row = next(row for row in lists[template].steps if row.step == step)
    await chat.act(encode("checklist.step", row.id), source=chat.direct.last)
    return row.id


async def line(chat: Chat, words: str) -> None:
    """One more line of the step that is open."""
    await chat.press("Add: ")
    await chat.submit({"words": words})


async def test_a_line_goes_from_state_to_state_until_the_step_is_done_by_itself(chat: Chat) -> None:
    await opened(chat, "letters", "ask-writers")
    assert chat.last.says("0 of 3 needed are at “Agreed to write” or further")
    for words in ("Dr. *A* & <B>", "الدكتورة سلمى", "Prof. 👩🏽‍⚕️"):
        await line(chat, words)
        assert chat.last.says(f"Added: {words}")
    for number in (1, 2, 3):
        await chat.press(f"Open line {number}")
        await chat.press("Mark as: Agreed to write")
        await chat.again()
    assert chat.last.says("Done by its lines (3 of 3)")
    await chat.press("Back to the list")
    assert chat.last.says("Done by its lines")
    await chat.press("Undo: line moved on (Prof. 👩🏽‍⚕️)")
    assert chat.last.says("2 of 3 so far")


async def test_a_line_that_does_not_move_is_pointed_out(chat: Chat) -> None:
    row = await opened(chat, "letters", "letters-assigned")
    await line(chat, "Dr. A")
    await chat.press("Open line 1")
    await chat.press("Mark as: Uploaded")
    assert not chat.last.says("may be stuck")
    chat.clock.forward(days=4)
    await chat.act(encode("checklist.step", row), source=chat.direct.last)
    assert chat.last.says("1 may be stuck")
    assert chat.last.says("uploaded but not yet assigned")
    await chat.press("Back to the list")
    assert chat.last.says("0 of 3 so far, 1 may be stuck"), "it is seen without opening the step"
    await chat.act(encode("checklist.step", row), source=chat.direct.last)
    await chat.press("Open line 1")
    assert chat.last.says("This may be stuck")


async def test_a_line_is_changed_removed_and_brought_back(chat: Chat) -> None:
    await opened(chat, "letters", "ask-writers")
    await line(chat, "Dr. A")
    await chat.press("Open line 1")
    await chat.press("Change these words")
    assert chat.last.says("Dr. A"), "the form starts from what was kept"
    await chat.submit({"words": "Dr. Adeyemi"})
    assert chat.last.says("Dr. Adeyemi")
    await chat.press("Remove this line")
    assert chat.last.says("No letter writer is written down yet")
    await chat.press("Back to the list")
    await chat.press("Undo: line removed")
    assert chat.last.says("0 of 3 so far")


async def test_words_that_do_not_fit_come_back_whole(chat: Chat) -> None:
    await opened(chat, "letters", "ask-writers")
    await chat.press("Add: ")
    await chat.submit({"words": "&" * 120})
    assert chat.last.says("too many of the signs")
    if chat.window is None:
        await chat.press("Edit again")
    assert chat.window is not None
    assert chat.window.form.fields[0].value == "&" * 120


async def test_many_lines_are_paged(chat: Chat) -> None:
    await opened(chat, "letters", "ask-writers")
    for number in range(8):
        await line(chat, f"Writer {number}")
    await chat.press("Show all 8 lines")
    assert "Open line 6" in chat.direct.last.labels
    await chat.press("Show later lines")
    await chat.press("Open line 8")
    assert chat.last.says("Writer 7")


async def test_concerns_are_paired_with_strengths_and_the_rest_becomes_steps(chat: Chat) -> None:
    await opened(chat, "strategy", "strengths-list")
    await line(chat, "Two years of research")
    await opened(chat, "strategy", "flag-strength-pairs")
    await line(chat, "A gap of three years")
    await line(chat, "Step 1 on the second try")
    assert chat.last.says("0 of 2 have a pair or a plan")
    assert chat.last.says("no pair yet")
    await chat.press("Open line 1")
    assert chat.last.says("Nothing yet")
    await chat.choose("1. Two years of research")
    assert chat.last.says("Answered by: Two years of research")
    await chat.press("Take the pair away")
    assert chat.last.says("Nothing yet")
    await chat.choose("1. Two years of research")
    await chat.press("Back to the step")
    await chat.press("Make steps of what has no pair")
    await chat.again()
    assert chat.last.says("Done by its lines (2 of 2)")
    await chat.press("Back to the list")
    for _ in range(2):
        if "Show later steps" in chat.direct.last.labels:
            await chat.press("Show later steps")
    assert chat.last.says("Plan for: Step 1 on the second try")


async def test_without_a_strength_the_line_leads_to_adding_one(chat: Chat) -> None:
    await opened(chat, "strategy", "flag-strength-pairs")
    await line(chat, "A gap of three years")
    await chat.press("Open line 1")
    assert chat.last.says("No strength is written down yet")
    await chat.press("Add: strength")
    await chat.submit({"words": "Calm at night"})
    assert chat.last.says("Added: Calm at night")


async def test_a_line_of_another_step_or_person_or_state_is_refused(chat: Chat) -> None:
    row = await opened(chat, "letters", "ask-writers")
    await line(chat, "Dr. A")
    await chat.press("Open line 1")
    number = chat.sent[-1].name.split(":")[-1]
    for bad in (f"m1:checklist.line:{number}:9999", encode("checklist.mark", row, int(number, 36), "nonsense")):
        await chat.act(bad)
        assert chat.last.says("Nothing was changed")
    other = chat.person("b")
    await other.say("/checklist")
    await other.act(encode("checklist.mark", row, int(number, 36), "agreed"))
    assert other.last.says("I could not find that")
