"""What the dispatcher asks of whoever writes and sends messages. It never looks into a message itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from storage.db import Uow
from storage.outbox import OutboxRow

NUDGES = "nudges"
"""What writes a message of nudges: the name of its composer."""


@dataclass(frozen=True, slots=True)
class Silent:
    """Nothing is to be said of any nudge of a message, and why, by nudge id: machine words."""

    reasons: Mapping[int, str]


class Carrier(Protocol):
    """Writes and sends the rows of one platform. `prepared` is opaque here: what `prepare` gave is handed back."""

    platform: str

    async def prepare(self, uow: Uow, row: OutboxRow, now: datetime) -> object | None:
        """The message as of `now`, in a transaction that only reads.

        None: there is nothing to say any more. `Silent`: neither, and it is known why.
        """

    def requests(self, row: OutboxRow, prepared: Any) -> int:
        """How many requests of the platform's limit its delivery takes."""

    async def deliver(self, row: OutboxRow, prepared: Any, repeated: bool) -> str:
        """Send, outside any transaction, and give the platform's reference of the message.

        `repeated`: an earlier attempt may have been carried out, so look for the row's id there first. Raises the
        errors of `scheduler.retry`.
        """

    async def settled(self, uow: Uow, row: OutboxRow, prepared: Any, now: datetime) -> None:
        """Remember that the message is out, in the transaction that marks the row as sent."""


@dataclass(slots=True)
class Delivery:
    """A message that is out: what has to be written down about it, and whether that is done."""

    carrier: Carrier
    row: OutboxRow
    prepared: object
    reference: str
    done: bool = False
