"""Rules become messages: each slot once, at the time that was chosen."""

from __future__ import annotations

import asyncio
import random
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs

from scheduler.clock import ManualClock, to_wall
from scheduler.planner import USEFUL_FOR, Planner, own_moment
from scheduler.recurrence import Rule, daily, next_after, weekly
from storage.db import Database
from storage.outbox import OutboxRow
from storage.people import Person
from tests.scheduler.stage import NOW, FakeCarrier, arrive, dispatcher
from tests.storage.people import waiting as waiting_for

BEGIN = date(2026, 11, 2)


async def turn_on(database: Database, person: Person, rule: Rule, kind: str = "letters", after: datetime = NOW) -> None:
    async with database.write() as uow:
        await uow.nudges.turn_on(person.id, kind, rule.to_json(), rule.zone, next_after(rule, after), NOW)


async def waiting(database: Database, person: Person) -> tuple[OutboxRow, ...]:
    async with database.read() as uow:
        return await waiting_for(uow, person.id)


async def test_a_slot_becomes_one_message(database: Database, clock: ManualClock) -> None:
    person = await arrive(database, "amina", zone="Asia/Kolkata")
    await turn_on(database, person, daily(time(9), "Asia/Kolkata", BEGIN))
    planner = Planner(database, clock)
    assert await planner.turn() == 0
    clock.set(datetime(2026, 11, 3, 9, 0, tzinfo=ZoneInfo("Asia/Kolkata")))
    assert [await planner.turn(), await planner.turn()] == [1, 0]
    (row,) = await waiting(database, person)
    assert (row.compose, row.payload, row.platform) == ("nudges", None, "discord")
    assert row.dedupe_key == f"rule:{row.rule_id}:2026-11-03T09:00"
    assert row.due_at == clock.now() + own_moment(person.id)
    assert row.expires_at == row.due_at + USEFUL_FOR


async def test_two_planners_make_one(address: str, database: Database, clock: ManualClock) -> None:
    person = await arrive(database, "amina")
    await turn_on(database, person, daily(time(16), "UTC", BEGIN))
    clock.forward(hours=2)
    other = Database(address)
    made = await asyncio.gather(Planner(database, clock).turn(), Planner(other, clock).turn())
    await other.dispose()
    assert sorted(made) == [0, 1]
    assert len(await waiting(database, person)) == 1


async def test_after_downtime_only_the_newest_slot(database: Database, clock: ManualClock) -> None:
    person = await arrive(database, "amina")
    await turn_on(database, person, daily(time(9), "UTC", BEGIN))
    clock.set(datetime(2026, 11, 12, 10, 0, tzinfo=NOW.tzinfo))
    assert await Planner(database, clock).turn() == 1
    (row,) = await waiting(database, person)
    assert row.dedupe_key.endswith(":2026-11-12T09:00")
    async with database.read() as uow:
        assert [rule.next_at for rule in await uow.nudges.of(person.id)] == [
            datetime(2026, 11, 13, 9, 0, tzinfo=NOW.tzinfo)
        ]


@pytest.mark.parametrize(("demo", "due"), [(False, time(8)), (True, time(6))])
async def test_quiet_hours_move_the_message_and_not_the_rule(
    database: Database, clock: ManualClock, demo: bool, due: time
) -> None:
    person = await arrive(database, "amina")  # quiet from 21:00 to 08:00
    await turn_on(database, person, daily(time(6), "UTC", BEGIN))
    clock.set(datetime(2026, 11, 3, 6, 0, tzinfo=NOW.tzinfo))
    await Planner(database, clock, demo=demo).turn()
    (row,) = await waiting(database, person)
    moment = timedelta() if demo else own_moment(person.id)
    assert row.due_at == datetime.combine(date(2026, 11, 3), due, NOW.tzinfo) + moment
    async with database.read() as uow:
        assert [rule.next_at for rule in await uow.nudges.of(person.id)] == [
            datetime(2026, 11, 4, 6, 0, tzinfo=NOW.tzinfo)
        ]


async def test_the_last_minute_of_the_evening_stays_in_the_evening(database: Database, clock: ManualClock) -> None:
    person = await arrive(database, "amina")
    await turn_on(database, person, daily(time(20, 59), "UTC", BEGIN))
    clock.set(datetime(2026, 11, 2, 20, 59, tzinfo=NOW.tzinfo))
    await Planner(database, clock).turn()
    (row,) = await waiting(database, person)
    assert row.due_at.date() == date(2026, 11, 2)
    assert row.due_at.hour == 20


