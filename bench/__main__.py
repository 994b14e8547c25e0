"""python -m bench [--write FILE]: the table to stdout, progress to stderr. Some two minutes."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from pathlib import Path

from bench import commands, lists, outbox, picture, report, rest
from bench.report import Line
from scheduler.clock import SystemClock
from tests.databases import KINDS

_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def say(text: str) -> None:
    """Progress."""
    sys.stderr.write(f"{text}\n")


async def _rest() -> list[Line]:
    say("start-up and memory")
    first, ours, bare = await rest.first_start(), await rest.starts(bare=False), await rest.starts(bare=True)
    search = await rest.search()
    seconds, memory = ours.seconds / bare.seconds, ours.memory / bare.memory
    return [
        ("Start to ready", f"{ours.seconds:.2f} s", f"{bare.seconds:.2f} s", f"{seconds:.2f}", "2 s"),
        ("Start to ready, the very first (makes the tables)", f"{first.seconds:.2f} s", "", "", ""),
        ("Memory at rest", f"{ours.memory:.0f} MiB", f"{bare.memory:.0f} MiB", f"{memory:.2f}", ""),
        ("Memory of the content alone", f"{search.loaded:.0f} MiB", "", "", ""),
        (f"Memory with the search, ready after {search.seconds:.2f} s", f"{search.ready:.0f} MiB", "", "", ""),
    ]


async def _outbox() -> list[Line]:
    lines: list[Line] = []
    for kind in KINDS:
        for together in (True, False):
            say(f"claim and settle, {kind}, {'together' if together else 'one by one'}")
            rate = await outbox.claim_and_settle(kind, together=together)
            how = f"{outbox.BATCH} at once" if together else "settled one by one"
            lines.append(
                (f"Claim and settle, {_NAMES[kind]}, {how}", f"{rate:,.0f} /s", "", "", "3,000 /s" if together else "")
            )
    return lines


async def _lists() -> list[Line]:
    lines: list[Line] = []
    for kind in KINDS:
        say(f"presses in a checklist, {kind}, empty and full")
        empty, full = await lists.presses(kind, full=False), await lists.presses(kind, full=True)
        for name in ("p50", "p99"):
            before, after = getattr(empty, name), getattr(full, name)
            what = f"Press to changed list, {_NAMES[kind]}, {full.rows:,} steps stored: {name}"
            lines.append((what, f"{after:.1f} ms", f"{before:.1f} ms (empty)", f"{after / before:.2f}", "about 1"))
        lines.append((f"Memory of one press, {_NAMES[kind]}", f"{full.peak:.0f} KiB", "", "", ""))
    return lines


async def _all() -> list[Line]:
    lines = report.command_lines("Discord", await commands.on_discord(say))
    lines += report.command_lines("Slack over HTTP", await commands.on_slack(say))
    lines += await _outbox()
    lines += await _lists()
    say("pictures of progress")
    lines += await picture.lines()
    return lines + await _rest()


def main() -> None:
    """The entry point of `make bench`."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--write", type=Path, metavar="FILE", help="also write the table with the machine there")
    given = parser.parse_args()
    before = os.getloadavg()[0]
    lines = asyncio.run(_all())
    sys.stdout.write(f"{report.table(lines)}\n")
    if given.write is not None:
        load = f"The machine's load was {before:.1f} before the bench began."
        given.write.write_text(report.document(lines, SystemClock().now().date(), load), encoding="utf-8")


if __name__ == "__main__":
    main()
