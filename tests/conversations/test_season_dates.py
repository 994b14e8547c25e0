"""Dates of a person's own and of a community: written in plain words, changed, taken away and put back; and nudged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from commands.actions import encode
from storage.own_dates import OwnDate
from tests.chat import Chat
from tests.conversations.test_season import kept, next_at, on
from tests.shown import Window

NOVEMBER = datetime(2026, 11, 27, 12, tzinfo=UTC)


async def own_dates(chat: Chat) -> tuple[OwnDate, ...]:
    """What this person wrote down."""
    person = await chat.known()
    assert person is not None
    async with chat.world.database.read() as uow:
        return await uow.own_dates.of(person.id)


async def write(chat: Chat, kind: str, words: str, when: str, place: str = "") -> None:
    """A date of the person's own, through the form."""
    await chat.say("/season")
    await chat.press("Add a date of my own")
    await chat.submit({"kind": kind, "words": words, "when": when, "place": place})


async def test_a_date_is_written_in_plain_words_and_said_back(chat: Chat) -> None:
    chat.zone = "Asia/Karachi"
    chat.clock.set(NOVEMBER)
    await write(chat, "exam", "Step 2 *CK*", "15 January 9:30 am")
    assert chat.last.title == "Your exam"
    assert chat.last.says("Step 2 *CK*")
    assert chat.last.says("Fri 15 January 2027, 9:30 a.m. in Karachi")
    assert chat.last.says("The nudges before dates are off")
    (row,) = await own_dates(chat)
    assert (row.at, row.zone, row.whole_day) == (datetime(2027, 1, 15, 4, 30, tzinfo=UTC), "Asia/Karachi", False)
    await chat.press("Nudge me before these dates")
    await chat.press_beside("Step 2 *CK*")
    assert chat.last.says("I remind you Wednesday 16 December 2026, 04:00 UTC")


async def test_the_clock_of_another_place_counts_where_it_is_named(chat: Chat) -> None:
    chat.zone = "Asia/Karachi"
    chat.clock.set(NOVEMBER)
    await write(chat, "interview", "A hospital", "10 December 10am", "New York")
    assert chat.last.says("Thu 10 December 2026, 10 a.m. Eastern")
    assert (await own_dates(chat))[0].at == datetime(2026, 12, 10, 15, tzinfo=UTC)


async def test_a_day_alone_is_the_whole_day(chat: Chat) -> None:
    chat.zone = "Asia/Karachi"
    chat.clock.set(NOVEMBER)
    await write(chat, "flight", "To Chicago", "10 December")
    assert chat.last.says("Thu 10 December 2026")
    assert not chat.last.says("a.m.")
    assert (await own_dates(chat))[0].whole_day


@pytest.mark.parametrize(
    ("when", "place", "says"),
    [
        ("3/4/2027", "", "Which is the day and which is the month?"),
        ("soon", "", "For example"),
        ("1 January 2020", "", "past"),
        ("15 January", "IST", "Kolkata"),
        ("15 January", "Nowhereville", "place"),
    ],
)
async def test_what_has_two_meanings_is_asked_back_and_nothing_is_lost(
    chat: Chat, when: str, place: str, says: str
) -> None:
    chat.zone = "Asia/Karachi"
    chat.clock.set(NOVEMBER)
    await write(chat, "exam", "My words", when, place)
    assert chat.last.says(says)
    assert await own_dates(chat) == ()
    if chat.world.platform == "discord":
        await chat.press("Edit again")
    assert isinstance(chat.last, Window)
    assert [field.value for field in chat.last.form.fields] == ["exam", "My words", when, place]
    await chat.submit({"when": "15 January", "place": ""})
    assert len(await own_dates(chat)) == 1


async def test_words_of_nothing_are_no_words(chat: Chat) -> None:
    chat.zone = "Asia/Karachi"
    await chat.say("/season")
    await chat.act(encode("season.save"), {"kind": "exam", "words": " \u200b ", "when": "15 January"}, what="form")
    assert chat.last.says("Please write what it is")
    await chat.act(encode("season.save"), {"kind": "match-day", "words": "x", "when": "15 January"}, what="form")
    assert chat.last.says("Please choose one of the kinds")
    assert await own_dates(chat) == ()


