"""What a picture of somebody's progress costs, and how long the others wait while twenty are drawn."""

from __future__ import annotations

import asyncio
import statistics
import time
from dataclasses import replace
from datetime import date, timedelta

from bench.report import Line
from commands.checklist.drawing.painting import draw
from commands.checklist.drawing.picture import Bar, Mark, Progress, progress_picture

_TODAY = date(2026, 11, 27)
_PROGRESS = Progress(
    "Your season 2027",
    _TODAY,
    tuple(Bar(f"A list with a usual title {n}", 3 + n, 14, n % 3) for n in range(6)),
    tuple(Mark(f"A day of the season {n}", _TODAY + timedelta(days=20 * n - 60)) for n in range(8)),
)
_TOGETHER = 20
_TICK = 0.001


async def lines() -> list[Line]:
    """One picture by itself, twenty asked for at once, and the longest that the event loop stood still meanwhile."""
    alone = statistics.median([_once(number) for number in range(9)])
    calm, _ = await _lag(0)
    lag, seconds = await _lag(_TOGETHER)
    return [
        ("A picture of progress, drawn", f"{1_000 * alone:.0f} ms", "", "", ""),
        (f"{_TOGETHER} of them asked for at once", f"{1_000 * seconds:.0f} ms", "", "", ""),
        (f"Longest stop of the event loop meanwhile (at rest {1_000 * calm:.0f} ms)", f"{1_000 * lag:.0f} ms", "", "",
         "50 ms"),
    ]  # fmt: skip


def _once(number: int) -> float:
    begun = time.perf_counter()
    draw(replace(_PROGRESS, title=f"Season {number}"))
    return time.perf_counter() - begun


async def _lag(pictures: int) -> tuple[float, float]:
    """The longest time by which a short sleep came too late, and the seconds until all were drawn."""
    worst, begun = 0.0, time.perf_counter()
    asked = [asyncio.create_task(progress_picture(replace(_PROGRESS, title=f"At once {n}"))) for n in range(pictures)]
    while not all(task.done() for task in asked) or time.perf_counter() - begun < 0.1:
        slept = time.perf_counter()
        await asyncio.sleep(_TICK)
        worst = max(worst, time.perf_counter() - slept - _TICK)
    return worst, time.perf_counter() - begun


if __name__ == "__main__":
    for what, ours, *_ in asyncio.run(lines()):
        print(f"{what}: {ours}")  # noqa: T201
