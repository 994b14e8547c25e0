"""Files that people send with a form: fetched from where the platform keeps them, and handed on as text.

They are fetched before the boundary runs, so never inside a transaction. Only the platform's own servers are asked, no
redirect is followed, and no more is read than a file may have. What stands in a file, its name and its address (which
opens it for everyone) never reach a log.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

import aiohttp
import structlog
from yarl import URL

from bot.ports import Answering
from commands.context import Invocation
from commands.forms import LARGEST_FILE, NotTaken
from commands.outcomes import Outcome

log = structlog.get_logger()

FETCH_WITHIN = 10.0
"""Seconds for one file. The platform has been told by then that we are at it."""
NETWORK = (aiohttp.ClientError, OSError, TimeoutError)
"""What a broken way to a platform raises."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as the platform tells of it: its address and how many bytes it has."""

    url: str
    size: int


Uploads = Mapping[str, Upload]
"""By the name of the field; a field without a file is not in it."""


class Files(Protocol):
    """Where the files of a platform come from."""

    async def text(self, upload: Upload) -> str:
        """The text of a file, or the `NotTaken` that says why it is not here."""


class RefusedError(OSError):
    """The server answered something else than the file."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True, slots=True)
class Store:
    """Where a platform keeps people's files.

    `hosts` are its servers, asked by https only. `base` is an address of the API where that was pointed elsewhere (a
    proxy, a test server): files may then come from there as well. `token` goes along with every request.
    """

    hosts: frozenset[str]
    base: str | None = None
    token: str | None = field(default=None, repr=False)
    proxy: str | None = field(default=None, repr=False)
    seconds: float = FETCH_WITHIN

    def knows(self, url: str) -> bool:
        """Whether this is an address of the platform's own."""
        try:
            asked = URL(url)
            origin = asked.origin()
        except ValueError:
            return False
        if asked.user is not None or asked.password is not None:
            return False
        if self.base is not None and origin == URL(self.base).origin():
            return True
        return asked.scheme == "https" and asked.host in self.hosts and asked.port == 443

    async def read(self, url: str) -> bytes:
        """A file, or the beginning of one that is larger than we take. Raises one of `NETWORK`."""
        headers = {"Accept-Encoding": "identity"}
        if self.token is not None:
            headers["Authorization"] = f"Bearer {self.token}"
        async with (
            aiohttp.ClientSession() as session,
            session.get(url, headers=headers, allow_redirects=False, proxy=self.proxy) as answer,
        ):
            if answer.status != 200:
                raise RefusedError(answer.status)
            data = bytearray()
            async for chunk in answer.content.iter_chunked(1 << 16):
                data += chunk
                if len(data) > LARGEST_FILE:
                    break
            return bytes(data)

    async def text(self, upload: Upload) -> str:
        """The text of a file, or the `NotTaken` that says why it is not here."""
        if upload.size > LARGEST_FILE:
            return NotTaken.TOO_LARGE
        if not self.knows(upload.url):
            log.warning("file_not_fetched", reason="not an address of the platform's own")
            return NotTaken.NOT_FETCHED
        try:
            async with asyncio.timeout(self.seconds):
                data = await self.read(upload.url)
        except NETWORK as fault:
            log.warning("file_not_fetched", reason=type(fault).__name__, status=getattr(fault, "status", None))
            return NotTaken.NOT_FETCHED
        return as_text(data)


def as_text(data: bytes) -> str:
    """The text in these bytes, without a byte-order mark, or the `NotTaken` that says why there is none."""
    if len(data) > LARGEST_FILE:
        return NotTaken.TOO_LARGE
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return NotTaken.NOT_TEXT
    return NotTaken.NOT_TEXT if "\x00" in text else text


@dataclass(frozen=True, slots=True)
class WithUploads:
    """The boundary as one sent form sees it: what was uploaded is fetched first, then it is run with the texts."""

    boundary: Answering
    uploads: Uploads
    files: Files

    async def run(self, invocation: Invocation) -> Outcome | None:
        """See `bot.ports.Answering`. What is reported while the form is answered passes through."""
        if invocation.what == "form" and self.uploads:
            texts = {name: await self.files.text(upload) for name, upload in self.uploads.items()}
            invocation = replace(invocation, values={**invocation.values, **texts})
        return await self.boundary.run(invocation)

    def opens_form(self, invocation: Invocation) -> bool:
        """See `bot.ports.Answering`."""
        return self.boundary.opens_form(invocation)
