"""Making Slack fail on purpose: errors, rate limits, outages, answers that get lost on the way."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from tests.peers.slack.specs import Json

After = Literal["drop", "hang"]


@dataclass(slots=True)
class Fault:
    """What happens to the next `times` calls of a method; `times` counts down, `hits` up.

    With `after` the call is carried out and only its answer is lost: the connection is cut (`drop`) or
    stays silent (`hang`). Without it nothing is carried out.
    """

    method: str
    times: int
    error: str = ""
    status: int = 200
    retry_after: int | None = None
    after: After | None = None
    user: str | None = None
    channel: str | None = None
    hits: int = 0


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `calls` calls of a method in `per` seconds, counted for each value of the argument `by`."""

    calls: int
    per: float
    by: str | None


class Faults:
    """The faults that wait for a call, and the rate limits in force."""

    def __init__(self, reader_of: Callable[[str], str | None]) -> None:
        self._reader_of = reader_of
        self._waiting: list[Fault] = []
        self._limits: dict[str, Limit] = {}
        self._hits: dict[tuple[str, str], deque[float]] = {}

    # For tests. `user` and `channel` are ids; the fault then strikes only calls that name them.

    def fail(self, method: str, error: str, *, times: int = 1,
             user: str | None = None, channel: str | None = None) -> Fault:  # fmt: skip
        """`ok: false` with this error name."""
        return self._add(Fault(method, times, error=error, user=user, channel=channel))

    def throttle(self, method: str, *, retry_after: int = 1, times: int = 1,
                 user: str | None = None, channel: str | None = None) -> Fault:  # fmt: skip
        """429 with Retry-After in seconds."""
        return self._add(Fault(method, times, retry_after=retry_after, user=user, channel=channel))

    def outage(self, method: str, *, status: int = 503, times: int = 1,
               user: str | None = None, channel: str | None = None) -> Fault:  # fmt: skip
        """A server error without JSON; nothing is carried out."""
        return self._add(Fault(method, times, status=status, user=user, channel=channel))

    def drop(self, method: str, *, times: int = 1,
             user: str | None = None, channel: str | None = None) -> Fault:  # fmt: skip
        """The call is carried out, then the connection is cut: the app cannot know."""
        return self._add(Fault(method, times, after="drop", user=user, channel=channel))

    def hang(self, method: str, *, times: int = 1,
             user: str | None = None, channel: str | None = None) -> Fault:  # fmt: skip
        """The call is carried out, then nothing is said: the app's own timeout ends it."""
        return self._add(Fault(method, times, after="hang", user=user, channel=channel))

    def limit(self, method: str, calls: int, per: float, *, by: str | None = None) -> None:
        """From now on 429 beyond `calls` in `per` seconds of the peer's clock, for each value of the argument `by`."""
        self._limits[method] = Limit(calls, per, by)

    def clear(self) -> None:
        """Slack is well again."""
        self._waiting.clear()
        self._limits.clear()

    def _add(self, fault: Fault) -> Fault:
        self._waiting.append(fault)
        return fault

    # For the endpoints

    def take(self, method: str, args: Json) -> Fault | None:
        """The fault that strikes this call, used up by one."""
        for fault in self._waiting:
            if fault.method == method and self._meets(fault, args):
                fault.times -= 1
                fault.hits += 1
                if fault.times <= 0:
                    self._waiting.remove(fault)
                return fault
        return None

    def over_limit(self, method: str, args: Json, now: float) -> int | None:
        """Seconds to wait when this call is one too many, None when it may pass (and counts)."""
        limit = self._limits.get(method)
        if limit is None:
            return None
        hits = self._hits.setdefault((method, str(args.get(limit.by, "")) if limit.by else ""), deque())
        while hits and now - hits[0] >= limit.per:
            hits.popleft()
        if len(hits) >= limit.calls:
            return max(1, round(limit.per - (now - hits[0]) + 0.5))
        hits.append(now)
        return None

    def _meets(self, fault: Fault, args: Json) -> bool:
        channel = str(args.get("channel") or args.get("channel_id") or "")
        if fault.channel and fault.channel != channel:
            return False
        if not fault.user:
            return True
        named = {args.get(key) for key in ("user", "users", "user_id")} | {channel, self._reader_of(channel)}
        return fault.user in named
