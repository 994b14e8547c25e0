"""A person's own reminders when something else changes: hours, words, the zone; and pauses to the day."""

from __future__ import annotations

import pytest

from tests.chat import Chat
from tests.conversations.test_remindme import at_home, saved, type_it
from tests.conversations.test_remindme_list import opened

HOURS = {"time": "10:00", "quiet_start": "21:00", "quiet_end": "08:00"}


async def change_hours(chat: Chat, **values: str) -> None:
    await chat.say("/nudges")
    await chat.press("Change time and quiet hours")
    await chat.submit({**HOURS, **values})
    assert chat.last.says("What is to come has moved with it")


async def came(chat: Chat, words: str) -> int:
    """How many messages with these words have come."""
    return sum(message.title == "Your reminder" and message.says(words) and "Open this reminder" in message.labels
               for message in chat.direct.messages)  # fmt: skip


async def move(chat: Chat, place: str, answer: str) -> None:
    await chat.say("/profile")
    await chat.press("Change my time zone")
    await chat.press("Another place")
    await chat.submit({"place": place})
    await chat.press(answer)


@pytest.mark.parametrize("change", ["hours", "zone"])
async def test_one_whose_minute_has_come_is_not_lost_by_a_change_just_then(chat: Chat, change: str) -> None:
    await saved(chat, "call Dr. A", "today 15:00")
    chat.clock.forward(minutes=55)  # nobody has planned it yet
    if change == "hours":
        await change_hours(chat)
    else:
        await move(chat, "Karachi", "Yes, it is 19:00")
    await chat.settle()
    assert await came(chat, "call Dr. A") == 1


async def test_the_same_time_on_another_clock_is_another_moment(chat: Chat) -> None:
    await at_home(chat, "America/New_York")
    await type_it(chat, "call", "5pm UTC")
    await chat.press("Save this reminder")
    await chat.until("Wed 13:00")
    assert await came(chat, "call") == 1
    await chat.press("Open this reminder")
    await chat.press("Change the words or the time")
    await chat.submit({"when": "5pm"})
    await chat.press("Save the change")
    assert chat.last.says("Wednesday 23 September 2026, 17:00")
    await chat.until("Wed 17:00")
    assert await came(chat, "call") == 2


async def test_a_skip_outlives_other_hours_and_another_zone(chat: Chat) -> None:
    await opened(chat, "anki", "daily 8pm")
    await chat.press("Skip the next one")
    await change_hours(chat)
    await chat.until("Wed 20:15")
    assert await came(chat, "anki") == 0
    await move(chat, "New York", "Yes, it is 15:15")
    await chat.until("Thu 19:45")
    assert await came(chat, "anki") == 0
    await chat.until("Thu 20:00")
    assert await came(chat, "anki") == 1


async def test_other_words_end_no_skip(chat: Chat) -> None:
    await opened(chat, "anki", "daily 8pm")
    await chat.press("Skip the next one")
    await chat.press("Change the words or the time")
    await chat.submit({"what": "UWorld"})
    assert chat.last.says("Thursday 24 September 2026, 20:00"), "what is asked about is what will be"
    await chat.press("Save the change")
    assert chat.last.says("The words are changed")
    assert chat.last.says("Thursday 24 September 2026, 20:00")
    await chat.until("Wed 21:00")
    assert await came(chat, "UWorld") == 0
    await chat.until("Thu 20:00")
    assert await came(chat, "UWorld") == 1


async def test_other_words_end_no_pause_but_another_time_does(chat: Chat) -> None:
    await opened(chat, "anki", "daily 8pm")
    await chat.press("Pause until a day")
    await chat.submit({"until": "monday"})
    await chat.press("Change the words or the time")
    await chat.submit({"what": "UWorld"})
    await chat.press("Save the change")
    assert chat.last.says("Paused until")
    await chat.press("Change the words or the time")
    await chat.submit({"when": "daily 9pm"})
    await chat.press("Save the change")
    assert not chat.last.says("Paused until")
    assert chat.last.says("Wednesday 23 September 2026, 21:00")


@pytest.mark.parametrize("clock", ["07:00", "09:00", "00:00"])
async def test_a_pause_until_monday_ends_before_mondays(chat: Chat, clock: str) -> None:
    await opened(chat, "anki", f"daily {clock}")
    await chat.press("Pause until a day")
    await chat.submit({"until": "monday"})
    assert chat.last.says(f"Monday 28 September 2026, {clock}")
    await chat.until("Sun 23:45")
    assert await came(chat, "anki") == 0
    await chat.until(f"Mon {clock}")
    assert await came(chat, "anki") == 1


async def test_a_pause_until_today_is_none(chat: Chat) -> None:
    await opened(chat, "anki", "daily 8pm")
    await chat.until("Thu 08:00")
    await chat.say("/remindme")
    await chat.press("Open number 1")
    await chat.press("Pause until a day")
    await chat.submit({"until": "today"})
    assert chat.last.says("has begun already")


async def test_turning_on_again_what_is_still_to_come(chat: Chat) -> None:
    await saved(chat, "call Dr. A", "tomorrow 9am")
    await chat.text("stop")
    await chat.say("/remindme")
    await chat.press("Open number 1")
    await chat.press("Turn it on again")
    assert chat.last.title == "It is on"
    await chat.until("Thu 09:00")
    assert await came(chat, "call Dr. A") == 1


async def test_turning_on_again_what_is_over_says_so(chat: Chat) -> None:
    await saved(chat, "call Dr. A", "tomorrow 9am")
    await chat.text("stop")
    await chat.say("/remindme")
    await chat.press("Open number 1")
    await chat.until("Thu 10:00")
    await chat.press("Turn it on again")
    assert chat.last.title == "Its time has passed"
    assert chat.last.says("It was not turned on")
    assert not chat.last.says("It comes again")
    assert not chat.last.says("Turn it on again")
    await chat.press("Change the words or the time")
    await chat.submit({"when": "friday 9am"})
    await chat.press("Save the change")
    await chat.until("Fri 09:00")
    assert await came(chat, "call Dr. A") == 1


async def test_one_that_cannot_be_read_hides_no_other(chat: Chat) -> None:
    await saved(chat, "anki", "daily 8pm")
    me = await chat.known()
    assert me is not None
    async with chat.world.database.write() as uow:
        at = chat.clock.now()
        await uow.reminders.add(me.id, "own:99", "broken", {"every": "moon"}, "Africa/Lagos", at, at)
    await chat.say("/remindme")
    assert chat.last.says("anki")
    await change_hours(chat)
    await chat.say("/remindme")
    await chat.press("Open number 1")
    assert chat.last.says("I can no longer read")
