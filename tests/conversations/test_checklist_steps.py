"""What a person does with the steps of a list, on both platforms and both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from commands.actions import encode
from commands.checklist.model.state import MOST_OWN_STEPS
from storage.checklists import Checklist
from storage.db import Database
from tests.chat import Chat

FIRST = "List every concern in your file"
SECOND = "List your strengths, each with a proof"


@pytest.fixture
def database(paired: Database) -> Database:
    """Both databases, see `paired`."""
    return paired


async def begun(chat: Chat, label: str = "Open step 1") -> Chat:
    """A list with a step open."""
    await chat.say("/checklist")
    await chat.press(label)
    return chat


async def the_list(chat: Chat) -> Checklist:
    """The person's list as it is stored."""
    person = await chat.known()
    assert person is not None
    async with chat.world.database.read() as uow:
        return (await uow.checklists.of(person.id))[0]


async def submitted(chat: Chat, values: dict[str, str], wrong: str) -> None:
    """The form comes back with what is wrong, and all that was typed in it."""
    await chat.submit(values)
    assert chat.last.says(wrong), chat.last
    if chat.window is None:
        await chat.press("Edit again")
    assert chat.window is not None
    filled = {field.name: field.value for field in chat.window.form.fields}
    assert {name: filled[name] for name in values} == values


async def test_a_step_that_is_not_for_me_does_not_count(chat: Chat) -> None:
    await begun(chat)
    await chat.press("This step is not for me")
    assert chat.last.title == "Application strategy: 0 of 15 done"
    assert chat.last.says("1 not for you")
    await chat.press("Open step 1")
    await chat.press(f"Reopen: {FIRST}")
    await chat.press("Back to the list")
    assert chat.last.title == "Application strategy: 0 of 16 done"


async def test_a_day_of_my_own_replaces_the_lists_and_can_be_taken_away(chat: Chat) -> None:
    await begun(chat)
    await chat.press("Set my own day for it")
    await chat.submit({"due": "3 March 2027"})
    assert chat.last.says("Due Wed 3 March 2027 (your own day)")
    await chat.press("Back to the list")
    assert chat.last.says("due Wed 3 March 2027")
    await chat.press("Open step 1")
    await chat.press("Set my own day for it")
    assert chat.last.says("3 March 2027"), "the form starts from what was kept"
    await chat.submit({"due": ""})
    assert (await the_list(chat)).steps[0].due_on is None
    assert not chat.last.says("your own day)")


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [("3/4", "Which is the day"), ("yesterday", "past"), ("غداً", "could not read"), ("🎉", "could not read")],
)
async def test_a_day_that_is_none_comes_back_with_what_is_wrong(chat: Chat, typed: str, wrong: str) -> None:
    await begun(chat)
    await chat.press("Set my own day for it")
    await submitted(chat, {"due": typed}, wrong)
    await chat.submit({"due": "today"})
    assert chat.last.says("Due Wed 23 September 2026")


@pytest.mark.parametrize("typed", ["today", "23 September", "2026-09-23", "23 September 2026"])
async def test_today_is_a_day_to_come_until_it_is_over(chat: Chat, typed: str) -> None:
    """It is 18:05 on that day."""
    chat.zone = "Asia/Karachi"
    await begun(chat)
    await chat.press("Set my own day for it")
    await chat.submit({"due": typed})
    assert chat.last.says("Due Wed 23 September 2026 (your own day)")
    await chat.press("Back to the list")
    await chat.press("More for this list")
    await chat.press("Add a step of my own")
    await chat.submit({"title": "Call the clinic", "due": typed})
    assert (await the_list(chat)).steps[-1].due_on == date(2026, 9, 23)


