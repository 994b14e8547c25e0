"""Failures that bots of this kind had in public with calendar files and imports, from the press to the bytes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from commands.actions import encode
from storage.checklists import Checklist
from storage.people import Person
from tests.chat import Chat
from tests.conversations.test_lists_files import bringing, file, kept, told

HARD = "Ask Dr. A; then B, C\\D"
ICS = "Save: Dates for my calendar"
JSON = "Save: Copy to bring back"


async def with_own_steps(chat: Chat, *titles: str) -> Checklist:
    """The list of letters with steps of the person's own, due on 3 March 2027 and the days after it."""
    chat.zone = "Asia/Karachi"
    await chat.say("/checklist letters")
    person, (mine,) = await me(chat), await kept(chat)
    async with chat.world.database.write() as uow:
        for number, title in enumerate(titles):
            row = await uow.checklists.add_own(person.id, mine.id, title, chat.clock.now())
            assert row is not None
            await uow.checklists.set_due(person.id, row.id, date(2027, 3, 3 + number), chat.clock.now())
    (mine,) = await kept(chat)
    return mine


async def me(chat: Chat) -> Person:
    known = await chat.known()
    assert known is not None
    return known


def events(data: bytes) -> dict[str, Any]:
    """The events of a file by their ids."""
    return {str(event["uid"]): event for event in Calendar.from_ical(data).walk("VEVENT")}


async def test_a_calendar_file_has_what_phones_insist_on(chat: Chat) -> None:
    """Scenario E27."""
    await with_own_steps(chat, HARD, "second", "third")
    data = (await file(chat, ICS)).data
    assert data.count(b"\n") == data.count(b"\r\n")
    assert data.startswith(b"BEGIN:VCALENDAR\r\n")
    head, *blocks = data.split(b"BEGIN:VEVENT\r\n")
    assert b"\r\nVERSION:2.0\r\n" in head
    assert b"PRODID:" in head
    assert len(blocks) >= 3
    for block in blocks:
        names = {line.partition(b":")[0].partition(b";")[0] for line in block.split(b"\r\n")}
        assert {b"UID", b"DTSTAMP", b"DTSTART"} <= names
        [stamp] = [line for line in block.split(b"\r\n") if line.startswith(b"DTSTAMP")]
        assert stamp == b"DTSTAMP:20260923T130500Z"
    assert b"SUMMARY:Ask Dr. A\\; then B\\, C\\\\D\r\n" in data.replace(b"\r\n ", b"")
    assert HARD in {str(event["summary"]) for event in events(data).values()}


@pytest.mark.parametrize("zone", ["Europe/Paris", "Asia/Karachi"])
async def test_hours_in_a_calendar_are_utc_and_mean_the_same_everywhere(chat: Chat, zone: str) -> None:
    """Scenario E28: no TZID that a calendar would have to know; a deadline in New York stays at its instant."""
    chat.zone = zone
    await chat.say("/checklist myeras")
    await chat.say("/checklist rank-list")
    starts = []
    for mine in await kept(chat):
        await chat.act(encode("checklist.export", mine.id, "ics"))
        data = chat.direct.last.card.files[0].data
        assert b"TZID" not in data
        starts += [event["dtstart"].dt for event in events(data).values()]
    hours = [start for start in starts if isinstance(start, datetime)]
    new_york = ZoneInfo("America/New_York")
    winter, summer = datetime(2027, 2, 1, 12, tzinfo=new_york), datetime(2027, 3, 15, 10, tzinfo=new_york)
    assert winter.utcoffset() != summer.utcoffset()
    assert {winter, summer} <= set(hours)
    assert {start.utcoffset() for start in hours} == {timedelta()}


async def test_importing_again_changes_and_never_doubles(chat: Chat) -> None:
    """Scenario E29: one calendar takes two exports of one person and one of another."""
    mine = await with_own_steps(chat, "ask Dr. A", "ask Dr. B")
    first = events((await file(chat, ICS)).data)
    own = next(row for row in mine.steps if row.title == "ask Dr. A")
    chat.clock.forward(minutes=5)
    await chat.act(encode("checklist.due", own.id))
    await chat.submit({"due": "5 March 2027"})
    second = events((await file(chat, ICS)).data)
    assert first.keys() == second.keys()
    changed = [key for key in first if first[key]["dtstart"].dt != second[key]["dtstart"].dt]
    assert [str(second[key]["summary"]) for key in changed] == ["ask Dr. A"]
    for key in changed:
        assert second[key]["sequence"] > first[key]["sequence"]
        assert second[key]["last-modified"].dt > first[key]["last-modified"].dt
    other = chat.person("b")
    await with_own_steps(other, "ask Dr. A", "ask Dr. B")
    theirs = events((await file(other, ICS)).data)
    assert len(theirs) == len(first)
    assert not theirs.keys() & first.keys()


@pytest.mark.parametrize("mark", ["\ufeff", "\ufeff\r\n", "\ufeff\ufeff"])
async def test_a_byte_order_mark_of_an_editor_does_no_harm(chat: Chat, mark: str) -> None:
    """Scenario E30: the copy of a list went through an editor that puts the mark before it."""
    await with_own_steps(chat, "ask Dr. A")
    text = (await file(chat, JSON)).data.decode()
    other = chat.person("b")
    await bringing(other, mark + text)
    assert other.last.title == "Your list is back"
    (back,), (mine,) = await kept(other), await kept(chat)
    assert told(back) == told(mine)


async def test_a_table_from_excel_is_no_list_and_the_answer_says_which_file_is(chat: Chat) -> None:
    """Scenario E30: a "CSV UTF-8" file is not what a list is brought back from, and nothing is guessed."""
    await bringing(chat, "\ufeffProgram name,City\r\nMercy Hospital,Toledo\r\n")
    assert chat.last.says("send the .json file")
    assert await kept(chat) == ()
