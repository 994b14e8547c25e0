"""`make try`: the real bot on a simulated Discord, used in the browser. No token, no network.

Everything is real but Discord itself: the adapter's client, the database, the scheduler. The scheduler runs beside the
bot, never inside it: the simulation waits after each press for the bot's own tasks to rest.

The database is the trial's own, kept between runs. Never an installation's: the planner of a trial knows no quiet
hours, and the simulated Discord knows none of the real people.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import structlog

from bot.app import App
from bot.discord_adapter.adapter import FINISH_WITHIN, DiscordAdapter
from bot.discord_adapter.client import MentorClient
from bot.ports import Outgoing, Sent
from bot.settings import Settings, SettingsError
from bot.uploads import Upload, as_text
from scheduler.clock import Clock, SystemClock

if TYPE_CHECKING:
    import simcord

log = structlog.get_logger()
Place = Literal["dm", "channel"]

PEOPLE = ("applicant", "mentor", "friend")
"""Who can be tried out. Always made in this order and first of all, so that each keeps the same id from run to run."""
COMMUNITY = "IMG Mentors"
FOLDER = "try"
"""Where a trial's data stays, inside the data folder."""
MISSING = "The trial page needs its own packages: run `make venv` once."

_FIRST_STEPS = {
    "dm": (
        "Type /checklist and press a button: a first nudge comes by itself within two minutes.",
        "Type /redflag my step 1 attempt, or just write hello.",
    ),
    "channel": (
        "Type /redflag and pick a topic: only you see the answer.",
        "Type /checklist: the list goes to your direct messages (make try shows them).",
    ),
}


class SimulatedFiles:
    """What is sent with a form here: the simulation keeps it, and no address leads to it."""

    def __init__(self, client: MentorClient) -> None:
        self._client = client

    async def text(self, upload: Upload) -> str:
        """See `bot.uploads.Files`."""
        return as_text(await self._client.http.get_from_cdn(upload.url))


class SimulatedAdapter(DiscordAdapter):
    """Says when the outbox has delivered something, for the page does not look by itself."""

    def __init__(self, app: App, clock: Clock) -> None:
        super().__init__("no token is needed here", app.boundary, app.registry, clock)
        self.delivered = asyncio.Event()
        self.client.files = SimulatedFiles(self.client)

    async def deliver(self, message: Outgoing) -> Sent:
        """As the adapter does."""
        sent = await super().deliver(message)
        self.delivered.set()
        return sent

    async def start(self) -> None:
        """The simulation connects the client."""

    async def stop(self) -> None:
        """Let the answers under way finish; the simulation closes the client."""
        await self.client.drain(FINISH_WITHIN)


@dataclass(frozen=True, slots=True)
class World:
    """The simulated Discord: one community with one channel, and everyone in it."""

    env: simcord.Env
    channel: Any
    members: dict[str, Any]

    @contextlib.asynccontextmanager
    async def shown(self, place: Place, person: str, port: int) -> AsyncIterator[Any]:
        """The page for one conversation, as one person sees it. Raises `SettingsError` when it cannot be served."""
        import simcord

        member = self.members[person]
        channel, viewer = (self.channel, member) if place == "channel" else (member.user.dm_channel, member.user)
        page = self.env.preview(channel, viewers=[viewer], layout="channel", port=port or None)
        try:
            await page.__aenter__()
        except simcord.SetupError as fault:
            raise SettingsError(MISSING) from fault
        except OSError as fault:
            raise SettingsError(f"Port {port} is taken. Leave it out, and a free one is found.") from fault
        try:
            yield page
        finally:
            await page.close()


