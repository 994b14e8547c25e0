"""Checklists, drafts, nudges, feedback."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from storage.checklists import Checklist
from storage.db import Database
from storage.feedback import PageFeedback
from storage.profiles import About
from tests.storage.people import NOW, arrive

LATER = NOW + timedelta(hours=1)
STEPS = ("map", "decide", "polish")


async def test_starting_twice_gives_the_living_list(database: Database) -> None:
    person = await arrive(database)
    async with database.write() as uow:
        first = await uow.checklists.start(person.id, "strategy", 1, STEPS, NOW)
        assert [(step.step, step.state, step.changed_at) for step in first.steps] == [
            (step, "todo", NOW) for step in STEPS
        ]
        assert await uow.checklists.start(person.id, "strategy", 2, STEPS, LATER) == first
        assert await uow.checklists.archive(person.id, first.id, LATER)
        assert not await uow.checklists.archive(person.id, first.id, LATER)
        second = await uow.checklists.start(person.id, "strategy", 2, STEPS, LATER)
        assert second.id > first.id
        assert await uow.checklists.of(person.id) == (second,)
        old = await uow.checklists.owned(person.id, first.id)
        assert old is not None
        assert old.archived_at == LATER


async def test_two_devices_that_start_at_once_share_one_list(address: str) -> None:
    databases = [Database(address) for _ in range(3)]

    async def start(database: Database) -> Checklist:
        async with database.write() as uow:
            return await uow.checklists.start(person.id, "strategy", 1, STEPS, NOW)

    try:
        person = await arrive(databases[0])
        lists = await asyncio.gather(*(start(database) for database in databases))
        assert lists[0] == lists[1] == lists[2]
    finally:
        for database in databases:
            await database.dispose()


async def test_a_step_is_set_to_a_target_and_the_same_again_changes_nothing(database: Database) -> None:
    person = await arrive(database)
    async with database.write() as uow:
        step = (await uow.checklists.start(person.id, "strategy", 1, STEPS, NOW)).steps[0]
        done = await uow.checklists.set_state(person.id, step.id, "done", LATER)
        assert done is not None
        assert (done.state, done.changed_at) == ("done", LATER)
        assert await uow.checklists.set_state(person.id, step.id, "done", LATER + timedelta(days=1)) == done
        skipped = await uow.checklists.set_state(person.id, step.id, "skipped", LATER, reason="no visa needed")
        assert skipped is not None
        assert await uow.checklists.set_state(person.id, step.id, "skipped", LATER) == skipped
        assert skipped.reason == "no visa needed"
        undone = await uow.checklists.set_state(person.id, step.id, "todo", LATER)
        assert undone is not None
        assert undone.reason is None
        noted = await uow.checklists.set_note(person.id, step.id, "ask Dr. A", LATER)
        assert noted is not None
        assert noted.note == "ask Dr. A"
        assert await uow.checklists.step(person.id, step.id) == noted
        cleared = await uow.checklists.set_note(person.id, step.id, "", LATER)
        assert cleared is not None
        assert cleared.note is None


async def test_another_persons_list_cannot_be_seen_or_changed(database: Database) -> None:
    """Scenario E05."""
    person, stranger = await arrive(database), await arrive(database, user="U2", team="T2", community="T2")
    async with database.write() as uow:
        mine = await uow.checklists.start(person.id, "strategy", 1, STEPS, NOW)
        step = mine.steps[0].id
        assert await uow.checklists.owned(stranger.id, mine.id) is None
        assert await uow.checklists.step(stranger.id, step) is None
        assert await uow.checklists.set_state(stranger.id, step, "done", LATER) is None
        assert await uow.checklists.set_note(stranger.id, step, "mine now", LATER) is None
        assert await uow.checklists.upgrade(stranger.id, mine.id, 2, {}, ("more",), LATER) is None
        assert not await uow.checklists.archive(stranger.id, mine.id, LATER)
        assert await uow.checklists.owned(person.id, mine.id) == mine


async def test_an_archived_list_is_left_as_it_is(database: Database) -> None:
    person = await arrive(database)
    async with database.write() as uow:
        mine = await uow.checklists.start(person.id, "strategy", 1, STEPS, NOW)
        await uow.checklists.archive(person.id, mine.id, LATER)
        assert await uow.checklists.set_state(person.id, mine.steps[0].id, "done", LATER) is None
        assert await uow.checklists.step(person.id, mine.steps[0].id) is None


async def test_a_newer_template_adds_steps_and_loses_none(database: Database) -> None:
    person = await arrive(database)
    async with database.write() as uow:
        mine = await uow.checklists.start(person.id, "strategy", 1, STEPS, NOW)
        await uow.checklists.set_state(person.id, mine.steps[0].id, "done", NOW)
        more = await uow.checklists.upgrade(person.id, mine.id, 2, {}, ("map", "interview"), LATER)
    assert more is not None
    assert more.version == 2
    assert [(step.step, step.state) for step in more.steps] == [
        ("map", "done"), ("decide", "todo"), ("polish", "todo"), ("interview", "todo"),
    ]  # fmt: skip


async def test_drafts_are_their_owners(database: Database) -> None:
    person, stranger = await arrive(database), await arrive(database, user="U2")
    async with database.write() as uow:
        number = await uow.drafts.save(person.id, "note", {"note": "half a thought \x00 \ud83d"}, NOW)
        assert await uow.drafts.get(stranger.id, number) is None
        assert not await uow.drafts.delete(stranger.id, number)
        draft = await uow.drafts.get(person.id, number)
        assert draft is not None
        assert (draft.form, draft.values["note"][:14], draft.created_at) == ("note", "half a thought", NOW)
        assert await uow.drafts.delete(person.id, number)
        assert await uow.drafts.get(person.id, number) is None


async def test_a_rule_is_one_of_its_kind_and_keeps_its_number(database: Database) -> None:
    person, stranger = await arrive(database), await arrive(database, user="U2")
    async with database.write() as uow:
        rule = await uow.nudges.turn_on(person.id, "usce", {"every": "day"}, "Asia/Kolkata", NOW, NOW)
        assert (rule.spec, rule.zone, rule.next_at, rule.enabled) == ({"every": "day"}, "Asia/Kolkata", NOW, True)
        assert await uow.nudges.owned(person.id, rule.id) == rule
        assert await uow.nudges.owned(stranger.id, rule.id) is None
        assert await uow.nudges.turn_off(stranger.id, "usce") == 0
        assert await uow.nudges.turn_off(person.id, "usce") == 1
        assert await uow.nudges.turn_off(person.id) == 0
        again = await uow.nudges.turn_on(person.id, "usce", {"every": "week"}, "Asia/Kolkata", LATER, LATER)
        assert (again.id, again.spec, again.created_at) == (rule.id, {"every": "week"}, NOW)
        await uow.nudges.reschedule(rule.id, {"every": "day"}, "America/New_York", NOW)
        (changed,) = await uow.nudges.of(person.id)
        assert (changed.spec, changed.next_at) == ({"every": "day"}, NOW)


async def test_due_rules_are_those_whose_time_has_come_whoever_waits_for_them(database: Database) -> None:
    people = [await arrive(database, user=f"U{number}") for number in range(5)]
    async with database.write() as uow:
        for hour, person in enumerate(people):
            await uow.nudges.turn_on(person.id, "usce", {}, "UTC", NOW - timedelta(hours=hour), NOW)
        await uow.nudges.turn_on(people[0].id, "letters", {}, "UTC", LATER, NOW)
        await uow.nudges.turn_on(people[0].id, "ended", {}, "UTC", None, NOW)
        await uow.nudges.turn_off(people[1].id, "usce")
        await uow.people.pause_nudges(people[2].id, "asked", NOW)
        await uow.people.freeze(people[3].id, NOW)
        # Also those of persons who paused or are away: the planner passes their slots, or it would look at them again.
        oldest_first = [people[number].id for number in (4, 3, 2, 0)]
        assert [rule.person_id for rule in await uow.nudges.due(NOW, 10)] == oldest_first
        assert len(await uow.nudges.due(NOW, 1)) == 1


async def test_rules_move_on_together(database: Database) -> None:
    person = await arrive(database)
    async with database.write() as uow:
        ids = [(await uow.nudges.turn_on(person.id, kind, {}, "UTC", NOW, NOW)).id for kind in ("usce", "letters")]
        await uow.nudges.advance({ids[0]: LATER, ids[1]: None})
        assert [rule.next_at for rule in await uow.nudges.of(person.id)] == [LATER, None]
        await uow.nudges.disable([ids[0]])
        assert [rule.enabled for rule in await uow.nudges.of(person.id)] == [False, True]


async def test_feedback_is_a_number(database: Database) -> None:
    async with database.write() as uow:
        for answer in ("yes", "no", "yes"):
            await uow.feedback.add("step-failure", answer)
        assert await uow.feedback.totals() == (
            PageFeedback("step-failure", "no", 1),
            PageFeedback("step-failure", "yes", 2),
        )


async def test_a_profile_is_told_changed_and_emptied_again(database: Database) -> None:
    person, other = await arrive(database), await arrive(database, user="U2")
    everything = About("neurology", 2015, "graduate", False, 0, "h1b")
    for told in (everything, About(visa="none"), everything, About(), About()):
        async with database.write() as uow:
            await uow.profiles.save(person.id, told)
        async with database.read() as uow:
            assert await uow.profiles.of(person.id) == told
            assert await uow.profiles.of(other.id) == About()
            assert ("profile" in await uow.privacy.export(person.id)) == (told != About())
