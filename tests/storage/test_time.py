from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.exc import StatementError

from storage.db import Database
from tests.storage.people import NOW, arrive


@pytest.fixture
def moved(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The machine stands in New Zealand."""
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


async def _store(database: Database, zones: tuple[str, ...]) -> dict[int, datetime]:
    """A rule at nine o'clock in each zone, by person."""
    slots = {}
    for zone in zones:
        person = await arrive(database, user=zone)
        nine = datetime(2026, 11, 3, 9, 0, tzinfo=ZoneInfo(zone))
        async with database.write() as uow:
            await uow.nudges.turn_on(person.id, "usce", {}, zone, nine, NOW)
        slots[person.id] = nine
    return slots


async def test_instants_survive_a_restart_on_a_machine_in_another_zone(address: str, moved: None) -> None:
    """Scenario E12."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "America/Los_Angeles")
        time.tzset()
        before = Database(address)
        slots = await _store(before, ("Asia/Kolkata", "America/New_York"))
        await before.dispose()
    time.tzset()
    assert time.tzname[0] == "NZST"
    after = Database(address)
    async with after.write() as uow:
        for person_id, nine in slots.items():
            (rule,) = await uow.nudges.of(person_id)
            assert rule.next_at == nine
            assert rule.next_at.utcoffset() == timedelta(0)
            assert person_id not in {each.person_id for each in await uow.nudges.due(nine - timedelta(seconds=1), 9)}
            assert person_id in {each.person_id for each in await uow.nudges.due(nine, 9)}
    await after.dispose()


@pytest.mark.parametrize(
    "instant",
    [
        datetime(2027, 3, 14, 9, 0, tzinfo=ZoneInfo("America/New_York")),
        datetime(2026, 11, 1, 1, 30, fold=1, tzinfo=ZoneInfo("America/New_York")),
        datetime(2026, 1, 1, 5, 45, 0, 123456, tzinfo=timezone(timedelta(hours=5, minutes=45))),
        datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC),
    ],
)
async def test_an_instant_comes_back_in_utc(database: Database, instant: datetime) -> None:
    person = await arrive(database)
    async with database.write() as uow:
        await uow.people.welcome(person.id, instant)
        welcomed = (await uow.people.of(person.id)).welcomed_at
    assert welcomed == instant.astimezone(UTC)
    assert welcomed is not None
    assert welcomed.tzinfo is UTC


async def test_a_naive_instant_is_refused(database: Database) -> None:
    person = await arrive(database)
    async with database.write() as uow:
        with pytest.raises(StatementError, match="naive"):
            await uow.people.welcome(person.id, datetime(2026, 11, 2))  # noqa: DTZ001
