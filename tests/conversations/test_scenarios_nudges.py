"""Failures that bots of this kind had in public, played through the whole engine: from the words to what arrives."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs

from bot.carrier import PlatformCarrier
from bot.ports import Outgoing, Sent
from content.catalog import CatalogHolder
from scheduler.clock import to_wall
from scheduler.dispatcher import Carrier, Dispatcher
from scheduler.recurrence import Rule, daily, next_after
from scheduler.retry import Transient, Unreachable
from storage.db import Database
from storage.people import Person
from tests.chat import Chat, World, core_catalog
from tests.conversations.test_remindme import at_home, saved
from tests.databases import make_address
from tests.shown import Message
from tests.storage.people import waiting
from tests.turns import Turns

NEW_YORK = ZoneInfo("America/New_York")
LAGOS = ZoneInfo("Africa/Lagos")


@pytest.fixture
async def address() -> AsyncIterator[str]:
    """One file, for as many copies of the bot as a test starts."""
    async with make_address("sqlite") as url:
        yield url


@asynccontextmanager
async def opened(address: str) -> AsyncIterator[Database]:
    """A connection of its own to the file."""
    made = Database(address)
    try:
        yield made
    finally:
        await made.dispose()


@pytest.fixture
async def database(address: str) -> AsyncIterator[Database]:
    """What the first copy sees of the file."""
    async with opened(address) as made:
        yield made


@asynccontextmanager
async def second_copy(world: World, address: str) -> AsyncIterator[Turns]:
    """The bot once more, in another process: its own connection, planner and dispatcher on the same file."""
    holder = CatalogHolder(core_catalog)
    async with opened(address) as database:
        turns = Turns(database, world.registry, holder, world.clock, world.platform, world.arrived)
        carriers: dict[str, Carrier] = {
            world.platform: PlatformCarrier(turns.postman, world.registry.composers, holder, False)
        }
        turns.dispatcher = Dispatcher(database, carriers, world.clock, worker="a second copy")
        yield turns


def stand_at(chat: Chat, year: int, month: int, day: int, at: time, zone: ZoneInfo = LAGOS) -> None:
    """Set the clock to what the wall of this zone shows."""
    chat.clock.set(datetime.combine(date(year, month, day), at, zone))


def came(chat: Chat, title: str = "Your reminder") -> list[Message]:
    return [message for message in chat.direct.messages if message.title == title]


async def me(chat: Chat) -> Person:
    known = await chat.known()
    assert known is not None
    return known


def failing(world: World, errors: dict[str, Exception], tried: list[str]) -> Callable[[Outgoing], object]:
    """A platform that refuses what goes to some people."""
    deliver = world.turns.postman.deliver

    async def refusing(message: Outgoing) -> Sent:
        tried.append(message.user)
        if message.user in errors:
            raise errors[message.user]
        return await deliver(message)

    return refusing


async def test_two_copies_on_one_file_send_one_message(chat: Chat, address: str) -> None:
    """Scenario E01: both copies plan and send in the same minute."""
    await saved(chat, "call Dr. A", "in 1 minute")
    chat.clock.forward(minutes=1)
    async with second_copy(chat.world, address) as copy:
        await asyncio.gather(chat.settle(), copy.turn())
        await asyncio.gather(copy.turn(), chat.settle())
    assert len(came(chat)) == 1


async def test_a_copy_that_starts_while_the_first_is_sending(
    chat: Chat, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Scenario E01: the message is on its way when the second copy takes its first turn."""
    postman, sending, answer = chat.world.turns.postman, asyncio.Event(), asyncio.Event()
    deliver = postman.deliver

    async def slowly(message: Outgoing) -> Sent:
        sending.set()
        await answer.wait()
        return await deliver(message)

    monkeypatch.setattr(postman, "deliver", slowly)
    await saved(chat, "call Dr. A", "in 1 minute")
    chat.clock.forward(minutes=1)
    first = asyncio.create_task(chat.settle())
    await asyncio.wait_for(sending.wait(), 5)
    async with second_copy(chat.world, address) as copy:
        await copy.turn()
        assert came(chat) == []
        answer.set()
        await first
        await copy.turn()
    assert len(came(chat)) == 1


async def test_a_process_that_slept_over_a_due_time_sends_late_once_and_says_so(chat: Chat) -> None:
    """Scenario E02."""
    await saved(chat, "call Dr. A", "in 1 minute")
    chat.clock.forward(minutes=4)
    with capture_logs() as logs:
        await chat.settle()
        await chat.settle()
    assert len(came(chat)) == 1
    assert [line["rows"] for line in logs if line["event"] == "late"] == [1]


