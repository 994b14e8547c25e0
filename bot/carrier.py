"""From an outbox row to a person's direct messages: compose, deliver through the adapter, remember."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.ports import Adapter, Outgoing
from commands.composing import Composed, Composer
from content.catalog import CatalogHolder
from scheduler.messages import Silent
from storage.channel_posts import POST
from storage.db import Uow
from storage.outbox import OutboxRow


@dataclass(slots=True)
class Prepared:
    """A composed message with the address it goes to; `channel` and `ref` are filled in by the delivery."""

    composed: Composed
    user: str
    team: str
    channel: str | None
    ref: str = ""


class PlatformCarrier:
    """Carries outbox rows to one platform: composes, delivers through the adapter, remembers."""

    def __init__(self, adapter: Adapter, composers: Mapping[str, Composer], holder: CatalogHolder, demo: bool) -> None:
        self.platform = adapter.platform
        self._adapter = adapter
        self._composers = composers
        self._holder = holder
        self._demo = demo

    async def prepare(self, uow: Uow, row: OutboxRow, now: datetime) -> Prepared | Silent | None:
        """The message as of now and where it goes; None, or why, when there is nothing to say any more."""
        person = await uow.people.known(row.person_id, row.account_id)
        composer = self._composers.get(row.compose)
        # Somebody who has left is sent nothing; what they set up for a channel goes on.
        if person is None or composer is None or (person.frozen_at is not None and row.compose != POST):
            return None
        composed = await composer.compose(uow, self._holder.current, row, now, demo=self._demo)
        if composed is None or isinstance(composed, Silent):
            return composed
        return Prepared(composed, person.user_id, person.team, person.dm_channel)

    def requests(self, row: OutboxRow, prepared: Prepared) -> int:
        """One, one more to open direct messages that were never used, one more to look whether it went out before."""
        known = prepared.channel or prepared.composed.edit or prepared.composed.place
        return 1 + (known is None) + (row.attempts > 1)

    async def deliver(self, row: OutboxRow, prepared: Prepared, repeated: bool) -> str:
        """Send. The row's id is the key by which a repeat is recognised."""
        channel, _, edited = (prepared.composed.edit or "").partition(":")
        message = Outgoing(
            user=prepared.user,
            team=prepared.team,
            card=prepared.composed.card,
            key=f"mm{row.id}",
            channel=channel or prepared.channel,
            repeated=repeated,
            edit=edited or None,
            place=prepared.composed.place,
        )
        sent = await self._adapter.deliver(message)
        prepared.channel, prepared.ref = sent.channel, f"{sent.channel}:{sent.ref}"
        return prepared.ref

    async def settled(self, uow: Uow, row: OutboxRow, prepared: Prepared, now: datetime) -> None:
        """What has to be remembered once it is out: the channel, so that it need not be opened again, and the rest."""
        if prepared.composed.place is None:
            await uow.people.set_dm(row.account_id, prepared.channel, closed_at=None)
        if prepared.composed.living:
            await uow.living.put(row.person_id, row.account_id, prepared.composed.living, prepared.ref, now)
        await self._composers[row.compose].settled(uow, row, prepared.composed, now)
