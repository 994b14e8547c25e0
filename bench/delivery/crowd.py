"""Ten thousand people who all chose the same minute on Discord, while on Slack one nudge at a time is due."""

from __future__ import annotations

import asyncio
import gc
import statistics
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from bench.delivery.figures import Figure, counted
from bench.delivery.pack import Peers, PerSecond, forks, pack, peers
from bench.delivery.stage import NAMES, Newcomer, enrol, once
from scheduler.clock import SystemClock
from scheduler.lanes import PACES
from scheduler.messages import NUDGES
from storage.db import Database
from storage.ledger import NewNudge
from storage.outbox import Letter
from tests.databases import KINDS, Kind, make_address

HOW = """\
The whole worker as in service (real runner, pace, ticks and lease; both real adapters) in a process of its own, against
the loopback Discord and Slack of the tests, which refuse what is over the limits: 50 requests in any second on Discord,
one message a second in a channel on Slack. One database after the other: a worker shares the machine with the two
platforms only. Everybody's reminder has come when the worker starts; the small community joined last. The floor is what
50 requests a second allow, one request a message; those whose direct messages were never opened need two. A nudge that
is due alone comes on Slack every two seconds: every other one is a reminder that the planner has yet to find, the rest
are planned already, as a snoozed one is. Late is from the moment due until Slack has it."""
LIMIT = 50
ALONE_EVERY = 2.0
MOST_LATE = timedelta(seconds=30)
OVER, FAIR, SOON = 0.03, 0.10, 2.0
_SLACK = "slack"


@dataclass(slots=True)
class Alone:
    """A nudge on Slack with nothing beside it: the person, when it is due, whether it is planned already."""

    user: str
    due: datetime
    planned: bool


async def play(people: int, small: int, strangers: int) -> list[Figure]:
    """So many people, of whom `small` are in the small community; then `strangers` who were never written to."""
    with _without_pauses():
        crowds = [await on(kind, people, small) for kind in KINDS]
        again = [await _strangers(kind, strangers) for kind in KINDS]
    return [figure for figures in (*crowds, *again) for figure in figures]


@contextmanager
def _without_pauses() -> Iterator[None]:
    """The platforms are in this process and keep every message: its garbage collector would stop them now and then.

    The workers are in theirs, with the collector as it always is.
    """
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


async def on(kind: Kind, people: int, small: int) -> list[Figure]:
    """The crowd, and those who are due alone."""
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(make_address(kind))
        there = await stack.enter_async_context(peers(limited=True))
        server = await stack.enter_async_context(forks())
        workers = await stack.enter_async_context(pack(there, url, server))
        database = Database(url)
        stack.push_async_callback(database.dispose)
        users = [there.newcomer("discord") for _ in range(people)]
        now = SystemClock().now()
        crowd = [Newcomer("discord", user, [(once(now), now)], there.channel(user)) for user in users]
        await enrol(database, crowd, now)
        await workers.spawn(0, as_in_service=True)
        await workers.up([0])
        now = SystemClock().now()
        alone = [
            Alone(there.newcomer(_SLACK), now + timedelta(seconds=2 + ALONE_EVERY * number), planned=bool(number % 2))
            for number in range(max(4, int(people / LIMIT / ALONE_EVERY)))
        ]
        await _be_alone(database, alone, now)
        seconds = await _until_all(there, people)
        await _until_heard(there, alone)
        return [*_crowd(kind, there, users, small, seconds), *_alone(kind, there, alone)]


async def _until_all(there: Peers, people: int) -> float:
    """Seconds from the first message to the last one."""
    messages, begun, most = there.discord.messages.by_id, 0.0, 60 + people / 8
    started = time.monotonic()
    while len(messages) < people and time.monotonic() - started < most:
        if messages and not begun:
            begun = time.monotonic()
        await asyncio.sleep(0.02)
    return time.monotonic() - begun


def _crowd(kind: Kind, there: Peers, users: list[str], small: int, seconds: float) -> list[Figure]:
    name, people = NAMES[kind], len(users)
    floor = people / LIMIT
    refused = _refused(there)
    received = there.received()
    of_small = set(users[people - small :])
    channels = there.discord.world.channels
    readers = [channels[message["channel_id"]].person for message in there.discord.messages.by_id.values()]
    places = {person.id: place for place, person in enumerate(readers, 1) if person is not None}
    means = [
        statistics.fmean(places[user] for user in users if (user in of_small) is which and user in places)
        for which in (False, True)
    ]
    apart = abs(means[1] - means[0]) / people
    return [
        Figure(f"{people:,} messages, floor {floor:.0f} s", name, f"{seconds:.1f} s ({seconds / floor - 1:+.1%})",
               f"at most +{OVER:.0%}", seconds <= floor * (1 + OVER), _pace()),
        counted("Requests that Discord refused (429)", name, refused, of=people, cause=_BURST, vital=False),
        Figure(f"Mean place of the big community, of the small one ({small})", name,
               f"{means[0]:,.0f}, {means[1]:,.0f}", f"within {FAIR:.0%} of all", apart <= FAIR, _IN_ORDER),
        counted("Lost", name, sum(not received[user] for user in users), of=people),
        counted("Doubled", name, sum(max(0, received[user] - 1) for user in users), of=people),
    ]  # fmt: skip


