"""What rides together, what keeps its minute, and what is only written down, on both databases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import update
from structlog.testing import capture_logs

from scheduler.clock import ManualClock
from scheduler.planner import Planner, own_moment
from scheduler.recurrence import Rule, daily, next_after
from scheduler.timetable import Due, Slot, Slots
from storage.db import Database, Uow
from storage.ledger import NudgeRow
from storage.outbox import OutboxRow
from storage.people import Person
from storage.tables import rule as rule_table
from tests.scheduler.stage import NOW, arrive
from tests.scheduler.test_planner import turn_on, waiting

BEGIN = date(2026, 11, 2)
NINE = datetime(2026, 11, 3, 9, 0, tzinfo=NOW.tzinfo)


async def ledger(database: Database, person: Person) -> tuple[NudgeRow, ...]:
    async with database.read() as uow:
        return await uow.ledger.history(person.id, 100)


async def riders(database: Database, row: OutboxRow) -> set[str]:
    async with database.read() as uow:
        return {each.kind for each in await uow.ledger.of_outbox(row.id)}


async def test_nudges_of_one_morning_ride_in_one_message(database: Database, clock: ManualClock) -> None:
    person = await arrive(database, "amina")
    for kind in ("letters", "visa"):
        await turn_on(database, person, daily(time(9), "UTC", BEGIN), kind)
    clock.set(NINE)
    assert await Planner(database, clock).turn() == 2
    (row,) = await waiting(database, person)
    assert await riders(database, row) == {"letters", "visa"}
    assert {each.due_at for each in await ledger(database, person)} == {NINE + own_moment(person.id)}


async def test_one_joins_what_waits_nearby_but_not_what_is_being_sent(database: Database, clock: ManualClock) -> None:
    person = await arrive(database, "amina")
    for kind, at in (("letters", time(9)), ("visa", time(9, 1)), ("exams", time(9, 2)), ("email", time(10))):
        await turn_on(database, person, daily(at, "UTC", BEGIN), kind)
    planner = Planner(database, clock)
    for minute in (0, 1):
        clock.set(NINE + timedelta(minutes=minute))
        await planner.turn()
    (row,) = await waiting(database, person)
    assert await riders(database, row) == {"letters", "visa"}
    async with database.write() as uow:
        await uow.outbox.claim("w", NINE + timedelta(minutes=20), timedelta(minutes=1), 5, ("discord",))
    clock.set(NINE + timedelta(minutes=2))
    await planner.turn()
    clock.set(NINE + timedelta(hours=1))
    await planner.turn()
    assert len(await waiting(database, person)) == 3


async def test_a_persons_own_reminder_keeps_its_minute_in_quiet_hours_too(
    database: Database, clock: ManualClock
) -> None:
    person = await arrive(database, "amina")  # quiet until 08:00
    await turn_on(database, person, daily(time(7, 50), "UTC", BEGIN), "own:1")
    await turn_on(database, person, daily(time(7, 50), "UTC", BEGIN), "letters")
    clock.set(NINE.replace(hour=7, minute=50))
    await Planner(database, clock).turn()
    own, curated = await waiting(database, person)
    assert (own.due_at, await riders(database, own)) == (clock.now(), {"own:1"})
    assert curated.due_at == NINE.replace(hour=8) + own_moment(person.id)


async def test_a_curated_one_joins_a_persons_own(database: Database, clock: ManualClock) -> None:
    person = await arrive(database, "amina")
    for kind in ("letters", "own:1"):
        await turn_on(database, person, daily(time(9), "UTC", BEGIN), kind)
    clock.set(NINE)
    await Planner(database, clock).turn()
    (row,) = await waiting(database, person)
    assert row.due_at == NINE
    assert await riders(database, row) == {"letters", "own:1"}


async def test_workdays_only_moves_a_weekend_to_monday(database: Database, clock: ManualClock) -> None:
    person = await arrive(database, "amina")
    async with database.write() as uow:
        await uow.people.set_manners(person.id, 3, workdays_only=True)
    saturday = Rule.from_json({"every": "week", "at": "09:00", "zone": "UTC", "start": "2026-11-02", "weekdays": [5]})
    await turn_on(database, person, saturday)
    clock.set(datetime(2026, 11, 7, 9, 0, tzinfo=NOW.tzinfo))
    await Planner(database, clock).turn()
    (row,) = await waiting(database, person)
    assert row.due_at == datetime(2026, 11, 9, 9, 0, tzinfo=NOW.tzinfo) + own_moment(person.id)


async def test_slots_of_the_paused_and_the_absent_are_written_down_once(database: Database, clock: ManualClock) -> None:
    paused, away, later = [await arrive(database, name) for name in ("paused", "away", "later")]
    rule = daily(time(9), "UTC", BEGIN)
    for person in (paused, away, later):
        await turn_on(database, person, rule)
    async with database.write() as uow:
        await uow.people.pause_nudges(paused.id, "unreachable", NOW)
        await uow.people.freeze(away.id, NOW)
        (kept,) = await uow.nudges.of(later.id)
        resting = update(rule_table).where(rule_table.c.id == kept.id).values(paused_until=NINE + timedelta(days=2))
        await uow.connection.execute(resting)
    clock.set(NINE)
    planner = Planner(database, clock)
    assert [await planner.turn(), await planner.turn()] == [0, 0]
    assert [(row.state, row.reason) for row in await ledger(database, paused)] == [("unsaid", "paused")]
    assert [(row.state, row.reason) for row in await ledger(database, away)] == [("unsaid", "away")]
    assert await ledger(database, later) == ()
    async with database.read() as uow:
        # The slot that falls on the end of the rest counts.
        assert [each.next_at for each in await uow.nudges.of(later.id)] == [NINE + timedelta(days=2)]
        assert [each.next_at for each in await uow.nudges.of(paused.id)] == [NINE + timedelta(days=1)]


async def test_after_a_stop_the_older_slots_are_dropped_in_the_ledger(database: Database, clock: ManualClock) -> None:
    person = await arrive(database, "amina")
    await turn_on(database, person, daily(time(9), "UTC", BEGIN))
    clock.set(NINE + timedelta(days=3, hours=2))
    assert await Planner(database, clock).turn() == 1
    states = [(row.state, row.reason) for row in await ledger(database, person)]
    assert states == [("planned", None)] + [("dropped", "late")] * 3


async def test_what_is_pointless_by_now_makes_no_message_but_an_own_reminder_does(
    database: Database, clock: ManualClock
) -> None:
    person = await arrive(database, "amina")
    once = daily(time(9), "UTC", date(2026, 11, 3)).limited(count=1)
    for kind in ("letters", "own:1"):
        await turn_on(database, person, once, kind)
    clock.set(NINE + timedelta(days=2))
    assert await Planner(database, clock).turn() == 1
    assert {row.kind: row.state for row in await ledger(database, person)} == {"letters": "dropped", "own:1": "planned"}


class Broken:
    """A timetable that fails."""

    async def slots(self, uow: Uow, due: Sequence[Due], now: datetime) -> Mapping[int, Slots]:
        raise LookupError


class Given:
    """A timetable with one slot for each rule, and no next one."""

    async def slots(self, uow: Uow, due: Sequence[Due], now: datetime) -> Mapping[int, Slots]:
        return {
            each.rule.id: (
                (Slot(each.rule.id, each.person.id, f"given:{each.rule.id}", "season", "rol:-7", now, now, 2027),),
                None,
            )
            for each in due
        }


async def test_a_timetable_of_its_own_and_one_that_fails(database: Database, clock: ManualClock) -> None:
    person = await arrive(database, "amina")
    rule = daily(time(9), "UTC", BEGIN)
    for kind in ("season", "broken", "letters"):
        await turn_on(database, person, rule, kind)
    clock.set(NINE)
    planner = Planner(database, clock, timetables={"season": Given(), "broken": Broken()})
    with capture_logs() as logs:
        assert await planner.turn() == 2
    assert [line["event"] for line in logs] == ["timetable_failed"]
    async with database.read() as uow:
        rules = {each.kind: each for each in await uow.nudges.of(person.id)}
    assert rules["season"].next_at is None
    assert rules["broken"].next_at == NINE + timedelta(minutes=15)
    assert rules["broken"].enabled
    assert rules["letters"].next_at == next_after(rule, NINE)
    (told,) = [row for row in await ledger(database, person) if row.kind == "season"]
    assert (told.item, told.season, told.due_at) == ("rol:-7", 2027, NINE + own_moment(person.id))
