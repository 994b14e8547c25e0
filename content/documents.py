"""What reading a pack yields: each value with its place in a file, and the faults found on the way.

A fault says `file:line: field: message`, because the person who reads it is an editor with that file open.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from content.plans import Checklist, Milestone, NudgeKind, SeasonDates
from content.schema import Group, Model, Pack, Topic

Path = Sequence[str | int]
"""The way to a value inside a file: field names, and positions in lists counted from 0."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing to mend: where it is and what to do. Lines count from 1."""

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field}: {self.message}"


class PackFaults(Exception):
    """A pack that cannot be used, with everything that is wrong with it at once."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass(slots=True)
class Place:
    """Where a value stands in its file, what was written there, and the places of what is inside it."""

    line: int
    written: str = ""
    trap: str = ""
    children: dict[str | int, Place] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Document:
    """One file: its name as the editor knows it, its values, and their places."""

    file: str
    data: Mapping[str, Any]
    place: Place

    def at(self, path: Path) -> Place:
        """The place of `path`, or of the nearest thing around it that exists."""
        place = self.place
        for step in path:
            if step not in place.children:
                break
            place = place.children[step]
        return place

    def fault(self, path: Path, message: str) -> Fault:
        """A fault at `path`."""
        return Fault(self.file, self.at(path).line, name_of(path), message)


def name_of(path: Path) -> str:
    """How a path is written for people: `frame.state.do`, `examples[2].heard` (the second example)."""
    name = ""
    for step in path:
        if isinstance(step, int):
            name += f"[{step + 1}]"
        else:
            name += f".{step}" if name else step
    return name or "file"


M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Entry(Generic[M]):
    """A valid model and the document that it was read from."""

    model: M
    document: Document

    def fault(self, path: Path, message: str) -> Fault:
        """A fault at `path` of this entry's file."""
        return self.document.fault(path, message)

    def line(self, path: Path) -> str:
        """`file:line` of `path`, for a fault that names a second place."""
        return f"{self.document.file}:{self.document.at(path).line}"


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything valid that one folder, or a core pack under an overlay, holds; keyed by id."""

    pack: Entry[Pack] | None = None
    groups: Mapping[str, Group] = field(default_factory=dict)
    topics: Mapping[str, Entry[Topic]] = field(default_factory=dict)
    checklists: Mapping[str, Entry[Checklist]] = field(default_factory=dict)
    nudges: Mapping[str, Entry[NudgeKind]] = field(default_factory=dict)
    milestones: Mapping[str, Entry[Milestone]] = field(default_factory=dict)
    seasons: Mapping[str, tuple[Entry[SeasonDates], ...]] = field(default_factory=dict)
    """The files of each season: the core pack's, then the community's, whose dates are laid over it one by one."""
    support: Entry[Pack] | None = None
    """The pack.yaml whose support line is shown; None when there is no such line."""
    unread: frozenset[str] = frozenset()
    """Ids whose file is there but faulty: what refers to them is not at fault as well."""
    former_steps: frozenset[str] = frozenset()
    """Steps (`letters.ask-writers`) of lists that an overlay replaced: the core's nudges may go on naming them."""

    def under(self, overlay: Contents) -> Contents:
        """This pack with another laid over it: the same id replaces, a new id joins at the end; seasons are layered."""
        years = dict.fromkeys([*self.seasons, *overlay.seasons])
        replaced = (entry.model for key, entry in self.checklists.items() if key in overlay.checklists)
        former = (f"{checklist.id}.{step.id}" for checklist in replaced for step in checklist.steps)
        return Contents(
            pack=self.pack or overlay.pack,
            groups={**self.groups, **overlay.groups},
            topics={**self.topics, **overlay.topics},
            checklists={**self.checklists, **overlay.checklists},
            nudges={**self.nudges, **overlay.nudges},
            milestones={**self.milestones, **overlay.milestones},
            seasons={year: (*self.seasons.get(year, ()), *overlay.seasons.get(year, ())) for year in years},
            support=overlay.support or self.support,
            unread=self.unread | overlay.unread,
            former_steps=self.former_steps.union(former),
        )
