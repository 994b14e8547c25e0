"""The "when" in a line of words: what is taken, what stays, and what is asked."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.dates.finding import find_when, nothing_found
from scheduler.dates.repeat_words import say_rule

NOW = datetime(2026, 9, 23, 13, 5, tzinfo=UTC)
TZ = "Africa/Lagos"


@pytest.mark.parametrize(
    ("line", "words", "said"),
    [
        ("call Dr. A tomorrow 9am", "call Dr. A", "Thursday 24 September 2026, 09:00"),
        ("tomorrow at 9am call Dr. A", "call Dr. A", "Thursday 24 September 2026, 09:00"),
        ("remind me to call Dr. A tomorrow at 9am", "call Dr. A", "Thursday 24 September 2026, 09:00"),
        ("tomorrow at 9am to call Dr. A", "call Dr. A", "Thursday 24 September 2026, 09:00"),
        ("every weekday at 7am anki", "anki", "every weekday at 07:00"),
        ("anki every weekday at 7am until 3 March", "anki", "every weekday at 07:00, until 3 March 2027"),
        ("tell Dr. A about the 5pm meeting tomorrow at 9am", "tell Dr. A about the 5pm meeting",
         "Thursday 24 September 2026, 09:00"),
        ("pay the ECFMG fee in 2 weeks", "pay the ECFMG fee", "Wednesday 7 October 2026, 14:05"),
        ("in 20 minutes check the oven", "check the oven", "Wednesday 23 September 2026, 14:25"),
        ("read 2 papers on monday", "read 2 papers", "Monday 28 September 2026, 09:00"),
        ("ask for the 3rd letter on 5 Dec", "ask for the 3rd letter", "Saturday 5 December 2026, 09:00"),
        ("5 pages of First Aid every day 6am", "5 pages of First Aid", "every day at 06:00"),
        ("finish my PS by friday", "finish my PS", "Friday 25 September 2026, 09:00"),
        ("wait for the meeting tomorrow", "wait for the meeting", "Thursday 24 September 2026, 09:00"),
        ("Review Step 2 CK at 10 am on 1st October", "Review Step 2 CK", "Thursday 1 October 2026, 10:00"),
        ("the deposit on the last friday of every month at 5pm", "the deposit",
         "every month on the last Friday at 17:00"),
        ("@everyone come 5pm", "@everyone come", "Wednesday 23 September 2026, 17:00"),
        ("tomorrow 9am", "", "Thursday 24 September 2026, 09:00"),
    ],
)  # fmt: skip
def test_the_when_is_found_and_the_rest_stays(line: str, words: str, said: str) -> None:
    (found,) = find_when(line, now=NOW, tz=TZ)
    assert found.words == words
    assert [say_rule(rule, TZ) for rule in found.readings] == [said]


def test_an_unclear_hour_is_not_passed_over_for_a_clear_day() -> None:
    (found,) = find_when("call mum at 8 tomorrow", now=NOW, tz=TZ)
    assert (found.words, len(found.readings)) == ("call mum", 2)
    (found,) = find_when("call mum today at 8am", now=NOW, tz=TZ)
    assert not found.readings
    assert "past" in found.message


def test_of_two_days_none_is_chosen_in_silence() -> None:
    found = find_when("call tomorrow about the interview on Friday", now=NOW, tz=TZ)
    assert [each.words for each in found] == ["call about the interview on Friday", "call tomorrow about the interview"]


@pytest.mark.parametrize(
    "line", ["call mum", "", "the second program", "read 2 papers", "1 2 3 4 5", "First Aid", "x" * 3000]
)
def test_there_may_be_none(line: str) -> None:
    assert not [each for each in find_when(line, now=NOW, tz=TZ) if each.readings]
    assert nothing_found(line, now=NOW, tz=TZ)


@pytest.mark.parametrize("line", ["9 " * 1500, "tomorrow x " * 270, "the of and at " * 200, "mon 9am tue 10am " * 170])
def test_a_line_of_nothing_but_times_is_soon_read(line: str) -> None:
    began = time.process_time()
    find_when(line, now=NOW, tz=TZ)
    assert time.process_time() - began < 2


@given(st.text(max_size=80))
@settings(deadline=None)
def test_whatever_is_typed_nothing_breaks(line: str) -> None:
    for found in find_when(line, now=NOW, tz=TZ):
        assert found.readings or found.message
    assert nothing_found(line, now=NOW, tz=TZ)


@pytest.mark.parametrize(
    "line", ["call mum yesterday at 9am", "call mum next week at 9am", "at 9am this weekend call mum"]
)
def test_a_time_beside_a_day_that_is_none_is_not_taken_alone(line: str) -> None:
    (found,) = find_when(line, now=NOW, tz=TZ)
    assert (found.words, found.readings) == ("call mum", ())
