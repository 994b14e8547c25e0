"""All that is ahead as one file for a calendar, read back by another library than the one that wrote it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
import vobject

from commands.actions import encode
from commands.outcomes import Direct
from storage.db import Database
from tests.chat import Chat

NOVEMBER = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.fixture
def database(paired: Database) -> Database:
    """Both databases, see `paired`."""
    return paired


async def events(chat: Chat) -> dict[str, list[Any]]:
    """The events of the file by title."""
    await chat.say("/season")
    outcome = await chat.press("Put all that is ahead into my calendar")
    assert isinstance(outcome, Direct)
    (file,) = outcome.card.files
    assert file.name == f"matchmentor-ahead-{chat.clock.now():%Y-%m-%d}.ics"
    found: dict[str, list[Any]] = {}
    for event in vobject.readOne(file.data.decode()).vevent_list:
        found.setdefault(event.summary.value, []).append(event)
    return found


async def remind(chat: Chat, what: str, when: str) -> None:
    """A reminder, saved."""
    slack = chat.world.platform == "slack"
    await chat.command("remindme", {"": f"{what} {when}"} if slack else {"what": what, "when": when})
    await chat.press("Save this reminder")


async def test_everything_ahead_is_in_the_file_and_nothing_else(chat: Chat) -> None:
    chat.clock.set(NOVEMBER)
    chat.zone = "Asia/Karachi"
    await chat.say("/checklist letters")
    await chat.say("/season")
    await chat.act(encode("season.add"))
    await chat.submit({"kind": "interview", "words": "Riverside, by video", "when": "15 January", "place": ""})
    await remind(chat, "drink water", "every day 7:30")
    await remind(chat, "renew the passport", "3 February 9am")
    chat.clock.forward(days=2)
    found = await events(chat)
    assert found["Riverside, by video"][0].dtstart.value == date(2027, 1, 15)
    (due,) = found["Rank lists are due"]
    assert due.dtstart.value == datetime(2027, 3, 4, 2, tzinfo=UTC)
    assert "not confirmed yet. Check it at https://" in due.description.value
    water = [event.dtstart.value for event in found["drink water"]]
    assert water[0] == datetime(2026, 11, 5, 2, 30, tzinfo=UTC)
    assert len(water) == 56
    assert "renew the passport" not in found  # further away than eight weeks
    mine = [title for title, of in found.items() if "From your list: Letters" in of[0].description.value]
    assert mine
    assert all(of[0].dtstart.value for of in (found[title] for title in mine))
    assert all(_day(event) >= date(2026, 11, 4) for of in found.values() for event in of)


async def test_a_second_file_changes_the_events_of_the_first(chat: Chat) -> None:
    chat.clock.set(NOVEMBER)
    chat.zone = "Asia/Karachi"
    await chat.say("/season")
    before = {event.uid.value: event.sequence.value for of in (await events(chat)).values() for event in of}
    chat.clock.forward(hours=1)
    after = {event.uid.value: event.sequence.value for of in (await events(chat)).values() for event in of}
    assert before.keys() == after.keys()
    assert all(int(after[uid]) > int(before[uid]) for uid in before)


async def test_a_single_reminder_that_moved_is_the_same_event(chat: Chat) -> None:
    chat.clock.set(NOVEMBER)
    chat.zone = "Asia/Karachi"
    await chat.say("/season")
    await remind(chat, "renew the passport", "20 November 9am")
    (before,) = (await events(chat))["renew the passport"]
    await chat.act(encode("remindme.change", 1))
    await chat.submit({"when": "21 November 9am"})
    await chat.press("Save the change")
    (after,) = (await events(chat))["renew the passport"]
    assert after.uid.value == before.uid.value
    assert after.dtstart.value == datetime(2026, 11, 21, 4, tzinfo=UTC)


async def test_it_goes_to_the_direct_messages_only(chat: Chat) -> None:
    chat.where = "channel"
    chat.zone = "Asia/Karachi"
    await events(chat)
    assert chat.direct.last.card.files
    assert not chat.card.files
    assert chat.last.says("direct messages")


def _day(event: Any) -> date:
    start = event.dtstart.value
    return start.date() if isinstance(start, datetime) else start
