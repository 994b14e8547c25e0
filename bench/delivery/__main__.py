"""python -m bench.delivery [--quick] [--only N ...] [--write FILE]: the tables to stdout, progress to stderr.

Ends with 1 when a nudge was lost or doubled; a goal of speed that is missed is only written down.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog
from rich.console import Console

from bench.delivery import crowd, growth, kills, page, trouble, year
from bench.delivery.figures import Figure, Scenario, missed, show
from scheduler.clock import SystemClock

Play = Callable[[], Awaitable[list[Figure]]]


@dataclass(frozen=True, slots=True)
class Part:
    """A scenario that can be played, in full or quickly."""

    title: str
    how: str
    full: Play
    quick: Play


PARTS = (
    Part("1. A crowd in one minute", crowd.HOW,
         lambda: crowd.play(10_000, 100, 500), lambda: crowd.play(200, 20, 50)),
    Part("2. A million people", growth.HOW,
         lambda: growth.play(10_000, 1_000_000), lambda: growth.play(1_000, 20_000)),
    Part("3. Workers that are killed", kills.HOW,
         lambda: kills.play(200, 20, stops=2), lambda: kills.play(8, 4, stops=0)),
    Part("4. Trouble", trouble.HOW,
         lambda: trouble.play(400, 100), lambda: trouble.play(12, 3)),
    Part("5. A year", year.HOW,
         lambda: year.play(365), lambda: year.play(10)),
)  # fmt: skip


async def play(parts: Sequence[Part], *, quick: bool, console: Console) -> list[Scenario]:
    """One after the other, each shown as soon as it is there."""
    played = []
    for part in parts:
        sys.stderr.write(f"{part.title}\n")
        begun = time.perf_counter()
        figures = await (part.quick if quick else part.full)()
        played.append(Scenario(part.title, part.how, figures, time.perf_counter() - begun))
        show(played[-1], console)
    return played


def main() -> int:
    """The entry point of `make prove-delivery`."""
    parser = argparse.ArgumentParser(prog="python -m bench.delivery", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes: does it still work?")
    parser.add_argument("--only", type=int, nargs="+", choices=range(1, len(PARTS) + 1), help="these scenarios")
    parser.add_argument("--write", type=Path, metavar="FILE", help="also write the page there")
    given = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    before = os.getloadavg()[0]
    parts = [part for number, part in enumerate(PARTS, 1) if not given.only or number in given.only]
    console = Console()
    played = asyncio.run(play(parts, quick=given.quick, console=console))
    if given.write is not None:
        text = page.document(played, SystemClock().now().date(), before, quick=given.quick)
        given.write.write_text(text, encoding="utf-8")
    short = missed(played)
    console.print(f"{len(short)} of {sum(one.met is not None for each in played for one in each.figures)} goals missed")
    return int(any(one.vital for one in short))


if __name__ == "__main__":
    sys.exit(main())
