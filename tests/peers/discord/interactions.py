"""Interactions: from the frame that opens one to the last follow-up, with Discord's rules of time and order.

Acknowledge within 3 seconds (else 10062), once (else 40060); the token works for 15 minutes (then 50027).
Source: "Receiving and Responding" of Discord's interaction documentation.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.peers.discord.messages import Messages, Upload
from tests.peers.discord.signals import Signal
from tests.peers.discord.wire import (
    COMPONENTS_V2,
    EPHEMERAL,
    LOADING,
    SUPPRESS_NOTIFICATIONS,
    Callback,
    Json,
    Kind,
    RefusalError,
)
from tests.peers.discord.world import ALL_PERMISSIONS, Account, Channel, World, member

SECONDS_TO_ANSWER = 3.0
SECONDS_OF_TOKEN = 900.0
PLAIN_TYPE, COMMAND_REPLY_TYPE = 0, 20
MOST_BYTES_OF_FILE = 10 * 1024 * 1024

# what may answer what: a form cannot open a form, only something pressed has a message to update
ANSWERS: dict[Kind, frozenset[int]] = {
    Kind.COMMAND: frozenset({Callback.MESSAGE, Callback.DEFERRED_MESSAGE, Callback.MODAL}),
    Kind.AUTOCOMPLETE: frozenset({Callback.CHOICES}),
    Kind.COMPONENT: frozenset({4, 5, 6, 7, 9}),
    Kind.MODAL: frozenset({4, 5, 6, 7}),
}


@dataclass(slots=True, eq=False)
class Interaction:
    """One command, press, form or autocompletion, and what the bot did with it."""

    id: str
    token: str
    kind: Kind
    person: Account
    channel: Channel
    label: str
    source: Json | None
    sent_at: float
    started: float = field(default_factory=time.perf_counter)
    latency: float | None = None
    callback: int | None = None
    ephemeral: bool = False
    waiting: bool = False
    original: str | None = None
    followups: list[str] = field(default_factory=list)
    modal: Json | None = None
    choices: list[Json] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    signal: Signal = field(default_factory=Signal)

    @property
    def answered(self) -> bool:
        """The person has seen an answer: acknowledged, and no longer "thinking"."""
        return self.callback is not None and not self.waiting


@dataclass(slots=True, eq=False)
class Interactions:
    """All interactions, by id and by token."""

    world: World
    messages: Messages
    by_id: dict[str, Interaction] = field(default_factory=dict)
    by_token: dict[str, Interaction] = field(default_factory=dict)
    readers: dict[str, Account] = field(default_factory=dict)  # of ephemeral messages

    def open(
        self, kind: Kind, person: Account, channel: Channel, label: str, data: Json, source: Json | None
    ) -> tuple[Interaction, Json]:
        """A new interaction and its INTERACTION_CREATE frame."""
        number = self.world.new_id()
        token = f"loopback.{number}"
        interaction = Interaction(number, token, kind, person, channel, label, source, self.world.clock.seconds())
        self.by_id[number] = self.by_token[token] = interaction
        return interaction, self._frame(interaction, data)

    def _frame(self, interaction: Interaction, data: Json) -> Json:
        guild, person = interaction.channel.guild, interaction.person
        frame: Json = {
            "id": interaction.id,
            "application_id": self.world.bot.id,
            "type": int(interaction.kind),
            "token": interaction.token,
            "version": 1,
            "data": data,
            "channel_id": interaction.channel.id,
            "channel": interaction.channel.wire(),
            "locale": person.locale,
            "app_permissions": str(ALL_PERMISSIONS),
            "entitlements": [],
            "attachment_size_limit": MOST_BYTES_OF_FILE,
            "authorizing_integration_owners": {"0": guild.id if guild else "0"},
        }
        if guild is not None:
            frame |= {"guild_id": guild.id, "guild_locale": "en-US", "context": 0}
            frame |= {"member": member(self.world, person, guild)}
            frame |= {"guild": {"id": guild.id, "locale": "en-US", "features": []}}
        else:
            frame |= {"user": person.wire(), "context": 1}
        if interaction.source is not None:
            frame["message"] = interaction.source
        return frame

    def check_open(self, number: str, token: str) -> Interaction:
        """The interaction that a callback is for, or Discord's refusal of a late or second one."""
        interaction = self.by_id.get(number)
        if interaction is None or interaction.token != token:
            raise RefusalError(404, 10062, "Unknown interaction")
        if interaction.callback is not None:
            raise self._refusal(interaction, 400, 40060, "Interaction has already been acknowledged.")
        if self.world.clock.seconds() - interaction.sent_at > SECONDS_TO_ANSWER:
            raise self._refusal(interaction, 404, 10062, "Unknown interaction")
        return interaction

    def by_webhook(self, application_id: str, token: str) -> Interaction:
        """The interaction whose token addresses a follow-up or an edit, or Discord's refusal."""
        interaction = self.by_token.get(token)
        if interaction is None or application_id != self.world.bot.id or interaction.callback is None:
            raise RefusalError(404, 10015, "Unknown Webhook")
        if self.world.clock.seconds() - interaction.sent_at > SECONDS_OF_TOKEN:
            raise self._refusal(interaction, 401, 50027, "Invalid Webhook Token")
        return interaction

    def answer(self, interaction: Interaction, body: Json, uploads: Mapping[int, Upload]) -> Json:
        """Take a callback; the body of the answer to it (InteractionCallbackResponse)."""
        kind, data = Callback(body["type"]), body.get("data") or {}
        if kind not in ANSWERS[interaction.kind]:
            raise self._refusal(interaction, 400, 50035, "Invalid Form Body", f"type {kind} may not answer here")
        if kind in (Callback.UPDATE, Callback.DEFERRED_UPDATE) and interaction.source is None:
            raise self._refusal(interaction, 400, 50035, "Invalid Form Body", "there is no message to update")
        if kind in (Callback.MESSAGE, Callback.DEFERRED_MESSAGE):
            self._reply(interaction, kind, data, uploads)
        elif kind == Callback.UPDATE:
            self._update(interaction, data, uploads)
        elif kind == Callback.DEFERRED_UPDATE:
            interaction.original, interaction.waiting = self._source_id(interaction), True
        elif kind == Callback.MODAL:
            interaction.modal = data
        elif kind == Callback.CHOICES:
            interaction.choices = data.get("choices") or []
        interaction.callback = kind
        interaction.latency = time.perf_counter() - interaction.started
        interaction.signal.changed()
        return self._response(interaction, kind)

    def follow_up(self, interaction: Interaction, body: Json, uploads: Mapping[int, Upload]) -> Json:
        """A further message; after a deferred answer the first one takes the place of "thinking"."""
        loading = interaction.callback == Callback.DEFERRED_MESSAGE and interaction.waiting
        if loading and interaction.original is not None:
            return self.edit(interaction, interaction.original, body, uploads)
        message = self._post(interaction, body, uploads, PLAIN_TYPE)
        interaction.followups.append(message["id"])
        self._settled(interaction)
        return message

    def edit(self, interaction: Interaction, message_id: str, body: Json, uploads: Mapping[int, Upload]) -> Json:
        """Edit the first answer or a follow-up."""
        self.message(interaction, message_id)
        message = self.messages.edit(message_id, body, uploads)
        self._settled(interaction)
        return message

    def delete(self, interaction: Interaction, message_id: str) -> None:
        """Take the first answer or a follow-up away again."""
        self.message(interaction, message_id)
        self.messages.delete(message_id)
        self._settled(interaction)

    def message(self, interaction: Interaction, message_id: str) -> Json:
        """A message of this interaction, also an ephemeral one, or Discord's refusal."""
        if message_id not in (interaction.original, *interaction.followups):
            raise RefusalError(404, 10008, "Unknown Message")
        if message_id not in self.messages.by_id:
            raise RefusalError(404, 10008, "Unknown Message")
        return self.messages.by_id[message_id]

    def _settled(self, interaction: Interaction) -> None:
        interaction.waiting = False
        interaction.signal.changed()

    def _reply(self, interaction: Interaction, kind: Callback, data: Json, uploads: Mapping[int, Upload]) -> None:
        interaction.ephemeral = bool((data.get("flags") or 0) & EPHEMERAL)
        if kind == Callback.DEFERRED_MESSAGE:
            data = {"flags": (data.get("flags") or 0) & (EPHEMERAL | SUPPRESS_NOTIFICATIONS) | LOADING}
            interaction.waiting = True
        type_ = COMMAND_REPLY_TYPE if interaction.kind == Kind.COMMAND else PLAIN_TYPE
        interaction.original = self._post(interaction, data, uploads, type_)["id"]

    def _update(self, interaction: Interaction, data: Json, uploads: Mapping[int, Upload]) -> None:
        source_id = self._source_id(interaction)
        message = self.messages.edit(source_id, data, uploads)
        interaction.original, interaction.ephemeral = source_id, bool(message["flags"] & EPHEMERAL)

    def _source_id(self, interaction: Interaction) -> str:
        source_id = str((interaction.source or {}).get("id"))
        if source_id not in self.messages.by_id:
            raise self._refusal(interaction, 404, 10008, "Unknown Message")
        return source_id

    def _post(self, interaction: Interaction, body: Json, uploads: Mapping[int, Upload], type_: int) -> Json:
        bot = self.world.bot
        about = {"application_id": bot.id, "webhook_id": bot.id, "type": type_}
        message = self.messages.create(interaction.channel, bot, body, uploads, **about)
        if message["flags"] & EPHEMERAL:
            self.readers[message["id"]] = interaction.person
        return message

    def _refusal(self, interaction: Interaction, status: int, code: int, text: str, problem: str = "") -> RefusalError:
        interaction.refusals.append(f"{status} {code} {problem or text}")
        return RefusalError(status, code, text, (problem,) if problem else ())

    def _response(self, interaction: Interaction, kind: Callback) -> Json:
        about: Json = {
            "id": interaction.id,
            "type": int(interaction.kind),
            "channel_id": interaction.channel.id,
        }
        if interaction.channel.guild is not None:
            about["guild_id"] = interaction.channel.guild.id
        response: Json = {"interaction": about}
        message = self.messages.by_id.get(interaction.original or "")
        if message is not None:
            about["response_message_id"] = message["id"]
            about["response_message_loading"] = bool(message["flags"] & LOADING)
            about["response_message_ephemeral"] = bool(message["flags"] & EPHEMERAL)
            if kind in (Callback.MESSAGE, Callback.UPDATE):
                response["resource"] = {"type": int(kind), "message": message}
        return response


def uses_v2(message: Json | None) -> bool:
    """Whether a shown message consists of components v2, which no edit can undo."""
    return bool(message and message["flags"] & COMPONENTS_V2)
