"""Nudges when the person moves or changes their hours: none is lost, none comes at night; and what "later" means."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from commands.actions import encode
from commands.nudges import plan
from scheduler.clock import from_wall
from scheduler.dates.repeats import read_rule
from scheduler.recurrence import next_after, weekly
from scheduler.zones import zone
from storage.ledger import NudgeRow
from storage.nudges import Rule
from storage.people import Person
from tests.chat import START, Chat
from tests.conversations.test_nudges import ZONE
from tests.conversations.test_nudges_over_time import USCE, at, ledger, me, sent_nudge
from tests.conversations.test_remindme_moving import change_hours, move
from tests.conversations.test_season import WINTER, on


async def nudge_time(chat: Chat, clock: str) -> None:
    person = await me(chat)
    async with chat.world.database.write() as uow:
        await uow.people.set_hours(person.id, clock, "21:00", "08:00")


async def weekly_at(chat: Chat, clock: time) -> None:
    """Nudges about US clinical experience come on Mondays at this time in Karachi."""
    await chat.say("/profile")
    person = await me(chat)
    rule = weekly(clock, ZONE, date(2026, 9, 23), (0,))
    async with chat.world.database.write() as uow:
        await uow.people.set_zone(person.id, ZONE, confirmed=True)
        await uow.people.set_hours(person.id, f"{clock:%H:%M}", "21:00", "08:00")
        await uow.nudges.turn_on(person.id, "usce", rule.to_json(), ZONE, next_after(rule, START), START)


async def waiting(chat: Chat) -> NudgeRow:
    (row,) = [row for row in await ledger(chat) if row.state == "planned"]
    return row


async def stand(chat: Chat, moment: str) -> None:
    chat.clock.set(from_wall(datetime.fromisoformat(moment), zone(ZONE)))


async def test_the_day_before_is_said_also_when_the_morning_moves_before_it(chat: Chat) -> None:
    await on(chat, at=WINTER)
    await nudge_time(chat, "18:00")
    await change_hours(chat, time="18:00")
    await at(chat, "Thu 12:00")  # a week before rank lists are due
    assert not any(row.item == "rank-list-due:-7" for row in await ledger(chat))
    await change_hours(chat, time="09:00")
    await chat.settle()
    await at(chat, "Thu 12:30")
    await change_hours(chat, time="10:00")
    await at(chat, "Thu 20:00")
    assert [row.state for row in await ledger(chat) if row.item == "rank-list-due:-7"] == ["sent"]


async def test_a_weekly_nudge_is_not_lost_when_the_morning_moves_before_it(chat: Chat) -> None:
    await weekly_at(chat, time(18))
    await at(chat, "Mon 12:00")
    await change_hours(chat, time="09:00")
    await at(chat, "Mon 12:30")
    assert [row.state for row in await ledger(chat)] == ["sent"]
    await at(chat, "Mon 20:00")
    assert len(await ledger(chat)) == 1


async def test_what_was_put_off_until_tomorrow_moves_with_the_person(chat: Chat) -> None:
    await sent_nudge(chat)
    await chat.choose("Tomorrow")
    assert (await waiting(chat)).due_at == datetime.fromisoformat("2026-09-29T09:00+05:00")
    await move(chat, "New York", "Yes, it is 00:14")
    row = await waiting(chat)
    assert row.due_at == datetime.fromisoformat("2026-09-29T09:00-04:00")
    async with chat.world.database.read() as uow:
        letter = await uow.outbox.owned(row.person_id, row.outbox_id or 0)
    assert letter is not None
    assert letter.due_at == row.due_at


async def test_an_hour_is_an_hour_on_every_clock(chat: Chat) -> None:
    await sent_nudge(chat)
    await chat.choose("In 1 hour")
    before = (await waiting(chat)).due_at
    await move(chat, "New York", "Yes, it is 00:14")
    assert (await waiting(chat)).due_at == before


@pytest.mark.parametrize(
    ("when", "due"), [("friday 6am", "2026-10-02T06:00-04:00"), ("in 26 hours", "2026-09-29T11:14+05:00")]
)
async def test_a_minute_of_ones_own_moves_and_an_instant_stays(chat: Chat, when: str, due: str) -> None:
    await sent_nudge(chat)
    await chat.choose("Pick a time")
    await chat.submit({"when": when})
    await move(chat, "New York", "Yes, it is 00:14")
    assert (await waiting(chat)).due_at == datetime.fromisoformat(due)


async def test_what_is_past_on_the_new_clock_waits_for_the_morning(chat: Chat) -> None:
    await sent_nudge(chat)
    await chat.choose("Tonight")  # 19:00 in Karachi is 23:00 in Tokyo
    await at(chat, "Mon 18:30")
    await move(chat, "Tokyo", "Yes, it is 22:30")
    assert (await waiting(chat)).due_at == datetime.fromisoformat("2026-09-29T08:00+09:00")


async def test_longer_quiet_hours_hold_what_waits(chat: Chat) -> None:
    await sent_nudge(chat)
    await chat.choose("Tomorrow")
    await change_hours(chat, time="11:00", quiet_end="10:30")
    assert (await waiting(chat)).due_at == datetime.fromisoformat("2026-09-29T10:30+05:00")


async def person_at(chat: Chat, clock: str) -> Person:
    await chat.say("/profile")
    return replace(await me(chat), zone=ZONE, nudge_time=clock, quiet_start="23:00", quiet_end="04:30")


@pytest.mark.parametrize(
    ("morning", "choice", "now", "means"),
    [
        ("18:00", "tomorrow", "2026-09-23T09:00", "2026-09-24T18:00"),
        ("18:00", "tomorrow", "2026-09-23T23:30", "2026-09-24T18:00"),
        ("09:00", "tomorrow", "2026-09-24T02:00", "2026-09-24T09:00"),
        ("09:00", "tomorrow", "2026-09-24T04:30", "2026-09-25T09:00"),
        ("18:00", "week", "2026-09-28T09:00", "2026-10-05T18:00"),
        ("09:00", "week", "2026-09-28T05:00", "2026-10-05T09:00"),
        ("09:00", "week", "2026-09-27T23:30", "2026-09-28T09:00"),
        ("09:00", "tonight", "2026-09-23T12:00", "2026-09-23T19:00"),
        ("09:00", "tonight", "2026-09-23T20:00", "2026-09-24T19:00"),
    ],
)
async def test_later_is_never_sooner_than_it_says(
    chat: Chat, morning: str, choice: plan.Later, now: str, means: str
) -> None:
    person = await person_at(chat, morning)
    stands = from_wall(datetime.fromisoformat(now), zone(ZONE))
    assert plan.later(person, choice, stands) == from_wall(datetime.fromisoformat(means), zone(ZONE))


async def test_tonight_when_the_evening_is_over_says_tomorrow_evening(chat: Chat) -> None:
    await sent_nudge(chat)
    await chat.choose("Tonight")
    assert not chat.last.says("too late for tonight")
    await stand(chat, "2026-09-28T20:00")
    await chat.act(encode("nudges.snooze", (await ledger(chat))[0].id, "tonight"))
    assert chat.last.says("It is too late for tonight, so it comes tomorrow evening")


def stored(when: str, next_at: datetime | None = None) -> Rule:
    rule = read_rule(when, now=START, tz=ZONE)
    return Rule(1, 1, "own:1", rule.to_json(), ZONE, next_at or next_after(rule, START), True, START, "x")


def test_less_often_counts_on_and_not_anew() -> None:
    ten = stored("daily 8pm 10 times")
    assert ten.next_at is not None
    after_five = replace(ten, next_at=ten.next_at + timedelta(days=5))
    changed = plan.at_rarer(after_five, 1, START + timedelta(days=5))
    assert changed is not None
    assert (changed.count, changed.interval) == (5, 1)
    again = replace(after_five, spec=changed.to_json())
    assert plan.at_rarer(again, 1, START + timedelta(days=5)) is None, "pressed twice it is the same"


def test_less_often_does_not_end_what_ends_before() -> None:
    assert plan.at_rarer(stored("daily 8pm until friday"), 1, START) is None


async def test_a_broken_rule_stops_no_change_of_hours(chat: Chat) -> None:
    await sent_nudge(chat)
    person = await me(chat)
    async with chat.world.database.write() as uow:
        await uow.nudges.turn_on(person.id, "visa", {"every": "moon"}, ZONE, None, chat.clock.now())
    await change_hours(chat, time="11:00")
    await at(chat, "Tue 12:00")
    await at(chat, "Mon 11:14")
    assert chat.direct.last.title == USCE
