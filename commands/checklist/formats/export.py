"""A list as a file: Markdown to read, CSV for a table, JSON to bring back, and a calendar of its dates. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime, tzinfo
from itertools import groupby

from commands.calendar import Entry, calendar, uid
from commands.checklist.formats.importing import FORMAT, ImportedList, LineEntry, StepEntry
from commands.checklist.model.state import Item, View
from commands.markup import clean, escape
from commands.words import day_words
from storage.checklists import OWN, LineRow, plan_key

STATES = {"todo": "To do", "done": "Done", "skipped": "Skipped", "notforme": "Not for me"}
_COLUMNS = ("Number", "Section", "Step", "State", "Due", "Late", "Note", "Reason", "Changed")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""How a cell begins that a spreadsheet would run as a formula; the wide ones count in Japanese and Chinese ones."""


def file_name(mine: View, day: date, ending: str) -> str:
    """ "matchmentor-letters-2026-11-02.md"."""
    return f"matchmentor-{mine.template.id}-{day.isoformat()}.{ending}"


def state_words(item: Item) -> str:
    """What a step is, in words."""
    return STATES["done" if item.done else item.row.state]


def markdown(mine: View, today: date) -> bytes:
    """The list as a text that reads well as it is. `today` is the person's calendar day."""
    head = f"# {mine.template.title}\n\n{day_words(today)}: {mine.done} of {mine.total} steps done."
    parts = [head, *_sections(mine), *_tracks(mine)]
    return ("\n\n".join(parts) + "\n").encode()


def csv_file(mine: View, here: tzinfo) -> bytes:
    """The list as a table, a row for each step and then for each line; days as ISO. Opens in Excel as it is.

    `here` is the person's zone, by which the days are counted.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    for row in (*(_step_cells(item, here) for item in _told(mine)), *_line_cells(mine, here)):
        writer.writerow([_harmless(cell) for cell in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def json_file(mine: View) -> bytes:
    """The whole list, also steps that are not for this person, so that `importing.restore` can put it back."""
    lines = {line.id: number for number, line in enumerate(mine.all_lines, start=1)}
    file = ImportedList(
        format=FORMAT,
        template=mine.template.id,
        version=mine.template.version,
        started=mine.started_at,
        steps=tuple(_step_entries(mine, lines)),
        lines=tuple(_line_entry(line, lines) for line in mine.all_lines),
    )
    return file.model_dump_json(exclude_defaults=True).encode()


def calendar_file(mine: View, whose: str, now: datetime) -> bytes:
    """The steps that have a day. Imported again, it changes what was imported before. `whose`: see `calendar.owner`.

    Closed steps stay in it and say so, or their days would stay in the calendar as if they were to do. A person's
    notes are left out: others often see a calendar.
    """
    return calendar([step_entry(mine, item, whose, now) for item in mine.items if item.due is not None],
                    f"MatchMentor: {mine.template.title}")  # fmt: skip


def _told(mine: View) -> tuple[Item, ...]:
    """The steps of the list, and what was done or written on steps that it no longer has."""
    return (*mine.items, *(item for item in mine.retired if item.outlived))


def step_entry(mine: View, item: Item, whose: str, now: datetime) -> Entry:
    """A step with a day, as an event. Raises `ValueError` for one without."""
    # An own step's number may come again in a later list; a step of the template is the same thing in every list.
    which = (item.key,) if item.step is not None else (mine.started_at.isoformat(), item.key)
    title = item.title if item.open else f"{state_words(item)}: {item.title}"
    note = f"From your list: {mine.template.title}."
    if item.milestone is not None and item.milestone.status != "verified":
        note += f" This day is not confirmed yet. Check it at {item.milestone.check_at}"
    start = item.due_at or item.due
    if start is None:
        raise ValueError("a step without a day is not for the calendar")
    return Entry(uid(whose, mine.template.id, *which), title, start, note, now)


def _sections(mine: View) -> Iterator[str]:
    for section, items in groupby(_told(mine), key=lambda item: item.section):
        yield f"## {section}\n\n" + "\n".join(map(_step_lines, items))


def _step_lines(item: Item) -> str:
    facts = [] if item.open or item.done else [state_words(item).lower()]
    if item.due is not None:
        sure = item.milestone is None or item.milestone.status == "verified"
        facts.append(f"due {day_words(item.due)}{'' if sure else ', not confirmed'}")
    if item.late:
        facts.append("late, can still be done")
    title = _words(item.title) if item.step is None and not item.outlived else item.title
    line = f"- [{'x' if item.done else ' '}] {title}" + (f" ({'; '.join(facts)})" if facts else "")
    for name, words in (("Note", item.row.note), ("Reason", item.row.reason)):
        if words:
            line += f"\n  - {name}: {_words(words, indent=4)}"
    return line


def _tracks(mine: View) -> Iterator[str]:
    words = {line.id: line.words for line in mine.all_lines}
    for name, track in mine.template.tracks.items():
        states = {state.id: state.title for state in track.states}
        rows = [
            f"- {_words(line.words)}: {states.get(line.state, line.state)}"
            + (f", goes with {_words(words[line.pair_id])}" if line.pair_id in words else "")
            for line in mine.lines(name)
        ]
        if rows:
            yield f"## Each {track.each}\n\n" + "\n".join(rows)


def _words(text: str, indent: int = 2) -> str:
    """A person's words in Markdown, inside a list item."""
    return escape(text).strip().replace("\n", "  \n" + " " * indent)


