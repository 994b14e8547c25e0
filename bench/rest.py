"""From the start of the process to ready, and the memory it needs when nothing happens; the search by itself."""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bench import answers
from bench.bare import READY
from bench.commands import database, pause
from bench.processes import OURS, running
from tests.peers.discord import DiscordPeer

STARTS = 3
SETTLES = 2.0
"""Seconds after which a started bot is at rest."""

_SEARCH = """
import time
from pathlib import Path
from content.loader import load_pack
from content.paths import CORE_PACK
def rss():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024
catalog = load_pack(CORE_PACK, None)
loaded, begun = rss(), time.perf_counter()
catalog.prepare_search()
spent = time.perf_counter() - begun
catalog.find("I failed Step 1 once and graduated in 2015")
print(loaded, rss(), spent)
"""


@dataclass(frozen=True, slots=True)
class Start:
    """Seconds to ready, and MiB at rest."""

    seconds: float
    memory: float


@dataclass(frozen=True, slots=True)
class Search:
    """MiB of a process that only loaded the content, with the search ready, and the seconds of getting it ready."""

    loaded: float
    ready: float
    seconds: float


async def first_start() -> Start:
    """The whole program where no database is yet: the tables are made."""
    with tempfile.TemporaryDirectory() as folder:
        return await _start(Path(folder), bare=False)


async def starts(*, bare: bool) -> Start:
    """The median of some starts with everything in place."""
    with tempfile.TemporaryDirectory() as kept:
        folder = Path(kept)
        if bare:
            (folder / "answer.json").write_text(json.dumps(answers.for_discord(answers.page())), encoding="utf-8")
        else:
            await _start(folder, bare=False, rests=0)
        found = [await _start(folder, bare=bare) for _ in range(STARTS)]
    return Start(statistics.median(one.seconds for one in found), statistics.median(one.memory for one in found))


async def search() -> Search:
    """In a fresh process."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _SEARCH, cwd=Path(__file__).parents[1], stdout=asyncio.subprocess.PIPE
    )
    said, _ = await child.communicate()
    return Search(*(float(figure) for figure in said.split()))


async def _start(folder: Path, *, bare: bool, rests: float = SETTLES) -> Start:
    async with DiscordPeer(check=False) as peer:
        arguments = ("-m", "bench.bare", "discord", str(folder / "answer.json")) if bare else OURS
        settings = peer.environment() | ({} if bare else database(folder))
        async with running(arguments, settings, READY if bare else '"ready"', folder) as process:
            await pause(rests)
            return Start(process.started, process.memory())
