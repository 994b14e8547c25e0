"""The zone: asked once, with a clock, confirmed with a press; and what it moves."""

from __future__ import annotations

from datetime import time

import pytest

from commands.actions import encode
from scheduler import recurrence
from scheduler.clock import to_wall
from scheduler.zones import zone
from tests.chat import Chat
from tests.shown import Window


async def ask(chat: Chat) -> None:
    await chat.say("/profile")
    await chat.press("my time zone")


async def type_place(chat: Chat, words: str) -> None:
    await ask(chat)
    await chat.press("Another place: I type it")
    await chat.submit({"place": words})


async def zone_of(chat: Chat) -> str | None:
    person = await chat.known()
    assert person is not None
    return person.zone


async def test_the_profile_shows_what_is_known(chat: Chat) -> None:
    await chat.say("/profile")
    assert chat.last.says("Your time zone: not known yet")
    assert chat.last.says("at 09:00, never between 21:00 and 08:00")
    assert chat.last.says("When you type a date as 3/4: I ask whether it is 3 April or March 4")


async def test_guesses_come_with_the_clock_there_and_one_press_sets_one(chat: Chat) -> None:
    chat.locale = "ur-PK"
    await ask(chat)
    await chat.press("Yes, it is 18:05 on Wednesday for me (Karachi)")
    assert await zone_of(chat) == "Asia/Karachi"
    assert chat.last.title == "Your time zone is set"
    assert chat.last.says("Karachi: it is 18:05 on Wednesday there")


@pytest.mark.parametrize("locale", [None, "", "en", "xx-YY", "zz", "not a locale"])
async def test_any_locale_gives_at_most_four_guesses(chat: Chat, locale: str | None) -> None:
    chat.locale = locale
    await ask(chat)
    guesses = [button.label for button in chat.card.buttons() if button.label.startswith("Yes")]
    assert 1 <= len(guesses) <= 4


async def test_a_typed_place_is_confirmed_by_its_clock(chat: Chat) -> None:
    await type_place(chat, "new york")
    assert chat.last.says("In New York it is now 09:05 on Wednesday")
    assert await zone_of(chat) is None
    await chat.press("(New York)")
    assert await zone_of(chat) == "America/New_York"


@pytest.mark.parametrize("words", ["EST", "IST", "BST", "PST"])
async def test_letters_lead_to_a_choice_of_places(chat: Chat, words: str) -> None:
    """Scenario E18."""
    await type_place(chat, words)
    assert chat.last.title in ("Which place is it?", "Is this your time?")
    buttons = [button.label for button in chat.card.buttons() if "for me" in button.label]
    assert buttons
    await chat.press(buttons[0])
    chosen = await zone_of(chat)
    assert chosen is not None
    assert "/" in chosen
    assert not chosen.startswith("Etc/")


@pytest.mark.parametrize("words", ["GMT+5", "UTC+5", "utc-03:00"])
async def test_an_offset_is_taken_only_after_the_warning(chat: Chat, words: str) -> None:
    await type_place(chat, words)
    assert chat.last.says("safer")
    await chat.press("Take the fixed offset")
    assert (await zone_of(chat) or "").startswith("Etc/GMT")


async def test_half_hours_have_places_but_no_fixed_offset(chat: Chat) -> None:
    await type_place(chat, "UTC+5:30")
    await chat.press("(Kolkata)")
    assert await zone_of(chat) == "Asia/Kolkata"


@pytest.mark.parametrize("words", ["Atlantis", "🦓🦓", "\u202eihcarak", "@everyone", "<!channel>", "UTC+99", "x" * 80])
async def test_an_unknown_place_comes_back_with_what_was_typed(chat: Chat, words: str) -> None:
    await type_place(chat, words)
    if chat.world.platform == "discord":
        await chat.press("Edit again")
    assert isinstance(chat.last, Window)
    assert chat.last.form.fields[0].value == words
    await chat.submit({"place": "Lagos"})
    await chat.press("(Lagos)")
    assert await zone_of(chat) == "Africa/Lagos"


async def test_a_zone_that_does_not_exist_is_refused(chat: Chat) -> None:
    await chat.say("hi")
    await chat.act(encode("profile.zone", "Europe~Atlantis"))
    assert chat.last.title == "This button is out of date"
    assert await zone_of(chat) is None


async def test_who_was_turning_on_nudges_goes_on_with_it(chat: Chat) -> None:
    await chat.say("hi")
    await chat.act(encode("nudges.on", "usce"))
    assert chat.last.title == "What time is it for you now?"
    await chat.press("Another place")
    await chat.submit({"place": "Karachi"})
    await chat.press("(Karachi)")
    person = await chat.known()
    assert person is not None
    async with chat.world.database.read() as uow:
        (rule,) = await uow.nudges.of(person.id)
    assert rule.enabled
    assert rule.zone == "Asia/Karachi"


@pytest.mark.parametrize("then", ["gone.verb+x", "nudges.on+unknown+more", "profile.other", "+", "..", "Nudges"])
async def test_the_zone_is_set_even_where_there_is_nothing_to_go_on_with(chat: Chat, then: str) -> None:
    await chat.say("hi")
    await chat.act(encode("profile.zone", "Africa~Cairo", then))
    assert chat.last.title == "Your time zone is set"
    assert await zone_of(chat) == "Africa/Cairo"


async def test_nudges_keep_their_time_of_day_in_another_zone(chat: Chat) -> None:
    await chat.say("hi")
    await chat.act(encode("profile.zone", "Asia~Karachi", "nudges.on+usce"))
    await chat.act(encode("profile.zone", "America~New_York"))
    person = await chat.known()
    assert person is not None
    async with chat.world.database.read() as uow:
        (rule,) = await uow.nudges.of(person.id)
    assert rule.zone == recurrence.Rule.from_json(rule.spec).zone == "America/New_York"
    assert rule.next_at is not None
    assert to_wall(rule.next_at, zone("America/New_York")).time() == time(9)
    await chat.again()
    async with chat.world.database.read() as uow:
        assert await uow.nudges.of(person.id) == (rule,)
