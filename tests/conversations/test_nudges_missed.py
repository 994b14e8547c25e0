"""What came and did not reach somebody is said at their next contact, once, with the way to see it."""

from __future__ import annotations

import pytest

from scheduler.retry import Rejected
from tests.chat import Chat
from tests.conversations.test_nudges_over_time import ledger
from tests.conversations.test_remindme import saved

SAID = "did not reach you"


async def test_who_left_and_came_back_is_told_once_what_fell_in_between(chat: Chat) -> None:
    chat.where = "channel"
    await saved(chat, "call Dr. A", "tomorrow 9am")
    await chat.event("member_left")
    await chat.until("Thu 09:20")
    assert [(row.state, row.reason) for row in await ledger(chat)] == [("unsaid", "away")]
    await chat.say("/redflag")
    assert chat.last.says(f"1 of your reminders {SAID}")
    await chat.press("See what did not come")
    assert chat.last.says("not sent, because you were away")
    await chat.say("/redflag")
    assert not chat.last.says(SAID)


async def test_what_was_planned_already_when_they_left_is_told_too(chat: Chat) -> None:
    chat.where = "channel"
    await saved(chat, "call Dr. A", "tomorrow 9am")
    await chat.until("Thu 09:00")
    await chat.choose("In 1 hour")
    await chat.event("member_left")
    await chat.until("Thu 10:20")
    await chat.say("/redflag")
    assert chat.last.says(f"1 of your reminders {SAID}")


async def test_what_is_not_due_yet_has_not_been_missed(chat: Chat) -> None:
    chat.where = "channel"
    await saved(chat, "call Dr. A", "tomorrow 9am")
    await chat.event("member_left")
    await chat.say("/redflag")
    assert not chat.last.says(SAID)
    await chat.until("Thu 09:00")
    assert chat.direct.last.says("call Dr. A")


async def test_one_that_the_platform_never_took_is_told_once_without_a_pause(chat: Chat) -> None:
    await saved(chat, "call Dr. A", "tomorrow 9am")
    chat.world.turns.postman.trouble = Rejected("cannot_reply")
    await chat.until("Thu 09:00")
    chat.world.turns.postman.trouble = None
    assert [row.state for row in await ledger(chat)] == ["failed"]
    await saved(chat, "water the plants", "in 1 minute")
    chat.clock.forward(minutes=1)
    await chat.settle()
    await chat.say("/redflag")
    told = [message for message in chat.direct.messages if message.says(SAID)]
    assert len(told) == 1
    assert told[0].says(f"1 of your reminders {SAID}")


@pytest.mark.parametrize("forms", [True, False])
async def test_a_form_that_opens_is_no_place_for_it_and_does_not_use_it_up(chat: Chat, forms: bool) -> None:
    chat.where = "channel"
    await saved(chat, "call Dr. A", "tomorrow 9am")
    await chat.event("member_left")
    await chat.until("Thu 09:20")
    if forms:
        await chat.act("m1:nudges.hours")
    await chat.say("/redflag")
    assert chat.last.says(f"1 of your reminders {SAID}")
