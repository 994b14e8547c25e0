"""The table, in Markdown, and what it does not show."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from bench.commands import Compared

Line = tuple[str, str, str, str, str]
HEAD: Line = ("What", "MatchMentor", "Bare library", "Ratio", "Goal")

LIMITS = """\
## Where a goal is missed, and why

The table says by how much. An answer of ours asks SQLite first who is asking. The driver does each step (begin, open,
run, fetch, close) on a thread of its own, and each is a hand-over; a profile of the whole program under load shows them
as the largest single cost, and with 16 or more in flight on few cores they also wait for each other. What is left of
parsing, drawing and routing is smaller. Fewer hand-overs, not quicker ones, would bring the ratios down: what is known
of a person kept in memory for some seconds, so that a page needs no transaction at all.

Start-up is mostly importing; the search gets ready beside the connecting, and is most of the memory. A start without
compiled modules (the first after an installation, or always with PYTHONDONTWRITEBYTECODE) takes about twice as long;
here they are there.

## How it is measured

The load comes from one process (the loopback Discord or Slack of the tests, with its checks off), the bot runs in
another: for "MatchMentor" the whole program as `matchmentor run` starts it, with its SQLite file, its content, its
planner and dispatcher; for "bare library" a bot of some thirty lines that answers with the same words, buttons and
menus and knows nobody. Both are up at the same time and asked in turns; each figure is the median of three turns. The
command is `/redflag step-failure` in a community, asked by people whom the bot knows; it only reads. The bare
discord.py bot builds its view for each answer; the bare Bolt app gets its blocks ready-made.

"Press to changed list" has no bare library to compare with. It goes from a press in a checklist to the message ready to
be sent, without a network, on a database with 10,000 people and some 500,000 steps stored; half of the presses write.
The figure marked "(empty)" in the column "Bare library" is ours too, on an empty database, and the ratio is full to
empty. "A picture of progress" is drawn in this process.

## What this does not show

- Real latency. A real Discord or Slack is tens of milliseconds away, which hides most of the ratio at one in flight.
- The platforms' rate limits, and checks that they do not publish.
- How far one bot goes alone on its processor: the load has to be made on the same machine, so with two cores the
  processor time of the bot for one answer ("CPU") says more about the ceiling than the rate at 64 in flight. At one in
  flight Bolt itself waits 10 ms for each acknowledgement, on both sides.
- Many people who write at once: the presses in a checklist come one after another. On SQLite writers queue for one
  place, and wait for the disk.
- The search: `/redflag` with a person's own words takes longer than a topic's name, on a thread beside the loop.
- A year of nudges and messages in the database (the presses in a checklist have many people and steps stored, nothing
  else), or a database that is not on this machine.
- A quiet machine, unless it was one: compare ratios, not times.
"""


def command_lines(name: str, compared: Compared) -> list[Line]:
    """Latency for each number in flight, then the ceiling."""
    lines: list[Line] = []
    for in_flight, (ours, bare) in compared.items():
        title = f"{name}, {in_flight} in flight"
        goal = "at most 1.5" if in_flight == 1 else ""
        lines.append((f"{title}: p50", f"{ours.p50:.2f} ms", f"{bare.p50:.2f} ms", f"{ours.p50 / bare.p50:.2f}", goal))
        lines.append((f"{title}: p99", f"{ours.p99:.2f} ms", f"{bare.p99:.2f} ms", f"{ours.p99 / bare.p99:.2f}", ""))
    most, least = (
        max(compared.values(), key=lambda both: both[0].rate)[0],
        max(compared.values(), key=lambda both: both[1].rate)[1],
    )
    lines.append(
        (f"{name}: most answers", f"{most.rate:,.0f} /s", f"{least.rate:,.0f} /s", f"{most.rate / least.rate:.2f}",
         "at least 0.6")
    )  # fmt: skip
    lines.append(
        (f"{name}: CPU for an answer, {max(compared)} in flight", f"{compared[max(compared)][0].cpu:.2f} ms",
         f"{compared[max(compared)][1].cpu:.2f} ms",
         f"{compared[max(compared)][0].cpu / compared[max(compared)][1].cpu:.2f}", "")
    )  # fmt: skip
    return lines


def table(lines: Sequence[Line]) -> str:
    """As Markdown."""
    rows = [HEAD, ("---", "---:", "---:", "---:", "---"), *lines]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def machine() -> str:
    """What it ran on."""
    names = [line.split(":", 1)[1].strip() for line in _cpuinfo() if line.startswith("model name")]
    model = names[0] if names else platform.machine()
    cores = len(os.sched_getaffinity(0))
    return f"{cores} cores of {model}, Python {platform.python_version()}, {platform.system()}"


def document(lines: Sequence[Line], day: date, load: str) -> str:
    """The whole of `docs/benchmarks.md`."""
    return (
        "# Benchmarks\n\n"
        f"Written by `make bench` (`.venv/bin/python -m bench --write docs/benchmarks.md`) on {day:%Y-%m-%d}: "
        f"{machine()}. {load}\n\n{table(lines)}\n\n{LIMITS}"
    )


def _cpuinfo() -> list[str]:
    file = Path("/proc/cpuinfo")
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []
