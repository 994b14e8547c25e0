"""Every failure that bots of this kind had in public has a test here, which names it in its docstring: "Scenario E13".

What each number stands for is told by the tests that name it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
SCENARIOS = (
    "E01", "E02", "E03", "E04", "E05", "E06", "E07", "E08", "E09", "E10", "E11", "E12", "E13",
    "E14", "E15", "E16", "E17", "E18", "E19", "E20", "E21", "E22", "E23", "E24", "E25", "E26",
    "E27", "E28", "E29", "E30", "E31", "E32", "E33", "E34", "E35", "E36", "E37", "E38", "E39",
)  # fmt: skip
WITHOUT: Mapping[str, str] = {}
"""Those that no test can play, each with the reason."""


def told(path: Path) -> Iterator[str]:
    """The docstrings of a file's tests, and the file's own for the tests that say no more than it does."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    tests = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    tests = [node for node in tests if node.name.startswith("test_")]
    if tests:
        yield from (words for node in (tree, *tests) if (words := ast.get_docstring(node)))


@pytest.fixture(scope="module")
def named() -> set[str]:
    """Every scenario that some test says it plays."""
    files = (path for path in TESTS.rglob("test_*.py") if path != Path(__file__))
    return {number for path in files for words in told(path) for number in re.findall(r"\bE\d\d\b", words)}


@pytest.mark.parametrize("number", SCENARIOS)
def test_every_scenario_has_a_test(named: set[str], number: str) -> None:
    assert (number in named) != (number in WITHOUT), WITHOUT.get(number, "no test names it")


def test_no_test_names_a_scenario_that_there_is_not(named: set[str]) -> None:
    assert named <= set(SCENARIOS)