async def test_closed_direct_messages_of_one_person_harm_nobody_else(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Scenario E04."""
    closed, third = chat.person("closed"), chat.person("third")
    for each in (chat, closed, third):
        await saved(each, "my private words", "daily 9am")
    tried: list[str] = []
    monkeypatch.setattr(
        chat.world.turns.postman, "deliver", failing(chat.world, {closed.user: Unreachable("50007")}, tried)
    )
    for day in range(24, 28):
        stand_at(chat, 2026, 9, day, time(9))
        await chat.settle()
    assert [len(came(each)) for each in (chat, closed, third)] == [4, 0, 4]
    assert tried.count(closed.user) == 1, "a door that is known to be closed is not knocked at again"
    assert chat.world.turns.postman.posted == []
    monkeypatch.undo()
    await closed.say("/redflag")
    assert closed.last.says("Your nudges are paused")
    await closed.press("Resume my nudges")
    stand_at(chat, 2026, 9, 28, time(9))
    await chat.settle()
    assert came(closed)[-1].says("my private words")


@pytest.mark.parametrize(("year", "month", "days"), [(2027, 3, range(12, 17)), (2027, 11, range(5, 10))])
async def test_nine_in_the_morning_stays_nine_when_the_clocks_change(
    chat: Chat, year: int, month: int, days: range
) -> None:
    """Scenario E06: what is stored is the time on the wall and the name of the zone."""
    stand_at(chat, year, month, days[0], time(8), NEW_YORK)
    await at_home(chat, "America/New_York")
    slack = chat.world.platform == "slack"
    await chat.command("remindme", {"": "anki daily 9am"} if slack else {"what": "anki", "when": "daily 9am"})
    await chat.press("Save this reminder")
    for number, day in enumerate(days):
        stand_at(chat, year, month, day, time(8, 59), NEW_YORK)
        await chat.settle()
        assert len(came(chat)) == number
        stand_at(chat, year, month, day, time(9), NEW_YORK)
        await chat.settle()
        assert len(came(chat)) == number + 1
    async with chat.world.database.read() as uow:
        (kept,) = await uow.reminders.page((await me(chat)).id, 8, 0)
    rule = Rule.from_json(kept.spec)
    assert (rule.at, rule.zone) == (time(9), "America/New_York")


async def test_each_failure_of_the_platform_stays_with_its_own_message(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Scenario E14: a 500, a timeout and a plain error; ten others get theirs, and the three are given up at last."""
    broken = [chat.person(name) for name in ("500", "timeout", "value")]
    others = [chat, *(chat.person(f"p{number}") for number in range(9))]
    for each in (*broken, *others):
        await saved(each, "call Dr. A", "tomorrow 9am")
    errors: tuple[Exception, ...] = (Transient("500"), TimeoutError(), ValueError("what she wrote"))
    tried: list[str] = []
    answers = dict(zip((each.user for each in broken), errors, strict=True))
    monkeypatch.setattr(chat.world.turns.postman, "deliver", failing(chat.world, answers, tried))
    stand_at(chat, 2026, 9, 24, time(9))
    with capture_logs() as logs:
        await chat.settle()
        assert [len(came(each)) for each in others] == [1] * 10
        for hours in (1, 1, 1, 24 * 7, 24):
            chat.clock.forward(hours=hours)
            await chat.settle()
    assert [tried.count(each.user) for each in broken] == [4] * 3, "tried again while it helps, and then no more"
    assert [tried.count(each.user) for each in others] == [1] * 10
    assert "what she wrote" not in str(logs)


async def test_the_31st_comes_on_the_last_day_of_a_short_month_and_then_on_the_31st_again(chat: Chat) -> None:
    """Scenario E20."""
    stand_at(chat, 2027, 1, 30, time(12))
    await saved(chat, "pay the rent", "every month on the 31st at 9am")
    for number, (month, day) in enumerate(((1, 31), (2, 28), (3, 31), (4, 30), (5, 31)), start=1):
        stand_at(chat, 2027, month, day, time(8, 59))
        await chat.settle()
        assert len(came(chat)) == number - 1
        stand_at(chat, 2027, month, day, time(9))
        await chat.settle()
        assert len(came(chat)) == number


async def test_29_february_and_a_month_after_31_august(chat: Chat) -> None:
    """Scenario E20."""
    stand_at(chat, 2026, 8, 31, time(12))
    await saved(chat, "leap", "every year on 29 February at 9am")
    await saved(chat, "ask again", "in 1 month")
    assert chat.last.says("30 September 2026")
    for year, day in ((2027, 28), (2028, 29), (2029, 28)):
        stand_at(chat, year, 2, day, time(9))
        await chat.settle()
    assert [message.says("leap") for message in came(chat)].count(True) == 3


async def test_every_kind_of_nudge_outlives_a_restart_and_rows_nobody_can_read(chat: Chat, address: str) -> None:
    """Scenario E35: the next process knows only the rows, and two of them are from code that is gone."""
    await saved(chat, "my own", "daily 9am")
    person, now = await me(chat), chat.clock.now()
    rule = daily(time(9), "Africa/Lagos", date(2026, 9, 23))
    kinds = tuple(core_catalog().nudges)
    async with chat.world.database.write() as uow:
        await uow.people.set_manners(person.id, 21, workdays_only=False)
        for kind in kinds:
            await uow.nudges.turn_on(person.id, kind, rule.to_json(), rule.zone, next_after(rule, now), now)
        await uow.nudges.turn_on(person.id, "moved-away", {"job": "old.module:send"}, "Africa/Lagos", now, now)
        await uow.nudges.turn_on(person.id, "no-longer-written", rule.to_json(), rule.zone, next_after(rule, now), now)
        await uow.outbox.add(
            person_id=person.id, account_id=person.account, platform=person.platform, compose="old.module",
            dedupe_key="old", due_at=now, now=now, payload={"job": "old.module:send"},
        )  # fmt: skip
    stand_at(chat, 2026, 9, 24, time(9))
    async with second_copy(chat.world, address) as restarted:
        await restarted.turn()
        chat.clock.forward(minutes=20)
        await restarted.turn()
    async with chat.world.database.read() as uow:
        states = {row.kind: row.state for row in await uow.ledger.history(person.id, 50)}
        left = [row.compose for row in await waiting(uow, person.id)]
    assert {states[kind] for kind in kinds} <= {"sent", "unsaid"}
    assert states["no-longer-written"] != "sent"
    assert [kind for kind, state in states.items() if kind.startswith("own:") and state == "sent"]
    assert left == []


async def test_a_month_of_late_sends_adds_nothing_up(chat: Chat) -> None:
    """Scenario E38: a daily and a weekly one over the change of the clocks, each turn 20 seconds to 5 minutes late."""
    stand_at(chat, 2027, 3, 1, time(12), NEW_YORK)
    await at_home(chat, "America/New_York")
    for words in ("anki daily 6pm", "notes every wednesday 10am"):
        what, _, when = words.partition(" ")
        await chat.command("remindme", {"": words} if chat.world.platform == "slack" else {"what": what, "when": when})
        await chat.press("Save this reminder")
    delay = random.Random(38)
    days = [date(2027, 3, 1) + timedelta(days=number) for number in range(30)]
    for day in days:
        for hour in (10, 18) if day.weekday() == 2 else (18,):
            at = datetime.combine(day, time(hour), NEW_YORK) + timedelta(seconds=delay.randint(20, 300))
            if at > chat.clock.now():
                chat.clock.set(at)
                await chat.settle()
    async with chat.world.database.read() as uow:
        rows = await uow.ledger.history((await me(chat)).id, 200)
    assert {row.state for row in rows} == {"sent"}
    walls = sorted(to_wall(row.slot_at, NEW_YORK) for row in rows)
    chosen = [datetime.combine(day, time(18)) for day in days]
    chosen += [datetime.combine(day, time(10)) for day in days if day.weekday() == 2]
    assert [wall.replace(tzinfo=None) for wall in walls] == sorted(chosen)
    assert len(came(chat)) == len(chosen)


async def test_the_list_is_pressed_after_a_restart_and_its_message_may_be_gone(chat: Chat, address: str) -> None:
    """Scenarios E09 and E39: an old message works in another process, and a deleted one loses nothing."""
    await chat.say("/checklist")
    old = next(action for action in chat.direct.last.card.actions() if "checklist.step" in action)
    async with opened(address) as database:
        numbers = itertools.count(1_000)
        after = Chat(World(database, chat.world.platform, numbers=numbers), "a")
        after.clock.set(chat.clock.now() + timedelta(minutes=10))
        await after.act(old)
        await after.press("Done")
        async with database.read() as uow:
            (mine,) = await uow.checklists.of((await me(after)).id)
        assert [row.state for row in mine.steps].count("done") == 1
        await after.say("/checklist")
        assert any(each.title.endswith("1 of 16 done") for each in after.direct.messages)
