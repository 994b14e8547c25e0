"""A person's own reminders: typed, said back, saved, coming at their minute, changed."""

from __future__ import annotations

import pytest

from commands.actions import encode
from tests.chat import Chat
from tests.shown import Message, Window

LAGOS = "Africa/Lagos"


async def at_home(chat: Chat, zone: str = LAGOS) -> None:
    """A person whose zone is known. It is Wednesday, 14:05 in Lagos."""
    await chat.say("/profile")
    person = await chat.known()
    assert person is not None
    async with chat.world.database.write() as uow:
        await uow.people.set_zone(person.id, zone, confirmed=True)


async def type_it(chat: Chat, what: str, when: str) -> None:
    """The two options of Discord, the one line of Slack."""
    slack = chat.world.platform == "slack"
    await chat.command("remindme", {"": f"{what} {when}"} if slack else {"what": what, "when": when})


async def saved(chat: Chat, what: str, when: str) -> None:
    await at_home(chat)
    await type_it(chat, what, when)
    await chat.press("Save this reminder")
    assert chat.last.title == "Saved"


async def rules(chat: Chat) -> int:
    person = await chat.known()
    assert person is not None
    async with chat.world.database.read() as uow:
        return await uow.reminders.count(person.id)


async def test_the_moment_is_said_back_in_full_before_anything_is_saved(chat: Chat) -> None:
    await at_home(chat)
    await type_it(chat, "call Dr. A", "tomorrow 9am")
    assert chat.last.title == "Is this right?"
    assert chat.last.says("call Dr. A")
    assert chat.last.says("Thursday 24 September 2026, 09:00 (Africa/Lagos)")
    assert await rules(chat) == 0
    await chat.press("Save this reminder")
    assert chat.last.says("Thursday 24 September 2026, 09:00")
    assert await rules(chat) == 1


async def test_it_comes_at_its_minute_and_only_once(chat: Chat) -> None:
    await saved(chat, "call Dr. A", "tomorrow 9am")
    await chat.until("Thu 08:45")
    assert chat.direct.last.title == "Saved"
    await chat.until("Thu 09:00")
    assert chat.direct.last.title == "Your reminder"
    assert chat.direct.last.says("call Dr. A")
    assert "Dr" not in chat.direct.last.card.preview
    count = len(chat.direct.messages)
    await chat.until("Sat 09:00")
    assert len(chat.direct.messages) == count


@pytest.mark.parametrize(
    ("line", "words", "when"),
    [
        ("call Dr. A tomorrow 9am", "call Dr. A", "Thursday 24 September 2026, 09:00"),
        ("tomorrow at 9am call Dr. A", "call Dr. A", "Thursday 24 September 2026, 09:00"),
        ("every weekday at 7am anki", "anki", "every weekday at 07:00"),
        ("in 20 minutes check the oven", "check the oven", "14:25"),
    ],
)
async def test_the_when_is_found_inside_the_words(chat: Chat, line: str, words: str, when: str) -> None:
    await at_home(chat)
    await chat.command("remindme", {"": line} if chat.world.platform == "slack" else {"what": line})
    assert chat.last.title == "Is this right?"
    assert chat.last.says(words)
    assert chat.last.says(when)


async def test_two_readings_are_buttons_and_the_press_saves_that_one(chat: Chat) -> None:
    """Scenario E17."""
    await at_home(chat)
    await type_it(chat, "submit", "3/4 9am")
    assert chat.last.title == "Which one do you mean?"
    assert await rules(chat) == 0
    await chat.press("Saturday 3 April 2027, 09:00")
    assert chat.last.title == "Saved"
    assert chat.last.says("Saturday 3 April 2027, 09:00")
    await type_it(chat, "submit", "17/12 9am")
    assert chat.last.says("Thursday 17 December 2026, 09:00")


async def test_morning_or_evening_of_a_repeat_is_asked(chat: Chat) -> None:
    await at_home(chat)
    await type_it(chat, "anki", "every weekday at 7")
    await chat.press("every weekday at 19:00")
    assert chat.last.title == "Saved"
    assert chat.last.says("every weekday at 19:00")


async def test_of_two_days_in_a_line_the_person_chooses(chat: Chat) -> None:
    await at_home(chat)
    line = "call tomorrow about the interview on Friday"
    await chat.command("remindme", {"": line} if chat.world.platform == "slack" else {"what": line})
    await chat.press("Save 2")
    assert chat.last.says("call tomorrow about the interview")
    assert chat.last.says("Friday 25 September 2026")


async def test_the_zone_is_asked_first_and_what_was_typed_is_kept(chat: Chat) -> None:
    await type_it(chat, "call Dr. A", "tomorrow 9am")
    assert chat.last.title == "What time is it for you now?"
    await chat.press("Another place")
    await chat.submit({"place": "Lagos"})
    await chat.press("Yes, it is 14:05")
    assert chat.last.title == "Is this right?"
    assert chat.last.says("call Dr. A")
    assert chat.last.says("Thursday 24 September 2026, 09:00 (Africa/Lagos)")


