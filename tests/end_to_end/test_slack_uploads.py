"""A file in a form on a loopback Slack: from the person's disk to the feature, over real sockets."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.slack_adapter import SlackAdapter
from commands.forms import LARGEST_FILE, NotTaken
from tests.end_to_end.slack_stage import Stage, opened
from tests.peers.slack import User, specs
from tests.peers.slack.answers import Submitted
from tests.peers.slack.records import View
from tests.peers.slack.specs import Json

pytestmark = pytest.mark.skipif(not specs.available(), reason=specs.missing_notice())

LIST = '{"note": "é"}'.encode()


@pytest.fixture(params=["http", "socket"])
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    async with opened(request.param) as made:
        yield made


@pytest.fixture
async def amina(stage: Stage) -> AsyncIterator[User]:
    async with stage.running():
        yield stage.peer.user("amina")


async def form(amina: User, channel: str | None = None) -> View:
    """The form, opened by its command."""
    return (await amina.slash("/bring", channel=channel)).view


async def told(amina: User, sent: Submitted, words: str, channel: str | None = None) -> None:
    """Wait until this is to be read: the answer to a form belongs to the command that opened it."""
    await sent.until(lambda _: any(message.says(words) for message in amina.sees(channel)), words)


@pytest.mark.parametrize("channel", ["general", None])
async def test_the_text_of_a_file_arrives(stage: Stage, amina: User, channel: str | None) -> None:
    files = {"Your file": [amina.file("list.json", LIST)], "One more file": [amina.file("b", b"\xef\xbb\xbfmore")]}
    sent = await amina.submit(await form(amina, channel), files)
    assert sent.ending == "cleared"
    await told(amina, sent, "13 and 4", channel)
    assert stage.desk.seen[-1].values == {"copy": '{"note": "é"}', "more": "more"}


async def test_a_form_without_the_file_is_not_sent_and_an_optional_one_may_be_left_out(
    stage: Stage, amina: User
) -> None:
    assert (await amina.submit(await form(amina), {})).ending == "blocked"
    sent = await amina.submit(await form(amina), {"Your file": [amina.file("list.json", LIST)]})
    await told(amina, sent, "13 and 0")
    assert stage.desk.seen[-1].values["more"] == ""


@pytest.mark.parametrize(
    ("data", "reason", "said"),
    [
        (b"x" * (LARGEST_FILE + 1), NotTaken.TOO_LARGE, "up to 1 MB"),
        (b"\x89PNG\r\n\x1a\n\x00", NotTaken.NOT_TEXT, "not plain text"),
    ],
    ids=["large", "binary"],
)
async def test_a_file_that_cannot_be_taken_is_told_beside_its_field(
    stage: Stage, amina: User, data: bytes, reason: NotTaken, said: str
) -> None:
    sent = await amina.submit(await form(amina), {"Your file": [amina.file("list.json", data)]})
    assert sent.ending == "errors"
    assert said in sent.errors["copy"]
    assert stage.desk.seen[-1].values["copy"] == reason


@pytest.mark.parametrize(
    "changed",
    [
        {"url_private_download": "http://127.0.0.1:1/files/1", "url_private": ""},
        {"url_private_download": "", "url_private": "", "file_access": "check_file_info"},
    ],
    ids=["strange", "hidden"],
)
async def test_a_file_without_an_address_of_slacks_own_is_not_asked_for(amina: User, changed: Json) -> None:
    file = amina.file("list.json", LIST) | changed
    sent = await amina.submit(await form(amina), {"Your file": [file]})
    assert "could not get the file" in sent.errors["copy"]


async def test_without_the_scope_nothing_is_read_from_the_login_page(stage: Stage, amina: User) -> None:
    stage.peer.world.scopes.discard("files:read")
    sent = await amina.submit(await form(amina), {"Your file": [amina.file("list.json", LIST)]})
    assert "could not get the file" in sent.errors["copy"]


def hurry(adapter: SlackAdapter) -> None:
    """Give a file up before Slack gives the form up."""
    assert adapter._listeners is not None
    api = adapter._listeners._api
    api.files = replace(api.files, seconds=0.1)


async def test_a_file_that_does_not_come_is_given_up_beside_its_field(stage: Stage) -> None:
    async with stage.running() as adapter:
        hurry(adapter)
        amina = stage.peer.user("amina")
        stage.peer.faults.hang("download")
        sent = await amina.submit(await form(amina), {"Your file": [amina.file("list.json", LIST)]})
        assert "could not get the file" in sent.errors["copy"]


async def test_what_takes_longer_than_slack_waits_is_told_after_the_window_is_closed(stage: Stage) -> None:
    async with stage.running(patience=0.01) as adapter:
        hurry(adapter)
        amina = stage.peer.user("amina")
        stage.peer.faults.hang("download")
        sent = await amina.submit(await form(amina), {"Your file": [amina.file("list.json", LIST)]})
        assert sent.ending == "closed"
        await told(amina, sent, "could not get the file")
