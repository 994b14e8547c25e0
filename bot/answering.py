"""From an outcome to what a person sees: the same on every platform. How a platform says it is its `Answer`'s business.

An answer that comes too late goes to the direct messages instead, once. A message that lives on (a checklist) is
changed where it stands, and where it stands is told to the features as the event "placed".
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from typing import Any, Protocol, TypeVar, assert_never

import structlog

from bot.ports import Answering, Outgoing, Sent
from commands import cards
from commands.context import Invocation
from commands.outcomes import Choices, Direct, FormErrors, OpenForm, Outcome, Reply, Update
from commands.ui import Card, Form
from scheduler.retry import DeliveryError, Unreachable

log = structlog.get_logger()
T = TypeVar("T")
Deliver = Callable[[Outgoing], Awaitable[Sent]]


class TooLateError(Exception):
    """The platform no longer takes an answer to this interaction, or cannot be reached with one."""


class Answer(Protocol):
    """The way back to one interaction. Each raises `TooLateError` when it is closed."""

    async def while_waiting(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of `work`; when it is not there in time, the platform is told that we are at it."""

    async def acknowledge(self) -> None:
        """Take it without a visible answer."""

    async def say(self, card: Card, *, private: bool = True) -> Sent | None:
        """A new message in place, and where it stands when it is an ordinary one in the direct messages."""

    async def update(self, card: Card) -> Sent | None:
        """The message that was used, changed; a new one where there is none (any more), and where that stands."""

    async def open(self, form: Form) -> None:
        """A form."""

    async def refuse(self, outcome: FormErrors) -> None:
        """What is wrong with a sent form."""


async def respond(
    answer: Answer,
    invocation: Invocation,
    outcome: Awaitable[Outcome | None],
    boundary: Answering,
    deliver: Deliver,
) -> None:
    """Answer one interaction, whatever happens: with the outcome, or with a code that is also in the log."""
    try:
        await _show(answer, invocation, await outcome, boundary, deliver)
    except Exception as fault:
        code = secrets.token_hex(3)
        log.error("answer_failed", code=code, what=invocation.what, exc_info=fault)
        await _apologize(answer, code)


async def _show(
    answer: Answer, invocation: Invocation, outcome: Outcome | None, boundary: Answering, deliver: Deliver
) -> None:
    try:
        match outcome:
            case None | Choices():
                await answer.acknowledge()
            case Reply(card=card, private=private):
                await answer.say(card, private=private)
            case Update(card=card):
                await _moved(boundary, invocation, await answer.update(card))
            case OpenForm(form=form):
                await answer.open(form)
            case FormErrors():
                await answer.refuse(outcome)
            case Direct():
                await _directly(answer, invocation, outcome, boundary, deliver)
            case _:
                assert_never(outcome)
    except TooLateError:
        left = card_of(outcome)
        log.info("answered_directly" if left else "answer_lost", what=invocation.what)
        if left is not None:
            await _in_direct_messages(invocation, left, deliver)


def card_of(outcome: Outcome | None) -> Card | None:
    """The card of an outcome, where a message is all that can be shown."""
    match outcome:
        case Reply(card=card) | Update(card=card) | Direct(card=card):
            return card
        case FormErrors():
            return cards.not_saved(outcome)
        case _:
            return None


async def _apologize(answer: Answer, code: str) -> None:
    try:
        await answer.say(cards.not_shown(code))
    except Exception as fault:
        log.warning("answer_lost", what="apology", reason=type(fault).__name__, exc_info=fault)


async def _directly(
    answer: Answer, invocation: Invocation, outcome: Direct, boundary: Answering, deliver: Deliver
) -> None:
    """To the direct messages; where they are closed, in place and for the person alone, with how to open them."""
    if invocation.where != "channel" and outcome.edit is None:
        await _placed(boundary, invocation, outcome, await answer.say(outcome.card))
        return
    message = _message(invocation, outcome.card, outcome.edit)
    try:
        sent = await answer.while_waiting(_delivered(deliver, message))
    except Unreachable:
        await boundary.run(_event(invocation, "dm_closed", "closed"))
        await _if_in_time(answer, outcome.card, cards.closed_dms())
    except DeliveryError as fault:
        log.info("direct_message_failed", reason=fault.reason)
        await _if_in_time(answer, outcome.card)
    else:
        # Said each time and kept only where they were closed: without a delivery id nothing is written otherwise.
        await boundary.run(replace(_event(invocation, "dm_open", ""), delivery=""))
        await _placed(boundary, invocation, outcome, sent)
        await _if_in_time(answer, outcome.note)


async def _placed(boundary: Answering, invocation: Invocation, outcome: Direct, sent: Sent | None) -> None:
    """Tell where a living message stands now."""
    if outcome.living and sent is not None:
        options = {"key": outcome.living, "ref": f"{sent.channel}:{sent.ref}"}
        await boundary.run(replace(_event(invocation, "placed", "placed"), options=options))


async def _moved(boundary: Answering, invocation: Invocation, sent: Sent | None) -> None:
    """Tell where the new message stands that took the place of one that was gone: what that showed lives on there."""
    if sent is not None and invocation.message:
        options = {"was": invocation.message, "ref": f"{sent.channel}:{sent.ref}"}
        await boundary.run(replace(_event(invocation, "placed", "placed"), options=options))


async def _if_in_time(answer: Answer, *shown: Card) -> None:
    """What stands beside a direct message that was tried: of no use there when it is too late here."""
    try:
        for card in shown:
            await answer.say(card)
    except TooLateError:
        log.info("answer_lost", what="note")


async def _in_direct_messages(invocation: Invocation, card: Card, deliver: Deliver) -> None:
    try:
        await deliver(_message(invocation, card))
    except DeliveryError as fault:
        log.warning("answer_lost", what=invocation.what, reason=fault.reason)


async def _delivered(deliver: Deliver, message: Outgoing) -> Sent:
    return await deliver(message)


def _message(invocation: Invocation, card: Card, edit: str | None = None) -> Outgoing:
    channel, _, ref = (edit or "").partition(":")
    return Outgoing(
        invocation.user,
        invocation.team,
        card,
        f"i{invocation.delivery}",
        channel=channel or None,
        edit=ref or None,
    )


def _event(invocation: Invocation, name: str, suffix: str) -> Invocation:
    """Something that we report to ourselves about the person who asked."""
    return Invocation(
        invocation.platform,
        invocation.user,
        "event",
        name,
        team=invocation.team,
        delivery=f"{invocation.delivery}:{suffix}",
    )