@pytest.mark.parametrize(
    ("when", "why"),
    [
        ("next week", "several moments"),
        ("yesterday at 9am", "past"),
        ("in 9999999 days", "5 years"),
        ("in 999999999999999 weeks", "5 years"),
        ("every 2 hours", "at most once a day"),
        ("every day at 5pm EST", "zone letters"),
    ],
)
async def test_what_cannot_be_taken_says_why_and_loses_nothing(chat: Chat, when: str, why: str) -> None:
    """Scenario E16 among them."""
    await at_home(chat)
    await type_it(chat, "call Dr. A", when)
    assert chat.last.title == "One thing is missing"
    assert chat.last.says(why)
    assert chat.last.says("call Dr. A")
    await chat.press("Add what is missing")
    assert isinstance(chat.last, Window)
    assert "call Dr. A" in chat.last.form.fields[0].value
    await chat.submit({"what": "call Dr. A", "when": "tomorrow 9am"})
    await chat.press("Save this reminder")
    assert await rules(chat) == 1


async def test_a_form_that_is_refused_keeps_its_words(chat: Chat) -> None:
    await at_home(chat)
    await chat.say("/remindme")
    await chat.press("Write a new reminder")
    await chat.submit({"what": "anki", "when": "some day"})
    if chat.world.platform == "discord":
        assert chat.last.says("several moments")
        await chat.press("Edit again")
    assert isinstance(chat.last, Window)
    assert [field.value for field in chat.last.form.fields] == ["anki", "some day"]
    await chat.submit({"when": "daily 8pm"})
    assert chat.last.says("every day at 20:00")


async def test_eight_in_the_morning_said_at_two_is_tomorrows(chat: Chat) -> None:
    """Scenario E15."""
    await at_home(chat)
    await type_it(chat, "run", "at 8am")
    assert chat.last.says("Thursday 24 September 2026, 08:00 (Africa/Lagos)")


async def test_a_time_in_the_quiet_hours_is_kept_and_said_so(chat: Chat) -> None:
    await at_home(chat)
    await type_it(chat, "sleep", "today 23:30")
    assert chat.last.says("in your quiet hours (21:00 to 08:00)")
    await chat.press("Save this reminder")
    await chat.until("Wed 23:15")
    assert chat.direct.last.title == "Saved"
    await chat.until("Wed 23:30")
    assert chat.direct.last.says("sleep")
    assert chat.direct.last.title == "Your reminder"


async def test_a_repeat_comes_again_until_its_end(chat: Chat) -> None:
    await saved(chat, "anki", "every weekday at 7am 3 times")
    for day in ("Thu", "Fri", "Mon"):
        before = len(chat.direct.messages)
        await chat.until(f"{day} 07:00")
        assert len(chat.direct.messages) == before + 1
    before = len(chat.direct.messages)
    await chat.until("Fri 12:00")
    assert len(chat.direct.messages) == before


@pytest.mark.parametrize(
    "words", ["@everyone wake up", "<!channel> <@U1>", "**b** `c` [x](http://e.example)", "مرحبا 👩‍👩‍👧"]
)
async def test_words_show_as_typed_everywhere_and_nothing_is_live(chat: Chat, words: str) -> None:
    """Scenario E10: the drawing of each card checks that nothing in it is a live mention."""
    await saved(chat, words, "tomorrow 9am")
    assert chat.last.says(words)
    await chat.say("/remindme")
    assert chat.last.says(words)
    await chat.until("Thu 09:00")
    assert chat.direct.last.says(words)


async def test_words_that_are_too_long_are_kept_to_be_shortened(chat: Chat) -> None:
    await at_home(chat)
    words = "&" * 1_500
    await type_it(chat, words, "tomorrow 9am")
    assert chat.last.says("at most 1,000 characters")
    await chat.press("Add what is missing")
    assert isinstance(chat.last, Window)
    assert chat.last.form.fields[0].value == words
    await chat.submit({"what": "&" * 700})
    assert isinstance(chat.last, Window) or chat.last.says("1,000 characters"), "some characters take more room"
    await type_it(chat, "a" * 1_000, "tomorrow 9am")
    await chat.press("Save this reminder")
    await chat.until("Thu 09:00")
    assert chat.direct.last.says("a" * 1_000)


async def test_pressed_twice_it_is_one_reminder(chat: Chat) -> None:
    await saved(chat, "anki", "daily 8pm")
    await chat.again()
    assert await rules(chat) == 1


async def test_not_saved_is_not_saved(chat: Chat) -> None:
    await at_home(chat)
    await type_it(chat, "anki", "daily 8pm")
    await chat.press("Do not save it")
    assert chat.last.title == "Not saved"
    assert await rules(chat) == 0


async def test_somebody_elses_draft_and_reminder_are_not_found(chat: Chat) -> None:
    await saved(chat, "secret", "tomorrow 9am")
    other = chat.person("b")
    await at_home(other)
    for action in (*chat.card.actions(), chat.sent[-1].name):
        if action.startswith(("m1:remindme.list", "m1:remindme.new")):
            continue
        await other.act(action)
        assert other.last.title == "I could not find that", action
    assert isinstance(chat.last, Message)
    assert await rules(chat) == 1


async def test_after_a_change_of_zone_it_is_told_what_moved_with_it(chat: Chat) -> None:
    await at_home(chat)
    await chat.act(encode("profile.zone", "Asia~Karachi"))
    assert not chat.last.says("Moved to your new time zone")
    await saved(chat, "call the dean", "tomorrow at 18:00")
    await saved(chat, "tea", "in 20 minutes")
    await chat.act(encode("nudges.on", "usce"))
    await chat.act(encode("profile.zone", "America~Chicago"))
    assert chat.last.says("Moved to your new time zone: 1 reminder and 1 kind of nudge.")
