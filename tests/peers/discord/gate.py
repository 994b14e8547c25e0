"""The door of the HTTP API: parse, log, go wrong on demand, authorise, check, carry out, answer."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from aiohttp import web
from aiohttp.web_request import FileField

from tests.peers.discord.checks import CALLBACK, check_request
from tests.peers.discord.faults import Fault, Faults, Request
from tests.peers.discord.interactions import uses_v2
from tests.peers.discord.messages import Upload
from tests.peers.discord.rest import Call, Handler, Rest
from tests.peers.discord.schema import specs
from tests.peers.discord.wire import Json, RefusalError, dumps

PREFIX = "/api/v10"


@dataclass(frozen=True, slots=True)
class Violation:
    """Something that Discord would not accept: where it was said, and why."""

    where: str
    problems: tuple[str, ...]


@dataclass(slots=True, eq=False)
class Gate:
    """Every HTTP request comes through here."""

    rest: Rest
    token: str
    check: bool
    faults: Faults = field(default_factory=Faults)
    requests: list[Request] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)
    mistakes: list[Violation] = field(default_factory=list)

    def add_to(self, app: web.Application) -> None:
        """Put all routes on the web application."""
        for method, route, handler in self.rest.routes():
            app.router.add_route(method, PREFIX + route, self._entrance(route, handler), expect_handler=None)
        app.router.add_route("*", PREFIX + "/{rest:.*}", self._unknown)
        app.router.add_get("/attachments/{channel_id}/{file_id}/{name}", self._file)

    def _entrance(self, route: str, handler: Handler) -> Callable[[web.Request], Any]:
        async def enter(web_request: web.Request) -> web.StreamResponse:
            request = Request(web_request.method, web_request.path.removeprefix(PREFIX), route)
            self.requests.append(request)
            request.body, uploads = await _parsed(web_request)
            hold = self.faults.take_hold(request) if self.faults.holds else None
            if hold is not None:
                await hold.wait()
            fault = self.faults.take(request) if self.faults.waiting else None
            if fault is not None and not fault.after:
                return _broken(web_request, request, fault)
            call = Call(web_request.match_info, web_request.query, request.body, uploads)
            response = self._carried_out(web_request, request, handler, call)
            return response if fault is None else _broken(web_request, request, fault)

        return enter

    def _carried_out(self, web_request: web.Request, request: Request, handler: Handler, call: Call) -> web.Response:
        status = 200
        try:
            self._authorise(web_request, request)
            self._check(web_request, request, call)
            body = handler(call)
            if body is None:
                status = 204
        except RefusalError as refusal:
            status, body, request.code = refusal.status, refusal.body(), refusal.code
        request.status = status
        self._check_own(request, body)
        self.rest.world.signal.changed()
        return answer(status, body)

    def _authorise(self, web_request: web.Request, request: Request) -> None:
        by_token = request.route == CALLBACK or "{webhook_token}" in request.route
        if not by_token and web_request.headers.get("Authorization") != f"Bot {self.token}":
            raise RefusalError(401, 0, "401: Unauthorized")

    def _check(self, web_request: web.Request, request: Request, call: Call) -> None:
        if not self.check:
            return
        before = self.rest.edited(request.method, request.route, call.params)
        names = [file["filename"] for file in before["attachments"]] if before else []
        query = web_request.query_string
        problems = check_request(
            request.method, request.route, query, request.body, was_v2=uses_v2(before), attached=names
        )
        if problems:
            self.found(f"{request.method} {request.route}", problems)
            interaction = self.rest.interactions.by_id.get(call.params.get("interaction_id", ""))
            if interaction is not None:
                interaction.refusals += problems
            raise RefusalError(400, 50035, "Invalid Form Body", tuple(problems))

    def _check_own(self, request: Request, body: Any) -> None:
        known = specs() if self.check else None
        # the description has numbers as the codes of single errors, Discord sends texts there
        if known is not None and not (isinstance(body, dict) and "errors" in body):
            problems = known.answer_problems(request.method, request.route, request.status, body)
            if problems:
                where = f"{request.method} {request.route} {request.status}"
                self.mistakes.append(Violation(where, tuple(problems)))

    def found(self, where: str, problems: list[str]) -> None:
        """The client has said something that Discord would refuse."""
        self.violations.append(Violation(where, tuple(problems)))

    def check_frame(self, event: str, data: Json) -> None:
        """A frame of the peer itself must be as Discord sends it."""
        known = specs() if self.check else None
        problems = known.frame_problems(event, data) if known is not None else []
        if problems:
            self.mistakes.append(Violation(f"gateway {event}", tuple(problems)))

    async def _unknown(self, web_request: web.Request) -> web.StreamResponse:
        request = Request(web_request.method, web_request.path.removeprefix(PREFIX), "", status=404)
        self.requests.append(request)
        self.mistakes.append(Violation(request.line, ("the peer has no such route",)))
        return answer(404, {"code": 0, "message": "404: Not Found"})

    async def _file(self, web_request: web.Request) -> web.StreamResponse:
        request = Request("GET", web_request.path, "")
        self.requests.append(request)
        hold = self.faults.take_hold(request) if self.faults.holds else None
        if hold is not None:
            await hold.wait()
        upload = self.rest.messages.files.get(web_request.match_info["file_id"])
        if upload is None or upload.name != unquote(web_request.match_info["name"]):
            return web.Response(status=404)
        return web.Response(body=upload.content)


def answer(status: int, body: Any, headers: Json | None = None) -> web.Response:
    """A response as Discord words it: `application/json` without a charset, which discord.py needs so."""
    if body is None:
        return web.Response(status=status, headers=headers)
    return web.Response(status=status, body=dumps(body).encode(), content_type="application/json", headers=headers)


def _broken(web_request: web.Request, request: Request, fault: Fault) -> web.Response:
    request.status = fault.status
    if not fault.status:
        if web_request.transport is not None:
            web_request.transport.abort()
        return web.Response(status=500)
    body = fault.body if fault.body is not None else {"code": 0, "message": f"{fault.status}: trouble"}
    return answer(fault.status, body, dict(fault.headers))


async def _parsed(web_request: web.Request) -> tuple[Any, dict[int, Upload]]:
    """The JSON of a request and, of a multipart one, its files by their number."""
    if web_request.content_type == "multipart/form-data":
        form = await web_request.post()
        uploads: dict[int, Upload] = {}
        for name, value in form.items():
            number = re.fullmatch(r"files\[(\d+)\]", name)
            if number and isinstance(value, FileField):
                uploads[int(number[1])] = Upload(value.filename, value.file.read())
        return json.loads(str(form["payload_json"])), uploads
    raw = await web_request.read()
    return (json.loads(raw) if raw else None), {}
