"""The peer's own clock: it runs, and a test can move it forward instead of sleeping."""

from __future__ import annotations

import time
from datetime import UTC, datetime


class PeerClock:
    """Time as Discord sees it: the 3 seconds of an interaction, the 15 minutes of its token, ids, timestamps.

    `start` (aware) is the time at the beginning, by default that of the machine.
    """

    def __init__(self, start: datetime | None = None) -> None:
        self._base = start.timestamp() if start is not None else time.time()
        self._origin = time.monotonic()

    def seconds(self) -> float:
        """Seconds since 1970."""
        return self._base + time.monotonic() - self._origin

    def now(self) -> datetime:
        """The same as an aware datetime."""
        return datetime.fromtimestamp(self.seconds(), UTC)

    def forward(self, seconds: float) -> None:
        """Let `seconds` pass at once."""
        self._base += seconds