async def test_a_date_that_moves_takes_its_nudges_along_and_thanks_come_after(chat: Chat) -> None:
    await on(chat, at=NOVEMBER)
    await write(chat, "interview", "A hospital", "10 December 10am", "New York")
    assert await next_at(chat) == datetime(2026, 12, 3, 4, tzinfo=UTC)
    await chat.press("Change this date")
    assert isinstance(chat.last, Window)
    assert [field.value for field in chat.last.form.fields] == [
        "A hospital", "10 December 2026 10:00", "America/New_York",
    ]  # fmt: skip
    await chat.submit({"when": "14 December 2026 10:00"})
    assert chat.last.says("Changed.")
    assert await next_at(chat) == datetime(2026, 12, 7, 4, tzinfo=UTC)
    await chat.until("Mon 12:00")
    await chat.until("Mon 12:00")
    assert chat.direct.last.says("Your interview is in a week")
    assert chat.direct.last.says("A hospital")
    assert chat.direct.last.says("Mon 14 December 2026, 10 a.m. Eastern")
    await chat.until("Sun 12:00")
    assert chat.direct.last.says("Tomorrow is your interview")
    await chat.until("Tue 12:00")
    assert chat.direct.last.says("one behind you")
    await chat.press("Open: thank-you notes")
    assert chat.last.says("thank")


async def test_removed_is_gone_with_its_nudges_and_can_be_put_back_once(chat: Chat) -> None:
    await on(chat, at=NOVEMBER)
    before = await next_at(chat)
    await write(chat, "interview", "A hospital", "10 December 10am", "New York")
    await chat.press("Remove this date")
    assert chat.last.says("A hospital is removed")
    assert await own_dates(chat) == ()
    assert await next_at(chat) == before
    await chat.press("Undo: put it back")
    assert chat.last.says("It is back.")
    await chat.again()
    assert chat.last.title == "I could not find that"
    (row,) = await own_dates(chat)
    assert (row.kind, row.words, row.at) == ("interview", "A hospital", datetime(2026, 12, 10, 15, tzinfo=UTC))
    assert await next_at(chat) == datetime(2026, 12, 3, 4, tzinfo=UTC)


async def test_it_is_nobody_elses(chat: Chat) -> None:
    chat.zone = "Asia/Karachi"
    await write(chat, "exam", "My words", "15 January")
    ref = (await own_dates(chat))[0].id
    other = chat.person("b")
    await other.say("/season")
    assert not other.last.says("My words")
    for action in ("season.mine", "season.change", "season.remove"):
        await other.act(encode(action, ref))
        assert other.last.title == "I could not find that", action
    await other.act(encode("season.changed", ref), {"words": "x", "when": "1 May", "place": "Lagos"}, what="form")
    assert other.last.title == "I could not find that"
    assert [row.words for row in await own_dates(chat)] == ["My words"]


async def test_a_zone_is_asked_before_the_first_date(chat: Chat) -> None:
    await chat.say("/season")
    await chat.press("Add a date of my own")
    assert chat.last.title == "What time is it for you now?"
    await chat.act(encode("season.add"))
    assert chat.last.title == "What time is it for you now?"


async def test_an_admin_writes_a_date_for_everybody_and_all_who_listen_hear_of_it(chat: Chat) -> None:
    chat.where = "channel"
    admin, member, deaf = chat, chat.person("b"), chat.person("c")
    admin.is_admin = True
    admin.zone = "America/New_York"
    await on(member, at=NOVEMBER)
    deaf.zone = "Asia/Karachi"
    await deaf.say("/season")
    assert "Add a date for this community" not in [button.label for button in deaf.card.buttons()]
    await admin.say("/season")
    await admin.press("Add a date for this community")
    await admin.submit({"words": "Mock interviews", "when": "12 December 6pm"})
    assert admin.last.says("Every member sees it from now on.")
    await deaf.say("/season")
    await deaf.press_beside("Mock interviews")
    assert deaf.last.says("Sat 12 December 2026, 6 p.m. Eastern")
    assert "Remove it for everybody" not in [button.label for button in deaf.card.buttons()]
    await member.until("Fri 12:00")
    await member.until("Sun 12:00")
    assert member.direct.last.title == "A date of your community"
    assert member.direct.last.says("Mock interviews")
    await member.until("Sat 12:00")
    items = [row.item for row in await kept(member) if row.state == "sent"]
    assert [item.rpartition(":")[2] for item in items if item and item.startswith("community")] == ["-1", "-7"]
    assert deaf.direct.messages == []


