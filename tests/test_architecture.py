"""The shape of the house: import directions, sizes, one door to the clock, no sleeping tests."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("bot", "commands", "scheduler", "storage", "content")
LONGEST = 350


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_imports_point_down() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_no_file_is_too_long_to_read() -> None:
    long = {named(path): lines for path in sources(*PACKAGES, "tests") if (lines := _lines(path)) > LONGEST}
    assert not long


def test_only_the_clock_asks_what_time_it_is() -> None:
    asks = re.compile(r"\b(?:datetime\.(?:now|utcnow|today)|date\.today)\(")
    found = [named(path) for path in sources(*PACKAGES) if asks.search(path.read_text(encoding="utf-8"))]
    assert found == ["scheduler/clock.py"]


def test_sql_never_asks_the_database_for_the_time() -> None:
    asks = re.compile(
        r"func\.(?:now|current_timestamp|localtimestamp)\b|CURRENT_TIMESTAMP|\bnow\(\)\s*(?:AT|::|,|\"|')", re.I
    )
    found = [named(path) for path in sources("storage") if asks.search(path.read_text(encoding="utf-8"))]
    assert not found


def test_no_test_waits_for_time_to_pass() -> None:
    found = [place for path in sources("tests") for place in _sleeps(path)]
    assert not found


def test_the_environment_is_read_in_one_file() -> None:
    reads = re.compile(r"\bos\.(?:environ|getenv)\b")
    found = [named(path) for path in sources(*PACKAGES) if reads.search(path.read_text(encoding="utf-8"))]
    assert found == ["bot/settings.py"]


@pytest.mark.parametrize("sign", ["TODO", "FIXME", "XXX"])
def test_nothing_is_left_for_later(sign: str) -> None:
    left = re.compile(rf"#.*\b{sign}\b")
    assert not [named(path) for path in sources(*PACKAGES) if left.search(path.read_text(encoding="utf-8"))]


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def _sleeps(path: Path) -> Iterator[str]:
    """Calls of `sleep` with anything but 0, which only gives way to other tasks."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        gives_way = bool(node.args) and isinstance(node.args[0], ast.Constant) and node.args[0].value == 0
        if ast.unparse(node.func) in ("asyncio.sleep", "time.sleep", "sleep") and not gives_way:
            yield f"{named(path)}:{node.lineno}"


def test_make_try_is_the_applicant_unless_somebody_else_is_named() -> None:
    """`AS` is make's own name for the assembler: a plain default gave AS=as, and the trial page refused to start."""
    plain = subprocess.run(["make", "-n", "-s", "try"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "--place dm --as applicant" in plain
    named = ["make", "-n", "-s", "try", "AS=mentor", "PLACE=channel"]
    assert (
        "--place channel --as mentor"
        in subprocess.run(named, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    )
