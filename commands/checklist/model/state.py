"""A person's list together with its template: what is where, what is due, what is next. Pure: rows in, a view out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from commands.checklist.model.due import DueDay, Standpoint, due_day
from commands.checklist.model.order import place
from commands.checklist.model.tracks import Tracked, tracked, unpaired
from commands.checklist.model.upgrade import as_today
from commands.errors import NotFound
from commands.fitting import applies
from content.plans import Checklist as Template
from content.plans import ChecklistStep
from content.seasons import SeasonDay
from storage.checklists import OWN, Checklist, LineRow, StepRow

ROWS_A_PAGE = 8
MOST_OWN_STEPS = 300
OWN_SECTION = "Your own steps"
OUTLIVED_SECTION = "No longer on this list"
NEXT_STEPS = 3
NEAR = timedelta(weeks=4)
"""A day that is further away can wait for what a person wants to do of their own."""


@dataclass(frozen=True, slots=True)
class Item:
    """One step: what the template says and what the person did.

    `number` counts from 1 over the whole list. `step` is None for a step of the person's own, and for one that the
    template no longer has. `due` is a day in the person's zone, `due_at` the exact instant where there is one, and
    `milestone` the day of the season behind it.
    `waits_for`: titles of steps that come before it and are still to do. `place` is what it is sorted by. `kept`: it
    is done, and by what the person told since it would not be for them.
    """

    number: int
    title: str
    section: str
    row: StepRow
    step: ChecklistStep | None
    place: int
    due: date | None = None
    due_at: datetime | None = None
    milestone: SeasonDay | None = None
    late: bool = False
    waits_for: tuple[str, ...] = ()
    tracked: Tracked | None = None
    kept: bool = False

    @property
    def key(self) -> str:
        """The step's id, or "own:n"."""
        return self.row.step

    @property
    def outlived(self) -> bool:
        """Whether it is a step that the template no longer has."""
        return self.step is None and not self.row.step.startswith(OWN)

    @property
    def open(self) -> bool:
        """Whether it is still to do."""
        return self.row.state == "todo" and not self.by_itself

    @property
    def done(self) -> bool:
        """Whether it is done: by the person's word, or by itself."""
        return self.row.state == "done" or self.by_itself

    @property
    def by_itself(self) -> bool:
        """Whether it counts as done because enough lines of its track have come far enough."""
        return self.row.state == "todo" and self.tracked is not None and self.tracked.satisfied


