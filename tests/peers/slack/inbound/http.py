"""Deliveries over HTTP: signed as Slack signs them, or wrongly on purpose."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from urllib.parse import urlencode

import aiohttp

from tests.peers.slack.records import Ack, Kind, Sent, Signature
from tests.peers.slack.specs import Json

FORM = "application/x-www-form-urlencoded"
_TOO_OLD = 301  # seconds; an app must refuse what is older than five minutes


def sign(secret: str, body: bytes, at: float | None = None) -> dict[str, str]:
    """The two headers by which an app knows that Slack sent `body`; `at` are Unix seconds, now by default."""
    stamp = str(int(time.time() if at is None else at))
    basis = b":".join((b"v0", stamp.encode(), body))
    digest = hmac.new(secret.encode(), basis, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


class HttpInbound:
    """Posts to the address of the app. The signature carries the machine's time: the app compares it with its own."""

    def __init__(self, signing_secret: str, ack_timeout: float) -> None:
        self.url: str | None = None
        self._secret = signing_secret
        self.ack_timeout = ack_timeout
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Give the connections back."""
        if self._session is not None:
            await self._session.close()

    async def deliver(self, kind: Kind, payload: Json, *, signature: Signature = "right",
                      retry: int = 0, reason: str = "", envelope_id: str | None = None) -> Sent:  # fmt: skip
        """Send one payload the way its kind travels; `retry` over 0 marks it as sent again. No envelope here."""
        if kind == "event":
            body, content_type = json.dumps(payload).encode(), "application/json"
        else:
            form = payload if kind == "slash" else {"payload": json.dumps(payload)}
            body, content_type = urlencode(form).encode(), FORM
        again = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": reason} if retry else {}
        return Sent(kind, payload, await self.post(body, content_type, signature=signature, headers=again))

    async def post(self, body: bytes, content_type: str, *, signature: Signature = "right",
                   headers: dict[str, str] | None = None) -> Ack:  # fmt: skip
        """Post any bytes. Raises RuntimeError while the peer does not know the app's address."""
        if self.url is None:
            raise RuntimeError("tell the peer where the app listens: peer.connect_http(url)")
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        sent = {"Content-Type": content_type, **self._signed(body, signature), **(headers or {})}
        patience = aiohttp.ClientTimeout(total=self.ack_timeout)
        begun = time.perf_counter()
        try:
            async with self._session.post(self.url, data=body, headers=sent, timeout=patience) as answer:
                raw = await answer.text()
                spent = time.perf_counter() - begun
                is_json = answer.content_type == "application/json"
                return Ack(answer.status, json.loads(raw) if raw and is_json else raw, spent)
        except TimeoutError:
            return Ack(None, seconds=time.perf_counter() - begun, timed_out=True)
        except aiohttp.ClientError as fault:
            return Ack(None, repr(fault), time.perf_counter() - begun, lost=True)

    def _signed(self, body: bytes, signature: Signature) -> dict[str, str]:
        if signature == "missing":
            return {}
        if signature == "old":
            return sign(self._secret, body, time.time() - _TOO_OLD)
        return sign(self._secret if signature == "right" else self._secret + "-not", body)
