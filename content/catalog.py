"""The content that is being served: frozen, found by id or by alias, replaced as a whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from types import MappingProxyType

from rapidfuzz import fuzz, process

from content.documents import Fault, PackFaults
from content.names import name_of, names_of
from content.plans import Checklist, Milestone, NudgeKind, SeasonDates
from content.schema import Group, Topic
from content.search import Finding, Searcher
from content.seasons import SeasonDay, days_of


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything one pack offers, under the overlay of the community if there is one.

    `groups` come in the order of the menu; the mappings are keyed by id and cannot be changed. `support` is the
    community's own line for people in distress, in Markdown.
    """

    name: str
    version: str
    groups: tuple[Group, ...]
    topics: Mapping[str, Topic]
    checklists: Mapping[str, Checklist]
    nudges: Mapping[str, NudgeKind]
    milestones: Mapping[str, Milestone]
    seasons: Mapping[int, SeasonDates]
    support: str | None
    _names: Mapping[str, str] = field(repr=False)
    _searcher: Searcher = field(repr=False, compare=False)
    _days: dict[int, tuple[SeasonDay, ...]] = field(repr=False, compare=False, default_factory=dict)

    @classmethod
    def build(
        cls,
        *,
        name: str,
        version: str,
        groups: tuple[Group, ...],
        topics: Mapping[str, Topic],
        checklists: Mapping[str, Checklist],
        nudges: Mapping[str, NudgeKind],
        milestones: Mapping[str, Milestone],
        seasons: Mapping[int, SeasonDates],
        support: str | None = None,
    ) -> Catalog:
        """A catalog of parts that fit together. The search is prepared at its first use, not here."""
        names = names_of(topics)
        return cls(
            name=name,
            version=version,
            groups=groups,
            topics=MappingProxyType(dict(topics)),
            checklists=MappingProxyType(dict(checklists)),
            nudges=MappingProxyType(dict(nudges)),
            milestones=MappingProxyType(dict(milestones)),
            seasons=MappingProxyType(dict(seasons)),
            support=support,
            _names=MappingProxyType(names),
            _searcher=Searcher(topics, names),
        )

    def topic(self, topic_id: str) -> Topic | None:
        """The topic with this id, or None."""
        return self.topics.get(topic_id)

    def by_alias(self, text: str) -> Topic | None:
        """The topic that has exactly this id, title or alias; capitals, hyphens and spaces do not matter."""
        topic_id = self._names.get(name_of(text))
        return self.topics[topic_id] if topic_id else None

    def topics_in(self, group: str) -> tuple[Topic, ...]:
        """The topics of a group, heaviest first."""
        found = (topic for topic in self.topics.values() if topic.group == group)
        return tuple(sorted(found, key=lambda topic: (-topic.weight, topic.title)))

    def nearest(self, text: str, n: int = 5) -> tuple[Topic, ...]:
        """Up to `n` topics whose id, title or alias is written most like `text`; for autocomplete.

        An empty text gives the heaviest topics.
        """
        wanted = name_of(text)
        if not wanted:
            return tuple(sorted(self.topics.values(), key=lambda topic: -topic.weight)[:n])
        names = list(self._names)
        ranked = process.extract(wanted, names, scorer=fuzz.WRatio, score_cutoff=55, limit=n * 8)
        # A name that begins with what was typed comes first: that is how people use a picker.
        ranked.sort(key=lambda match: (not match[0].startswith(wanted), -match[1]))
        ids = dict.fromkeys(self._names[name] for name, _, _ in ranked)
        return tuple(self.topics[topic_id] for topic_id in list(ids)[:n])

    def season(self, year: int) -> tuple[SeasonDay, ...]:
        """The days of the season of this Match, in time order: dated ones, and the rest projected by their rules."""
        # Two threads may both work it out the first time; they find the same.
        if year not in self._days:
            self._days[year] = days_of(year, self.milestones, self.seasons.get(year))
        return self._days[year]

    def own_dates(self) -> tuple[Milestone, ...]:
        """The kinds of dates that a person writes down: an exam, an interview."""
        return tuple(milestone for milestone in self.milestones.values() if milestone.kind == "own")

    def find(self, text: str) -> Finding:
        """What a person's words are about. Takes milliseconds; call it off the event loop."""
        return self._searcher.find(text)

    def prepare_search(self) -> None:
        """Makes the search ready; takes up to a second. Safe in any thread, and again."""
        self._searcher.prepare()


class CatalogHolder:
    """The catalog in service. A reload swaps it only for one that is whole; else the last good one stays."""

    def __init__(self, load: Callable[[], Catalog]) -> None:
        """`load` reads the folders again each time; raises `PackFaults` now when they are not in order."""
        self._load = load
        self._lock = Lock()
        self._current = load()

    @property
    def current(self) -> Catalog:
        """The catalog to answer from. Take it once for an answer: it may be another one the next time."""
        return self._current

    def reload(self) -> tuple[Fault, ...]:
        """Reads the folders again. Returns no faults when the new catalog is in service."""
        with self._lock:
            try:
                fresh = self._load()
            except PackFaults as broken:
                return broken.faults
            fresh.prepare_search()
            self._current = fresh
            return ()
