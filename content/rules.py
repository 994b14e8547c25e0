"""Rules between the parts of a pack: names that lead nowhere, or to two places. Broken, it is not served."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from content.documents import Contents, Entry, Fault, Path
from content.messages import did_you_mean
from content.plans import Checklist, NudgeKind
from content.schema import Topic


def integrity(contents: Contents) -> Iterator[Fault]:
    """All faults of this kind in a whole pack (for an overlay: in the core pack with the overlay over it)."""
    for topic in contents.topics.values():
        yield from _topic(topic, contents)
    for checklist in contents.checklists.values():
        yield from _checklist(checklist, contents)
    for nudge in contents.nudges.values():
        yield from _nudge(nudge, contents)


def _topic(entry: Entry[Topic], contents: Contents) -> Iterator[Fault]:
    topic = entry.model
    if contents.pack is not None:
        yield from _known(entry, ("group",), topic.group, contents.groups, "group")
    for index, other in enumerate(topic.related):
        if other == topic.id:
            yield entry.fault(("related", index), "is this page itself; take it out")
        yield from _known(entry, ("related", index), other, [*contents.topics, *contents.unread], "topic")
    yield from _unique(entry, "related", "", topic.related)
    yield from _known(entry, ("checklist",), topic.checklist, [*contents.checklists, *contents.unread], "checklist")
    yield from _known(entry, ("nudge",), topic.nudge, [*contents.nudges, *contents.unread], "nudge")
    for index, fact in enumerate(topic.facts):
        yield from _known(entry, ("facts", index, "source"), fact.source, topic.sources, "source of this page")


def _checklist(entry: Entry[Checklist], contents: Contents) -> Iterator[Fault]:
    checklist = entry.model
    yield from _unique(entry, "steps", "id", [step.id for step in checklist.steps])
    yield from _unique(entry, "steps", "title", [step.title for step in checklist.steps])
    for index, step in enumerate(checklist.steps):
        yield from _known(
            entry, ("steps", index, "guidance"), step.guidance, [*contents.topics, *contents.unread], "topic"
        )
    for index, kind in enumerate(checklist.offers):
        yield from _known(entry, ("offers", index), kind, [*contents.nudges, *contents.unread], "nudge")


def _nudge(entry: Entry[NudgeKind], contents: Contents) -> Iterator[Fault]:
    nudge = entry.model
    yield from _unique(entry, "texts", "id", [text.id for text in nudge.texts])
    yield from _unique(entry, "texts", "do", [text.do for text in nudge.texts])
    for index, text in enumerate(nudge.texts):
        yield from _known(entry, ("texts", index, "topic"), text.topic, [*contents.topics, *contents.unread], "topic")


def _known(
    entry: Entry[Topic] | Entry[Checklist] | Entry[NudgeKind],
    path: Path,
    name: str | None,
    names: Iterable[str],
    what: str,
) -> Iterator[Fault]:
    known = list(names)
    if name is not None and name not in known:
        yield entry.fault(path, f"there is no {what} `{name}`{did_you_mean(name, known)}")


def _unique(
    entry: Entry[Topic] | Entry[Checklist] | Entry[NudgeKind], field: str, inner: str, values: Iterable[str]
) -> Iterator[Fault]:
    """Each value once; capitals do not make a difference, since they are also buttons' labels."""
    first: dict[str, Path] = {}
    for index, value in enumerate(values):
        path: Path = (field, index, inner) if inner else (field, index)
        if value.lower() in first:
            yield entry.fault(path, f"`{value}` is already used at {entry.line(first[value.lower()])}")
        first.setdefault(value.lower(), path)
