"""What the buttons on a nudge promise is kept, or not promised: later, less often, stop, and done after later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from commands.actions import encode
from storage.ledger import NudgeRow
from storage.retention import OVER, housekeeping
from tests.chat import Chat
from tests.conversations.test_nudges_over_time import USCE, at, ledger, me, sent_nudge
from tests.conversations.test_remindme import saved
from tests.conversations.test_season import on

OWN = "Your reminder"


async def own_came(chat: Chat, when: str) -> NudgeRow:
    """A reminder of the person's own has come, in Lagos on Thursday at nine."""
    await saved(chat, "call Dr. A", when)
    await chat.until("Thu 09:00")
    assert chat.direct.last.title == OWN
    return (await ledger(chat))[0]


async def season_came(chat: Chat) -> NudgeRow:
    """The nudge a week before rank lists are due has come, on Thursday 25 February in Karachi."""
    await on(chat)
    await chat.until("Thu 12:00")
    assert chat.direct.last.title == "Rank lists are due"
    return (await ledger(chat))[0]


async def came_again(chat: Chat, moment: str) -> bool:
    """Whether something new arrives until then."""
    count = len(chat.direct.messages)
    await chat.until(moment)
    return len(chat.direct.messages) > count


async def test_later_on_one_of_a_stopped_series_still_comes(chat: Chat) -> None:
    await sent_nudge(chat)
    (row,) = await ledger(chat)
    await chat.press("Stop these nudges")
    await chat.act(encode("nudges.snooze", row.id), {"picked": "tomorrow"})
    assert chat.last.says("I'll be back")
    assert await came_again(chat, "Tue 09:20")
    assert chat.direct.last.title == USCE
    assert "Stop these nudges" not in chat.direct.last.labels, "the series is off already"


async def test_later_on_a_stopped_reminder_of_ones_own_still_comes_with_its_words(chat: Chat) -> None:
    row = await own_came(chat, "daily 9am")
    await chat.press("Stop this reminder")
    await chat.act(encode("nudges.snooze", row.id), {"picked": "tomorrow"})
    assert chat.last.says("I'll be back")
    assert await came_again(chat, "Fri 09:20")
    assert chat.direct.last.says("call Dr. A")


async def test_a_time_of_ones_own_on_a_stopped_season_still_comes(chat: Chat) -> None:
    row = await season_came(chat)
    await chat.press("Stop these nudges")
    await chat.act(encode("nudges.snooze", row.id), {"picked": "pick"})
    await chat.submit({"when": "friday 4pm"})
    assert chat.last.says("I'll be back")
    assert await came_again(chat, "Fri 16:00")
    assert chat.direct.last.title == "Rank lists are due"


@pytest.mark.parametrize("choice", ["tomorrow", "pick"])
async def test_later_on_a_reminder_that_is_no_longer_kept_says_so(chat: Chat, choice: str) -> None:
    """A reminder that came once is forgotten after sixty days, and its message still has its buttons."""
    row = await own_came(chat, "tomorrow 9am")
    chat.clock.forward(OVER + timedelta(days=2))
    assert (await housekeeping(chat.world.database, chat.clock.now()))["rule"] == 1
    await chat.act(encode("nudges.snooze", row.id), {"picked": choice})
    if choice == "pick":
        await chat.submit({"when": "in 2 days"})
    assert not chat.last.says("I'll be back")
    assert chat.last.says("no longer kept")
    assert [each.state for each in await ledger(chat)] == ["sent"]
    await chat.press("Write a new reminder")


async def test_later_than_its_date_is_not_promised(chat: Chat) -> None:
    row = await season_came(chat)
    await chat.act(encode("nudges.snooze", row.id), {"picked": "pick"})
    await chat.submit({"when": "in 3 weeks"})
    assert not chat.last.says("I'll be back")
    assert chat.last.says("too late to help")
    assert [each.state for each in await ledger(chat)].count("planned") == 0


