"""No line of any log holds what a person typed, whatever fails while they type it."""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import AsyncIterator, Iterator

import pytest
import structlog

from bot.logs import configure
from commands.arguments import Argument
from commands.context import Ctx
from commands.features import REGISTRY
from commands.outcomes import Reply
from commands.registry import Feature, Registry, Values
from storage.db import Database
from tests.chat import Chat, World
from tests.databases import make_database

SECRET = "zebrafish"
CONFESSION = f"I failed step 1, {SECRET}, and my {SECRET}@example.org"

broken = Feature("broken")


@broken.command("explode", "Fail with the person's words in the message", arguments=(Argument("words", "Words"),))
async def explode(ctx: Ctx, words: str | None) -> Reply:
    """A fault that quotes what it could not use, as faults do."""
    try:
        int(words or "")
    except ValueError as fault:
        logging.getLogger("library").error("could not use %s", words, exc_info=True)
        asyncio.get_running_loop().call_exception_handler({"message": "lost", "exception": ValueError("lost")})
        raise KeyError(words) from fault
    raise LookupError(words)


@broken.form("broken.form")
async def form(ctx: Ctx, values: Values) -> Reply:
    """A fault in SQL, whose parameters are the person's words."""
    await ctx.uow.drafts.save(-1, values["words"], {"words": values["words"]}, ctx.now)
    raise AssertionError("the row belongs to nobody and must be refused")


@broken.event("broken")
async def event(ctx: Ctx) -> None:
    """A fault where nobody asked."""
    raise RuntimeError(ctx.invocation.options["words"])


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Everything that the program logs, as the operator sees it on standard error."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    lines = io.StringIO()
    configure(json=False, level="DEBUG", stream=lines)
    yield lines
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
async def database() -> AsyncIterator[Database]:
    """A database of its own, opened while the logs are watched."""
    async with make_database("sqlite") as made:
        yield made


@pytest.fixture
def world(request: pytest.FixtureRequest, database: Database) -> World:
    """A community whose bot has a feature that fails."""
    return World(database, "slack", Registry((*REGISTRY.features, broken)))


async def test_nothing_that_was_typed_is_logged(logged: io.StringIO, chat: Chat) -> None:
    chat.zone = "Asia/Karachi"
    for name in chat.world.registry.commands:
        await chat.say(f"/{name} {CONFESSION}")
    await chat.text(CONFESSION)
    await chat.text(f"I want to end it all, {SECRET}")
    await chat.say("/profile")
    await chat.press("my time zone")
    await chat.press("Another place: I type it")
    await chat.submit({"place": SECRET})
    await chat.act(f"m1:help.menu:{SECRET}")
    await chat.command(SECRET, {})
    await chat.act(f"m1:{SECRET}.{SECRET}")
    await chat.act("m1:broken.form", {"words": CONFESSION}, what="form")
    assert chat.last.title == "Something went wrong on my side"
    await chat.world.boundary.run(chat.invocation("event", "broken", options={"words": CONFESSION}))
    await _note(chat)
    lines = logged.getvalue()
    for fault in ("invocation_failed", "KeyError", "RuntimeError", "could not use", "IntegrityError"):
        assert fault in lines
    assert SECRET not in lines


async def test_a_failure_gives_a_code_that_is_in_the_log(logged: io.StringIO, chat: Chat) -> None:
    await chat.say(f"/explode {CONFESSION}")
    assert chat.last.title == "Something went wrong on my side"
    code = chat.card.plain().split("community: ")[1].split()[0].strip(".")
    assert f"code={code}" in logged.getvalue()
    assert not chat.last.says(SECRET)


async def _note(chat: Chat) -> None:
    """A note in the checklist is the longest thing that people write."""
    await chat.say("/checklist")
    await chat.press("Open my next step")
    await chat.press("note")
    await chat.submit({"note": CONFESSION})
    assert chat.last.says(SECRET)
