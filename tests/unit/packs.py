"""Small packs on disk for the content tests: a sound one, and ways to spoil it."""

from __future__ import annotations

from pathlib import Path

PACK = """\
name: Test pack
version: "2026.11.1"
groups:
  - {id: exams, title: Exams, short: Exams and what they say, command: redflag}
  - {id: visa, title: Visas, short: Visas and what they need, command: redflag}
"""

TOPIC = """\
id: step-failure
kind: red-flag
group: exams
title: A failed Step
short: A Step not passed at the first try
weight: 90
what: You did not pass a Step at the first try, and programs can see that.
directors_ask:
  - What went wrong?
  - What is different now?
frame:
  state: {do: Name the exam and the year in one plain sentence.}
  explain: {do: Give one cause that was in your own hands.}
  act: {do: Say what you changed and how it can be checked.}
  prove: {do: End with the result that came afterwards.}
examples:
  - kind: weak
    person: A graduate
    text: I failed because my school was bad and the questions were unfair to me.
    heard: Somebody else is to blame for it.
  - kind: strong
    person: A graduate
    text: I failed in 2021, changed how I study, and passed eight months later.
    heard: They know why and have a result.
where:
  statement: {stance: briefly, how: One short paragraph.}
  experiences: {stance: "no", how: No entry about it.}
  interview: {stance: only if asked, how: Sixty seconds.}
  when_asked: {stance: "yes", how: The same four steps.}
avoid:
  - Leaving it out.
  - Blaming the school.
evidence:
  - The transcript with the pass
  - A letter about your method
facts:
  - {text: Each attempt shows on the transcript., source: usmle}
sources:
  usmle: {title: USMLE, url: "https://www.usmle.org", checked: 2026-11-25}
aliases: [failed step]
asked_like:
  - I failed step 1
"""

CHECKLIST = """\
id: strategy
title: Your strategy
short: Five steps to an application that answers its own questions
version: 1
steps:
  - id: list-flags
    section: Map
    title: List your red flags
    do: Write each concern in one line.
    why: You cannot answer what you have not named.
    done_when: The list is written.
    takes: 20 minutes
    guidance: step-failure
"""


def nudge_kind() -> str:
    """A sound nudge file with six texts."""
    texts = "".join(
        f"  - {{id: text-{n}, text: Write one letter writer today number {n}., do: Write letter {n},"
        " topic: step-failure}\n"
        for n in range(6)
    )
    return f"id: letters\ntitle: Letters\nshort: One small thing a week for your letters\ntexts:\n{texts}"


def write_pack(folder: Path) -> Path:
    """A whole sound pack with one topic, one checklist and one nudge kind."""
    for name in ("topics", "checklists", "nudges"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "pack.yaml").write_text(PACK)
    (folder / "topics" / "step-failure.yaml").write_text(TOPIC)
    (folder / "checklists" / "strategy.yaml").write_text(CHECKLIST)
    (folder / "nudges" / "letters.yaml").write_text(nudge_kind())
    return folder


def topic_file(folder: Path) -> Path:
    """The one topic of `write_pack`."""
    return folder / "topics" / "step-failure.yaml"


def spoil(folder: Path, old: str, new: str) -> int:
    """Replaces one text in the topic and returns the number of the line where it stood."""
    path = topic_file(folder)
    text = path.read_text()
    assert text.count(old) >= 1
    path.write_text(text.replace(old, new, 1))
    return text[: text.index(old)].count("\n") + 1
