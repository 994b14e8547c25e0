"""All that can be said against a pack, at once: faults in its files, between them, and of its wording.

Faults fail the check; warnings are for the editor's calendar (facts that have run out) and taste.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from content.documents import Contents, Entry, Fault
from content.loader import FOLDERS, read_folder, read_one, read_packs
from content.rules import integrity
from content.schema import RedFlag, Strategy, Topic, Variant
from content.season_rules import late_warnings, stale_warnings, weekday_warnings
from content.seasons import merged
from content.wording import wording_faults

Rule = Callable[[Contents], Iterable[Fault]]
"""A further rule, from whoever knows more than content does: that every card renders within its budget."""

PACK = "pack.yaml"
MOST_IN_A_PART = 3_600
FEW_PHRASES = 30
SEED = "seed"
"""The source behind a whole page rather than behind one fact."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was read and what is wrong with it. `seasons`: how many milestones have a date, by season ("2027")."""

    topics: int
    checklists: int
    nudges: int
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...] = ()
    seasons: Mapping[str, int] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether the pack may be served."""
        return not self.faults

    def to_json(self) -> dict[str, Any]:
        """The report in the form of the command line's contract."""
        return {
            "topics": self.topics,
            "checklists": self.checklists,
            "nudges": self.nudges,
            "seasons": dict(self.seasons),
            "faults": [
                {"file": fault.file, "line": fault.line, "field": fault.field, "message": fault.message}
                for fault in self.faults
            ],
        }


def lint(core: Path, overlay: Path | None = None, *, today: date | None = None, rules: Sequence[Rule] = ()) -> Report:
    """Checks the core pack with a community's folder over it. Without `today` nothing is said about dates."""
    contents, faults = read_packs(core, overlay)
    return _report(contents, contents, faults, today, rules)


def lint_path(path: Path, core: Path, *, today: date | None = None, rules: Sequence[Rule] = ()) -> Report:
    """Checks what an editor points at: a whole pack, an overlay, or one file; counts and faults are its own.

    A folder with a `pack.yaml` is a whole pack, unless that says `extends: core`. Everything else is laid over `core`,
    so that it may refer to what the core pack holds; what it breaks there is told too. A `pack.yaml` means its folder.
    """
    if path.name == PACK and path.is_file():
        path = path.parent
    if path.is_file():
        kind = path.parent.name if path.parent.name in FOLDERS else "topics"
        own, faults = read_one(path, kind)
    else:
        own, faults = read_folder(path, whole=False)
        if own.pack is None and (path / PACK).exists():
            return _report(own, own, faults, today, rules)
        if own.pack is not None and own.pack.model.extends is None:
            return _report(own, own, faults, today, rules)
    below, _ = read_folder(core, whole=True)
    return _report(own, below.under(own), faults, today, rules, frozenset(integrity(below)))


def _report(
    own: Contents,
    whole: Contents,
    faults: Iterable[Fault],
    today: date | None,
    rules: Sequence[Rule],
    before: frozenset[Fault] = frozenset(),
) -> Report:
    """`before`: what is wrong between the files that `own` is laid over, and so is none of its doing."""
    entries = _entries(own)
    broken = {fault for fault in integrity(whole) if fault not in before}
    found = [*faults, *broken, *_claims(whole)]
    for entry in entries:
        found.extend(wording_faults(entry.document))
    for topic in own.topics.values():
        found.extend(_topic(topic))
    for rule in rules:
        found.extend(rule(whole))
    files = {entry.document.file for entry in entries} | {fault.file for fault in faults}
    return Report(
        topics=len(own.topics),
        checklists=len(own.checklists),
        nudges=len(own.nudges),
        faults=tuple(sorted({fault for fault in found if fault.file in files} | broken)),
        warnings=tuple(sorted(_warnings(own, whole, today))),
        seasons={year: len(merged([e.model for e in layers]).dates) for year, layers in sorted(own.seasons.items())},
    )


def _entries(own: Contents) -> list[Entry[Any]]:
    """Every file that was read."""
    packs = [pack for pack in (own.pack, own.support) if pack]
    kinds = (own.topics, own.checklists, own.nudges, own.milestones)
    seasons = (entry for layers in own.seasons.values() for entry in layers)
    return [*packs, *(entry for kind in kinds for entry in kind.values()), *seasons]


def _warnings(own: Contents, whole: Contents, today: date | None) -> Iterator[Fault]:
    for topic in own.topics.values():
        yield from _phrases(topic)
        if today is not None:
            yield from _dates(topic, today)
    for checklist in own.checklists.values():
        yield from late_warnings(checklist)
    for season in (entry for layers in own.seasons.values() for entry in layers):
        yield from weekday_warnings(season, whole)
        if today is not None:
            yield from stale_warnings(season, today)


