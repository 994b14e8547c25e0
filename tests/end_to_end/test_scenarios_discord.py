"""Old messages on Discord: pressed after a restart, or deleted before the answer reaches them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from typing import Any, cast

import pytest
from structlog.testing import capture_logs

from bot.boundary import Boundary
from commands.features import REGISTRY
from content.catalog import CatalogHolder
from scheduler.clock import ManualClock
from storage.db import Database, Uow
from tests.chat import START, core_catalog
from tests.databases import make_address, make_database
from tests.end_to_end.discord_stage import Stage, opened
from tests.peers.discord import Message, Person

QUICK, SOON = 5.0, 0.01
"""Seconds of patience: the answer is the first sign, or follows "working on it"."""


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with opened() as made:
        yield made


def work_on(stage: Stage, database: Database, clock: ManualClock) -> None:
    """The next adapter has the real features, on this database."""
    stage.desk = cast(Any, Boundary(REGISTRY, database, CatalogHolder(core_catalog), clock))


async def a_step(amina: Person) -> Message:
    """The first step of a checklist, in the direct messages."""
    await amina.slash("checklist", place="guild")
    overview = await amina.direct_message()
    return (await amina.press(overview, "Open step 1")).message


def done_of(step: Message) -> str:
    return next(label for label in step.labels if label.startswith("Done: "))


async def test_a_button_works_after_a_restart(stage: Stage) -> None:
    """E09: another process on the same database, ten minutes later."""
    amina, clock = stage.peer.user("amina"), ManualClock(START)
    async with make_address("sqlite") as url:
        before, after = Database(url), Database(url)
        work_on(stage, before, clock)
        async with stage.running():
            step = await a_step(amina)
        await before.dispose()
        stage.peer.clock.forward(600)
        clock.forward(timedelta(minutes=10))
        work_on(stage, after, clock)
        async with stage.running():
            pressed = await amina.press(step, done_of(step))
            assert pressed.updated
            assert done_of(step) not in pressed.message.labels
            assert "1 of" in (await amina.press(amina.direct_messages[0], "Show my progress")).text
        await after.dispose()
    assert pressed.refusals == ()


class Gate:
    """Writes wait at it: `begun` tells that one has arrived, `go_on` lets it through."""

    def __init__(self, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun, self.go_on = asyncio.Event(), asyncio.Event()
        self.go_on.set()
        self._write = database.write
        monkeypatch.setattr(database, "write", self.write)

    def write(self) -> AbstractAsyncContextManager[Uow]:
        """As `Database.write`, later."""

        @asynccontextmanager
        async def writing() -> AsyncIterator[Uow]:
            self.begun.set()
            await self.go_on.wait()
            async with self._write() as uow:
                yield uow

        return writing()

    def close(self) -> None:
        """From now on writes wait."""
        self.begun.clear()
        self.go_on.clear()


@pytest.mark.parametrize("patience", [QUICK, SOON])
async def test_a_message_that_is_deleted_while_its_button_is_at_work(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, patience: float
) -> None:
    """E39: the step is done, the person gets it in a new message that lives on, and nothing in the log is an error."""
    amina = stage.peer.user("amina")
    async with make_database("sqlite") as database:
        gate = Gate(database, monkeypatch)
        work_on(stage, database, ManualClock(START))
        with capture_logs() as logs:
            async with stage.running(patience=patience):
                step = await a_step(amina)
                gate.close()
                until: Any = "acknowledged" if patience == SOON else "sent"
                pressed = await amina.press(step, done_of(step), until=until)
                await asyncio.wait_for(gate.begun.wait(), 5)
                stage.peer.messages.delete(step.id)
                gate.go_on.set()
                await stage.peer.until(lambda: [message.id for message in amina.direct_messages] not in ([], [step.id]))
                (fresh,) = amina.direct_messages
                assert done_of(step) in fresh.text
                assert fresh.id != step.id
                await amina.slash("checklist", place="guild")
                assert [message.id for message in amina.direct_messages] == [fresh.id]
                (fresh,) = amina.direct_messages
                assert "1 of" in (await amina.press(fresh, "Show my progress")).text
    assert pressed.acknowledged
    assert [line for line in logs if line["log_level"] in ("error", "critical") or "exc_info" in line] == []


async def test_a_deleted_checklist_is_sent_anew_by_the_command(stage: Stage) -> None:
    """E39: what was done before is still done in the fresh message."""
    amina = stage.peer.user("amina")
    async with make_database("sqlite") as database:
        work_on(stage, database, ManualClock(START))
        async with stage.running():
            step = await a_step(amina)
            await amina.press(step, done_of(step))
            for message in amina.direct_messages:
                stage.peer.messages.delete(message.id)
            answer = await amina.slash("checklist", place="guild")
            fresh = await amina.direct_message()
            assert answer.ephemeral
            assert "1 of" in fresh.text
