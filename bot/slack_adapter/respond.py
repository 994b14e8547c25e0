"""From an interaction to its answer, within Slack's rules of time.

Slack wants an acknowledgement within three seconds and takes answers for half an hour at a `response_url`. A quick
answer to a command goes into the acknowledgement itself. A form is answered in it as well, or its window closes and
the answer follows. An answer that comes too late goes to the direct messages instead, once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

import structlog
from slack_sdk.errors import SlackApiError

from bot import answering
from bot.answering import Deliver, TooLateError
from bot.ports import Answering, Sent
from bot.slack_adapter import home
from bot.slack_adapter.api import Api, Json, error_of, status_of
from bot.slack_adapter.deliver import GONE
from bot.slack_adapter.render import draw, draw_form, errors
from bot.slack_adapter.requests import Origin
from bot.uploads import NETWORK
from commands import cards
from commands.context import Invocation
from commands.outcomes import FormErrors, Outcome
from commands.ui import Attachment, Card, Form, Picture, Text

log = structlog.get_logger()
T = TypeVar("T")
Ack = Callable[..., Awaitable[Any]]

PATIENCE = 1.5
"""Seconds from an interaction's arrival to its acknowledgement: half of what Slack allows."""
TRIGGER_LOST = {"exchanged_trigger_id", "expired_trigger_id", "invalid_trigger_id", "trigger_exchanged"}
NOT_A_MEMBER = {"channel_not_found", "not_in_channel"}
"""Somebody used us in their direct messages with somebody else."""


class Answer:
    """The way back to one interaction. `origin` says where it was done, `trigger` opens one form within seconds.

    `deadline` is when Slack has to be told that we are at it, on the loop's clock.
    """

    def __init__(
        self, api: Api, ack: Ack, invocation: Invocation, origin: Origin, trigger: str, deadline: float
    ) -> None:
        self._api = api
        self._ack = ack
        self._invocation = invocation
        self._origin = origin
        self._trigger = trigger
        self._deadline = deadline
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

    async def say(self, card: Card, *, private: bool = True) -> Sent | None:
        """A new message in place, and where it stands in the direct messages. Raises `TooLateError`."""
        with _lost():
            return await self._say(card, private)

    async def _say(self, card: Card, private: bool) -> Sent | None:
        where = self._origin.where
        if where == "channel" and not self.acknowledged and self._fits_the_ack(card):
            kind = "ephemeral" if private else "in_channel"
            await self.acknowledge(**draw(card, typed=self._api.typed), response_type=kind)
            return None
        await self._done_with_the_form()
        if where == "home":
            return await self._post(await self._api.direct(self._invocation.user), card)
        if where == "dm":
            return await self._in_direct_messages(card)
        await self._respond(card, private=private)
        return None

    async def update(self, card: Card) -> Sent | None:
        """The message or tab that was used, changed; a new message where there is none (any more)."""
        with _lost():
            return await self._update(card)

    async def _update(self, card: Card) -> Sent | None:
        await self._done_with_the_form()
        origin = self._origin
        if origin.home:
            await home.publish(self._api, self._invocation.user, card)
        elif origin.where == "dm" and origin.ts:
            change = partial(self._api.client.chat_update, channel=origin.channel, ts=origin.ts)
            try:
                await self._api.show(card, lambda body: change(**body))
            except SlackApiError as fault:
                if error_of(fault) not in GONE:
                    raise
                return await self.say(card)
        elif self._invocation.what == "command":
            return await self.say(card)
        else:
            await self._respond(card, replace=True)
        return None

    async def open(self, form: Form) -> None:
        """A form: a new window, or in the place of the one that was sent."""
        with _lost():
            await self._open(form)

    async def _open(self, form: Form) -> None:
        view = draw_form(form, self._origin.kept(), self._api.typed)
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
            await self.say(cards.not_saved(outcome))
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

    async def _in_direct_messages(self, card: Card) -> Sent | None:
        try:
            return await self._post(self._origin.channel, card)
        except SlackApiError as fault:
            if error_of(fault) not in NOT_A_MEMBER or not self._origin.response_url:
                raise
            await self._respond(card)
            return None

    async def _post(self, channel: str, card: Card) -> Sent:
        await self._api.send_files(card.files, channel)
        post = partial(self._api.client.chat_postMessage, channel=channel, unfurl_links=False, unfurl_media=False)
        posted = await self._api.show(card, lambda body: post(**body))
        return Sent(channel, str(posted["ts"]))

    async def _respond(self, card: Card, *, private: bool = True, replace: bool = False) -> None:
        address = self._origin.response_url
        if not address:
            raise TooLateError
        await self._send_privately(card.files)
        kind = "ephemeral" if private else "in_channel"
        how: Json = {"replace_original": True} if replace else {"response_type": kind, "replace_original": False}
        await self._api.show(card, lambda body: self._api.answer(address, body | how))

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
    """Answer one interaction, whatever happens."""
    await answering.respond(answer, invocation, _outcome(answer, invocation, boundary), boundary, deliver)


async def _outcome(answer: Answer, invocation: Invocation, boundary: Answering) -> Outcome | None:
    """A command that opens a form is acknowledged at once: forms open by their own call, within three seconds."""
    if invocation.what == "command" and boundary.opens_form(invocation):
        await answer.acknowledge()
    return await answer.while_waiting(boundary.run(invocation))


@contextmanager
def _lost() -> Iterator[None]:
    """The way back may be closed (Slack is down), rather than the answer wrong. Raises `TooLateError` then."""
    try:
        yield
    except SlackApiError as fault:
        if status_of(fault) < 500:
            raise
        raise TooLateError from fault
    except NETWORK as fault:
        raise TooLateError from fault
