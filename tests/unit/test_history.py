"""What was served can be listed, compared and brought back, and nothing is lost on the way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import app
from bot.settings import variables
from content.history import FOLDER, KEPT, Changes, History, NoWayBack, changes, read_files
from content.loader import load_pack
from tests.unit.packs import TOPIC, write_pack

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)


def page(name: str, title: str = "Nights") -> str:
    text = TOPIC.replace("id: step-failure", f"id: {name}").replace("title: A failed Step", f"title: {title}")
    return text.replace("[failed step]", f"[{name} alias]").replace("I failed step 1", f"how to tell of {name}")


@pytest.fixture(autouse=True)
def core(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small core pack in place of the real one, an empty data folder, and no settings of the machine."""
    folder = write_pack(tmp_path / "core")
    for name in variables():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("content.paths.CORE_PACK", folder)
    monkeypatch.setenv("MATCHMENTOR_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.fixture
def overlay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "ours"
    (folder / "topics").mkdir(parents=True)
    (folder / "topics" / "nights.yaml").write_text(page("nights"))
    monkeypatch.setenv("MATCHMENTOR_CONTENT_DIR", str(folder))
    return folder


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "data" / FOLDER)


def keep(history: History, core: Path, overlay: Path, minutes: int = 0) -> None:
    at = NOW + timedelta(minutes=minutes)
    history.keep(read_files(core), read_files(overlay), version=load_pack(core, overlay).version, at=at)


def call(*words: str) -> Result:
    return CliRunner().invoke(app, ["content", *words], prog_name="matchmentor")


def test_what_is_read_back_is_what_was_kept(history: History, core: Path, overlay: Path) -> None:
    (overlay / "topics" / "_draft.yaml").write_text("no: [page")
    (overlay / "emails").mkdir()
    (overlay / "emails" / "odd.yaml").write_bytes(b"caf\xe9: 1\n")
    keep(history, core, overlay)
    (load,) = history.loads()
    assert load.overlay == read_files(overlay)
    assert set(load.overlay) == {"topics/nights.yaml", "emails/odd.yaml"}
    assert load.overlay["emails/odd.yaml"].encode("utf-8", "surrogateescape") == b"caf\xe9: 1\n"
    assert (load.at, load.version, load.good) == (NOW, "2026.11.1", True)


def test_the_same_state_is_kept_once_and_only_the_newest_twenty_stay(
    history: History, core: Path, overlay: Path
) -> None:
    for number in range(KEPT + 5):
        (overlay / "topics" / "nights.yaml").write_text(page("nights", f"Nights {number}"))
        keep(history, core, overlay, number)
        keep(history, core, overlay, number)
    assert [load.number for load in history.loads()] == list(range(6, KEPT + 6))


def test_changes_name_the_pages(history: History, core: Path, overlay: Path) -> None:
    keep(history, core, overlay)
    (overlay / "topics" / "nights.yaml").unlink()
    (overlay / "topics" / "days.yaml").write_text(page("days"))
    (overlay / "topics" / "step-failure.yaml").write_text(TOPIC.replace("weight: 90", "weight: 80"))
    keep(history, core, overlay)
    before, after = history.loads()
    assert changes(before, after) == Changes(("topics/days",), ("topics/nights",), ("topics/step-failure",))


def test_a_damaged_copy_is_left_out(history: History, core: Path, overlay: Path, tmp_path: Path) -> None:
    keep(history, core, overlay)
    (tmp_path / "data" / FOLDER / "000002-aaaa.json.gz").write_bytes(b"not gzip")
    assert [load.number for load in history.loads()] == [1]
    keep(history, core, overlay)
    assert [load.number for load in history.loads()] == [1, 3]


