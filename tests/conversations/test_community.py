"""Communities and people that come and go."""

from __future__ import annotations

from datetime import timedelta

from commands.actions import encode
from storage.retention import FROZEN, housekeeping
from tests.chat import COMMUNITY, Chat


async def test_whoever_adds_the_bot_gets_three_steps_directly(chat: Chat) -> None:
    await chat.event("installed", {"installer": chat.user})
    await chat.settle()
    assert chat.direct.last.title == "Thank you for adding me: three next steps"
    for step in ("1.", "2.", "3."):
        assert chat.direct.last.says(step)
    assert len(chat.messages) == 1
    await chat.press("What I do, who sees what")
    assert chat.last.title == "Hello, I am MatchMentor"


async def test_an_installation_that_is_reported_twice_is_greeted_once(chat: Chat) -> None:
    await chat.event("installed", {"installer": chat.user})
    await chat.event("installed", {"installer": chat.user})
    await chat.settle()
    assert len(chat.messages) == 1


async def test_nobody_is_greeted_where_the_installer_is_not_known(chat: Chat) -> None:
    chat.user = ""
    await chat.event("installed", {"installer": ""})
    await chat.settle()
    assert chat.messages == []
    async with chat.world.database.read() as uow:
        assert await uow.communities.find(chat.world.platform, COMMUNITY[chat.world.platform]) is not None


async def test_the_greeting_is_not_sent_once_the_bot_is_gone_again(chat: Chat) -> None:
    await chat.event("installed", {"installer": chat.user})
    await chat.event("removed")
    await chat.settle()
    assert chat.messages == []


async def member(chat: Chat) -> Chat:
    chat.where = "channel"
    await chat.say("/checklist")
    return chat


async def frozen(chat: Chat) -> bool:
    person = await chat.known()
    assert person is not None
    return person.frozen_at is not None


async def test_a_removal_freezes_members_and_a_return_brings_them_back(chat: Chat) -> None:
    await member(chat)
    await chat.event("removed")
    assert await frozen(chat)
    installer = chat.person("b")
    await installer.event("installed", {"installer": installer.user})
    assert not await frozen(chat)


async def test_a_member_who_left_and_asks_again_is_back_with_everything(chat: Chat) -> None:
    await member(chat)
    other = await member(chat.person("b"))
    await chat.event("member_left")
    assert await frozen(chat)
    assert not await frozen(other)
    await chat.say("/checklist progress")
    assert not await frozen(chat)
    person = await chat.known()
    assert person is not None
    async with chat.world.database.read() as uow:
        assert len(await uow.checklists.of(person.id)) == 1


async def test_a_closed_account_is_frozen_and_purged_after_thirty_days(chat: Chat) -> None:
    await member(chat)
    await chat.event("user_gone")
    assert await frozen(chat)
    chat.clock.forward(FROZEN + timedelta(days=1))
    assert (await housekeeping(chat.world.database, chat.clock.now()))["person"] == 1
    assert await chat.known() is None


async def test_closed_direct_messages_are_remembered(chat: Chat) -> None:
    await member(chat)
    await chat.event("dm_closed")
    person = await chat.known()
    assert person is not None
    assert person.dm_closed_at == chat.clock.now()


async def test_events_about_strangers_change_nothing(chat: Chat) -> None:
    for name in ("removed", "member_left", "user_gone", "dm_closed"):
        await chat.event(name)
    assert await chat.known() is None


async def test_an_admin_finds_the_next_steps_and_a_member_does_not(chat: Chat) -> None:
    chat.is_admin = True
    await chat.say("/matchmentor")
    await chat.press("Show the three next steps")
    assert chat.last.says("Pin a line for your members")
    other = chat.person("b")
    await other.say("/matchmentor")
    assert not other.last.says("You run this community")
    await other.act(encode("community.steps"))
    assert other.last.says("This is not for everyone")
