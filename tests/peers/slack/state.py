"""The workspace itself: who and what is there, and a log of everything that became visible in it."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace

from tests.peers.discord.clock import PeerClock
from tests.peers.discord.signals import Signal
from tests.peers.slack import blocks as kit
from tests.peers.slack.records import (
    Channel,
    Doing,
    Effect,
    Identity,
    Member,
    Message,
    ResponseUrl,
    StoredFile,
    Trigger,
)
from tests.peers.slack.specs import Json
from tests.peers.slack.views import Views

DEFAULT_SCOPES = (
    "commands", "chat:write", "im:write", "im:history", "im:read", "channels:read", "channels:history",
    "users:read", "team:read", "files:write", "files:read",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Errand:
    """What one act of a person gives the app to answer with."""

    cause: str
    user: str
    channel: str
    trigger_id: str
    response_url: str


class World:
    """State of the loopback Slack. Changes go through its methods, which log them and wake who waits."""

    def __init__(self, identity: Identity, clock: PeerClock, scopes: Iterable[str] = DEFAULT_SCOPES) -> None:
        self.identity = identity
        self.clock = clock
        self.scopes = set(scopes)
        self.base_url = ""
        self.tickets: set[str] = set()
        self.tokens: dict[str, str] = {}
        self.revoked: set[str] = set()
        self.members: dict[str, Member] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: dict[str, dict[str, Message]] = {}
        self.whispers: dict[tuple[str, str], Message] = {}
        self.files: dict[str, StoredFile] = {}
        self.slow_files = 0
        """How many looks (`files.info`) a file that was shared nowhere takes from now on until it can be shown."""
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.effects: list[Effect] = []
        self.signal = Signal()
        self._serial = itertools.count(1)
        self._last_ts = 0
        self._by_name: dict[str, str] = {}
        self._directs: dict[str, str] = {}
        self.views = Views(self.log, self.serial)
        self.members[identity.bot_user] = Member(identity.bot_user, identity.bot_name, is_bot=True)
        self.add_channel("general")

    def serial(self) -> int:
        """The next number of a series that names everything made here."""
        return next(self._serial)

    def log(self, effect: Effect) -> None:
        """Remember what became visible, and wake whoever waits for it."""
        self.effects.append(effect)
        self.signal.changed()

    # People and places

    def add_member(self, name: str, *, tz: str = "America/New_York", admin: bool = False) -> Member:
        """A person of the workspace; the same name gives the same person."""
        if name in self._by_name:
            return self.members[self._by_name[name]]
        made = Member(f"U0PERSON{self.serial():03d}", name, tz, real_name=name.title(), is_admin=admin)
        self.members[made.id] = made
        self._by_name[name] = made.id
        general = next(channel for channel in self.channels.values() if channel.name == "general")
        self.channels[general.id] = replace(general, members=general.members | {made.id})
        return made

    def add_channel(self, name: str, *, bot: bool = False, private: bool = False) -> Channel:
        """A channel with everybody in it; the bot only when asked, as on Slack nobody has invited it yet."""
        members = {member.id for member in self.members.values() if not member.is_bot}
        if bot:
            members.add(self.identity.bot_user)
        made = Channel(f"C0PLACE{self.serial():04d}", name, frozenset(members), private=private)
        self.channels[made.id] = made
        return made

    def direct(self, user: str) -> Channel:
        """The direct messages of a person with the bot, opened when there were none."""
        if user in self._directs:
            return self.channels[self._directs[user]]
        members = frozenset({user, self.identity.bot_user})
        made = Channel(f"D0DIRECT{self.serial():03d}", "directmessage", members, im_of=user)
        self.channels[made.id] = made
        self._directs[user] = made.id
        return made

    def place(self, name: str | None, user: str) -> Channel:
        """The channel of that name, or the person's direct messages. Raises KeyError for an unknown name."""
        if name is None:
            return self.direct(user)
        for channel in self.channels.values():
            if name.lstrip("#") in (channel.id, channel.name) and channel.im_of is None:
                return channel
        raise KeyError(f"no channel {name!r}: make it with peer.channel({name!r})")

    def resolve(self, channel: str) -> Channel | None:
        """What chat.postMessage understands by a channel: an id, a name, or a person's id for their messages."""
        if channel in self.channels:
            return self.channels[channel]
        if channel in self.members and not self.members[channel].is_bot:
            return self.direct(channel)
        named = [one for one in self.channels.values() if one.name == channel.lstrip("#") and one.im_of is None]
        return named[0] if named else None

    # What a person's act gives the app

    def errand(self, user: str, channel: str, *, view_id: str | None = None, source: Message | None = None) -> Errand:
        """A fresh trigger and response address for something that a person does."""
        serial, now = self.serial(), self.clock.seconds()
        cause, secret = f"act{serial}", secrets.token_hex(8)
        trigger_id = f"{serial}.{int(now)}.{secret}"
        self.triggers[trigger_id] = Trigger(user, now, cause, view_id)
        self.response_urls[secret] = ResponseUrl(user, channel, now, cause, source)
        return Errand(cause, user, channel, trigger_id, f"{self.base_url}/actions/{self.identity.team_id}/{secret}")

    # Messages

    def ts(self) -> str:
        """Now, to the microsecond, or the next one that no other message has."""
        self._last_ts = max(int(self.clock.seconds() * 1_000_000), self._last_ts + 1)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def post(self, draft: Message, cause: str | None = None) -> Message:
        """Put a message (its `ts` is given here) where everyone in the channel, or its one reader, sees it."""
        serial = self.serial()
        made = replace(draft, ts=self.ts(), blocks=kit.stamped(draft.blocks, serial))
        if made.only_for:
            self.whispers[made.channel, made.ts] = made
        else:
            self.messages.setdefault(made.channel, {})[made.ts] = made
        reader = made.only_for or self.channels[made.channel].im_of
        doing: Doing = "ephemeral" if made.only_for else "posted"
        self.log(Effect(doing, reader, made.channel, message=made, cause=cause))
        return made

    def current(self, message: Message) -> Message | None:
        """The message as it stands now; None when it was deleted."""
        if message.only_for:
            return self.whispers.get((message.channel, message.ts))
        return self.messages.get(message.channel, {}).get(message.ts)

    def edit(self, message: Message, changed: Message, cause: str | None = None) -> Message:
        """Put `changed` in the place of `message`, keeping where, when and for whom."""
        made = replace(
            changed, channel=message.channel, ts=message.ts, only_for=message.only_for, edited=True,
            blocks=kit.stamped(changed.blocks, self.serial()),
        )  # fmt: skip
        if made.only_for:
            self.whispers[made.channel, made.ts] = made
        else:
            self.messages[made.channel][made.ts] = made
        reader = made.only_for or self.channels[made.channel].im_of
        self.log(Effect("updated", reader, made.channel, message=made, cause=cause))
        return made

    def remove(self, message: Message, cause: str | None = None) -> None:
        """Delete a message."""
        if message.only_for:
            self.whispers.pop((message.channel, message.ts), None)
        else:
            self.messages.get(message.channel, {}).pop(message.ts, None)
        reader = message.only_for or self.channels[message.channel].im_of
        self.log(Effect("deleted", reader, message.channel, message=message, cause=cause))

    def history(self, channel: str) -> tuple[Message, ...]:
        """The messages of a conversation, oldest first, ephemeral ones left out."""
        return tuple(self.messages.get(channel, {}).values())

    def unknown_files(self, blocks: Iterable[Json]) -> list[str]:
        """Ids of files that picture blocks show although they were never uploaded here, or cannot be shown yet."""
        shown = [_slack_file(block) for block in blocks] + [
            _slack_file(control.element) for control in kit.controls(list(blocks))
        ]
        return [name for name in shown if name and not (name in self.files and self.files[name].showable)]


def _slack_file(node: Json) -> str | None:
    slack_file = node.get("slack_file")
    return slack_file.get("id") if isinstance(slack_file, dict) else None
