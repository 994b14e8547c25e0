"""What was measured, beside its goal: a table on a terminal, and the same as a page of the documentation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

HEAD = ("What", "Database", "Figure", "Goal", "")


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured thing. `met` is None where there is no goal: the figure then stands there for comparison.

    `cause` says in a sentence why a goal was missed, or what has to be known about the figure. `vital`: where this goal
    is missed, a nudge was lost or doubled.
    """

    what: str
    database: str
    value: str
    goal: str = ""
    met: bool | None = None
    cause: str = ""
    vital: bool = False

    @property
    def verdict(self) -> str:
        """In a word, also for those who see no colours."""
        return {True: "met", False: "missed", None: ""}[self.met]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A part of the proof: its title, what was done in a few sentences, its figures, and how many seconds it took."""

    title: str
    how: str
    figures: Sequence[Figure]
    seconds: float


def counted(what: str, database: str, number: int, *, of: int, cause: str = "", vital: bool = True) -> Figure:
    """Something that must not happen even once, out of so many chances."""
    return Figure(what, database, f"{number:,} of {of:,}", "0", number == 0, cause if number else "", vital)


def show(scenario: Scenario, console: Console) -> None:
    """On a terminal."""
    table = Table(*HEAD, title=f"{scenario.title} ({scenario.seconds:.0f} s)", title_justify="left")
    for figure in scenario.figures:
        style = {True: "green", False: "bold red", None: ""}[figure.met]
        verdict = f"[{style}]{figure.verdict}[/]" if style else ""
        table.add_row(figure.what, figure.database, figure.value, figure.goal, verdict)
    console.print(table)
    for cause in _causes(scenario.figures):
        console.print(f"  {cause}", highlight=False)


def markdown(scenario: Scenario) -> str:
    """As a section of the page."""
    rows = [HEAD, ("---", "---", "---:", "---:", "---")]
    rows += [(one.what, one.database, one.value, one.goal, one.verdict) for one in scenario.figures]
    table = "\n".join("| " + " | ".join(row).strip() + " |" for row in rows)
    causes = "".join(f"- {cause}\n" for cause in _causes(scenario.figures))
    return f"## {scenario.title}\n\n{scenario.how}\n\n{table}\n" + (f"\n{causes}" if causes else "")


def missed(scenarios: Sequence[Scenario]) -> list[Figure]:
    """The figures that did not reach their goals."""
    return [one for scenario in scenarios for one in scenario.figures if one.met is False]


def _causes(figures: Sequence[Figure]) -> list[str]:
    """Each reason once, with what it is about."""
    said: dict[str, list[str]] = {}
    for one in figures:
        if one.cause and one.what not in said.setdefault(one.cause, []):
            said[one.cause].append(one.what)
    return [f"{'; '.join(whats)}: {cause}" for cause, whats in said.items()]
