"""The documentation against the code: nothing that exists is left out, nothing is described that does not exist."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup

from bot import doctor, settings
from bot.__main__ import app

ROOT = Path(__file__).resolve().parents[1]
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
PAGES = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md")))


def commands(group: TyperGroup, before: str = "matchmentor") -> Iterator[str]:
    for name, command in group.commands.items():
        path = f"{before} {name}"
        if isinstance(command, TyperGroup):
            yield from commands(command, path)
        else:
            yield path


def rows(heading: str) -> list[str]:
    """What stands in the first column of the table under a heading."""
    part = OPERATIONS.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return [line.split("|")[1].strip() for line in part.splitlines() if line.startswith("| ")][1:]


def all_commands() -> tuple[str, ...]:
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    return tuple(commands(group))


def test_every_setting_has_a_row_and_every_row_is_a_setting() -> None:
    assert sorted(rows("Settings")) == sorted(f"`{name}`" for name in settings.variables())


def test_every_command_has_a_row_and_every_row_is_a_command() -> None:
    described = {re.sub(r" [A-Z]+$", "", row.strip("`")) for row in rows("The command line")}
    assert described == set(all_commands())


@pytest.mark.parametrize("heading", sorted({*settings.HEADINGS.values(), "Settings", "What doctor says"}))
def test_every_heading_that_a_message_names_is_there(heading: str) -> None:
    assert f"\n## {heading}\n" in OPERATIONS


def test_every_check_of_doctor_has_a_row() -> None:
    source = Path(doctor.__file__).read_text(encoding="utf-8")
    named = set(re.findall(r'Check\("(?:ok|fault|skipped)", "([^"]+)"', source))
    assert named <= set(rows("What doctor says"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_a_page_tells_people_to_type_exists(page: Path) -> None:
    typed = re.findall(r"`(?:\.venv/bin/)?(matchmentor(?: [a-z]+)+)", page.read_text(encoding="utf-8"))
    known = all_commands()
    wrong = [line for line in typed if not any(f"{line} ".startswith(f"{command} ") for command in known)]
    assert not [line for line in wrong if not any(command.startswith(line) for command in known)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_make_target_that_a_page_names_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"`make ([a-z-]+)", page.read_text(encoding="utf-8")))
    assert named <= targets


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_link_leads_nowhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    assert not [link for link in links if not (page.parent / link).exists()]


def test_every_library_that_the_project_names_has_a_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    named = sum(project["dependency-groups"].values(), project["project"]["dependencies"])
    table = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8").lower().split("\n|")
    reasons = " ".join(row.split("|")[0] for row in table if not row.startswith("---"))
    told = set(re.findall(r"[a-z0-9][a-z0-9._-]*", reasons))
    assert {re.split(r"[\[<>= ;]", one)[0].lower() for one in named} <= told
