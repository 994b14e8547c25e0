"""Lists as files: to read, for a spreadsheet, for a calendar, and as JSON that only a whole and honest file passes."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from commands.checklist.formats.export import calendar_file, csv_file, file_name, json_file, markdown
from commands.checklist.formats.importing import MOST_FAULTS, ImportedList, parse
from commands.checklist.model.due import Standpoint
from commands.checklist.model.state import View, view
from commands.forms import LARGEST_FILE
from content.plans import Change
from content.plans import Checklist as Template
from scheduler.zones import zone
from storage.checklists import Checklist, LineRow, StepRow
from storage.profiles import NOTHING_TOLD

NOW = datetime(2026, 8, 3, 12, 0, tzinfo=UTC)
HERE = Standpoint(NOTHING_TOLD, zone("America/New_York"), NOW, {}, {"exam": date(2026, 8, 20)})
WORDS = "An ordinary sentence that says what is to do here."


def step(step_id: str, **more: Any) -> dict[str, Any]:
    return {
        "id": step_id, "section": "Part", "title": f"Step {step_id}", "do": WORDS, "why": WORDS,
        "done_when": WORDS, "takes": "1 hour", **more,
    }  # fmt: skip


TEMPLATE = Template.model_validate(
    {
        "id": "plan", "title": "A plan", "short": "A plan of some steps", "version": 2,
        "tracks": {
            "concerns": {"each": "concern", "ask": "What?", "states": [{"id": "noted", "title": "Noted"}],
                         "pairs_with": "strengths", "unpaired": "Plan for:"},
            "strengths": {"each": "strength", "ask": "What?", "states": [{"id": "noted", "title": "Noted"}]},
        },
        "steps": [
            step("first", due={"start": True, "days": -3}),
            step("exam", section="Exams", due={"own": "exam", "days": -1}),
            step("last", section="Exams"),
        ],
    }
)  # fmt: skip
TEMPLATES = {"plan": TEMPLATE}


def row(number: int, step_id: str, **more: Any) -> StepRow:
    values = {"state": "todo", "reason": None, "note": None, "changed_at": NOW, **more}
    return StepRow(number, 7, step_id, **values)


def line(number: int, track: str, words: str, pair: int | None = None) -> LineRow:
    return LineRow(number, 7, track, words, "noted", pair, NOW, NOW)


def seen(*rows: StepRow, lines: tuple[LineRow, ...] = (), started: datetime = NOW) -> View:
    given_rows = {each.step: each for each in rows}
    steps = [given_rows.pop(each.id, row(90 + n, each.id)) for n, each in enumerate(TEMPLATE.steps)]
    return view(TEMPLATE, Checklist(7, 1, "plan", 2, started, None, (*steps, *given_rows.values())), lines, HERE)


MINE = seen(
    row(1, "first", note="*Ask* again\nby <mail>"),
    row(2, "exam", state="done"),
    row(3, "last", state="skipped", reason="=HYPERLINK(1)"),
    row(4, "own:1", title="-1+2 words", due_on=date(2026, 9, 1)),
    row(5, "own:line:31", title="Plan for: the gap"),
    lines=(line(31, "concerns", "The gap", 32), line(32, "strengths", "@home work")),
)


def test_the_text_reads_well() -> None:
    assert markdown(MINE, HERE.today).decode() == (
        "# A plan\n\nMon 3 August 2026: 1 of 5 steps done.\n\n"
        "## Part\n\n"
        "- [ ] Step first (due Fri 31 July 2026; late, can still be done)\n"
        "  - Note: \\*Ask\\* again  \n    by \\<mail\\>\n\n"
        "## Exams\n\n"
        "- [x] Step exam (due Wed 19 August 2026)\n"
        "- [ ] Step last (skipped)\n  - Reason: =HYPERLINK\\(1\\)\n\n"
        "## Your own steps\n\n"
        "- [ ] \\-1\\+2 words (due Tue 1 September 2026)\n"
        "- [ ] Plan for\\: the gap\n\n"
        "## Each concern\n\n- The gap: Noted, goes with @home work\n\n"
        "## Each strength\n\n- @home work: Noted\n"
    )


def table(data: bytes) -> list[list[str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_the_table_has_a_row_for_each_step_and_line_and_no_formula() -> None:
    head, *rows = table(csv_file(MINE, HERE.zone))
    assert head[:5] == ["Number", "Section", "Step", "State", "Due"]
    assert [each[2] for each in rows] == [
        "Step first", "Step exam", "Step last", "'-1+2 words", "Plan for: the gap", "The gap", "'@home work",
    ]  # fmt: skip
    assert rows[0][4:7] == ["2026-07-31", "late", "*Ask* again\nby <mail>"]
    assert rows[2][3] == "Skipped"
    assert rows[2][7] == "'=HYPERLINK(1)"
    assert rows[5][6] == "Goes with: @home work"


@given(st.text(max_size=30), st.sampled_from(["=", "+", "-", "@", "\t", "\r", "\n", "＝", ""]))
def test_no_cell_begins_like_a_formula(words: str, start: str) -> None:
    mine = seen(row(1, "first", note=start + words), row(4, "own:1", title=f"{start}{words}x"))
    rows = table(csv_file(mine, HERE.zone))
    assert all(len(each) == len(rows[0]) for each in rows)
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝")) for each in rows for cell in each)


def test_a_change_is_told_by_the_persons_own_day() -> None:
    mine = seen(
        row(2, "exam", state="done", changed_at=datetime(2026, 8, 3, 2, 0, tzinfo=UTC)),
        lines=(line(31, "concerns", "The gap"),),
    )
    rows = {each[2]: each[-1] for each in table(csv_file(mine, zone("America/New_York")))}
    assert rows["Step exam"] == "2026-08-02"
    rows = {each[2]: each[-1] for each in table(csv_file(mine, zone("Pacific/Kiritimati")))}
    assert rows["Step exam"] == "2026-08-03"
    assert rows["The gap"] == "2026-08-04"


def test_what_was_done_on_a_step_that_is_gone_is_in_each_file() -> None:
    changed = TEMPLATE.model_copy(update={"changes": (Change(version=2, removed=("fax",)),)})
    rows = (row(7, "first"), row(8, "fax", state="done", note="Sent *twice*"))
    mine = view(changed, Checklist(7, 1, "plan", 2, NOW, None, rows), (), HERE)
    assert "## No longer on this list\n\n- [x] Fax\n  - Note: Sent \\*twice\\*" in markdown(mine, HERE.today).decode()
    assert ["", "No longer on this list", "Fax", "Done"] in [each[:4] for each in table(csv_file(mine, HERE.zone))]
    found = parse(json_file(mine), {"plan": changed})
    assert isinstance(found, ImportedList)
    assert [(each.step, each.state, each.note) for each in found.steps] == [("fax", "done", "Sent *twice*")]


def events(data: bytes) -> dict[str, Any]:
    return {event.summary.value: event for event in vobject.readOne(data.decode()).contents["vevent"]}


def test_the_calendar_has_what_has_a_day_and_says_what_is_done() -> None:
    found = events(calendar_file(MINE, "ada", NOW))
    assert {title: event.dtstart.value for title, event in found.items()} == {
        "Step first": date(2026, 7, 31),
        "Done: Step exam": date(2026, 8, 19),
        "-1+2 words": date(2026, 9, 1),
    }
    assert not any("mail" in event.description.value for event in found.values()), "notes stay private"


def test_two_people_and_two_exports_do_not_overwrite_each_other() -> None:
    first, second, other = (
        {event.uid.value for event in events(calendar_file(*given_as)).values()}
        for given_as in ((MINE, "ada", NOW), (MINE, "ada", NOW + timedelta(days=1)), (MINE, "bob", NOW))
    )
    assert first == second
    assert not first & other
    again = seen(row(4, "own:1", title="Another", due_on=date(2026, 9, 1)), started=NOW + timedelta(days=9))
    assert events(calendar_file(again, "ada", NOW))["Another"].uid.value not in first


def test_a_day_on_which_somebody_moved_it_replaces_the_old_one() -> None:
    moved = seen(row(1, "first", due_on=date(2026, 12, 1)))
    old, new = events(calendar_file(MINE, "a", NOW)), events(calendar_file(moved, "a", NOW + timedelta(hours=1)))
    assert old["Step first"].uid.value == new["Step first"].uid.value
    assert int(new["Step first"].sequence.value) > int(old["Step first"].sequence.value)


def test_a_file_is_named_by_list_and_day() -> None:
    assert file_name(MINE, date(2026, 8, 3), "csv") == "matchmentor-plan-2026-08-03.csv"


def test_json_is_compact_and_comes_back() -> None:
    data = json_file(MINE)
    found = parse(data, TEMPLATES)
    assert isinstance(found, ImportedList)
    assert [each.step for each in found.steps] == ["first", "exam", "last", "own:1", "own:line:1"]
    assert (found.lines[0].pair, found.lines[1].pair) == (2, None)
    assert len(data) < 1_200
    assert json.loads(json_file(seen())).keys() == {"format", "template", "version", "started"}


@pytest.mark.parametrize(
    "how", [bytes.decode, lambda data: b"\xef\xbb\xbf" + data, lambda data: "\ufeff" + data.decode()]
)
def test_a_byte_order_mark_does_no_harm(how: Any) -> None:
    assert parse(how(json_file(MINE)), TEMPLATES) == parse(json_file(MINE), TEMPLATES)


def test_a_file_that_windows_saved_as_unicode_is_read() -> None:
    assert isinstance(parse(json_file(MINE).decode().encode("utf-16"), TEMPLATES), ImportedList)


def test_a_plan_whose_line_is_gone_stays_a_step() -> None:
    mine = seen(row(4, "own:4", title="Mine"), row(5, "own:line:31", title="Plan for: the gap"))
    found = parse(json_file(mine), TEMPLATES)
    assert isinstance(found, ImportedList)
    assert [(each.step, each.title) for each in found.steps] == [("own:4", "Mine"), ("own:5", "Plan for: the gap")]


def spoiled(**over: Any) -> str:
    return json.dumps(json.loads(json_file(MINE)) | over)


def entry(**over: Any) -> list[dict[str, Any]]:
    return [{"step": "first", "changed": "2026-08-03T12:00:00Z"} | over]


LINE = {"track": "concerns", "words": "x", "state": "noted", "created": "2026-08-03T12:00:00Z"}
LINE["changed"] = LINE["created"]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ("", "not all of it"),
        (json_file(MINE)[:-3], "not all of it"),
        ("[" * 100_000, "not all of it"),
        ("x" * (LARGEST_FILE + 1), "larger than any"),
        (b"\xff\xfe\x00", "the letters of this file"),
        (b"\xc3\x28", "the letters of this file"),
        ('{"a": "\\ud800"}', "not all of it"),
        ("[]", "not a list that I exported"),
        ("7", "not a list that I exported"),
        ("{}", "not a list that I exported"),
        (spoiled(format="matchmentor-checklist-2"), "a newer version"),
        (spoiled(template="elsewhere"), "not in my collection"),
        (spoiled(version=3), "a newer version"),
        (spoiled(version=0), "The file: `version` is not something"),
        (spoiled(version="2"), "The file: `version` is not something"),
        (spoiled(started="2026-08-03T12:00:00"), "The file: `started` is not something"),
        (spoiled(secret_word=1), "The file has something in it that I do not know"),
        (spoiled(steps=entry(secret_word=1)), "Step 1 of the file has something in it that I do not know"),
        (spoiled(steps=entry(state="gone")), "Step 1 of the file: `state` is not something"),
        (spoiled(steps=entry(step="first; drop")), "Step 1 of the file: `step` is not something"),
        (spoiled(steps=entry(note="x" * 3_001)), "Step 1 of the file: `note` is too long"),
        (spoiled(steps=entry(note="a\x00b")), "Step 1 of the file: `note` is not something"),
        (spoiled(steps=entry(position=2**40)), "Step 1 of the file: `position` is not something"),
        (spoiled(steps=entry(due="2026-02-30")), "Step 1 of the file: `due` is not something"),
        (spoiled(steps=[{"step": "first"}]), "Step 1 of the file: `changed` is missing"),
        (spoiled(steps=[7]), "Step 1 of the file is not something"),
        (spoiled(steps=entry() * 501), "The file: `steps` has more entries"),
        (spoiled(steps=entry() * 2), "Step 2 of the file stands there twice"),
        (spoiled(steps=entry(step="unknown")), "Step 1 of the file is not a step of this list"),
        (spoiled(steps=entry(step="own:1")), "needs one"),
        (spoiled(steps=entry(title="x")), "only a step of your own has a title"),
        (spoiled(steps=entry(step="own:line:9", title="x")), "a plan for a line that is not there"),
        (spoiled(lines=[LINE | {"track": "letters"}]), "Line 1 of the file is of a kind"),
        (spoiled(lines=[LINE | {"state": "asked"}]), "Line 1 of the file is of a kind"),
        (spoiled(lines=[LINE | {"pair": 2}]), "Line 1 of the file is tied"),
        (spoiled(lines=[LINE | {"pair": 1}]), "Line 1 of the file is tied"),
        (spoiled(lines=[LINE | {"pair": 0}]), "Line 1 of the file: `pair` is not something"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_told_in_a_sentence(data: Any, says: str) -> None:
    found = parse(data, TEMPLATES)
    assert isinstance(found, tuple)
    assert len(found) == 1
    assert says in found[0]
    assert "secret" not in found[0]


def test_not_more_faults_than_somebody_can_read() -> None:
    found = parse(spoiled(steps=entry(step="unknown") + [{"step": f"u{n}"} for n in range(20)]), TEMPLATES)
    assert isinstance(found, tuple)
    assert len(found) == MOST_FAULTS


@given(st.one_of(st.binary(max_size=200), st.text(max_size=200)))
def test_nonsense_never_breaks_it(data: str | bytes) -> None:
    assert isinstance(parse(data, TEMPLATES), tuple)
