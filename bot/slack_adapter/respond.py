"""From an interaction to its answer, within Slack's rules of time.

Slack wants an acknowledgement within three seconds and takes answers for half an hour at a `response_url`. A quick
answer to a command goes into the acknowledgement itself. A form is answered in it as well, or its window closes and
the answer follows. An answer that comes too late goes to the direct messages instead, once.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar, assert_never

import structlog
from slack_sdk.errors import SlackApiError

from bot.ports import Answering, Outgoing, Sent
from bot.slack_adapter import home, requests
from bot.slack_adapter.api import NETWORK, Api, TooLateError
from bot.slack_adapter.deliver import GONE, error_of, status_of
from bot.slack_adapter.render import draw, draw_form, errors, errors_card
from bot.slack_adapter.requests import Origin
from commands import cards
from commands.context import Invocation
from commands.outcomes import Choices, Direct, FormErrors, OpenForm, Outcome, Reply, Update
from commands.ui import Attachment, Card, Form, Picture, Text
from scheduler.retry import DeliveryError, Unreachable

log = structlog.get_logger()
T = TypeVar("T")
Ack = Callable[..., Awaitable[Any]]
Deliver = Callable[[Outgoing], Awaitable[Sent]]

PATIENCE = 1.5
"""Seconds from an interaction's arrival to its acknowledgement: half of what Slack allows."""
TRIGGER_LOST = {"exchanged_trigger_id", "expired_trigger_id", "invalid_trigger_id", "trigger_exchanged"}
NOT_A_MEMBER = {"channel_not_found", "not_in_channel"}
"""Somebody used us in their direct messages with somebody else."""


