"""Whether Discord still talks to us. A connection may die without closing: then nothing comes and nothing fails."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from datetime import datetime

import discord
import structlog

from bot.ports import Health
from scheduler.clock import Clock

log = structlog.get_logger()

SILENCE = 60.0
"""Seconds without any frame after which a connection counts as dead. Discord answers a heartbeat every 41 s."""

_UP = ("connect", "ready", "resumed")


class Life:
    """Listens to the client's events. `monotonic` gives seconds that only grow; `clock` the time for the operator.

    `up` is set at the first connection. The library's own "ready" comes two seconds later, after it has waited for more
    communities; commands are answered before.
    """

    def __init__(self, monotonic: Callable[[], float], clock: Clock) -> None:
        self._monotonic = monotonic
        self._clock = clock
        self._last = monotonic()
        self._connected = False
        self._since: datetime = clock.now()
        self.up = asyncio.Event()

    def heard(self, event: str) -> None:
        """Take note of an event of the library; only frames from Discord are signs of life."""
        if event == "socket_raw_receive":
            self._last = self._monotonic()
        elif event in _UP:
            self._connected = True
            self.up.set()
        elif event == "disconnect" and self._connected:
            self._connected = False
            self._since = self._clock.now()

    @property
    def is_deaf(self) -> bool:
        """Nothing was heard for `SILENCE` seconds."""
        return self._monotonic() - self._last > SILENCE

    def health(self) -> Health:
        """In one line."""
        if not self._connected:
            since = f"{self._since:%H:%M:%S} UTC"
            return Health(False, f"Discord: not connected since {since}; trying again by itself")
        if self.is_deaf:
            return Health(False, "Discord: no sign of life for a minute; the connection is being replaced")
        return Health(True, "Discord: connected")


def cut(client: discord.Client) -> None:
    """End the client's connection at the socket: a deaf peer would let a polite close wait for half a minute.

    The library then connects again and resumes.
    """
    stream = getattr(client.ws, "socket", None)  # there is no `ws` before the first connection
    line = stream.get_extra_info("socket") if stream is not None else None
    if line is None:
        return
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError as fault:
        log.info("already_cut", reason=type(fault).__name__)