def _pace() -> str:
    return f"The lane's own pace is {PACES['discord'].rate} a second, under the limit of {LIMIT}."


_BURST = "The lane waits for the answer 50 places ahead, so a refusal here is a fault of the lane."
_IN_ORDER = "Messages of one moment are shuffled by person, so that no community waits for another."
_TICK = "The planner looks every second, after the turn under way: planning the crowd itself takes some seconds."
_TWICE = "For somebody who was never written to each message takes two requests, and counts as two."


def _refused(there: Peers) -> int:
    faults = there.discord.gate.faults
    return faults.refused if isinstance(faults, PerSecond) else 0


async def _be_alone(database: Database, alone: list[Alone], now: datetime) -> None:
    """Half of them as reminders, half as messages that are planned already."""
    rules = [Newcomer(_SLACK, one.user, [] if one.planned else [(once(one.due), one.due)]) for one in alone]
    ids = await enrol(database, rules, now)
    async with database.write() as uow:
        for number, one in zip(ids, alone, strict=True):
            if not one.planned:
                continue
            person = await uow.people.of(number)
            key = f"again:{number}"
            letter = Letter(number, person.account, None, _SLACK, NUDGES, key, one.due, None)
            row = (await uow.outbox.add_all([letter], now))[key]
            await uow.ledger.plan([NewNudge(number, None, key, "own:0", one.due, one.due, outbox_id=row)])


def _alone(kind: Kind, there: Peers, alone: list[Alone]) -> list[Figure]:
    figures: list[Figure] = []
    for planned, what, cause in ((True, "planned already", ""), (False, "a reminder to be planned", _TICK)):
        late = sorted(_lateness(there, one) for one in alone if one.planned is planned)
        p50, p99 = late[len(late) // 2], late[min(len(late) - 1, int(len(late) * 0.99))]
        for share, seconds in (("p50", p50), ("p99", p99)):
            figures.append(
                Figure(f"Due alone on Slack meanwhile, {what}: late, {share}", NAMES[kind], f"{seconds:.2f} s",
                       f"under {SOON:.0f} s", seconds < SOON, "" if seconds < SOON else cause)
            )  # fmt: skip
    return figures


async def _until_heard(there: Peers, alone: list[Alone]) -> None:
    """Until everybody who is due alone has their nudge, or the last one is too late by far."""
    while SystemClock().now() < alone[-1].due + MOST_LATE:
        if all(_lateness(there, one) < float("inf") for one in alone):
            return
        await asyncio.sleep(0.1)


def _lateness(there: Peers, one: Alone) -> float:
    """Seconds; a message that never came is as late as can be."""
    messages = there.slack.world.messages.get(there.slack.world.direct(one.user).id, {})
    return min((float(ts) - one.due.timestamp() for ts in messages), default=float("inf"))


async def _strangers(kind: Kind, people: int) -> list[Figure]:
    """Nobody's direct messages were ever opened: two requests for each."""
    async with (
        make_address(kind) as url,
        peers(limited=True) as there,
        forks() as server,
        pack(there, url, server) as workers,
    ):
        database = Database(url)
        users = [there.newcomer("discord") for _ in range(people)]
        now = SystemClock().now()
        await enrol(database, [Newcomer("discord", user, [(once(now), now)]) for user in users], now)
        await database.dispose()
        await workers.spawn(0, as_in_service=True)
        await workers.up([0])
        seconds, floor, name = await _until_all(there, people), 2 * people / LIMIT, NAMES[kind]
        title = f"{people:,} never written to before"
        return [
            Figure(f"{title}, floor {floor:.0f} s", name, f"{seconds:.1f} s ({seconds / floor - 1:+.1%})",
                   f"at most +{OVER:.0%}", seconds <= floor * (1 + OVER)),
            counted(f"{title}: requests that Discord refused (429)", name, _refused(there), of=2 * people,
                    cause=_TWICE, vital=False),
        ]  # fmt: skip