async def test_only_an_admin_of_the_place_may_add_or_remove(chat: Chat) -> None:
    chat.where = "channel"
    chat.is_admin = True
    chat.zone = "America/New_York"
    await chat.say("/season")
    await chat.press("Add a date for this community")
    await chat.submit({"words": "Mock interviews", "when": "12 December 6pm"})
    member = chat.person("b")
    member.zone = "Asia/Karachi"
    await member.say("/season")
    form = {"words": "x", "when": "12 December 6pm", "place": ""}
    for action, what in (("season.add_shared", "action"), ("season.save_shared", "form")):
        await member.act(encode(action), form if what == "form" else None, what=what)  # type: ignore[arg-type]
        assert member.last.title == "This is not for everyone"
    await member.act(encode("season.unshare", 1))
    assert member.last.title == "This is not for everyone"
    await chat.press("Remove it for everybody")
    await member.say("/season")
    assert not member.last.says("Mock interviews")
    await chat.press("Undo: put it back")
    await member.say("/season")
    assert member.last.says("Mock interviews")


async def test_whoever_is_not_of_the_community_does_not_see_its_dates(chat: Chat) -> None:
    chat.where = "channel"
    chat.is_admin = True
    chat.zone = "America/New_York"
    await chat.say("/season")
    await chat.press("Add a date for this community")
    await chat.submit({"words": "Mock interviews", "when": "12 December 6pm"})
    other = chat.person("b")
    other.where = "dm"
    await other.say("/season")
    if chat.world.platform == "slack":  # a direct message on Slack is inside the workspace
        assert other.last.says("Mock interviews")
        return
    assert not other.last.says("Mock interviews")
    await other.act(encode("season.shared", 1))
    assert other.last.title == "I could not find that"


async def test_it_may_be_said_late_after_a_stop_but_not_after_the_thing(chat: Chat) -> None:
    await on(chat, at=NOVEMBER)
    await write(chat, "interview", "A hospital", "10 December 10am", "New York")
    chat.clock.set(datetime(2026, 12, 9, 20, tzinfo=UTC) - timedelta(hours=10))
    await chat.settle()
    said = {row.item: (row.state, row.reason) for row in await kept(chat)}
    ref = (await own_dates(chat))[0].id
    assert said[f"own:{ref}:-7"] == ("dropped", "late")
    assert said[f"own:{ref}:-1"] == ("sent", None)


async def test_a_list_is_drawn_anew_for_the_dates_that_its_steps_hang_on(chat: Chat) -> None:
    chat.zone = "Asia/Karachi"
    chat.clock.set(NOVEMBER)
    await chat.say("/checklist ecfmg")
    shown, untouched = chat.direct.last, chat.direct.last.card
    await write(chat, "interview", "A hospital", "15 January")
    await chat.settle()
    assert shown.card is untouched
    await write(chat, "exam", "Step 2", "15 January")
    await chat.settle()
    written = shown.card
    assert written is not untouched
    exam = next(each for each in await own_dates(chat) if each.kind == "exam")
    await chat.act(encode("season.remove", exam.id))
    await chat.settle()
    assert shown.card is not written


async def test_a_community_day_without_a_time_is_a_day_also_after_it_was_put_back(chat: Chat) -> None:
    chat.where = "channel"
    chat.is_admin = True
    chat.zone = "America/New_York"
    await chat.say("/season")
    await chat.press("Add a date for this community")
    await chat.submit({"words": "Papers to the office", "when": "12 December"})
    assert chat.last.says("Sat 12 December 2026")
    assert not chat.last.says("9 a.m.")
    await chat.press("Remove it for everybody")
    await chat.press("Undo: put it back")
    assert not chat.last.says("9 a.m.")
    chat.clock.set(datetime(2026, 12, 12, 20, tzinfo=UTC))  # 3 p.m. there: the day is not over
    await chat.say("/season")
    assert chat.last.says("Papers to the office")
