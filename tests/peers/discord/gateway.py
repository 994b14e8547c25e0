"""The gateway: handshake, heartbeats, sessions that can be resumed, events by intent, and lost connections.

Source: Discord's gateway documentation (opcodes, close codes, "Connection Lifecycle").
"""

from __future__ import annotations

import asyncio
import json
import zlib
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from aiohttp import WSMsgType, web

from tests.peers.discord.wire import Json, dumps
from tests.peers.discord.world import World, guild_create

GUILDS, GUILD_MEMBERS, GUILD_MESSAGES, DIRECT_MESSAGES = 1 << 0, 1 << 1, 1 << 9, 1 << 12
MESSAGE_CONTENT = 1 << 15
PRIVILEGED = GUILD_MEMBERS | 1 << 8 | MESSAGE_CONTENT
REPLAYED = 5000
MOST_BYTES = 4096
ENDS_SESSION = (1000, 1001)


class Op(IntEnum):
    """Gateway opcodes."""

    DISPATCH = 0
    HEARTBEAT = 1
    IDENTIFY = 2
    PRESENCE = 3
    RESUME = 6
    RECONNECT = 7
    INVALID_SESSION = 9
    HELLO = 10
    HEARTBEAT_ACK = 11


@dataclass(slots=True, eq=False)
class Session:
    """What a client identified for; it outlives its connections until it is resumed no more."""

    id: str
    intents: int
    seq: int = 0
    log: deque[Json] = field(default_factory=lambda: deque(maxlen=REPLAYED))
    link: Link | None = None


@dataclass(slots=True, eq=False)
class Link:
    """One WebSocket connection."""

    socket: web.WebSocketResponse
    transport: asyncio.Transport
    packer: Any
    outbox: asyncio.Queue[str | int] = field(default_factory=asyncio.Queue)
    session: Session | None = None
    deaf: bool = False
    closed_here: bool = False
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    def send(self, op: Op, data: Any = None, event: str | None = None, seq: int | None = None) -> None:
        """Queue a frame."""
        self.outbox.put_nowait(dumps({"op": int(op), "d": data, "s": seq, "t": event}))

    def end(self, code: int) -> None:
        """Close with a code, once what was queued before is sent."""
        self.closed_here = True
        self.outbox.put_nowait(code)

    async def pump(self) -> None:
        """Send what is queued, in order, until the connection ends."""
        with suppress(ConnectionError):
            while True:
                item = await self.outbox.get()
                if isinstance(item, int):
                    await self.socket.close(code=item)
                    return
                if not self.deaf:
                    await self._write(item)

    async def _write(self, text: str) -> None:
        if self.packer is None:
            await self.socket.send_str(text)
        else:
            packed = self.packer.compress(text.encode()) + self.packer.flush(zlib.Z_SYNC_FLUSH)
            await self.socket.send_bytes(packed)


