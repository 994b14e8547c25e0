"""Rules for checklists and nudges: what their steps hang on exists, and no step waits for itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from content.documents import Contents, Entry, Fault, Path
from content.plans import Change, Checklist, MilestoneNudge, NudgeKind, NudgeText
from content.references import circles, known, told_circle, unique


def checklist_faults(entry: Entry[Checklist], contents: Contents) -> Iterator[Fault]:
    """Everything between one checklist's parts, and between it and the rest of the pack."""
    checklist = entry.model
    yield from unique(entry, ("steps",), "id", [step.id for step in checklist.steps])
    yield from unique(entry, ("steps",), "title", [step.title for step in checklist.steps])
    for index, step in enumerate(checklist.steps):
        topics = [*contents.topics, *contents.unread]
        yield from known(entry, ("steps", index, "guidance"), step.guidance, topics, "topic")
        yield from _hangs_on(entry, index, contents)
        yield from _track_of(entry, index)
    for index, kind in enumerate(checklist.offers):
        yield from known(entry, ("offers", index), kind, [*contents.nudges, *contents.unread], "nudge")
    yield from _tracks(entry)
    yield from _step_circles(entry)
    yield from _changes(entry)


def _hangs_on(entry: Entry[Checklist], index: int, contents: Contents) -> Iterator[Fault]:
    step, ids = entry.model.steps[index], [step.id for step in entry.model.steps]
    for place, other in enumerate(step.needs):
        yield from known(entry, ("steps", index, "needs", place), other, ids, "step of this list")
    yield from unique(entry, ("steps", index, "needs"), "", step.needs)
    if step.due is not None:
        path = ("steps", index, "due")
        yield from of_kind(entry, (*path, "milestone"), step.due.milestone, "season", contents)
        yield from of_kind(entry, (*path, "own"), step.due.own, "own", contents)
        yield from known(entry, (*path, "step"), step.due.step, ids, "step of this list")


def of_kind(
    entry: Entry[Any], path: Path, name: str | None, kind: Literal["season", "own"], contents: Contents
) -> Iterator[Fault]:
    """A fault when there is no milestone of this name, or when it is one of the other kind."""
    there = contents.milestones.get(name or "")
    if there is not None and there.model.kind != kind:
        wrong = {
            "season": "is a date that each person writes down for themselves; here only a date of the season fits",
            "own": "is a date of the season; here only a date that each person writes down fits",
        }
        yield entry.fault(path, f"`{name}` {wrong[kind]}")
        return
    names = [key for key, milestone in contents.milestones.items() if milestone.model.kind == kind]
    what = "milestone of the season" if kind == "season" else "kind of own dates"
    yield from known(entry, path, name, [*names, *contents.unread], what)


def _track_of(entry: Entry[Checklist], index: int) -> Iterator[Fault]:
    asked = entry.model.steps[index].track
    if asked is None:
        return
    path = ("steps", index, "track")
    yield from known(entry, (*path, "of"), asked.of, entry.model.tracks, "track of this list")
    track = entry.model.tracks.get(asked.of)
    if track is not None:
        states = [state.id for state in track.states]
        yield from known(entry, (*path, "until"), asked.until, states, f"state of the track `{asked.of}`")
        if asked.paired and track.pairs_with is None:
            yield entry.fault((*path, "paired"), f"needs `pairs_with` at the track `{asked.of}`")


def _tracks(entry: Entry[Checklist]) -> Iterator[Fault]:
    for name, track in entry.model.tracks.items():
        path = ("tracks", name)
        others = [other for other in entry.model.tracks if other != name]
        yield from known(entry, (*path, "pairs_with"), track.pairs_with, others, "other track of this list")
        yield from unique(entry, (*path, "states"), "id", [state.id for state in track.states])
        yield from unique(entry, (*path, "states"), "title", [state.title for state in track.states])


def _step_circles(entry: Entry[Checklist]) -> Iterator[Fault]:
    """A step that cannot be done before itself. A due date that counts from a step waits for it like `needs`."""
    steps = entry.model.steps
    onward = {step.id: [*step.needs, *([step.due.step] if step.due and step.due.step else ())] for step in steps}
    ids = [step.id for step in steps]
    for names in circles(onward):
        first = steps[ids.index(names[0])]
        field = "needs" if names[1 % len(names)] in first.needs else "due"
        yield entry.fault(("steps", ids.index(names[0]), field), told_circle(names, "waits for"))


def _changes(entry: Entry[Checklist]) -> Iterator[Fault]:
    checklist = entry.model
    yield from unique(entry, ("changes",), "version", [str(change.version) for change in checklist.changes])
    for index, change in enumerate(checklist.changes):
        if change.version > checklist.version:
            told = f"is later than the list's own `version: {checklist.version}`; raise that first"
            yield entry.fault(("changes", index, "version"), told)
        later = [other for other in checklist.changes if other.version > change.version]
        yield from _change(entry, index, change, later)


def _change(entry: Entry[Checklist], index: int, change: Change, later: Sequence[Change]) -> Iterator[Fault]:
    """The new ids exist, now or until a later change; the old ones do not any more."""
    path = ("changes", index)
    steps = [step.id for step in entry.model.steps]
    then = [*steps, *(name for other in later for name in (*other.renamed, *other.split, *other.removed))]
    for old, new in change.renamed.items():
        yield from known(entry, (*path, "renamed", old), new, then, "step of this list")
    for old, parts in change.split.items():
        if not parts:
            yield entry.fault((*path, "split", old), "has no parts; if the step is gone, name it under `removed`")
        for place, new in enumerate(parts):
            yield from known(entry, (*path, "split", old, place), new, then, "step of this list")
    gone: list[Path] = [(*path, "renamed", old) for old in change.renamed]
    gone += [(*path, "split", old) for old, parts in change.split.items() if old not in parts]
    gone += [(*path, "removed", place) for place in range(len(change.removed))]
    names = [*change.renamed, *(o for o, parts in change.split.items() if o not in parts), *change.removed]
    for where, name in zip(gone, names, strict=True):
        if name in steps:
            yield entry.fault(where, f"the step `{name}` is still in the list; an id is never used again")
        if names.count(name) > 1:
            yield entry.fault(where, f"`{name}` can be only one of renamed, split and removed")


def nudge_faults(entry: Entry[NudgeKind], contents: Contents) -> Iterator[Fault]:
    """Everything between one kind of nudges and the rest of the pack."""
    nudge = entry.model
    yield from unique(entry, ("texts",), "id", [text.id for text in nudge.texts])
    yield from unique(entry, ("texts",), "do", [text.do for text in nudge.texts])
    for index, text in enumerate(nudge.texts):
        path = ("texts", index)
        yield from text_faults(entry, path, text, contents)
        yield from of_kind(entry, (*path, "after"), text.after, "season", contents)
        yield from of_kind(entry, (*path, "before"), text.before, "season", contents)


def text_faults(entry: Entry[Any], path: Path, text: NudgeText | MilestoneNudge, contents: Contents) -> Iterator[Fault]:
    """The page and the step that a nudge names exist; `whole` says something about a step, so there is one."""
    yield from known(entry, (*path, "topic"), text.topic, [*contents.topics, *contents.unread], "topic")
    if text.whole and text.step is None:
        yield entry.fault((*path, "whole"), "needs `step`: name the step that doing this fulfils")
    if text.step is None or text.step.partition(".")[0] in contents.unread:
        return
    steps = [f"{key}.{step.id}" for key, listed in contents.checklists.items() for step in listed.model.steps]
    yield from known(entry, (*path, "step"), text.step, [*steps, *contents.former_steps], "step")
