"""Reading packs: what is sound is read whole, what is not becomes a fault with its file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from content.catalog import CatalogHolder
from content.documents import Fault, PackFaults
from content.loader import load_pack, read_packs
from tests.unit.packs import CHECKLIST, TOPIC, spoil, topic_file, write_pack


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return write_pack(tmp_path / "pack")


def faults_of(pack: Path, overlay: Path | None = None) -> tuple[Fault, ...]:
    with pytest.raises(PackFaults) as caught:
        load_pack(pack, overlay)
    return caught.value.faults


def only_fault(pack: Path) -> Fault:
    (fault,) = faults_of(pack)
    return fault


def test_a_sound_pack_is_read_whole(pack: Path) -> None:
    catalog = load_pack(pack)
    assert list(catalog.topics) == ["step-failure"]
    assert list(catalog.checklists) == ["strategy"]
    assert list(catalog.nudges) == ["letters"]
    assert [group.id for group in catalog.groups] == ["exams", "visa"]
    assert catalog.version == "2026.11.1"


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("NO", "true or false"),
        ("yes", "true or false"),
        ("on", "true or false"),
        ("10:00", "a number"),
        ("007", "a number"),
        ("1.10", "a number"),
        ("2026-11-25", "a date"),
    ],
)
def test_what_yaml_would_not_read_as_text_is_a_fault(pack: Path, written: str, read_as: str) -> None:
    """E31."""
    line = spoil(pack, "title: A failed Step", f"title: {written}")
    fault = only_fault(pack)
    assert (fault.line, fault.field) == (line, "title")
    assert f"`{written}` as {read_as}" in fault.message
    assert f'"{written}" in quotes' in fault.message


@pytest.mark.parametrize("written", ["NO", "10:00", "007", "1.10", "yes"])
def test_in_quotes_it_is_a_text(pack: Path, written: str) -> None:
    spoil(pack, "I failed step 1", f'"{written}"')
    assert load_pack(pack).topics["step-failure"].asked_like == (written,)


def test_a_name_that_is_not_a_text_is_a_fault(pack: Path) -> None:
    """E31: the key `on:`."""
    spoil(pack, "weight: 90", "weight: 90\non: 3")
    assert any("`on`" in fault.message and "quotes" in fault.message for fault in faults_of(pack))


def test_a_field_written_twice_names_both_lines(pack: Path) -> None:
    """E32."""
    first = spoil(pack, "title: A failed Step", "title: A failed Step\ntitle: Another")
    fault = only_fault(pack)
    assert fault.line == first + 1
    assert f"at line {first} and here" in fault.message


def test_a_nested_field_written_twice(pack: Path) -> None:
    spoil(pack, "{stance: briefly, how: One short paragraph.}", '{stance: briefly, how: One., how: "Two."}')
    assert only_fault(pack).field == "where.statement.how"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (TOPIC.encode("utf-16"), "UTF-16"),
        ("# café\n".encode("latin-1") + TOPIC.encode(), "not UTF-8"),
        (b"", "empty"),
        (b"\n  \n", "empty"),
        (b"- a\n- b\n", "name: value"),
        (b"just words", "name: value"),
        (TOPIC.encode() + b"#" * 1_000_001, "1 MB"),
        (TOPIC.encode() + b"\n---\nid: x\n", "second document"),
        (b"a: " + b"[" * 50_000, "nest"),
        (TOPIC.encode() + b"\x00", "control character"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_fault(pack: Path, content: bytes, says: str) -> None:
    topic_file(pack).write_bytes(content)
    told = [fault for fault in faults_of(pack) if fault.file.endswith("step-failure.yaml")]
    assert len(told) == 1
    assert says in told[0].message


def test_a_byte_order_mark_is_accepted(pack: Path) -> None:
    topic_file(pack).write_bytes(b"\xef\xbb\xbf" + TOPIC.encode())
    assert "step-failure" in load_pack(pack).topics


def test_a_tab_is_told_with_its_line(pack: Path) -> None:
    line = spoil(pack, "  - Blaming the school.", "\t- Blaming the school.")
    assert (only_fault(pack).line, only_fault(pack).message) == (line, "has a tab; use spaces")


def test_an_alias_bomb_is_refused_quickly(pack: Path) -> None:
    layers = "".join(f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 9)}]\n" for n in range(1, 30))
    topic_file(pack).write_text("x0: &x0 [a]\n" + layers + TOPIC)
    assert any("anchor" in fault.message for fault in faults_of(pack))


def test_a_tag_that_would_run_code_is_refused(pack: Path) -> None:
    line = spoil(pack, "title: A failed", "title: !!python/object/apply:os.getcwd A failed")
    fault = only_fault(pack)
    assert fault.line == line
    assert "tag" in fault.message


def test_an_unknown_field_names_the_nearest(pack: Path) -> None:
    line = spoil(pack, "directors_ask:", "dirctors_ask:")
    fault = only_fault(pack)
    assert (fault.line, fault.field) == (line, "dirctors_ask")
    assert "did you mean `directors_ask`?" in fault.message


def test_an_unknown_nested_field_names_the_nearest_of_its_own_block(pack: Path) -> None:
    spoil(pack, "{stance: briefly, how:", "{stence: briefly, how:")
    assert "did you mean `stance`?" in only_fault(pack).message


@pytest.mark.parametrize(
    ("old", "new", "field", "says"),
    [
        ("weight: 90", "weight: heavy", "weight", "whole number"),
        ("weight: 90", "weight: 900", "weight", "100 or less"),
        ("weight: 90", "legal: maybe\nweight: 90", "legal", "true or false"),
        ("kind: red-flag", "kind: redflag", "kind", "did you mean `red-flag`?"),
        ("kind: red-flag\n", "", "kind", "`kind` is missing"),
        ("stance: briefly", "stance: brief", "where.statement.stance", "did you mean `briefly`?"),
        ('stance: "no"', "stance: no", "where.experiences.stance", 'write "no" in quotes'),
        ("title: A failed Step", "title:", "title", "is empty"),
        ("title: A failed Step", "title: x", "title", "too short"),
        ("title: A failed Step", "title: " + "x" * 90, "title", "90 characters, at most 60"),
        ("title: A failed Step", "title: A failed #1 Step", "title", "cut off before `#`"),
        ("checked: 2026-11-25", "checked: soon", "sources.usmle.checked", "a day like"),
        ("checked: 2026-11-25", "checked: 2026-02-30", "sources.usmle.checked", "a day like"),
        ('"https://www.usmle.org"', "www.usmle.org", "sources.usmle.url", "web address"),
        (", source: usmle}", "}", "facts[1]", "needs `source` or `check_at`"),
        ("  - Leaving it out.\n", "", "avoid", "at least 2 entries and has 1"),
        ("  - Leaving it out.", "  - Leaving: out.", "avoid[1]", "colon"),
        ("avoid:\n  - Leaving it out.\n  - Blaming the school.", "avoid: all", "avoid", "must be a list"),
        ("id: step-failure", "id: Step_Failure", "id", "small letters"),
    ],
)
def test_each_fault_says_what_is_wanted(pack: Path, old: str, new: str, field: str, says: str) -> None:
    spoil(pack, old, new)
    told = [fault for fault in faults_of(pack) if fault.file.endswith("step-failure.yaml")]
    assert [fault.field for fault in told] == [field]
    assert says in told[0].message


def test_all_faults_are_told_at_once(pack: Path) -> None:
    spoil(pack, "weight: 90", "weight: heavy")
    spoil(pack, "title: A failed Step", "title: NO")
    (pack / "checklists" / "strategy.yaml").write_text(CHECKLIST.replace("version: 1", "version: 0"))
    assert {fault.field for fault in faults_of(pack)} == {"weight", "title", "version"}


def test_a_copied_topic_whose_id_was_forgotten_names_both_places(pack: Path) -> None:
    """E32."""
    (pack / "topics" / "low-scores.yaml").write_text(TOPIC)
    messages = " ".join(fault.message for fault in faults_of(pack))
    assert "file is low-scores.yaml" in messages
    assert "already used at" in messages
    assert "low-scores.yaml:1" in messages


def test_a_copied_checklist_step_names_both_places(pack: Path) -> None:
    """E32."""
    step = CHECKLIST[CHECKLIST.index("  - id:") :]
    path = pack / "checklists" / "strategy.yaml"
    path.write_text(CHECKLIST + step)
    told = [fault for fault in faults_of(pack) if fault.field == "steps[2].id"]
    assert len(told) == 1
    assert f"{path}:{CHECKLIST[: CHECKLIST.index('- id:')].count(chr(10)) + 1}" in told[0].message


def test_a_yml_file_and_an_unknown_folder_are_not_passed_over(pack: Path) -> None:
    (pack / "topics" / "other.yml").write_text(TOPIC)
    (pack / "topic").mkdir()
    messages = " ".join(fault.message for fault in faults_of(pack))
    assert ".yaml" in messages
    assert "did you mean `topics`?" in messages


def test_a_folder_that_is_missing_is_one_clear_fault(tmp_path: Path) -> None:
    assert "no such folder" in only_fault(tmp_path / "nowhere").message


class TestOverlay:
    def test_replaces_by_id_and_adds(self, pack: Path, tmp_path: Path) -> None:
        over = tmp_path / "ours"
        (over / "topics").mkdir(parents=True)
        (over / "topics" / "step-failure.yaml").write_text(TOPIC.replace("A failed Step", "Our own page"))
        low = TOPIC.replace("id: step-failure", "id: low-scores").replace("I failed step 1", "my score is low")
        (over / "topics" / "low-scores.yaml").write_text(low.replace("[failed step]", "[low score]"))
        catalog = load_pack(pack, over)
        assert catalog.topics["step-failure"].title == "Our own page"
        assert set(catalog.topics) == {"step-failure", "low-scores"}
        assert catalog.version == "2026.11.1"

    def test_brings_its_own_group(self, pack: Path, tmp_path: Path) -> None:
        over = tmp_path / "ours"
        over.mkdir()
        (over / "pack.yaml").write_text(
            'name: Ours\nversion: "2026.11.2"\nextends: core\n'
            "groups:\n  - {id: local, title: Local, short: What we do here, command: guide}\n"
        )
        assert [group.id for group in load_pack(pack, over).groups] == ["exams", "visa", "local"]

    def test_its_faults_name_its_files(self, pack: Path, tmp_path: Path) -> None:
        over = tmp_path / "ours"
        (over / "topics").mkdir(parents=True)
        (over / "topics" / "step-failure.yaml").write_text(TOPIC.replace("weight: 90", "weight: x"))
        assert {Path(fault.file).parts[-3] for fault in faults_of(pack, over)} == {"ours"}


def test_a_broken_pack_never_replaces_a_good_one(pack: Path) -> None:
    """E32: the last good content stays."""
    holder = CatalogHolder(lambda: load_pack(pack))
    good = holder.current
    spoil(pack, "weight: 90", "weight: heavy")
    assert [fault.field for fault in holder.reload()] == ["weight"]
    assert holder.current is good
    spoil(pack, "weight: heavy", "weight: 12")
    assert holder.reload() == ()
    assert holder.current.topics["step-failure"].weight == 12


def test_the_readable_files_of_a_broken_pack_are_still_there(pack: Path) -> None:
    (pack / "topics" / "low-scores.yaml").write_text("")
    contents, faults = read_packs(pack)
    assert list(contents.topics) == ["step-failure"]
    assert len(faults) == 1
