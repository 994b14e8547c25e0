"""The rules between files and for the wording, one spoiled pack each."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from content.documents import Contents, Fault, PackFaults
from content.json_schema import FOLDER, texts
from content.lint import Report, lint, lint_path
from content.loader import load_pack
from content.paths import CORE_PACK
from tests.unit.packs import CHECKLIST, TOPIC, nudge_kind, spoil, write_pack


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return write_pack(tmp_path / "pack")


def told(report: Report, field: str) -> str:
    (fault,) = [fault for fault in report.faults if fault.field == field]
    return fault.message


def test_a_sound_pack_has_no_faults(pack: Path) -> None:
    report = lint(pack)
    assert report.faults == ()
    assert report.ok
    assert report.to_json() == {"topics": 1, "checklists": 1, "nudges": 1, "seasons": {}, "faults": []}


@pytest.mark.parametrize(
    ("old", "new", "field", "says"),
    [
        ("group: exams", "group: exam", "group", "did you mean `exams`?"),
        ("aliases:", "related: [low-scores]\naliases:", "related[1]", "no topic `low-scores`"),
        ("aliases:", "related: [step-failure]\naliases:", "related[1]", "this page itself"),
        ("aliases:", "checklist: stratgy\naliases:", "checklist", "did you mean `strategy`?"),
        ("aliases:", "nudge: leters\naliases:", "nudge", "did you mean `letters`?"),
        ("source: usmle", "source: usmel", "facts[1].source", "did you mean `usmle`?"),
        (
            "sources:\n",
            "sources:\n  other: {title: Another, checked: 2026-11-25}\n",
            "sources.other",
            "no fact",
        ),
        ("group: exams", "group: visa", "legal", "legal: true"),
        ("  - Leaving it out.", "  - Tell @everyone about it.", "avoid[1]", "live mention"),
        ("  - I failed step 1", '  - "<!channel> I failed"', "asked_like[1]", "live mention"),
        ("  - Leaving it out.", '  - "Ask <@U0123ABC> first."', "avoid[1]", "live mention"),
        ("  - What went wrong?", '  - "What went\u200b wrong?"', "directors_ask[1]", "invisible"),
        ("what: You did not", "what: You will match, you did not", "what", "promise"),
        ("what: You did not", "what: This is guaranteed to work. You did not", "what", "promise"),
        ("what: You did not", "what: It is 100% safe. You did not", "what", "promise"),
        ("what: You did not", "what: It is your fault. You did not", "what", "blame"),
        ("what: You did not", "what: You are lazy if you did not", "what", "blame"),
        ("what: You did not", 'what: "# Heading"\nshort2: You did not', "what", ""),
        ("  - Leaving it out.", '  - "![a](https://x.org/a.png) out"', "avoid[1]", "image"),
        ("  - Leaving it out.", '  - "<b>Leaving</b> it out"', "avoid[1]", "HTML"),
        ("  - Leaving it out.", '  - "[here](javascript:alert)"', "avoid[1]", "https"),
    ],
)
def test_each_rule(pack: Path, old: str, new: str, field: str, says: str) -> None:
    if "short2" in new:
        pytest.importorskip("content")
        old, new = (
            "what: You did not pass a Step at the first try, and",
            'what: "# Heading\\n\\nprograms and"\n#',
        )
        says = "heading"
    line = spoil(pack, old, new)
    report = lint(pack)
    assert says in told(report, field)
    (fault,) = [fault for fault in report.faults if fault.field == field]
    assert fault.line in (1, line, line + 1)


@pytest.mark.parametrize(
    "sentence",
    [
        "Nobody can guarantee a match.",
        "No answer is guaranteed to work.",
        "It is not your fault that the exam was moved.",
        "Do this and your letters will match the dates in your CV.",
    ],
)
def test_a_denial_is_no_promise_and_no_blame(pack: Path, sentence: str) -> None:
    spoil(pack, "what: You did not", f"what: {sentence} You did not")
    assert lint(pack).ok


def test_a_weak_example_may_blame_and_promise(pack: Path) -> None:
    spoil(pack, "I failed because my school was bad", "You will match me, it is your fault, 100% your school")
    assert lint(pack).ok


def test_two_pages_cannot_claim_one_alias_or_phrase(pack: Path) -> None:
    other = TOPIC.replace("id: step-failure", "id: low-scores").replace("A failed Step", "Low scores")
    (pack / "topics" / "low-scores.yaml").write_text(other)
    messages = [fault.message for fault in lint(pack).faults]
    assert len([m for m in messages if "already claimed by" in m]) == 2


def test_a_checklist_step_cannot_be_there_twice(pack: Path) -> None:
    step = CHECKLIST[CHECKLIST.index("  - id:") :].replace("id: list-flags", "id: other")
    (pack / "checklists" / "strategy.yaml").write_text(CHECKLIST + step)
    assert "already used" in told(lint(pack), "steps[2].title")


def test_a_step_cannot_lead_to_a_page_that_is_not_there(pack: Path) -> None:
    (pack / "checklists" / "strategy.yaml").write_text(CHECKLIST.replace("guidance: step-failure", "guidance: x"))
    assert "no topic `x`" in told(lint(pack), "steps[1].guidance")


def test_nudges_have_labels_of_their_own_and_a_page(pack: Path) -> None:
    text = (
        nudge_kind().replace("do: Write letter 1", "do: Write letter 0").replace("topic: step-failure}", "topic: x}", 1)
    )
    (pack / "nudges" / "letters.yaml").write_text(text)
    report = lint(pack)
    assert "already used" in told(report, "texts[2].do")
    assert "no topic `x`" in told(report, "texts[1].topic")


def test_a_part_that_is_too_long_for_a_card(pack: Path) -> None:
    example = "  - {kind: strong, person: Another, heard: Good enough., text: " + "x" * 790 + "}\n"
    spoil(pack, "where:\n  statement", example * 4 + "where:\n  statement")
    spoil(pack, "my school was bad", "my school was bad " + "y" * 700)
    assert "at most 3,600" in told(lint(pack), "examples")


def test_what_has_run_out_is_a_warning_for_a_day(pack: Path) -> None:
    spoil(pack, "source: usmle}", "source: usmle, valid_until: 2026-10-01}")
    early = lint(pack, today=date(2026, 10, 1))
    assert "ran out" not in " ".join(w.message for w in early.warnings)
    assert "still to come" in " ".join(w.message for w in early.warnings)
    late = lint(pack, today=date(2026, 12, 2))
    assert "ran out on 2026-10-01" in " ".join(w.message for w in late.warnings)
    assert late.ok


def test_the_caller_adds_rules_of_its_own(pack: Path) -> None:
    def too_wide(contents: Contents) -> Iterator[Fault]:
        for entry in contents.topics.values():
            yield entry.fault(("title",), "does not fit")

    report = lint(pack, rules=[too_wide])
    assert told(report, "title") == "does not fit"
    assert report.faults[0].line == 4


class TestPath:
    def test_a_whole_pack_is_judged_alone(self, pack: Path, tmp_path: Path) -> None:
        other = write_pack(tmp_path / "other")
        spoil(other, "aliases:", "related: [low-scores]\naliases:")
        assert [fault.field for fault in lint_path(other, pack).faults] == ["related[1]"]

    def test_an_overlay_may_refer_to_the_core(self, pack: Path, tmp_path: Path) -> None:
        (tmp_path / "ours" / "topics").mkdir(parents=True)
        page = TOPIC.replace("id: step-failure", "id: low-scores").replace("[failed step]", "[step-failure, lows]")
        page = page.replace("aliases: [step-failure, lows]", "related: [step-failure]").replace(
            "I failed step 1", "low one"
        )
        path = tmp_path / "ours" / "topics" / "low-scores.yaml"
        path.write_text(page.replace("A failed Step", "Low"))
        report = lint_path(tmp_path / "ours", pack)
        assert (report.topics, report.faults) == (1, ())
        assert lint_path(path, pack).faults == ()

    def test_the_faults_of_the_core_are_not_the_editors(self, pack: Path, tmp_path: Path) -> None:
        (tmp_path / "ours").mkdir()
        spoil(pack, "weight: 90", "weight: x")
        assert lint_path(tmp_path / "ours", pack).ok

    def test_what_an_overlay_breaks_in_the_core_is_told(self, tmp_path: Path) -> None:
        """The bot refuses the whole then, so the check must too: a date of the season that becomes everyone's own."""
        (tmp_path / "milestones").mkdir()
        ours = "id: pathways-close\nkind: own\ntitle: Our deadline\nshort: The day on which our office closes.\n"
        (tmp_path / "milestones" / "pathways-close.yaml").write_text(ours)
        with pytest.raises(PackFaults):
            load_pack(CORE_PACK, tmp_path)
        faults = lint_path(tmp_path, CORE_PACK).faults
        assert {Path(fault.file).name for fault in faults} >= {"ecfmg.yaml", "2028.yaml"}
        assert faults == lint(CORE_PACK, tmp_path).faults

    def test_a_pack_file_means_its_folder(self, pack: Path, tmp_path: Path) -> None:
        assert lint_path(pack / "pack.yaml", pack) == lint_path(pack, pack)
        (tmp_path / "ours").mkdir()
        (tmp_path / "ours" / "pack.yaml").write_text("extends: core\n")
        assert lint_path(tmp_path / "ours" / "pack.yaml", pack) == lint_path(tmp_path / "ours", pack)

    def test_a_single_file_must_be_named_like_its_id(self, pack: Path, tmp_path: Path) -> None:
        (tmp_path / "ours" / "topics").mkdir(parents=True)
        path = tmp_path / "ours" / "topics" / "another-name.yaml"
        path.write_text((pack / "topics" / "step-failure.yaml").read_text())
        assert "must be the same" in told(lint_path(path, pack), "id")

    def test_a_path_that_is_not_there(self, pack: Path, tmp_path: Path) -> None:
        assert not lint_path(tmp_path / "nowhere", pack).ok


