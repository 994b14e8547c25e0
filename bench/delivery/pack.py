"""Both loopback platforms in this process, and a pack of workers in theirs."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import mmap
import os
import signal
import sys
import tempfile
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.delivery.worker import Doing, Orders, as_json
from tests.peers.discord import DiscordPeer
from tests.peers.discord.faults import Fault, Faults, Request, throttled
from tests.peers.slack import SlackPeer
from tests.peers.slack.state import DEFAULT_SCOPES

SLOTS = 64
ROOT = Path(__file__).parents[2]


class PerSecond(Faults):
    """Discord's limit for a whole bot: 50 requests in any second; more are refused. Answers to presses do not count."""

    def __init__(self, most: int = 50) -> None:
        super().__init__()
        self.waiting = [Fault("nothing matches this", 500, 1, None, {}, after=False)]
        self.refused = 0
        self._most = most
        self._times: deque[float] = deque()

    def take(self, request: Request) -> Fault | None:
        """A 429 when the last second is full."""
        now = time.monotonic()
        while self._times and now - self._times[0] >= 1:
            self._times.popleft()
        if len(self._times) >= self._most:
            self.refused += 1
            body, headers = throttled(1 - (now - self._times[0]), everywhere=True, via=True)
            return Fault(request.line, 429, 1, body, headers, after=False)
        self._times.append(now)
        return None


class Peers:
    """The loopback Discord and Slack with the people on them."""

    def __init__(self, discord: DiscordPeer, slack: SlackPeer) -> None:
        self.discord = discord
        self.slack = slack
        self._numbers = itertools.count(1)

    def newcomer(self, platform: str) -> str:
        """Somebody new; the platform's id of them."""
        name = f"person{next(self._numbers)}"
        if platform == "slack":
            return self.slack.world.add_member(name).id
        return self.discord.world.add_account(name).id

    def channel(self, user: str) -> str:
        """The open direct messages of somebody on Discord."""
        return self.discord.world.direct_channel(self.discord.world.accounts[user]).id

    def received(self) -> Counter[str]:
        """By user how many messages of the bot they see."""
        found: Counter[str] = Counter()
        bot, channels = self.discord.world.bot.id, self.discord.world.channels
        for message in self.discord.messages.by_id.values():
            person = channels[message["channel_id"]].person
            if person is not None and message["author"]["id"] == bot:
                found[person.id] += 1
        for channel, messages in self.slack.world.messages.items():
            reader = self.slack.world.channels[channel].im_of
            if reader is not None:
                found[reader] += len(messages)
        return found

    def forward(self, seconds: float) -> None:
        """Let time pass on both."""
        self.discord.clock.forward(seconds)
        self.slack.clock.forward(seconds)


@asynccontextmanager
async def peers(*, limited: bool, scopes: Iterable[str] = DEFAULT_SCOPES) -> AsyncIterator[Peers]:
    """Both, with the platforms' rate limits when asked for."""
    async with AsyncExitStack() as stack:
        discord = await stack.enter_async_context(DiscordPeer(check=False))
        slack = await stack.enter_async_context(SlackPeer("http", check=False, scopes=scopes))
        if limited:
            discord.gate.faults = PerSecond()
            slack.faults.limit("chat.postMessage", 1, 1.0, by="channel")
        yield Peers(discord, slack)


async def until(holds: Callable[[], bool], seconds: float) -> bool:
    """Wait for something that shows in other processes, at most for so long; whether it holds."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        await asyncio.sleep(0.002)
    return True


def alive(pid: int) -> bool:
    """Whether there is such a process."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Forks:
    """A fork server, and the bytes in which its workers mark what they are at."""

    server: asyncio.subprocess.Process
    marks_file: str
    marks: mmap.mmap


@dataclass(slots=True)
class Pack:
    """Workers on one database, by the slot of their mark."""

    there: Peers
    url: str
    forks: Forks
    pids: dict[int, int] = field(default_factory=dict)
    _names: Iterator[int] = field(default_factory=itertools.count)

    async def spawn(self, slot: int, **more: object) -> None:
        """A new worker in this slot."""
        self.forks.marks[slot] = Doing.STARTING
        orders = Orders(
            self.url, f"w{next(self._names)}", self.forks.marks_file, slot,
            self.there.discord.api_base, self.there.discord.token,
            self.there.slack.api_base, self.there.slack.bot_token,
            **more,  # type: ignore[arg-type]
        )  # fmt: skip
        to, answers = self.forks.server.stdin, self.forks.server.stdout
        if to is None or answers is None:
            raise RuntimeError("the fork server has no pipes")
        to.write(f"{as_json(orders)}\n".encode())
        self.pids[slot] = int(await answers.readline())

    def kill(self, slot: int, how: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal to the worker in this slot."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pids[slot], how)

    def doing(self, slot: int) -> Doing:
        """What the worker in this slot is at."""
        return Doing(self.forks.marks[slot])

    async def up(self, slots: Iterable[int]) -> None:
        """Wait until these have started. Raises `TimeoutError`."""
        wanted = tuple(slots)
        if not await until(lambda: all(self.doing(slot) != Doing.STARTING for slot in wanted), 30):
            raise TimeoutError("a worker did not start")

    async def end(self, slots: Iterable[int]) -> None:
        """Ask them to stop, and wait for it."""
        left = [self.pids.pop(slot) for slot in tuple(slots)]
        for pid in left:
            os.kill(pid, signal.SIGTERM)
        await self.gone(left)

    async def gone(self, pids: Collection[int]) -> None:
        """Wait until these processes have ended. Raises `TimeoutError`."""
        if not await until(lambda: not any(map(alive, pids)), 20):
            raise TimeoutError("a worker did not end")


@asynccontextmanager
async def forks() -> AsyncIterator[Forks]:
    """A fork server: it takes some seconds to import everything, its workers a tenth of one to start."""
    with tempfile.TemporaryDirectory(prefix="matchmentor-proof-") as folder:
        file = Path(folder) / "marks"
        file.write_bytes(bytes(SLOTS))
        server = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bench.delivery.worker",
            cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        with file.open("r+b") as opened, mmap.mmap(opened.fileno(), SLOTS) as marks:
            try:
                yield Forks(server, str(file), marks)
            finally:
                if server.stdin is not None:
                    server.stdin.close()
                await server.wait()


@asynccontextmanager
async def pack(there: Peers, url: str, made_by: Forks) -> AsyncIterator[Pack]:
    """Workers on this database, none yet. Those that are left at the end are killed."""
    made = Pack(there, url, made_by)
    try:
        yield made
    finally:
        for slot in made.pids:
            made.kill(slot)
        await made.gone(made.pids.values())
