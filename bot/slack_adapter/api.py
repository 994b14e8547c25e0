"""The way to Slack: clients that know nothing but what they were given, and what they remember."""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.answering import TooLateError
from bot.slack_adapter.render import picture_key
from bot.uploads import Store
from commands.ui import Attachment, Card, Picture

Json = dict[str, Any]

SLACK = "https://slack.com/api/"
TIMEOUT = 10
"""Seconds for one call."""
REMEMBERED = 5_000
"""Direct-message channels and pictures whose ids are kept."""

FILE_HOSTS = frozenset({"files.slack.com"})
"""Where Slack keeps what people send with a form."""

NETWORK = (aiohttp.ClientError, OSError, TimeoutError)
"""What a broken way to Slack raises."""


class Api:
    """Calls to Slack. `client` waits once when Slack asks it to; `patient` leaves that to the outbox.

    Neither repeats a call after a server error or a lost connection: a message might stand there twice.
    """

    def __init__(self, bot_token: str, api_base: str | None, session: aiohttp.ClientSession) -> None:
        base = api_base or SLACK
        self.session = session
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
        if got.status_code in (404, 410) or "expired_url" in got.body or "used_url" in got.body:
            raise TooLateError
        if got.status_code != 200:
            raise SlackApiError("response_url", {"ok": False, "error": f"status_{got.status_code}"})  # type: ignore[no-untyped-call]

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

    async def images(self, card: Card) -> dict[str, str]:
        """Ids of the card's pictures, uploaded when they are new."""
        found: dict[str, str] = {}
        for block in card.blocks:
            if isinstance(block, Picture):
                key = picture_key(block)
                if key not in self._pictures:
                    _remember(self._pictures, key, await self._upload(block.image, "picture.png", alt=block.alt))
                found[key] = self._pictures[key]
        return found

    async def send_files(self, files: tuple[Attachment, ...], channel: str) -> None:
        """Share files in a channel of which the bot is a member."""
        for file in files:
            await self._upload(file.data, file.name, channel=channel)

    async def _upload(self, data: bytes, name: str, *, alt: str | None = None, channel: str | None = None) -> str:
        sent = await self.client.files_upload_v2(
            file=data, filename=name, title=name, alt_txt=alt, channel=channel, request_file_info=False
        )
        return str(sent["files"][0]["id"])


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