async def test_a_day_that_went_by_is_told_kindly_and_may_be_sent_again(chat: Chat) -> None:
    await begun(chat)
    await chat.press("Set my own day for it")
    await chat.submit({"due": "30 September"})
    chat.clock.forward(days=10)
    await chat.press("Back to the list")
    assert chat.last.says("Was due Wed 30 September: can still be done")
    await chat.press("Open step 1")
    await chat.press("Set my own day for it")
    await chat.submit({})
    assert (await the_list(chat)).steps[0].due_on is not None


async def test_a_step_that_waits_says_for_what(chat: Chat) -> None:
    await begun(chat, "Open step 2")
    await chat.press("Back to the list")
    waiting = next(message for message in [chat.last] if message.says("after step 1"))
    assert waiting.title.startswith("Application strategy")


async def test_undo_takes_back_the_newest_change_once(chat: Chat) -> None:
    await begun(chat)
    await chat.press(f"Done: {FIRST}")
    await chat.press("Open step 2")
    await chat.press("This step is not for me")
    await chat.press("Undo: marked as not for me (step 2)")
    await chat.again()
    steps = (await the_list(chat)).steps
    assert [step.state for step in steps[:2]] == ["done", "todo"], "pressed twice it takes back one"
    await chat.press("Undo: marked as done (step 1)")
    assert {step.state for step in (await the_list(chat)).steps} == {"todo"}
    assert chat.last.says("Taken back: marked as done (step 1)")
    assert not any(label.startswith("Undo") for label in chat.direct.last.labels)


async def test_the_last_ten_changes_can_be_taken_back(chat: Chat) -> None:
    await chat.say("/checklist")
    mine = await the_list(chat)
    for step in mine.steps[:12]:
        await chat.act(encode("checklist.set", step.id, True), source=chat.direct.last)
    for _ in range(10):
        await chat.press("Undo:")
    assert sum(step.state == "done" for step in (await the_list(chat)).steps) == 2
    assert not any(label.startswith("Undo") for label in chat.direct.last.labels)


async def test_a_step_moves_up_down_and_to_the_top(chat: Chat) -> None:
    await begun(chat, "Open step 3")
    await chat.press("Move this step")
    await chat.press("Move up")
    assert chat.last.says("Step 2 of 16")
    await chat.again()
    assert chat.last.says("Step 2 of 16"), "pressed twice it moves once"
    await chat.press("Move up")
    assert chat.last.says("Step 1 of 16")
    assert "Move up" not in chat.direct.last.labels
    await chat.press("Move down")
    await chat.press("Move down")
    assert chat.last.says("Step 3 of 16")
    await chat.press("Back to the step")
    assert chat.last.title.startswith("3. ")


async def test_the_last_step_moves_to_the_top_and_back(chat: Chat) -> None:
    await chat.say("/checklist")
    await chat.press("Show later steps")
    await chat.press("Open step 16")
    await chat.press("Move this step")
    assert "Move down" not in chat.direct.last.labels
    await chat.press("Move to the top")
    assert chat.last.says("Step 1 of 16")
    await chat.press("Back to the step")
    await chat.press("Back to the list")
    await chat.press("Undo: moved (step 1)")
    await chat.press("Open step 16")
    assert chat.last.title.startswith("16. ")


async def add(chat: Chat, title: str, due: str = "") -> None:
    """An own step, by the card behind the list."""
    await chat.press("More for this list")
    await chat.press("Add a step of my own")
    await chat.submit({"title": title, "due": due})


async def test_an_own_step_is_added_changed_done_and_removed(chat: Chat) -> None:
    await chat.say("/checklist")
    await add(chat, "Ask *Dr. Ünal* <@U1> for the letter", "3 March 2027")
    assert chat.last.says("Added: Ask *Dr. Ünal* <@U1> for the letter")
    assert chat.last.says("due Wed 3 March 2027")
    await chat.press("Open step 17")
    await chat.press("Move, change or remove this step")
    await chat.press("Change its title")
    await chat.submit({"title": "Thank\n  Dr. Ünal"})
    assert chat.last.title == "Thank Dr. Ünal"
    await chat.press("Back to the step")
    await chat.press("Done: Thank Dr. Ünal")
    assert chat.last.title == "Application strategy: 1 of 17 done"
    await chat.press("Open step 17")
    await chat.press("Move, change or remove this step")
    await chat.press("Remove this step")
    assert chat.last.title == "Application strategy: 0 of 16 done"
    await chat.press("Undo: own step removed")
    assert chat.last.title == "Application strategy: 1 of 17 done"


