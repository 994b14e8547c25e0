"""A list as a JSON file: its shape, and reading one that somebody brings."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from commands.forms import LARGEST_FILE
from content.plans import Checklist as Template
from content.schema import Slug
from content.upgrades import former_steps
from storage.checklist_restore import KeptLine, KeptStep
from storage.checklists import OWN, Settable

FORMAT: Literal["matchmentor-checklist-1"] = "matchmentor-checklist-1"
MOST_FAULTS = 5


def _storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("no database keeps this character")
    return text


Words = Annotated[str, StringConstraints(min_length=1, max_length=3_000), AfterValidator(_storable)]
Key = Annotated[str, StringConstraints(pattern=r"^(own:[1-9]\d{0,8}|own:line:[1-9]\d{0,8}|[a-z0-9-]{1,40})$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)


class StepEntry(_Part):
    """One step. "own:line:2" is the plan for the second line. `title` is there for a step of the person's own."""

    step: Key
    state: Settable = "todo"
    changed: AwareDatetime
    reason: Words | None = None
    note: Words | None = None
    title: Words | None = None
    due: date | None = None
    position: Annotated[int, Field(ge=-(2**31), lt=2**31)] | None = None


class LineEntry(_Part):
    """One line of a track. `pair` is the place of another in the file, counted from 1."""

    track: Slug
    words: Words
    state: Slug
    created: AwareDatetime
    changed: AwareDatetime
    pair: Annotated[int, Field(ge=1)] | None = None


class ImportedList(_Part):
    """A whole list. A step of the template that is not named is to do, and nothing was written to it."""

    format: Literal["matchmentor-checklist-1"]
    template: Slug
    version: Annotated[int, Field(ge=1)]
    started: AwareDatetime
    steps: Annotated[tuple[StepEntry, ...], Field(max_length=500)] = ()
    lines: Annotated[tuple[LineEntry, ...], Field(max_length=500)] = ()


Faults = tuple[str, ...]
"""What is wrong with a file: up to `MOST_FAULTS` sentences, none with words from it."""


def parse(data: str | bytes, templates: Mapping[str, Template]) -> ImportedList | Faults:
    """The list that a file or its text tells of, or what is wrong with it. A byte-order mark does no harm."""
    if len(data) > LARGEST_FILE:
        return ("This is larger than any list of mine. Please send one that I exported.",)
    try:
        text = data if isinstance(data, str) else data.decode(json.detect_encoding(data))
        found = ImportedList.model_validate_json(text.lstrip("\ufeff"), strict=True)
    except UnicodeError:
        return ("I cannot read the letters of this file. Please send it just as I exported it.",)
    except ValidationError as error:
        return _told(error)
    return tuple(_misfits(found, templates.get(found.template)))[:MOST_FAULTS] or found


def rows(imported: ImportedList, template: Template) -> tuple[list[KeptStep], list[KeptLine]]:
    """The steps and lines that the file tells of, and the template's steps that it does not."""
    lines = [
        KeptLine(each.track, each.words, each.state, each.created, each.changed, _place(each.pair))
        for each in imported.lines
    ]
    steps = [
        KeptStep(
            each.step, each.state, each.changed, each.reason, each.note, each.title, each.due, each.position,
            _place(_line_of(each.step)),
        )
        for each in imported.steps
    ]  # fmt: skip
    if imported.version == template.version:
        told = {each.step for each in steps}
        steps += [KeptStep(step.id, "todo", imported.started) for step in template.steps if step.id not in told]
    return steps, lines


def _misfits(found: ImportedList, template: Template | None) -> Iterator[str]:
    """What is well written but does not go with the template or with itself."""
    if template is None:
        yield "This list is not in my collection. It may come from a community that has lists of its own."
        return
    if found.version > template.version:
        yield "This list is from a newer version of me. I can take it once I am brought up to date."
        return
    known = {step.id for step in template.steps} | former_steps(template.changes)
    before: set[str] = set()
    for number, each in enumerate(found.steps, start=1):
        own, line = each.step.startswith(OWN), _line_of(each.step)
        if each.step in before:
            yield f"Step {number} of the file stands there twice."
        elif own != (each.title is not None):
            yield f"Step {number} of the file: only a step of your own has a title, and it needs one."
        elif line is not None and line > len(found.lines):
            yield f"Step {number} of the file is a plan for a line that is not there."
        elif not own and found.version == template.version and each.step not in known:
            yield f"Step {number} of the file is not a step of this list."
        before.add(each.step)
    for number, entry in enumerate(found.lines, start=1):
        yield from _misfits_of_line(number, entry, found, template)


def _misfits_of_line(number: int, entry: LineEntry, found: ImportedList, template: Template) -> Iterator[str]:
    track = template.tracks.get(entry.track)
    if track is None or entry.state not in {state.id for state in track.states}:
        yield f"Line {number} of the file is of a kind, or in a state, that this list does not have."
    elif entry.pair is not None and (entry.pair > len(found.lines) or found.lines[entry.pair - 1].track == entry.track):
        yield f"Line {number} of the file is tied to a line that it cannot be tied to."


def _told(error: ValidationError) -> Faults:
    faults = list(error.errors(include_url=False, include_context=False, include_input=False))
    if any(fault["type"] == "json_invalid" for fault in faults):
        return ("This is not a file of mine, or not all of it. Please send the .json file, just as I sent it.",)
    if any(fault["loc"][:1] in ((), ("format",)) for fault in faults):
        return ("This is not a list that I exported, or it is from a newer version of me.",)
    return tuple(dict.fromkeys(_sentence(fault["loc"], fault["type"]) for fault in faults))[:MOST_FAULTS]


_WHY = {
    "missing": "is missing",
    "string_too_short": "is empty",
    "string_too_long": "is too long",
    "too_long": "has more entries than I can take",
}


def _sentence(loc: tuple[int | str, ...], kind: str) -> str:
    """Where the fault is and what it is. A name that I do not know is somebody's word, and is not repeated."""
    where, name = "The file", ""
    match loc:
        case (("steps" | "lines") as part, int(index), *rest):
            where = f"{'Step' if part == 'steps' else 'Line'} {index + 1} of the file"
            name = str(rest[0]) if rest else ""
        case (str(first), *_):
            name = first
    if kind == "extra_forbidden":
        return f"{where} has something in it that I do not know."
    if not name:
        return f"{where} is not something that I can use."
    return f"{where}: `{name}` {_WHY.get(kind, 'is not something that I can use')}."


def _line_of(step: str) -> int | None:
    """The number of the line that an own step is the plan for."""
    plan = step.removeprefix(f"{OWN}line:")
    return int(plan) if plan != step else None


def _place(number: int | None) -> int | None:
    """A number counted from 1 as a place counted from 0."""
    return None if number is None else number - 1