def _step_cells(item: Item, here: tzinfo) -> tuple[str, ...]:
    return (
        str(item.number or ""),
        item.section,
        item.title,
        state_words(item),
        item.due.isoformat() if item.due else "",
        "late" if item.late else "",
        item.row.note or "",
        item.row.reason or "",
        "" if item.row.state == "todo" else _day(item.row.changed_at, here),
    )


def _day(at: datetime, here: tzinfo) -> str:
    return at.astimezone(here).date().isoformat()


def _line_cells(mine: View, here: tzinfo) -> Iterator[tuple[str, ...]]:
    words = {line.id: line.words for line in mine.all_lines}
    for name, track in mine.template.tracks.items():
        states = {state.id: state.title for state in track.states}
        for line in mine.lines(name):
            pair = words.get(line.pair_id) if line.pair_id is not None else None
            with_pair = f"Goes with: {pair}" if pair else ""
            changed = _day(line.changed_at, here)
            yield "", track.each, line.words, states.get(line.state, line.state), "", "", with_pair, "", changed


def _harmless(cell: str) -> str:
    """The cell as text: an apostrophe keeps a spreadsheet from running it."""
    words = clean(cell)
    return f"'{words}" if words.startswith(_FORMULA) else words


def _step_entries(mine: View, lines: dict[int, int]) -> Iterator[StepEntry]:
    """Every step that says more than that it is to do."""
    plans = {plan_key(line_id): f"{OWN}line:{number}" for line_id, number in lines.items()}
    items = (*mine.items, *mine.retired)
    numbers = [int(key) for item in items if (key := item.key.removeprefix(OWN)).isdecimal()]
    spare = max(numbers, default=0)
    for item in items:
        row, key = item.row, plans.get(item.key, item.key)
        if key.startswith(f"{OWN}line:") and item.key not in plans:
            # The line is gone: the plan for it goes on as a step like any other.
            spare += 1
            key = f"{OWN}{spare}"
        entry = StepEntry(
            step=key, state="todo" if row.state == "gone" else row.state, changed=row.changed_at,
            reason=_kept(row.reason), note=_kept(row.note), title=_kept(row.title), due=row.due_on,
            position=row.position,
        )  # fmt: skip
        if entry.model_dump(exclude_defaults=True).keys() > {"step", "changed"}:
            yield entry


def _kept(words: str | None) -> str | None:
    """A person's words without the one character that not every database keeps."""
    return (words or "").replace("\x00", "") or None


def _line_entry(line: LineRow, lines: dict[int, int]) -> LineEntry:
    return LineEntry(
        track=line.track, words=_kept(line.words) or "?", state=line.state,
        created=line.created_at, changed=line.changed_at,
        pair=lines.get(line.pair_id) if line.pair_id is not None else None,
    )  # fmt: skip
