"""What Slack says about a person: zone, rights, whether the account still lives. Asked once an hour at most."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError

from bot.slack_adapter.api import Api
from bot.uploads import NETWORK
from scheduler.clock import Clock

log = structlog.get_logger()

KEPT = timedelta(hours=1)
REMEMBERED = 10_000
WITHIN = 1.0
"""Seconds that the question may take: somebody waits for an answer."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What we use of Slack's `user` object."""

    zone: str | None = None
    is_admin: bool = False
    deleted: bool = False


UNKNOWN = Profile()


class People:
    """Profiles by user id."""

    def __init__(self, api: Api, clock: Clock) -> None:
        self._api = api
        self._clock = clock
        self._kept: OrderedDict[str, tuple[datetime, Profile]] = OrderedDict()

    async def get(self, user: str) -> Profile:
        """The profile; an empty one when Slack does not tell in time."""
        kept = self._kept.get(user)
        if kept is not None and self._clock.now() - kept[0] < KEPT:
            return kept[1]
        try:
            async with asyncio.timeout(WITHIN):
                told = await self._api.patient.users_info(user=user)
        except (SlackApiError, *NETWORK) as fault:
            log.info("profile_not_read", reason=type(fault).__name__)
            return kept[1] if kept is not None else UNKNOWN
        return self.changed(told["user"])

    def changed(self, user: Mapping[str, Any]) -> Profile:
        """Take note of a `user` object."""
        admin = bool(user.get("is_admin") or user.get("is_owner") or user.get("is_primary_owner"))
        profile = Profile(user.get("tz") or None, admin, bool(user.get("deleted")))
        self._kept[str(user.get("id", ""))] = (self._clock.now(), profile)
        if len(self._kept) > REMEMBERED:
            self._kept.popitem(last=False)
        return profile
