"""What lists, nudges, milestones and seasons hang on: one spoiled pack for each fault and each warning."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from content.documents import PackFaults
from content.history import Load, changes
from content.lint import Report, lint, lint_path
from content.loader import load_pack
from content.references import circles
from tests.unit.packs import nudge_kind, write_pack

LIST = """\
id: letters
title: Letters of recommendation
short: From choosing writers to the last upload.
version: 4
tracks:
  writer:
    each: letter writer
    ask: Who writes for you?
    states:
      - {id: asked, title: Asked, stuck_after: 14, stuck: Remind them kindly today.}
      - {id: sent, title: Sent}
  concern: {each: concern, ask: What worries you?, pairs_with: writer, states: [{id: open, title: Open}]}
steps:
  - id: choose
    section: Start
    title: Choose your writers
    do: Write down three people who saw you work.
    why: The letter is only as good as what they saw.
    done_when: Three names are on paper.
    takes: 20 minutes
    due: {milestone: match-day, days: -200}
    late: Choose today. Three names take twenty minutes.
  - id: ask
    section: Start
    title: Ask your writers
    do: Ask each of them in one short message.
    why: People say yes more often when they are asked early.
    done_when: Each has been asked.
    takes: 1 hour
    due: {step: choose, days: 7}
    late: Ask today, with the date on which you need it.
    needs: [choose]
    track: {of: writer, until: sent, enough: 3}
  - id: pair
    section: Start
    title: Pair your concerns
    do: Tie each concern to a person who can answer it.
    why: A witness answers a worry best of all.
    done_when: No concern stands alone.
    takes: 1 hour
    due: {own: exam, days: -10}
    late: Begin with the heaviest concern.
    needs: [ask]
    track: {of: concern, paired: true}
changes:
  - {version: 2, renamed: {select: pick}}
  - {version: 3, renamed: {pick: choose}, removed: [fax]}
  - {version: 4, split: {write: [ask, pair]}}
"""
MATCH_DAY = """\
id: match-day
kind: season
title: Match Day
short: Noon, and everybody knows.
time: "12:00"
rule: {month: 3, weekday: 4, nth: 3}
check_at: https://www.nrmp.org
topic: step-failure
nudges:
  - days: -1
    text: Tomorrow is the day. Plan who is with you.
    do: Call one person
    topic: step-failure
    step: letters.ask
"""
RANK_LIST = """\
id: rank-list
kind: season
title: Rank list due
short: The list has to be certified.
time: "21:00"
rule: {of: match-day, days: -16}
check_at: https://www.nrmp.org
"""
EXAM = "id: exam\nkind: own\ntitle: An exam\nshort: A Step or OET.\n"
SEASON = """\
id: "2027"
season: 2027
sources:
  nrmp: {title: NRMP, url: "https://www.nrmp.org", checked: 2026-11-20}
dates:
  - {milestone: match-day, day: 2027-03-19, status: second-hand, source: nrmp, checked: 2026-11-20}
  - {milestone: rank-list, day: 2027-03-03, status: projected, checked: 2026-11-20}
