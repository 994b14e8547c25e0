"""Nudges over weeks: several at once, late ones, rarer ones, and the history that tells what became of each."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from commands.actions import encode
from scheduler.recurrence import daily, next_after
from scheduler.retry import Unreachable
from storage.ledger import NudgeRow
from storage.people import Person
from tests.chat import Chat
from tests.conversations.test_nudges import ZONE, in_karachi
from tests.turns import next_moment

USCE = "US clinical experience"


async def sent_nudge(chat: Chat) -> None:
    """The first weekly nudge about US clinical experience has come, on a Monday."""
    await in_karachi(chat)
    await chat.say("/nudges")
    await chat.press(f"Turn on: {USCE}")
    await at(chat, "Mon 09:14")
    assert chat.direct.last.title == USCE


async def me(chat: Chat) -> Person:
    """What the database knows of the person."""
    known = await chat.known()
    assert known is not None
    return known


async def ledger(chat: Chat) -> tuple[NudgeRow, ...]:
    """The person's nudges, the latest due first."""
    async with chat.world.database.read() as uow:
        return await uow.ledger.history((await me(chat)).id, 50)


async def each_morning(chat: Chat, *kinds: str, cap: int = 21) -> None:
    """These kinds, or all, come every morning at nine."""
    await in_karachi(chat)
    person, now = await me(chat), chat.world.clock.now()
    rule = daily(time(9), ZONE, date(2026, 9, 23))
    async with chat.world.database.write() as uow:
        await uow.people.set_manners(person.id, cap, workdays_only=False)
        for kind in kinds or chat.world.boundary.holder.current.nudges:
            await uow.nudges.turn_on(person.id, kind, rule.to_json(), ZONE, next_after(rule, now), now)


async def at(chat: Chat, moment: str) -> None:
    """Stand at the next "Mon 09:14" in Karachi, having looked once on each day in between."""
    goal = next_moment(moment, ZONE, chat.world.clock.now())
    for days in range((goal - chat.world.clock.now()).days, -1, -1):
        chat.world.clock.set(goal - timedelta(days=days))
        await chat.settle()


async def test_what_falls_together_comes_as_one_message(chat: Chat) -> None:
    await each_morning(chat, "usce", "letters")
    before = len(chat.direct.messages)
    await at(chat, "Thu 09:14")
    assert len(chat.direct.messages) == before + 1
    assert chat.direct.last.title == "Your reminders"
    assert chat.direct.last.says("2 reminders came together")
    await chat.press(f"Open 1: {USCE}")
    assert chat.last.title == USCE
    await chat.press("I did it")
    assert [row.answer for row in await ledger(chat)].count("done") == 1


async def test_more_than_eight_are_counted_and_shown_on_request(chat: Chat) -> None:
    await each_morning(chat, "usce", "letters")
    await at(chat, "Thu 09:14")
    (first, *_) = await ledger(chat)
    async with chat.world.database.write() as uow:
        person = await me(chat)
        for number in range(9):
            await uow.connection.exec_driver_sql(
                "INSERT INTO nudge (person_id, rule_id, outbox_id, key, kind, item, slot_at, due_at, state)"
                " SELECT person_id, rule_id, outbox_id, key || ?, kind, item, slot_at, due_at, state"
                " FROM nudge WHERE id = ? AND person_id = ?",
                (str(number), first.id, person.id),
            )
    await chat.act(encode("nudges.together", first.outbox_id or 0, 0))
    assert chat.last.says("11 reminders came together")
    assert sum("Open" in label for label in chat.direct.last.labels) == 8
    await chat.press("Show the other 3 of them")
    assert sum("Open" in label for label in chat.direct.last.labels) == 3
    await chat.press("Show the ones before")
    assert sum("Open" in label for label in chat.direct.last.labels) == 8
    other = chat.person("b")
    await other.act(encode("nudges.together", first.outbox_id or 0, 0))
    assert other.last.says("I could not find that")


async def test_after_a_stop_one_late_message_and_the_rest_in_the_history(chat: Chat) -> None:
    await each_morning(chat, "usce")
    chat.world.clock.forward(days=3)  # nobody planned or sent anything meanwhile
    before = len(chat.direct.messages)
    await chat.settle()
    assert len(chat.direct.messages) == before + 1
    assert chat.direct.last.says("This comes late. It was due")
    assert chat.direct.last.says("2 older ones were dropped")
    await chat.press("See what did not come")
    assert chat.last.says("came 8 hours late") or chat.last.says("came 9 hours late")
    assert chat.last.says("dropped, because it would have come too late to help")
    await at(chat, "Sun 09:14")
    assert not chat.direct.last.says("comes late")
    assert not chat.direct.last.says("dropped")


