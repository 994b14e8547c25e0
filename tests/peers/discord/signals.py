"""Waiting without polling: whoever changes something says so, whoever waits looks again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class NoAnswerError(AssertionError):
    """What a test waited for did not come; the text says what was seen instead."""


class Signal:
    """Wakes those who wait for a condition, at each change and only then."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Callable[[], object], asyncio.Future[None]]] = []

    def changed(self) -> None:
        """Something is different now: whoever waited for just that goes on."""
        for holds, waiter in self._waiting:
            if waiter.done():
                continue
            try:
                if holds():
                    waiter.set_result(None)
            except Exception as fault:  # noqa: BLE001  the fault belongs to the one who waits, not to the changer
                waiter.set_exception(fault)

    async def until(self, holds: Callable[[], object], timeout: float, missing: Callable[[], str]) -> None:
        """Return once `holds()` is true; after `timeout` seconds raise NoAnswerError with `missing()`."""
        if holds():
            return
        entry = (holds, asyncio.get_running_loop().create_future())
        self._waiting.append(entry)
        try:
            async with asyncio.timeout(timeout):
                await entry[1]
        except TimeoutError:
            raise NoAnswerError(f"after {timeout:g} s: {missing()}") from None
        finally:
            self._waiting.remove(entry)
