"""The first meeting: one card, no form before value, and who sees what."""

from __future__ import annotations

import pytest

from commands.context import Where
from tests.chat import Chat, World
from tests.shown import Message


@pytest.mark.parametrize("first", ["/matchmentor", "hi", "hello!", "help"])
async def test_the_first_words_are_answered_with_one_card(chat: Chat, first: str) -> None:
    await chat.say(first)
    assert chat.last.title == "Hello, I am MatchMentor"
    assert chat.last.says("only you see my answers")
    assert chat.card.plain().count("\n- ") + chat.card.plain().count("• ") >= 3
    assert {"I have a red flag", "Start my checklist"} <= {button.label for button in chat.card.buttons()}
    assert len(chat.messages) == 1


async def test_help_comes_from_the_second_time_on(chat: Chat) -> None:
    await chat.say("/matchmentor")
    await chat.say("/matchmentor")
    assert chat.last.title == "What I can do for you"
    for command in chat.world.registry.visible(is_admin=False):
        assert chat.last.says(command.task)
    await chat.say("hello")
    assert chat.last.title == "What I can do for you"


async def test_the_home_tab_is_a_first_contact_too(chat: Chat) -> None:
    await chat.act("home", what="home")
    assert chat.last.title == "Hello, I am MatchMentor"


async def test_who_asks_something_at_once_gets_the_answer_and_a_line(chat: Chat) -> None:
    await chat.say("/redflag gap after graduation")
    assert chat.last.says("New here?")
    assert not chat.last.title.startswith("Hello")
    await chat.say("/redflag gap after graduation")
    assert not chat.last.says("New here?")


async def test_a_newcomer_who_begins_with_a_list_is_told_who_sees_what(chat: Chat) -> None:
    """In the direct messages only the list itself is shown, so the line stands under it."""
    await chat.say("/checklist")
    assert chat.last.says("New here?")
    await chat.say("/checklist")
    assert not chat.last.says("New here?")


async def test_a_newcomer_who_begins_with_a_list_in_a_channel_is_told_there(chat: Chat) -> None:
    chat.where = "channel"
    await chat.say("/checklist")
    assert chat.last.says("New here?")
    assert not chat.direct.last.says("New here?")


@pytest.mark.parametrize(("where", "said"), [("dm", "to me here"), ("channel", "in our direct messages (never in a")])
async def test_help_invites_private_words_only_where_they_are_private(chat: Chat, where: Where, said: str) -> None:
    chat.where = where
    await chat.say("/privacy")
    await chat.say("/matchmentor")
    assert chat.last.says(f"write to me {said}" if where == "channel" else f"write {said}")
    assert chat.last.says("to me here") == (where == "dm")


async def test_both_ways_to_begin_lead_somewhere(chat: Chat) -> None:
    await chat.say("hi")
    await chat.press("I have a red flag")
    assert chat.last.title == "Red flags"
    await chat.press("Start my checklist")
    assert chat.direct.last.says("step")


async def test_no_form_stands_before_the_first_value(chat: Chat) -> None:
    for first in ("/redflag", "/guide usce", "/checklist", "/nudges", "/profile", "/privacy"):
        other = chat.person(first)
        await other.say(first)
        assert isinstance(other.last, Message)


async def test_slack_tells_the_zone_and_discord_does_not(world: World) -> None:
    chat = Chat(world, "a")
    chat.zone = "Asia/Karachi" if world.platform == "slack" else None
    await chat.say("hi")
    person = await chat.known()
    assert person is not None
    assert person.zone == chat.zone


async def test_a_command_by_its_words_through_help(chat: Chat) -> None:
    await chat.say("/matchmentor redflag failed step 1")
    assert chat.last.says("step")
    await chat.say("/matchmentor nonsense")
    assert chat.last.title == "I do not know that command"


async def test_the_same_delivery_has_one_effect_and_one_answer(chat: Chat) -> None:
    """Scenario E07."""
    await chat.say("/checklist")
    await chat.replay()
    await chat.replay()
    async with chat.world.database.read() as uow:
        person = await chat.known()
        assert person is not None
        assert len(await uow.checklists.of(person.id)) == 1


async def test_commands_work_in_direct_messages_and_channels(chat: Chat) -> None:
    """Scenario E26."""
    for name in chat.world.registry.commands:
        for where in ("dm", "channel"):
            other = chat.person(f"{name} {where}")
            other.where = "dm" if where == "dm" else "channel"
            await other.command(name, {})
            assert other.last.says("")