def test_a_rollback_undoes_a_broken_edit_and_keeps_it(history: History, core: Path, overlay: Path) -> None:
    good = read_files(overlay)
    keep(history, core, overlay)
    (overlay / "topics" / "nights.yaml").write_text("id: nights\n")
    (overlay / "topics" / "days.yaml").write_text(page("days"))
    (overlay / "topics" / "_draft.yaml").write_text("mine")
    broken = read_files(overlay)
    done = history.roll_back(core, overlay, NOW)
    assert read_files(overlay) == good
    assert (overlay / "topics" / "_draft.yaml").read_text() == "mine"
    assert done.changes == Changes((), ("topics/days",), ("topics/nights",))
    assert done.back.number == 1
    assert (history.loads()[-1].overlay, history.loads()[-1].good) == (broken, False)
    with pytest.raises(NoWayBack):
        history.roll_back(core, overlay, NOW)


def test_a_rollback_twice_is_where_it_began(history: History, core: Path, overlay: Path) -> None:
    keep(history, core, overlay)
    (overlay / "topics" / "nights.yaml").write_text(page("nights", "Later nights"))
    later = read_files(overlay)
    history.roll_back(core, overlay, NOW)
    assert load_pack(core, overlay).topics["nights"].title == "Nights"
    keep(history, core, overlay)
    history.roll_back(core, overlay, NOW)
    assert read_files(overlay) == later


def test_a_state_that_the_present_core_cannot_carry_is_passed_over(history: History, core: Path, overlay: Path) -> None:
    keep(history, core, overlay)
    fit = read_files(overlay)
    path = core / "pack.yaml"
    whole = path.read_text()
    more = "  - {id: extra, title: Extra, short: A group that will go, command: guide}\n"
    path.write_text(whole + more)
    (overlay / "topics" / "nights.yaml").write_text(page("nights").replace("group: exams", "group: extra"))
    keep(history, core, overlay)
    path.write_text(whole)
    (overlay / "topics" / "nights.yaml").write_text(page("nights", "Newest"))
    assert history.roll_back(core, overlay, NOW).back.number == 1
    assert read_files(overlay) == fit


def test_the_command_lists_loads_newest_first(history: History, core: Path, overlay: Path) -> None:
    keep(history, core, overlay)
    (overlay / "topics" / "days.yaml").write_text(page("days"))
    keep(history, core, overlay, 5)
    done = call("history")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "2\t2026-11-25T09:05+00:00\t2026.11.1\tserved",
        "\tadded\ttopics/days",
        "1\t2026-11-25T09:00+00:00\t2026.11.1\tserved",
        "\tfirst\t5 files",
    ]


def test_the_command_without_any_history_says_so_and_is_well() -> None:
    done = call("history")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "Nothing is kept yet" in done.stderr


def test_rollback_says_what_it_did(history: History, core: Path, overlay: Path) -> None:
    keep(history, core, overlay)
    (overlay / "topics" / "days.yaml").write_text(page("days"))
    done = call("rollback")
    assert (done.exit_code, done.stdout) == (0, "\tremoved\ttopics/days\n")
    assert "as it was in load 1 (2026-11-25)" in done.stderr
    assert "kept as load 2" in done.stderr
    assert not (overlay / "topics" / "days.yaml").exists()


def test_rollback_without_a_way_back_changes_nothing(history: History, core: Path, overlay: Path) -> None:
    keep(history, core, overlay)
    before = read_files(overlay)
    done = call("rollback")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.splitlines() == ["No good state that differs from the present one is kept. Nothing was changed."]
    assert read_files(overlay) == before


def test_rollback_without_a_folder_of_ones_own_is_one_line() -> None:
    done = call("rollback")
    assert (done.exit_code, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert "MATCHMENTOR_CONTENT_DIR is not set" in line


def test_rollback_that_cannot_write_is_one_line(
    history: History, core: Path, overlay: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    keep(history, core, overlay)
    (overlay / "topics" / "days.yaml").write_text(page("days"))
    whole = read_files(overlay)

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device", str(tmp_path))

    monkeypatch.setattr("content.history._packed", refuse)
    done = call("rollback")
    assert (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (1, "", 1)
    assert "No space left on device" in done.stderr
    assert read_files(overlay) == whole
