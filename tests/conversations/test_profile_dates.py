"""How a person writes dates in numbers: chosen once, "3/4" is not asked back any more, wherever a date is typed."""

from __future__ import annotations

import pytest

from commands.actions import encode
from tests.chat import Chat
from tests.shown import Window

DAY_FIRST, MONTH_FIRST = "en-GB", "en-US"
ASKED = "Which is the day and which is the month?"


async def arrive(chat: Chat, language: str | None = None) -> None:
    """Somebody in Karachi who chose how they write dates, if at all."""
    await chat.say("hi")
    await chat.act(encode("profile.zone", "Asia~Karachi"))
    if language is not None:
        await choose(chat, language)


async def choose(chat: Chat, language: str) -> None:
    """Pick a language in the form of the profile."""
    await chat.say("/profile")
    await chat.press("My season and how I write dates")
    await chat.submit({"language": language})


async def remind(chat: Chat, line: str) -> None:
    """One line after `/remindme`, as each platform sends it."""
    await chat.command("remindme", {"": line} if chat.world.platform == "slack" else {"what": line})


async def test_what_the_platform_reports_is_not_a_choice(chat: Chat) -> None:
    chat.locale = MONTH_FIRST
    await arrive(chat)
    await chat.say("/profile")
    assert chat.last.says("When you type a date as 3/4: I ask whether it is 3 April or March 4")
    await chat.press("My season and how I write dates")
    assert isinstance(chat.last, Window)
    assert [field.value for field in chat.last.form.fields] == ["", ""]
    await remind(chat, "call home 3/4")
    assert chat.last.says(ASKED)


@pytest.mark.parametrize(
    ("language", "is_read", "day"),
    [(DAY_FIRST, "3 April, as in English, United Kingdom", "3 April 2027"),
     (MONTH_FIRST, "March 4, as in English, United States", "4 March 2027")],
)  # fmt: skip
async def test_a_choice_settles_it_wherever_a_date_is_typed(chat: Chat, language: str, is_read: str, day: str) -> None:
    await arrive(chat, language)
    assert chat.last.says(f"When you type a date as 3/4: it is {is_read}")
    for typed in ("call home 3/4", "call home 3/4 at 9am"):
        await remind(chat, typed)
        assert not chat.last.says(ASKED)
        assert chat.last.says(day)
    await remind(chat, "call home every friday at 9am until 3/4")
    assert chat.last.says(day)
    await chat.act(encode("season.add"))
    await chat.submit({"words": "My interview", "when": "3/4"})
    assert chat.last.says(day)
    await remind(chat, "call home every friday at 9am")
    await chat.press("Save this reminder")
    await chat.press("Pause")
    await chat.submit({"until": "3/4"})
    assert chat.last.says(day)
    await chat.say("/checklist")
    await chat.press("Open my next step")
    await chat.press("Set my own day for it")
    await chat.submit({"due": "3/4"})
    assert chat.last.says(day)


async def test_a_date_that_only_one_order_has_is_taken_as_it_is(chat: Chat) -> None:
    await arrive(chat, DAY_FIRST)
    await remind(chat, "call home 4/23")
    assert chat.last.says("23 April 2027")


async def test_a_choice_is_taken_back(chat: Chat) -> None:
    await arrive(chat, DAY_FIRST)
    await choose(chat, "unset")
    assert chat.last.says("I ask whether it is 3 April or March 4")
    await remind(chat, "call home 3/4")
    assert chat.last.says(ASKED)
