"""Signs of life: only frames count, and a silent connection is reported before it is replaced."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from bot.discord_adapter.life import SILENCE, Life
from scheduler.clock import ManualClock

NOW = datetime(2026, 9, 23, 13, 0, tzinfo=UTC)


@dataclass
class Ticks:
    """Seconds that a test moves."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_frames_are_signs_of_life_and_other_events_are_not() -> None:
    ticks = Ticks()
    life = Life(ticks, ManualClock(NOW))
    life.heard("connect")
    ticks.seconds = SILENCE
    life.heard("interaction")
    assert not life.is_deaf
    ticks.seconds = SILENCE + 1
    assert life.is_deaf
    assert not life.health().ok
    life.heard("socket_raw_receive")
    assert life.health().ok


def test_a_lost_connection_says_since_when() -> None:
    clock = ManualClock(NOW)
    life = Life(Ticks(), clock)
    assert not life.health().ok
    life.heard("ready")
    assert life.health().ok
    clock.forward(minutes=5)
    life.heard("disconnect")
    clock.forward(minutes=5)
    life.heard("disconnect")
    assert "13:05:00 UTC" in life.health().detail
    life.heard("resumed")
    assert life.health().ok
