"""Deliveries over Socket Mode: the app opens the WebSocket, envelopes go down, acks come up."""

from __future__ import annotations

import asyncio
import json
import secrets
import time

from aiohttp import WSMsgType, web

from tests.peers.slack.records import Ack, Kind, Sent, Signature
from tests.peers.slack.specs import Json
from tests.peers.slack.state import World

_TYPES: dict[Kind, str] = {"slash": "slash_commands", "interactive": "interactive", "event": "events_api"}


class Connection:
    """One WebSocket of the app. Deaf, it hears and says nothing more, and stays open."""

    def __init__(self, socket: web.WebSocketResponse, transport: asyncio.Transport | None) -> None:
        self.socket = socket
        self.transport = transport
        self.deaf = False
        self.answers_close = True
        self.pongs = 0
        self.waiting: set[asyncio.Future[Ack]] = set()


class SocketInbound:
    """All WebSockets of the app; each envelope goes to one of those that are well, in turn."""

    def __init__(self, world: World, ack_timeout: float) -> None:
        self.connections: list[Connection] = []
        self.opened = 0
        self._world = world
        self.ack_timeout = ack_timeout
        self._pending: dict[str, asyncio.Future[Ack]] = {}
        self._turn = 0

    # The app's side of the line

    async def accept(self, request: web.Request) -> web.StreamResponse:
        """The endpoint that apps.connections.open names; each address is good for one connection."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._world.tickets:
            return web.Response(status=403, text="apps.connections.open gave no such address, or it was used")
        self._world.tickets.discard(ticket)
        socket = web.WebSocketResponse(autoping=False, autoclose=False, max_msg_size=0)
        await socket.prepare(request)
        transport = request.transport
        connection = Connection(socket, transport if isinstance(transport, asyncio.Transport) else None)
        self.connections.append(connection)
        await socket.send_json(self._hello())
        self.opened += 1
        self._world.signal.changed()
        try:
            await self._listen(connection)
        finally:
            self.connections.remove(connection)
            for waiter in connection.waiting:
                if not waiter.done():
                    waiter.set_result(Ack(None, lost=True))
            self._world.signal.changed()
        return socket

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.connections),
            "debug_info": {"host": "loopback", "approximate_connection_time": 18060},
            "connection_info": {"app_id": self._world.identity.app_id},
        }

    async def _listen(self, connection: Connection) -> None:
        while True:
            heard = await connection.socket.receive()
            if heard.type in (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR):
                if heard.type == WSMsgType.CLOSE and connection.answers_close:
                    await connection.socket.close()
                return
            if connection.deaf:
                continue
            if heard.type == WSMsgType.PING:
                await connection.socket.pong(heard.data)
            elif heard.type == WSMsgType.PONG:
                connection.pongs += 1
                self._world.signal.changed()
            elif heard.type == WSMsgType.TEXT:
                self._acknowledged(json.loads(heard.data))

    def _acknowledged(self, ack: Json) -> None:
        waiter = self._pending.pop(str(ack.get("envelope_id")), None)
        if waiter is not None and not waiter.done():
            waiter.set_result(Ack(200, ack.get("payload")))

    # Slack's side of the line

    async def deliver(self, kind: Kind, payload: Json, *, signature: Signature = "right",
                      retry: int = 0, reason: str = "", envelope_id: str | None = None) -> Sent:  # fmt: skip
        """Send one envelope and wait for its ack; with `envelope_id` of an earlier one it is a duplicate.

        Nobody signs here: the signature is not looked at. With no connection, or deaf ones only, it is lost.
        """
        name = envelope_id or secrets.token_hex(16)
        envelope: Json = {
            "envelope_id": name,
            "type": _TYPES[kind],
            "payload": payload,
            "accepts_response_payload": kind != "event",
        }
        if kind == "event":
            envelope |= {"retry_attempt": retry, "retry_reason": reason}
        begun = time.perf_counter()
        ack = await self._exchange(name, envelope)
        spent = time.perf_counter() - begun
        return Sent(kind, payload, Ack(ack.status, ack.body, spent, ack.timed_out, ack.lost), name)

    async def _exchange(self, name: str, envelope: Json) -> Ack:
        connection = self._next()
        if connection is None:
            return Ack(None, lost=True)
        waiter: asyncio.Future[Ack] = asyncio.get_running_loop().create_future()
        self._pending[name] = waiter
        connection.waiting.add(waiter)
        try:
            async with asyncio.timeout(self.ack_timeout):
                await connection.socket.send_json(envelope)
                return await waiter
        except TimeoutError:
            return Ack(None, timed_out=True)
        except ConnectionError:
            return Ack(None, lost=True)
        finally:
            self._pending.pop(name, None)
            connection.waiting.discard(waiter)

    def _next(self) -> Connection | None:
        well = [one for one in self.connections if not one.deaf and not one.socket.closed]
        self._turn += 1
        return well[self._turn % len(well)] if well else None

    def deafen(self, *, answers_close: bool = True) -> None:
        """Every connection of now stops talking without closing: no envelope, no pong, unless asked no closing."""
        for connection in self.connections:
            connection.deaf = True
            connection.answers_close = answers_close

    async def ping(self, timeout: float) -> None:
        """Ask every connection for life. Raises NoAnswerError when one does not pong in time."""
        asked = [(connection, connection.pongs) for connection in self.connections if not connection.deaf]
        for connection, _ in asked:
            await connection.socket.ping(b"Ping from loopback")
        await self._world.signal.until(
            lambda: all(connection.pongs > before for connection, before in asked), timeout, lambda: "no pong"
        )

    async def disconnect(self, reason: str, *, close: bool) -> None:
        """Tell every connection to go; with `close` the line is then closed from here."""
        notice = {"type": "disconnect", "reason": reason, "debug_info": {"host": "loopback"}}
        for connection in list(self.connections):
            await connection.socket.send_json(notice)
            if close:
                await connection.socket.close()

    def cut(self) -> None:
        """The lines break: no closing words."""
        for connection in self.connections:
            if connection.transport is not None:
                connection.transport.abort()

    async def close(self) -> None:
        """Take every connection down."""
        self.cut()