"""
FILES = {
    "checklists/letters": LIST,
    "milestones/match-day": MATCH_DAY,
    "milestones/rank-list": RANK_LIST,
    "milestones/exam": EXAM,
    "seasons/2027": SEASON,
    "nudges/letters": nudge_kind().replace("text: Write", "step: letters.ask, after: rank-list, text: Write", 1),
}


def put(folder: Path, name: str, text: str) -> None:
    path = folder / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = write_pack(tmp_path / "pack")
    for name, text in FILES.items():
        put(folder, name, text)
    return folder


def spoil(pack: Path, name: str, old: str, new: str) -> None:
    text = FILES[name]
    assert old in text
    put(pack, name, text.replace(old, new, 1))


def told(report: Report, field: str) -> str:
    (fault,) = [fault for fault in report.faults if fault.field == field]
    return fault.message


def warned(report: Report) -> list[str]:
    """The warnings of the files of this test; those of the small topic are not the matter here."""
    return [f"{w.field}: {w.message}" for w in report.warnings if "topics" not in w.file]


def test_a_sound_pack_has_neither_faults_nor_warnings(pack: Path) -> None:
    report = lint(pack, today=date(2026, 11, 25))
    assert [str(fault) for fault in report.faults] == []
    # The list of `write_pack` has no dates.
    assert warned(report) == []
    assert report.to_json()["seasons"] == {"2027": 2}


L, M, R, S, N = "checklists/letters", "milestones/match-day", "milestones/rank-list", "seasons/2027", "nudges/letters"


@pytest.mark.parametrize(
    ("file", "old", "new", "field", "says"),
    [
        (L, "milestone: match-day", "milestone: mtch-day", "steps[1].due.milestone", "did you mean `match-day`?"),
        (L, "milestone: match-day", "milestone: exam", "steps[1].due.milestone", "each person writes down"),
        (L, "own: exam", "own: exm", "steps[3].due.own", "did you mean `exam`?"),
        (L, "own: exam", "own: match-day", "steps[3].due.own", "a date of the season"),
        (L, "step: choose", "step: chose", "steps[2].due.step", "did you mean `choose`?"),
        (L, "needs: [choose]", "needs: [chose]", "steps[2].needs[1]", "did you mean `choose`?"),
        (L, "needs: [choose]", "needs: [choose, choose]", "steps[2].needs[2]", "already used"),
        (L, "of: writer,", "of: writr,", "steps[2].track.of", "did you mean `writer`?"),
        (L, "until: sent", "until: snt", "steps[2].track.until", "did you mean `sent`?"),
        (L, "of: concern", "of: writer", "steps[3].track.paired", "needs `pairs_with`"),
        (L, "pairs_with: writer", "pairs_with: writr", "tracks.concern.pairs_with", "did you mean `writer`?"),
        (L, "pairs_with: writer", "pairs_with: concern", "tracks.concern.pairs_with", "no other track"),
        (L, "{id: sent, title: Sent}", "{id: asked, title: Sent}", "tracks.writer.states[2].id", "already used"),
        (L, "{id: sent, title: Sent}", "{id: sent, title: asked}", "tracks.writer.states[2].title", "already used"),
        (L, "{version: 4,", "{version: 5,", "changes[3].version", "`version: 4`"),
        (L, "{version: 3,", "{version: 2,", "changes[2].version", "already used"),
        (L, "{pick: choose}", "{pick: chose}", "changes[2].renamed.pick", "did you mean `choose`?"),
        (L, "{select: pick}", "{select: pik}", "changes[1].renamed.select", "did you mean `pick`?"),
        (L, "[ask, pair]}", "[ask, pear]}", "changes[3].split.write[2]", "did you mean `pair`?"),
        (L, "[ask, pair]}", "[]}", "changes[3].split.write", "has no parts"),
        (L, "{pick: choose}", "{ask: choose}", "changes[2].renamed.ask", "still in the list"),
        (L, "{write: [ask, pair]}", "{choose: [ask, pair]}", "changes[3].split.choose", "still in the list"),
        (L, "removed: [fax]", "removed: [pair]", "changes[2].removed[1]", "`pair` is still in the list"),
        (L, "removed: [fax]", "removed: [pick]", "changes[2].removed[1]", "only one of"),
        (M, "topic: step-failure\nnudges", "topic: step-fail\nnudges", "topic", "did you mean `step-failure`?"),
        (M, "    topic: step-failure\n", "    topic: nothing\n", "nudges[1].topic", "no topic `nothing`"),
        (M, "letters.ask", "letters.aks", "nudges[1].step", "did you mean `letters.ask`?"),
        (M, 'time: "12:00"', 'time: "12:00"\nzone: America/New_Yrok', "zone", "did you mean `America/New_York`?"),
        (R, "of: match-day", "of: mtch-day", "rule.of", "did you mean `match-day`?"),
        (R, "of: match-day", "of: exam", "rule.of", "each person writes down"),
        (S, "milestone: rank-list", "milestone: rank-lst", "dates[2].milestone", "did you mean `rank-list`?"),
        (S, "milestone: rank-list", "milestone: exam", "dates[2].milestone", "each person writes down"),
        (S, "milestone: rank-list", "milestone: match-day", "dates[2].milestone", "already used"),
        (S, "source: nrmp", "source: nrpm", "dates[1].source", "did you mean `nrmp`?"),
        (S, "day: 2027-03-19", "day: 2026-03-20", "dates[1].day", "from 2026-06-01 to 2027-06-30"),
        (S, "day: 2027-03-19", "day: 2027-07-02", "dates[1].day", "not in the season 2027"),
        (S, "day: 2027-03-19", "day: 2026-05-31", "dates[1].day", "not in the season 2027"),
        (S, "day: 2027-03-19", "day: 2027-02-30", "dates[1].day", "must be a day"),
        (S, 'id: "2027"', "id: 2027", "id", 'write "2027" in quotes'),
        (S, 'id: "2027"', 'id: "27"', "id", "year of the Match in quotes"),
        (M, 'time: "12:00"', 'time: "25:00"', "time", 'a time like "09:00"'),
        (M, "letters.ask", "ask", "nudges[1].step", "with a dot between"),
        (M, ", nth: 3", ", nth: 5", "rule.nth", "must be 4 or less"),
        (N, "letters.ask", "usce.ask", "texts[1].step", "no step `usce.ask`"),
        (N, "after: rank-list", "after: rank-lst", "texts[1].after", "did you mean `rank-list`?"),
        (N, "after: rank-list", "before: exam", "texts[1].before", "each person writes down"),
    ],
)
def test_each_fault(pack: Path, file: str, old: str, new: str, field: str, says: str) -> None:
    spoil(pack, file, old, new)
    report = lint(pack)
    assert says in told(report, field)
    assert {Path(fault.file).stem for fault in report.faults} >= {file.split("/")[1]}


def test_the_edges_of_a_season_belong_to_it(pack: Path) -> None:
    for day in ("2026-06-01", "2027-06-30"):
        spoil(pack, S, "day: 2027-03-19", f"day: {day}")
        assert lint(pack).ok


@pytest.mark.parametrize(
    ("file", "old", "new", "field", "says"),
    [
        (
            L,
            "late: Choose today. Three names take twenty minutes.",
            "needs: [pair]",
            "steps[1].needs",
            "`choose` waits",
        ),
        (L, "{milestone: match-day, days: -200}", "{step: pair}", "steps[1].due", "`pair` waits for `ask`"),
        (L, "needs: [choose]", "needs: [ask]", "steps[2].needs", "`ask` waits for `ask`"),
        (M, "{month: 3, weekday: 4, nth: 3}", "{of: rank-list}", "rule.of", "`rank-list` hangs on `match-day`"),
    ],
)
def test_a_circle_is_told_once_by_its_names(pack: Path, file: str, old: str, new: str, field: str, says: str) -> None:
    spoil(pack, file, old, new)
    (fault,) = lint(pack).faults
    assert fault.field == field
    assert "goes round in a circle" in fault.message
    assert says in fault.message


def test_circles_are_found_once_each_and_only_where_they_are() -> None:
    assert list(circles({"a": ["b"], "b": ["c"], "c": ["b"], "d": ["a"]})) == [("b", "c")]
    assert list(circles({"a": ["b", "c"], "b": ["d"], "c": ["d"], "d": []})) == []
    assert list(circles({"a": ["a"], "b": ["nowhere"]})) == [("a",)]
    long = {str(n): [str(n + 1)] for n in range(5_000)}
    assert list(circles(long)) == []


def test_a_part_may_keep_the_id_that_was_split(pack: Path) -> None:
    spoil(pack, L, "{write: [ask, pair]}", "{ask: [ask, pair]}")
    assert lint(pack).ok


def test_a_faulty_file_is_not_blamed_on_those_who_name_it(pack: Path) -> None:
    spoil(pack, M, 'time: "12:00"', 'time: "noon"')
    assert {Path(fault.file).stem for fault in lint(pack).faults} == {"match-day"}
    spoil(pack, L, "version: 4\n", "version: x\n")
    assert {Path(fault.file).stem for fault in lint(pack).faults} == {"match-day", "letters"}
    assert [fault.field for fault in lint(pack).faults if "nudges" in fault.file] == []


class TestWarnings:
    today = date(2026, 11, 25)

    def test_a_date_on_another_weekday_than_always(self, pack: Path) -> None:
        spoil(pack, S, "2027-03-19", "2027-03-20")
        assert warned(lint(pack)) == [
            "dates[1].day: 2027-03-20 is a Saturday; `match-day` is on a Friday by its rule; check it again"
        ]
        assert lint(pack).ok
        load_pack(pack)

    def test_also_when_the_weekday_comes_from_what_it_hangs_on(self, pack: Path) -> None:
        spoil(pack, S, "2027-03-03", "2027-03-04")
        assert ["`rank-list` is on a Wednesday" in line for line in warned(lint(pack))] == [True]

    def test_not_when_it_is_verified_and_explained(self, pack: Path) -> None:
        explained = "day: 2027-03-20, note: Moved by a day this year., status: verified"
        spoil(pack, S, "day: 2027-03-19, status: second-hand", explained)
        assert warned(lint(pack)) == []

    def test_what_nobody_verified_is_looked_up_again_after_120_days(self, pack: Path) -> None:
        assert warned(lint(pack, today=date(2027, 3, 20))) == []  # both days are past
        assert warned(lint(pack, today=date(2027, 3, 3))) == []
        spoil(pack, S, "checked: 2026-11-20}\n  - {milestone: rank", "checked: 2026-07-28}\n  - {milestone: rank")
        assert warned(lint(pack, today=self.today)) == []  # 120 days
        (line,) = warned(lint(pack, today=date(2026, 11, 26)))
        assert line == "dates[1].checked: `match-day` was last checked on 2026-07-28; look it up again"
        assert warned(lint(pack)) == []

    def test_a_verified_date_need_not_be_looked_up_again(self, pack: Path) -> None:
        put(pack, S, SEASON.replace("second-hand", "verified").replace("2026-11-20}\n  - ", "2026-06-01}\n  - "))
        assert warned(lint(pack, today=self.today)) == []

    def test_a_day_of_checking_that_is_still_to_come(self, pack: Path) -> None:
        lines = warned(lint(pack, today=date(2026, 11, 1)))
        assert [line.split(":")[0] for line in lines if "still to come" in line] == [
            "sources.nrmp.checked",
            "dates[1].checked",
            "dates[2].checked",
        ]

    def test_a_step_with_a_date_and_no_word_for_the_late(self, pack: Path) -> None:
        spoil(pack, L, "    late: Begin with the heaviest concern.\n", "")
        assert ["steps[3].due: has no `late`" in line for line in warned(lint(pack))] == [True]


class TestPath:
    def test_one_season_file_is_checked_over_the_core(self, pack: Path, tmp_path: Path) -> None:
        put(tmp_path / "ours", S, SEASON.replace("2027-03-19", "2027-03-20"))
        report = lint_path(tmp_path / "ours" / "seasons" / "2027.yaml", pack)
        assert (report.faults, report.seasons) == ((), {"2027": 2})
        assert len(warned(report)) == 1

    def test_one_milestone_file_too(self, pack: Path, tmp_path: Path) -> None:
        put(tmp_path / "ours", M, MATCH_DAY.replace("letters.ask", "letters.aks"))
        (fault,) = lint_path(tmp_path / "ours" / "milestones" / "match-day.yaml", pack).faults
        assert fault.field == "nudges[1].step"


class TestOverlay:
    def test_a_list_of_ours_may_drop_steps_that_the_cores_nudges_name(self, pack: Path, tmp_path: Path) -> None:
        ours = LIST[: LIST.index("tracks:")] + LIST[LIST.index("steps:") : LIST.index("  - id: ask\n")]
        put(tmp_path / "ours", L, ours)
        assert [step.id for step in load_pack(pack, tmp_path / "ours").checklists["letters"].steps] == ["choose"]

    def test_a_list_of_ours_may_not_have_the_title_of_one_of_the_cores(self, pack: Path, tmp_path: Path) -> None:
        title = LIST.partition("title: ")[2].partition("\n")[0]
        ours = LIST.replace("id: letters", "id: our-letters", 1).replace(title, title.upper(), 1)
        put(tmp_path / "ours", "checklists/our-letters", ours)
        with pytest.raises(
            PackFaults, match=r"our-letters.*: title: .* already the title of a list at .*letters\.yaml"
        ):
            load_pack(pack, tmp_path / "ours")

    def test_a_nudge_of_ours_may_not_misspell_one(self, pack: Path, tmp_path: Path) -> None:
        put(tmp_path / "ours", M, MATCH_DAY.replace("letters.ask", "letters.aks"))
        with pytest.raises(PackFaults, match=r"no step `letters\.aks`"):
            load_pack(pack, tmp_path / "ours")

    def test_the_counts_are_of_both_files_and_each_milestone_once(self, pack: Path, tmp_path: Path) -> None:
        put(tmp_path / "ours", S, SEASON.replace("2027-03-03", "2027-03-10"))
        assert lint(pack, tmp_path / "ours").seasons == {"2027": 2}

    def test_the_history_counts_a_season_of_ours_beside_the_cores(self) -> None:
        def load(core: str, ours: str) -> Load:
            at = datetime(2026, 11, 25, tzinfo=UTC)
            return Load(1, at, "1", True, {"seasons/2027.yaml": core}, {"seasons/2027.yaml": ours})

        assert changes(load("a", "x"), load("b", "x")).changed == ("seasons/2027",)
        assert changes(load("a", "x"), load("a", "y")).changed == ("seasons/2027 (community)",)
