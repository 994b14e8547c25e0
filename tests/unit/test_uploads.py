"""Which addresses are asked for a file, how much of it is read, and what becomes of one that cannot be taken."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from bot.uploads import Store, Upload, as_text
from commands.errors import BadInput
from commands.forms import LARGEST_FILE, NotTaken, file_text
from commands.ui import Field, OverBudget

OWN = Store(frozenset({"files.example"}), token="secret")


class Server:
    """Serves files under `base`; `asked` are path and token of each request; `over` ends what would not end."""

    def __init__(self) -> None:
        self.base = ""
        self.asked: list[tuple[str, str]] = []
        self.over = asyncio.Event()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """By the name of the file."""
        self.asked.append((request.path, request.headers.get("Authorization", "")))
        match request.path:
            case "/list.json":
                return web.Response(body=b'\xef\xbb\xbf{"a": "\xc3\xa9"}')
            case "/moved":
                return web.Response(status=302, headers={"Location": f"{self.base}/list.json"})
            case "/endless":
                return await self._endless(request)
            case "/slow":
                await self.over.wait()
        return web.Response(status=404)

    async def _endless(self, request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        while not self.over.is_set():
            try:
                await answer.write(b"x" * 100_000)
            except ConnectionError:
                break
        return answer


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    made = Server()
    app = web.Application()
    app.router.add_get("/{name}", made.serve)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield made
    made.over.set()
    await runner.cleanup()


@pytest.fixture
def store(server: Server) -> Store:
    return replace(OWN, base=f"{server.base}/api/v10")


@pytest.mark.parametrize(
    ("url", "known"),
    [
        ("https://files.example/a/b.json?ex=1", True),
        ("https://files.example:443/a", True),
        ("http://files.example/a", False),
        ("https://files.example:8443/a", False),
        ("https://files.example.evil.example/a", False),
        ("https://evil.example/files.example", False),
        ("https://files.example@evil.example/a", False),
        ("https://me:word@files.example/a", False),
        ("file:///etc/passwd", False),
        ("//files.example/a", False),
        ("http://127.0.0.1:9/a", False),
        ("http://[::1", False),
        ("", False),
    ],
)
def test_only_the_platforms_own_servers_are_asked(url: str, known: bool) -> None:
    assert OWN.knows(url) is known


def test_a_base_adds_its_own_server_and_no_other_port_of_it() -> None:
    store = replace(OWN, base="http://127.0.0.1:8000/api/")
    assert store.knows("http://127.0.0.1:8000/files/1")
    assert not store.knows("http://127.0.0.1:8001/files/1")
    assert not store.knows("https://127.0.0.1:8000/files/1")


async def test_a_file_comes_as_text_and_the_token_goes_along(server: Server, store: Store) -> None:
    assert await store.text(Upload(f"{server.base}/list.json", 12)) == '{"a": "é"}'
    assert server.asked == [("/list.json", "Bearer secret")]
    assert await replace(store, token=None).text(Upload(f"{server.base}/list.json", 12)) == '{"a": "é"}'
    assert server.asked[1] == ("/list.json", "")
    assert "secret" not in repr(store)


async def test_a_file_that_is_said_to_be_too_large_is_not_asked_for(server: Server, store: Store) -> None:
    assert await store.text(Upload(f"{server.base}/list.json", LARGEST_FILE + 1)) == NotTaken.TOO_LARGE
    assert server.asked == []


async def test_a_file_that_is_larger_than_it_says_is_not_read_to_its_end(server: Server, store: Store) -> None:
    assert await store.text(Upload(f"{server.base}/endless", 10)) == NotTaken.TOO_LARGE


async def test_no_redirect_is_followed(server: Server, store: Store) -> None:
    assert await store.text(Upload(f"{server.base}/moved", 10)) == NotTaken.NOT_FETCHED
    assert [path for path, _ in server.asked] == ["/moved"]


async def test_a_stranger_is_not_asked(server: Server) -> None:
    assert await OWN.text(Upload(f"{server.base}/list.json", 10)) == NotTaken.NOT_FETCHED
    assert server.asked == []


async def test_what_goes_wrong_is_logged_without_the_address(server: Server, store: Store) -> None:
    server.over.set()
    with capture_logs() as logs:
        assert await store.text(Upload(f"{server.base}/lost?ex=signature", 10)) == NotTaken.NOT_FETCHED
        assert await replace(store, base="http://127.0.0.1:1").text(Upload("http://127.0.0.1:1/my-list", 1)) == (
            NotTaken.NOT_FETCHED
        )
    assert [entry.get("status") for entry in logs] == [404, None]
    assert not any(word in str(logs) for word in ("signature", "lost", "my-list", "127.0.0.1", "secret"))


async def test_a_server_that_says_nothing_is_given_up(server: Server, store: Store) -> None:
    hasty = replace(store, seconds=0.05)
    assert await hasty.text(Upload(f"{server.base}/slow", 10)) == NotTaken.NOT_FETCHED


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n", b"PK\x03\x04\x00", "é".encode("utf-16"), b"plain\x00text"])
def test_what_is_not_text_is_not_taken(data: bytes) -> None:
    assert as_text(data) == NotTaken.NOT_TEXT


def test_the_largest_file_is_taken_and_one_byte_more_is_not() -> None:
    assert as_text(b"a" * LARGEST_FILE) == "a" * LARGEST_FILE
    assert as_text(b"a" * (LARGEST_FILE + 1)) == NotTaken.TOO_LARGE


@pytest.mark.parametrize("reason", list(NotTaken), ids=lambda reason: reason.name)
def test_a_file_that_is_not_here_is_refused_with_advice(reason: NotTaken) -> None:
    with pytest.raises(BadInput) as refusal:
        file_text({"copy": str(reason)}, "copy")
    assert refusal.value.field == "copy"
    assert "file" in refusal.value.advice
    assert "\x00" not in refusal.value.advice


def test_a_file_is_its_text_and_none_is_empty() -> None:
    assert file_text({"copy": "{}"}, "copy") == "{}"
    assert file_text({"copy": ""}, "copy") == ""
    assert file_text({}, "copy") == ""


def test_a_form_cannot_hold_a_file() -> None:
    with pytest.raises(OverBudget):
        Field("copy", "Your file", "file", value="{}")
