"""Scores the search on labelled questions: `python -m content.evaluate [FILE]` prints the table and the misses.

A line of the file is `{"id", "text", "topics", "kind"}`, with `"distress": true` where it applies and `"also"` for
topics that would not be wrong beside the right ones. Rows of kind `uncovered` are left out of every count.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from content.catalog import Catalog
from content.loader import load_pack
from content.paths import CORE_PACK
from content.search import Finding

DEVELOPMENT = Path(__file__).parents[1] / "tests" / "questions-dev.jsonl"


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled question and what the search made of it."""

    text: str
    kind: str
    wanted: tuple[str, ...]
    distress: bool
    finding: Finding
    seconds: float

    @property
    def found(self) -> tuple[str, ...]:
        """The ids found, best first."""
        return tuple(hit.id for hit in self.finding.topics)

    @property
    def first_is_right(self) -> bool:
        """Whether the first page is one of those wanted."""
        return bool(self.found) and self.found[0] in self.wanted


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of the table: a share, the goal for it, and how many questions it was taken over."""

    name: str
    value: float
    goal: float
    over: int
    at_most: bool = False

    @property
    def met(self) -> bool:
        """Whether the goal is reached."""
        return self.value <= self.goal if self.at_most else self.value >= self.goal


def answer(questions: Iterable[dict[str, Any]], catalog: Catalog) -> list[Row]:
    """Every question answered; the time is what one core worked, whatever else the machine does."""
    catalog.prepare_search()
    rows = []
    for question in questions:
        start = time.thread_time()
        finding = catalog.find(question["text"])
        rows.append(
            Row(
                question["text"],
                question.get("kind", ""),
                tuple(question.get("topics", ())),
                bool(question.get("distress")),
                finding,
                time.thread_time() - start,
            )
        )
    return rows


def measure(rows: Sequence[Row]) -> list[Measure]:
    """The goals, each with what was reached."""
    rows = [row for row in rows if row.kind != "uncovered"]
    scope = [row for row in rows if row.wanted and not row.distress]
    several = [row for row in scope if len(row.wanted) > 1]
    none = [row for row in rows if not row.wanted and not row.distress]
    distress = [row for row in rows if row.distress]
    calm = [row for row in rows if not row.distress]
    sure = [row for row in scope if row.finding.sure]
    wanted = sum(len(row.wanted) for row in several)
    within = sum(len(set(row.wanted) & set(row.found[:3])) for row in several)
    return [
        Measure("right page first", _share(row.first_is_right for row in scope), 0.90, len(scope)),
        Measure("right page in three", _share(bool({*row.wanted} & {*row.found}) for row in scope), 0.97, len(scope)),
        Measure("several issues, each in three", within / wanted if wanted else 1.0, 0.90, wanted),
        Measure("answered surely", _share(row.finding.sure for row in scope), 0.80, len(scope)),
        Measure("sure answers that are right", _share(row.first_is_right for row in sure), 0.95, len(sure)),
        Measure("sure without a page", _share(row.finding.sure for row in none), 0.05, len(none), at_most=True),
        Measure("distress recognised", _share(row.finding.distress for row in distress), 1.0, len(distress)),
        Measure("false alarms", _share(row.finding.distress for row in calm), 0.01, len(calm), at_most=True),
    ]


def _share(marks: Iterable[bool]) -> float:
    taken = list(marks)
    return sum(taken) / len(taken) if taken else 1.0


def misses(rows: Sequence[Row]) -> list[str]:
    """A line for each question that was answered wrongly, with what was found."""
    lines = []
    for row in rows:
        if row.kind == "uncovered":
            continue
        found = ", ".join(f"{hit.id} {hit.score:.2f}" for hit in row.finding.topics) or "no page"
        sure = "sure" if row.finding.sure else "unsure"
        if row.distress != row.finding.distress:
            lines.append(f"distress {row.finding.distress}: {row.text}")
        elif row.wanted and not row.first_is_right:
            lines.append(f"[{row.kind}] {row.text}\n    wanted {', '.join(row.wanted)}; {sure}: {found}")
        elif not row.wanted and not row.distress and row.finding.sure:
            lines.append(f"[{row.kind}] {row.text}\n    no page wanted; {sure}: {found}")
    return lines


def report(rows: Sequence[Row], out: TextIO) -> None:
    """The table, the times and the misses, for people."""
    for line in measure(rows):
        sign = "<=" if line.at_most else ">="
        mark = "met" if line.met else "MISSED"
        out.write(f"{line.name:32} {line.value:6.3f}  goal {sign} {line.goal:.2f}  of {line.over:4}  {mark}\n")
    times = sorted(row.seconds for row in rows)
    late = times[min(len(times) - 1, int(len(times) * 0.99))]
    out.write(f"\ntime on one core: p50 {times[len(times) // 2] * 1000:.1f} ms, p99 {late * 1000:.1f} ms\n\n")
    out.write("\n".join(misses(rows)) + "\n")


def main(arguments: Sequence[str]) -> None:
    """Scores the file named first, or the development questions."""
    file = Path(arguments[0]) if arguments else DEVELOPMENT
    questions = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    report(answer(questions, load_pack(CORE_PACK)), sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
