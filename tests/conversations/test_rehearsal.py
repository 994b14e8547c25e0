"""`nudges plan` against what then really happens: the same nudges, the same reasons, and nothing written."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from bot.rehearsal import Line, rehearse
from commands.actions import encode
from commands.features import REGISTRY
from commands.season.timetable import SeasonTimetable
from content.catalog import CatalogHolder
from scheduler.messages import NUDGES
from storage.nudges import SEASON
from tests.chat import Chat, core_catalog
from tests.storage.people import waiting


async def plan(chat: Chat, days: int) -> list[Line]:
    person = await chat.known()
    assert person is not None
    timetables = {SEASON: SeasonTimetable(CatalogHolder(core_catalog))}
    async with chat.world.database.read() as uow:
        found = (await uow.people.reachable([person.id]))[person.id]
        return await rehearse(
            uow, core_catalog(), REGISTRY.composers[NUDGES], timetables, found, chat.clock.now(), days
        )


async def nudged(chat: Chat, *kinds: str) -> Chat:
    chat.zone = "Africa/Lagos"
    await chat.say("hi")
    for kind in kinds:
        await chat.act(encode("nudges.on", kind))
    return chat


async def test_what_was_foreseen_is_what_happens(chat: Chat) -> None:
    await nudged(chat, "usce")
    foreseen = await plan(chat, 22)
    assert len([line for line in foreseen if line.sends]) >= 3
    person = await chat.known()
    assert person is not None
    for line in foreseen:
        assert line.at is not None
        chat.clock.forward(line.at - chat.clock.now())
        await chat.settle()
    async with chat.world.database.read() as uow:
        rows = await uow.ledger.history(person.id, 50)
    happened = [(row.due_at, row.kind, row.item) for row in reversed(rows) if row.state == "sent"]
    assert happened == [(line.at, line.kind, line.item) for line in foreseen if line.sends]


async def test_it_says_why_not_and_writes_nothing(chat: Chat) -> None:
    await nudged(chat, "usce", "letters", "exams", "email")
    await chat.act(encode("nudges.off", "email"))
    person = await chat.known()
    assert person is not None
    lines = await plan(chat, 15)
    assert Line(None, "email", None, False, "off") in lines
    async with chat.world.database.write() as uow:
        assert await uow.ledger.history(person.id, 10) == ()
        assert await waiting(uow, person.id) == ()
        await uow.people.pause_nudges(person.id, "asked", chat.clock.now())
    assert {line.reason for line in await plan(chat, 15) if line.at} == {"paused"}


async def test_a_persons_own_words_are_not_in_it(chat: Chat) -> None:
    await nudged(chat)
    await chat.say("/remindme tomorrow 9am my secret words")
    assert "secret" not in repr(await plan(chat, 10))


@pytest.mark.parametrize("who", ["discord", "slack:U1", "somebody", "mail:a:b:c"])
def test_who_has_to_be_said_in_one_of_three_ways(who: str, tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(str(tmp_path))
    runner = CliRunner()
    assert runner.invoke(app, ["migrate", "up"]).exit_code == 0
    assert runner.invoke(app, ["nudges", "plan", "--person", who]).exit_code == 2
    unknown = runner.invoke(app, ["nudges", "plan", "--person", "17", "--json"])
    assert (unknown.exit_code, unknown.stdout) == (1, "")