async def test_both_fields_of_an_own_step_say_what_is_wrong_and_keep_what_was_typed(chat: Chat) -> None:
    await chat.say("/checklist")
    await chat.press("More for this list")
    await chat.press("Add a step of my own")
    await submitted(chat, {"title": "&" * 100, "due": "3/4"}, "too many of the signs")
    await submitted(chat, {"title": "\u200b", "due": "gibberish"}, "can be seen")
    assert len((await the_list(chat)).steps) == 16


@pytest.mark.parametrize("title", ["اطلب رسالة توصية من الدكتور", "👨‍👩‍👧‍👦" * 14, "क्षि" * 25, "a" * 100, "*" * 100])
async def test_own_steps_of_any_script_are_shown_whole(chat: Chat, title: str) -> None:
    await chat.say("/checklist")
    await add(chat, title)
    assert chat.last.says(title[:40])
    await chat.press("Open step 17")
    assert title in chat.card.plain()
    await chat.press("Done:")
    assert (await the_list(chat)).steps[-1].state == "done"


async def test_three_hundred_own_steps_are_paged_and_the_next_is_refused(chat: Chat) -> None:
    await chat.say("/checklist")
    person, mine = await chat.known(), await the_list(chat)
    assert person is not None
    async with chat.world.database.write() as uow:
        for number in range(MOST_OWN_STEPS):
            await uow.checklists.add_own(person.id, mine.id, f"Call program {number}", chat.clock.now())
    await chat.act(encode("checklist.page", mine.id, 0), source=chat.direct.last)
    await chat.choose("Steps 313 to 316")
    await chat.press("Open step 316")
    assert chat.last.title == "316. Call program 299"
    await chat.press("Move, change or remove this step")
    await chat.press("Move to the top")
    assert chat.last.says("Step 1 of 316")
    await chat.press("Back to the step")
    await chat.press("Back to the list")
    for start in (1, 313):
        await chat.choose(f"Steps {start} to {min(start + 7, 316)}")
        assert f"Open step {start}" in chat.direct.last.labels
    await chat.press("More for this list")
    await chat.press("Add a step of my own")
    await submitted(chat, {"title": "One too many"}, "300 steps of your own already")
    assert len((await the_list(chat)).steps) == 316


async def test_steps_that_what_i_told_takes_away_are_named_and_done_ones_stay(chat: Chat) -> None:
    await chat.act(encode("checklist.start", "interviews"))
    mine = await the_list(chat)
    rows = {step.step: step.id for step in mine.steps}
    await chat.act(encode("checklist.set", rows["visa-lines"], True), source=chat.direct.last)
    person = await chat.known()
    assert person is not None
    async with chat.world.database.write() as uow:
        about = await uow.profiles.of(person.id)
        await uow.profiles.save(person.id, replace(about, visa="none", specialty="pediatrics"))
    await chat.act(encode("checklist.step", rows["visa-lines"]), source=chat.direct.last)
    assert chat.last.says("By what you told me it is no longer needed")
    await chat.press("Back to the list")
    await chat.press("More for this list")
    assert chat.last.says("Not on your list: 1")
    assert chat.last.says("Prepare one case without its picture")
    await chat.act(encode("checklist.step", rows["image-case"]), source=chat.direct.last)
    assert chat.last.says("Not on your list, by what you told me about yourself")
    assert not any(label.startswith("Done") for label in chat.direct.last.labels)
