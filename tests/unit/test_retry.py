from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.retry import (
    FIRST_WAIT,
    LONGEST_WAIT,
    MAX_ATTEMPTS,
    MAX_CLAIMS,
    Decision,
    DeliveryError,
    GiveUp,
    Misconfigured,
    Pause,
    Rejected,
    Retry,
    StopLane,
    Throttled,
    Transient,
    Unreachable,
    decide,
    longest_wait,
)

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=2)


def decided(error: Exception, attempts: int = 1, expires_at: datetime | None = LATER, random: float = 0.5) -> Decision:
    return decide(error, attempts, now=NOW, expires_at=expires_at, random=lambda: random)


@pytest.mark.parametrize(
    ("error", "decision"),
    [
        (Unreachable("50007"), Pause("50007")),
        (Unreachable(), Pause("unreachable")),
        (Rejected("invalid_blocks"), GiveUp("invalid_blocks")),
        (Misconfigured("token_revoked"), StopLane("token_revoked")),
        (Throttled(timedelta(seconds=30), "429"), Retry(NOW + timedelta(seconds=30), True, "429")),
        (Transient("503"), Retry(NOW + timedelta(seconds=2.5), False, "503")),
        (DeliveryError("strange"), Retry(NOW + timedelta(seconds=2.5), False, "strange")),
        (TimeoutError("slow"), Retry(NOW + timedelta(seconds=2.5), False, "TimeoutError")),
    ],
)
def test_each_error_has_its_effect(error: Exception, decision: Decision) -> None:
    assert decided(error) == decision


def test_unknown_errors_leave_their_text_behind() -> None:
    decision = decided(ValueError("Dear Dr. A, I failed Step 1"))
    assert decision == Retry(NOW + timedelta(seconds=2.5), False, "ValueError")


@pytest.mark.parametrize("reason", ["Dear Dr. A, I failed", "x" * 65, "a\nb", "", " "])
def test_a_reason_that_is_no_machine_word_is_not_kept(reason: str) -> None:
    assert Transient(reason).reason == "transient"
    assert str(Unreachable(reason)) == "unreachable"


def test_a_throttled_row_waits_whatever_its_attempts_and_expiry() -> None:
    error = Throttled(timedelta(hours=3))
    decision = decided(error, attempts=MAX_ATTEMPTS, expires_at=NOW + timedelta(hours=1))
    assert decision == Retry(NOW + timedelta(hours=3), give_attempt_back=True, reason="throttled")


def test_a_negative_wait_is_no_wait() -> None:
    assert decided(Throttled(timedelta(seconds=-1))) == Retry(NOW, True, "throttled")


def test_the_wait_doubles_up_to_a_quarter_of_an_hour() -> None:
    waits = [longest_wait(attempts).total_seconds() for attempts in range(1, 11)]
    assert waits == [5, 10, 20, 40, 80, 160, 320, 640, 900, 900]
    assert longest_wait(10_000) == LONGEST_WAIT
    assert longest_wait(0) == FIRST_WAIT


def test_a_platform_that_is_away_for_a_day_uses_up_no_row() -> None:
    assert sum(longest_wait(attempts).total_seconds() / 2 for attempts in range(1, MAX_ATTEMPTS)) > 24 * 3600


def test_a_week_of_tries_is_not_taken_for_a_row_that_kills() -> None:
    assert sum(longest_wait(attempts).total_seconds() / 2 for attempts in range(1, MAX_CLAIMS)) > 14 * 24 * 3600


def test_the_attempts_end_where_no_time_does() -> None:
    assert isinstance(decided(Transient("502"), MAX_ATTEMPTS - 1, None), Retry)
    assert decided(Transient("502"), MAX_ATTEMPTS, None) == GiveUp("502")
    assert decided(ValueError(), MAX_ATTEMPTS + 1, None) == GiveUp("ValueError")
    assert isinstance(decided(Transient("502"), 10 * MAX_ATTEMPTS, LATER), Retry)


def test_no_retry_after_the_message_has_expired() -> None:
    soon = NOW + timedelta(seconds=2)
    assert decided(Transient("502"), expires_at=soon) == GiveUp("502", expired=True)
    assert decided(Transient("502"), expires_at=NOW - timedelta(days=1)) == GiveUp("502", expired=True)
    assert isinstance(decided(Transient("502"), expires_at=None), Retry)


@given(
    attempts=st.integers(1, MAX_ATTEMPTS - 1),
    random=st.floats(0, 1, exclude_max=True),
)
def test_the_jitter_is_full(attempts: int, random: float) -> None:
    decision = decided(Transient(), attempts, None, random)
    assert isinstance(decision, Retry)
    assert NOW <= decision.at <= NOW + min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(attempts - 1, 20))
    assert not decision.give_attempt_back
