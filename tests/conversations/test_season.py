"""`/season`: what is ahead, the nudges before it, and what moves them. On both platforms."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from commands.actions import encode
from commands.ui import Text
from scheduler.planner import own_moment
from storage.ledger import NudgeRow
from storage.nudges import SEASON
from tests.chat import Chat
from tests.shown import Window

WINTER = datetime(2027, 2, 20, 12, tzinfo=UTC)
"""A Saturday, eleven days before rank lists are due."""


async def kept(chat: Chat) -> tuple[NudgeRow, ...]:
    """The ledger of this person, the latest first."""
    person = await chat.known()
    assert person is not None
    async with chat.world.database.read() as uow:
        return await uow.ledger.history(person.id, 50)


async def next_at(chat: Chat) -> datetime | None:
    """When the next nudge of the season comes."""
    person = await chat.known()
    assert person is not None
    async with chat.world.database.read() as uow:
        return next((rule.next_at for rule in await uow.nudges.of(person.id) if rule.kind == SEASON), None)


async def on(chat: Chat, zone: str = "Asia/Karachi", at: datetime = WINTER) -> None:
    """The nudges before dates are on."""
    chat.clock.set(at)
    chat.zone = zone
    await chat.say("/season")
    await chat.press("Nudge me before these dates")


async def test_what_is_ahead_comes_in_order_with_how_sure_it_is(chat: Chat) -> None:
    await chat.say("/season")
    assert chat.last.title == "Your season: Match 2027"
    words = chat.card.plain()
    assert words.index("NRMP registration without late fee ends") < words.index("Rank lists are due")
    for line in (
        "The next 3:",
        "Wed 3 March 2027, 9 p.m. Eastern; for you",
        "Second-hand: confirm at nrmp.org (https://www.nrmp.org/match-calendars/)",
        "Fri 19 March 2027, noon Eastern",
        "Projected from past years: confirm at",
    ):
        assert chat.last.says(line), line
    assert not chat.last.says("MyERAS opens")
    await chat.press("Later dates")
    assert chat.last.says("The ERAS season ends")
    await chat.press("Earlier dates")
    assert chat.last.says("The next 3")
    await chat.press("Show what is past")
    assert chat.last.says("MyERAS opens: Wed 3 June 2026")
    await chat.press("Back to what is ahead")
    assert chat.last.says("The next 3")


async def test_one_date_says_all_and_leads_to_the_page_behind_it(chat: Chat) -> None:
    await chat.say("/season")
    await chat.press_beside("Rank lists are due")
    assert chat.last.title == "Rank lists are due"
    assert chat.last.says("Last hour to certify your list")
    assert chat.last.says("Some lists say 4 March")
    await chat.press("Read the page behind it")
    assert chat.last.says("rank list")


async def test_a_date_that_is_past_says_so_and_an_unknown_one_is_not_found(chat: Chat) -> None:
    await chat.say("hi")
    await chat.act(encode("season.open", "eras-opens"))
    assert chat.last.says("It is past.")
    await chat.act(encode("season.open", "exam"))
    assert chat.last.says("no longer in the calendar")


async def test_the_zone_is_asked_first_and_then_they_are_on(chat: Chat) -> None:
    chat.clock.set(WINTER)
    await chat.say("/season")
    await chat.press("Nudge me before these dates")
    assert chat.last.title == "What time is it for you now?"
    await chat.press("Another place: I type it")
    await chat.submit({"place": "Karachi"})
    await chat.press("Yes, it is")
    assert chat.last.says("I nudge you before these dates")
    assert "Stop the nudges before these dates" in [button.label for button in chat.card.buttons()]
    assert await next_at(chat) == datetime(2027, 2, 25, 4, tzinfo=UTC)


async def test_a_nudge_comes_in_the_persons_morning_with_the_date_and_how_sure_it_is(chat: Chat) -> None:
    await on(chat)
    await chat.until("Wed 09:00")
    await chat.until("Wed 09:00")
    await chat.until("Wed 09:15")
    card = chat.direct.last
    assert card.title == "Rank lists are due"
    assert card.says("Rank lists are due tomorrow at 9 p.m. US Eastern")
    assert card.says("Wed 3 March 2027, 9 p.m. Eastern; for you")
    assert card.says("Second-hand: confirm at nrmp.org (https://www.nrmp.org/match-calendars/)")
    newest = (await kept(chat))[0]
    assert (newest.item, newest.season, newest.told_day) == ("rank-list-due:-1", 2027, "2027-03-03")
    assert newest.sent_at is not None
    own = own_moment(newest.person_id)  # a whole community is not written to in one second
    assert timedelta(0) <= newest.sent_at - (datetime(2027, 3, 3, 4, tzinfo=UTC) + own) <= timedelta(seconds=1)
    await chat.press("Open the date: Rank lists are due")
    assert chat.last.says("Last hour to certify your list")


async def test_a_press_on_one_that_is_past_still_finds_its_words(chat: Chat) -> None:
    await on(chat)
    await chat.until("Wed 09:00")
    await chat.until("Wed 09:00")
    await chat.until("Wed 09:15")
    chat.clock.forward(days=60)
    await chat.press("I did it")
    assert chat.last.says("Rank lists are due")


async def test_a_step_that_is_done_is_not_nagged_about(chat: Chat) -> None:
    await on(chat)
    person = await chat.known()
    assert person is not None
    async with chat.world.database.write() as uow:
        made = await uow.checklists.start(person.id, "rank-list", 1, ["certified", "list-closed"], chat.clock.now())
        for step in made.steps:
            await uow.checklists.set_state(person.id, step.id, "done", chat.clock.now())
    await chat.until("Thu 12:00")
    rows = {row.item: row for row in await kept(chat)}
    assert rows["rank-list-due:-7"].state == "unsaid"
    assert rows["rank-list-due:-7"].reason == "done"


async def test_another_zone_moves_what_is_to_come(chat: Chat) -> None:
    await on(chat)
    before = await next_at(chat)
    await chat.act(encode("profile.zone", "Pacific~Honolulu"))
    await chat.settle()
    after = await next_at(chat)
    assert before == datetime(2027, 2, 25, 4, tzinfo=UTC)
    assert after == datetime(2027, 2, 24, 19, tzinfo=UTC)


async def test_another_hour_moves_what_is_to_come(chat: Chat) -> None:
    await on(chat)
    await chat.say("/nudges")
    await chat.act(encode("nudges.hours"))
    await chat.submit({"time": "10:30"})
    await chat.settle()
    assert await next_at(chat) == datetime(2027, 2, 25, 5, 30, tzinfo=UTC)


async def test_stopped_is_stopped(chat: Chat) -> None:
    await on(chat)
    await chat.say("/season")
    await chat.press("Stop the nudges before these dates")
    assert chat.last.says("I no longer nudge you before these dates")
    count = len(chat.direct.messages)
    await chat.until("Wed 09:00")
    await chat.until("Wed 09:00")
    assert len(chat.direct.messages) == count


async def test_the_season_that_was_told_is_the_one_that_is_shown_and_nudged(chat: Chat) -> None:
    await on(chat)
    await chat.say("/profile")
    await chat.press("My season and how I write dates")
    assert isinstance(chat.last, Window)
    assert [option.value for option in chat.last.form.fields[0].options] == ["2027", "2028", "2029", "unset"]
    await chat.submit({"season": "2028", "language": "en-GB"})
    assert chat.last.says("The season you apply in: Match in March 2028, start in July 2028")
    assert chat.last.says("it is 3 April, as in English, United Kingdom")
    assert await next_at(chat) == datetime(2027, 5, 19, 4, tzinfo=UTC)
    await chat.say("/season")
    assert chat.last.title == "Your season: Match 2028"
    await chat.say("/profile")
    await chat.press("My season and how I write dates")
    await chat.submit({"season": "unset"})
    assert await next_at(chat) == datetime(2027, 2, 25, 4, tzinfo=UTC)


async def test_a_season_that_is_over_is_said_to_be(chat: Chat) -> None:
    await chat.say("/profile")
    await chat.press("My season and how I write dates")
    await chat.submit({"season": "2027"})
    chat.clock.set(datetime(2027, 7, 1, 12, tzinfo=UTC))
    await chat.say("/season")
    assert chat.last.title == "Your season: Match 2028"
    assert chat.last.says("The season of 2027 that you told me is over")


async def test_dates_that_are_not_for_somebody_are_left_out(chat: Chat) -> None:
    await chat.say("/profile")
    await chat.press("Tell me more about you")
    await chat.submit({"specialty": "emergency-medicine"})
    await chat.say("/season")
    await chat.press("Show what is past")
    assert not chat.last.says("MyERAS opens")


async def test_the_most_crowded_page_fits_both_platforms(chat: Chat) -> None:
    """Eight rows of the strangest words, each with its official clock and its own; the card checks itself."""
    chat.zone = "America/Argentina/ComodRivadavia"
    chat.is_admin = True
    await chat.say("/season")
    for number in range(1, 9):
        await chat.act(encode("season.save"), what="form", values={
            "kind": "other-date", "words": "*" * 60, "when": f"{number} October 2026 11:59 pm", "place": "",
        })  # fmt: skip
    await chat.say("/season")
    assert any(isinstance(block, Text) and "After that" in block.md for block in chat.card.blocks)
    assert sum(label.startswith("Open") for label in (button.label for button in chat.card.buttons())) == 8
