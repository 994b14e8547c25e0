"""What is kept, a copy of it, and deletion of which no byte is left."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest

from storage.db import Database
from storage.retention import RETENTION
from storage.tables import metadata
from tests.chat import Chat
from tests.databases import KINDS, Kind, make_database
from tests.storage.people import TRACE, WORDS, fill
from tests.storage.remains import everything


@pytest.fixture(params=KINDS)
async def database(request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    """Both databases in turn: what is left behind differs."""
    kind: Kind = request.param
    async with make_database(kind) as made:
        yield made


@pytest.fixture
async def filled(chat: Chat) -> Chat:
    """Somebody with a row in every table that can have one."""
    chat.user = TRACE
    await chat.say("hi")
    person = await chat.known()
    assert person is not None
    await fill(chat.world.database, person)
    return chat


async def tables_with_rows(database: Database) -> set[str]:
    async with database.read() as uow:
        return {name for name, table in metadata.tables.items() if (await uow.connection.execute(table.select())).all()}


async def test_every_personal_table_is_named_with_its_time(chat: Chat) -> None:
    await chat.say("/privacy")
    for kept in RETENTION.values():
        assert chat.last.says(kept.keeps) == kept.personal
    for said in ("30 days", "7 days", "1 day", "Nobody in your community"):
        assert chat.last.says(said)


async def test_the_copy_goes_to_the_direct_messages_and_holds_everything(filled: Chat) -> None:
    filled.where = "channel"
    await filled.say("/privacy")
    await filled.press("Send me a copy of everything")
    (file,) = filled.direct.last.card.files
    assert file.name == "matchmentor-data.json"
    told = json.loads(file.data)
    assert {name for name, kept in RETENTION.items() if kept.personal} == set(told)
    assert WORDS in file.data.decode()
    assert filled.last is not filled.direct.last
    assert not filled.last.says(WORDS)
    assert WORDS not in filled.direct.last.card.preview


async def test_deletion_asks_first_and_can_be_left(filled: Chat) -> None:
    await filled.say("/privacy")
    await filled.press("Delete everything about me")
    assert "Send me a copy first" in [button.label for button in filled.card.buttons()]
    await filled.press("No, keep it")
    assert filled.last.title == "What I keep about you"
    assert await filled.known() is not None


async def test_after_deletion_no_byte_is_left(filled: Chat) -> None:
    """Scenario E13."""
    world = filled.world
    await filled.person("b").say("hi")
    assert TRACE.encode() in await everything(world.database)
    await filled.say("/privacy")
    await filled.press("Delete everything about me")
    await filled.press("Yes, delete everything now")
    assert filled.last.title == "Everything about you is deleted"
    left = await everything(world.database)
    assert WORDS.encode() not in left
    assert TRACE.encode() not in left
    assert filled.person("b").user.encode() in left
    shown = len(filled.messages)
    filled.clock.forward(days=8)
    await filled.settle()
    assert len(filled.messages) == shown


async def test_what_a_deletion_does_not_reach_is_told_before_and_after(filled: Chat) -> None:
    """Pictures of the progress too; and nobody is sent to delete what only the bot, or a workspace, could."""
    await filled.say("/privacy")
    await filled.press("Delete everything about me")
    assert filled.last.says("stays in our conversation, pictures of your progress too")
    await filled.press("Yes, delete everything now")
    assert filled.last.says("pictures of your progress")
    assert not filled.last.says("until you delete them")
    advice = {"discord": "Discord does not let you delete it", "slack": "a setting of your workspace"}
    assert [name for name, said in advice.items() if filled.last.says(said)] == [filled.world.platform]


async def test_a_second_deletion_finds_nothing_and_leaves_nothing(filled: Chat) -> None:
    await filled.say("/privacy")
    await filled.press("Delete everything about me")
    await filled.press("Yes, delete everything now")
    await filled.again()
    assert filled.last.title == "There is nothing stored about you"
    assert await filled.known() is None
    assert await tables_with_rows(filled.world.database) <= {"seen", "community"}


async def test_somebody_else_keeps_everything(filled: Chat) -> None:
    other = filled.person("b")
    await other.say("/privacy")
    await other.press("Delete everything about me")
    await other.press("Yes, delete everything now")
    person = await filled.known()
    assert person is not None
    async with filled.world.database.read() as uow:
        assert WORDS in json.dumps(await uow.privacy.export(person.id))


async def test_whoever_deleted_everything_is_a_newcomer_again(filled: Chat) -> None:
    await filled.say("/privacy")
    await filled.press("Delete everything about me")
    await filled.press("Yes, delete everything now")
    await filled.say("hi")
    assert filled.last.title == "Hello, I am MatchMentor"
