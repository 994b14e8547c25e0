"""Rules between the parts of a pack: names that lead nowhere, or to two places. Broken, it is not served."""

from __future__ import annotations

from collections.abc import Iterator

from content.documents import Contents, Entry, Fault
from content.list_rules import checklist_faults, nudge_faults
from content.plans import Checklist
from content.references import known, unique
from content.schema import Topic
from content.season_rules import milestone_faults, season_faults


def integrity(contents: Contents) -> Iterator[Fault]:
    """All faults of this kind in a whole pack (for an overlay: in the core pack with the overlay over it)."""
    for topic in contents.topics.values():
        yield from _topic(topic, contents)
    for checklist in contents.checklists.values():
        yield from checklist_faults(checklist, contents)
    yield from _titles(contents)
    for nudge in contents.nudges.values():
        yield from nudge_faults(nudge, contents)
    yield from milestone_faults(contents)
    yield from season_faults(contents)


def _titles(contents: Contents) -> Iterator[Fault]:
    """Each list has a title of its own: it stands on buttons beside those of the other lists."""
    first: dict[str, Entry[Checklist]] = {}
    for entry in contents.checklists.values():
        other = first.setdefault(entry.model.title.lower(), entry)
        if other is not entry:
            told = f"`{entry.model.title}` is already the title of a list at {other.line(('title',))}"
            yield entry.fault(("title",), told)


def _topic(entry: Entry[Topic], contents: Contents) -> Iterator[Fault]:
    topic = entry.model
    if contents.pack is not None:
        yield from known(entry, ("group",), topic.group, contents.groups, "group")
    for index, other in enumerate(topic.related):
        if other == topic.id:
            yield entry.fault(("related", index), "is this page itself; take it out")
        yield from known(entry, ("related", index), other, [*contents.topics, *contents.unread], "topic")
    yield from unique(entry, ("related",), "", topic.related)
    yield from known(entry, ("checklist",), topic.checklist, [*contents.checklists, *contents.unread], "checklist")
    yield from known(entry, ("nudge",), topic.nudge, [*contents.nudges, *contents.unread], "nudge")
    for index, fact in enumerate(topic.facts):
        yield from known(entry, ("facts", index, "source"), fact.source, topic.sources, "source of this page")
