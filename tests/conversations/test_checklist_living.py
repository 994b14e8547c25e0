"""A list is one message: asked for again it is changed where it stands, and a press makes a message the one."""

from __future__ import annotations

from datetime import timedelta

from commands import living
from commands.actions import encode
from commands.checklist.showing import key
from commands.outcomes import Direct, Update
from storage.checklists import Checklist
from tests.chat import Chat

FIRST = "List every concern in your file"
ABOVE = "Your list is up to date above"
HERE = "Show the list here"


async def the_list(chat: Chat) -> Checklist:
    person = await chat.known()
    assert person is not None
    async with chat.world.database.read() as uow:
        return (await uow.checklists.of(person.id))[0]


async def stands_at(chat: Chat) -> str | None:
    person = await chat.known()
    assert person is not None
    mine = await the_list(chat)
    async with chat.world.database.read() as uow:
        found = await uow.living.get(person.id, person.account, key(mine.id))
    return found.ref if found else None


async def refreshed(chat: Chat, list_id: int) -> None:
    """A change from elsewhere, such as the answer to a nudge, reaches the message of this list."""
    person = await chat.known()
    assert person is not None
    async with chat.world.database.write() as uow:
        await uow.outbox.add(
            person_id=person.id, account_id=person.account, platform=chat.world.platform, compose=living.REFRESH,
            dedupe_key=f"refresh-{list_id}", due_at=chat.clock.now(), now=chat.clock.now(),
            payload={"key": key(list_id)},
        )  # fmt: skip
    await chat.settle()


async def test_asked_for_again_the_list_is_changed_where_it_stands(chat: Chat) -> None:
    await chat.say("/checklist")
    first = chat.direct.last
    outcome = await chat.act(encode("checklist.open"))
    assert isinstance(outcome, Direct)
    assert outcome.edit == first.ref
    assert chat.last.title == ABOVE
    assert [message.title for message in chat.direct.messages] == ["Application strategy: 0 of 16 done", ABOVE]


async def test_in_a_channel_the_note_says_where_the_list_is(chat: Chat) -> None:
    await chat.say("/checklist")
    chat.where = "channel"
    await chat.act(encode("checklist.open"))
    assert chat.last.title == "Your list is in your direct messages, up to date"


async def test_show_the_list_here_makes_this_message_the_one(chat: Chat) -> None:
    await chat.say("/checklist")
    await chat.act(encode("checklist.open"))
    await chat.press(HERE)
    assert chat.last.title == "Application strategy: 0 of 16 done"
    assert await stands_at(chat) == chat.direct.last.ref
    assert chat.direct.last is not chat.direct.messages[0]


async def test_a_press_in_the_message_of_the_list_itself_changes_only_that(chat: Chat) -> None:
    await chat.say("/checklist")
    message = chat.direct.last
    outcome = await chat.act(encode("checklist.start", "strategy"), source=message)
    assert isinstance(outcome, Update)
    assert len(chat.direct.messages) == 1


async def test_every_press_makes_its_message_the_one(chat: Chat) -> None:
    await chat.say("/checklist")
    old = chat.direct.last
    chat.clock.forward(days=8)
    await chat.act(encode("checklist.open"))
    assert chat.direct.last is not old, "after a week a fresh message is sent"
    mine = await the_list(chat)
    await chat.act(encode("checklist.step", mine.steps[0].id), source=old)
    assert await stands_at(chat) == old.ref


async def test_a_list_whose_message_was_deleted_comes_back(chat: Chat) -> None:
    await chat.say("/checklist")
    message = chat.direct.last
    mine = await the_list(chat)
    chat.lose(message)
    await chat.act(encode("checklist.open"))
    assert any(shown.title == "Application strategy: 0 of 16 done" for shown in chat.direct.messages)
    await chat.act(encode("checklist.set", mine.steps[0].id, True))
    assert chat.last.says(f"Done: {FIRST}"), "the answer to a press on what is gone is shown all the same"


async def test_a_change_from_elsewhere_brings_the_message_up_to_date(chat: Chat) -> None:
    await chat.say("/checklist")
    message = chat.direct.last
    person = await chat.known()
    assert person is not None
    mine = await the_list(chat)
    async with chat.world.database.write() as uow:
        await uow.checklists.set_state(person.id, mine.steps[0].id, "done", chat.clock.now())
    await refreshed(chat, mine.id)
    assert message.title == "Application strategy: 1 of 16 done"
    assert len(chat.direct.messages) == 1


async def test_nothing_is_sent_for_a_list_that_was_put_away_or_has_no_message_near(chat: Chat) -> None:
    await chat.say("/checklist")
    message = chat.direct.last
    person = await chat.known()
    assert person is not None
    mine = await the_list(chat)
    later = chat.clock.now() + timedelta(days=8)
    async with chat.world.database.write() as uow:
        await uow.checklists.set_state(person.id, mine.steps[0].id, "done", chat.clock.now())
        for number, (name, at) in enumerate(
            ((key(mine.id), later), ("list:999999", chat.clock.now()), ("other:1", chat.clock.now()))
        ):
            await uow.outbox.add(
                person_id=person.id, account_id=person.account, platform=chat.world.platform, compose=living.REFRESH,
                dedupe_key=f"refresh-{number}", due_at=at, now=chat.clock.now(), payload={"key": name},
            )  # fmt: skip
    await chat.settle()
    chat.clock.forward(days=8, minutes=1)
    await chat.settle()
    assert message.title == "Application strategy: 0 of 16 done"
    assert len(chat.direct.messages) == 1


async def test_whoever_uses_it_every_five_days_gets_a_fresh_message_after_a_week(chat: Chat) -> None:
    await chat.say("/checklist")
    first = chat.direct.last
    mine = await the_list(chat)
    chat.clock.forward(days=5)
    await chat.act(encode("checklist.set", mine.steps[0].id, True), source=first)
    await chat.act(encode("checklist.open"))
    assert [message for message in chat.direct.messages if message.title != ABOVE] == [first]
    chat.clock.forward(days=5)
    await chat.act(encode("checklist.open"))
    assert chat.direct.last.title == "Application strategy: 1 of 16 done"
    assert chat.direct.last is not first


async def test_a_message_that_shows_another_list_by_now_is_left_alone(chat: Chat) -> None:
    await chat.say("/checklist letters")
    await chat.say("/checklist usce")
    await chat.say("/checklist")
    menu = chat.direct.last
    await chat.press("Open: Letters of recommendation")
    assert chat.last is menu
    await chat.press("More for this list")
    await chat.press("See all my lists")
    await chat.press("Open: US clinical experience")
    assert chat.last is menu
    person = await chat.known()
    assert person is not None
    async with chat.world.database.read() as uow:
        ids = {each.template: each.id for each in await uow.checklists.of(person.id)}
    shown = menu.card
    await refreshed(chat, ids["letters"])
    assert menu.card == shown, "the list that stood here before is not put back"
    await refreshed(chat, ids["usce"])
    assert menu.title.startswith("US clinical experience")


async def test_a_refresh_still_asks_whose_season_the_dates_are(chat: Chat) -> None:
    await chat.say("/checklist")
    chat.clock.forward(days=120)
    await chat.say("/checklist")
    message, mine = chat.direct.last, await the_list(chat)
    assert message.says("is that yours?")
    await refreshed(chat, mine.id)
    assert message.says("is that yours?")
    assert "Set my Match year" in message.labels
