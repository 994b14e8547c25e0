"""The planner's questions to the season: what has come, what comes next, for many persons with few statements."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from commands.season import timetable
from commands.season.timetable import SeasonTimetable
from content.catalog import CatalogHolder
from scheduler.timetable import Due, Slot
from storage.db import Database, Uow
from storage.nudges import SEASON
from storage.profiles import About
from tests.chat import core_catalog
from tests.databases import make_database

START = datetime(2026, 11, 27, 12, tzinfo=UTC)
PLANNER = SeasonTimetable(CatalogHolder(core_catalog))


@pytest.fixture
async def database() -> AsyncIterator[Database]:
    async with make_database("sqlite") as made:
        yield made


async def somebody(uow: Uow, user: str = "1", zone: str = "Asia/Karachi", about: About | None = None) -> int:
    """A person with the season's nudges on."""
    person = await uow.people.find_or_create("discord", "", user, now=START)
    await uow.people.set_zone(person.id, zone, confirmed=True)
    await uow.profiles.save(person.id, about or About(season=2027))
    person = await uow.people.of(person.id)
    first = await timetable.first_at(uow, core_catalog(), person, zone, START)
    await uow.nudges.turn_on(person.id, SEASON, {}, zone, first, START)
    return person.id


async def asked(
    uow: Uow, person_id: int, now: datetime, *, since: datetime | None = None
) -> tuple[tuple[Slot, ...], datetime | None]:
    """What the timetable answers for one person; `since` stands for the rule's next slot."""
    rule = next(each for each in await uow.nudges.of(person_id) if each.kind == SEASON)
    rule = replace(rule, next_at=since or rule.next_at)
    person = await uow.people.of(person_id)
    return (await PLANNER.slots(uow, [Due(rule, person, now)], now))[rule.id]


async def test_a_season_is_walked_through_each_nudge_once_and_in_order(database: Database) -> None:
    async with database.write() as uow:
        person = await somebody(uow)
        rule = next(iter(await uow.nudges.of(person)))
        found: list[Slot] = []
        upcoming = rule.next_at
        while upcoming is not None:
            slots, later = await asked(uow, person, upcoming, since=upcoming)
            assert slots
            assert all(slot.slot_at == upcoming for slot in slots)
            assert later is None or later > upcoming
            found.extend(slots)
            upcoming = later
    items = [slot.item for slot in found]
    assert len(set(items)) == len(items) == len({slot.key for slot in found})
    assert items.index("rank-list-due:-7") < items.index("rank-list-due:-1") < items.index("match-day:0")
    assert items[-1] == "eras-ends:-7"
    assert {slot.season for slot in found} == {2027}


async def test_after_a_long_stop_only_the_newest_of_each_milestone_and_nothing_of_what_is_past(
    database: Database,
) -> None:
    now = datetime(2027, 3, 2, 12, tzinfo=UTC)
    async with database.write() as uow:
        person = await somebody(uow)
        slots, upcoming = await asked(uow, person, now)
    kept = {slot.item for slot in slots if not slot.dropped and slot.expires_at is not None and slot.expires_at > now}
    assert {item for item in kept if item and item.startswith("rank-list-due")} == {"rank-list-due:-7"}
    assert "rank-list-due:-14" in {slot.item for slot in slots if slot.dropped}
    assert not {item for item in kept if item and item.startswith(("nrmp-standard-ends", "pathways-close"))}
    assert upcoming == datetime(2027, 3, 3, 4, tzinfo=UTC)


async def test_own_and_community_dates_are_said_before_and_thanks_after(database: Database) -> None:
    interview = datetime(2026, 12, 10, 15, tzinfo=UTC)
    async with database.write() as uow:
        person = await somebody(uow)
        place = await uow.communities.find_or_create("discord", "9", START)
        await uow.people.join(person, place.id, "member", START)
        mine = await uow.own_dates.add(
            person, "interview", "words", interview, "America/New_York", whole_day=False, now=START
        )
        ours = await uow.community_dates.add(
            place.id, "mock day", interview, "America/New_York", whole_day=False, now=START
        )
        slots, _ = await asked(uow, person, interview + timedelta(days=2), since=START)
    times = {slot.item: slot.slot_at for slot in slots}
    assert times[f"own:{mine.id}:-1"] == datetime(2026, 12, 9, 4, tzinfo=UTC)
    assert times[f"own:{mine.id}:1"] == datetime(2026, 12, 11, 4, tzinfo=UTC)
    assert times[f"community:{ours.id}:-7"] == datetime(2026, 12, 3, 4, tzinfo=UTC)
    assert next(slot for slot in slots if slot.item == f"own:{mine.id}:1").dropped is False


