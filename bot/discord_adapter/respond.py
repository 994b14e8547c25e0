"""From an interaction to its answer, within Discord's rules of time.

Discord wants a first sign within three seconds and takes the rest for fifteen minutes. So we wait a moment for the
boundary, then say "working on it" and put the answer in its place. Forms must be the first sign, so handlers that
open one are never deferred. An answer that comes too late goes to the direct messages instead, once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import discord
import structlog

from bot import answering
from bot.answering import Deliver, TooLateError
from bot.discord_adapter.deliver import UNKNOWN_MESSAGE
from bot.discord_adapter.render import Drawn, draw, draw_form
from bot.ports import Answering, Sent
from bot.uploads import NETWORK
from commands import cards
from commands.context import Invocation
from commands.outcomes import FormErrors
from commands.ui import Card, Form, Text

log = structlog.get_logger()
T = TypeVar("T")

PATIENCE = 1.5
"""Seconds from an interaction's arrival to "working on it": half of what Discord allows."""
ALREADY_ANSWERED = 40060
LOST = {10015, 10062, 50027}
"""Unknown webhook, unknown interaction, invalid token: the answer came too late for this interaction."""


class Answer:
    """The way back to one interaction. `hidden` answers are for the person alone: ephemeral, in a community."""

    def __init__(self, interaction: discord.Interaction[Any], patience: float) -> None:
        self.interaction = interaction
        self.in_community = interaction.guild_id is not None
        self.lost = False
        self._waiting = False
        self._taken_before = False
        self._deadline = asyncio.get_running_loop().time() + patience

    async def while_waiting(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of `work`; when it is not there in time, the person is shown that we are at it."""
        task = asyncio.create_task(work)
        left = self._deadline - asyncio.get_running_loop().time()
        if left > 0:
            await asyncio.wait({task}, timeout=left)
        if not task.done() and not self._acknowledged:
            await self._defer()
        return await task

    async def say(self, card: Card, *, private: bool = True) -> Sent | None:
        """A new message in place, and where it stands in the direct messages. Raises `TooLateError`."""
        hidden = private and self.in_community
        drawn = draw(card)
        shown: dict[str, Any] = {
            "view": drawn.view,
            "files": list(drawn.files),
            "ephemeral": hidden,
            "allowed_mentions": QUIET,
        }
        if not self._acknowledged:
            said = await self._taken(self.interaction.response.send_message(**shown))
        elif self._waiting and hidden == self.in_community:
            said = await self._taken(self._put(drawn))
        else:
            if self._waiting:  # "working on it" was for the person alone, the answer is for all
                await self._taken(self._put(draw(SHOWN_TO_ALL)))
            said = await self._taken(self.interaction.followup.send(wait=True, **shown))
        self._waiting = False
        return self._place(said)

    async def update(self, card: Card) -> Sent | None:
        """The message that was pressed, replaced; a new one where there is none (any more). Raises `TooLateError`."""
        if self.interaction.message is None or self._waiting:
            return await self.say(card)
        drawn = draw(card)
        try:
            if self._acknowledged:
                await self._taken(self._put(drawn))
            else:
                await self._taken(
                    self.interaction.response.edit_message(
                        view=drawn.view, attachments=list(drawn.files), allowed_mentions=QUIET
                    )
                )
        except discord.NotFound as fault:
            if fault.code != UNKNOWN_MESSAGE:
                raise
            return await self.say(card)
        return None

    async def open(self, form: Form) -> None:
        """A form. Raises `TooLateError`: nobody waits for a form in their direct messages."""
        if self._acknowledged or self.interaction.type is discord.InteractionType.modal_submit:
            raise RuntimeError("a form must be the first answer, and cannot follow a form")
        await self._taken(self.interaction.response.send_modal(draw_form(form)))

    async def refuse(self, outcome: FormErrors) -> None:
        """What is wrong with a form, beside a button that opens it again: its window is closed by now."""
        await self.say(cards.not_saved(outcome))

    async def acknowledge(self) -> None:
        """Take a press or form without a visible answer. A command was answered when it came first."""
        has_message = self.interaction.message is not None
        if not self._acknowledged and has_message:
            await self._taken(self.interaction.response.defer())

    @property
    def _acknowledged(self) -> bool:
        return self._taken_before or self.interaction.response.is_done()

    async def _defer(self) -> None:
        changes_a_message = self.interaction.message is not None
        try:
            if changes_a_message:
                await self._taken(self.interaction.response.defer())
            else:
                await self._taken(self.interaction.response.defer(ephemeral=self.in_community, thinking=True))
                self._waiting = True
        except TooLateError:
            log.info("came_too_late")

    def _put(self, drawn: Drawn) -> Coroutine[Any, Any, Any]:
        return self.interaction.edit_original_response(
            view=drawn.view, attachments=list(drawn.files), allowed_mentions=QUIET
        )

    def _place(self, said: Any) -> Sent | None:
        number = getattr(said, "message_id", None) or getattr(said, "id", None)
        if self.in_community or number is None or self.interaction.channel_id is None:
            return None
        return Sent(str(self.interaction.channel_id), str(number))

    async def _taken(self, call: Coroutine[Any, Any, Any]) -> Any:
        """What a call to Discord gives. Raises `TooLateError` and remembers it."""
        if self.lost:
            call.close()
            raise TooLateError
        try:
            return await call
        except discord.HTTPException as fault:
            if fault.code == ALREADY_ANSWERED:  # our own call, repeated by the library after its answer got lost
                self._taken_before = True
                return None
            if fault.code in LOST or fault.status >= 500:
                self.lost = True
                raise TooLateError from fault
            raise
        except NETWORK as fault:
            self.lost = True
            raise TooLateError from fault


QUIET = discord.AllowedMentions.none()
SHOWN_TO_ALL = Card("Here it is", (Text("Everyone in this channel sees the answer below."),))


async def respond(
    interaction: discord.Interaction[Any],
    invocation: Invocation,
    boundary: Answering,
    deliver: Deliver,
    *,
    patience: float = PATIENCE,
) -> None:
    """Answer one interaction, whatever happens. A form must be the first answer, so it is waited for."""
    answer = Answer(interaction, patience)
    work = boundary.run(invocation)
    outcome = work if boundary.opens_form(invocation) else answer.while_waiting(work)
    await answering.respond(answer, invocation, outcome, boundary, deliver)
