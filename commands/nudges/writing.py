"""Who says what in a nudge. A feature registers a writer for its kinds; the composer asks it at the moment of sending.

    feature.writes("season", SeasonWriter())

A writer looks at what is true now and gives the words, or the reason why there is nothing to say. Lateness, the common
buttons and several nudges in one message are the composer's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from commands import markup
from commands.ui import CARD_TITLE, Button, OverBudget

if TYPE_CHECKING:
    from content.catalog import Catalog
    from storage.db import Uow
    from storage.ledger import NudgeRow
    from storage.nudges import Rule
    from storage.people import Person

SHORT = 150
"""Characters of a nudge's line among others."""
OWN_BUTTONS = 3


@dataclass(frozen=True, slots=True)
class Said:
    """The words of one nudge, in Markdown (`title` is plain text); a person's own words are escaped.

    `md` stands alone on a card, `short` is its line among others. `buttons` are its own; done, later, less often and
    stop are added. `item` names what was said, so that it is not said twice; `told_day` is the day of a milestone that
    was told, ISO. `marks`: the step of a checklist that "done" marks too ("letters.ask-writers").
    """

    title: str
    md: str
    short: str
    buttons: tuple[Button, ...] = ()
    item: str | None = None
    told_day: str | None = None
    marks: str | None = None
    season: int | None = None

    def __post_init__(self) -> None:
        line = len(markup.plain(self.short))
        if line > SHORT or len(self.buttons) > OWN_BUTTONS or not 0 < len(self.title) <= CARD_TITLE:
            raise OverBudget("a nudge has a title, a line of 150 characters at most and up to three buttons of its own")


@dataclass(frozen=True, slots=True)
class Unsaid:
    """There is nothing to say. `reason` is a machine word, shown in the history in words (`history.WHY`)."""

    reason: str


class Writer(Protocol):
    """Says the nudges of some kinds."""

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
        """The words as of `now`, in a transaction that only reads. A nudge that has its `item` says that one."""


def writer_for(writers: Mapping[str, Writer], kind: str) -> Writer:
    """The writer of a kind: registered for it, for what stands before its colon, or for all the others ("")."""
    return writers.get(kind) or writers.get(kind.partition(":")[0]) or writers[""]
