"""Slack while the database is slow or locked: the acknowledgement never waits for it, and nobody is left waiting."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from typing import Any, cast

import pytest

from bot.boundary import Boundary
from bot.slack_adapter.people import People, Profile
from commands.features import REGISTRY
from content.catalog import CatalogHolder
from scheduler.clock import ManualClock
from storage.db import Database, Uow
from tests.chat import START, core_catalog
from tests.databases import make_database
from tests.end_to_end.slack_stage import Stage, opened
from tests.peers.slack import Message, User, specs

pytestmark = pytest.mark.skipif(not specs.available(), reason=specs.missing_notice())

SOON = 0.02
"""Seconds of patience: so short that the acknowledgement always leaves before a held database answers."""
NOTE = "Write a note on this step"


@pytest.fixture
async def database() -> AsyncIterator[Database]:
    async with make_database("sqlite") as made:
        yield made


@pytest.fixture(params=["http", "socket"])
async def stage(request: pytest.FixtureRequest, database: Database) -> AsyncIterator[Stage]:
    async with opened(request.param) as made:
        made.desk = cast(Any, Boundary(REGISTRY, database, CatalogHolder(core_catalog), ManualClock(START)))
        yield made


@contextmanager
def locked(database: Database) -> Iterator[sqlite3.Connection]:
    """Another process's connection that holds the write lock until it is rolled back."""
    other = sqlite3.connect(str(database.url.database), isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        yield other
    finally:
        other.close()


async def known_to_us(stage: Stage) -> None:
    """Wait until what the start reports is written, so that the lock meets the command and nothing else."""
    assert await cast(Any, stage.desk).drain(5)


async def test_the_acknowledgement_does_not_wait_for_a_locked_database(stage: Stage, database: Database) -> None:
    """E03: the answer follows through the response address, after the lock."""
    amina = stage.peer.user("amina", tz="Asia/Karachi")
    async with stage.running(patience=SOON):
        await known_to_us(stage)
        with locked(database) as other:
            answer = await amina.slash("/redflag", "I failed step 1 twice", channel="general", silent=True)
            assert answer.ack.ok
            assert answer.ack.seconds < 3
            assert answer.ack.body in (None, "")
            assert answer.messages == ()
            other.execute("ROLLBACK")
            await answer.until(lambda seen: seen.private.says("Step"))
    assert answer.private.only_for == amina.id
    assert len(stage.peer.calls("response_url")) == 1


async def test_a_lock_that_lasts_too_long_ends_in_a_private_apology(
    stage: Stage, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E03: nothing is kept of the command, and it can be sent again."""
    monkeypatch.setattr("storage.db.LOCK_WAIT_MS", 100)
    amina = stage.peer.user("amina", tz="Asia/Karachi")
    await database.dispose()  # connections made from now on wait no longer than that
    async with stage.running(patience=SOON):
        await known_to_us(stage)
        with locked(database):
            answer = await amina.slash("/checklist", channel="general", silent=True)
            assert answer.ack.ok
            assert answer.ack.body in (None, "")
            await answer.until(lambda seen: seen.private.says("I cannot reach my memory", "Please try again"))
            assert answer.private.only_for == amina.id
            assert amina.inbox == ()
        again = await amina.slash("/checklist", channel="general", silent=True)
        await again.until(lambda _: amina.inbox)


@pytest.fixture
def slow(database: Database, monkeypatch: pytest.MonkeyPatch) -> tuple[asyncio.Event, asyncio.Event]:
    """A data layer whose reads wait: the first event tells that one has begun, the second lets them go on."""
    begun, go_on = asyncio.Event(), asyncio.Event()
    read = database.read

    def slowly() -> AbstractAsyncContextManager[Uow]:
        @asynccontextmanager
        async def reading() -> AsyncIterator[Uow]:
            begun.set()
            await go_on.wait()
            async with read() as uow:
                yield uow

        return reading()

    go_on.set()
    monkeypatch.setattr(database, "read", slowly)
    return begun, go_on


async def a_step(amina: User) -> Message:
    """The first step of a checklist, in the direct messages."""
    answer = await amina.slash("/checklist", channel="general", silent=True)
    await answer.until(lambda _: amina.inbox)
    opened = await amina.press(amina.inbox[0], "Open step 1", silent=True)
    await opened.until(lambda seen: NOTE in seen.message.labels)
    return opened.message


async def test_a_press_is_acknowledged_before_anything_is_asked_of_slack(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E03: who the person is may come late; what counts is when the press arrived."""
    told = asyncio.Event()
    ask = People.get

    async def slowly(people: People, user: str) -> Profile:
        await told.wait()
        return await ask(people, user)

    amina = stage.peer.user("amina", tz="Asia/Karachi")
    async with stage.running():
        step = await a_step(amina)
        monkeypatch.setattr(People, "get", slowly)
        answer = await amina.press(step, NOTE, silent=True)
        assert answer.ack.ok
        assert answer.effects == ()
        told.set()
        await answer.heard()
        assert amina.modal is not None


@pytest.mark.parametrize(("seconds", "opens"), [(2, True), (4, False)])
async def test_a_window_behind_a_slow_database(
    stage: Stage, slow: tuple[asyncio.Event, asyncio.Event], seconds: int, opens: bool
) -> None:
    """E23: two slow seconds are no harm; after three the person gets a line, and the second press opens the form."""
    begun, go_on = slow
    amina = stage.peer.user("amina", tz="Asia/Karachi")
    async with stage.running():
        step = await a_step(amina)
        begun.clear()
        go_on.clear()
        answer = await amina.press(step, NOTE, silent=True)
        assert answer.ack.ok
        await asyncio.wait_for(begun.wait(), 5)
        stage.peer.clock.forward(seconds)
        go_on.set()
        await answer.heard()
        if not opens:
            assert answer.says("Please press that once more", "Nothing was changed")
            assert amina.modal is None
            answer = await amina.press(step, NOTE)
        assert amina.modal is not None
        assert answer.view.says("note")
