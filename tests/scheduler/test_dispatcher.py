"""What becomes of each row, on both databases."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from structlog.testing import capture_logs

from scheduler.clock import ManualClock
from scheduler.retry import MAX_CLAIMS, Misconfigured, Rejected, Throttled, Transient, Unreachable
from storage.db import Database
from storage.tables import outbox
from tests.scheduler.stage import NOW, FakeCarrier, arrive, counts, crowd, dead, dispatcher, row_of, say
from tests.storage.people import waiting


async def test_a_due_message_goes_out_once_and_is_remembered(database: Database, clock: ManualClock) -> None:
    person = await arrive(database, "amina")
    row_id = await say(database, person, "a")
    await say(database, person, "tomorrow", NOW + timedelta(days=1))
    carrier = FakeCarrier()
    worker = dispatcher(database, clock, carrier)
    assert await worker.turn() == 1
    assert await worker.turn() == 0
    assert carrier.sent == [("a", False)]
    assert carrier.remembered == ["a"]
    row = await row_of(database, person, row_id)
    assert (row.state, row.sent_ref, row.sent_at, row.lease_by) == ("sent", "ref-a", NOW, None)
    assert worker.last_turn == NOW


async def test_two_dispatchers_share_the_rows(address: str, database: Database, clock: ManualClock) -> None:
    """E01."""
    await crowd(database, *"abcdefgh")
    carrier, other = FakeCarrier(), Database(address)
    workers = [dispatcher(each, clock, carrier, worker=f"w{n}", batch=2) for n, each in enumerate((database, other))]
    await asyncio.gather(*(worker.turn() for worker in workers))
    await other.dispose()
    assert sorted(carrier.sent) == [(key, False) for key in "abcdefgh"]


async def test_a_process_that_slept_sends_late_once_and_says_so(database: Database, clock: ManualClock) -> None:
    """E02."""
    await crowd(database, "a")
    clock.forward(minutes=3)
    carrier = FakeCarrier()
    with capture_logs() as logs:
        worker = dispatcher(database, clock, carrier)
        await worker.turn()
        await worker.turn()
    assert carrier.keys == ["a"]
    assert [(line["event"], line["rows"], line["seconds"]) for line in logs] == [("late", 1, 180)]


async def test_a_worker_that_slept_over_its_lease_does_not_send(database: Database, clock: ManualClock) -> None:
    class Sleeper(FakeCarrier):
        async def prepare(self, uow: Any, row: Any, now: Any) -> object | None:
            if not self.tried:
                clock.forward(minutes=3)
                self.tried.append("slept")
            return await super().prepare(uow, row, now)

    await crowd(database, "a")
    carrier = Sleeper()
    worker = dispatcher(database, clock, carrier)
    await worker.begin()
    await worker.settled()
    assert carrier.sent == []
    await worker.turn()
    assert carrier.sent == [("a", False)]


async def test_a_closed_door_stops_nobody_else(database: Database, clock: ManualClock) -> None:
    """E04."""
    people = await crowd(database, "a", "closed", "b")
    await say(database, people["closed"], "second", NOW + timedelta(hours=1))
    carrier = FakeCarrier(errors={"closed": Unreachable("50007")})
    worker = dispatcher(database, clock, carrier)
    await worker.turn()
    assert sorted(carrier.keys) == ["a", "b"]
    async with database.read() as uow:
        person = await uow.people.of(people["closed"].id)
        assert (person.dm_closed_at, person.nudges_paused_reason) == (NOW, "unreachable")
        assert await dead(uow, person.id, "dedupe_key") == ["closed"]
    clock.forward(hours=1)
    await worker.turn()
    assert carrier.tried.count("second") == 0  # the door is known to be closed: the platform is not asked again
    async with database.read() as uow:
        assert await dead(uow, person.id, "dedupe_key") == ["closed", "second"]


async def test_failures_of_one_row_leave_the_others_alone(database: Database, clock: ManualClock) -> None:
    """E14."""

    class Hanging(FakeCarrier):
        async def deliver(self, row: Any, prepared: Any, repeated: bool) -> str:
            if row.dedupe_key == "timeout":
                self.tried.append("timeout")
                await asyncio.Event().wait()
            return await super().deliver(row, prepared, repeated)

    good = [f"good{number}" for number in range(10)]
    await crowd(database, "500", "timeout", "value", *good)
    carrier = Hanging(errors={"500": Transient("500"), "value": ValueError("what she wrote")})
    worker = dispatcher(database, clock, carrier, timeout=timedelta(milliseconds=20))
    with capture_logs() as logs:
        await worker.turn()
    assert sorted(carrier.keys) == good
    assert sorted(line["reason"] for line in logs) == ["500", "TimeoutError", "ValueError"]
    assert "what she wrote" not in str(logs)
    for _ in range(20 * 4):  # until it is of no use any more
        clock.forward(minutes=15)
        await worker.turn()
    tried = [carrier.tried.count(key) for key in ("500", "timeout", "value")]
    assert min(tried) > 60
    assert await counts(database) == {"sent": 10, "expired": 3}


async def test_a_refused_token_stops_its_lane_with_one_line(database: Database, clock: ManualClock) -> None:
    """E25."""
    people = await crowd(database, *"abcde", platform="slack")
    await crowd(database, "d1", platform="discord")
    slack = FakeCarrier("slack", {key: Misconfigured("account_inactive") for key in "abcde"})
    discord = FakeCarrier("discord")
    worker = dispatcher(database, clock, slack, discord)
    with capture_logs() as logs:
        await worker.turn()
        clock.forward(hours=1)
        await worker.turn()
    assert [(line["event"], line["reason"]) for line in logs] == [("lane_stopped", "account_inactive")]
    assert discord.keys == ["d1"]
    assert 1 <= len(slack.tried) <= 5  # those that waited for their place do not knock at a closed door
    assert {name: health.ok for name, health in worker.lanes().items()} == {"slack": False, "discord": True}
    async with database.read() as uow:
        assert [(row.attempts, row.lease_by) for row in await waiting(uow, people["a"].id)] == [(0, None)]
    slack.errors.clear()
    worker.reopen("slack")
    await worker.turn()
    assert sorted(slack.sent) == [(key, False) for key in "abcde"]


async def test_a_malformed_message_is_dead_at_once(database: Database, clock: ManualClock) -> None:
    people = await crowd(database, "a")
    carrier = FakeCarrier(errors={"a": Rejected("50035")})
    await dispatcher(database, clock, carrier).turn()
    async with database.read() as uow:
        assert await dead(uow, people["a"].id, "last_error") == ["50035"]


async def test_the_lane_waits_as_the_platform_asks(database: Database, clock: ManualClock) -> None:
    people = await crowd(database, "a")
    carrier = FakeCarrier(errors={"a": Throttled(timedelta(seconds=20), "429")})
    worker = dispatcher(database, clock, carrier)
    await worker.turn()
    carrier.errors.clear()
    await say(database, people["a"], "b")
    clock.forward(seconds=19)
    assert await worker.turn() == 0
    assert worker.lanes()["discord"].ok
    clock.forward(seconds=1)
    while await worker.turn():
        clock.forward(seconds=1)
    assert sorted(carrier.sent) == [("a", False), ("b", False)]  # the attempt was given back


@pytest.mark.parametrize("late", [timedelta(hours=20), timedelta(days=3)])
async def test_what_comes_too_late_is_not_sent(database: Database, clock: ManualClock, late: timedelta) -> None:
    await crowd(database, "a")
    clock.forward(late)
    carrier = FakeCarrier()
    await dispatcher(database, clock, carrier).turn()
    assert (carrier.tried, await counts(database)) == ([], {"expired": 1})


async def test_nothing_to_say_any_more(database: Database, clock: ManualClock) -> None:
    people = await crowd(database, "done", "gone")
    async with database.write() as uow:
        await uow.people.freeze(people["gone"].id, NOW)
    await say(database, people["gone"], "planned meanwhile")
    carrier = FakeCarrier()
    carrier.silent.add("done")
    await dispatcher(database, clock, carrier).turn()
    assert (carrier.tried, await counts(database)) == ([], {"cancelled": 3})


async def test_one_that_cannot_be_remembered_does_not_undo_the_others(database: Database, clock: ManualClock) -> None:
    await crowd(database, "a", "b", "c")
    carrier = FakeCarrier()
    carrier.forgetful.add("b")
    await dispatcher(database, clock, carrier).turn()
    assert await counts(database) == {"sent": 3}
    assert {"a", "c"} == set(carrier.remembered)


async def test_a_late_nudge_respects_the_evening(database: Database, clock: ManualClock) -> None:
    person = await arrive(database, "amina")  # quiet from 21:00 to 08:00, in UTC
    async with database.write() as uow:
        rule = await uow.nudges.turn_on(person.id, "letters", {}, "UTC", None, NOW)
    late = await say(database, person, "late", NOW, rule_id=rule.id)
    clock.set(NOW.replace(hour=23, minute=0))
    await say(database, person, "chosen", NOW.replace(hour=22, minute=30), rule_id=rule.id)
    carrier = FakeCarrier()
    await dispatcher(database, clock, carrier).turn()
    assert carrier.keys == ["chosen"]
    row = await row_of(database, person, late)
    assert (row.due_at, row.try_at) == (NOW, NOW.replace(day=3, hour=8, minute=0))


async def test_a_nudge_that_an_outage_held_up_does_not_come_at_night(database: Database, clock: ManualClock) -> None:
    person = await arrive(database, "amina")  # quiet from 21:00 to 08:00, in UTC
    async with database.write() as uow:
        rule = await uow.nudges.turn_on(person.id, "letters", {}, "UTC", None, NOW)
    planned = NOW.replace(hour=20, minute=50)
    held_up = await say(database, person, "evening", planned, rule_id=rule.id)
    carrier = FakeCarrier(errors={"evening": Transient("500")})
    worker = dispatcher(database, clock, carrier)
    came: list[tuple[str, timedelta]] = []
    worker.told = lambda platform, end, reason, late: came.append((end, late))
    clock.set(planned)
    for _ in range(31):  # until twenty to five in the morning
        await worker.turn()
        clock.forward(minutes=15)
    carrier.errors.clear()
    await worker.turn()
    assert carrier.sent == []
    row = await row_of(database, person, held_up)
    morning = NOW.replace(day=3, hour=8, minute=0)
    assert (row.due_at, row.try_at) == (planned, morning)
    async with database.read() as uow:
        assert await uow.outbox.oldest_due(clock.now()) is None  # it rests: nothing is wrong that an alarm could mend
    clock.set(morning - timedelta(seconds=1))
    assert await worker.turn() == 0
    clock.set(morning)
    with capture_logs() as logs:
        await worker.turn()
    assert carrier.keys == ["evening"]
    assert came == [("sent", morning - planned)]
    assert [line["seconds"] for line in logs if line["event"] == "late"] in ([], [(morning - planned).seconds])


async def test_an_outage_of_twelve_hours_loses_nothing_that_is_still_useful(
    database: Database, clock: ManualClock
) -> None:
    person = await arrive(database, "amina")
    keys = ("a", "useful for days", "without an end")
    await say(database, person, "a", NOW)
    await say(database, person, "useful for days", NOW, expires_at=NOW + timedelta(days=7))
    await say(database, person, "without an end", NOW, expires_at=None)
    await say(database, person, "stale", NOW, expires_at=NOW + timedelta(hours=6))
    carrier = FakeCarrier(errors=dict.fromkeys((*keys, "stale"), Transient("timeout")))
    worker = dispatcher(database, clock, carrier, random=lambda: 0.5)
    while clock.now() < NOW + timedelta(hours=12):
        await worker.turn()
        clock.forward(seconds=90)
    carrier.errors.clear()
    for _ in range(11):
        await worker.turn()
        clock.forward(seconds=90)
    assert sorted(carrier.keys) == sorted(keys)
    assert await counts(database) == {"sent": 3, "expired": 1}


async def test_a_row_that_kills_whoever_takes_it_is_given_up_in_the_end(database: Database, clock: ManualClock) -> None:
    person = (await crowd(database, "a"))["a"]
    async with database.write() as uow:
        await uow.connection.execute(update(outbox).values(attempts=MAX_CLAIMS, expires_at=NOW + timedelta(days=7)))
    carrier = FakeCarrier()
    assert await dispatcher(database, clock, carrier).turn() == 1
    async with database.read() as uow:
        assert await dead(uow, person.id, "last_error") == ["attempts"]
    assert carrier.tried == []


async def test_stopping_waits_for_a_send_and_claims_no_more(database: Database, clock: ManualClock) -> None:
    """E36."""
    answer = asyncio.Event()

    class Slow(FakeCarrier):
        async def deliver(self, row: Any, prepared: Any, repeated: bool) -> str:
            await answer.wait()
            return await super().deliver(row, prepared, repeated)

    people = await crowd(database, "a")
    carrier = Slow()
    worker = dispatcher(database, clock, carrier)
    await worker.begin()
    stopping = asyncio.create_task(worker.drain(15))
    await say(database, people["a"], "b")
    assert not stopping.done()
    answer.set()
    assert await stopping
    assert await worker.turn() == 0
    assert (carrier.keys, await counts(database)) == (["a"], {"sent": 1, "pending": 1})


async def test_a_send_that_does_not_end_is_looked_up_later(database: Database, clock: ManualClock) -> None:
    class Stuck(FakeCarrier):
        async def deliver(self, row: Any, prepared: Any, repeated: bool) -> str:
            await asyncio.Event().wait()
            raise AssertionError

    await crowd(database, "a")
    worker = dispatcher(database, clock, Stuck())
    await worker.begin()
    assert not await worker.drain(0)
    carrier, later = FakeCarrier(), dispatcher(database, clock, FakeCarrier())
    assert await later.turn() == 0
    clock.forward(seconds=61)
    await dispatcher(database, clock, carrier, worker="w2").turn()
    assert carrier.sent == [("a", True)]


async def test_a_lease_outlives_its_delivery(database: Database, clock: ManualClock) -> None:
    with pytest.raises(ValueError, match="lease"):
        dispatcher(database, clock, FakeCarrier(), lease=timedelta(seconds=30))
