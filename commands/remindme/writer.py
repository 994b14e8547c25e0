"""What a reminder says when its minute has come: the person's own words."""

from __future__ import annotations

from datetime import datetime

from commands.actions import encode
from commands.markup import escape
from commands.nudges.writing import SHORT, Said, Unsaid
from commands.ui import Button
from commands.words import fitted
from content.catalog import Catalog
from storage.db import Uow
from storage.ledger import NudgeRow
from storage.nudges import Rule
from storage.people import Person

TITLE = "Your reminder"
"""Never the words: a notification may show it."""


class OwnWriter:
    """Writes the nudges whose kind begins with "own:"."""

    async def write(
        self,
        uow: Uow,
        catalog: Catalog,
        person: Person,
        nudge: NudgeRow,
        rule: Rule | None,
        now: datetime,
        *,
        demo: bool = False,
    ) -> Said | Unsaid:
        """The words as they are now, or that it was deleted. Whether it is on is for whoever sends it to ask."""
        if rule is None or not rule.words:
            return Unsaid("gone")
        line = fitted(rule.words, SHORT - 10)
        while len(escape(line)) > SHORT:
            line = fitted(line, len(line) * 2 // 3)
        buttons = (Button("Open this reminder", encode("remindme.open", rule.id)),)
        return Said(TITLE, escape(rule.words), escape(line), buttons)