@dataclass(frozen=True, slots=True)
class View:
    """A list to be drawn: its steps in order, each with the person's row.

    `retired` are the steps that are not for this person, by what they told; a done one stays among `items`. Among them,
    and last, is what the person did or wrote on steps that the template no longer has.
    """

    id: int
    template: Template
    started_at: datetime
    items: tuple[Item, ...]
    retired: tuple[Item, ...]
    all_lines: tuple[LineRow, ...]

    @property
    def done(self) -> int:
        """How many steps are done."""
        return sum(item.done for item in self.items)

    @property
    def skipped(self) -> int:
        """How many steps were skipped."""
        return sum(item.row.state == "skipped" for item in self.items)

    @property
    def notforme(self) -> int:
        """How many steps the person said are not for them."""
        return sum(item.row.state == "notforme" for item in self.items)

    @property
    def total(self) -> int:
        """How many steps are for this person: what `done` is counted against."""
        return len(self.items) - self.notforme

    @property
    def pages(self) -> int:
        """How many pages of eight rows."""
        return max(1, -(-len(self.items) // ROWS_A_PAGE))

    @property
    def own_steps(self) -> int:
        """How many steps the person wrote; at most `MOST_OWN_STEPS` make sense."""
        return sum(item.step is None for item in self.items)

    def next(self) -> Item | None:
        """The first step to do that waits for no other, or else the first to do."""
        left = [item for item in self.items if item.open]
        return next((item for item in left if not item.waits_for), left[0] if left else None)

    def item(self, row_id: int) -> Item:
        """The step with this row, also one that left the list. Raises `NotFound`."""
        for item in (*self.items, *self.retired):
            if item.row.id == row_id:
                return item
        raise NotFound

    def page_of(self, item: Item) -> int:
        """The page, from 0, on which a step stands."""
        return max(0, item.number - 1) // ROWS_A_PAGE

    def lines(self, track: str) -> tuple[LineRow, ...]:
        """The lines of a track, oldest first."""
        return tuple(line for line in self.all_lines if line.track == track)


def view(template: Template, checklist: Checklist, lines: Iterable[LineRow], here: Standpoint) -> View:
    """The person's list as it is now. `lines` may hold those of other lists too."""
    mine = as_today(checklist, template)
    own_lines = tuple(line for line in lines if line.checklist_id == mine.id)
    rows = {row.step: row for row in mine.steps}
    steps = {step.id: step for step in template.steps if step.id in rows}
    tracks = {
        step.id: tracked(step.track, template.tracks[step.track.of], own_lines, rows, here.now)
        for step in steps.values()
        if step.track is not None and step.track.of in template.tracks
    }
    items = _sorted(template, rows, tracks)
    shown = [item for item in items if _is_shown(item, here)]
    hidden = [replace(item, number=0) for item in items if not _is_shown(item, here)]
    left = {item.key: item.title for item in shown if item.open}
    done_at = {
        item.key: item.tracked.since if item.by_itself and item.tracked and item.tracked.since else item.row.changed_at
        for item in shown
        if item.done
    }
    placed = (_scheduled(item, left, done_at, mine.started_at, here) for item in shown)
    numbered = tuple(replace(item, number=number) for number, item in enumerate(placed, start=1))
    return View(mine.id, template, mine.started_at, numbered, (*hidden, *_outlived(template, rows)), own_lines)


def _sorted(template: Template, rows: Mapping[str, StepRow], tracks: Mapping[str, Tracked]) -> list[Item]:
    items = [
        Item(0, step.title, step.section, rows[step.id], step, place(rows[step.id], index), tracked=tracks.get(step.id))
        for index, step in enumerate(template.steps, start=1)
        if step.id in rows
    ]
    own = (row for row in rows.values() if row.step.startswith(OWN))
    items += [
        Item(0, row.title or "", OWN_SECTION, row, None, place(row, index))
        for index, row in enumerate(own, start=len(template.steps) + 1)
    ]
    items.sort(key=lambda item: (item.place, item.row.id))
    section = next((item.section for item in items if item.step), OWN_SECTION)
    for at, item in enumerate(items):
        if item.step is None and item.row.position is not None:
            items[at] = replace(item, section=section)
        section = items[at].section
    return items


def _outlived(template: Template, rows: Mapping[str, StepRow]) -> Iterator[Item]:
    """What is kept of steps that the template no longer has. Of their titles only the id is left."""
    known = {step.id for step in template.steps}
    for name, row in rows.items():
        if name not in known and not name.startswith(OWN) and (row.state == "done" or row.note):
            yield Item(0, name.replace("-", " ").capitalize(), OUTLIVED_SECTION, row, None, 0)


def _is_shown(item: Item, here: Standpoint) -> bool:
    return item.row.state == "done" or _applies(item, here)


def _applies(item: Item, here: Standpoint) -> bool:
    return item.step is None or applies(item.step.applies, here.about, here.today)


def _scheduled(
    item: Item, left: Mapping[str, str], done_at: Mapping[str, datetime], started_at: datetime, here: Standpoint
) -> Item:
    needs = item.step.needs if item.step else ()
    waits_for = tuple(left[step] for step in needs if step in left) if item.open else ()
    item = replace(item, kept=not _applies(item, here))
    due = due_day(item.step.due if item.step else None, here, started_at, done_at)
    if item.row.due_on is not None:
        due = DueDay(item.row.due_on)
    if due is None:
        return replace(item, waits_for=waits_for)
    late = item.open and due.is_past(here)
    return replace(item, due=due.day, due_at=due.at, milestone=due.milestone, late=late, waits_for=waits_for)


def whats_next(views: Sequence[View], today: date) -> tuple[tuple[View, Item], ...]:
    """Up to three steps over all lists that wait for no other. `today` is the person's calendar day.

    First those whose day has gone by, then those with a day in the next four weeks, both by their day; then of each
    list the first step of the person's own without a day; then the days that are further away; then of each list its
    first step without one, in the order of the lists.
    """
    ready = [(mine, [item for item in mine.items if item.open and not item.waits_for]) for mine in views]
    dated = [(item.due, mine, item) for mine, items in ready for item in items if item.due is not None]
    dated.sort(key=lambda each: (not each[2].late, each[0]))
    near = [(mine, item) for due, mine, item in dated if item.late or due <= today + NEAR]
    far = [(mine, item) for _, mine, item in dated][len(near) :]
    undated = [(mine, [item for item in items if item.due is None]) for mine, items in ready]
    own = [(mine, first) for mine, items in undated if (first := next((i for i in items if i.step is None), None))]
    rest = [(mine, items[0]) for mine, items in undated if items and (mine, items[0]) not in own]
    return (*near, *own, *far, *rest)[:NEXT_STEPS]


def steps_for_unpaired(mine: View) -> dict[int, str]:
    """For each line that nothing answers yet the title of the step to plan for it, by the line's id."""
    plans: Collection[str] = [item.key for item in mine.items if item.step is None]
    return {
        line.id: f"{track.unpaired} {line.words}"
        for name, track in mine.template.tracks.items()
        if track.unpaired is not None
        for line in unpaired(track, mine.lines(name), mine.all_lines, plans)
    }


def closed_steps(views: Iterable[View]) -> frozenset[str]:
    """What is not to do any more, or not for this person: "letters.ask-writers"."""
    return frozenset(
        f"{mine.template.id}.{item.key}"
        for mine in views
        for item in (*mine.retired, *(item for item in mine.items if not item.open))
    )
