"""Failures that bots of this kind had in public with times that people type: what is asked back, and what is said."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from commands.remindme import drawing
from tests.chat import START, Chat
from tests.conversations.test_profile import type_place, zone_of
from tests.conversations.test_remindme import LAGOS, at_home, rules, type_it

COPIES = text(
    "WITH RECURSIVE more(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM more WHERE n < :most)"
    " INSERT INTO rule (person_id, kind, spec, zone, next_at, enabled, created_at, words)"
    " SELECT person_id, 'own:' || (100000 + n), spec, zone, next_at, enabled, created_at, words FROM rule, more"
)
"""The only reminder that there is, so many times more: to save a thousand by presses takes minutes."""


@pytest.mark.parametrize("zone", [LAGOS, "Asia/Karachi", "America/New_York"])
async def test_eight_in_the_morning_typed_at_nine_is_tomorrows(chat: Chat, zone: str) -> None:
    """Scenario E15: weekday, date and zone are said."""
    chat.clock.set(datetime(2026, 9, 23, 9, tzinfo=ZoneInfo(zone)))
    await at_home(chat, zone)
    await type_it(chat, "run", "at 8am")
    assert chat.last.says(f"Thursday 24 September 2026, 08:00 ({zone})")
    await chat.press("Save this reminder")
    chat.clock.set(datetime(2026, 9, 24, 8, tzinfo=ZoneInfo(zone)))
    await chat.settle()
    assert chat.direct.last.title == "Your reminder"


@pytest.mark.parametrize(
    "when", ["in 9999999 days", "in 999999999999999 weeks", "in 99999999999999999999999999 years", "every 9999999 days"]
)
async def test_absurdly_far_is_refused_kindly(chat: Chat, when: str) -> None:
    """Scenario E16."""
    await at_home(chat)
    await type_it(chat, "run", when)
    assert chat.last.title == "One thing is missing"
    assert not chat.last.says("code")
    assert await rules(chat) == 0


async def test_a_thousand_reminders_and_not_one_more(chat: Chat) -> None:
    """Scenario E16: how many and how far is told beforehand, and a full list still works."""
    await at_home(chat)
    await chat.say("/remindme")
    assert chat.last.says("1,000 reminders")
    assert chat.last.says("five years ahead")
    await type_it(chat, "anki", "tomorrow 9am")
    await chat.press("Save this reminder")
    async with chat.world.database.write() as uow:
        await uow.connection.execute(COPIES, {"most": drawing.MOST - 2})
    await type_it(chat, "read", "in 3 hours")
    await chat.press("Save this reminder")
    assert chat.last.title == "Saved"
    await type_it(chat, "write", "in 4 hours")
    await chat.press("Save this reminder")
    assert chat.last.title == "That is one too many"
    await chat.say("/remindme")
    assert chat.last.says("1,000 to come")
    chat.clock.forward(hours=3)
    await chat.settle()
    assert chat.direct.last.says("read")
    assert await rules(chat) == drawing.MOST - 1


@pytest.mark.parametrize("zone", ["Asia/Karachi", "America/New_York"])
async def test_a_date_in_figures_is_never_guessed(chat: Chat, zone: str) -> None:
    """Scenario E17: asked back with both readings, wherever the person is; what has one reading is taken."""
    await at_home(chat, zone)
    await type_it(chat, "submit", "3/4 9am")
    assert chat.last.title == "Which one do you mean?"
    assert chat.last.says("Thursday 4 March 2027, 09:00")
    assert chat.last.says("Saturday 3 April 2027, 09:00")
    assert await rules(chat) == 0
    await type_it(chat, "submit", "17/12 9am")
    assert chat.last.title == "Is this right?"
    assert chat.last.says(f"Thursday 17 December 2026, 09:00 ({zone})")


@pytest.mark.parametrize(
    ("typed", "press", "zone"),
    [
        ("EST", "New York", "America/New_York"),
        ("PST", "Los Angeles", "America/Los_Angeles"),
        ("IST", "Kolkata", "Asia/Kolkata"),
        ("BST", "London", "Europe/London"),
        ("GMT+5", "Karachi", "Asia/Karachi"),
        ("UTC+5:30", "Kolkata", "Asia/Kolkata"),
        ("new york", "New York", "America/New_York"),
        ("india", "Kolkata", "Asia/Kolkata"),
    ],
)
async def test_letters_and_offsets_lead_to_places_with_the_clock_there(
    chat: Chat, typed: str, press: str, zone: str
) -> None:
    """Scenario E18: nothing is set before a press on a place and its present time."""
    await type_place(chat, typed)
    assert await zone_of(chat) is None
    now = START.astimezone(ZoneInfo(zone))
    [label] = [button.label for button in chat.card.buttons() if f"({press})" in button.label]
    assert f"{now:%H:%M}" in label
    await chat.press(label)
    assert await zone_of(chat) == zone
    assert chat.last.says(f"{now:%H:%M}")
