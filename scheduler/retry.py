"""What becomes of a message that could not be delivered: a pure decision, no clock, no network.

Adapters turn what a platform answered into one of the errors below; the dispatcher asks
`decide` and does what it says. The table is the one of the design ("Scheduler and outbox");
its names are the design's too, short because they are read in one breath: no "Error" at the end.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, assert_never

MAX_ATTEMPTS = 400
"""Of a row without `expires_at`: about two days. All others end with their use, however often they were tried."""
MAX_CLAIMS = 3_000
"""Of any row. One that is useful for a week is tried about 1,400 times; more means that it kills whoever takes it."""
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=15)

_MACHINE_WORD = re.compile(r"[A-Za-z0-9_.:-]{1,64}")


class DeliveryError(Exception):
    """A message was not delivered. `reason` is a short machine word such as "50007"; never a person's text.

    A reason that does not look like a machine word (blanks, more than 64 characters) is
    replaced by `default_reason`, because reasons are stored and logged.
    """

    default_reason: ClassVar[str] = "delivery"

    def __init__(self, reason: str = "") -> None:
        self.reason = reason if _MACHINE_WORD.fullmatch(reason) else self.default_reason
        super().__init__(self.reason)


class Unreachable(DeliveryError):
    """The person cannot be written to now: direct messages closed, account gone, channel archived."""

    default_reason = "unreachable"


class Throttled(DeliveryError):
    """The platform asks to wait `after` (not negative) before the next call of this kind."""

    default_reason = "throttled"

    def __init__(self, after: timedelta, reason: str = "") -> None:
        super().__init__(reason)
        self.after = max(after, timedelta())


class Transient(DeliveryError):
    """The platform or the way to it failed for the moment: 5xx, a timeout, a lost connection."""

    default_reason = "transient"


class Rejected(DeliveryError):
    """The platform refuses this message for ever: it is malformed, which is our bug."""

    default_reason = "rejected"


class Misconfigured(DeliveryError):
    """The installation's token, scope or app setting is wrong: no message of this lane can pass."""

    default_reason = "misconfigured"


@dataclass(frozen=True, slots=True)
class Retry:
    """Try this row again at `at`. With `give_attempt_back` it was not the row's fault: the
    attempt does not count and the whole lane sleeps until then."""

    at: datetime
    give_attempt_back: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Pause:
    """Close the person's direct messages for now and pause their rules; delete nothing."""

    reason: str


@dataclass(frozen=True, slots=True)
class GiveUp:
    """This row is dead, or `expired` when it would come too late to be of use."""

    reason: str
    expired: bool = False


@dataclass(frozen=True, slots=True)
class StopLane:
    """Stop the lane and turn readiness red; rows stay pending for when it is put right."""

    reason: str


Decision = Retry | Pause | GiveUp | StopLane


def decide(
    error: Exception,
    attempts: int,
    *,
    now: datetime,
    expires_at: datetime | None,
    random: Callable[[], float],
) -> Decision:
    """What to do with a row whose delivery has just failed.

    `attempts` counts the failed one (1 after the first). `random` gives numbers in [0, 1).
    An error that no adapter has named counts as `Transient`, with its class name as the
    reason: its text might hold what a person wrote.
    """
    match _named(error):
        case Unreachable(reason=reason):
            return Pause(reason)
        case Throttled(reason=reason, after=after):
            # No look at expires_at: the lane must hear of the pause; the row expires at its next claim.
            return Retry(now + after, give_attempt_back=True, reason=reason)
        case Rejected(reason=reason):
            return GiveUp(reason)
        case Misconfigured(reason=reason):
            return StopLane(reason)
        case Transient(reason=reason):
            return _again_or_not(reason, attempts, now, expires_at, random)
        case other:
            assert_never(other)


def longest_wait(attempts: int) -> timedelta:
    """The upper end of the jitter after so many failed attempts: 5 s, 10 s, 20 s ... at most 15 min."""
    doublings = min(max(attempts - 1, 0), 20)  # beyond 20 the cap has long been reached; keeps 2^n small
    return min(LONGEST_WAIT, FIRST_WAIT * (1 << doublings))


def _again_or_not(
    reason: str, attempts: int, now: datetime, expires_at: datetime | None, random: Callable[[], float]
) -> Retry | GiveUp:
    if expires_at is None and attempts >= MAX_ATTEMPTS:
        return GiveUp(reason)
    # Full jitter (Brooker, "Exponential Backoff And Jitter"): a crowd that failed together must not
    # return together.
    at = now + random() * longest_wait(attempts)
    if expires_at is not None and at >= expires_at:
        return GiveUp(reason, expired=True)
    return Retry(at, give_attempt_back=False, reason=reason)


def _named(error: Exception) -> Unreachable | Throttled | Transient | Rejected | Misconfigured:
    if isinstance(error, Unreachable | Throttled | Transient | Rejected | Misconfigured):
        return error
    return Transient(error.reason if isinstance(error, DeliveryError) else type(error).__name__)
