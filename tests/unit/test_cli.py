"""The command line's contract: data on standard output, the rest on standard error, exit codes, JSON Lines."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import app
from bot.settings import variables

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings of the machine, and an empty folder."""
    for name in variables():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def call(*words: str, stdin: str | bytes = "") -> Result:
    return CliRunner().invoke(app, list(words), input=stdin, prog_name="matchmentor")


def process(*words: str, stdin: bytes = b"", **settings: str) -> subprocess.CompletedProcess[bytes]:
    environ = {**os.environ, **settings, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-m", "bot", *words], input=stdin, capture_output=True, env=environ, check=False, timeout=120
    )


def lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def test_run_without_a_token_is_one_line_that_names_the_settings() -> None:
    done = process("run")
    assert done.returncode == 1
    assert done.stdout == b""
    (line,) = done.stderr.decode().splitlines()
    for name in ("DISCORD_TOKEN", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "docs/operations.md"):
        assert name in line


def test_a_wrong_setting_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATCHMENTOR_ROLE", "x")
    done = call("run")
    assert done.exit_code == 1
    assert done.stderr.splitlines() == [done.stderr.strip()]
    assert "MATCHMENTOR_ROLES" in done.stderr


@pytest.mark.parametrize(
    "words",
    [("nope",), ("find",), ("when",), ("migrate", "sideways"), ("try", "--port", "x"), ("content", "preview", "nope"),
     ("content", "lint", "nowhere"), ("find", "words", "--jsonl")],
)  # fmt: skip
def test_wrong_use_ends_with_two_and_says_nothing_on_standard_output(words: tuple[str, ...]) -> None:
    done = call(*words)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "words",
    [(), ("try",), ("run",), ("find",), ("when",), ("content", "lint"), ("content", "preview"), ("manifest", "slack"),
     ("manifest", "discord"), ("sync",), ("migrate",), ("doctor",), ("export",)],
)  # fmt: skip
def test_every_command_has_help(words: tuple[str, ...]) -> None:
    done = call(*words, "--help")
    assert done.exit_code == 0
    assert "Usage:" in done.stdout


def test_when_reads_a_date() -> None:
    done = call("when", "fri", "9am", "--tz", "Asia/Karachi", "--now", "2026-11-25T06:00:00+00:00")
    assert (done.exit_code, done.stdout) == (0, "2026-11-27T09:00:00+05:00\n")


@pytest.mark.parametrize("words", [("-5 days",), ("-5", "days")])
def test_a_text_that_begins_with_a_hyphen_is_a_text(words: tuple[str, ...]) -> None:
    done = call("when", *words)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "past" in done.stderr


def test_when_answers_a_line_for_each_line_in_order() -> None:
    asked = {"now": "2026-01-01T00:00:00Z", "tz": "UTC", "text": "tomorrow 9am", "more": 1}
    stdin = "\n".join([json.dumps(asked), "broken", "", "[]", "{}", json.dumps(asked)])
    done = call("when", "--jsonl", stdin=stdin)
    answers = lines(done.stdout)
    assert done.exit_code == 0
    assert ["error" in answer for answer in answers] == [False, True, True, True, True, False]
    assert answers[0]["result"] == "2026-01-02T09:00:00+00:00"
    assert "more" not in answers[0]


def test_find_answers_json_lines_also_broken_ones() -> None:
    stdin = b'{"id": 7, "text": "gap after graduation", "x": 1}\n\xff\xfe\n{"id": 8}\n' + b"[" * 50_000 + b"\n"
    done = process("find", "--jsonl", stdin=stdin)
    answers = lines(done.stdout.decode())
    assert done.returncode == 0
    assert answers[0] == {"id": 7, "topics": answers[0]["topics"], "sure": True, "distress": False}
    assert answers[0]["topics"][0] == "gap-after-graduation"  # type: ignore[index]
    assert ["error" in answer for answer in answers] == [False, True, True, True]
    assert b"\x1b" not in done.stdout + done.stderr


def test_find_prints_pages_as_data() -> None:
    done = call("find", "gap", "after", "graduation")
    assert done.exit_code == 0
    assert done.stdout.splitlines()[0].split("\t")[0] == "gap-after-graduation"


def test_the_core_pack_is_clean_in_the_form_of_the_contract() -> None:
    done = call("content", "lint", "--json")
    report = json.loads(done.stdout)
    assert done.exit_code == 0
    assert set(report) >= {"topics", "checklists", "nudges", "seasons", "faults"}
    assert report["faults"] == []


def test_a_broken_file_is_a_fault_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "topics").mkdir()
    (tmp_path / "topics" / "x.yaml").write_text("id: y\n", encoding="utf-8")
    done = call("content", "lint", str(tmp_path))
    assert done.exit_code == 1
    assert "topics/x.yaml:1: " in done.stdout


def test_preview_shows_each_part_of_a_page() -> None:
    done = call("content", "preview", "step-failure")
    assert done.exit_code == 0
    assert "[How to explain it]" in done.stdout


def test_preview_shows_the_days_of_a_season_also_of_one_without_a_file() -> None:
    done = call("content", "preview", "2031")
    assert done.exit_code == 0
    assert "Match Day: Fri 21 March 2031, 12:00 America/New_York (projected). Check at https://" in done.stdout
    assert call("content", "preview", "1999").exit_code == 2


def test_preview_shows_a_milestone_and_its_nudges() -> None:
    done = call("content", "preview", "rank-list-due")
    assert done.exit_code == 0
    assert "21:00 America/New_York" in done.stdout
    assert "days before: " in done.stdout
    assert call("content", "preview", "exam").exit_code == 0
    # "Match day" is also another name of a page.
    assert call("content", "preview", "match-day").stdout.splitlines()[0] == "Match Day"


def test_the_invite_address_needs_no_setting() -> None:
    done = call("manifest", "discord")
    assert done.exit_code == 0
    assert "client_id=YOUR_APPLICATION_ID" in done.stdout
    assert "bot%20applications.commands" in done.stdout
    assert "client_id=123&" in call("manifest", "discord", "--app-id", "123").stdout


def test_the_slack_manifest_has_the_prefix_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATCHMENTOR_SLACK_PREFIX", "mm-")
    made = json.loads(call("manifest", "slack").stdout)
    assert all(command["command"].startswith("/mm-") for command in made["features"]["slash_commands"])


def test_migrate_and_export_an_installation(tmp_path: Path) -> None:
    done = call("export")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "migrate up" in done.stderr or "DATABASE_URL" in done.stderr
    assert call("migrate").exit_code == 0
    assert (tmp_path / "data" / "matchmentor.db").is_file()
    done = call("export")
    assert (done.exit_code, done.stdout) == (0, "")
    assert call("migrate", "up", "--revision", "none-such").exit_code == 2
    assert call("migrate", "down", "--revision", "base").exit_code == 0


def test_sync_without_a_token_names_it() -> None:
    done = call("sync")
    assert done.exit_code == 1
    assert done.stderr.startswith("DISCORD_TOKEN is not set.")
