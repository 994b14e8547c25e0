"""Direct messages that close and open again, and messages in them that are gone: nothing is lost or stands twice."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast

import pytest

from bot.boundary import Boundary
from bot.carrier import PlatformCarrier
from bot.ports import Adapter
from commands.features import REGISTRY
from content.catalog import CatalogHolder
from scheduler.clock import ManualClock
from scheduler.dispatcher import Dispatcher, Pace
from scheduler.planner import Planner
from storage.db import Database
from storage.people import Person
from tests.chat import START, core_catalog
from tests.databases import make_database
from tests.end_to_end import discord_stage, slack_stage
from tests.peers.slack import specs

on_slack = pytest.mark.skipif(not specs.available(), reason=specs.missing_notice())


@dataclass
class Bot:
    """The real features on a database; the outbox is sent when a test says so."""

    database: Database
    clock: ManualClock = field(default_factory=lambda: ManualClock(START))
    holder: CatalogHolder = field(default_factory=lambda: CatalogHolder(core_catalog))

    def desk(self) -> Any:
        """What a stage takes for its desk."""
        return cast(Any, Boundary(REGISTRY, self.database, self.holder, self.clock))

    async def person(self, platform: str, user: str, team: str = "") -> Person:
        """What is known of somebody, in Lagos."""
        async with self.database.write() as uow:
            found = await uow.people.find(platform, team, user)
            assert found is not None
            await uow.people.set_zone(found.id, "Africa/Lagos", confirmed=True)
        return found

    async def later(self, adapter: Adapter, **passed: float) -> None:
        """Let time pass, plan and send."""
        self.clock.forward(timedelta(**passed))
        carrier = PlatformCarrier(adapter, REGISTRY.composers, self.holder, False)
        paces = {adapter.platform: Pace(rate=1_000.0, concurrency=20)}
        sender = Dispatcher(self.database, {adapter.platform: carrier}, self.clock, worker="a test", paces=paces)
        for _ in range(2):
            await Planner(self.database, self.clock).turn()
            await sender.turn()
            await sender.drain(5)


@pytest.fixture
async def bot() -> AsyncIterator[Bot]:
    async with make_database("sqlite") as database:
        yield Bot(database)


@pytest.mark.parametrize("sign", ["a command", "words"])
async def test_on_discord_nudges_come_again_after_messages_were_closed(bot: Bot, sign: str) -> None:
    async with discord_stage.opened() as stage:
        stage.desk = bot.desk()
        amina = stage.peer.user("amina")
        async with stage.running() as adapter:
            await amina.slash("privacy", place="guild")
            await bot.person("discord", amina.id)
            asked = await amina.slash("remindme", {"what": "call Dr. A", "when": "in 2 hours"}, place="guild")
            await amina.press(asked.message, "Save this reminder")
            stage.peer.close_dms(amina)
            closed = await amina.slash("checklist", place="guild")
            await stage.peer.until(lambda: closed.followups)
            assert (await bot.person("discord", amina.id)).dm_closed_at == START
            stage.peer.open_dms(amina)
            if sign == "words":
                await amina.say("hello")
                await amina.direct_message()
            else:
                await amina.slash("checklist", place="guild")
            before = len(amina.direct_messages)
            await bot.later(adapter, hours=2)
            assert "call Dr. A" in amina.direct_messages[-1].text
    assert len(amina.direct_messages) == before + 1


@on_slack
@pytest.mark.parametrize("sign", ["a command", "words"])
async def test_on_slack_nudges_come_again_after_messages_were_closed(bot: Bot, sign: str) -> None:
    async with slack_stage.opened("http") as stage:
        stage.desk = bot.desk()
        amina, team = stage.peer.user("amina", tz="Africa/Lagos"), stage.peer.world.identity.team_id
        async with stage.running() as adapter:
            asked = await amina.slash("/remindme", "call Dr. A in 2 hours", channel="general")
            await amina.press(asked.private, "Save this reminder")
            stage.peer.faults.fail("conversations.open", "user_not_found")
            closed = await amina.slash("/checklist", channel="general")
            await closed.until(lambda seen: seen.says("Your direct messages are closed to me"))
            assert (await bot.person("slack", amina.id, team)).dm_closed_at == START
            if sign == "words":
                await amina.say("hello")
            else:
                again = await amina.slash("/checklist", channel="general", silent=True)
                await again.until(lambda seen: seen.private)
            before = len(amina.inbox)
            await bot.later(adapter, hours=2)
            assert amina.inbox[-1].says("call Dr. A")
    assert len(amina.inbox) == before + 1


@on_slack
async def test_a_message_in_the_place_of_one_that_is_gone_lives_on(bot: Bot) -> None:
    """Deleted while its button was pressed: what was sent anew is changed from then on, and no second one comes."""
    async with slack_stage.opened("http") as stage:
        stage.desk = bot.desk()
        amina = stage.peer.user("amina", tz="Africa/Lagos")
        async with stage.running():
            first = await amina.slash("/checklist", channel="general", silent=True)
            await first.until(lambda seen: seen.private)
            step = (await amina.press(amina.inbox[0], "Open step 1")).message
            stage.peer.world.remove(step)
            await amina.press(step, next(name for name in step.labels if name.startswith("Done: ")), silent=True)
            await stage.peer.until(lambda: amina.inbox, "a fresh message")
            (fresh,) = amina.inbox
            again = await amina.slash("/checklist", channel="general", silent=True)
            await again.until(lambda seen: seen.private)
    assert [message.ts for message in amina.inbox] == [fresh.ts]
