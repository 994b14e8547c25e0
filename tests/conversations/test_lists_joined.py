"""A person tells something else of themselves: which steps join their lists and which leave, said once."""

from __future__ import annotations

import pytest

from storage.db import Database
from storage.profiles import About
from tests.chat import Chat


@pytest.fixture
def database(paired: Database) -> Database:
    """Both databases, see `paired`."""
    return paired


async def with_list(chat: Chat, template: str, about: About) -> None:
    """Somebody who told this and then started the list."""
    await chat.say("hi")
    person = await chat.known()
    assert person is not None
    async with chat.world.database.write() as uow:
        await uow.profiles.save(person.id, about)
    await chat.say(f"/checklist {template}")


async def tell(chat: Chat, **values: str) -> None:
    """Send the form about exams and visa."""
    await chat.say("/profile")
    await chat.press("Exams and visa")
    await chat.submit(values)


async def test_what_leaves_and_what_joins_is_named(chat: Chat) -> None:
    await with_list(chat, "visa", About(visa="j1"))
    before = chat.direct.last.title
    await tell(chat, visa="h1b")
    assert chat.last.title == "I have kept that"
    assert chat.last.says("joined your checklists: ")
    assert chat.last.says("left your checklists; what you wrote there is kept: ")
    await tell(chat, visa="h1b")
    assert not chat.last.says("your checklists")
    await tell(chat, visa="j1")
    await chat.say("/checklist")
    assert chat.direct.messages[0].title == before or any(m.title == before for m in chat.direct.messages)


async def test_the_message_that_shows_the_list_follows(chat: Chat) -> None:
    await with_list(chat, "visa", About(visa="j1"))
    message = chat.direct.last
    await tell(chat, visa="h1b")
    shown = message.card
    await chat.settle()
    assert message.card != shown
    assert message.title.startswith("Visa paperwork after the match")


async def test_without_a_list_nothing_is_said(chat: Chat) -> None:
    await chat.say("hi")
    await tell(chat, visa="h1b")
    assert chat.last.title == "I have kept that"
    assert not chat.last.says("checklists: ")


async def test_a_step_that_was_done_stays(chat: Chat) -> None:
    await with_list(chat, "visa", About(visa="j1"))
    person = await chat.known()
    assert person is not None
    async with chat.world.database.write() as uow:
        (mine,) = await uow.checklists.of(person.id)
        for row in mine.steps:
            await uow.checklists.set_state(person.id, row.id, "done", chat.clock.now())
    await tell(chat, visa="h1b")
    assert not chat.last.says("left your checklists")
