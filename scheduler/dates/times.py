"""Times of day: "5 p.m.", "17:45", "half past 8 in the evening"."""

from dataclasses import dataclass
from datetime import time
from typing import Literal

from scheduler.dates.problems import refuse

Part = Literal["morning", "afternoon", "evening", "night"]
HalfOfDay = Literal["am", "pm"]

NINE = time(9)

# Which hours of the 24-hour clock belong to a part of the day when somebody says the hour.
_HOURS: dict[Part, range] = {
    "morning": range(12),
    "afternoon": range(12, 19),
    "evening": range(16, 24),
    "night": range(17, 24),
}
_SMALL_HOURS = range(6)


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """A time as somebody said it.

    `half` is am or pm when given. `spoken` is an hour that needs one ("at 8", "half past 8"):
    17:45 and 8:30 are the 24-hour clock and do not. `lone` is a bare number that is an hour
    only beside a part of the day ("tonight 8"). `padded` is 08:30, which is never evening.
    """

    hour: int
    minute: int = 0
    second: int = 0
    microsecond: int = 0
    half: HalfOfDay | None = None
    spoken: bool = False
    lone: bool = False
    padded: bool = False

    def __post_init__(self) -> None:
        in_half = 1 <= self.hour <= 12 if self.half else 0 <= self.hour <= 23
        if not in_half or self.minute > 59 or self.second > 59:
            refuse("impossible", "Hours go from 00:00 to 23:59, or from 1 to 12 with am or pm.")

    def needs_half(self, part: Part | None) -> bool:
        """Whether it could be morning or evening."""
        return self.spoken and self.half is None and part is None and 1 <= self.hour <= 12

    def with_half(self, half: HalfOfDay) -> "TimeOfDay":
        """The same time, said with am or pm."""
        return TimeOfDay(self.hour, self.minute, self.second, self.microsecond, half)

    def on_clock(self, part: Part | None) -> tuple[time, int]:
        """The time on the 24-hour clock, and the days to add: the small hours of "tonight" are tomorrow's.

        Raises `DateProblem` when hour and part of the day contradict each other.
        """
        if self.lone and part is None:
            refuse("no_time", "A number alone is not clear enough.")
        hour = self._hour(part)
        after_midnight = 1 if part == "night" and hour in _SMALL_HOURS and self.half == "am" else 0
        if part and hour not in _HOURS[part] and not after_midnight:
            refuse("ambiguous_hour")
        return time(hour, self.minute, self.second, self.microsecond), after_midnight

    def _hour(self, part: Part | None) -> int:
        if self.half:
            return self.hour % 12 + (12 if self.half == "pm" else 0)
        later = self.hour + 12
        may_be_later = part not in (None, "morning") and 1 <= self.hour <= 11 and not self.padded
        return later if may_be_later and part and later in _HOURS[part] else self.hour


def noon_or_midnight(word: str) -> TimeOfDay:
    """12:00 for noon and midday, 00:00 for midnight."""
    return TimeOfDay(12, half="am" if word == "midnight" else "pm")
