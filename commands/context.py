"""Who asked for what, where: the neutral form of everything that a platform sends us, and what a handler works with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from commands.errors import NotFound

if TYPE_CHECKING:
    from commands.registry import Registry
    from content.catalog import Catalog
    from storage.db import Uow
    from storage.people import Person

Platform = Literal["discord", "slack"]
What = Literal["command", "action", "form", "text", "complete", "home", "event"]
Where = Literal["dm", "channel", "home"]

NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Invocation:
    """One thing that a person did (or a platform reported), stripped of everything that only a platform understands.

    what     command, action (a button or select), form (a sent form), text (a plain direct message), complete
             (autocomplete), home (Slack's Home tab opened), event (joined, removed, member left, ...)
    name     the command's name, the event's name, or the whole action id ("m1:checklist.set:7k2q:1")
    options  a command's arguments by name, as typed; on autocomplete the one being typed. Slack sends `{"": text}`,
             which the registry's tokenizer splits
    values   the fields of a sent form by name, or the picked option of a select under "picked"
    team     Slack's workspace id, "" on Discord, where user ids are global
    community  guild or workspace id in which this happened; "" in a Discord direct message
    channel  the channel of the community in which this happened; "" in direct messages
    delivery the platform's own id of this delivery: the same delivery twice has one effect
    """

    platform: Platform
    user: str
    what: What
    name: str
    where: Where = "dm"
    team: str = ""
    community: str = ""
    message: str = ""
    channel: str = ""
    delivery: str = ""
    options: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    values: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    locale: str | None = None
    zone: str | None = None
    is_admin: bool = False


@dataclass(frozen=True, slots=True)
class Ctx:
    """What a handler has: the invocation, the person, one transaction, the content, and the time it is.

    `demo` is the trial page: nudges come at once, whatever the hour, and say so. `missed`: so many nudges did not reach
    the person, and they have not been told.
    """

    invocation: Invocation
    registry: Registry
    catalog: Catalog
    now: datetime
    _uow: Uow | None
    _person: Person | None
    demo: bool = False
    missed: int = 0

    @property
    def uow(self) -> Uow:
        """The transaction of this invocation. Not there for handlers that open a form (`opens_form`)."""
        if self._uow is None:
            raise RuntimeError("a handler that opens a form without reading has no transaction")
        return self._uow

    @property
    def person(self) -> Person:
        """Who asked. Raises `NotFound` where nobody did (an event)."""
        if self._person is None:
            raise NotFound
        return self._person

    @property
    def is_admin(self) -> bool:
        """Whether the person runs the community in which they asked."""
        return self.invocation.is_admin

    def t(self, text: str, **values: object) -> str:
        """The text in the person's language, with `{name}` fields filled. English is the source and, for now, all.

        Values are inserted as they are: a person's words pass through `markup.escape` first.
        """
        return text.format(**values) if values else text
