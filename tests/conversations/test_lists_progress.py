"""How far a person is: the season as a picture and in words, and one list in its parts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from commands.actions import encode
from commands.checklist.drawing import picture
from commands.ui import Card, Picture
from storage.db import Database
from tests.chat import Chat, core_catalog

LETTERS = "Letters of recommendation"


@pytest.fixture
def database(paired: Database) -> Database:
    """Both databases, see `paired`."""
    return paired


def pictures(card: Card) -> list[Picture]:
    """The pictures in a card."""
    return [block for block in card.blocks if isinstance(block, Picture)]


async def with_lists(chat: Chat, *templates: str) -> Chat:
    """Somebody who has started these lists."""
    for template in templates:
        await chat.say(f"/checklist {template}")
    return chat


async def test_the_picture_stands_beside_the_same_in_words(chat: Chat) -> None:
    await with_lists(chat, "letters", "usce")
    await chat.say("/checklist progress")
    (drawn,) = pictures(chat.card)
    assert drawn.image.startswith(b"\x89PNG")
    words = chat.card.plain().replace(drawn.alt, "")
    for said in ("0 of 32 steps are done", "Ahead", f"{LETTERS}\n", "0 of 16 done", "Ahead\n• Wed 23 September 2026: "):
        assert said in words, said
    assert "0 of 32 steps are done" in drawn.alt
    await chat.press(f"Open: {LETTERS}")
    assert chat.last.title.startswith(LETTERS)


async def test_it_is_dark_or_light_by_one_press(chat: Chat) -> None:
    await with_lists(chat, "letters")
    await chat.say("/checklist progress")
    (light,) = pictures(chat.card)
    await chat.press("Dark picture")
    (dark,) = pictures(chat.card)
    assert dark.image != light.image
    assert dark.alt == light.alt
    await chat.press("Light picture")
    assert pictures(chat.card) == [light]


async def test_nothing_is_drawn_while_a_transaction_writes(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    await with_lists(chat, "letters")
    writing: list[bool] = []
    database, drawn = chat.world.database, picture._drawn

    def watched(progress: picture.Progress, dark: bool) -> bytes:
        writing.append(database is not chat.world.database)
        return drawn(progress, dark)

    monkeypatch.setattr(picture, "_drawn", watched)
    await chat.say("/matchmentor checklist progress")
    assert writing == []
    assert pictures(chat.card) == []
    assert chat.last.says("0 of 16 steps are done")
    await chat.press("Draw it as a picture")
    assert len(writing) == 1
    assert len(pictures(chat.card)) == 1


async def test_the_persons_own_day_is_told_as_theirs(chat: Chat) -> None:
    await with_lists(chat, "letters")
    person = await chat.known()
    assert person is not None
    now, words = chat.clock.now(), "اختبار <@U1> *Step 2* & " * 40
    async with chat.world.database.write() as uow:
        for day in range(1, 10):
            at = now + timedelta(days=day)
            await uow.own_dates.add(person.id, "exam", words, at, "UTC", whole_day=True, now=now)
    await chat.say("/checklist progress")
    assert chat.last.says("Thu 24 September 2026: اختبار <@U1>")


async def test_all_lists_of_the_pack_fit_and_the_rest_is_named(chat: Chat) -> None:
    every = tuple(core_catalog().checklists)
    await with_lists(chat, *every)
    await chat.say("/checklist progress")
    assert chat.last.says(f"And {len(every) - 8} more: see all lists.")
    assert len([label for label in chat.messages[-1].labels if label.startswith("Open: ")]) == 8


@pytest.mark.parametrize("template", tuple(core_catalog().checklists))
async def test_one_list_is_told_in_its_parts(chat: Chat, template: str) -> None:
    await with_lists(chat, template)
    person = await chat.known()
    assert person is not None
    async with chat.world.database.write() as uow:
        (mine,) = await uow.checklists.of(person.id)
        await uow.checklists.set_state(person.id, mine.steps[0].id, "done", chat.clock.now())
        await uow.checklists.add_own(person.id, mine.id, "Ask the dean", chat.clock.now())
    await chat.act(encode("checklist.progress", mine.id))
    assert chat.last.says("1 of ")
    assert chat.last.says("Your own steps: 0 of 1 closed")
    await chat.press("Show all my lists in one picture")
    assert len(pictures(chat.card)) == 1
