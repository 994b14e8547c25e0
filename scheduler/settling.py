"""Writing down what is out. Whoever comes first writes for all who wait: few transactions, and never a delay."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog

from scheduler.clock import Clock
from scheduler.messages import Delivery
from storage.db import Database

log = structlog.get_logger()


class Settler:
    """Marks rows as sent, in groups. The fence of each row stays its own."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._waiting: list[Delivery] = []
        self._turn = asyncio.Lock()

    async def settle(self, delivery: Delivery) -> None:
        """Return when the delivery is written down, or cannot be: then its lease runs out and it is looked up again."""
        self._waiting.append(delivery)
        async with self._turn:
            if delivery.done:
                return
            group = tuple(self._waiting)
            if not await self._write(group):
                await self._one_by_one(group)
            # Only now: a cancelled writer leaves its group to the next one.
            del self._waiting[: len(group)]
            for each in group:
                each.done = True

    async def _one_by_one(self, group: Sequence[Delivery]) -> None:
        """One that cannot be written must not undo the others; that it is out counts more than what is remembered."""
        for each in group:
            if not (await self._write((each,)) or await self._write((each,), remembering=False)):
                log.error("sent_not_recorded", outbox=each.row.id, platform=each.row.platform)

    async def _write(self, group: Sequence[Delivery], *, remembering: bool = True) -> bool:
        now = self._clock.now()
        try:
            async with self._database.write() as uow:
                await uow.outbox.sent_all([(each.row, each.reference) for each in group], now)
                for each in group if remembering else ():
                    await each.carrier.settled(uow, each.row, each.prepared, now)
        except Exception as error:  # noqa: BLE001  anything may come from a carrier; the caller tries a smaller group
            log.warning("settling_failed", rows=len(group), reason=type(error).__name__)
            return False
        return True
