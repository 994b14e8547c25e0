"""What is measured: counts, waiting and lateness. No label holds a person's words, an id or a community."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from bot.ports import Answering
from commands.context import Invocation
from commands.outcomes import Outcome
from scheduler.clock import Clock
from storage.db import Database

STATES = ("pending", "sent", "dead", "expired", "cancelled")


class Metrics:
    """One set of numbers for one process, with a registry of its own."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self.registry = CollectorRegistry()
        self.answers = Counter(
            "matchmentor_invocations", "What people asked", ("platform", "what"), registry=self.registry
        )
        self.seconds = Histogram(
            "matchmentor_answer_seconds",
            "From the request to the committed answer",
            ("platform",),
            buckets=(0.01, 0.03, 0.1, 0.3, 1, 3, 10),
            registry=self.registry,
        )
        self._outbox = Gauge("matchmentor_outbox", "Messages by state", ("state",), registry=self.registry)
        self._late = Gauge(
            "matchmentor_outbox_late_seconds", "How long the oldest due message waits", registry=self.registry
        )
        self._backlog = Gauge(
            "matchmentor_nudges_backlog_seconds", "How long the oldest due nudge waits", registry=self.registry
        )
        self.planned = Counter("matchmentor_nudges_due", "Nudges whose time had come", registry=self.registry)
        self.ends = Counter(
            "matchmentor_messages",
            "What became of messages: sent, failed or dropped, and why",
            ("platform", "end", "reason"),
            registry=self.registry,
        )
        self.lateness = Histogram(
            "matchmentor_message_lateness_seconds",
            "From the moment a message was due to the moment it was out",
            ("platform",),
            buckets=(1, 5, 15, 60, 300, 900, 3_600, 14_400, 86_400),
            registry=self.registry,
        )
        self.ready = Gauge("matchmentor_ready", "1 when everything is well", registry=self.registry)

    async def text(self) -> bytes:
        """The numbers as of now in Prometheus' text form. Raises `StorageError`."""
        now = self._clock.now()
        async with self._database.read() as uow:
            counts = await uow.outbox.counts()
            oldest = await uow.outbox.oldest_due(now)
            waiting = await uow.ledger.oldest_planned(now)
        by_state = {str(state): number for state, number in counts.items()}
        for state in STATES:
            self._outbox.labels(state).set(by_state.get(state, 0))
        self._late.set((now - oldest if oldest else timedelta()).total_seconds())
        self._backlog.set((now - waiting if waiting else timedelta()).total_seconds())
        return generate_latest(self.registry)

    def told(self, platform: str, end: str, reason: str, late: timedelta) -> None:
        """A message came to its end (`scheduler.dispatcher.Told`)."""
        self.ends.labels(platform, end, reason).inc()
        if end == "sent":
            self.lateness.labels(platform).observe(max(0.0, late.total_seconds()))


@dataclass(frozen=True, slots=True)
class Counted:
    """A boundary whose answers are counted. Implements `bot.ports.Answering`."""

    inner: Answering
    metrics: Metrics

    def opens_form(self, invocation: Invocation) -> bool:
        """As the boundary says."""
        return self.inner.opens_form(invocation)

    async def run(self, invocation: Invocation) -> Outcome | None:
        """The boundary's answer."""
        start = time.perf_counter()
        try:
            return await self.inner.run(invocation)
        finally:
            self.metrics.answers.labels(invocation.platform, invocation.what).inc()
            self.metrics.seconds.labels(invocation.platform).observe(time.perf_counter() - start)
