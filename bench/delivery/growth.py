"""What a turn costs with ten thousand people and with a million, when the same number of nudges is due.

python -m bench.delivery.growth URL DUE: measures one database in a process of its own and prints JSON.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

import structlog

from bench.delivery.figures import Figure
from bench.delivery.motion import Motion
from bench.delivery.stage import NAMES, NOW, every_day
from storage.db import Database
from tests.databases import KINDS, Kind, make_address

HOW = """\
Each person has one daily reminder; the same number of them is due in one minute in both databases (0.1 % of the large
one), the others within the week. One process plans and sends them (over the `Adapter` port, on a clock by hand, so that
no limit slows it down). Times are of the wall on this machine, of an idle turn
the quickest of 21; memory is what the process holds at most (RSS)."""
MOST_GROWTH, MOST_MIB, IDLE_NOISE = 1.5, 16.0, 0.005
_REST = Path(__file__).parents[2]
_WEEK = 7 * 24 * 3600
_COLUMNS = {
    "person": "id, created_at, zone, zone_confirmed, quiet_start, quiet_end",
    "account": "id, person_id, platform, team, user_id, dm_channel",
    "rule": "id, person_id, kind, spec, zone, next_at, enabled, created_at, words",
}


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of a turn with nothing due (planner, dispatcher), of planning and of sending a minute's; MiB at most."""

    idle_plan: float
    idle_deliver: float
    plan: float
    deliver: float
    memory: float


async def play(few: int, many: int) -> list[Figure]:
    """Both sizes on both databases."""
    return [figure for kind in KINDS for figure in await on(kind, few, many)]


async def on(kind: Kind, few: int, many: int) -> list[Figure]:
    """Both sizes, one after the other."""
    due = max(1, many // 1000)
    (small, _), (large, filled) = [await _measured(kind, people, due) for people in (few, many)]
    written = Figure(f"{many:,} people written into the database", NAMES[kind], f"{filled:.0f} s")
    return [*_compared(kind, small, large, (few, many), due), written]


async def _measured(kind: Kind, people: int, due: int) -> tuple[Cost, float]:
    async with make_address(kind) as url:
        begun = time.perf_counter()
        await _fill(url, people, due)
        filled = time.perf_counter() - begun
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bench.delivery.growth", url, str(due), cwd=_REST, stdout=asyncio.subprocess.PIPE
        )
        said, _ = await child.communicate()
        return Cost(**json.loads(said)), filled


async def _fill(url: str, people: int, due: int) -> None:
    """One statement for each table."""
    database = Database(url)
    try:
        async with database.write() as uow:
            for table, columns in _COLUMNS.items():
                selected = _selected(database.is_sqlite, table, people, people // due)
                await uow.connection.exec_driver_sql(f"INSERT INTO {table} ({columns}) {selected}")
                if not database.is_sqlite:
                    await uow.connection.exec_driver_sql(
                        f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {people})"
                    )
            await uow.connection.exec_driver_sql("ANALYZE")
    finally:
        await database.dispose()


def _selected(sqlite: bool, table: str, people: int, each: int) -> str:
    """Every so many-th rule is due at NOW, the others from an hour later on."""
    now = f"'{NOW:%Y-%m-%d %H:%M:%S}.000000'" if sqlite else f"timestamptz '{NOW.isoformat()}'"
    yes = "1" if sqlite else "true"
    later = f"3600 + i % {_WEEK}"
    next_at = (
        f"strftime('%Y-%m-%d %H:%M:%S.000000', {now}, '+' || ({later}) || ' seconds')"
        if sqlite
        else f"{now} + make_interval(secs => {later})"
    )
    spec = json.dumps(every_day(NOW.time(), "UTC", NOW.date(), NOW.date() + timedelta(days=400)).to_json())
    values = {
        "person": f"i, {now}, 'UTC', {yes}, '00:00', '00:00'",
        "account": "i, i, 'discord', '', 'u' || i, 'D' || i",
        "rule": f"i, i, 'own:0', '{spec}', 'UTC', CASE WHEN i % {each} = 0 THEN {now} ELSE {next_at} END, {yes}, "
        f"{now}, 'Ask for the letter'",
    }[table]
    if sqlite:
        upwards = f"SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {people}"  # noqa: S608  all of it is ours
        return f"SELECT {values} FROM (WITH RECURSIVE n(i) AS ({upwards}) SELECT i FROM n)"  # noqa: S608
    return f"SELECT {values} FROM generate_series(1, {people}) AS n(i)"  # noqa: S608


async def measure(url: str, due: int) -> Cost:
    """In this process, on a database that was filled."""
    database = Database(url)
    motion = Motion(database, NOW - timedelta(minutes=1))
    (dispatcher,) = motion.dispatchers
    idle_plan = await _fastest(motion.planner.turn)
    idle_deliver = await _fastest(dispatcher.begin)
    motion.clock.set(NOW)
    begun = time.perf_counter()
    planned = await motion.planner.turn()
    planning = time.perf_counter() - begun
    begun = time.perf_counter()
    for _ in range(2 + due // 20):
        motion.clock.forward(seconds=1)
        await dispatcher.begin()
        await dispatcher.settled()
    delivering = time.perf_counter() - begun
    posts = len(motion.platforms["discord"].posts)
    await database.dispose()
    if (planned, posts) != (due, due):
        raise RuntimeError(f"{planned} planned and {posts} sent of {due}")
    return Cost(idle_plan, idle_deliver, planning, delivering, _peak())


async def _fastest(turn: Callable[[], Awaitable[int]]) -> float:
    times = []
    for _ in range(21):
        begun = time.perf_counter()
        await turn()
        times.append(time.perf_counter() - begun)
    return min(times)  # what else runs on the machine only makes it slower


def _peak() -> float:
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def _compared(kind: Kind, few: Cost, many: Cost, people: tuple[int, int], due: int) -> list[Figure]:
    rows = (
        ("A turn of the planner with nothing due", few.idle_plan, many.idle_plan),
        ("A turn of the dispatcher with nothing due", few.idle_deliver, many.idle_deliver),
        (f"Planning {due:,} that are due", few.plan, many.plan),
        (f"Sending {due:,}", few.deliver, many.deliver),
    )
    name = NAMES[kind]
    sizes = f"{people[0]:,} people, {people[1]:,} people"
    figures = [
        Figure(f"{what}: {sizes}", name, f"{one * 1000:,.1f} ms, {other * 1000:,.1f} ms",
               f"at most x {MOST_GROWTH}", other <= max(one * MOST_GROWTH, one + IDLE_NOISE))
        for what, one, other in rows
    ]  # fmt: skip
    memory = Figure(
        f"Memory: {sizes}", name, f"{few.memory:,.0f} MiB, {many.memory:,.0f} MiB", f"at most + {MOST_MIB:.0f} MiB",
        many.memory - few.memory <= MOST_MIB,
    )  # fmt: skip
    return [*figures, memory]


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    sys.stdout.write(json.dumps(asdict(asyncio.run(measure(sys.argv[1], int(sys.argv[2]))))))
