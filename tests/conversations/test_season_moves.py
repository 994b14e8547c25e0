"""Dates that move with the content: every plan follows, and whoever was told the old day is told once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from commands.actions import encode
from content.catalog import Catalog
from tests.chat import Chat, core_catalog
from tests.conversations.test_season import WINTER, next_at, on

MOVED = "A date has moved"


def with_day(milestone: str, day: date) -> Catalog:
    """The content with another day for a milestone of 2027."""
    catalog = core_catalog()
    dates = catalog.seasons[2027]
    entries = tuple(each.model_copy(update={"day": day}) if each.milestone == milestone else each
                    for each in dates.dates)  # fmt: skip
    return replace(catalog, seasons={**catalog.seasons, 2027: dates.model_copy(update={"dates": entries})}, _days={})


def publish(chat: Chat, catalog: Catalog) -> None:
    """The content in service is this one."""
    chat.world.turns.holder._current = catalog


async def told_of_rank_lists(chat: Chat) -> None:
    """The nudge a week before has come: on Thursday 25 February in Karachi."""
    await on(chat)
    await chat.until("Thu 12:00")
    assert chat.direct.last.title == "Rank lists are due"


async def test_whoever_was_told_the_old_day_is_told_the_new_one_once(chat: Chat) -> None:
    await told_of_rank_lists(chat)
    count = len(chat.direct.messages)
    publish(chat, with_day("rank-list-due", date(2027, 3, 5)))
    await chat.settle()
    card = chat.direct.last
    assert card.title == "A date has moved"
    assert card.says("Now Fri 5 March 2027, 9 p.m. Eastern")
    assert card.says("I had told you Wed 3 March 2027")
    assert card.says("confirm at nrmp.org")
    assert not card.says("Match Day")
    assert len(chat.direct.messages) == count + 1
    await chat.settle()
    publish(chat, with_day("rank-list-due", date(2027, 3, 5)))
    chat.world.turns.moves._followed = ""
    await chat.settle()
    assert len(chat.direct.messages) == count + 1
    await chat.press("Rank lists are due")
    assert chat.last.says("Fri 5 March 2027")


async def test_a_day_that_moves_back_is_told_again(chat: Chat) -> None:
    await told_of_rank_lists(chat)
    publish(chat, with_day("rank-list-due", date(2027, 3, 5)))
    await chat.settle()
    chat.clock.forward(hours=2)
    publish(chat, core_catalog())
    await chat.settle()
    assert chat.direct.last.says("Now Wed 3 March 2027")
    assert chat.direct.last.says("I had told you Fri 5 March 2027")


async def test_the_plan_follows_for_those_who_were_told_nothing(chat: Chat) -> None:
    await on(chat)
    count = len(chat.direct.messages)
    assert await next_at(chat) == datetime(2027, 2, 25, 4, tzinfo=UTC)
    publish(chat, with_day("rank-list-due", date(2027, 3, 5)))
    await chat.settle()
    assert len(chat.direct.messages) == count
    assert await next_at(chat) == datetime(2027, 2, 27, 4, tzinfo=UTC)


async def test_in_the_night_it_waits_for_the_morning(chat: Chat) -> None:
    await told_of_rank_lists(chat)
    chat.clock.forward(hours=12)
    publish(chat, with_day("rank-list-due", date(2027, 3, 5)))
    await chat.settle()
    assert chat.direct.last.title == "Rank lists are due"
    await chat.until("Fri 08:00")
    assert chat.direct.last.title == "A date has moved"


async def test_who_stopped_is_left_in_peace_and_past_days_are_nobodys_news(chat: Chat) -> None:
    await told_of_rank_lists(chat)
    await chat.act(encode("season.off"))
    count = len(chat.direct.messages)
    publish(chat, with_day("rank-list-due", date(2027, 3, 5)))
    await chat.settle()
    assert len(chat.direct.messages) == count
    await chat.act(encode("season.on"))
    chat.clock.set(datetime(2027, 3, 20, 12, tzinfo=UTC))
    publish(chat, with_day("rank-list-due", date(2027, 3, 6)))
    await chat.settle()
    assert not any(message.title == MOVED for message in chat.direct.messages)


@pytest.mark.parametrize("stopped", [False, True])
async def test_who_paused_is_left_in_peace_and_told_when_they_go_on(chat: Chat, stopped: bool) -> None:
    await told_of_rank_lists(chat)
    person = await chat.known()
    assert person is not None
    async with chat.world.database.write() as uow:
        await uow.people.pause_nudges(person.id, "unreachable", chat.clock.now())
    publish(chat, with_day("rank-list-due", date(2027, 3, 5)))
    await chat.settle()
    if stopped:
        await chat.act(encode("season.off"))
    assert not any(message.title == MOVED for message in chat.direct.messages)
    await chat.say("/redflag")
    await chat.press("Resume my nudges")
    await chat.again()
    await chat.settle()
    told = [message for message in chat.direct.messages if message.title == MOVED]
    assert len(told) == (0 if stopped else 1)
    assert stopped or told[0].says("Now Fri 5 March 2027, 9 p.m. Eastern")


async def test_who_left_is_told_when_they_are_back(chat: Chat) -> None:
    chat.where = "channel"
    await told_of_rank_lists(chat)
    await chat.event("member_left")
    publish(chat, with_day("rank-list-due", date(2027, 3, 5)))
    await chat.settle()
    assert not any(message.title == MOVED for message in chat.direct.messages)
    await chat.say("/redflag")
    await chat.settle()
    assert chat.direct.last.title == MOVED


async def test_a_start_finds_what_moved_while_nobody_was_there(chat: Chat) -> None:
    """A new process compares at its start, whatever it has seen before."""
    await told_of_rank_lists(chat)
    chat.world.turns.__post_init__()
    publish(chat, with_day("rank-list-due", date(2027, 3, 5)))
    await chat.settle()
    assert chat.direct.last.title == "A date has moved"
    assert chat.clock.now() > WINTER
