"""The addresses that are no Web API methods: `response_url`, the upload of a file, a file itself."""

from __future__ import annotations

from dataclasses import replace

from aiohttp import web

from tests.peers.slack.methods.base import Refused
from tests.peers.slack.methods.chat import draft
from tests.peers.slack.records import Message, ResponseUrl
from tests.peers.slack.specs import Json
from tests.peers.slack.webapi import Outcome, Wire

RESPONSE_URL_USES = 5
RESPONSE_URL_SECONDS = 30 * 60.0


class Addresses:
    """Endpoints beside the Web API."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._world = wire.world

    async def respond(self, request: web.Request) -> web.StreamResponse:
        """POST to a `response_url`: five times, within half an hour. A refused message is a 404 too, as at Slack."""
        secret = request.match_info["secret"]
        body: Json = await request.json()
        url = self._world.response_urls.get(secret)
        about = {**body, "channel": url.channel, "user": url.user} if url else body
        struck, after = self._wire.strike("response_url", about)
        if struck is None:
            struck = replace(self._answer(secret, url, body), after=after)
        self._wire.record("response_url", body, "", struck)
        return await self._wire.send(request, struck)

    def _answer(self, secret: str, url: ResponseUrl | None, body: Json) -> Outcome:
        if url is None:
            return Outcome({"ok": False, "error": "invalid_url"}, 404)
        late = self._world.clock.seconds() - url.made_at > RESPONSE_URL_SECONDS
        if late or url.uses >= RESPONSE_URL_USES:
            return Outcome({"ok": False, "error": "expired_url"}, 404)
        words = any(body.get(name) for name in ("text", "blocks", "attachments"))
        wordless = body.get("delete_original") and not words
        if not wordless and (refused := self._wire.inspector.message("response_url", body)):
            more = {"response_metadata": {"messages": list(refused)}}
            return Outcome({"ok": False, "error": "invalid_blocks", **more}, 404)
        try:
            self.show(url, body)
        except Refused as refusal:
            return Outcome({"ok": False, "error": refusal.error, **refusal.more}, 404)
        self._world.response_urls[secret] = replace(url, uses=url.uses + 1)
        return Outcome("ok")

    def show(self, url: ResponseUrl, body: Json) -> Message | None:
        """Carry out what a response says: a new message, or one in the place of the original.

        Without an original (a slash command) `replace_original` gives a new message, as on Slack.
        Raises Refused for a message without words.
        """
        source = self._world.current(url.source) if url.source else None
        if body.get("delete_original"):
            if source is not None:
                self._world.remove(source, url.cause)
            return None
        made = draft(self._world, body, self._world.channels[url.channel])
        if body.get("replace_original") and source is not None:
            return self._world.edit(source, made, url.cause)
        only_for = None if body.get("response_type") == "in_channel" else url.user
        return self._world.post(replace(made, only_for=only_for), url.cause)

    async def upload(self, request: web.Request) -> web.StreamResponse:
        """The bytes of a file that was announced: as the body, or as the one part of a form."""
        file = self._world.files.get(request.match_info["file"])
        struck, after = self._wire.strike("upload", {})
        if request.content_type == "multipart/form-data":
            part = next(iter((await request.post()).values()), b"")
            content = part.file.read() if isinstance(part, web.FileField) else str(part).encode()
        else:
            content = await request.read()
        if struck is None and (file is None or len(content) != file.length):
            struck = Outcome("the announced length is another" if file else "no such upload", 400 if file else 404)
        elif struck is None and file is not None:
            self._world.files[file.id] = replace(file, content=content)
            struck = Outcome(f"OK - {len(content)}", after=after)
        assert struck is not None
        self._wire.record("upload", {"length": len(content)}, "", struck)
        return await self._wire.send(request, struck)

    async def download(self, request: web.Request) -> web.StreamResponse:
        """A file's bytes, for a caller with a token that may read files; others are led to the login page."""
        struck, after = self._wire.strike("download", {})
        if struck is None and "files:read" not in self._world.scopes:
            struck = Outcome("", 302, {"Location": f"{self._world.base_url}/?redir=files"})
        if struck is not None or after is not None:
            return await self._wire.send(request, struck or Outcome("", after=after))
        file = self._world.files.get(request.match_info["file"])
        token = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        if token not in self._world.tokens or token in self._world.revoked:
            return web.Response(status=403)
        if file is None or file.content is None:
            return web.Response(status=404)
        return web.Response(body=file.content, content_type="application/octet-stream")
