"""The whole bot on a loopback Slack: real features, boundary, content and database."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any, cast

import pytest

from bot.boundary import Boundary
from commands.features import REGISTRY
from content.catalog import CatalogHolder
from scheduler.clock import ManualClock
from tests.chat import START, core_catalog
from tests.databases import make_database
from tests.end_to_end.slack_stage import Stage, opened
from tests.peers.slack import User, specs

pytestmark = pytest.mark.skipif(not specs.available(), reason=specs.missing_notice())


@pytest.fixture(params=["http", "socket"])
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    async with make_database("sqlite") as database, opened(request.param) as made:
        boundary = Boundary(REGISTRY, database, CatalogHolder(core_catalog), ManualClock(START))
        made.desk = cast(Any, boundary)
        async with made.running():
            yield made


@pytest.fixture
def amina(stage: Stage) -> User:
    return stage.peer.user("amina", tz="Asia/Karachi")


async def test_from_the_first_opening_to_a_page(amina: User) -> None:
    view = await amina.open_home()
    assert view.says("Hello, I am MatchMentor", "Who sees what")
    menu = await amina.press(view, "I have a red flag", silent=True)
    await menu.until(lambda _: amina.inbox or (amina.home and not amina.home.says("Hello, I am")))
    answer = await amina.slash("/redflag", "I failed step 1 twice", channel="general")
    assert answer.private.only_for == amina.id
    assert answer.says("Step")


async def test_texts_name_the_commands_that_the_workspace_has() -> None:
    """With a prefix, whatever a text says can be typed as it stands there."""
    async with make_database("sqlite") as database, opened("http") as stage:
        stage.desk = cast(Any, Boundary(REGISTRY, database, CatalogHolder(core_catalog), ManualClock(START)))
        async with stage.running(prefix="mm-"):
            amina = stage.peer.user("amina", tz="Asia/Karachi")
            await amina.open_home()
            for command in ("matchmentor", "nudges", "profile", "privacy"):
                await amina.slash(f"/mm-{command}", channel="general")
                await amina.slash(f"/mm-{command}")
            shown = "\n".join(message.words for channel in ("general", None) for message in amina.sees(channel))
    named = set(re.findall(r"(?<![\w/])/([\w-]+)", shown))
    assert {"mm-redflag", "mm-checklist", "mm-privacy"} <= named
    assert named & set(REGISTRY.commands) == set()


async def test_a_checklist_in_the_direct_messages_and_a_press_that_comes_twice(stage: Stage, amina: User) -> None:
    answer = await amina.slash("/checklist", channel="general")
    await answer.until(lambda seen: seen.private)
    (overview,) = amina.inbox
    step = (await amina.press(overview, "Open step 1")).message
    done = next(name for name in step.labels if name.startswith("Done"))
    pressed = await amina.press(step, done)
    assert done not in pressed.updated.labels
    shown = [message.words for message in amina.inbox]
    effects = len(stage.peer.world.effects)
    assert (await stage.peer.redeliver(pressed.sent, retry=0)).ack.ok
    assert (await amina.say("stop")).direct.says("nudge")
    assert [message.words for message in amina.inbox[:-1]] == shown
    assert len(stage.peer.world.effects) == effects + 2


async def test_a_copy_of_everything_is_a_file_in_the_direct_messages(stage: Stage, amina: User) -> None:
    await amina.slash("/checklist", channel="general")
    answer = await amina.slash("/privacy", channel="general")
    copy = next(name for name in answer.private.labels if "copy" in name.lower())
    given = await amina.press(answer.private, copy, silent=True)
    await given.until(lambda _: any(message.files for message in amina.inbox))
    (file,) = [stage.peer.world.files[name] for message in amina.inbox for name in message.files]
    assert file.content
    assert b"Asia/Karachi" in file.content