def _topic(entry: Entry[Topic]) -> Iterator[Fault]:
    topic = entry.model
    if topic.group == "visa" and not topic.legal:
        yield entry.fault(("legal",), "visa pages need `legal: true`, which says that they are not legal advice")
    used = {fact.source for fact in topic.facts}
    for name in topic.sources:
        if name != SEED and name not in used:
            yield entry.fault(("sources", name), "is a source that no fact names; name it or take it out")
    for part, (length, where) in _lengths(topic).items():
        if length > MOST_IN_A_PART:
            told = f"the part `{part}` has {length:,} characters, at most {MOST_IN_A_PART:,}; shorten it"
            yield entry.fault((where,), told)


def _lengths(topic: Topic) -> dict[str, tuple[int, str]]:
    """Characters of each part as the longest reader sees it, and the field to blame."""
    parts: dict[str, tuple[int, str]] = {
        "overview": (_size(topic.what, topic.directors_ask), "what"),
        "examples": (sum(_size(s.person, s.text, s.heard) for s in topic.examples), "examples"),
        "proof": (_size(topic.evidence, topic.offsets), "evidence"),
        "sources": (
            sum(len(f.text) for f in topic.facts) + sum(_size(s.title, s.url or "") for s in topic.sources.values()),
            "facts",
        ),
    }
    if isinstance(topic, RedFlag):
        frame = topic.frame
        steps = (frame.state, frame.explain, frame.act, frame.prove)
        parts["explain"] = (sum(_size(step.do, step.say or "") for step in steps), "frame")
    elif isinstance(topic, Strategy):
        parts["explain"] = (sum(_size(step.title, step.text) for step in topic.steps), "steps")
    where = topic.where if isinstance(topic, RedFlag | Strategy) else None
    stances = (where.statement, where.experiences, where.interview, where.when_asked) if where else ()
    parts["where"] = (sum(len(s.how) for s in stances) + _size(topic.avoid), "where" if where else "avoid")
    for part, (length, blamed) in parts.items():
        parts[part] = (length + _longest_variants([v for v in topic.variants if v.part == part]), blamed)
    return parts


def _longest_variants(variants: Sequence[Variant]) -> int:
    """The most characters that one reader can get: nobody has two specialties or two visas."""
    by_specialty = [_size(v.label, v.text) for v in variants if v.applies.specialty]
    by_visa = [_size(v.label, v.text) for v in variants if v.applies.visa and not v.applies.specialty]
    rest = [_size(v.label, v.text) for v in variants if not v.applies.specialty and not v.applies.visa]
    return max(by_specialty, default=0) + max(by_visa, default=0) + sum(rest)


def _size(*texts: str | tuple[str, ...]) -> int:
    return sum(len(text) if isinstance(text, str) else sum(map(len, text)) for text in texts)


def _claims(contents: Contents) -> Iterator[Fault]:
    """Names and phrases that two pages claim: nobody could tell which page they mean."""
    for name in ("aliases", "asked_like"):
        first: dict[str, tuple[str, str]] = {}
        for entry in contents.topics.values():
            if name == "aliases":
                for own in (entry.model.id.replace("-", " "), entry.model.title):
                    first.setdefault(own.lower(), (entry.model.id, entry.line(("title",))))
        for entry in contents.topics.values():
            for index, phrase in enumerate(getattr(entry.model, name)):
                key = " ".join(phrase.lower().split())
                owner, place = first.setdefault(key, (entry.model.id, entry.line((name, index))))
                here = entry.line((name, index))
                if place != here and (owner != entry.model.id or name == "asked_like"):
                    yield entry.fault((name, index), f"`{phrase}` is already claimed by `{owner}` at {place}")


def _dates(entry: Entry[Topic], today: date) -> Iterator[Fault]:
    for index, fact in enumerate(entry.model.facts):
        if fact.valid_until and fact.valid_until < today:
            yield entry.fault(("facts", index, "valid_until"), f"ran out on {fact.valid_until}; check it again")
    for name, source in entry.model.sources.items():
        if source.checked > today:
            yield entry.fault(("sources", name, "checked"), f"{source.checked} is still to come; when was it read?")


def _phrases(entry: Entry[Topic]) -> Iterator[Fault]:
    count = len(entry.model.asked_like)
    if count < FEW_PHRASES:
        told = f"has {count} ways of asking; with {FEW_PHRASES} or more, varied, the search finds the page"
        yield entry.fault(("asked_like",), told)