async def test_the_weekly_cap_keeps_the_rest_back_and_the_history_says_so(chat: Chat) -> None:
    await each_morning(chat, "usce", cap=3)
    for day in ("Thu", "Fri", "Sat", "Sun", "Mon"):
        await at(chat, f"{day} 09:14")
    assert [(row.state, row.reason) for row in await ledger(chat)] == [("unsaid", "cap")] * 2 + [("sent", None)] * 3
    await chat.say("/nudges history")
    assert chat.last.says("not sent, because you had enough of them that week")
    await at(chat, "Thu 09:14")
    assert (await ledger(chat))[0].state == "sent", "a week later there is room again"


async def test_no_text_twice_in_a_season_and_then_silence_with_its_reason(chat: Chat) -> None:
    await each_morning(chat, "usce")
    for _ in range(30):
        chat.world.clock.forward(days=1)
        await chat.settle()
    items = [row.item for row in await ledger(chat) if row.state == "sent"]
    assert len(items) == len(set(items))
    assert (await ledger(chat))[0].reason in ("all_said", "not_now")


async def test_a_finished_step_is_not_nagged_about(chat: Chat) -> None:
    await in_karachi(chat)
    person, now = await me(chat), chat.world.clock.now()
    async with chat.world.database.write() as uow:
        mine = await uow.checklists.start(person.id, "usce", 1, ("kind-open", "count-back"), now)
        await uow.checklists.set_state(person.id, mine.steps[0].id, "done", now)
    await each_morning(chat, "usce")
    await at(chat, "Thu 09:14")
    assert (await ledger(chat))[0].item != "kind"


async def test_done_marks_the_step_on_the_list_and_can_be_undone(chat: Chat) -> None:
    await in_karachi(chat)
    person = await me(chat)
    async with chat.world.database.write() as uow:
        await uow.checklists.start(person.id, "usce", 1, ("kind-open",), chat.world.clock.now())

    async def state() -> str:
        async with chat.world.database.read() as uow:
            (mine,) = await uow.checklists.of(person.id)
            return mine.steps[0].state

    await sent_nudge(chat)
    await chat.press("I did it")
    assert chat.last.says("marked on your checklist too")
    assert await state() == "done"
    await chat.press("Not done yet: undo")
    assert await state() == "todo"
    assert (await ledger(chat))[0].answer is None
    await chat.press("I did it")
    assert await state() == "done"


@pytest.mark.parametrize(
    ("choice", "when"), [("In 1 hour", "Mon 10:14"), ("Tonight", "Mon 19:00"), ("Next week", "Mon 09:00")]
)
async def test_later_is_when_it_says(chat: Chat, choice: str, when: str) -> None:
    await sent_nudge(chat)
    first = (await ledger(chat))[0]
    await chat.choose(choice)
    await chat.again()
    waiting = [row for row in await ledger(chat) if row.state == "planned"]
    assert [row.item for row in waiting] == [first.item], "two presses are one follow-up"
    await at(chat, when)
    again = [row for row in await ledger(chat) if row.key.startswith("again:") and row.state == "sent"]
    assert [row.item for row in again] == [first.item]


async def test_a_time_of_ones_own_for_later(chat: Chat) -> None:
    await sent_nudge(chat)
    await chat.choose("Pick a time")
    await chat.submit({"when": "3/4"})
    if chat.world.platform == "discord":
        await chat.press("Edit again")
    assert chat.last.says("3/4"), "what was typed is still there"
    await chat.submit({"when": "friday 4pm"})
    assert chat.last.says("I'll be back")
    await at(chat, "Fri 16:00")
    assert chat.direct.last.title == USCE
    assert (await ledger(chat))[0].key.startswith("again:")


async def test_less_often_goes_by_steps_and_a_double_press_is_one(chat: Chat) -> None:
    await sent_nudge(chat)
    await chat.press("Less often: every 2 weeks")
    assert chat.last.says("every 2 weeks, on Mondays")
    await chat.again()
    await chat.say("/nudges")
    assert chat.last.says("every 2 weeks, on Mondays")
    count = len(chat.direct.messages)
    await at(chat, "Mon 09:14")
    await at(chat, "Sun 09:14")
    assert len([message for message in chat.direct.messages[count:] if message.title == USCE]) == 0
    await at(chat, "Mon 09:14")
    assert chat.direct.last.title == USCE
    await chat.press("Less often: every 4 weeks")
    assert chat.last.says("every 4 weeks")
    assert (await ledger(chat))[0].answer == "less"


