"""A list is put away, looked up, brought back and started again, and nothing of it is lost."""

from __future__ import annotations

import pytest

from commands.actions import encode
from storage.checklists import Checklist
from storage.db import Database
from tests.chat import Chat

LETTERS = "Letters of recommendation"


@pytest.fixture
def database(paired: Database) -> Database:
    """Both databases, see `paired`."""
    return paired


async def kept(chat: Chat) -> tuple[tuple[Checklist, ...], tuple[Checklist, ...]]:
    """The living lists, and those that were put away."""
    person = await chat.known()
    assert person is not None
    async with chat.world.database.read() as uow:
        return await uow.checklists.of(person.id), await uow.checklists.archived(person.id)


async def with_letters(chat: Chat) -> Checklist:
    """The list of letters with its first step done and a note on it."""
    await chat.say("/checklist letters")
    person = await chat.known()
    assert person is not None
    ((mine,), _) = await kept(chat)
    async with chat.world.database.write() as uow:
        await uow.checklists.set_state(person.id, mine.steps[0].id, "done", chat.clock.now())
        await uow.checklists.set_note(person.id, mine.steps[0].id, "Dr. Ünal", chat.clock.now())
    return mine


async def managing(chat: Chat) -> None:
    """The card with what can be done with the only list."""
    await chat.say("/checklist export")
    assert chat.last.title == LETTERS


async def test_from_the_list_itself_one_gets_to_saving_and_putting_it_away(chat: Chat) -> None:
    await with_letters(chat)
    await chat.say("/checklist letters")
    await chat.press("More for this list")
    await chat.press("Save it, start again or put it away")
    await chat.press("Put this list away")
    assert chat.last.title == "Put away"


async def test_put_away_and_brought_back_with_all_that_was_done(chat: Chat) -> None:
    mine = await with_letters(chat)
    await managing(chat)
    await chat.press("Put this list away")
    assert chat.last.title == "Put away"
    await chat.again()
    assert chat.last.title == "Put away"
    await chat.act(encode("checklist.here", mine.id))
    assert chat.last.title == "I could not find that"
    await chat.say("/checklist archived")
    assert chat.last.says("1 of 16 done")
    assert chat.last.says("Put away Wed 23 September 2026")
    await chat.press("Bring back 1")
    assert chat.last.title.startswith(f"{LETTERS}: 1 of 16")
    await chat.again()
    ((back,), away) = await kept(chat)
    assert (back.id, away) == (mine.id, ())
    assert (back.steps[0].state, back.steps[0].note) == ("done", "Dr. Ünal")


async def test_starting_again_asks_first_and_keeps_the_old_one(chat: Chat) -> None:
    mine = await with_letters(chat)
    await managing(chat)
    await chat.press("Start this list again")
    assert chat.last.title == "Start this list again?"
    ((same,), _) = await kept(chat)
    assert same.id == mine.id
    await chat.press("No, keep this one")
    assert chat.last.title.startswith(LETTERS)
    await managing(chat)
    await chat.press("Start this list again")
    await chat.press("Yes, start it again")
    assert chat.last.title == f"{LETTERS}: 0 of 16 done"
    await chat.again()
    living, away = await kept(chat)
    assert len(living) == 1
    assert [each.id for each in away] == [mine.id]
    assert living[0].id != mine.id


async def test_a_newer_list_of_the_kind_is_put_away_only_when_asked(chat: Chat) -> None:
    mine = await with_letters(chat)
    await chat.act(encode("checklist.again", mine.id))
    ((newer,), _) = await kept(chat)
    await chat.say("/checklist archived")
    await chat.press("Bring back 1")
    assert chat.last.title == "Which of the two do you want?"
    await chat.press("Keep the newer list")
    assert (await kept(chat))[0][0].id == newer.id
    await chat.say("/checklist archived")
    await chat.press("Bring back 1")
    await chat.press("Bring the old list back in its place")
    await chat.again()
    ((back,), (away,)) = await kept(chat)
    assert (back.id, away.id) == (mine.id, newer.id)


async def test_many_lists_put_away_have_pages_and_none_says_so(chat: Chat) -> None:
    await chat.say("/checklist archived")
    assert chat.last.says("You have put no list away")
    mine = await with_letters(chat)
    for _ in range(9):
        await chat.act(encode("checklist.again", mine.id))
        ((mine,), _) = await kept(chat)
        chat.clock.forward(days=1)
    await chat.say("/checklist archived")
    assert len([label for label in chat.messages[-1].labels if label.startswith("Bring back")]) == 8
    await chat.press("On to page 2")
    await chat.press("Bring back 9")
    assert chat.last.title == "Which of the two do you want?"


async def test_a_list_put_away_is_as_absent_for_a_stranger_as_an_unknown_one(chat: Chat) -> None:
    mine = await with_letters(chat)
    await chat.act(encode("checklist.archive", mine.id))
    other = chat.person("b")
    await other.say("hi")
    for verb, *more in (
        ("checklist.archive",), ("checklist.revive", True), ("checklist.again",), ("checklist.ask_again",),
        ("checklist.more",), ("checklist.export", "json"),
    ):  # fmt: skip
        await other.act(encode(str(verb), mine.id, *more))
        refused = other.card
        assert other.last.title == "I could not find that"
        await other.act(encode(str(verb), 999_999, *more))
        assert other.card == refused
    assert [each.id for each in (await kept(chat))[1]] == [mine.id]
    await other.say("/checklist archived")
    assert other.last.says("You have put no list away")
