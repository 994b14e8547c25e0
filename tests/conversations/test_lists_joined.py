"""A person tells something else of themselves: which steps join their lists and which leave, said once."""

from __future__ import annotations

import pytest

from commands.actions import encode
from commands.ui import Text
from storage.db import Database
from storage.profiles import About
from tests.chat import Chat

ALL_BUT_VISA = About("internal-medicine", 2015, "graduate", in_us=False, attempts=2)


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


async def test_who_fits_a_page_is_told_first_what_their_lists_lost(chat: Chat) -> None:
    await with_list(chat, "visa", ALL_BUT_VISA)
    await chat.say("/redflag visa-need")
    page = chat.card
    await chat.press("Fit this page to me")
    await chat.submit({"visa": "h1b"})
    assert chat.card.title == page.title, "the page follows"
    first = chat.card.blocks[0]
    assert isinstance(first, Text)
    assert "left your checklists; what you wrote there is kept: " in first.md
    await chat.press("How to explain it")
    assert not chat.last.says("left your checklists"), "once"


async def test_a_page_without_room_for_it_waits_behind_a_button(chat: Chat) -> None:
    await with_list(chat, "visa", ALL_BUT_VISA)
    await chat.say("/redflag visa-need")
    await chat.press("Facts and sources")
    page = chat.card
    await chat.press("Fit this page to me")
    await chat.submit({"visa": "h1b"})
    assert chat.last.title == "I have kept that"
    assert chat.last.says("left your checklists; what you wrote there is kept: ")
    await chat.press("Go on to where you were")
    assert chat.card.title == page.title


async def test_who_moves_on_the_way_to_something_is_told_what_moved_along(chat: Chat) -> None:
    await chat.say("hi")
    await chat.act(encode("profile.zone", "Asia~Karachi", "nudges.on+usce"))
    await chat.act(encode("profile.zone", "America~New_York", "nudges.show"))
    assert chat.last.says("Moved to your new time zone: 1 kind of nudge.")
    assert chat.last.says("New York time")
