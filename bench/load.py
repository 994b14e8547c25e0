"""A closed loop: so many requests under way at all times, each answered before the next one of its kind is sent."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bench.processes import Process

Request = Callable[[int], Awaitable[None]]
"""Sends one request as the person with this number and returns when its answer was read; raises for a wrong one."""


@dataclass(frozen=True, slots=True)
class Round:
    """One stretch: answers a second, milliseconds that the middle and the slowest hundredth took, CPU ms an answer."""

    rate: float
    p50: float
    p99: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two bots that are compared: its process and how to ask it something."""

    process: Process
    request: Request


async def measure(side: Side, in_flight: int, seconds: float) -> Round:
    """Keep `in_flight` requests under way for so long."""
    took: list[float] = []
    cpu, begun = side.process.cpu(), time.perf_counter()
    end = begun + seconds

    async def person(number: int) -> None:
        while (start := time.perf_counter()) < end:
            await side.request(number)
            took.append(time.perf_counter() - start)

    await asyncio.gather(*(person(number) for number in range(in_flight)))
    spent, cpu = time.perf_counter() - begun, side.process.cpu() - cpu
    took.sort()
    return Round(
        rate=len(took) / spent,
        p50=took[len(took) // 2] * 1e3,
        p99=took[int(len(took) * 0.99)] * 1e3,
        cpu=cpu / len(took) * 1e3,
    )


def median(rounds: Sequence[Round]) -> Round:
    """Each figure's median over the rounds: other work on the machine disturbs single ones."""
    return Round(*(statistics.median(getattr(each, name) for each in rounds) for name in ("rate", "p50", "p99", "cpu")))


async def compare(ours: Side, bare: Side, in_flight: int, *, rounds: int, seconds: float) -> tuple[Round, Round]:
    """Both sides in turn, so that whatever disturbs the machine disturbs both: (ours, bare)."""
    found: tuple[list[Round], list[Round]] = ([], [])
    for _ in range(rounds):
        for side, kept in zip((ours, bare), found, strict=True):
            kept.append(await measure(side, in_flight, seconds))
    return median(found[0]), median(found[1])
