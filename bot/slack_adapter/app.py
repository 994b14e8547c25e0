"""Bolt as we use it: four listeners for everything, which never raise, and nothing taken from the environment."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Any

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.answering import card_of
from bot.ports import Answering, Outgoing, Sent
from bot.slack_adapter import deliver as delivery
from bot.slack_adapter import home, requests
from bot.slack_adapter.api import Api
from bot.slack_adapter.people import People
from bot.slack_adapter.render import LINK
from bot.slack_adapter.requests import Origin
from bot.slack_adapter.respond import Ack, Answer, respond
from bot.uploads import NETWORK, WithUploads
from commands.context import Invocation
from commands.outcomes import Outcome
from scheduler.retry import DeliveryError

log = structlog.get_logger()
Json = Mapping[str, Any]

ANYTHING = re.compile(".*")
PERSON_WROTE = {None, "file_share", "thread_broadcast"}
"""Subtypes of messages in which a person says something."""


class Listeners:
    """What Slack reports, handed to the boundary, and the outcome shown. `removed` is set at the end."""

    def __init__(
        self,
        boundary: Answering,
        api: Api,
        people: People,
        removed: asyncio.Event,
        *,
        prefix: str,
        patience: float,
    ) -> None:
        self.accepting = True
        self._removed = removed
        self._boundary = boundary
        self._api = api
        self._people = people
        self._prefix = prefix
        self._patience = patience
        self._active: set[asyncio.Task[Any]] = set()

    def join(self, app: AsyncApp) -> None:
        """Register with Bolt, busiest first: it asks them in this order."""
        app.action(ANYTHING)(self.on_press)
        app.command(ANYTHING)(self.on_command)
        app.event(ANYTHING)(self.on_event)
        app.view(ANYTHING)(self.on_form)

    async def deliver(self, message: Outgoing) -> Sent:
        """See `bot.ports.Adapter`."""
        return await delivery.deliver(self._api, self._people, message)

    async def drain(self, seconds: float) -> None:
        """Take nothing new and let the answers under way finish, for at most `seconds`."""
        self.accepting = False
        if self._active:
            await asyncio.wait(set(self._active), timeout=seconds)

    async def on_press(self, ack: Ack, body: dict[str, Any]) -> None:
        """A button or menu."""
        if str(requests.used(body).get("action_id", "")).startswith(LINK):
            await ack()
            return
        await self._answer(ack, body, requests.press_origin(body), "press")

    async def on_command(self, ack: Ack, body: dict[str, Any]) -> None:
        """A slash command."""
        await self._answer(ack, body, requests.command_origin(body), "command")

    async def on_form(self, ack: Ack, body: dict[str, Any]) -> None:
        """A sent form."""
        await self._answer(ack, body, requests.form_origin(body), "form")

    async def on_event(self, body: dict[str, Any]) -> None:
        """Everything that nobody waits for; Bolt has acknowledged it already."""
        if not self.accepting:
            return
        self._track()
        try:
            await self._event(body, body["event"])
        except Exception as fault:
            log.error("listener_failed", listener=str(body["event"].get("type")), exc_info=fault)

    async def report(self, invocation: Invocation) -> None:
        """An event for the boundary; its answer goes to the person it names."""
        try:
            outcome = await self._boundary.run(invocation)
            if invocation.user:
                await self._send(invocation, outcome, f"e{invocation.name}{invocation.team}", None)
        except Exception as fault:
            log.error("listener_failed", listener=invocation.name, exc_info=fault)

    async def _answer(self, ack: Ack, body: dict[str, Any], origin: Origin, kind: str) -> None:
        if not self.accepting:
            return
        self._track()
        deadline = asyncio.get_running_loop().time() + self._patience
        try:
            if kind == "press":  # it is acknowledged without content, so before anything is asked
                await ack()
            profile = await self._people.get(requests.user_of(body))
            if kind == "press":
                invocation = requests.from_press(body, profile)
            elif kind == "form":
                invocation = requests.from_form(body, profile)
            else:
                invocation = requests.from_command(body, profile, self._prefix)
            trigger = str(body.get("trigger_id", ""))
            answer = Answer(self._api, ack, invocation, origin, trigger, deadline)
            answer.acknowledged = kind == "press"
            boundary = WithUploads(self._boundary, requests.uploads_of(body), self._api.files)
            await respond(answer, invocation, boundary, self.deliver)
        except Exception as fault:
            log.error("listener_failed", listener=kind, exc_info=fault)

    async def _event(self, body: Json, event: Json) -> None:
        match event.get("type"):
            case "message" if event.get("channel_type") == "im":
                await self._said(body, event)
            case "app_home_opened" if event.get("tab") == "home":
                await self._opened_home(body)
            case "user_change":
                await self._changed(body, event["user"])
            case "app_uninstalled":
                await self._was_removed(body)
            case "tokens_revoked" if (event.get("tokens") or {}).get("bot"):
                await self._was_removed(body)
            case _:
                pass

    async def _said(self, body: Json, event: Json) -> None:
        if event.get("bot_id") or not event.get("user") or event.get("subtype") not in PERSON_WROTE:
            return
        invocation = requests.from_message(body, await self._people.get(str(event["user"])))
        outcome = await self._boundary.run(invocation)
        await self._send(invocation, outcome, f"t{invocation.delivery}", str(event.get("channel", "")) or None)

    async def _opened_home(self, body: Json) -> None:
        invocation = requests.from_home(body, await self._people.get(str(body["event"].get("user", ""))))
        card = card_of(await self._boundary.run(invocation))
        if card is None:
            return
        try:
            await home.publish(self._api, invocation.user, card)
        except (SlackApiError, *NETWORK) as fault:
            log.warning("home_not_published", reason=type(fault).__name__)

    async def _changed(self, body: Json, user: Json) -> None:
        profile = self._people.changed(user)
        if profile.deleted:
            gone = str(user.get("id", ""))
            await self._boundary.run(self._named("user_gone", body, {"user": gone}, user=gone))

    async def _was_removed(self, body: Json) -> None:
        await self._boundary.run(self._named("removed", body, {"community": requests.team_of(body)}))
        self._removed.set()  # after it was kept: the process may end now

    def _named(self, name: str, body: Json, options: dict[str, str], user: str = "") -> Invocation:
        delivery = str(body.get("event_id", ""))
        return requests.event(name, team=requests.team_of(body), user=user, delivery=delivery, options=options)

    async def _send(self, invocation: Invocation, outcome: Outcome | None, key: str, channel: str | None) -> None:
        """An outcome as a direct message, where no interaction waits for it."""
        card = card_of(outcome)
        if card is None:
            return
        try:
            await self.deliver(Outgoing(invocation.user, invocation.team, card, key, channel))
        except DeliveryError as fault:
            log.info("direct_message_failed", reason=fault.reason)

    def _track(self) -> None:
        task = asyncio.current_task()
        if task is not None and task not in self._active:
            self._active.add(task)
            task.add_done_callback(self._active.discard)


def build(client: AsyncWebClient, signing_secret: str | None, me: Json, bot_token: str) -> AsyncApp:
    """Bolt for one workspace. `me` is the answer of `auth.test`, so that Bolt never asks again.

    `client` has no token: what answers is `Api`. Requests over HTTP need a signing secret; without one none is taken.
    """

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=me.get("enterprise_id"),
            team_id=me["team_id"],
            bot_user_id=me["user_id"],
            bot_id=me.get("bot_id"),
            bot_token=bot_token,
        )

    app = AsyncApp(
        name="matchmentor",
        raise_error_for_unhandled_request=True,  # else Bolt logs a page of advice for programmers
        client=client,
        signing_secret=signing_secret or "Socket Mode needs none",
        verification_token="not used",  # noqa: S106  a value, so that Bolt does not look into the environment
        authorize=authorize,
    )
    app.error(_not_for_us)
    return app


async def _not_for_us(error: Exception) -> BoltResponse:
    """Called for what no listener takes, such as a shortcut that is not in our manifest."""
    log.info("not_taken", reason=type(error).__name__)
    return BoltResponse(status=404)