class Answer:
    """The way back to one interaction. `origin` says where it was done, `trigger` opens one form within seconds."""

    def __init__(
        self, api: Api, ack: Ack, invocation: Invocation, origin: Origin, trigger: str, patience: float
    ) -> None:
        self._api = api
        self._ack = ack
        self._invocation = invocation
        self._origin = origin
        self._trigger = trigger
        self._deadline = asyncio.get_running_loop().time() + patience
        self.acknowledged = False

    async def acknowledge(self, **body: Any) -> None:
        """Tell Slack that it arrived, once; a form's window closes with it."""
        if not self.acknowledged:
            self.acknowledged = True
            await self._ack(**body)

    async def while_waiting(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of `work`; when it is not there in time, Slack is told that we are at it."""
        task = asyncio.create_task(work)
        left = self._deadline - asyncio.get_running_loop().time()
        if not self.acknowledged and left > 0:
            await asyncio.wait({task}, timeout=left)
        if not task.done():
            await self.acknowledge()
        return await task

    async def say(self, card: Card, *, private: bool = True) -> None:
        """A new message in place. Raises `TooLateError`."""
        where = self._origin.where
        if where == "channel" and not self.acknowledged and self._fits_the_ack(card):
            kind = "ephemeral" if private else "in_channel"
            await self.acknowledge(**draw(card), response_type=kind)
            return
        await self._done_with_the_form()
        if where == "home":
            await self._post(await self._api.direct(self._invocation.user), card)
        elif where == "dm":
            await self._in_direct_messages(card)
        else:
            await self._respond(card, private=private)

    async def update(self, card: Card) -> None:
        """The message or tab that was used, changed; a new message where there is none (any more)."""
        await self._done_with_the_form()
        origin = self._origin
        if origin.home:
            await home.publish(self._api, self._invocation.user, card)
        elif origin.where == "dm" and origin.ts:
            try:
                body = draw(card, await self._api.images(card))
                await self._api.client.chat_update(channel=origin.channel, ts=origin.ts, **body)
            except SlackApiError as fault:
                if error_of(fault) not in GONE:
                    raise
                await self.say(card)
        elif self._invocation.what == "command":
            await self.say(card)
        else:
            await self._respond(card, replace=True)

    async def open(self, form: Form) -> None:
        """A form: a new window, or in the place of the one that was sent."""
        view = draw_form(form, self._origin.kept())
        if self._invocation.what == "form":
            await self.acknowledge(response_action="update", view=view)
            return
        await self.acknowledge()
        try:
            await self._api.client.views_open(trigger_id=self._trigger, view=view)
        except SlackApiError as fault:
            if error_of(fault) not in TRIGGER_LOST:
                raise
            log.info("form_came_too_late")
            await self.say(FORM_TOO_LATE)

    async def refuse(self, outcome: FormErrors) -> None:
        """What is wrong, in the form; as a message when its window is closed already."""
        if self.acknowledged:
            await self.say(errors_card(outcome))
        else:
            await self.acknowledge(response_action="errors", errors=errors(outcome))

    def _fits_the_ack(self, card: Card) -> bool:
        has_uploads = card.files or any(isinstance(block, Picture) for block in card.blocks)
        return self._invocation.what == "command" and not has_uploads

    async def _done_with_the_form(self) -> None:
        if self._invocation.what == "form":
            await self.acknowledge(response_action="clear")
        else:
            await self.acknowledge()

    async def _in_direct_messages(self, card: Card) -> None:
        try:
            await self._post(self._origin.channel, card)
        except SlackApiError as fault:
            if error_of(fault) not in NOT_A_MEMBER or not self._origin.response_url:
                raise
            await self._respond(card)

    async def _post(self, channel: str, card: Card) -> None:
        await self._api.send_files(card.files, channel)
        body = draw(card, await self._api.images(card))
        await self._api.client.chat_postMessage(channel=channel, unfurl_links=False, unfurl_media=False, **body)

    async def _respond(self, card: Card, *, private: bool = True, replace: bool = False) -> None:
        if not self._origin.response_url:
            raise TooLateError
        await self._send_privately(card.files)
        body = draw(card, await self._api.images(card))
        kind = "ephemeral" if private else "in_channel"
        how = {"replace_original": True} if replace else {"response_type": kind, "replace_original": False}
        await self._api.answer(self._origin.response_url, body | how)

    async def _send_privately(self, files: tuple[Attachment, ...]) -> None:
        """Files cannot stand in a message that only one person sees."""
        if files:
            await self._api.send_files(files, await self._api.direct(self._invocation.user))


FORM_TOO_LATE = Card(
    "Please press that once more",
    (Text("Slack waited too long for the form and did not open it. Nothing was changed."),),
    tone="warning",
    preview="Please try once more",
)


async def respond(answer: Answer, invocation: Invocation, boundary: Answering, deliver: Deliver) -> None:
    """Answer one interaction, whatever happens: with the outcome, or with a code that is also in the log."""
    try:
        # A press is acknowledged without content, so at once; forms open by their own call, within three seconds.
        if invocation.what == "action" or (invocation.what == "command" and boundary.opens_form(invocation)):
            await answer.acknowledge()
        outcome = await answer.while_waiting(boundary.run(invocation))
        await _show(answer, invocation, outcome, boundary, deliver)
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
                await answer.update(card)
            case OpenForm(form=form):
                await answer.open(form)
            case FormErrors():
                await answer.refuse(outcome)
            case Direct():
                await _send_directly(answer, invocation, outcome, boundary, deliver)
            case _:
                assert_never(outcome)
    except (TooLateError, SlackApiError, *NETWORK) as fault:
        if not _is_lost(fault):
            raise
        card_left = card_of(outcome)
        log.info("answered_directly" if card_left else "answer_lost", what=invocation.what)
        if card_left is not None:
            await _in_direct_messages(invocation, card_left, deliver)


def _is_lost(fault: BaseException) -> bool:
    """Whether the way back is closed, rather than the answer wrong."""
    return not isinstance(fault, SlackApiError) or status_of(fault) >= 500


async def _send_directly(
    answer: Answer, invocation: Invocation, outcome: Direct, boundary: Answering, deliver: Deliver
) -> None:
    """To the direct messages; where they are closed, in place and for the person alone, with how to open them."""
    if invocation.where != "channel":
        await answer.say(outcome.card)
        return
    message = _message(invocation, outcome.card)
    try:
        await answer.while_waiting(_delivered(deliver, message))
    except Unreachable:
        closed = requests.event(
            "dm_closed", team=invocation.team, user=invocation.user, delivery=f"{invocation.delivery}:closed"
        )
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
        await deliver(_message(invocation, card))
    except DeliveryError as fault:
        log.warning("answer_lost", what=invocation.what, reason=fault.reason)


async def _delivered(deliver: Deliver, message: Outgoing) -> Sent:
    return await deliver(message)


def _message(invocation: Invocation, card: Card) -> Outgoing:
    return Outgoing(invocation.user, invocation.team, card, f"i{invocation.delivery}")


async def _apologize(answer: Answer, code: str) -> None:
    try:
        await answer.say(not_shown(code))
    except (TooLateError, SlackApiError, *NETWORK) as fault:
        log.warning("answer_lost", what="apology", reason=type(fault).__name__)


def card_of(outcome: Outcome | None) -> Card | None:
    """The card of an outcome, where a message is all that can be shown."""
    match outcome:
        case Reply(card=card) | Update(card=card) | Direct(card=card):
            return card
        case FormErrors():
            return errors_card(outcome)
        case _:
            return None


def not_shown(code: str) -> Card:
    """Unlike `cards.failure`: by now what the person asked for may be done."""
    return Card(
        "I could not show you the answer",
        (
            Text(
                "This is my fault. What you asked for may be done already: please look before you repeat it. "
                f"If it happens again, give this code to an admin of your workspace: **{code}**"
            ),
        ),
        tone="danger",
        preview="Something went wrong",
    )
