"""What the application asks of a platform's adapter, and what it offers to one. Both adapters have this shape."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Protocol

from commands.composing import Place
from commands.context import Invocation
from commands.outcomes import Outcome
from commands.ui import Card


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to one person's direct messages, or to a channel (`place`).

    key       the outbox row's id: Discord's nonce, Slack's message metadata, so that a repeat can be recognised
    repeated  True when an earlier attempt may have been carried out: look for `key` before sending again
    edit      the reference of a message to replace instead of sending a new one
    place     the channel of a community that it goes to; `user` is then the admin who set it up, `channel` is not used
    """

    user: str
    team: str
    card: Card
    key: str
    channel: str | None = None
    repeated: bool = False
    edit: str | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """Where a message went: the direct-message channel, and a reference to the message in it."""

    channel: str
    ref: str


@dataclass(frozen=True, slots=True)
class Health:
    """Whether a connection lives, in one line that says what to do when it does not."""

    ok: bool
    detail: str


class Adapter(Protocol):
    """One platform. `start` returns when connected; `ended` is set when the platform closed the door for good."""

    platform: str
    ended: asyncio.Event

    async def start(self) -> None:
        """Connect. Raises `bot.settings.SettingsError` for a refused token, with one line for the operator."""

    def stop_accepting(self) -> None:
        """Take nothing new; what is under way goes on, and `deliver` still works."""

    async def stop(self) -> None:
        """Stop accepting, let the answers under way finish, close the connections."""

    async def deliver(self, message: Outgoing) -> Sent:
        """Send to a person or a channel. Raises the delivery errors of `scheduler.retry`, and `ChannelClosed`."""

    def health(self) -> Health:
        """Whether the connection lives: no sign of life for 60 seconds is not."""


class Answering(Protocol):
    """What an adapter calls: the boundary."""

    async def run(self, invocation: Invocation) -> Outcome | None:
        """The answer to an invocation, after everything it changed is committed. None: nothing to say (a replay)."""

    def opens_form(self, invocation: Invocation) -> bool:
        """Whether the answer may be a form, so that it must not be deferred."""
