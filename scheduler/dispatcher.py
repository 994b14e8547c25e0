"""Sends what is due: claims rows, hands them to the platform's carrier outside any transaction, writes down the end.

Nothing is lost: a row is pending until its end is written, and a lease that ran out makes it due again. Nothing is
doubled: only the holder of a lease sends, and a row that may be out already is handed over as `repeated`.
"""

from __future__ import annotations

import asyncio
import random as chance
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog

from scheduler.clock import Clock, Stopwatch, SystemStopwatch, to_wall
from scheduler.lanes import PACES, Lane, LaneHealth, Pace
from scheduler.messages import NUDGES, Carrier, Delivery, Silent
from scheduler.recurrence import QuietHours
from scheduler.retry import (
    MAX_CLAIMS,
    Decision,
    GiveUp,
    Pause,
    Retry,
    StopLane,
    Unreachable,
    decide,
)
from scheduler.settling import Settler
from scheduler.zones import zone
from storage.channel_posts import POST
from storage.db import Database, Uow
from storage.outbox import QUIET, OutboxRow
from storage.people import Person

__all__ = ["Carrier", "Dispatcher", "LaneHealth", "Pace"]

LATE = timedelta(minutes=1)
"""From here on a delay is a line in the log."""
_KEEPS_ITS_EVENING = timedelta(minutes=15)
"""A nudge that is later than this does not disturb quiet hours that began meanwhile."""

Told = Callable[[str, str, str, timedelta], None]
"""Is told the platform, the end of a message (sent, failed, dropped), its reason, and how late it was."""

log = structlog.get_logger()


