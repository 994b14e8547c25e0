"""Messages that are written when they are sent, so that a finished step is never nagged about.

An outbox row names a composer by key. At send time the composer reads what is true now and gives a card, or None:
there is nothing to say any more. `settled` runs in the transaction that marks the row as sent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from commands.ui import Card
    from content.catalog import Catalog
    from scheduler.messages import Silent
    from storage.db import Uow
    from storage.outbox import OutboxRow


@dataclass(frozen=True, slots=True)
class Place:
    """A channel of a community, and the one role or user group that is called by name there."""

    channel: str
    mention: str | None = None


@dataclass(frozen=True, slots=True)
class Composed:
    """A card, and what `settled` needs to know about it (JSON values, no person's words).

    `place`: it goes to this channel and not to the person, so that nothing private may stand in it.
    `living` and `edit` are those of `commands.outcomes.Direct`: a message that lives on is changed where it stands.
    """

    card: Card
    note: dict[str, Any] = field(default_factory=dict)
    living: str = ""
    edit: str | None = None
    place: Place | None = None


class Composer(Protocol):
    """Writes the rows of one kind."""

    key: str

    async def compose(
        self, uow: Uow, catalog: Catalog, row: OutboxRow, now: datetime, *, demo: bool = False
    ) -> Composed | Silent | None:
        """The message as of `now`; None, or why, to skip it."""

    async def settled(self, uow: Uow, row: OutboxRow, composed: Composed, now: datetime) -> None:
        """What has to be remembered once the message is out."""
