"""A person works through the strategy list, over restarts, on two devices, and with a curious stranger beside."""

from __future__ import annotations

import asyncio

from commands.actions import encode
from commands.outcomes import Direct
from tests.chat import Chat

FIRST = "List every concern in your file"
SECOND = "List your strengths, each with a proof"


async def begun(chat: Chat) -> Chat:
    """A list that was just opened."""
    await chat.say("/checklist")
    return chat


async def states(chat: Chat) -> list[str]:
    """The state of every step, in order."""
    person = await chat.known()
    assert person is not None
    async with chat.world.database.read() as uow:
        (mine,) = await uow.checklists.of(person.id)
    return [step.state for step in mine.steps]


async def test_in_a_channel_the_list_goes_to_the_direct_messages(chat: Chat) -> None:
    chat.where = "channel"
    outcome = await chat.say("/checklist")
    assert isinstance(outcome, Direct)
    assert chat.direct.last.title == "Application strategy: 0 of 16 done"
    assert chat.last.says("in your direct messages")


async def test_a_step_tells_what_to_do_why_and_when_it_is_done(chat: Chat) -> None:
    await begun(chat)
    await chat.press("Open step 1")
    for heading in ("What to do", "Why", "You are done when", "Takes about"):
        assert chat.last.says(heading)
    await chat.press("Read the page behind this step")
    assert FIRST not in chat.last.title, "the page is shown beside the step"


async def test_done_moves_on_and_reopening_brings_it_back(chat: Chat) -> None:
    await begun(chat)
    await chat.press("Open step 1")
    await chat.press(f"Done: {FIRST}")
    assert chat.last.title == "Application strategy: 1 of 16 done"
    assert chat.last.says(f"Next: {SECOND}")
    await chat.press("Open step 1")
    await chat.press(f"Reopen: {FIRST}")
    assert chat.last.says("To do")
    assert set(await states(chat)) == {"todo"}


async def test_double_presses_and_replays_change_nothing_twice(chat: Chat) -> None:
    await begun(chat)
    await chat.press("Open step 1")
    await chat.press(f"Done: {FIRST}")
    await chat.again()
    await chat.replay()
    assert (await states(chat)).count("done") == 1


async def test_a_step_is_skipped_with_its_reason(chat: Chat) -> None:
    await begun(chat)
    await chat.press("Open step 1")
    await chat.press("Skip this step, with a reason")
    await chat.submit({"reason": "my mentor *did* this with me <!channel>"})
    assert chat.last.says("1 skipped")
    assert chat.last.says("Skipped (my mentor *did* this with me <!channel>)")


async def test_a_note_is_kept_as_it_was_typed_and_can_be_taken_away(chat: Chat) -> None:
    await begun(chat)
    await chat.press("Open step 1")
    await chat.press("Write a note on this step")
    await chat.submit({"note": "@everyone ask Dr. Ünal: **May 3**\n> quoted"})
    assert chat.last.says("@everyone ask Dr. Ünal: **May 3**\n> quoted")
    await chat.press("Write a note on this step")
    assert chat.last.says("Dr. Ünal"), "the form starts from what was kept"
    await chat.submit({"note": ""})
    assert not chat.last.says("Your note")


async def test_next_and_progress_by_command(chat: Chat) -> None:
    await begun(chat)
    await chat.say("/checklist next")
    assert chat.last.title.startswith("What's next")
    await chat.say("/checklist progress")
    assert chat.last.says("0 of 16")


async def test_an_unknown_word_names_the_nearest(chat: Chat) -> None:
    await chat.say("/checklist progres")
    assert chat.last.says("Did you mean `progress`") or chat.last.says("Did you mean progress")


async def test_the_second_page_has_the_other_half(chat: Chat) -> None:
    await begun(chat)
    await chat.press("Show later steps")
    assert chat.last.says("Part 5: Stay professional")
    await chat.press("Show earlier steps")
    assert chat.last.says("Part 1: Map flags and strengths")


async def test_buttons_work_after_months(chat: Chat) -> None:
    await begun(chat)
    chat.clock.forward(days=200)
    await chat.press("Open step 1")
    await chat.press(f"Done: {FIRST}")
    assert (await states(chat))[0] == "done"


async def test_a_stranger_is_refused_as_for_an_unknown_id(chat: Chat) -> None:
    await begun(chat)
    person = await chat.known()
    assert person is not None
    async with chat.world.database.read() as uow:
        (mine,) = await uow.checklists.of(person.id)
    other = chat.person("b")
    await other.say("/checklist")
    for verb, *args in (
        ("checklist.set", mine.steps[0].id, True),
        ("checklist.step", mine.steps[0].id),
        ("checklist.page", mine.id, 0),
        ("checklist.note", mine.steps[0].id),
    ):
        await other.act(encode(str(verb), *args))
        refused = other.card.plain()
        await other.act(encode(str(verb), 999_999, *args[1:]))
        assert other.card.plain() == refused
        assert other.last.says("I could not find that")
    assert set(await states(chat)) == {"todo"}


async def test_the_whole_list_from_first_to_last_step(chat: Chat) -> None:
    await begun(chat)
    for _ in range(16):
        await chat.press("Open my next step")
        await chat.press("Done:")
    assert chat.last.title == "Application strategy: 16 of 16 done"
    assert chat.last.says("Every step is closed")


async def test_fifty_presses_at_once_lose_nothing(chat: Chat) -> None:
    """Five people press ten buttons each, all at the same moment, on one file."""
    people = [chat.person(f"p{number}") for number in range(5)]
    rows = {person.name: await step_rows(person) for person in people}
    presses = [(person, row) for row in range(10) for person in people]
    await asyncio.gather(
        *(person.act(encode("checklist.set", rows[person.name][row], True)) for person, row in presses)
    )
    for person in people:
        assert await states(person) == ["done"] * 10 + ["todo"] * 6


async def test_a_list_is_put_away_at_the_same_time_as_its_button_is_pressed(chat: Chat) -> None:
    """Whichever comes first, each press is answered, and the list is whole when it comes back."""
    rows = await step_rows(chat)
    person = await chat.known()
    assert person is not None
    async with chat.world.database.read() as uow:
        (mine,) = await uow.checklists.of(person.id)
    await asyncio.gather(
        chat.act(encode("checklist.set", rows[0], True)), chat.act(encode("checklist.archive", mine.id))
    )
    titles = [message.title for message in chat.messages]
    assert "Put away" in titles
    assert "Something went wrong on my side" not in titles
    marked = "Application strategy: 1 of 16 done" in titles
    assert marked or "I could not find that" in titles
    await chat.act(encode("checklist.revive", mine.id, False))
    assert (await states(chat)).count("done") == marked


async def step_rows(chat: Chat) -> list[int]:
    """The ids of the steps of a list that was just started."""
    await begun(chat)
    person = await chat.known()
    assert person is not None
    async with chat.world.database.read() as uow:
        (mine,) = await uow.checklists.of(person.id)
    return [row.id for row in mine.steps]