class Dispatcher:
    """One worker. `worker` names it and is unique among all that run; `timeout` must be shorter than `lease`.

    `carriers` and `paces` are by platform. `random` gives numbers in [0, 1). `when_free` is called when there is more
    to do and room for it, `told` of each end.
    """

    def __init__(
        self,
        database: Database,
        carriers: Mapping[str, Carrier],
        clock: Clock,
        *,
        worker: str,
        lease: timedelta = timedelta(seconds=60),
        timeout: timedelta = timedelta(seconds=30),
        batch: int = 50,
        paces: Mapping[str, Pace] = PACES,
        random: Callable[[], float] = chance.random,
        stopwatch: Stopwatch | None = None,
    ) -> None:
        if timeout >= lease:
            raise ValueError("a delivery must end before its lease does")
        self.when_free: Callable[[], None] = _nothing
        self.told: Told = _nothing
        self.last_turn: datetime | None = None
        self._database = database
        self._carriers = carriers
        self._clock = clock
        self._worker = worker
        self._lease = lease
        self._timeout = timeout
        self._batch = batch
        self._random = random
        self._stopwatch = stopwatch or SystemStopwatch()
        self._lanes = {name: Lane(name, paces.get(name, Pace()), self._stopwatch) for name in carriers}
        self._settler = Settler(database, clock)
        self._tasks: set[asyncio.Task[None]] = set()
        self._claiming = asyncio.Lock()
        self._draining = False

    async def turn(self) -> int:
        """Send all that is due and that the lanes let pass, and wait for the end of it; how many rows were claimed."""
        claimed = 0
        while started := await self.begin():
            claimed += started
            await self.settled()
        return claimed

    async def begin(self) -> int:
        """Claim what is due and has room, and start to send it without waiting; how many rows were claimed."""
        claimed = 0
        async with self._claiming:
            for lane in self._lanes.values():
                room = 0 if self._draining else lane.room(self._clock.now(), self._batch)
                if room:
                    lane.backlog = False
                    claimed += await self._claim(lane, room)
        self.last_turn = self._clock.now()
        return claimed

    async def settled(self) -> None:
        """Wait until nothing is on its way."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def drain(self, seconds: float) -> bool:
        """Claim nothing more and wait for what is on its way; True when all of it ended.

        What did not is let go: its lease runs out, and whoever claims it then looks first whether it went out.
        """
        self._draining = True
        async with self._claiming:
            pass  # a claim under way ends first, so that its rows are among those that are waited for
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        left = tuple(self._tasks)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        return not left

    def lanes(self) -> Mapping[str, LaneHealth]:
        """How each platform's lane is."""
        now = self._clock.now()
        return {name: lane.health(now) for name, lane in self._lanes.items()}

    def reopen(self, platform: str) -> None:
        """Go on with a stopped lane: what was wrong has been put right."""
        self._lanes[platform].reopen()
        self.when_free()

    async def _claim(self, lane: Lane, room: int) -> int:
        now = self._clock.now()
        async with self._database.write() as uow:
            rows = await uow.outbox.claim(self._worker, now, self._lease, room, (lane.platform,))
            good = [row for row in rows if not await self._over(uow, row, now)]
        lane.backlog = len(rows) == room
        _tell_of_delay(lane.platform, [row for row in good if row.attempts == 1], now)
        lane.on_their_way += len(good)
        for row in good:
            task = asyncio.create_task(self._carry(lane, row), name=f"outbox-{row.id}")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return len(rows)

    async def _over(self, uow: Uow, row: OutboxRow, now: datetime) -> bool:
        """Whether there is nothing to try any more: too late, or it kills whoever takes it."""
        if row.expires_at is not None and row.expires_at <= now:
            await uow.ledger.dropped_late(row.id)
            self.told(row.platform, "dropped", "late", now - row.due_at)
            return await uow.outbox.expire(row)
        if row.attempts > MAX_CLAIMS:
            log.error("delivery_given_up", outbox=row.id, platform=row.platform, reason="attempts")
            await uow.ledger.failed(row.id, "attempts")
            self.told(row.platform, "failed", "attempts", now - row.due_at)
            return await uow.outbox.dead(row, "attempts")
        return False

    async def _carry(self, lane: Lane, row: OutboxRow) -> None:
        """One row to its end. Whatever goes wrong stays with this row."""
        try:
            await self._send(lane, self._carriers[lane.platform], row)
        except Exception as error:  # noqa: BLE001  `decide` knows what each means; unknown ones are tried again
            await self._failed(lane, row, error)
        finally:
            lane.on_their_way -= 1
            if lane.backlog and lane.half_free:
                lane.backlog = False
                self.when_free()

    async def _send(self, lane: Lane, carrier: Carrier, row: OutboxRow) -> None:
        prepared = await self._prepare(lane, carrier, row)
        if prepared is None:
            return
        requests = carrier.requests(row, prepared)
        await self._stopwatch.wait(lane.wait(requests))
        while crowded := lane.crowded(requests):
            await self._stopwatch.wait(crowded)
        now = self._clock.now()
        if row.lease_until is None or now + self._timeout > row.lease_until or not lane.open(now):
            # The machine slept, or the database was slow: somebody else may hold it by now. Or the lane has closed.
            async with self._database.write() as uow:
                await uow.outbox.release(row)
            return
        trip = lane.leave(requests)
        try:
            async with asyncio.timeout(self._timeout.total_seconds()):
                reference = await carrier.deliver(row, prepared, row.attempts > 1)
        finally:
            lane.arrived(trip)
        lane.delivered()
        self.told(lane.platform, "sent", "", self._clock.now() - row.due_at)
        await self._settler.settle(Delivery(carrier, row, prepared, reference))

    async def _prepare(self, lane: Lane, carrier: Carrier, row: OutboxRow) -> object | None:
        """The message, or None when the row is settled without one. Raises `Unreachable` for a closed door."""
        now = self._clock.now()
        prepared, later = None, None
        async with self._database.read() as uow:
            person = await uow.people.known(row.person_id, row.account_id)
            # A post goes to a channel: whoever set it up may have left, or have closed their direct messages.
            if person is not None and (person.frozen_at is None or row.compose == POST):
                if person.dm_closed_at is not None and row.compose != POST:
                    # Refused requests count towards the platform's ban of the whole bot.
                    raise Unreachable("dm_closed")
                later = _after_quiet_hours(person, row, now)
                prepared = None if later else await carrier.prepare(uow, row, now)
        if prepared is None or isinstance(prepared, Silent):
            async with self._database.write() as uow:
                if later is not None:
                    await uow.outbox.retry(row, later, QUIET, give_attempt_back=True)
                elif await uow.outbox.cancel(row) and prepared is not None:
                    await uow.ledger.unsaid(prepared.reasons)
            return None
        return prepared

    async def _failed(self, lane: Lane, row: OutboxRow, error: Exception) -> None:
        now = self._clock.now()
        decision = decide(error, row.attempts, now=now, expires_at=row.expires_at, random=self._random)
        _tell(lane, row, decision, now)
        if isinstance(decision, Pause | GiveUp):
            self.told(lane.platform, "failed", decision.reason, now - row.due_at)
        try:
            async with self._database.write() as uow:
                await _settle_failed(uow, row, decision, now)
        except Exception as fault:  # noqa: BLE001  the lease runs out and the row is tried again
            log.error("failure_not_recorded", outbox=row.id, platform=row.platform, reason=type(fault).__name__)


