"""A slash command to its answer over real sockets: the whole program against the bare library, each a process."""

from __future__ import annotations

import asyncio
import json
import socket
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from bench import answers
from bench.bare import READY
from bench.load import Round, Side, compare
from bench.processes import OURS, running
from tests.peers.discord import DiscordPeer
from tests.peers.slack import SlackPeer

IN_FLIGHT = (1, 16, 64)
PEOPLE = max(IN_FLIGHT)
ROUNDS, SECONDS = 3, 1.2

Say = Callable[[str], None]
Compared = dict[int, tuple[Round, Round]]
"""By requests in flight: (ours, bare)."""


async def on_discord(say: Say) -> Compared:
    """Over the gateway and HTTP."""
    with tempfile.TemporaryDirectory() as kept:
        folder = Path(kept)
        (folder / "answer.json").write_text(json.dumps(answers.for_discord(answers.page())), encoding="utf-8")
        async with AsyncExitStack() as stack:
            ours = await stack.enter_async_context(_discord_side(folder, bare=False))
            bare = await stack.enter_async_context(_discord_side(folder, bare=True))
            return await _compared("Discord", ours, bare, say)


async def on_slack(say: Say) -> Compared:
    """Over HTTP: Slack posts, the answer is in the acknowledgement."""
    with tempfile.TemporaryDirectory() as kept:
        folder = Path(kept)
        (folder / "answer.json").write_text(json.dumps(answers.for_slack(answers.page())), encoding="utf-8")
        async with AsyncExitStack() as stack:
            ours = await stack.enter_async_context(_slack_side(folder, bare=False))
            bare = await stack.enter_async_context(_slack_side(folder, bare=True))
            return await _compared("Slack", ours, bare, say)


async def _compared(name: str, ours: Side, bare: Side, say: Say) -> Compared:
    for side in (ours, bare):  # twice: the first answer makes the person known, and welcomes them
        for _ in range(2):
            for number in range(PEOPLE):
                await side.request(number)
    found: Compared = {}
    for in_flight in IN_FLIGHT:
        say(f"{name}: {in_flight} in flight")
        found[in_flight] = await compare(ours, bare, in_flight, rounds=ROUNDS, seconds=SECONDS)
    return found


@asynccontextmanager
async def _discord_side(folder: Path, *, bare: bool) -> AsyncIterator[Side]:
    async with DiscordPeer(check=False) as peer:
        arguments = ("-m", "bench.bare", "discord", str(folder / "answer.json")) if bare else OURS
        settings = peer.environment() | ({} if bare else database(folder))
        async with running(arguments, settings, READY if bare else '"ready"', folder) as process:
            await peer.ready()
            # A global command is there a moment after the start, as the library registers it before it connects.
            await peer.until(lambda: any(each["name"] == answers.COMMAND for each in peer.commands))
            people = [peer.user(f"person{number}") for number in range(PEOPLE)]

            async def request(number: int) -> None:
                if len(peer.requests) > 2_000 + PEOPLE and number == 0:
                    peer.gate.requests.clear()
                answer = await people[number].slash(answers.COMMAND, {"words": answers.TOPIC}, place="guild")
                if answer.deferred:
                    raise RuntimeError("the bot asked for time instead of answering")
                _forget(peer, answer.interaction.id, answer.interaction.token, answer.interaction.original)

            yield Side(process, request)


def _forget(peer: DiscordPeer, number: str, token: str, message: str | None) -> None:
    """What was answered is not looked at again; a peer that remembers everything slows down."""
    peer.interactions.by_id.pop(number, None)
    peer.interactions.by_token.pop(token, None)
    if message is None or peer.messages.by_id.pop(message, None) is None:
        raise RuntimeError("the bot answered without a message")
    peer.interactions.readers.pop(message, None)


@asynccontextmanager
async def _slack_side(folder: Path, *, bare: bool) -> AsyncIterator[Side]:
    async with SlackPeer("http", check=False) as peer:
        address = f"127.0.0.1:{_free_port()}"
        arguments = ("-m", "bench.bare", "slack", str(folder / "answer.json")) if bare else OURS
        listen = {"LISTEN": address} if bare else {"MATCHMENTOR_HTTP": address, **database(folder)}
        async with running(arguments, {**peer.settings(), **listen}, READY if bare else '"ready"', folder) as process:
            peer.connect_http(f"http://{address}/slack/events")
            people = [peer.user(f"person{number}") for number in range(PEOPLE)]

            async def request(number: int) -> None:
                answer = await people[number].slash(f"/{answers.COMMAND}", answers.TOPIC, "general", silent=True)
                if not isinstance(answer.ack.body, dict) or len(answer.ack.body.get("blocks", ())) < 4:
                    raise RuntimeError(f"the app did not answer with the page: {answer.ack}")
                if number == 0 and len(peer.world.effects) > 500 + PEOPLE:
                    _clear(peer)

            yield Side(process, request)


def _clear(peer: SlackPeer) -> None:
    for kept in (peer.world.effects, peer.world.whispers, peer.requests):
        kept.clear()


def database(folder: Path) -> dict[str, str]:
    """Settings for a SQLite file there, and a log that says in JSON when the bot is ready."""
    return {"DATABASE_URL": f"sqlite:///{folder / 'matchmentor.db'}", "MATCHMENTOR_LOG": "json"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def pause(seconds: float) -> None:
    """Let a bot come to rest."""
    await asyncio.sleep(seconds)
