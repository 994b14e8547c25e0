"""Bots as processes of their own: started, asked what they use, stopped."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

START_WITHIN = 60.0
_TICKS = os.sysconf("SC_CLK_TCK")
_FOREIGN = (
    "DISCORD_",
    "SLACK_",
    "MATCHMENTOR_",
    "DATABASE_URL",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "http_proxy",
    "https_proxy",
)
OURS = ("-m", "bot", "run")


@dataclass(frozen=True, slots=True)
class Process:
    """A bot that is ready. `started`: seconds from its start to its line that says so."""

    pid: int
    started: float

    def cpu(self) -> float:
        """Seconds of processor time used so far, by all its threads."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def memory(self) -> float:
        """MiB of resident memory now."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


@asynccontextmanager
async def running(
    arguments: Sequence[str], settings: Mapping[str, str], ready: str, folder: Path
) -> AsyncIterator[Process]:
    """A Python process in `folder` once it printed a line with `ready`; stopped politely at the end."""
    root = str(Path(__file__).parents[1])
    # Also not inherited: the wish not to keep compiled modules, with which every start compiles a thousand of them.
    foreign = (*_FOREIGN, "PYTHONDONTWRITEBYTECODE")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    begun = time.perf_counter()
    child = await asyncio.create_subprocess_exec(
        sys.executable, *arguments,
        cwd=folder, env={**inherited, "PYTHONPATH": root, **settings},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    if child.stdout is None:
        raise RuntimeError("the bot's output is not a pipe")
    drain: asyncio.Task[None] | None = None
    try:
        async with asyncio.timeout(START_WITHIN):
            await _until(child.stdout, ready)
        started = time.perf_counter() - begun
        drain = asyncio.create_task(_drain(child.stdout))
        yield Process(child.pid, started)
    finally:
        if child.returncode is None:
            child.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(20):
                await child.wait()
        except TimeoutError:
            child.kill()
        if drain is not None:
            await drain


async def _until(output: asyncio.StreamReader, ready: str) -> None:
    said: list[str] = []
    while line := (await output.readline()).decode():
        said.append(line)
        if ready in line:
            return
    raise RuntimeError(f"the bot ended before it was ready: {''.join(said[-5:])}")


async def _drain(output: asyncio.StreamReader) -> None:
    """Read what it logs, so that its pipe never fills."""
    while await output.read(1 << 16):
        pass
