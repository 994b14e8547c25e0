"""A year of daily reminders in twelve zones, every change of the clocks included.

python -m bench.delivery.year KIND DAYS: on one database, in a process of its own; prints the figures as JSON.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog

from bench.delivery.figures import Figure, counted
from bench.delivery.motion import Motion
from bench.delivery.platforms import Post
from bench.delivery.stage import NAMES, Newcomer, enrol, every_day
from tests.databases import KINDS, Kind, make_database

HOW = """\
In this process, with the real planner and dispatcher, on a clock that jumps from one expected moment to the next. What
is expected comes from `zoneinfo` alone: 09:00 each day in each zone, and, for ten days around each change of the
clocks, 00:30, 01:30 and 02:30 as well (a time that the clocks skip moves on by the gap, one that they show twice comes
the first time). A message counts as right when it comes to its person on its day within 5 seconds of its moment."""
ZONES = (
    "America/New_York", "America/St_Johns", "America/Santiago", "Europe/London", "Africa/Cairo", "Africa/Lagos",
    "Asia/Karachi", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Manila", "Australia/Lord_Howe", "Pacific/Auckland",
)  # fmt: skip
START = date(2027, 1, 1)
NIGHTS = (time(0, 30), time(1, 30), time(2, 30))
RIGHT_WITHIN = timedelta(seconds=5)
DAY = timedelta(days=1)
ROOT = Path(__file__).parents[2]
SLACK_BURST = 5


@dataclass(frozen=True, slots=True)
class Daily:
    """A reminder of one person: at this time on the wall, from one day to another."""

    user: str
    zone: str
    at: time
    first: date
    last: date

    def moments(self) -> Iterator[datetime]:
        """When it must come, in UTC."""
        for number in range((self.last - self.first).days + 1):
            wall = datetime.combine(self.first + number * DAY, self.at)
            yield wall.replace(tzinfo=ZoneInfo(self.zone), fold=0).astimezone(UTC)


def reminders(days: int) -> list[Daily]:
    """One person for each reminder, so that no two ride together."""
    last = START + (days - 1) * DAY
    found = [Daily(f"{zone} 09:00", zone, time(9), START, last) for zone in ZONES]
    for zone in ZONES:
        for change in _changes(zone, days):
            begin, end = max(change - 5 * DAY, START), min(change + 4 * DAY, last)
            found += [Daily(f"{zone} {at} {change}", zone, at, begin, end) for at in NIGHTS]
    return found


def _changes(zone: str, days: int) -> list[date]:
    where = ZoneInfo(zone)
    offsets = [datetime.combine(START + number * DAY, time(12), where).utcoffset() for number in range(-1, days)]
    return [START + number * DAY for number in range(days) if offsets[number] != offsets[number + 1]]


async def play(days: int) -> list[Figure]:
    """So many days on both databases."""
    both = await asyncio.gather(*(_in_a_process(kind, days) for kind in KINDS))
    return [figure for figures in both for figure in figures]


async def _in_a_process(kind: Kind, days: int) -> list[Figure]:
    """Both databases keep a processor busy for minutes: at the same time, where there are two."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.delivery.year", kind, str(days), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await child.communicate()
    return [Figure(**values) for values in json.loads(said)]


async def on(kind: Kind, days: int) -> list[Figure]:
    """So many days."""
    expected = reminders(days)
    start = datetime.combine(START, time(), UTC) - DAY
    async with make_database(kind) as database:
        motion = Motion(database, start)
        newcomers = [
            Newcomer("discord" if number % 2 else "slack", one.user,
                     [(every_day(one.at, one.zone, one.first, one.last), next(one.moments()))])
            for number, one in enumerate(expected)
        ]  # fmt: skip
        await enrol(database, newcomers, start)
        for moment in sorted({moment for one in expected for moment in one.moments()}):
            motion.clock.set(moment)
            # What is beyond the lane's burst goes out in the next seconds.
            for _ in range(5):
                if await motion.step(timedelta()) < SLACK_BURST:
                    break
                motion.clock.forward(seconds=1)
    changes = sum(len(_changes(zone, days)) for zone in ZONES)
    return _compared(expected, [post for each in motion.platforms.values() for post in each.posts], kind, changes)


def _compared(expected: list[Daily], posts: list[Post], kind: Kind, changes: int) -> list[Figure]:
    came: dict[str, list[datetime]] = {}
    for post in posts:
        came.setdefault(post.user, []).append(post.at)
    total = lost = doubled = wrong_day = 0
    for one in expected:
        moments, got = list(one.moments()), came.get(one.user, [])
        total += len(moments)
        right = [_nearest(moment, got) for moment in moments]
        lost += right.count(None)
        doubled += max(0, len(got) - len(moments))
        where = ZoneInfo(one.zone)
        per_day = Counter(at.astimezone(where).date() for at in got)
        wrong_day += sum(number != 1 for number in per_day.values())
    name = NAMES[kind]
    return [
        Figure(f"Daily reminders in {len(ZONES)} zones over {days_of(expected)} days", name, f"{total:,}"),
        Figure("Changes of the clocks on the way", name, f"{changes}"),
        counted("Not at their wall-clock time", name, lost, of=total),
        counted("More than once", name, doubled, of=total),
        counted("Days with none or two by the person's calendar", name, wrong_day, of=total),
    ]


def days_of(expected: list[Daily]) -> int:
    """From the first to the last."""
    return (max(one.last for one in expected) - min(one.first for one in expected)).days + 1


def _nearest(moment: datetime, got: list[datetime]) -> datetime | None:
    return next((at for at in got if timedelta() <= at - moment <= RIGHT_WITHIN), None)


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    chosen = next(kind for kind in KINDS if kind == sys.argv[1])
    sys.stdout.write(json.dumps([asdict(one) for one in asyncio.run(on(chosen, int(sys.argv[2])))]))
