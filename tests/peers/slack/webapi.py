"""The Web API over HTTP: tokens, faults, limits, scopes, arguments and blocks are looked at, then the method runs."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from aiohttp import web

from tests.peers.slack import arguments
from tests.peers.slack.faults import After, Fault, Faults
from tests.peers.slack.inspector import Inspector
from tests.peers.slack.methods import METHODS
from tests.peers.slack.methods.base import Method, Refused
from tests.peers.slack.records import Request
from tests.peers.slack.specs import Json
from tests.peers.slack.state import World


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the caller is told, and what happens to the answer on its way."""

    body: Json | str
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    after: After | None = None
    injected: bool = False

    @property
    def error(self) -> str | None:
        """The error name, None when all went well."""
        if isinstance(self.body, dict) and not self.body.get("ok", True):
            return str(self.body.get("error"))
        return None if self.status < 400 else f"http_{self.status}"


class Wire:
    """What every endpoint needs: state, faults, checks, the record of requests, and answers that get lost."""

    def __init__(self, world: World, faults: Faults, inspector: Inspector) -> None:
        self.world = world
        self.faults = faults
        self.inspector = inspector
        self.requests: list[Request] = []
        self.closing = asyncio.Event()

    def record(self, method: str, args: Json, token: str, outcome: Outcome) -> None:
        """Remember a request and what it was told."""
        now = self.world.clock.seconds()
        self.requests.append(Request(method, args, token, outcome.status, outcome.error, now, outcome.injected))
        self.world.signal.changed()

    def strike(self, method: str, args: Json) -> tuple[Outcome | None, After | None]:
        """A fault or rate limit that meets this call: its answer, or what becomes of the answer."""
        fault = self.faults.take(method, args)
        if fault is None:
            wait = self.faults.over_limit(method, args, self.world.clock.seconds())
            return (None, None) if wait is None else (_struck(Fault(method, 1, retry_after=wait)), None)
        return (None, fault.after) if fault.after else (_struck(fault), None)

    async def send(self, request: web.Request, outcome: Outcome) -> web.StreamResponse:
        """The answer on the wire; a lost one cuts the connection or waits until the peer closes."""
        if outcome.after == "hang":
            await self.closing.wait()
        if outcome.after is not None and request.transport is not None:
            request.transport.abort()
        if isinstance(outcome.body, str):
            return web.Response(text=outcome.body, status=outcome.status, headers=outcome.headers)
        return web.json_response(outcome.body, status=outcome.status, headers=outcome.headers)


class WebApi:
    """The endpoint `/api/<method>`."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._world = wire.world

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One call."""
        name = request.match_info["method"]
        token, args = await arguments.read(request)
        outcome = self._decide(name, token, args)
        self._wire.record(name, args, token, outcome)
        return await self._wire.send(request, outcome)

    def _decide(self, name: str, token: str, args: Json) -> Outcome:
        headers = {"X-OAuth-Scopes": ",".join(sorted(self._world.scopes))}
        method = METHODS.get(name)
        try:
            self._check_token(method, token)
            if method is None:
                raise Refused("unknown_method", req_method=name)
            struck, after = self._wire.strike(name, args)
            if struck is not None:
                return struck
            self._check_scopes(method)
            self._check_arguments(name, args)
            self._check_blocks(name, method, args)
            return Outcome({"ok": True, **method.run(self._world, args)}, headers=headers, after=after)
        except Refused as refusal:
            return Outcome({"ok": False, "error": refusal.error, **refusal.more}, refusal.status, headers)

    def _check_token(self, method: Method | None, token: str) -> None:
        if not token:
            raise Refused("not_authed")
        if token in self._world.revoked:
            raise Refused("token_revoked")
        kind = self._world.tokens.get(token)
        if kind is None:
            raise Refused("invalid_auth")
        if method is not None and method.token not in (kind, "any"):
            raise Refused("not_allowed_token_type")

    def _check_scopes(self, method: Method) -> None:
        if method.scopes and not self._world.scopes.intersection(method.scopes):
            provided = ",".join(sorted(self._world.scopes))
            raise Refused("missing_scope", needed=method.scopes[0], provided=provided)

    def _check_arguments(self, name: str, args: Json) -> None:
        if missing := arguments.missing(name, args):
            texts = [f"[ERROR] missing required field: {field}" for field in missing]
            self._wire.inspector.note(name, f"missing: {', '.join(missing)}")
            raise Refused("invalid_arguments", response_metadata={"messages": texts})
        if self._wire.inspector.active:
            for oddity in arguments.oddities(name, args):
                self._wire.inspector.note(name, oddity)

    def _check_blocks(self, name: str, method: Method, args: Json) -> None:
        refused: tuple[str, ...] = ()
        error = "invalid_blocks"
        if method.carries == "message" and not args.get("markdown_text"):
            refused = self._wire.inspector.message(name, args)
            error = "no_text" if any("no_text" in text for text in refused) else error
        elif method.carries == "view" and isinstance(args["view"], dict):
            refused = self._wire.inspector.view(name, args["view"])
            error = "view_too_large" if any("view_too_large" in text for text in refused) else "invalid_arguments"
        if refused:
            raise Refused(error, response_metadata={"messages": list(refused)})


def _struck(fault: Fault) -> Outcome:
    if fault.retry_after is not None:
        waiting = {"Retry-After": str(fault.retry_after)}
        return Outcome({"ok": False, "error": "ratelimited"}, 429, waiting, injected=True)
    if fault.error:
        return Outcome({"ok": False, "error": fault.error}, fault.status, injected=True)
    return Outcome("the loopback Slack is out of order, as asked", fault.status, injected=True)
