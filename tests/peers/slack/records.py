"""What the loopback Slack keeps and shows: people, conversations, messages, views, and what happened when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from tests.peers.slack import blocks as kit
from tests.peers.slack.specs import Json

Kind = Literal["slash", "interactive", "event"]
Signature = Literal["right", "wrong", "old", "missing"]
Doing = Literal["posted", "ephemeral", "updated", "deleted", "opened", "pushed", "changed", "published", "shared"]


@dataclass(frozen=True, slots=True)
class Identity:
    """The workspace and the app in it."""

    team_id: str = "T0PEER0001"
    team_name: str = "Loopback"
    team_domain: str = "loopback"
    app_id: str = "A0MENTOR01"
    bot_user: str = "U0MENTORBT"
    bot_id: str = "B0MENTOR01"
    bot_name: str = "matchmentor"


@dataclass(frozen=True, slots=True)
class Member:
    """A person of the workspace, or the bot."""

    id: str
    name: str
    tz: str = "America/New_York"
    real_name: str = ""
    deleted: bool = False
    is_bot: bool = False
    is_admin: bool = False


@dataclass(frozen=True, slots=True)
class Channel:
    """A conversation; `im_of` is the person when it is their direct messages with the bot."""

    id: str
    name: str
    members: frozenset[str]
    im_of: str | None = None
    private: bool = False
    archived: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it stands; `only_for` is its one reader when it is ephemeral."""

    channel: str
    ts: str
    author: str
    text: str
    blocks: tuple[Json, ...] = ()
    only_for: str | None = None
    thread_ts: str | None = None
    metadata: Json | None = None
    files: tuple[str, ...] = ()
    edited: bool = False

    @property
    def words(self) -> str:
        """All that a reader sees: the blocks, or the text where there are none."""
        return kit.words(self.blocks) if self.blocks else self.text

    @property
    def labels(self) -> tuple[str, ...]:
        """What can be pressed or chosen, from top to bottom."""
        return tuple(control.label for control in kit.controls(self.blocks))

    def says(self, *parts: str) -> bool:
        """Is every one of these to be read in it?"""
        return all(part in self.words for part in parts)


@dataclass(frozen=True, slots=True)
class View:
    """A modal or Home tab as it stands; `content` is what the app sent, ids filled in."""

    id: str
    owner: str
    content: Json
    hash: str
    root_id: str
    previous_id: str | None = None

    @property
    def type(self) -> str:
        """`modal` or `home`."""
        return str(self.content["type"])

    @property
    def blocks(self) -> tuple[Json, ...]:
        """Its blocks, from top to bottom."""
        return tuple(self.content["blocks"])

    @property
    def title(self) -> str:
        """The words at the top of a modal."""
        return str(self.content.get("title", {}).get("text", ""))

    @property
    def words(self) -> str:
        """All that a reader sees."""
        return "\n".join(part for part in (self.title, kit.words(self.blocks)) if part)

    @property
    def labels(self) -> tuple[str, ...]:
        """What can be pressed, chosen or filled in, from top to bottom."""
        return tuple(control.label for control in kit.controls(self.blocks))

    def says(self, *parts: str) -> bool:
        """Is every one of these to be read in it?"""
        return all(part in self.words for part in parts)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file: announced with a name and a length, then uploaded, then shared."""

    id: str
    name: str
    length: int
    title: str = ""
    content: bytes | None = None
    complete: bool = False
    owner: str = ""
    looks: int = 0
    """How many more times `files.info` has to be asked until it can be shown."""

    @property
    def showable(self) -> bool:
        """Whether a block may show it."""
        return self.complete and not self.looks


@dataclass(frozen=True, slots=True)
class Trigger:
    """Permission to open one modal, for three seconds."""

    user: str
    made_at: float
    cause: str
    view_id: str | None = None
    used: bool = False


@dataclass(frozen=True, slots=True)
class ResponseUrl:
    """An address for five answers within half an hour; `source` is the message whose button was pressed."""

    user: str
    channel: str
    made_at: float
    cause: str
    source: Message | None = None
    uses: int = 0


@dataclass(frozen=True, slots=True)
class Effect:
    """Something became visible: to `reader`, or to everyone in `channel`; `cause` when it is known for sure."""

    doing: Doing
    reader: str | None = None
    channel: str | None = None
    message: Message | None = None
    view: View | None = None
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class Ack:
    """How the app took a delivery: HTTP status (200 for a Socket Mode ack, None for none), body, seconds it took."""

    status: int | None
    body: Any = None
    seconds: float = 0.0
    timed_out: bool = False
    lost: bool = False

    @property
    def ok(self) -> bool:
        """Would Slack be content?"""
        return self.status is not None and 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Sent:
    """One delivery to the app, its payload and how it was taken; `envelope_id` in Socket Mode only."""

    kind: Kind
    payload: Json
    ack: Ack
    envelope_id: str | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """One call of the app: a Web API method, `response_url` or `upload`, its arguments and what it was told."""

    method: str
    args: Json
    token: str
    status: int
    error: str | None
    at: float
    injected: bool = False


@dataclass(frozen=True, slots=True)
class Violation:
    """Something the app did that Slack would refuse, or that a person should not see."""

    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.where}: {self.text}"
