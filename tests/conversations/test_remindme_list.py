"""The list of one's reminders and what can be done with each; offers; many at once; a move to another zone."""

from __future__ import annotations

from datetime import datetime, timedelta

from commands.remindme import drawing, offers
from scheduler.dates.repeats import once, read_rule
from scheduler.moving import moved
from scheduler.recurrence import Rule, next_after
from tests.chat import START, Chat
from tests.conversations.test_remindme import LAGOS, at_home, rules, saved, type_it
from tests.shown import Window


async def add(chat: Chat, words: str, rule: Rule, number: int) -> None:
    """A reminder as if it had been saved."""
    me = await chat.known()
    assert me is not None
    async with chat.world.database.write() as uow:
        upcoming = next_after(rule, chat.clock.now())
        await uow.reminders.add(me.id, f"own:{number}", words, rule.to_json(), rule.zone, upcoming, chat.clock.now())


def read(when: str, now: datetime = START, zone: str = LAGOS) -> Rule:
    return read_rule(when, now=now, tz=zone)


async def opened(chat: Chat, what: str, when: str) -> None:
    await saved(chat, what, when)
    await chat.say("/remindme")
    await chat.press("Open number 1")
    assert chat.last.title == "Your reminder"


async def test_an_empty_list_says_how_to_begin_and_the_limits(chat: Chat) -> None:
    await at_home(chat)
    await chat.say("/remindme")
    assert chat.last.says("/remindme call Dr. A tomorrow 9am")
    assert chat.last.says("five years ahead")


async def test_the_list_has_eight_on_a_page_the_next_first(chat: Chat) -> None:
    await at_home(chat)
    for number in range(19, 0, -1):
        await add(chat, f"thing number {number}.", once(START + timedelta(days=number), LAGOS), number)
    await chat.say("/remindme")
    assert chat.last.says("19 to come")
    assert sum("Open" in button.label for button in chat.card.buttons()) == 8
    assert chat.last.says("thing number 1.")
    assert not chat.last.says("thing number 9.")
    await chat.press("Show the ones after")
    await chat.press("Show the ones after")
    assert chat.last.says("Page 3 of 3")
    await chat.press("Open number 19")
    assert chat.last.says("thing number 19.")


async def test_skipping_leaves_out_one_and_a_second_press_no_more(chat: Chat) -> None:
    await opened(chat, "anki", "daily 8pm")
    assert chat.last.says("Wednesday 23 September 2026, 20:00")
    await chat.press("Skip the next one")
    assert chat.last.says("Thursday 24 September 2026, 20:00")
    await chat.again()
    assert chat.last.says("Thursday 24 September 2026, 20:00")
    await chat.until("Thu 19:45")
    assert not any(
        message.title == "Your reminder" and "I did it" in message.labels for message in chat.direct.messages
    )
    await chat.until("Thu 20:00")
    assert chat.direct.last.says("anki")


async def test_a_pause_ends_by_itself_or_by_a_press(chat: Chat) -> None:
    await opened(chat, "anki", "daily 8pm")
    await chat.press("Pause until a day")
    await chat.submit({"until": "monday"})
    assert chat.last.title == "Paused"
    assert chat.last.says("Monday 28 September 2026, 20:00")
    before = len(chat.direct.messages)
    await chat.until("Mon 19:45")
    assert len(chat.direct.messages) == before
    await chat.until("Mon 20:00")
    assert len(chat.direct.messages) == before + 1
    await chat.say("/remindme")
    await chat.press("Open number 1")
    await chat.press("Pause until a day")
    await chat.submit({"until": "in 3 weeks"})
    await chat.press("Go on without the pause")
    assert chat.last.says("Tuesday 29 September 2026, 20:00")


async def test_a_pause_beyond_the_end_is_refused(chat: Chat) -> None:
    await opened(chat, "anki", "daily 8pm 3 times")
    await chat.press("Pause until a day")
    await chat.submit({"until": "in 3 weeks"})
    assert chat.last.says("ends before that day")


async def test_words_change_and_the_repeat_stays(chat: Chat) -> None:
    await opened(chat, "anki", "every 2 weeks on monday at 8pm")
    await chat.press("Change the words or the time")
    assert isinstance(chat.last, Window)
    assert chat.last.form.fields[1].value == "every 2 weeks on Monday at 20:00"
    chat.clock.forward(days=6)
    await chat.submit({"what": "UWorld"})
    await chat.press("Save the change")
    assert chat.last.says("UWorld")
    assert chat.last.says("Monday 12 October 2026, 20:00"), "still every other week from the first"
    assert await rules(chat) == 1


async def test_the_time_changes_and_the_old_one_comes_no_more(chat: Chat) -> None:
    await opened(chat, "anki", "daily 8pm")
    await chat.press("Change the words or the time")
    await chat.submit({"when": "tomorrow 10am"})
    assert chat.last.says("Thursday 24 September 2026, 10:00")
    await chat.press("Save the change")
    before = len(chat.direct.messages)
    await chat.until("Thu 09:45")
    assert len(chat.direct.messages) == before
    await chat.until("Thu 10:00")
    assert len(chat.direct.messages) == before + 1


