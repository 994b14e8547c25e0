"""A moment said back in full, so that a misreading cannot be missed."""

from datetime import datetime, timedelta

from scheduler.clock import in_utc
from scheduler.zones import zone

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def say_when(instant: datetime, tz: str) -> str:
    """The instant on clocks in zone `tz`: "Saturday 28 November 2026, 09:00 (Asia/Karachi)".

    The hour that clocks show twice gets its offset: "02:30, UTC+02:00". Raises `UnknownZone`,
    and `ValueError` for a naive instant.
    """
    local = in_utc(instant).astimezone(zone(tz))
    clock = f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
    if local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset():
        clock += f", {_offset(local.utcoffset() or timedelta())}"
    return f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]} {local.year}, {clock} ({tz})"


def _offset(offset: timedelta) -> str:
    sign = "-" if offset < timedelta() else "+"
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    return f"UTC{sign}{hours:02}:{minutes:02}"