def test_a_community_is_written_to_over_a_quarter_of_an_hour() -> None:
    moments = [own_moment(person) for person in range(10_000)]
    assert min(moments) >= timedelta()
    assert max(moments) < timedelta(minutes=15)
    by_minute = [sum(moment // timedelta(minutes=1) == minute for moment in moments) for minute in range(15)]
    assert min(by_minute) > 500


@pytest.mark.parametrize("spec", [{}, {"every": "eon"}, {"every": "day", "at": 9}, {"every": "day", "no": 1}])
async def test_a_broken_rule_stops_no_other(database: Database, clock: ManualClock, spec: dict[str, Any]) -> None:
    """E35."""
    broken, person = await arrive(database, "broken"), await arrive(database, "amina")
    async with database.write() as uow:
        await uow.nudges.turn_on(broken.id, "letters", spec, "UTC", NOW, NOW)
    await turn_on(database, person, daily(time(15), "UTC", BEGIN))
    clock.forward(hours=1)
    with capture_logs() as logs:
        assert [await Planner(database, clock).turn() for _ in range(2)] == [1, 0]
    assert [line["event"] for line in logs] == ["rule_unreadable"]
    async with database.read() as uow:
        assert [rule.enabled for rule in await uow.nudges.of(broken.id)] == [False]


async def test_many_rules_take_several_batches(database: Database, clock: ManualClock) -> None:
    people = [await arrive(database, f"u{number}") for number in range(7)]
    for person in people:
        await turn_on(database, person, daily(time(15), "UTC", BEGIN))
    clock.forward(hours=1)
    assert await Planner(database, clock, batch=3).turn() == 7


async def test_who_is_due_a_moment_after_a_crowd_does_not_wait_for_all_of_it(
    database: Database, clock: ManualClock
) -> None:
    for number in range(25):
        await turn_on(database, await arrive(database, f"p{number}"), daily(time(16), "UTC", BEGIN))
    late = await arrive(database, "late")
    await turn_on(database, late, daily(time(16, 1), "UTC", BEGIN))
    clock.forward(hours=2)
    assert await Planner(database, clock, batch=10).turn() == 26
    (row,) = await waiting(database, late)
    soon = clock.now() + timedelta(hours=1)
    async with database.write() as uow:
        rows = await uow.outbox.claim("w1", soon, timedelta(minutes=1), 99, ["discord"])
    assert sum(each.id < row.id for each in rows) <= 10


async def test_sixty_days_at_the_time_that_was_chosen(database: Database) -> None:
    """E38, over a clock change: each send is late by 20 s to 5 minutes, none of it adds up."""
    zone = "America/New_York"
    clock = ManualClock(datetime(2027, 2, 1, 12, 0, tzinfo=ZoneInfo(zone)))
    person, delay = await arrive(database, "amina", zone=zone), random.Random(38)
    rules = {
        "letters": daily(time(18), zone, date(2027, 2, 1)),
        "visa": weekly(time(10), zone, date(2027, 2, 1), (2,)),
    }
    for kind, rule in rules.items():
        await turn_on(database, person, rule, kind, clock.now())
    planner, carrier = Planner(database, clock), FakeCarrier()
    worker = dispatcher(database, clock, carrier)
    async with database.read() as uow:
        ids = {rule.id: rule.kind for rule in await uow.nudges.of(person.id)}
    for _ in range(60):
        for hour in (10, 18):
            wall = to_wall(clock.now(), ZoneInfo(zone)).replace(hour=hour, minute=0, second=0)
            clock.set(wall.replace(tzinfo=ZoneInfo(zone)) + timedelta(seconds=delay.randint(20, 300)))
            await planner.turn()
            clock.forward(own_moment(person.id) + timedelta(seconds=delay.randint(20, 300)))
            await worker.turn()
        clock.forward(hours=12)
    slots = [(ids[int(key.split(":")[1])], key.split(":", 2)[2]) for key in carrier.keys]
    days = [date(2027, 2, 1) + timedelta(days=number) for number in range(60)]
    assert [slot for kind, slot in slots if kind == "letters"] == [f"{day}T18:00" for day in days]
    assert [slot for kind, slot in slots if kind == "visa"] == [f"{day}T10:00" for day in days if day.weekday() == 2]
    async with database.read() as uow:
        rows = [await uow.outbox.owned(person.id, number) for number in range(1, len(slots) + 1)]
    for row in rows:
        assert row is not None
        chosen = to_wall(row.due_at - own_moment(person.id), ZoneInfo(zone)).time()
        assert chosen == rules[ids[row.rule_id or 0]].at