def test_the_schemas_for_editors_are_fresh() -> None:
    for name, text in texts().items():
        assert (FOLDER / name).read_text(encoding="utf-8") == text, "run python -m content.json_schema"


def test_a_schema_accepts_a_page_and_refuses_a_wrong_one(pack: Path) -> None:
    from content.loader import read_document

    schema = json.loads((FOLDER / "topic.json").read_text(encoding="utf-8"))
    page = dict(read_document(pack / "topics" / "step-failure.yaml", "page", []).data)
    page = json.loads(json.dumps(page, default=str))
    jsonschema.validate(page, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**page, "dirctors_ask": []}, schema)


def test_the_page_of_the_guide_for_editors_is_sound(tmp_path: Path) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "content.md").read_text(encoding="utf-8")
    page = guide.split("```yaml\n")[1].split("```")[0]
    (tmp_path / "topics").mkdir()
    (tmp_path / "topics" / "night-shifts.yaml").write_text(page)
    report = lint_path(tmp_path, CORE_PACK)
    assert (report.topics, report.faults) == (1, ())


def test_the_list_milestone_and_season_of_the_guide_are_sound(tmp_path: Path) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "content.md").read_text(encoding="utf-8")
    examples = {text.split("\n")[0]: text for text in re.findall(r"```yaml\n(id: .*?)```", guide, re.DOTALL)}
    for name in ("checklists/rotation", "milestones/rank-list-due", "seasons/2027"):
        folder, stem = name.split("/")
        (tmp_path / folder).mkdir()
        text = examples.get(f"id: {stem}") or examples[f'id: "{stem}"']
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    report = lint_path(tmp_path, CORE_PACK)
    assert (report.checklists, report.seasons) == (1, {"2027": 1})
    assert [str(fault) for fault in (*report.faults, *report.warnings)] == []
    catalog = load_pack(CORE_PACK, tmp_path)
    assert catalog.milestones["rank-list-due"].title == "Rank lists close"
    assert len(catalog.seasons[2027].dates) > 10


def test_the_core_pack_has_no_faults() -> None:
    assert [str(fault) for fault in lint(CORE_PACK).faults] == []
