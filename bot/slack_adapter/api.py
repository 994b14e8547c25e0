"""The way to Slack: clients that know nothing but what they were given, and what they remember."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.answering import TooLateError
from bot.slack_adapter.render import Images, draw, picture_key
from bot.slack_adapter.text import Typed
from bot.uploads import Store
from commands.ui import Attachment, Card, Picture

log = structlog.get_logger()
Json = dict[str, Any]
T = TypeVar("T")

SLACK = "https://slack.com/api/"
TIMEOUT = 10
"""Seconds for one call."""
REMEMBERED = 5_000
"""Direct-message channels and pictures whose ids are kept."""

FILE_HOSTS = frozenset({"files.slack.com"})
"""Where Slack keeps what people send with a form."""

LOOKS = (0.1, 0.2, 0.4, 0.8)
"""Seconds between looks at a new picture: Slack says that it has it, and can show it only a moment later."""
NOT_SHOWABLE = {"invalid_arguments", "invalid_blocks"}
"""How Slack refuses a message or a Home tab with a picture that it cannot show, or not yet."""
CLOSED = {"expired_url", "invalid_url", "used_url"}
"""A `response_url` that takes nothing more."""

Drawing = Callable[[Card, Images, Typed], Json]


class Api:
    """Calls to Slack. `client` waits once when Slack asks it to; `patient` leaves that to the outbox.

    Neither repeats a call after a server error or a lost connection: a message might stand there twice.
    `typed` names our commands as people type them here. `wait` is how the time passes until a picture can be shown.
    """

    def __init__(
        self,
        bot_token: str,
        api_base: str | None,
        session: aiohttp.ClientSession,
        *,
        typed: Typed = str,
        wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        base = api_base or SLACK
        self.session = session
        self.typed = typed
        self._wait = wait
        self.client = self.new_client(bot_token, base, once_more=True)
        self.patient = self.new_client(bot_token, base, once_more=False)
        self.files = Store(FILE_HOSTS, api_base, bot_token, self.client.proxy)
        self._channels: OrderedDict[str, str] = OrderedDict()
        self._pictures: OrderedDict[str, str] = OrderedDict()

    def new_client(self, token: str | None, base: str, *, once_more: bool) -> AsyncWebClient:
        """A client on our session. slack_sdk takes a proxy from the environment, which has no business on loopback."""
        handlers: list[Any] = [AsyncRateLimitErrorRetryHandler(max_retry_count=1)] if once_more else []
        client = AsyncWebClient(
            token=token, base_url=base, timeout=TIMEOUT, session=self.session, retry_handlers=handlers
        )
        if is_loopback(base):
            client.proxy = None
        return client

    async def answer(self, response_url: str, body: Json) -> None:
        """Post to a `response_url`. Raises `TooLateError`, or `SlackApiError` when Slack refuses the message."""
        webhook = AsyncWebhookClient(
            response_url,
            timeout=TIMEOUT,
            session=self.session,
            retry_handlers=[AsyncRateLimitErrorRetryHandler(max_retry_count=1)],
        )
        if is_loopback(response_url):
            webhook.proxy = None
        got = await webhook.send_dict(body)
        error = _error_in(got.body)
        if error in CLOSED or got.status_code == 410 or got.status_code >= 500:
            raise TooLateError
        if got.status_code != 200:
            raise SlackApiError("response_url", {"ok": False, "error": error or f"status_{got.status_code}"})  # type: ignore[no-untyped-call]

    async def direct(self, user: str, client: AsyncWebClient | None = None) -> str:
        """The channel of a person's direct messages with the bot."""
        channel = self._channels.get(user)
        if channel is None:
            opened = await (client or self.client).conversations_open(users=user)
            channel = str(opened["channel"]["id"])
            _remember(self._channels, user, channel)
        return channel

    def forget(self, user: str) -> None:
        """Ask anew for a person's channel the next time."""
        self._channels.pop(user, None)

    async def show(self, card: Card, send: Callable[[Json], Awaitable[T]], draw: Drawing = draw) -> T:
        """Hand a card to `send`, drawn with its pictures; in words alone where Slack cannot show them."""
        images = await self._images(card)
        try:
            return await send(draw(card, images, self.typed))
        except SlackApiError as fault:
            if not images or error_of(fault) not in NOT_SHOWABLE:
                raise
            log.warning("picture_not_shown", reason=error_of(fault))
        for key in images:
            self._pictures.pop(key, None)
        return await send(draw(card, {}, self.typed))

    async def _images(self, card: Card) -> dict[str, str]:
        """Ids of the card's pictures, uploaded when they are new."""
        found: dict[str, str] = {}
        for block in card.blocks:
            if isinstance(block, Picture):
                key = picture_key(block)
                known = self._pictures.get(key)
                if known is None:
                    known = await self._upload(block.image, "picture.png", alt=block.alt)
                    await self._showable(known)
                    _remember(self._pictures, key, known)
                found[key] = known
        return found

    async def _showable(self, file: str) -> None:
        """Wait a little for Slack to be done with a new picture; it tells by giving it a type."""
        for seconds in LOOKS:
            try:
                told: Json = (await self.client.files_info(file=file))["file"]
            except SlackApiError as fault:
                if error_of(fault) != "file_not_found":
                    return
            else:
                if told.get("mimetype"):
                    return
            await self._wait(seconds)

    async def send_files(self, files: tuple[Attachment, ...], channel: str) -> None:
        """Share files in a channel of which the bot is a member."""
        for file in files:
            await self._upload(file.data, file.name, channel=channel)

    async def _upload(self, data: bytes, name: str, *, alt: str | None = None, channel: str | None = None) -> str:
        sent = await self.client.files_upload_v2(
            file=data, filename=name, title=name, alt_txt=alt, channel=channel, request_file_info=False
        )
        return str(sent["files"][0]["id"])


def error_of(fault: SlackApiError) -> str:
    """Slack's name of the error, "" where it gave none."""
    response: Any = fault.response
    try:
        return str(response.get("error") or "")
    except (AttributeError, ValueError):  # no JSON came
        return ""


def status_of(fault: SlackApiError) -> int:
    """The HTTP status; what is no JSON arrives as the library's raw response."""
    response: Any = fault.response
    return int(getattr(response, "status_code", None) or getattr(response, "status", None) or 0)


def _error_in(body: str) -> str:
    """The error that a `response_url` names, in JSON or as the one word that it says; "" for "ok" and for a page."""
    try:
        told = json.loads(body)
    except ValueError:
        told = {"error": body.strip()}
    found = str(told.get("error") or "") if isinstance(told, dict) else ""
    return found if re.fullmatch(r"[a-z_]+", found) and found != "ok" else ""


def is_loopback(url: str) -> bool:
    """Whether an address leads to this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _remember(kept: OrderedDict[str, str], key: str, value: str) -> None:
    kept[key] = value
    if len(kept) > REMEMBERED:
        kept.popitem(last=False)