@pytest.mark.parametrize(
    ("about", "seasons"),
    [(About(), {2027, 2028}), (About(season=2027), {2027}), (About(season=2028), {2028}), (About(season=2026), set())],
)
async def test_it_is_the_season_that_the_person_named(database: Database, about: About, seasons: set[int]) -> None:
    """Without one: this season, and the next one when its time comes. Who named one that is over is done."""
    async with database.write() as uow:
        person = await somebody(uow, about=about)
        slots, upcoming = await asked(uow, person, datetime(2028, 5, 1, tzinfo=UTC), since=START)
    # On 1 May 2028 the season under way is that of 2028: what was missed of it, and the one after for the undecided.
    assert {slot.season for slot in slots} == seasons & {2028}
    assert (upcoming is None) == (about.season in (2026, 2027))


async def test_what_is_not_for_somebody_is_not_planned(database: Database) -> None:
    async with database.write() as uow:
        eras = await somebody(uow, "1", about=About(season=2027, specialty="internal-medicine"))
        other = await somebody(uow, "2", about=About(season=2027, specialty="emergency-medicine"))
        late = datetime(2027, 5, 30, tzinfo=UTC)
        theirs = {slot.item for slot in (await asked(uow, eras, late, since=START))[0]}
        others = {slot.item for slot in (await asked(uow, other, late, since=START))[0]}
    assert "eras-ends:-7" in theirs
    assert "eras-ends:-7" not in others
    assert "match-day:0" in theirs & others


async def test_a_pause_of_the_rule_is_kept(database: Database) -> None:
    until = datetime(2027, 3, 10, tzinfo=UTC)
    async with database.write() as uow:
        person = await uow.people.of(await somebody(uow))
        rule = replace(next(iter(await uow.nudges.of(person.id))), paused_until=until)
        now = datetime(2027, 3, 3, 4, tzinfo=UTC)
        slots, upcoming = (await PLANNER.slots(uow, [Due(rule, person, now)], now))[rule.id]
    assert slots == ()
    assert upcoming is not None
    assert upcoming > until


async def test_five_hundred_persons_cost_a_handful_of_statements(database: Database) -> None:
    now = datetime(2027, 3, 3, 4, tzinfo=UTC)
    async with database.write() as uow:
        first = await somebody(uow)
        rule = next(iter(await uow.nudges.of(first)))
        due = []
        for number in range(500):
            person = await uow.people.find_or_create("discord", "", f"p{number}", now=START)
            due.append(Due(replace(rule, id=1000 + number, person_id=person.id, next_at=now), person, now))
        asked_for: list[str] = []

        def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            asked_for.append(statement)

        event.listen(uow.connection.sync_connection, "before_cursor_execute", note)
        found = await PLANNER.slots(uow, due, now)
    assert len(asked_for) <= 3
    assert len(found) == 500
    assert all(slots[0].item == "rank-list-due:-1" for slots, _ in found.values())


async def test_on_the_trial_page_what_comes_next_comes_at_once(database: Database) -> None:
    async with database.write() as uow:
        person = await uow.people.of(await somebody(uow))
        rule = replace(next(iter(await uow.nudges.of(person.id))), next_at=START)
        trial = SeasonTimetable(CatalogHolder(core_catalog), demo=True)
        (slot,), upcoming = (await trial.slots(uow, [Due(rule, person, START)], START))[rule.id]
    assert slot.item == "nrmp-standard-ends:-30"
    assert slot.due_at == START
    assert upcoming is not None
    assert upcoming > START