async def run_trial(
    settings: Settings,
    *,
    place: Place = "dm",
    person: str = "applicant",
    port: int = 0,
    say: Callable[[str], None] = lambda line: print(line, file=sys.stderr, flush=True),  # noqa: T201  for a person
    stop: asyncio.Event | None = None,
) -> None:
    """Serve the page until Ctrl-C, `stop` or "End preview session". `port` 0 takes a free one.

    Of the settings only what `apart` leaves counts: the installation is not touched.
    Raises `SettingsError` when the simulation is not installed or nobody is called `person`.
    """
    if person not in PEOPLE:
        raise SettingsError(f"AS={person}: nobody has that name here. Known are {', '.join(PEOPLE)}.")
    clock = SystemClock()
    app = App(apart(settings), clock, demo=True)
    adapter = SimulatedAdapter(app, clock)
    stop = stop or asyncio.Event()
    async with contextlib.AsyncExitStack() as stack:
        stack.enter_context(_stopping(stop))
        world = await _open_world(adapter, clock)
        stack.push_async_callback(world.env.shutdown)
        stack.push_async_callback(app.stop)  # before the simulation ends, so that nothing is sent to nowhere
        await app.prepare()
        await app.start_background([adapter])
        page = await stack.enter_async_context(world.shown(place, person, port))
        _greet(say, page.url, place, person)
        await _first(
            stop.wait(), page.wait_closed(), _keep_time(world.env, clock), _keep_fresh(page, adapter.delivered)
        )
    say("Stopped. Your data stays for the next time.")


def apart(settings: Settings) -> Settings:
    """A trial's settings: a database and a folder of its own, the community's pages, no tokens and no HTTP side."""
    return Settings(data_dir=settings.data_dir / FOLDER, content_dir=settings.content_dir, key=settings.key)


async def _open_world(adapter: DiscordAdapter, clock: Clock) -> World:
    try:
        import simcord
    except ModuleNotFoundError as fault:
        raise SettingsError(MISSING) from fault
    env = simcord.Env(adapter.client, check_errors=False)
    env.backend.bot_user.name = "MatchMentor"
    users = {name: env.create_user(name, global_name=name.title()) for name in PEOPLE}
    for user in users.values():
        user.dm_channel  # noqa: B018  made now, so that its id too is the same in each run
    guild = env.create_guild(COMMUNITY)
    channel = guild.create_text_channel("general")
    members = {name: guild.add_member(user) for name, user in users.items()}
    await env.start()
    _set_time(env, clock)
    return World(env, channel, members)


def _set_time(env: simcord.Env, clock: Clock) -> None:
    """Move the simulation's time to now.

    Ids carry the time, and the simulation begins on the same day in each run: without this, a second run would repeat
    the first one's ids, and the bot would take new presses for old ones.
    """
    env.backend.advance_clock(max(0.0, (clock.now() - env.now()).total_seconds()))


async def _keep_time(env: simcord.Env, clock: Clock) -> None:
    while True:
        await asyncio.sleep(1)
        _set_time(env, clock)


async def _keep_fresh(page: Any, delivered: asyncio.Event) -> None:
    """Show on the page what came from the outbox. While the person does something, it waits for its turn."""
    import simcord

    while True:
        await delivered.wait()
        delivered.clear()
        try:
            await page.refresh()
        except (simcord.SetupError, TimeoutError) as fault:
            log.debug("page_busy", reason=type(fault).__name__)
            await asyncio.sleep(0.2)
            delivered.set()


def _greet(say: Callable[[str], None], url: str, place: Place, person: str) -> None:
    say(f"\n  MatchMentor is ready for you ({person}): {url}\n")
    for line in _FIRST_STEPS[place]:
        say(f"  {line}")
    say("  Ctrl-C stops. Nothing leaves this machine.\n")


async def _first(*waits: Any) -> None:
    """Wait for the first of several, and end the others."""
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@contextlib.contextmanager
def _stopping(stop: asyncio.Event) -> Iterator[None]:
    """Ctrl-C and SIGTERM set `stop` instead of tearing the loop down in the middle of a transaction."""
    loop = asyncio.get_running_loop()
    caught: list[signal.Signals] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):  # Windows; not the main thread
            loop.add_signal_handler(number, stop.set)
            caught.append(number)
    try:
        yield
    finally:
        for number in caught:
            loop.remove_signal_handler(number)
