"""The lint rule that only `commands` can know: every page renders within the budget of a message."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from commands.guidance.pages import PARTS, page_card
from commands.ui import OverBudget
from content.documents import Contents, Fault
from content.loader import catalog_of

_NO_DAY = date.min
"""Before every fact runs out. The mark on one that did is short and stands in the linter's own reserve."""


def cards_fit(contents: Contents) -> Iterator[Fault]:
    """A fault for each part of a page that would not fit into a card."""
    catalog = catalog_of(contents)
    for entry in contents.topics.values():
        for part, _ in PARTS:
            try:
                page_card(entry.model, part, catalog, _NO_DAY)
            except OverBudget as fault:
                yield entry.fault(("id",), f"the part `{part}` does not fit into a message: {fault}; shorten it")
