"""Nudges as a person meets them: chosen, sent at their morning, answered, snoozed, stopped."""

from __future__ import annotations

from commands.actions import encode
from commands.nudges.handlers import read_time
from scheduler.retry import Unreachable
from tests.chat import Chat, core_catalog

ZONE = "Asia/Karachi"


async def in_karachi(chat: Chat) -> None:
    """A person whose zone is known."""
    await chat.say("/profile")
    person = await chat.known()
    assert person is not None
    async with chat.world.database.write() as uow:
        await uow.people.set_zone(person.id, ZONE, confirmed=True)


async def sent_nudge(chat: Chat) -> None:
    """The first nudge about US clinical experience has come: Monday at nine, a little spread over the morning."""
    await in_karachi(chat)
    await chat.say("/nudges")
    await chat.press("Turn on: US clinical experience")
    await chat.until("Mon 09:20")
    assert chat.direct.last.title == "US clinical experience"


async def test_the_zone_is_asked_once_and_turning_on_goes_on_after_it(chat: Chat) -> None:
    await chat.say("/nudges")
    await chat.press("Turn on: US clinical experience")
    assert chat.last.says("What time is it for you now")
    await chat.press("Yes, it is 09:05")
    await chat.say("/nudges")
    assert chat.last.says("US clinical experience: on")


async def test_a_nudge_comes_at_the_persons_own_morning_and_only_once(chat: Chat) -> None:
    await sent_nudge(chat)
    count = len(chat.direct.messages)
    await chat.until("Tue 09:20")
    assert len(chat.direct.messages) == count


async def test_each_nudge_is_a_new_text(chat: Chat) -> None:
    await sent_nudge(chat)
    first = chat.direct.last.card.plain()
    await chat.until("Mon 09:20")
    assert chat.direct.last.card.plain() != first


async def test_its_button_opens_the_page_beside_it(chat: Chat) -> None:
    await sent_nudge(chat)
    await chat.press("Open: the kinds of US experience")
    assert chat.last.says("US clinical experience") or chat.last.says("USCE")
    assert chat.direct.messages[-1].title != "US clinical experience", "the nudge stays where it was"


async def test_done_is_remembered(chat: Chat) -> None:
    await sent_nudge(chat)
    await chat.press("I did it")
    assert chat.last.says("One step further")
    person = await chat.known()
    assert person is not None
    async with chat.world.database.read() as uow:
        (sent,) = await uow.ledger.history(person.id, 5)
    assert (sent.state, sent.answer, sent.item) == ("sent", "done", "kind")


async def test_snoozing_leaves_the_repeat_alone(chat: Chat) -> None:
    await sent_nudge(chat)
    text = chat.direct.last.card.blocks[0]
    await chat.choose("Tomorrow")
    assert chat.last.says("I'll be back")
    await chat.again()
    await chat.until("Tue 09:20")
    assert chat.direct.last.card.blocks[0] == text
    await chat.until("Mon 09:20")
    assert chat.direct.last.card.blocks[0] != text


async def test_stop_on_a_nudge_ends_its_kind(chat: Chat) -> None:
    await sent_nudge(chat)
    await chat.press("Stop these nudges")
    count = len(chat.direct.messages)
    await chat.until("Mon 09:20")
    await chat.until("Tue 09:20")
    assert len(chat.direct.messages) == count
    await chat.press("Turn on again")
    assert chat.last.says("is on")


async def test_the_plain_word_stop_ends_all(chat: Chat) -> None:
    await sent_nudge(chat)
    await chat.text("Stop!")
    assert chat.last.says("All nudges are off")
    count = len(chat.direct.messages)
    await chat.until("Mon 09:20")
    assert len(chat.direct.messages) == count


async def test_a_stranger_cannot_answer_a_nudge(chat: Chat) -> None:
    await sent_nudge(chat)
    await chat.press("I did it")
    theirs = chat.sent[-1].name
    other = chat.person("b")
    await other.act(theirs)
    assert other.last.says("I could not find that")


async def test_wrong_hours_come_back_with_what_was_typed(chat: Chat) -> None:
    await in_karachi(chat)
    await chat.say("/nudges")
    await chat.press("Change time and quiet hours")
    await chat.submit({"time": "morning", "quiet_start": "22:00"})
    assert chat.last.says("Please write a time such as 09:00")
    if chat.world.platform == "discord":
        await chat.press("Edit again")
    assert chat.last.says("morning")
    await chat.submit({"time": "7.30 am"})
    assert chat.last.says("07:30")
    assert chat.last.says("22:00 to 08:00")


def test_times_of_day_as_people_type_them() -> None:
    for typed, kept in {
        "9": "09:00", "09:00": "09:00", "9:30 pm": "21:30", "12 am": "00:00", "12pm": "12:00", "21.15": "21:15",
        "7 p.m.": "19:00", "25:00": None, "13 pm": None, "9:75": None, "": None, "morning": None,
    }.items():  # fmt: skip
        assert read_time(typed) == kept, typed


async def test_closed_direct_messages_pause_and_say_so_at_the_next_contact(chat: Chat) -> None:
    await in_karachi(chat)
    await chat.say("/nudges")
    await chat.press("Turn on: US clinical experience")
    chat.world.turns.postman.trouble = Unreachable("50007")
    await chat.until("Tue 09:20")
    chat.world.turns.postman.trouble = None
    await chat.say("/redflag")
    assert chat.last.says("Your nudges are paused")
    await chat.press("Resume my nudges")
    assert chat.last.says("on again")
    await chat.until("Mon 09:20")
    assert chat.direct.last.title == "US clinical experience"


async def test_the_overview_turns_the_season_on_and_off_and_leads_to_own_reminders(chat: Chat) -> None:
    await in_karachi(chat)
    await chat.say("/nudges")
    assert chat.last.says("Season dates: off")
    await chat.press("Turn on: Season dates")
    await chat.say("/nudges")
    assert chat.last.says("Season dates: on, next")
    await chat.press("Turn off: Season dates")
    await chat.say("/nudges")
    assert chat.last.says("Season dates: off")
    await chat.press("My own reminders")
    assert chat.last.says("reminder")


async def test_how_many_come_is_told_in_words(chat: Chat) -> None:
    await in_karachi(chat)
    await chat.say("/nudges")
    assert chat.last.says("How many: at most ")
    assert chat.last.says("on every day of the week")


async def test_the_overview_fits_with_every_kind_on(chat: Chat) -> None:
    await in_karachi(chat)
    for kind in core_catalog().nudges:
        await chat.act(encode("nudges.on", kind))
    await chat.act(encode("season.on"))
    await chat.say("/nudges")
    assert len([button for button in chat.card.buttons() if button.label.startswith("Turn off: ")]) == 9
