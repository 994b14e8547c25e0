"""The shape of what happens over a season: checklists, nudges, milestones and the dates of each season.

Dates are told as a distance from something: from a milestone of the season, from a day that the person wrote down
(their exam), from another step, or from the start of the list. So a date that moves is changed in one place.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from content.schema import Applies, Label, Line, Model, Part, Prose, Season, Slug, Source, Url

Clock = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
"""A time of day on a 24-hour clock, in quotes: "09:00"."""

ZoneName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_-]+(/[A-Za-z_-]+)+$", max_length=40)]
StepPath = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+\.[a-z0-9-]+$", max_length=81)]
"""A step of a checklist: `letters.ask-writers`."""

NudgeWords = Annotated[str, StringConstraints(strip_whitespace=True, min_length=20, max_length=600)]
Everybody = Applies()
_COMMON_YEAR = 2027


class Due(Model):
    """When a step is due: `days` after (below zero: before) exactly one of four things.

    `milestone`: a date of the season. `own`: a date that the person wrote down, by kind ("exam"). `step`: the day on
    which that step was done. `start`: the day on which the list was started. Unknown yet: no due date yet.
    """

    milestone: Slug | None = None
    own: Slug | None = None
    step: Slug | None = None
    start: bool = False
    days: int = Field(default=0, ge=-400, le=400)

    @model_validator(mode="after")
    def _hangs_on_one_thing(self) -> Due:
        if sum((self.milestone is not None, self.own is not None, self.step is not None, self.start)) != 1:
            raise ValueError("a due date hangs on exactly one of `milestone`, `own`, `step` and `start`")
        return self


class TrackState(Model):
    """One state that a line can be in. `stuck`: what is pointed out after `stuck_after` days without a change."""

    id: Slug
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=40)]
    stuck_after: int | None = Field(default=None, ge=1, le=120)
    stuck: Line | None = None

    @model_validator(mode="after")
    def _both_or_none(self) -> TrackState:
        if (self.stuck_after is None) != (self.stuck is None):
            raise ValueError("`stuck_after` and `stuck` come together")
        return self


class Track(Model):
    """Lines of the person's own that go through states: a letter a writer, a rotation a host, a concern.

    `each` names one line in running text ("letter writer"), `ask` is the question of the form. `pairs_with`: a line
    can be tied to a line of that other track of the same list (a concern to the strength that answers it).
    """

    each: Label
    ask: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=45)]
    states: tuple[TrackState, ...] = Field(min_length=1, max_length=8)
    pairs_with: Slug | None = None
    unpaired: Annotated[str, StringConstraints(max_length=40)] | None = Field(
        default=None, description="The start of the title of the step made for a line without a pair."
    )


class StepTrack(Model):
    """What a step asks of a track: `enough` lines that have come to `until` (the last state if left out), or all
    lines paired. Then the step counts as done by itself."""

    of: Slug
    until: Slug | None = None
    enough: int = Field(default=1, ge=1, le=20)
    paired: bool = False


class ChecklistStep(Model):
    """One row of a checklist. Its id is stored with people's progress: never reuse one for another thing.

    `needs`: steps that come before it. `late`: what can still be done when the date has gone by, without blame.
    """

    id: Slug
    section: Label
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=5, max_length=60)]
    do: Prose
    why: Prose
    done_when: Line
    takes: Label
    due: Due | None = None
    late: Line | None = None
    needs: tuple[Slug, ...] = Field(default=(), max_length=5)
    applies: Applies = Everybody
    track: StepTrack | None = None
    guidance: Slug | None = None


class Change(Model):
    """What became of the steps of an older version, so that everybody's progress comes along.

    `renamed`: old id to new. `split`: one id to its parts, which all take over its state. `removed`: whoever had done
    such a step, or written a note on it, finds it under "No longer on this list". Added steps need no line here.
    """

    version: int = Field(ge=2)
    renamed: dict[Slug, Slug] = Field(default_factory=dict)
    split: dict[Slug, tuple[Slug, ...]] = Field(default_factory=dict)
    removed: tuple[Slug, ...] = ()


class Checklist(Model):
    """A list of steps that a person works through in their direct messages. `order` is its place in the menu."""

    id: Slug
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=60)]
    short: Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=140)]
    version: int = Field(ge=1)
    order: int = Field(default=50, ge=1, le=99)
    applies: Applies = Everybody
    tracks: dict[Slug, Track] = Field(default_factory=dict)
    steps: tuple[ChecklistStep, ...] = Field(min_length=1, max_length=60)
    changes: tuple[Change, ...] = ()
    offers: tuple[Slug, ...] = Field(default=(), description="Nudge kinds offered when the list is started.")


class NudgeText(Model):
    """One nudge: a short text, one thing to do in under ten minutes, and the page that helps with it.

    `step`: not sent to somebody who has done that step. `whole`: doing what it asks is all of that step, so "I did it"
    marks it too. `after`, `before`: only between these milestones.
    """

    id: Slug
    text: NudgeWords
    do: Label
    topic: Slug
    part: Part = "overview"
    step: StepPath | None = None
    whole: bool = False
    applies: Applies = Everybody
    after: Slug | None = None
    before: Slug | None = None


class NudgeKind(Model):
    """A curated series of nudges, sent one at a time in this order. `order` is its place among the kinds."""

    id: Slug
    title: Label
    short: Line
    order: int = Field(default=50, ge=1, le=99)
    days: Literal["daily", "weekdays", "weekly"] = "weekly"
    weekday: Annotated[int, Field(ge=0, le=6, description="0 is Monday; used when `days` is weekly.")] = 0
    applies: Applies = Everybody
    texts: tuple[NudgeText, ...] = Field(min_length=6)


class MilestoneNudge(Model):
    """A nudge that hangs on a milestone: `days` after it, below zero before it. `step`, `whole`: as of `NudgeText`."""

    days: int = Field(ge=-60, le=14)
    text: NudgeWords
    do: Label
    topic: Slug
    part: Part = "overview"
    step: StepPath | None = None
    whole: bool = False
    applies: Applies = Everybody


class DayRule(Model):
    """How a season's date is projected: a day of a month, the nth weekday of a month, or a distance from another.

    Months from June on are in the year before the Match. `weekend`: what happens when the day is on one.
    """

    month: Annotated[int, Field(ge=1, le=12)] | None = None
    day: Annotated[int, Field(ge=1, le=31)] | None = None
    weekday: Annotated[int, Field(ge=0, le=6, description="0 is Monday.")] | None = None
    nth: Annotated[int, Field(ge=-1, le=4, description="1 to 4, or -1 for the last.")] | None = None
    of: Slug | None = None
    days: int = Field(default=0, ge=-400, le=400)
    weekend: Literal["before", "after"] | None = None

    @model_validator(mode="after")
    def _is_one_of_three(self) -> DayRule:
        parts = {name for name in ("month", "day", "weekday", "nth", "of") if getattr(self, name) is not None}
        if parts not in ({"month", "day"}, {"month", "weekday", "nth"}, {"of"}):
            raise ValueError("a rule is `month` and `day`, or `month`, `weekday` and `nth`, or `of` and `days`")
        if self.nth == 0:
            raise ValueError("`nth` counts from 1; -1 is the last")
        if self.days and self.of is None:
            raise ValueError("`days` is the distance from another milestone and needs `of`")
        if self.month is not None and self.day is not None and self.day > monthrange(_COMMON_YEAR, self.month)[1]:
            raise ValueError("not every year has such a day")
        return self


class Milestone(Model):
    """A day on which something opens or closes: for everybody (`kind: season`) or for one person (`kind: own`).

    `time` and `zone` are the official ones. `rule` projects a season of which no date is known yet; such a date is
    shown with `check_at`. Own ones (an exam, an interview) have neither rule nor official time.
    """

    id: Slug
    kind: Literal["season", "own"]
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=60)]
    short: Line
    time: Clock | None = None
    zone: ZoneName = "America/New_York"
    rule: DayRule | None = None
    check_at: Url | None = None
    topic: Slug | None = None
    applies: Applies = Everybody
    nudges: tuple[MilestoneNudge, ...] = ()

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> Milestone:
        if self.kind == "season" and (self.rule is None or self.check_at is None or self.time is None):
            raise ValueError("a milestone of the season needs `time`, `rule` and `check_at`")
        if self.kind == "own" and self.rule is not None:
            raise ValueError("a person's own date has no `rule`")
        return self


class SeasonDate(Model):
    """The date of one milestone in one season: where it was read, when, and how sure it is.

    `verified`: on the body's own page; needs `source`. `second-hand`: somewhere else. `projected`: from the pattern.
    """

    milestone: Slug
    day: date
    time: Clock | None = Field(default=None, description="When it is not the milestone's usual time.")
    status: Literal["verified", "second-hand", "projected"]
    source: Slug | None = None
    note: Line | None = None
    checked: date

    @model_validator(mode="after")
    def _verified_has_a_source(self) -> SeasonDate:
        if self.status == "verified" and self.source is None:
            raise ValueError("a verified date needs `source`")
        return self


class SeasonDates(Model):
    """`seasons/2027.yaml`: the dates of one season, named by the year of its Match."""

    id: Annotated[str, StringConstraints(pattern=r"^\d{4}$")]
    season: Season
    sources: dict[Slug, Source] = Field(default_factory=dict)
    dates: tuple[SeasonDate, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_named_by_its_year(self) -> SeasonDates:
        if self.id != str(self.season):
            raise ValueError("`id` and `season` are the same year")
        return self
