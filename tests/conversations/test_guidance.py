"""The right page for what a person says, or an honest answer that there is none."""

from __future__ import annotations

from typing import get_args

import pytest

from commands.actions import encode
from commands.outcomes import Choices
from content.schema import Part
from tests.chat import Chat, core_catalog

TOPICS = tuple(core_catalog().topics)


@pytest.mark.parametrize(
    ("words", "topic"),
    [
        ("/redflag step-failure", "step-failure"),
        ("/redflag Step Failure", "step-failure"),
        ("/guide usce", "usce"),
        ("/redflag I failed step 1 and passed on the second attempt", "step-failure"),
        ("/redflag I graduated twelve years ago", "older-yog"),
        ("/guide how do I write an email to a program coordinator", "email-etiquette"),
    ],
)
async def test_words_lead_to_their_page(chat: Chat, words: str, topic: str) -> None:
    await chat.say(words)
    page = core_catalog().topics[topic]
    assert chat.last.title == page.title or f"Read: {page.title}" in [button.label for button in chat.card.buttons()]


async def test_without_words_there_is_a_menu(chat: Chat) -> None:
    await chat.say("/redflag")
    assert chat.last.title == "Red flags"
    groups = [
        group for group in core_catalog().groups if group.command == "redflag" and core_catalog().topics_in(group.id)
    ]
    for group in groups:
        await chat.say("/redflag")
        await chat.press(f"Open: {group.title}")
        assert chat.last.title == group.title
    await chat.press("All groups: red flags")
    await chat.press("Show me instead: guides")
    assert chat.last.title == "Guides"


async def test_several_things_get_a_page_each(chat: Chat) -> None:
    await chat.say("/redflag I failed step 1, I graduated in 2012 and I need a visa")
    assert len([button for button in chat.card.buttons() if button.label.startswith("Read: ")]) >= 2
    await chat.press("None of these")
    assert chat.last.title.startswith("None of these")


@pytest.mark.parametrize(
    "words", ["my cat is ill", "what is the capital of France", "asdfgh qwerty", "best pizza in town"]
)
async def test_what_is_not_ours_gets_an_honest_no(chat: Chat, words: str) -> None:
    await chat.say(f"/redflag {words}")
    assert chat.last.title == "I have no page for that"
    await chat.press("Show me all guides")
    assert chat.last.title == "Guides"


@pytest.mark.parametrize("words", ["I want to kill myself", "I don't want to live any more after not matching"])
@pytest.mark.parametrize("way", ["/redflag {}", "/guide {}", "{}", "/matchmentor redflag {}"])
async def test_distress_is_answered_with_people(chat: Chat, words: str, way: str) -> None:
    await chat.say(way.format(words))
    assert chat.last.says("988")
    assert chat.last.says("findahelpline.com")
    assert "kill" not in chat.card.preview


@pytest.mark.parametrize(
    "words", ["my attending touched me and threatens me", "I was sexually harassed at my rotation"]
)
async def test_harm_is_never_their_fault(chat: Chat, words: str) -> None:
    await chat.text(words)
    assert chat.last.title == "What happened to you is not your fault"


@pytest.mark.parametrize("topic", TOPICS)
async def test_every_page_is_read_in_parts_that_both_platforms_take(chat: Chat, topic: str) -> None:
    """Scenarios E21, E22 and E34: drawing checks limits, unique ids and raw marks."""
    await chat.say(f"/redflag {topic}")
    assert chat.last.title == core_catalog().topics[topic].title
    for part in get_args(Part):
        await chat.act(f"m1:guidance.page:{topic}:{part}")
        assert chat.last.title.startswith(core_catalog().topics[topic].title)
        assert len(chat.card.buttons()) >= 5


async def test_related_pages_can_be_read_from_a_page(chat: Chat) -> None:
    await chat.say("/redflag step-failure")
    related = [other for name in core_catalog().topics["step-failure"].related if (other := core_catalog().topic(name))]
    assert related
    await chat.choose(related[0].title)
    assert chat.last.title == related[0].title


@pytest.mark.parametrize("args", ["unknown-page:overview", "usce:no-such-part", "unknown-page"])
async def test_a_page_that_is_gone_says_so(chat: Chat, args: str) -> None:
    await chat.say("hi")
    await chat.act(f"m1:guidance.page:{args}")
    assert chat.card.tone == "warning"


@pytest.mark.parametrize("typed", ["", "ga", "visa", "\u202e", "x" * 200])
async def test_suggestions_while_typing(chat: Chat, typed: str) -> None:
    asked = chat.invocation("complete", "redflag", options={"words": typed})
    outcome = await chat.world.boundary.run(asked)
    assert isinstance(outcome, Choices)
    assert len(outcome.items) <= 25
    assert all(value in core_catalog().topics and len(label) <= 100 for label, value in outcome.items)


async def test_whether_it_was_the_right_page_is_counted_without_the_person(chat: Chat) -> None:
    await chat.say("/redflag step-failure")
    await chat.press("Facts and sources")
    await chat.press("No, another page")
    assert chat.last.says("Then perhaps one of these")
    async with chat.world.database.read() as uow:
        (counted,) = await uow.feedback.totals()
    assert (counted.topic, counted.answer, counted.count) == ("step-failure", "no", 1)
    await chat.act(encode("guidance.counts"))
    assert chat.last.says("This is not for everyone")
    chat.is_admin = True
    await chat.act(encode("guidance.counts"))
    assert chat.last.says("A failed Step exam: right 0, wrong 1, incomplete 0")
