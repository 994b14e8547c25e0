"""Several processes on one database, and one that is killed between send and settle."""

from __future__ import annotations

import asyncio
import signal
import sys
from datetime import timedelta
from pathlib import Path

from scheduler.clock import ManualClock
from storage.db import Database
from tests.scheduler.process import FileCarrier
from tests.scheduler.stage import NOW, arrive, counts, crowd, dispatcher, row_of, say

ROOT = Path(__file__).parents[2]


async def spawn(address: str, worker: str, file: Path, mode: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.scheduler.process", address, worker, str(file), NOW.isoformat(), mode,
        cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip


async def test_two_processes_send_each_message_once(address: str, database: Database, tmp_path: Path) -> None:
    """E01."""
    keys = [f"m{number}" for number in range(40)]
    await crowd(database, *keys)
    file = tmp_path / "sent"
    workers = [await spawn(address, f"p{number}", file, "race") for number in range(2)]
    for worker in workers:
        assert worker.stdout is not None
        assert await worker.stdout.readline() == b"ready\n"
    await asyncio.gather(*(worker.communicate(b"go\n") for worker in workers))
    assert [worker.returncode for worker in workers] == [0, 0]
    assert sorted(line.split()[1] for line in file.read_text().splitlines()) == sorted(keys)
    assert await counts(database) == {"sent": 40}


async def test_kill_between_send_and_settle(address: str, database: Database, tmp_path: Path) -> None:
    person = await arrive(database, "amina")
    first = await say(database, person, "first")
    second = await say(database, person, "second", NOW + timedelta(seconds=1))
    file = tmp_path / "sent"
    killed = await spawn(address, "p1", file, "die")
    await killed.communicate()
    assert killed.returncode == -signal.SIGKILL
    assert file.read_text() == f"{first} first\n"
    assert (await row_of(database, person, first)).state == "pending"

    clock, carrier = ManualClock(NOW + timedelta(seconds=30)), FileCarrier(file)
    worker = dispatcher(database, clock, carrier, worker="p2")
    await worker.turn()
    assert carrier.sent == [("second", False)]  # the first is still the dead worker's
    clock.set(NOW + timedelta(seconds=61))
    await worker.turn()
    assert carrier.sent == [("second", False), ("first", True)]
    assert file.read_text() == f"{first} first\n{second} second\n"
    assert (await row_of(database, person, first)).sent_ref == f"found-{first}"
