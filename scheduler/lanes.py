"""One platform's lane: how fast it may go, whether it sleeps, and why it stopped."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from scheduler.clock import Stopwatch

_SLOWEST = 0.2
_RECOVERY = 0.01
_LOOK_AGAIN = 0.01
_UNEVEN = 0.005
"""Seconds by which the way there of one trip and the way back of another may be quicker than those of one."""
_SOON = 10.0
"""Seconds: who could not leave within them is not claimed yet, or a lane that was slowed down outlives the leases."""


@dataclass(frozen=True, slots=True)
class Pace:
    """`rate` requests a second, evenly spaced; at most `concurrency` messages on their way at once.

    `most`: how many requests the platform takes in any second; None when it does not count them.
    """

    rate: float = 20.0
    concurrency: int = 20
    most: int | None = None


PACES: Mapping[str, Pace] = {
    # Discord allows 50 requests a second to a bot in all; answers to interactions do not count among them.
    "discord": Pace(rate=49.5, concurrency=40, most=50),
    # Slack: one a second in each channel, and "several hundred" a minute in a workspace.
    "slack": Pace(rate=5.0, concurrency=10),
}


@dataclass(slots=True)
class Trip:
    """Requests that left together. Between `left` and `back`, in seconds, the platform counts them; None: under way."""

    left: float
    requests: int
    back: float | None = None


@dataclass(frozen=True, slots=True)
class LaneHealth:
    """Whether messages of a platform go out, in one line that says what to do when they do not."""

    ok: bool
    detail: str


class Lane:
    """The state of one lane in this process."""

    def __init__(self, platform: str, pace: Pace, stopwatch: Stopwatch) -> None:
        self.platform = platform
        self.on_their_way = 0
        self.backlog = False
        self.stopped: str | None = None
        self._pace = pace
        self._stopwatch = stopwatch
        self._rate = pace.rate
        self._free_at = stopwatch.seconds()
        self._trips: deque[Trip] = deque(maxlen=pace.most or 1)
        self._quickest: float | None = None
        self._sleep: tuple[datetime, datetime] | None = None

    @property
    def rate(self) -> float:
        """Messages a second at present: halved by each pause that the platform asks for, then growing back."""
        return self._rate

    @property
    def half_free(self) -> bool:
        """Whether it is worth while to claim more."""
        return self.on_their_way <= self._pace.concurrency // 2

    def room(self, now: datetime, batch: int) -> int:
        """How many rows it may take at this moment."""
        if not self.open(now):
            return 0
        ahead = max(0.0, self._free_at - self._stopwatch.seconds())
        in_time = int(self._rate * (_SOON - ahead))
        return max(0, min(batch, self._pace.concurrency - self.on_their_way, in_time))

    def open(self, now: datetime) -> bool:
        """Whether it may send: not stopped, and the platform did not ask for a pause."""
        return self.stopped is None and not self._asleep(now)

    def wait(self, requests: int = 1) -> float:
        """Seconds until a message that takes so many requests may leave. The place is taken with it."""
        at = self._stopwatch.seconds()
        begin = max(self._free_at, at)
        self._free_at = begin + requests / self._rate
        return begin - at

    def crowded(self, requests: int = 1) -> float:
        """Seconds to wait before a message leaves, at its place; 0: none.

        The platform counts what arrives in a second, and nobody knows when that was: some time between leaving and
        the answer. So the request that is `most` places ahead must have been answered a second ago, less what a trip
        takes at least. However late timers, answers and this process are, no second then holds more than `most`.
        """
        if self._pace.most is None:
            return 0.0
        before = len(self._trips) + requests - self._pace.most
        if before <= 0:
            return 0.0
        ahead = self._trips[before - 1]
        if ahead.back is None:
            return _LOOK_AGAIN
        at_least = max(0.0, (self._quickest or 0.0) - _UNEVEN)
        return max(0.0, ahead.back + 1.0 - at_least - self._stopwatch.seconds())

    def leave(self, requests: int = 1) -> Trip:
        """A message leaves. Tell `arrived` of its end, however it ends."""
        trip = Trip(self._stopwatch.seconds(), requests)
        self._trips.extend([trip] * requests)
        return trip

    def arrived(self, trip: Trip) -> None:
        """The answer is there, or will not come."""
        trip.back = self._stopwatch.seconds()
        took = (trip.back - trip.left) / trip.requests
        self._quickest = took if self._quickest is None else min(took, self._quickest)

    def delivered(self) -> None:
        """One went well: a little faster again, up to the set pace."""
        self._rate = min(self._pace.rate, self._rate + self._pace.rate * _RECOVERY)

    def sleep(self, now: datetime, until: datetime) -> bool:
        """The platform asked for a pause. True when the lane was awake; only then does it also slow down."""
        was_awake = not self._asleep(now)
        if was_awake:
            self._rate = max(min(_SLOWEST, self._pace.rate), self._rate / 2)
        self._sleep = (now, until if was_awake or self._sleep is None else max(until, self._sleep[1]))
        return was_awake

    def stop(self, reason: str) -> bool:
        """Send nothing more until it is put right. True when it was open."""
        was_open = self.stopped is None
        self.stopped = self.stopped or reason
        return was_open

    def reopen(self) -> None:
        """It was put right."""
        self.stopped = None

    def health(self, now: datetime) -> LaneHealth:
        """One line for the operator."""
        if self.stopped is not None:
            return LaneHealth(False, f"stopped ({self.stopped}): check the token and the app's settings, then restart")
        if self._sleep is not None and self._asleep(now):
            return LaneHealth(True, f"waits until {self._sleep[1]:%H:%M:%S} UTC, as the platform asked")
        return LaneHealth(True, "delivers")

    def _asleep(self, now: datetime) -> bool:
        # A clock that was set back must not turn a pause of seconds into hours.
        return self._sleep is not None and self._sleep[0] <= now < self._sleep[1]
