"""Many rules due in one minute: planned within seconds, on both databases, and never looked at twice."""

from __future__ import annotations

import time as machine
from datetime import date, time, timedelta

from sqlalchemy import func, insert, select

from scheduler.clock import ManualClock
from scheduler.planner import Planner
from scheduler.recurrence import weekly
from storage.db import Database
from storage.tables import account, nudge, outbox, person, rule
from tests.scheduler.stage import NOW

MANY = 10_000
SECONDS = 30.0
"""Ten times what it takes on the slowest machine that was measured: a plan that asks for each rule is slower still."""


async def crowd_of(database: Database, number: int) -> None:
    """So many persons, each with a weekly rule that is due now; every tenth one has paused."""
    spec = weekly(time(14, 30), "UTC", date(2026, 1, 1), (0,)).to_json()
    numbers = range(1, number + 1)
    async with database.write() as uow:
        people = [
            {"id": each, "created_at": NOW, "zone": "UTC", "nudges_paused_at": None if each % 10 else NOW}
            for each in numbers
        ]
        accounts = [{"person_id": each, "platform": "discord", "team": "", "user_id": str(each)} for each in numbers]
        common = {"kind": "letters", "spec": spec, "zone": "UTC", "next_at": NOW, "enabled": True, "created_at": NOW}
        rules = [{"person_id": each, **common} for each in numbers]
        for table, rows in ((person, people), (account, accounts), (rule, rules)):
            await uow.connection.execute(insert(table), rows)


async def test_ten_thousand_rules_of_one_minute(database: Database, clock: ManualClock) -> None:
    await crowd_of(database, MANY)
    planner = Planner(database, clock)
    begun = machine.perf_counter()
    assert await planner.turn() == MANY * 9 // 10
    spent = machine.perf_counter() - begun
    print(f"{MANY} rules planned in {spent:.2f} s, {MANY / spent:.0f} a second")
    assert spent < SECONDS
    async with database.write() as uow:
        assert await uow.nudges.due(NOW, 1) == (), "a paused person's rule is looked at again"
        ends = select(nudge.c.state, func.count()).group_by(nudge.c.state)
        assert dict((await uow.connection.execute(ends)).all()) == {"planned": MANY * 9 // 10, "unsaid": MANY // 10}
        assert await uow.connection.scalar(select(func.count()).select_from(outbox)) == MANY * 9 // 10
    clock.forward(timedelta(minutes=1))
    assert await planner.turn() == 0