async def test_a_daily_one_becomes_weekly(chat: Chat) -> None:
    await each_morning(chat, "usce")
    await at(chat, "Thu 09:14")
    await chat.press("Less often: once a week")
    assert chat.last.says("on Thursdays")


async def test_the_buttons_of_months_ago_work(chat: Chat) -> None:
    await sent_nudge(chat)
    message = chat.direct.last
    await chat.press("Stop these nudges")
    chat.world.clock.forward(days=250)
    ref = (await ledger(chat))[0].id
    await chat.act(encode("nudges.snooze", ref), {"picked": "hour"}, source=message)
    assert chat.last.says("I'll be back")
    count = len(chat.direct.messages)
    chat.world.clock.forward(hours=1)
    await chat.settle()
    assert len(chat.direct.messages) == count + 1
    assert chat.direct.last.title == USCE
    await chat.act(encode("nudges.done", ref), source=message)
    assert chat.last.says("Done.")


async def test_a_message_of_an_older_version_still_comes_and_its_buttons_work(chat: Chat) -> None:
    await in_karachi(chat)
    person, now = await me(chat), chat.world.clock.now()
    async with chat.world.database.write() as uow:
        old = await uow.outbox.add(
            person_id=person.id, account_id=person.account, platform=person.platform, compose="nudge",
            dedupe_key="rule:9:2026-09-23T18:00", due_at=now, now=now, payload={"kind": "usce"},
        )  # fmt: skip
    await chat.settle()
    assert chat.direct.last.title == USCE
    await chat.press("I did it")
    assert chat.last.says("Done.")
    await chat.act(encode("nudges.snooze", old or 0, "kind"))
    assert chat.last.says("I'll be back")
    (later, sent) = await ledger(chat)
    assert (sent.item, sent.answer, later.state) == ("kind", "snoozed", "planned")
    await chat.act(encode("nudges.stop", old or 0, "kind"))
    assert (await ledger(chat))[0].state == "cancelled"
    other = chat.person("b")
    await other.act(encode("nudges.done", old or 0, "kind"))
    assert other.last.says("I could not find that")


async def test_what_came_while_paused_is_told_at_the_next_contact(chat: Chat) -> None:
    await each_morning(chat, "usce")
    chat.world.turns.postman.trouble = Unreachable("50007")
    await at(chat, "Thu 09:14")
    chat.world.turns.postman.trouble = None
    await at(chat, "Fri 09:14")
    assert [(row.state, row.reason) for row in await ledger(chat)] == [("unsaid", "paused"), ("failed", "50007")]
    await chat.say("/redflag")
    assert chat.last.says("2 did not reach you")
    await chat.press("Resume my nudges")
    await chat.say("/nudges history")
    assert chat.last.says("your nudges were paused")
    assert chat.last.says("your direct messages were closed to me")
    await at(chat, "Sat 09:14")
    assert chat.direct.last.title == USCE
    ends = [(row.state, row.reason) for row in await ledger(chat)]
    assert ends == [("sent", None), ("unsaid", "paused"), ("failed", "50007")]


async def test_workdays_only_and_the_cap_are_set_in_the_hours_form(chat: Chat) -> None:
    await each_morning(chat, "usce")
    await chat.say("/nudges")
    await chat.press("Change time and quiet hours")
    await chat.submit({"cap": "5", "days": "workdays"})
    assert chat.last.says("5 in a week, Monday to Friday only")
    for day in ("Thu", "Fri", "Sat", "Sun"):
        await at(chat, f"{day} 09:14")
    assert len(await ledger(chat)) == 2, "a weekend's two would come on top of Monday's"
    await at(chat, "Mon 09:14")
    assert [row.state for row in await ledger(chat)] == ["sent"] * 3


async def test_the_history_has_eight_on_a_page(chat: Chat) -> None:
    await chat.say("/nudges history")
    assert chat.last.says("Nothing has come yet")
    await each_morning(chat, "usce")
    for _ in range(10):
        chat.world.clock.forward(days=1)
        await chat.settle()
    await chat.say("/nudges history")
    assert chat.direct.last.card.plain().count(USCE) == 8
    await chat.press("Show older ones")
    assert chat.direct.last.card.plain().count(USCE) == len(await ledger(chat)) - 8