@dataclass(slots=True, eq=False)
class Gateway:
    """All sessions and connections. `found(where, problems)` takes what the client did wrong."""

    world: World
    token: str
    allowed_intents: int
    heartbeat_ms: int
    found: Callable[[str, list[str]], None]
    check_frame: Callable[[str, Json], None]
    url: str = ""
    sessions: dict[str, Session] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    identified: int = 0
    resumed: int = 0
    heartbeats: int = 0
    connections: int = 0

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one connection from HELLO to its end."""
        socket = web.WebSocketResponse(max_msg_size=1 << 16, compress=False)
        await socket.prepare(request)
        transport = request.transport
        assert isinstance(transport, asyncio.Transport)
        link = Link(socket, transport, self._packer(request.query.get("compress")))
        self.links.append(link)
        self.connections += 1
        pump = asyncio.create_task(link.pump())
        link.send(Op.HELLO, {"heartbeat_interval": self.heartbeat_ms})
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT and not link.deaf:
                    code = self._receive(link, message.data)
                    if code:
                        link.end(code)
        finally:
            pump.cancel()
            self._gone(link)
        return socket

    def dispatch(self, event: str, data: Json, needs: int = 0) -> bool:
        """Send an event to each session with the intents `needs`; whether any may ever get it."""
        wanting = [session for session in self.sessions.values() if not needs or session.intents & needs]
        if wanting:
            self.check_frame(event, data)
        for session in wanting:
            self._to(session, event, data)
        return bool(wanting)

    @property
    def live(self) -> list[Link]:
        """The connections with a session that can hear."""
        return [link for link in self.links if link.session is not None and not link.deaf]

    def deafen(self) -> None:
        """The present connections stay open and silent: nothing is read, nothing is sent."""
        for link in self.links:
            link.deaf = True
            link.transport.pause_reading()

    async def drop(self, code: int | None) -> None:
        """End the present connections, with a close code or, with None, like a pulled cable."""
        for link in list(self.links):
            if code is None or link.deaf:
                link.transport.abort()
            else:
                link.end(code)
            await link.ended.wait()

    def reconnect(self) -> None:
        """Op 7: ask the clients to come back and resume."""
        for link in self.live:
            link.send(Op.RECONNECT)

    def invalidate(self, *, resumable: bool) -> None:
        """Op 9: the session is no longer good, unless `resumable`."""
        for link in self.live:
            link.send(Op.INVALID_SESSION, resumable)
            if not resumable and link.session is not None:
                self._forget(link.session)

    def _packer(self, compress: str | None) -> Any:
        if compress not in (None, "zlib-stream"):
            self.found("gateway", [f"the peer does not speak compress={compress}"])
        return zlib.compressobj() if compress == "zlib-stream" else None

    def _gone(self, link: Link) -> None:
        self.links.remove(link)
        session = link.session
        if session is not None and session.link is link:
            session.link = None
            if link.socket.close_code in ENDS_SESSION and not link.closed_here:
                self._forget(session)
        link.ended.set()
        self.world.signal.changed()

    def _forget(self, session: Session) -> None:
        self.sessions.pop(session.id, None)

    def _receive(self, link: Link, raw: str) -> int | None:
        """Take a frame of the client; the close code it deserves, if any."""
        if len(raw.encode()) > MOST_BYTES:
            self.found("gateway", [f"a frame of {len(raw)} characters, {MOST_BYTES} bytes are allowed"])
            return 4002
        frame = json.loads(raw)
        op, data = frame.get("op"), frame.get("d")
        if op == Op.HEARTBEAT:
            self._heartbeat(link, data)
            return None
        if op in (Op.IDENTIFY, Op.RESUME):
            if data.get("token") != self.token:
                return 4004
            return self._identify(link, data) if op == Op.IDENTIFY else self._resume(link, data)
        if op == Op.PRESENCE:
            return None if link.session is not None else 4003
        self.found("gateway", [f"opcode {op}"])
        return 4001

    def _heartbeat(self, link: Link, seq: int | None) -> None:
        known = link.session.seq if link.session is not None else None
        if seq is not None and known is not None and seq > known:
            self.found("gateway", [f"heartbeat with {seq}, the last event was {known}"])
        link.send(Op.HEARTBEAT_ACK)
        self.heartbeats += 1
        self.world.signal.changed()

    def _identify(self, link: Link, data: Json) -> int | None:
        if link.session is not None:
            return 4005
        missing = [f"{name} is missing" for name in ("intents", "properties") if name not in data]
        if missing:
            self.found("gateway IDENTIFY", missing)
            return 4002
        if data["intents"] & ~self.allowed_intents:
            return 4014
        for session in [session for session in self.sessions.values() if session.link is None]:
            self._forget(session)
        session = link.session = Session(f"session{self.world.new_id()}", data["intents"], link=link)
        self.sessions[session.id] = session
        guilds = [guild for guild in self.world.guilds.values() if guild.present]
        self._greet(session, [{"id": guild.id, "unavailable": True} for guild in guilds])
        for guild in guilds:
            if not guild.unavailable and session.intents & GUILDS:
                create = guild_create(self.world, guild)
                self.check_frame("GUILD_CREATE", create)
                self._to(session, "GUILD_CREATE", create)
        self.identified += 1
        self.world.signal.changed()
        return None

    def _greet(self, session: Session, guilds: list[Json]) -> None:
        bot = self.world.bot
        ready: Json = {
            "v": 10,
            "user": {**bot.wire(), "mfa_enabled": False, "verified": True, "email": None},
            "guilds": guilds,
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "application": {"id": bot.id, "flags": 0, "flags_new": "0"},
        }
        self.check_frame("READY", ready)
        self._to(session, "READY", ready)

    def _resume(self, link: Link, data: Json) -> int | None:
        session = self.sessions.get(str(data.get("session_id")))
        if session is None:
            link.send(Op.INVALID_SESSION, False)
            return None
        if data.get("seq", 0) > session.seq:
            return 4007
        session.link, link.session = link, session
        for frame in session.log:
            if frame["s"] > data["seq"]:
                link.outbox.put_nowait(dumps(frame))
        self._to(session, "RESUMED", {})
        self.resumed += 1
        self.world.signal.changed()
        return None

    def _to(self, session: Session, event: str, data: Json) -> None:
        session.seq += 1
        session.log.append({"op": int(Op.DISPATCH), "d": data, "s": session.seq, "t": event})
        if session.link is not None:
            session.link.send(Op.DISPATCH, data, event, session.seq)