async def test_what_is_deleted_does_not_come_and_can_be_brought_back(chat: Chat) -> None:
    await opened(chat, "anki", "daily 8pm")
    await chat.press("Delete this reminder")
    assert await rules(chat) == 0
    before = len(chat.direct.messages)
    await chat.until("Wed 21:00")
    assert len(chat.direct.messages) == before
    await chat.press("Undo: bring it back")
    await chat.again()
    assert await rules(chat) == 1
    await chat.until("Thu 20:00")
    assert chat.direct.last.says("anki")


async def test_the_message_that_came_opens_its_reminder(chat: Chat) -> None:
    await saved(chat, "anki", "daily 8pm")
    await chat.until("Wed 20:00")
    await chat.press("Open this reminder")
    assert chat.last.says("Thursday 24 September 2026, 20:00")


async def test_one_more_than_the_limit_is_refused_kindly_and_a_thousand_are_one_message(chat: Chat) -> None:
    await at_home(chat)
    rule = read("daily 8pm")
    me = await chat.known()
    assert me is not None
    async with chat.world.database.write() as uow:
        for number in range(drawing.MOST):
            await uow.reminders.add(
                me.id, f"own:{number}", "x", rule.to_json(), rule.zone, next_after(rule, START), START
            )
    await type_it(chat, "one more", "tomorrow 9am")
    await chat.press("Save this reminder")
    assert chat.last.says("1,000 reminders")
    assert await rules(chat) == drawing.MOST
    before = len(chat.direct.messages)
    await chat.until("Wed 20:00")
    assert len(chat.direct.messages) == before + 1, "a thousand at one minute are one message"
    assert chat.direct.last.says("1000 reminders came together")


async def test_an_offer_comes_only_after_it_was_accepted(chat: Chat) -> None:
    await at_home(chat)
    mentor = chat.person("mentor")
    await at_home(mentor, "America/New_York")
    me, other = await chat.known(), await mentor.known()
    assert me is not None
    assert other is not None
    rule = read("daily 8pm", zone="America/New_York")
    async with chat.world.database.write() as uow:
        offered = await offers.propose(uow, me.id, "log your cases", rule, other.id, START)
        await uow.reminders.propose(me.id, "own:999", "no", rule.to_json(), rule.zone, other.id, START)
    card = drawing.offer(offered, "Dr. M", me, START)
    accept, decline = card.actions()
    before = len(chat.direct.messages)
    await chat.until("Thu 20:00")
    assert len(chat.direct.messages) == before
    assert await rules(chat) == 0
    await mentor.act(accept)
    assert mentor.last.title == "I could not find that"
    await chat.act(accept)
    await chat.again()
    assert chat.last.says("on the clock of Africa/Lagos")
    await chat.act(decline)
    assert chat.last.title == "I could not find that", "what is accepted is deleted like any other"
    await chat.until("Fri 20:00")
    assert chat.direct.last.says("log your cases")


async def test_a_declined_offer_is_gone_with_its_words(chat: Chat) -> None:
    await at_home(chat)
    me = await chat.known()
    assert me is not None
    async with chat.world.database.write() as uow:
        offered = await offers.propose(uow, me.id, "log your cases", read("daily 8pm"), me.id, START)
    _, decline = drawing.offer(offered, "Dr. M", me, START).actions()
    await chat.act(decline)
    await chat.again()
    async with chat.world.database.read() as uow:
        offer = await uow.reminders.offer(me.id, offered.id)
    assert offer is not None
    assert (offer.accepted, offer.rule.words) == (False, None)
    await chat.act(drawing.offer(offered, "Dr. M", me, START).actions()[0])
    assert chat.last.title == "I could not find that"


async def stored_after_move(chat: Chat, when: str, zone: str) -> datetime | None:
    await saved(chat, "x", when)
    me = await chat.known()
    assert me is not None
    async with chat.world.database.read() as uow:
        (kept,) = await uow.reminders.page(me.id, 8, 0)
    return moved(kept, zone, chat.clock.now())[1]


async def test_a_move_keeps_the_time_on_the_wall(chat: Chat) -> None:
    at = await stored_after_move(chat, "daily 8pm", "America/New_York")
    assert at == datetime.fromisoformat("2026-09-23T20:00-04:00")


async def test_a_move_leaves_a_length_of_time_alone(chat: Chat) -> None:
    at = await stored_after_move(chat, "in 3 hours", "Asia/Karachi")
    assert at == START + timedelta(hours=3)


async def test_a_move_loses_nothing_that_would_be_past_on_the_new_clock(chat: Chat) -> None:
    at = await stored_after_move(chat, "today 15:00", "Asia/Karachi")
    assert at == datetime.fromisoformat("2026-09-23T15:00+01:00")


async def test_moving_in_the_profile_moves_what_is_to_come_and_nothing_else(chat: Chat) -> None:
    await saved(chat, "anki", "daily 8pm")
    await type_it(chat, "check the oven", "in 3 hours")
    await chat.press("Save this reminder")
    await chat.say("/profile")
    await chat.press("Change my time zone")
    await chat.press("Another place")
    await chat.submit({"place": "Karachi"})
    await chat.press("Yes, it is 18:05")
    await chat.until("Wed 20:00")
    assert chat.direct.last.says("anki")
    await chat.until("Wed 21:00")
    assert chat.direct.last.says("anki")
    await chat.until("Wed 21:15")
    assert chat.direct.last.says("check the oven")
