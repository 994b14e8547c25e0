"""What can go wrong with a list while its buttons are pressed: always an answer, never a bare failure."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from commands.actions import encode
from commands.markup import cost, escape
from commands.words import cut, fitted
from content.catalog import Catalog, CatalogHolder
from tests.chat import Chat, core_catalog

FIRST = "List every concern in your file"
FAMILY = "👨‍👩‍👧‍👦"


async def test_a_list_whose_template_is_gone_is_refused_kindly_and_the_others_work(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    await chat.act(encode("checklist.start", "letters"))
    letters = chat.direct.last
    await chat.act(encode("checklist.start", "strategy"))
    whole = core_catalog()
    left = {key: template for key, template in whole.checklists.items() if key != "letters"}
    fewer: Catalog = replace(whole, checklists=left)
    monkeypatch.setattr(chat.world.boundary, "holder", CatalogHolder(lambda: fewer))
    for label in ("Open step 1", "Show my progress"):
        action = next(button.action for button in letters.card.buttons() if button.label == label)  # type: ignore[union-attr]
        await chat.act(action, source=None)
        assert chat.last.says("no longer in the collection")
    await chat.act(encode("checklist.start", "letters"))
    assert chat.last.says("no checklist of that name")
    await chat.act(encode("checklist.open"))
    assert any(message.title.startswith("Application strategy") for message in chat.direct.messages)


async def test_a_list_that_was_put_away_answers_its_old_buttons(chat: Chat) -> None:
    await chat.say("/checklist")
    await chat.press("Open step 1")
    person = await chat.known()
    assert person is not None
    async with chat.world.database.write() as uow:
        (mine,) = await uow.checklists.of(person.id)
        await uow.checklists.archive(person.id, mine.id, chat.clock.now())
    for label in (f"Done: {FIRST}", "Back to the list", "Write a note on this step", "Move this step"):
        await chat.press(label)
        assert chat.last.says("Send /checklist to see your lists")
    await chat.say("/checklist")
    assert chat.direct.last.title == "Application strategy: 0 of 16 done"


async def test_the_same_press_from_two_devices_at_once_is_one_change(chat: Chat) -> None:
    await chat.say("/checklist")
    await chat.press("Open step 1")
    await chat.press(f"Done: {FIRST}")
    pressed = chat.sent[-1]
    outcomes = await asyncio.gather(
        *(chat.world.boundary.run(replace(pressed, delivery=f"device-{number}")) for number in range(4))
    )
    assert all(outcome is not None for outcome in outcomes)
    await chat.press("Undo: marked as done (step 1)")
    assert not any(label.startswith("Undo") for label in chat.direct.last.labels), "four presses were one change"


async def test_a_form_that_is_delivered_twice_adds_one_step(chat: Chat) -> None:
    await chat.say("/checklist")
    await chat.press("More for this list")
    await chat.press("Add a step of my own")
    await chat.submit({"title": "Call Dr. A"})
    await chat.replay()
    assert chat.last.title == "Application strategy: 0 of 17 done"
    person = await chat.known()
    assert person is not None
    async with chat.world.database.read() as uow:
        (mine,) = await uow.checklists.of(person.id)
    assert len(mine.steps) == 17


async def test_an_own_step_that_is_gone_answers_its_old_buttons(chat: Chat) -> None:
    await chat.say("/checklist")
    await chat.press("More for this list")
    await chat.press("Add a step of my own")
    await chat.submit({"title": "Call Dr. A"})
    await chat.press("Open step 17")
    await chat.press("Move, change or remove this step")
    await chat.press("Remove this step")
    await chat.again()
    assert chat.last.says("not there any more")


async def test_words_from_a_file_that_are_too_long_for_a_message_are_shown_in_brief(chat: Chat) -> None:
    await chat.say("/checklist")
    person = await chat.known()
    assert person is not None
    long = (FAMILY + "&<>") * 300
    async with chat.world.database.write() as uow:
        (mine,) = await uow.checklists.of(person.id)
        rows = [await uow.checklists.add_own(person.id, mine.id, long, chat.clock.now()) for _ in range(8)]
        for row in rows:
            assert row is not None
            await uow.checklists.set_note(person.id, row.id, long, chat.clock.now())
            await uow.checklists.set_state(person.id, row.id, "skipped", chat.clock.now(), long)
    await chat.act(encode("checklist.page", mine.id, 2), source=chat.direct.last)
    await chat.press("Open step 17")
    assert chat.last.says("The whole text stands in its form")
    await chat.press("Write a note on this step")
    assert chat.window is not None
    assert chat.window.form.fields[0].value == long


@pytest.mark.parametrize("cluster", [FAMILY, "🇵🇰", "e\u0301\u0323", "👍🏽", "क्षि", "س"])
@pytest.mark.parametrize("most", [10, 31, 70])
def test_words_are_cut_between_whole_characters(cluster: str, most: int) -> None:
    shorter = cut(cluster * 80, most)
    assert len(shorter) <= most
    assert shorter.removesuffix("…") == cluster * shorter.count(cluster)
    assert cost(escape(fitted("&*" + cluster * 80, most))) <= most or fitted(cluster * 80, most) == "…"
