"""E27, E28, E29: calendar files that phones, Outlook and Google read, checked by a library that did not write them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from commands.calendar import Entry, calendar, owner, uid
from storage.people import Person
from storage.profiles import NOTHING_TOLD

CHANGED = datetime(2026, 11, 2, 14, 30, 15, 123456, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")
HARD = 'Dr. Müller, "Best; of" \\ two\nlines: 見 \U0001f468\u200d\U0001f469\u200d\U0001f467'


def entry(**over: Any) -> Entry:
    given_as: dict[str, Any] = {
        "uid": uid("ada", "letters", "ask"), "title": "Ask", "start": date(2027, 3, 3), "note": "",
        "changed_at": CHANGED,
    }  # fmt: skip
    return Entry(**given_as | over)


def read(data: bytes) -> list[Any]:
    """The events, as the other library understands them."""
    found: list[Any] = vobject.readOne(data.decode()).contents.get("vevent", [])
    return found


def line(data: bytes, name: str) -> str:
    """One property of the file, unfolded."""
    found = re.findall(rf"^{name}[:;].*$", data.decode().replace("\r\n ", ""), re.MULTILINE)
    assert len(found) == 1, found
    return str(found[0]).rstrip("\r")


def test_a_file_has_what_importers_insist_on() -> None:
    data = calendar([entry(), entry(uid=uid("ada", "x")), entry(uid=uid("ada", "y"))], "My list")
    assert data.startswith(b"BEGIN:VCALENDAR\r\nPRODID:-//MatchMentor//")
    assert data.endswith(b"END:VCALENDAR\r\n")
    assert data.count(b"\n") == data.count(b"\r\n")
    assert line(data, "VERSION") == "VERSION:2.0"
    assert line(data, "X-WR-CALNAME") == "X-WR-CALNAME:My list"
    for block in data.split(b"BEGIN:VEVENT")[1:]:
        assert all(name in block for name in (b"\r\nUID:", b"\r\nDTSTAMP:20261102T143015Z\r\n", b"\r\nDTSTART;"))
    assert len(read(data)) == 3


def test_an_empty_calendar_is_a_calendar() -> None:
    assert read(calendar([], "Nothing yet")) == []


@pytest.mark.parametrize(("month", "hour"), [(1, 11), (7, 10)])
def test_noon_in_paris_is_noon_in_paris_in_summer_and_winter(month: int, hour: int) -> None:
    data = calendar([entry(start=datetime(2027, month, 9, 12, tzinfo=PARIS))], "x")
    assert line(data, "DTSTART") == f"DTSTART:20270{month}09T{hour}0000Z"
    assert b"TZID" not in data
    assert read(data)[0].dtstart.value.astimezone(PARIS).hour == 12


def test_a_day_is_a_day_everywhere() -> None:
    data = calendar([entry(start=date(2027, 3, 3))], "x")
    assert line(data, "DTSTART") == "DTSTART;VALUE=DATE:20270303"
    assert read(data)[0].dtstart.value == date(2027, 3, 3)


def test_words_come_back_as_they_were_typed_and_no_line_is_too_long() -> None:
    data = calendar([entry(title=HARD * 5, note=HARD * 20)], HARD)
    (event,) = read(data)
    assert event.description.value == HARD * 20
    assert event.summary.value == (HARD * 5).replace("\n", " ")
    escaped = HARD.replace("\n", " ").replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    assert line(data, "X-WR-CALNAME") == f"X-WR-CALNAME:{escaped}"
    assert max(len(part) for part in data.split(b"\r\n")) <= 75


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=300))
def test_no_words_break_out_of_their_line(words: str) -> None:
    data = calendar([entry(title=words, note=words + "\r\nEND:VEVENT\r\nBEGIN:VEVENT")], words)
    (event,) = read(data)
    assert set(event.contents) <= {
        "uid", "dtstamp", "last-modified", "sequence", "dtstart", "summary", "description", "transp",
    }  # fmt: skip
    assert max(len(part) for part in data.split(b"\r\n")) <= 75


def test_the_same_item_keeps_its_id_and_a_later_change_wins() -> None:
    before = calendar([entry()], "x")
    after = calendar([entry(start=date(2027, 3, 4), changed_at=CHANGED + timedelta(minutes=1))], "x")
    assert line(before, "UID") == line(after, "UID")
    assert int(line(after, "SEQUENCE").split(":")[1]) > int(line(before, "SEQUENCE").split(":")[1]) > 0
    assert line(after, "LAST-MODIFIED") > line(before, "LAST-MODIFIED")
    assert calendar([entry()], "x") == before


def test_sequence_numbers_fit_what_calendars_store() -> None:
    assert int(line(calendar([entry(changed_at=CHANGED.replace(year=2087))], "x"), "SEQUENCE").split(":")[1]) < 2**31
    assert line(calendar([entry(changed_at=CHANGED.replace(year=2001))], "x"), "SEQUENCE") == "SEQUENCE:0"


def test_ids_differ_by_person_and_item_and_tell_neither() -> None:
    ids = [uid(*parts) for parts in (("ada", "a", "b"), ("bob", "a", "b"), ("ada", "a", "c"), ("ada", "ab", ""))]
    assert len(set(ids)) == 4
    assert not any("ada" in each or "bob" in each for each in ids)
    assert uid("ada", 7) == uid("ada", "7")


def test_an_alarm_comes_before_the_start() -> None:
    data = calendar([entry(start=datetime(2027, 1, 9, 12, tzinfo=UTC), alarm=timedelta(hours=2))], "x")
    (alarm,) = read(data)[0].contents["valarm"]
    assert (alarm.action.value, alarm.trigger.value) == ("DISPLAY", timedelta(hours=-2))
    assert b"VALARM" not in calendar([entry()], "x")


def test_the_owner_is_a_person_and_not_an_account() -> None:
    ada = Person(
        1, 1, "discord", "", "u", None, None, CHANGED, None, False, None, None, None, "09:00", "21:00", "08:00", None,
        None, 3, False, 1, (), NOTHING_TOLD,
    )  # fmt: skip
    assert owner(ada) == owner(replace(ada, account=2, platform="slack", user_id="U2"))
    assert owner(ada) != owner(replace(ada, id=2))
    assert owner(ada) != owner(replace(ada, created_at=CHANGED + timedelta(seconds=1)))
