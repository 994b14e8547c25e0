"""A worker in a process of its own: `python -m tests.scheduler.process URL WORKER FILE INSTANT MODE`.

It writes what it sends to FILE, a line each; that is its platform. MODE "die" kills it after the first line is
written and before it can settle. "race" waits for a line on standard input, so that two begin together.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from scheduler.clock import ManualClock
from storage.db import Database
from storage.outbox import OutboxRow
from tests.scheduler.stage import FakeCarrier, dispatcher


class FileCarrier(FakeCarrier):
    """A platform that is a file: what was sent can be looked up by the row's id."""

    def __init__(self, file: Path, *, dies: bool = False) -> None:
        super().__init__()
        self._file = file
        self._dies = dies

    def requests(self, row: OutboxRow, prepared: Any) -> int:
        """Always one."""
        return 1

    async def deliver(self, row: OutboxRow, prepared: Any, repeated: bool) -> str:
        """Look first when it may be out already; then append."""
        if repeated and f"{row.id} " in self._file.read_text():
            self.sent.append((row.dedupe_key, True))
            return f"found-{row.id}"
        with self._file.open("a") as file:
            file.write(f"{row.id} {row.dedupe_key}\n")
        if self._dies:
            os.kill(os.getpid(), signal.SIGKILL)
        self.sent.append((row.dedupe_key, repeated))
        return f"ref-{row.id}"


async def work(url: str, worker: str, file: Path, instant: str, mode: str) -> None:
    """One turn, then a clean end."""
    database = Database(url)
    clock = ManualClock(datetime.fromisoformat(instant))
    carrier = FileCarrier(file, dies=mode == "die")
    print("ready", flush=True)
    if mode == "race":
        await asyncio.to_thread(sys.stdin.readline)
    await dispatcher(database, clock, carrier, worker=worker, batch=5).turn()
    await database.dispose()


if __name__ == "__main__":
    address, name, path, now, how = sys.argv[1:]
    asyncio.run(work(address, name, Path(path), now, how))
