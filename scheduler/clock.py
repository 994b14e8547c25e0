"""The one place that asks the machine what time it is.

Everything else is given a `Clock`, so a test can stand at any instant and a stopped or
jumping system clock has one door to come in by.
"""

import asyncio
import time
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Protocol


class Clock(Protocol):
    """Something that knows the present instant."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own clock; the machine's own zone never matters."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return datetime.now(UTC)


class ManualClock:
    """A clock that stands still until it is told to move, for tests, trials and benchmarks."""

    def __init__(self, start: datetime) -> None:
        self._now = in_utc(start)

    def now(self) -> datetime:
        """The instant that was set last, aware, in UTC."""
        return self._now

    def set(self, instant: datetime) -> None:
        """Jump to an aware instant, forwards or backwards. Raises `ValueError` for a naive one."""
        self._now = in_utc(instant)

    def forward(self, by: timedelta | None = None, *, days: float = 0, hours: float = 0,
                minutes: float = 0, seconds: float = 0) -> datetime:  # fmt: skip
        """Let exact time pass, as one `timedelta` or in units, and give the new instant.

        Raises `ValueError` when the step would go back: that is what `set` is for.
        """
        step = (by or timedelta()) + timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        if step < timedelta():
            raise ValueError("time only passes forwards; use set() to go back")
        self._now += step
        return self._now


class Stopwatch(Protocol):
    """Seconds that only grow, and a way to wait for them: the two belong together, or a wait never ends."""

    def seconds(self) -> float:
        """Seconds since some moment."""
        ...

    async def wait(self, seconds: float) -> None:
        """Return when so many have passed."""
        ...


class SystemStopwatch:
    """The machine's own; it does not jump when the clock is set."""

    def seconds(self) -> float:
        """Seconds since some moment."""
        return time.monotonic()

    async def wait(self, seconds: float) -> None:
        """Return when so many have passed."""
        await asyncio.sleep(seconds)


class ManualStopwatch:
    """Time passes when it is told to, and for whoever waits at once."""

    def __init__(self, at: float = 0.0) -> None:
        self.at = at

    def seconds(self) -> float:
        """Seconds since some moment."""
        return self.at

    async def wait(self, seconds: float) -> None:
        """Nobody waits: the time is over with the call, also for those who wait for an earlier moment."""
        self.at = max(self.at, self.at + seconds)
        await asyncio.sleep(0)


def in_utc(instant: datetime) -> datetime:
    """The same instant in UTC. Raises `ValueError` for a naive value, which names no instant."""
    if instant.utcoffset() is None:
        raise ValueError("a naive datetime names no instant: give it a zone")
    return instant.astimezone(UTC)


def from_wall(wall: datetime, zone: tzinfo) -> datetime:
    """The instant, in UTC, at which clocks in `zone` show the naive `wall`.

    A time that the clocks skip moves on by the length of the gap; a time that they show
    twice is the first of the two. Both are what fold=0 means (PEP 495), once the value has
    gone through UTC.
    """
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


def to_wall(instant: datetime, zone: tzinfo) -> datetime:
    """What clocks in `zone` show at an aware instant: naive. Raises `ValueError` for a naive instant."""
    return in_utc(instant).astimezone(zone).replace(tzinfo=None, fold=0)
