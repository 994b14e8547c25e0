"""From an interaction to its answer, within Discord's rules of time.

Discord wants a first sign within three seconds and takes the rest for fifteen minutes. So we wait a moment for the
boundary, then say "working on it" and put the answer in its place. Forms must be the first sign, so handlers that
open one are never deferred. An answer that comes too late goes to the direct messages instead, once.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar, assert_never

import discord
import structlog

from bot.discord_adapter import requests
from bot.discord_adapter.deliver import NETWORK, UNKNOWN_MESSAGE
from bot.discord_adapter.render import Drawn, draw, draw_form, errors_card
from bot.ports import Answering, Outgoing, Sent
from commands import cards
from commands.context import Invocation
from commands.outcomes import Choices, Direct, FormErrors, OpenForm, Outcome, Reply, Update
from commands.ui import Card, Form, Text
from scheduler.retry import DeliveryError, Unreachable

log = structlog.get_logger()
T = TypeVar("T")

PATIENCE = 1.5
"""Seconds from an interaction's arrival to "working on it": half of what Discord allows."""
ALREADY_ANSWERED = 40060
LOST = {10015, 10062, 50027}
"""Unknown webhook, unknown interaction, invalid token: the answer came too late for this interaction."""

Deliver = Callable[[Outgoing], Awaitable[Sent]]


class TooLateError(Exception):
    """Discord no longer takes an answer to this interaction, or cannot be reached with one."""


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

    async def say(self, card: Card, *, private: bool = True) -> None:
        """A new message in place. Raises `TooLateError`."""
        hidden = private and self.in_community
        drawn = draw(card)
        if not self._acknowledged:
            await self._taken(
                self.interaction.response.send_message(
                    view=drawn.view, files=list(drawn.files), ephemeral=hidden, allowed_mentions=QUIET
                )
            )
        elif self._waiting and hidden == self.in_community:
            await self._taken(self._put(drawn))
        else:
            if self._waiting:  # "working on it" was for the person alone, the answer is for all
                await self._taken(self._put(draw(SHOWN_TO_ALL)))
            await self._taken(
                self.interaction.followup.send(
                    view=drawn.view, files=list(drawn.files), ephemeral=hidden, allowed_mentions=QUIET
                )
            )
        self._waiting = False

    async def update(self, card: Card) -> None:
        """The message that was pressed, replaced; a new one where there is none (any more). Raises `TooLateError`."""
        if self.interaction.message is None or self._waiting:
            await self.say(card)
            return
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
            await self.say(card)

    async def open(self, form: Form) -> None:
        """A form. Raises `TooLateError`: nobody waits for a form in their direct messages."""
        if self._acknowledged or self.interaction.type is discord.InteractionType.modal_submit:
            raise RuntimeError("a form must be the first answer, and cannot follow a form")
        await self._taken(self.interaction.response.send_modal(draw_form(form)))

    async def nothing(self) -> None:
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

    async def _taken(self, call: Coroutine[Any, Any, Any]) -> None:
        """Carry out a call to Discord. Raises `TooLateError` and remembers it."""
        if self.lost:
            call.close()
            raise TooLateError
        try:
            await call
        except discord.HTTPException as fault:
            if fault.code == ALREADY_ANSWERED:  # our own call, repeated by the library after its answer got lost
                self._taken_before = True
                return
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
    """Answer one interaction, whatever happens: with the outcome, or with a code that is also in the log."""
    answer = Answer(interaction, patience)
    try:
        if boundary.opens_form(invocation):
            outcome = await boundary.run(invocation)
        else:
            outcome = await answer.while_waiting(boundary.run(invocation))
        await _show(answer, invocation, outcome, boundary, deliver)
    except Exception as fault:
        code = secrets.token_hex(3)
        log.error("answer_failed", code=code, what=invocation.what, exc_info=fault)
        await _apologize(answer, code)


async def _show(
    answer: Answer, invocation: Invocation, outcome: Outcome | None, boundary: Answering, deliver: Deliver
) -> None:
    card = _card_of(outcome)
    try:
        match outcome:
            case None | Choices():
                await answer.nothing()
            case Reply(card=shown, private=private):
                await answer.say(shown, private=private)
            case Update(card=shown):
                await answer.update(shown)
            case OpenForm(form=form):
                await answer.open(form)
            case FormErrors():
                await answer.say(errors_card(outcome))
            case Direct():
                await _send_directly(answer, invocation, outcome, boundary, deliver)
            case _:
                assert_never(outcome)
    except TooLateError:
        log.info("answered_directly" if card else "answer_lost", what=invocation.what)
        if card is not None:
            await _in_direct_messages(invocation, card, deliver)


async def _send_directly(
    answer: Answer, invocation: Invocation, outcome: Direct, boundary: Answering, deliver: Deliver
) -> None:
    """To the direct messages; where they are closed, in place and for the person alone, with how to open them."""
    if invocation.where == "dm":
        await answer.say(outcome.card)
        return
    message = Outgoing(invocation.user, "", outcome.card, f"i{invocation.delivery}")
    try:
        await answer.while_waiting(_delivered(deliver, message))
    except Unreachable:
        closed = requests.event("dm_closed", user=invocation.user, delivery=f"{invocation.delivery}:closed")
        await boundary.run(closed)
        await _if_in_time(answer, outcome.card, cards.closed_dms())
    except DeliveryError as fault:
        log.info("direct_message_failed", reason=fault.reason)
        await _if_in_time(answer, outcome.card)
    else:
        await _if_in_time(answer, outcome.note)


async def _if_in_time(answer: Answer, *shown: Card) -> None:
    """What stands beside a direct message that was tried: of no use there when it is too late here."""
    try:
        for card in shown:
            await answer.say(card)
    except TooLateError:
        log.info("answer_lost", what="note")


async def _in_direct_messages(invocation: Invocation, card: Card, deliver: Deliver) -> None:
    try:
        await deliver(Outgoing(invocation.user, "", card, f"i{invocation.delivery}"))
    except DeliveryError as fault:
        log.warning("answer_lost", what=invocation.what, reason=fault.reason)


async def _delivered(deliver: Deliver, message: Outgoing) -> Sent:
    return await deliver(message)


async def _apologize(answer: Answer, code: str) -> None:
    try:
        await answer.say(_not_shown(code))
    except (TooLateError, discord.HTTPException) as fault:
        log.warning("answer_lost", what="apology", reason=type(fault).__name__)


def _card_of(outcome: Outcome | None) -> Card | None:
    match outcome:
        case Reply(card=card) | Update(card=card) | Direct(card=card):
            return card
        case FormErrors():
            return errors_card(outcome)
        case _:
            return None


def _not_shown(code: str) -> Card:
    """Unlike `cards.failure`: by now what the person asked for may be done."""
    return Card(
        "I could not show you the answer",
        (
            Text(
                "The fault is on my side. What you asked for may already be done, so look before you repeat it. "
                f"If it happens again, give this code to an admin of your community: **{code}**"
            ),
        ),
        tone="danger",
        preview="Something went wrong",
    )
