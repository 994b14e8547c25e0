"""People at their Discord clients: what a test lets them do, and the answers they get."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from tests.peers.discord.client import Value, choose_data, command_data, modal_data, press_data
from tests.peers.discord.interactions import Interaction
from tests.peers.discord.signals import NoAnswerError
from tests.peers.discord.views import CannotDoError, Choice, Message, Modal, message_view
from tests.peers.discord.wire import EPHEMERAL, Callback, Json, Kind
from tests.peers.discord.world import Account, Channel, Guild

if TYPE_CHECKING:
    from tests.peers.discord.server import DiscordPeer

Place: TypeAlias = Literal["dm", "guild"] | Guild
Until: TypeAlias = Literal["answered", "acknowledged", "sent"]
PATIENCE = 5.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bot did with an interaction. Read anew at each look, so that later edits are seen."""

    peer: DiscordPeer
    interaction: Interaction

    @property
    def message(self) -> Message:
        """The first answer, as it is shown now; of an update the message that was updated."""
        found = self.peer.messages.by_id.get(self.interaction.original or "")
        if found is None:
            raise NoAnswerError(f"{self.interaction.label} has no message: {self._story()}")
        return message_view(self.peer.messages, found)

    @property
    def followups(self) -> tuple[Message, ...]:
        """What came after the first answer, as it is shown now."""
        found = (self.peer.messages.by_id.get(number) for number in self.interaction.followups)
        return tuple(message_view(self.peer.messages, raw) for raw in found if raw is not None)

    @property
    def text(self) -> str:
        """Everything there is to read in the first answer."""
        return self.message.text

    @property
    def ephemeral(self) -> bool:
        """The first answer is seen by this person only."""
        return self.interaction.ephemeral

    @property
    def deferred(self) -> bool:
        """The bot asked for time before it answered."""
        return self.interaction.callback in (Callback.DEFERRED_MESSAGE, Callback.DEFERRED_UPDATE)

    @property
    def updated(self) -> bool:
        """The answer replaced the message that was pressed."""
        return self.interaction.callback in (Callback.UPDATE, Callback.DEFERRED_UPDATE)

    @property
    def modal(self) -> Modal:
        """The form that was opened."""
        asked = self.interaction
        if asked.modal is None:
            raise NoAnswerError(f"{asked.label} opened no form: {self._story()}")
        return Modal(asked.modal, asked.person, asked.channel, asked.source)

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The suggestions of an autocompletion."""
        return tuple(Choice(choice["name"], choice["value"]) for choice in self.interaction.choices)

    @property
    def refusals(self) -> tuple[str, ...]:
        """What Discord answered when it did not take an answer, as in "404 10062 Unknown interaction"."""
        return tuple(self.interaction.refusals)

    @property
    def acknowledged(self) -> bool:
        return self.interaction.callback is not None

    @property
    def latency(self) -> float | None:
        """Seconds between sending the interaction and the first callback, None as long as there is none."""
        return self.interaction.latency

    async def wait(self, until: Until = "answered", timeout: float = PATIENCE) -> Answer:
        """Wait until the bot has acknowledged, or until the person sees an answer."""
        asked = self.interaction
        if until == "answered":
            await asked.signal.until(lambda: asked.answered, timeout, self._story)
        elif until == "acknowledged":
            await asked.signal.until(lambda: asked.callback is not None, timeout, self._story)
        return self

    def _story(self) -> str:
        asked = self.interaction
        state = "not acknowledged" if asked.callback is None else f"acknowledged with type {asked.callback}"
        waiting = ", still thinking" if asked.waiting else ""
        refused = f"; refused: {'; '.join(asked.refusals)}" if asked.refusals else ""
        return f"{asked.label} of {asked.person.name} is {state}{waiting}{refused}"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a Discord account. `place` is "dm", "guild" for the default guild, or a guild.

    `until="answered"` waits until something is shown; "acknowledged" until the first callback, also a deferring
    one; "sent" does not wait: see `Answer.wait`.
    """

    peer: DiscordPeer
    account: Account

    @property
    def id(self) -> str:
        return self.account.id

    @property
    def name(self) -> str:
        return self.account.name

    async def slash(
        self,
        command: str,
        options: Mapping[str, Value | Person] | None = None,
        *,
        place: Place = "dm",
        until: Until = "answered",
        timeout: float = PATIENCE,
    ) -> Answer:
        """Run a slash command; subcommands stand behind its name after a space."""
        channel = self._channel(place)
        data = command_data(self.peer.world, self.peer.messages, channel, command, _plain(options or {}))
        return await self._send(Kind.COMMAND, channel, f"/{command}", data, None, until, timeout)

    async def autocomplete(
        self,
        command: str,
        option: str,
        typed: str,
        others: Mapping[str, Value | Person] | None = None,
        *,
        place: Place = "dm",
        timeout: float = PATIENCE,
    ) -> tuple[Choice, ...]:
        """The suggestions for what is `typed` in an option, with the options filled in before it."""
        channel = self._channel(place)
        options = {**_plain(others or {}), option: typed}
        data = command_data(self.peer.world, self.peer.messages, channel, command, options, focused=option)
        label = f"/{command} {option}="
        answer = await self._send(Kind.AUTOCOMPLETE, channel, label, data, None, "answered", timeout)
        return answer.choices

    async def press(
        self, message: Message, what: str, *, until: Until = "answered", timeout: float = PATIENCE
    ) -> Answer:
        """Press a button, by custom id or label, on a message as it was seen: it may have changed since."""
        data = press_data(message, what)
        return await self._send(
            Kind.COMPONENT, self._sees(message), f"button {what!r}", data, message.raw, until, timeout
        )

    async def choose(
        self,
        message: Message,
        custom_id: str,
        values: Sequence[str],
        *,
        until: Until = "answered",
        timeout: float = PATIENCE,
    ) -> Answer:
        """Choose in a select menu, by values or labels of its options."""
        data = choose_data(message, custom_id, values)
        label = f"select {custom_id!r}"
        return await self._send(Kind.COMPONENT, self._sees(message), label, data, message.raw, until, timeout)

    async def submit(
        self,
        modal: Modal,
        answers: Mapping[str, Any],
        *,
        until: Until = "answered",
        timeout: float = PATIENCE,
    ) -> Answer:
        """Send a form. `answers` by custom id or label: a text, a list of choices, a list of `Upload`s."""
        if modal.person is not self.account:
            raise CannotDoError(f"the form was opened for {modal.person.name}")
        data = modal_data(self.peer.messages, modal, answers)
        label = f"form {modal.title!r}"
        return await self._send(Kind.MODAL, modal.channel, label, data, modal.source, until, timeout)

    async def say(self, text: str) -> Message:
        """Write a plain direct message to the bot. Its answer is one of `direct_messages`."""
        channel = self.peer.world.direct_channel(self.account)
        raw = self.peer.messages.create(channel, self.account, {"content": text}, {})
        self.peer.world.signal.changed()
        return message_view(self.peer.messages, raw)

    @property
    def direct_messages(self) -> tuple[Message, ...]:
        """What the bot wrote to this person directly, oldest first, as it is shown now."""
        return self.peer.direct_messages(self)

    async def direct_message(self, number: int = 1, *, timeout: float = PATIENCE) -> Message:
        """Wait until the bot has written `number` direct messages; the last of these."""
        await self.peer.until(
            lambda: len(self.direct_messages) >= number,
            timeout,
            lambda: f"{self.name} has {len(self.direct_messages)} direct messages instead of {number}",
        )
        return self.direct_messages[number - 1]

    def _channel(self, place: Place) -> Channel:
        if place == "dm":
            return self.peer.world.direct_channel(self.account)
        guild = self.peer.guild if place == "guild" else place
        if not guild.present:
            raise CannotDoError(f"the bot is not in {guild.name}, nobody is offered its commands there")
        return self.peer.world.channels[guild.channel_id]

    def _sees(self, message: Message) -> Channel:
        """The channel of a message that this person can press on."""
        channel = self.peer.world.channels[message.channel_id]
        if message.id not in self.peer.messages.by_id:
            raise CannotDoError("the message is gone")
        if channel.person not in (None, self.account):
            raise CannotDoError(f"{self.name} does not see the direct messages of others")
        if message.raw["flags"] & EPHEMERAL and self.peer.interactions.readers.get(message.id) is not self.account:
            raise CannotDoError(f"{self.name} does not see this ephemeral message")
        return channel

    async def _send(
        self,
        kind: Kind,
        channel: Channel,
        label: str,
        data: Json,
        source: Json | None,
        until: Until,
        timeout: float,
    ) -> Answer:
        interaction, frame = self.peer.interactions.open(kind, self.account, channel, label, data, source)
        heard = self.peer.gateway.dispatch("INTERACTION_CREATE", frame)
        if not heard and until != "sent":
            raise NoAnswerError(f"{label}: no client is connected, Discord tells {self.name} so at once")
        return await Answer(self.peer, interaction).wait(until, timeout)


def _plain(options: Mapping[str, Value | Person]) -> dict[str, Value]:
    return {name: value.account if isinstance(value, Person) else value for name, value in options.items()}