async def _settle_failed(uow: Uow, row: OutboxRow, decision: Decision, now: datetime) -> None:
    match decision:
        case Retry(at=at, give_attempt_back=given_back, reason=reason):
            await uow.outbox.retry(row, at, reason, give_attempt_back=given_back)
        case Pause(reason=reason):
            if await uow.outbox.dead(row, reason):
                await uow.ledger.failed(row.id, reason)
                await uow.people.set_dm(row.account_id, closed_at=now)
                await uow.people.pause_nudges(row.person_id, "unreachable", now)
        case GiveUp(expired=True):
            if await uow.outbox.expire(row):
                await uow.ledger.dropped_late(row.id)
        case GiveUp(reason=reason):
            if await uow.outbox.dead(row, reason):
                await uow.ledger.failed(row.id, reason)
        case StopLane():
            await uow.outbox.release(row)


def _tell(lane: Lane, row: OutboxRow, decision: Decision, now: datetime) -> None:
    """One line for a failed row; for what concerns the whole lane, one line for the lane."""
    known = {"outbox": row.id, "platform": lane.platform, "reason": decision.reason, "attempt": row.attempts}
    match decision:
        case StopLane(reason=reason):
            if lane.stop(reason):
                log.error("lane_stopped", platform=lane.platform, reason=reason)
        case Retry(at=at, give_attempt_back=True):
            if lane.sleep(now, at):
                log.warning("lane_paused", platform=lane.platform, reason=decision.reason, until=at.isoformat())
        case Retry():
            log.warning("delivery_failed", **known)
        case Pause():
            log.info("person_unreachable", **known)
        case GiveUp():
            log.error("delivery_given_up", **known)


def _tell_of_delay(platform: str, rows: list[OutboxRow], now: datetime) -> None:
    late = [row.due_at for row in rows if now - row.due_at > LATE]
    if late:
        log.warning("late", platform=platform, rows=len(late), seconds=int((now - min(late)).total_seconds()))


def _after_quiet_hours(person: Person, row: OutboxRow, now: datetime) -> datetime | None:
    """For a nudge of a rule that comes late, into quiet hours that its own time was not in: when they end.

    A time inside them that the person chose (a snooze, a reminder of their own) is kept.
    """
    if (row.rule_id is None and row.compose != NUDGES) or person.zone is None or now - row.due_at < _KEEPS_ITS_EVENING:
        return None
    quiet = QuietHours.from_json({"start": person.quiet_start, "end": person.quiet_end})
    where = zone(person.zone)
    if quiet.covers(to_wall(row.due_at, where).time()) or not quiet.covers(to_wall(now, where).time()):
        return None
    return quiet.postpone(now, person.zone)


def _nothing(*_: object) -> None:
    """Nobody wants to be called."""
