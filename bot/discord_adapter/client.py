"""discord.py's client as we use it: few intents, nothing kept in memory, and every event handed to `respond`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import discord
import structlog

from bot.answering import card_of
from bot.discord_adapter import deliver as delivery
from bot.discord_adapter import requests
from bot.discord_adapter.register import Tree, register
from bot.discord_adapter.respond import PATIENCE, respond
from bot.ports import Answering, Outgoing, Sent
from bot.uploads import Files, Store, Uploads, WithUploads
from commands.context import Invocation
from commands.outcomes import Choices, Outcome
from commands.registry import Registry
from scheduler.retry import DeliveryError

# We never speak: the library's warnings about voice would only worry an operator.
discord.VoiceClient.warn_nacl = False
discord.VoiceClient.warn_dave = False

log = structlog.get_logger()

LONGEST_RATE_LIMIT = 30.0
"""Seconds that the library may wait by itself when Discord asks it to; longer pauses are the outbox's business."""
GUILDS_COME_WITHIN = 0.5
"""Seconds without a further community after which the library counts itself ready. We keep no cache to wait for."""
FILE_HOSTS = frozenset({"cdn.discordapp.com", "media.discordapp.net"})
"""Where Discord keeps what people send with a form."""
NO_UPLOADS: Uploads = {}
PERSON_WROTE = (discord.MessageType.default, discord.MessageType.reply)


class MentorClient(discord.Client):
    """Answers commands, presses, forms and plain direct messages. `heard` is called at each sign of life of Discord.

    `api_base` is where discord.py was pointed, if anywhere.
    """

    def __init__(
        self,
        boundary: Answering,
        registry: Registry,
        *,
        heard: Callable[[str], None],
        patience: float = PATIENCE,
        api_base: str | None = None,
    ) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True, dm_messages=True),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            guild_ready_timeout=GUILDS_COME_WITHIN,
            max_messages=None,
            max_ratelimit_timeout=LONGEST_RATE_LIMIT,
            enable_debug_events=True,  # every frame is announced, heartbeats too: see `dispatch`
        )
        self.accepting = True
        self.registers_commands = True
        self.files: Files = Store(FILE_HOSTS, api_base)
        self.tree = Tree(self, registry, self._on_command, self._on_typing)
        self._boundary = boundary
        self._heard = heard
        self._patience = patience
        self._active: set[asyncio.Task[Any]] = set()

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        """discord.py's own way to its listeners. Frames as such have none: they are only signs of life."""
        if event == "socket_raw_send":
            return
        self._heard(event)
        if event != "socket_raw_receive":
            super().dispatch(event, *args, **kwargs)

    async def setup_hook(self) -> None:
        """Called once after login: register the commands. Without it the bot still answers those known already."""
        if not self.registers_commands:
            return
        try:
            log.info("commands", result=await register(self.tree))
        except discord.HTTPException as fault:
            log.error("commands_not_registered", status=fault.status, code=fault.code)

    async def drain(self, seconds: float) -> None:
        """Take nothing new and let the answers under way finish, for at most `seconds`."""
        self.accepting = False
        if self._active:
            await asyncio.wait(set(self._active), timeout=seconds)

    async def deliver(self, message: Outgoing) -> Sent:
        """See `bot.ports.Adapter`."""
        return await delivery.deliver(self, message)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Presses and forms. Commands come through the tree; this is called for them too."""
        if interaction.type is discord.InteractionType.component:
            await self._answer(interaction, requests.from_press(interaction))
        elif interaction.type is discord.InteractionType.modal_submit:
            await self._answer(interaction, requests.from_form(interaction), requests.uploads_of(interaction))

    async def on_message(self, message: discord.Message) -> None:
        """A person's words in the direct messages. Nobody's in a community: we do not read along."""
        if message.guild is None and not message.author.bot and message.type in PERSON_WROTE:
            await self._tracked(self._answer_message(message))

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """A community added the bot: greet who did it, never a channel."""
        installer = await self._installer(guild)
        await self._report(
            requests.event("installed", user=installer, community=str(guild.id), options={"installer": installer})
        )

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """A community removed the bot. An outage is another event (`guild_unavailable`) and changes nothing."""
        await self._report(requests.event("removed", community=str(guild.id)))

    async def on_error(self, event_method: str, /, *_args: Any, **_kwargs: Any) -> None:
        """Whatever a listener let through; the arguments hold people's words and stay out of the log."""
        log.error("listener_failed", listener=event_method, exc_info=True)

    async def _on_command(self, interaction: discord.Interaction[Any]) -> None:
        await self._answer(interaction, requests.from_command(interaction))

    async def _on_typing(self, interaction: discord.Interaction[Any], command: str, argument: str, typed: str) -> None:
        outcome = await self._boundary.run(requests.from_typing(interaction, command, argument, typed))
        items = outcome.items if isinstance(outcome, Choices) else ()
        try:
            await interaction.response.autocomplete(
                [discord.app_commands.Choice(name=label, value=value) for label, value in items]
            )
        except discord.HTTPException as fault:
            log.info("suggestions_came_too_late", code=fault.code)

    async def _answer(
        self, interaction: discord.Interaction[Any], invocation: Invocation, uploads: Uploads = NO_UPLOADS
    ) -> None:
        if self.accepting:
            boundary = WithUploads(self._boundary, uploads, self.files)
            await self._tracked(respond(interaction, invocation, boundary, self.deliver, patience=self._patience))

    async def _answer_message(self, message: discord.Message) -> None:
        if not self.accepting:
            return
        outcome = await self._boundary.run(requests.from_message(message))
        await self._send(str(message.author.id), outcome, f"t{message.id}", str(message.channel.id), announce=False)

    async def _report(self, invocation: Invocation) -> None:
        outcome = await self._boundary.run(invocation)
        if invocation.user:
            await self._send(invocation.user, outcome, f"e{invocation.community}"[:25], None)

    async def _send(
        self, user: str, outcome: Outcome | None, key: str, channel: str | None, *, announce: bool = True
    ) -> None:
        """An outcome as a direct message, where no interaction waits for it."""
        card = card_of(outcome)
        if card is None:
            return
        try:
            await delivery.deliver(self, Outgoing(user, "", card, key, channel), announce=announce)
        except DeliveryError as fault:
            log.info("direct_message_failed", reason=fault.reason)

    async def _installer(self, guild: discord.Guild) -> str:
        """Who added the bot, as the audit log says; the owner where we may not read it."""
        owner = str(guild.owner_id or "")
        if guild.me is None or not guild.me.guild_permissions.view_audit_log:
            return owner
        try:
            async for entry in guild.audit_logs(limit=5, action=discord.AuditLogAction.bot_add):
                if entry.user_id is not None and getattr(entry.target, "id", None) == guild.me.id:
                    return str(entry.user_id)
        except discord.HTTPException as fault:
            log.info("audit_log_not_read", code=fault.code)
        return owner

    async def _tracked(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._active.add(task)
        task.add_done_callback(self._active.discard)
        await task