async def test_later_while_nudges_are_paused_offers_to_turn_them_on_again(chat: Chat) -> None:
    await sent_nudge(chat)
    (row,) = await ledger(chat)
    async with chat.world.database.write() as uow:
        await uow.people.pause_nudges(row.person_id, "unreachable", chat.clock.now())
    await chat.choose("Tomorrow")
    assert not chat.last.says("I'll be back")
    assert chat.last.says("Your nudges are paused")
    await chat.press("Turn on again")
    assert chat.last.says("on again")
    await chat.act(encode("nudges.snooze", row.id), {"picked": "tomorrow"})
    assert chat.last.says("I'll be back")


async def test_done_takes_back_a_later(chat: Chat) -> None:
    await sent_nudge(chat)
    (row,) = await ledger(chat)
    await chat.choose("Tomorrow")
    await chat.act(encode("nudges.done", row.id))
    again = next(each for each in await ledger(chat) if each.key.startswith(f"again:{row.id}:"))
    assert again.state == "cancelled"
    assert not await came_again(chat, "Tue 09:20")
    await chat.say("/nudges history")
    assert chat.last.says("not sent, because you had done it by then")


async def test_less_often_on_what_is_stopped_promises_nothing(chat: Chat) -> None:
    await sent_nudge(chat)
    (row,) = await ledger(chat)
    await chat.press("Stop these nudges")
    await chat.act(encode("nudges.less", row.id, "2"))
    assert not chat.last.says("from now on")
    assert chat.last.says("come no more")
    await chat.press(f"Turn on again: {USCE}")
    assert chat.last.says("is on")


async def test_less_often_is_said_in_words_that_fit_any_title(chat: Chat) -> None:
    row = await own_came(chat, "daily 9am")
    await chat.act(encode("nudges.less", row.id, "1"))
    assert chat.last.says("call Dr. A: on Thursdays from now on.")
    assert not chat.last.says("reminder come")


async def test_stop_on_a_date_of_the_season_says_that_it_is_all_of_them(chat: Chat) -> None:
    await season_came(chat)
    await chat.press("Stop these nudges")
    assert chat.last.says("all dates of the season")
    assert chat.last.says("your own")
    assert not await came_again(chat, "Wed 09:00")
    await chat.press("Turn on again: Season dates")
    assert chat.last.says("I nudge you before these dates")
    async with chat.world.database.read() as uow:
        (rule,) = await uow.nudges.of((await me(chat)).id)
    assert rule.enabled


async def test_stop_on_a_reminder_of_ones_own_names_it_and_can_be_taken_back(chat: Chat) -> None:
    await own_came(chat, "daily 9am")
    await chat.press("Stop this reminder")
    assert chat.last.says("call Dr. A")
    assert not await came_again(chat, "Fri 09:00")
    await chat.press("Turn on again")
    assert chat.last.says("It comes again")
    await chat.until("Sat 09:00")
    assert chat.direct.last.title == OWN


async def test_the_history_names_own_dates_and_those_of_a_community(chat: Chat) -> None:
    chat.where, chat.zone, chat.is_admin = "channel", "Asia/Karachi", True
    chat.clock.set(datetime(2027, 2, 20, 12, tzinfo=UTC))
    for form, kind in (("season.save", {"kind": "exam"}), ("season.save_shared", {})):
        words = {"words": "My Step 2" if kind else "Mock interviews", "when": "28 February 2027", "place": ""}
        await chat.say("/season")
        await chat.act(encode(form), {**kind, **words}, what="form")
    await chat.act(encode("season.on"))
    await at(chat, "Sat 09:20")
    await saved(chat, "call Dr. A", "in 1 minute")
    chat.clock.forward(minutes=1)
    await chat.settle()
    assert {row.item for row in await ledger(chat)} >= {"own:1:-1", "community:1:-1", None}
    await chat.say("/nudges history")
    for title in ("My Step 2, due", "Mock interviews, due", "call Dr. A, due"):
        assert chat.last.says(title), title
    await chat.act(encode("season.remove", 1))
    await chat.act(encode("season.unshare", 1))
    await chat.say("/nudges history")
    assert chat.last.says("Your own date, due")
    assert chat.last.says("A date of your community, due")
    assert not chat.last.says("A date of the season")
