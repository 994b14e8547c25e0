"""Each labelled text, the way problems are told, and the line format of the command line."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from scheduler.dates import DateProblem, answer_line, read_when, say_when
from scheduler.dates.problems import Code
from scheduler.zones import UnknownZone

DATA = Path(__file__).parents[1] / "data"
KARACHI = "Asia/Karachi"
NOW = datetime(2026, 12, 1, 6, tzinfo=UTC)  # a Tuesday, 11:00 in Karachi


def labelled(name: str) -> list[Any]:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return [
        pytest.param(row, id=f"{number}: {row['text'][:40]!r}")
        for number, row in enumerate(map(json.loads, lines), start=1)
    ]


def problem_of(text: str, now: datetime = NOW, tz: str = KARACHI) -> DateProblem:
    with pytest.raises(DateProblem) as caught:
        read_when(text, now=now, tz=tz)
    return caught.value


@pytest.mark.parametrize("row", [*labelled("dates-dev.jsonl"), *labelled("dates-extra.jsonl")])
def test_the_labelled_texts_mean_what_their_labels_say(row: dict[str, str]) -> None:
    asked = {name: row[name] for name in ("now", "tz", "text")}
    answer = answer_line(asked)
    assert answer.items() >= asked.items()
    assert answer["message"]
    if row["expect"] == "error":
        assert answer["result"] == "error", row["why"]
    else:
        assert answer["result"] != "error", f"{row['why']}: {answer['message']}"
        assert datetime.fromisoformat(answer["result"]) == datetime.fromisoformat(row["expect"]), row["why"]


def test_there_are_enough_labelled_texts_and_none_twice() -> None:
    extra = [param.values[0] for param in labelled("dates-extra.jsonl")]
    keys = {(row["now"], row["tz"], row["text"]) for row in extra}
    assert len(keys) == len(extra) >= 120


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("tomorrow " * 40, "too_long"),
        ("call my mother", "not_understood"),
        ("sometime next week", "vague"),
        ("december", "no_day"),
        ("tonight", "no_time"),
        ("now", "now"),
        ("today 10am", "past"),
        ("in -5 minutes", "past"),
        ("in 0 minutes", "zero"),
        ("in 9999999 days", "too_far"),  # E16
        ("in 999999999999999 weeks", "too_far"),  # E16
        ("31 june", "impossible"),
        ("24:30", "impossible"),
        ("every day at 9am", "repeats"),
        ("5pm or 6pm", "two_times"),
        ("today tomorrow", "two_days"),
        ("tue 3 mar 2027", "weekday_mismatch"),
        ("3/4", "ambiguous_order"),
        ("next friday", "ambiguous_weekday"),
        ("at 8", "ambiguous_hour"),
        ("5pm EST", "ambiguous_zone"),
        ("20h", "ambiguous_span"),
        ("8.30", "ambiguous_dots"),
        ("9am Mars/Phobos", "unknown_zone"),
    ],
)
def test_each_kind_of_problem_has_its_code_and_tells_what_to_do(text: str, code: Code) -> None:
    """E16 among them: numbers that lead out of the calendar."""
    problem = problem_of(text)
    assert problem.code == code
    assert len(problem.message) < 300
    assert any(way_out in problem.message for way_out in ('"', "Do you mean", "Please give an earlier", "Hours go"))
    assert str(problem) == problem.message


def test_problems_never_repeat_what_was_typed() -> None:
    for text in ("@everyone tomorrow 9am", "<@123> 9am", "Dr. Secretname 9am", "**bold** friday nonsense"):
        message = problem_of(text).message.lower()
        assert not any(word in message for word in ("everyone", "123", "secretname", "bold", "nonsense"))


def test_a_misspelt_word_is_offered_in_our_spelling() -> None:
    assert '"tomorrow"' in problem_of("tommorow 9am").message
    assert '"wednesday"' in problem_of("wendesday 9am").message


@pytest.mark.parametrize("tz", [KARACHI, "America/New_York"])
def test_an_unclear_order_is_asked_with_both_days(tz: str) -> None:
    problem = problem_of("3/4 9am", tz=tz)  # E17
    here = ZoneInfo(tz)
    assert problem.readings == (datetime(2027, 3, 4, 9, tzinfo=here), datetime(2027, 4, 3, 9, tzinfo=here))
    for reading in problem.readings:
        assert say_when(reading, tz) in problem.message


@pytest.mark.parametrize("text", ["3/4 9am", "3/4/2027 9am", "3-4-27 9am", "9am on 3 / 4"])
def test_a_known_order_settles_a_date_in_numbers(text: str) -> None:
    here = ZoneInfo(KARACHI)
    day_first, month_first = (read_when(text, now=NOW, tz=KARACHI, order=order) for order in ("day", "month"))
    assert (day_first, month_first) == (datetime(2027, 4, 3, 9, tzinfo=here), datetime(2027, 3, 4, 9, tzinfo=here))


def test_a_known_order_changes_nothing_that_is_clear() -> None:
    for text in ("13/4", "4/13", "5/5", "3 April", "2027-04-03", "3.4.", "fri 9am"):
        clear = read_when(text, now=NOW, tz=KARACHI)
        assert read_when(text, now=NOW, tz=KARACHI, order="day") == clear
        assert read_when(text, now=NOW, tz=KARACHI, order="month") == clear
    with pytest.raises(DateProblem, match="different days"):
        read_when("next friday", now=NOW, tz=KARACHI, order="day")


def test_readings_that_are_past_are_not_offered() -> None:
    problem = problem_of("11/12/2026 9am", now=datetime(2026, 11, 20, tzinfo=UTC))
    assert [reading.date().isoformat() for reading in problem.readings] == ["2026-12-11"]
    assert problem_of("3/4/2026").readings == ()


def test_next_weekday_is_asked_with_both_days_and_the_time() -> None:
    here = ZoneInfo(KARACHI)
    problem = problem_of("next thursday 8pm")
    assert problem.readings == (datetime(2026, 12, 3, 20, tzinfo=here), datetime(2026, 12, 10, 20, tzinfo=here))


def test_an_unclear_hour_is_asked_with_morning_and_evening() -> None:
    here = ZoneInfo(KARACHI)
    assert problem_of("at 8").readings == (
        datetime(2026, 12, 1, 20, tzinfo=here),
        datetime(2026, 12, 2, 8, tzinfo=here),
    )


def test_a_disagreeing_weekday_is_asked_with_date_and_weekday() -> None:
    readings = problem_of("tue 3 mar 2027 9am").readings
    assert [reading.date().isoformat() for reading in readings] == ["2026-12-08", "2027-03-03"]


def test_eight_in_the_morning_typed_at_nine_is_tomorrow_and_said_in_full() -> None:
    nine = datetime(2026, 11, 27, 4, tzinfo=UTC)  # E15
    instant = read_when("at 8am", now=nine, tz=KARACHI)
    assert instant.isoformat() == "2026-11-28T08:00:00+05:00"
    assert say_when(instant, KARACHI) == "Saturday 28 November 2026, 08:00 (Asia/Karachi)"


def test_the_echo_tells_the_two_repeated_hours_apart() -> None:
    first = datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert say_when(first, "Europe/Berlin") == "Sunday 31 October 2027, 02:30, UTC+02:00 (Europe/Berlin)"
    second = say_when(first + timedelta(hours=1), "Europe/Berlin")
    assert second == "Sunday 31 October 2027, 02:30, UTC+01:00 (Europe/Berlin)"
    new_york = say_when(datetime(2027, 11, 7, 5, 30, 15, tzinfo=UTC), "America/New_York")
    assert new_york == "Sunday 7 November 2027, 01:30:15, UTC-04:00 (America/New_York)"


def test_what_we_say_ourselves_we_also_understand() -> None:
    instant = read_when("in 3 weeks", now=NOW, tz=KARACHI)
    said = say_when(instant, KARACHI)
    assert read_when(said, now=NOW, tz="Europe/Berlin") == instant


def test_the_result_is_in_the_persons_zone() -> None:
    instant = read_when("2026-12-24T10:00Z", now=NOW, tz="Asia/Kathmandu")
    assert instant.isoformat() == "2026-12-24T15:45:00+05:45"


def test_five_years_are_the_furthest() -> None:
    leap = datetime(2028, 2, 29, 6, tzinfo=UTC)
    assert read_when("in 5 years", now=NOW, tz=KARACHI).year == 2031
    assert read_when("1 dec 2031 11:00", now=NOW, tz=KARACHI).year == 2031
    assert problem_of("1 dec 2031 11:01").code == "too_far"
    assert read_when("in 5 years", now=leap, tz=KARACHI).date().isoformat() == "2033-02-28"


def test_callers_mistakes_are_not_the_persons() -> None:
    with pytest.raises(ValueError, match="naive"):
        read_when("9am", now=datetime(2026, 12, 1), tz=KARACHI)  # noqa: DTZ001 - the naive value is the point
    with pytest.raises(UnknownZone):
        read_when("9am", now=NOW, tz="EST5")


def test_a_line_is_answered_with_its_own_fields_first() -> None:
    line = {"now": "2026-12-01T11:00:00+05:00", "tz": KARACHI, "text": "tomorrow 9am", "why": "left out"}
    assert list(answer_line(line).items()) == [
        ("now", "2026-12-01T11:00:00+05:00"),
        ("tz", KARACHI),
        ("text", "tomorrow 9am"),
        ("result", "2026-12-02T09:00:00+05:00"),
        ("message", "Wednesday 2 December 2026, 09:00 (Asia/Karachi)"),
    ]


def test_a_line_that_cannot_be_read_says_why() -> None:
    answer = answer_line({"now": "2026-12-01T11:00:00+05:00", "tz": KARACHI, "text": "in 0 minutes"})
    assert answer["result"] == "error"
    assert "more than zero" in answer["message"]


def test_a_line_with_an_unknown_zone_is_an_error_with_a_message() -> None:
    answer = answer_line({"now": "2026-12-01T11:00:00+05:00", "tz": "EST5", "text": "9am"})
    assert answer["result"] == "error"
    assert "zone" in answer["message"]


@pytest.mark.parametrize(
    "line",
    [
        None,
        [],
        "text",
        7,
        {},
        {"now": "2026-12-01T11:00:00+05:00", "tz": KARACHI},
        {"now": "2026-12-01T11:00:00+05:00", "tz": KARACHI, "text": None},
        {"now": "2026-12-01T11:00:00+05:00", "tz": 5, "text": "9am"},
        {"now": 1798761600, "tz": KARACHI, "text": "9am"},
        {"now": "2026-12-01T11:00:00", "tz": KARACHI, "text": "9am"},
        {"now": "yesterday", "tz": KARACHI, "text": "9am"},
        {"now": "0001-01-01T00:00:00+14:00", "tz": KARACHI, "text": "9am"},
        {"now": "9999-12-31T23:00:00-05:00", "tz": KARACHI, "text": "9am"},
    ],
)
def test_a_broken_line_gets_one_error_and_nothing_else(line: object) -> None:
    answer = answer_line(line)
    assert list(answer) == ["error"]
    assert answer["error"]


@pytest.mark.parametrize("now", ["0001-01-02T00:00:00+00:00", "1970-01-01T12:00:00+00:00", "8999-12-31T00:00:00+00:00",
                                 "9999-12-30T00:00:00+00:00"])  # fmt: skip
@pytest.mark.parametrize("text", ["tomorrow 9am", "in 3 weeks", "in 5 years", "29 feb", "8pm", "the 31st", "next mon"])
def test_the_ends_of_the_calendar_end_in_an_answer(now: str, text: str) -> None:
    answer = answer_line({"now": now, "tz": "America/New_York", "text": text})
    assert "error" in answer or answer["message"]
