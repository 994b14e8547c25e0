"""The shape of a content pack's pages: what an editor may write, and nothing else.

Lists, nudges and dates are in `content/plans.py`. One topic, checklist, nudge kind, milestone or season is one YAML
file; its file name is its id. Every model is frozen and refuses unknown fields, so that a typing mistake is a fault
with a line number instead of a page with a hole.

Texts are in our Markdown subset: **bold**, *italic*, `code`, [links](https://...), lists with "- ", and
paragraphs. Lengths are in characters; they keep every page within the budget of both platforms.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
"""An id: lower-case words joined by hyphens. It is stored with people's progress: never reuse it."""

Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s<>()|]+$", max_length=400)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=280)]
Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=70)]
Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=20, max_length=1200)]
Example = Annotated[str, StringConstraints(strip_whitespace=True, min_length=40, max_length=800)]
Phrase = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=300)]

Season = Annotated[int, Field(ge=2020, le=2100)]
"""The year of the Match: season 2027 applies in autumn 2026 and starts training in July 2027."""


class Model(BaseModel):
    """Base of every model here: frozen, closed, and silent about what was typed when it refuses it."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=False, hide_input_in_errors=True, populate_by_name=True
    )


class Source(Model):
    """Where a fact was read, and the day it was last checked there."""

    title: Line
    url: Url | None = None
    checked: date


class Fact(Model):
    """One sentence that can be wrong, with what it rests on.

    A verified fact names a `source` of the same file. A second-hand one names no source but says where to
    check it (`check_at`, the official body's page). Facts of one season say which; after `valid_until` the
    page says that the fact may be out of date.
    """

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=500)]
    source: Slug | None = None
    check_at: Url | None = None
    season: Season | None = None
    valid_until: date | None = None

    @model_validator(mode="after")
    def _rests_on_something(self) -> Fact:
        if self.source is None and self.check_at is None:
            raise ValueError("a fact needs `source` or `check_at`")
        return self


class Step(Model):
    """One of the four steps of the frame, for this topic: what to do, and a sentence to show it."""

    do: Prose
    say: Line | None = None


class Frame(Model):
    """The four-step way to explain a red flag (the seed's template)."""

    state: Step
    explain: Step
    act: Step
    prove: Step


class Sample(Model):
    """An example of our own, and what a program director hears in it."""

    kind: Literal["weak", "strong"]
    person: Label
    text: Example
    heard: Line


class Stance(Model):
    """Whether to raise the matter in one place, and how."""

    stance: Literal["yes", "briefly", "only if asked", "no"]
    how: Line


class Where(Model):
    """A stance for each place in which a red flag can be addressed."""

    statement: Stance
    experiences: Stance
    interview: Stance
    when_asked: Stance


class HowTo(Model):
    """One step of a strategy page."""

    title: Label
    text: Prose


class Years(Model):
    """A range of whole years, both ends included; an open end is left out."""

    least: int | None = Field(default=None, ge=0, le=60)
    most: int | None = Field(default=None, ge=0, le=60)


class Applies(Model):
    """For whom a variant is written. Every field given must fit; a field left out fits everybody."""

    specialty: tuple[Slug, ...] = ()
    visa: tuple[Literal["j1", "h1b", "none"], ...] = ()
    years_since_graduation: Years | None = None
    attempts: Years | None = None
    status: Literal["student", "graduate"] | None = None
    in_us: bool | None = None
    application: Literal["eras", "residencycas"] | None = Field(
        default=None, description="The system of the specialty: emergency medicine and ob-gyn are on ResidencyCAS."
    )


Part = Literal["overview", "explain", "examples", "where", "proof", "sources"]
"""The parts in which a page is read."""


class Variant(Model):
    """A paragraph for some readers, added to one part of the page. Data, never a copy of the page."""

    label: Label
    applies: Applies
    part: Part
    text: Prose


class Topic(Model):
    """What red-flag pages and strategy pages have in common."""

    id: Slug
    group: Slug
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=60)]
    short: Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=100)]
    weight: int = Field(ge=1, le=100, description="How heavily it weighs with programs: orders several pages.")
    aliases: tuple[Phrase, ...] = ()
    asked_like: tuple[Phrase, ...] = ()
    what: Prose
    directors_ask: tuple[Line, ...] = Field(min_length=2, max_length=6)
    examples: tuple[Sample, ...] = Field(min_length=2, max_length=6)
    avoid: tuple[Line, ...] = Field(min_length=2, max_length=8)
    evidence: tuple[Line, ...] = Field(min_length=2, max_length=8)
    offsets: tuple[Line, ...] = Field(default=(), max_length=8)
    variants: tuple[Variant, ...] = ()
    facts: tuple[Fact, ...] = ()
    sources: dict[Slug, Source] = Field(min_length=1)
    related: tuple[Slug, ...] = Field(default=(), max_length=5)
    checklist: Slug | None = None
    nudge: Slug | None = None
    legal: bool = Field(default=False, description="Visa and law: the page says that it is not legal advice.")

    @model_validator(mode="after")
    def _has_both_examples(self) -> Topic:
        kinds = {sample.kind for sample in self.examples}
        if kinds != {"weak", "strong"}:
            raise ValueError("examples need at least one weak and one strong")
        return self


class RedFlag(Topic):
    """A page about a concern: how to explain it in four steps, and where."""

    kind: Literal["red-flag"]
    frame: Frame
    where: Where


class Strategy(Topic):
    """A page about a task: how to do it, step by step."""

    kind: Literal["strategy"]
    steps: tuple[HowTo, ...] = Field(min_length=2, max_length=7)
    where: Where | None = None


AnyTopic = Annotated[RedFlag | Strategy, Field(discriminator="kind")]


class Group(Model):
    """A heading in the menu of topics."""

    id: Slug
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=70)]
    short: Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=100)]
    command: Literal["redflag", "guide"]


class Pack(Model):
    """`pack.yaml`: the pack's name and version, and the groups in the order of the menu.

    `extends: core` in a community's folder says that it lies over the core pack and is not a pack of its own.
    `support` is the community's own line for people in distress: whom to call or write to, at which hours.
    """

    name: Line
    version: Annotated[str, StringConstraints(pattern=r"^\d{4}\.\d{1,2}\.\d{1,3}$")]
    extends: Literal["core"] | None = None
    support: Line | None = Field(
        default=None, description="The community's own line at the end of the card for people in distress."
    )
    groups: tuple[Group, ...] = ()
