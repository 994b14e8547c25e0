"""What a person tells about themselves: filled, shown back, changed, emptied; and the page that follows it."""

from __future__ import annotations

import pytest

from commands.actions import encode
from storage.profiles import About
from tests.chat import Chat
from tests.shown import Window

RADIOLOGY = "Diagnostic radiology:"
"""How the paragraph for radiologists begins on the page about the framing template."""


async def told(chat: Chat) -> About:
    person = await chat.known()
    assert person is not None
    async with chat.world.database.read() as uow:
        return await uow.profiles.of(person.id)


async def tell_everything(chat: Chat) -> None:
    await chat.say("/profile")
    await chat.press("Tell me more about you")
    await chat.submit(
        {"specialty": "internal-medicine", "graduation_year": " 2015 ", "status": "graduate", "in_us": "no"}
    )
    await chat.press("Exams and visa")
    await chat.submit({"attempts": "2", "visa": "h1b"})


async def test_it_is_told_in_two_small_forms_and_shown_back(chat: Chat) -> None:
    await tell_everything(chat)
    assert await told(chat) == About("internal-medicine", 2015, "graduate", False, 2, "h1b")
    assert chat.last.title == "I have kept that"
    await chat.say("/profile")
    for line in (
        "The specialty you aim for: Internal medicine",
        "Year of medical school graduation: 2015",
        "Student or graduate: Graduated",
        "Where you live now: Outside the US",
        "Most tries at one Step: Two",
        "The visa you will need: H-1B",
    ):
        assert chat.last.says(line)


async def test_the_forms_come_filled_and_a_change_leaves_the_rest(chat: Chat) -> None:
    await tell_everything(chat)
    await chat.press("Change what is about you")
    assert isinstance(chat.last, Window)
    assert [field.value for field in chat.last.form.fields] == ["internal-medicine", "2015", "graduate", "no"]
    await chat.submit({"specialty": "psychiatry"})
    assert await told(chat) == About("psychiatry", 2015, "graduate", False, 2, "h1b")


@pytest.mark.parametrize("empty", ["", "unset"])
async def test_each_can_be_emptied_again(chat: Chat, empty: str) -> None:
    """Discord sends nothing for a menu that was emptied; Slack's menus have a line for it."""
    await tell_everything(chat)
    await chat.press("Exams and visa")
    await chat.submit({"visa": empty})
    assert await told(chat) == About("internal-medicine", 2015, "graduate", False, 2, None)
    assert not chat.last.says("H-1B")
    await chat.press("Exams and visa")
    await chat.submit({"attempts": empty})
    await chat.press("Change what is about you")
    await chat.submit({"specialty": empty, "graduation_year": "", "status": empty, "in_us": empty})
    assert await told(chat) == About()
    await chat.press("Tell me more about you")


@pytest.mark.parametrize("year", ["15", "1492", "2099", "two thousand", "20155", "-2015", "²⁰¹⁵", "🦓", "@everyone"])
async def test_an_absurd_year_comes_back_with_help_and_nothing_is_lost(chat: Chat, year: str) -> None:
    await chat.say("/profile")
    await chat.press("Tell me more about you")
    await chat.submit({"specialty": "neurology", "graduation_year": year})
    assert chat.last.says("Please write a year from 1950 to 2034 with four digits")
    assert await told(chat) == About()
    if chat.world.platform == "discord":
        await chat.press("Edit again")
    assert isinstance(chat.last, Window)
    assert [field.value for field in chat.last.form.fields] == ["neurology", year, "", ""]
    await chat.submit({"graduation_year": "2015"})
    assert await told(chat) == About("neurology", 2015)


async def test_a_menu_takes_only_what_it_offers(chat: Chat) -> None:
    await tell_everything(chat)
    before = await told(chat)
    await chat.act(encode("profile.exams_save", ""), {"visa": "diplomat", "attempts": "many"}, what="form")
    assert await told(chat) == before


async def test_a_page_is_shown_first_and_can_then_be_fitted(chat: Chat) -> None:
    await chat.say("/redflag framing-template")
    await chat.press("How to do it, step by step")
    assert chat.last.says("diagnostic radiology")
    before = chat.card
    await chat.press("Fit this page to me")
    assert isinstance(chat.last, Window)
    await chat.submit({"specialty": "pathology"})
    assert chat.card.title == before.title
    assert not chat.last.says("reading room")
    await chat.press("Fit this page to me")
    await chat.submit({"specialty": "diagnostic-radiology"})
    assert chat.last.says("reading room")


async def test_nothing_told_leaves_the_page_whole(chat: Chat) -> None:
    await chat.say("/redflag framing-template")
    await chat.press("How to do it, step by step")
    before = chat.card
    await chat.press("Fit this page to me")
    await chat.submit({})
    assert chat.card == before


async def test_a_page_that_is_gone_still_keeps_what_was_told(chat: Chat) -> None:
    await chat.say("hi")
    await chat.act(encode("profile.exams", "guidance.page+no-such-page+overview"))
    await chat.submit({"visa": "j1"})
    assert chat.last.title == "I have kept that"
    assert await told(chat) == About(visa="j1")


async def test_it_is_nobody_elses(chat: Chat) -> None:
    await tell_everything(chat)
    other = chat.person("b")
    await other.say("/profile")
    assert not other.last.says("Internal medicine")
    assert await told(other) == About()
