"""A file in a form on a loopback Discord: from the person's disk to the feature, over real sockets."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from commands.forms import LARGEST_FILE, NotTaken
from tests.end_to_end.discord_stage import Stage, opened
from tests.peers.discord import Answer, Upload

LIST = Upload("list.json", '{"note": "é"}'.encode())
FILES = "GET /attachments/*/*/*"


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with opened() as stage:
        yield stage


async def bring(stage: Stage, *files: Upload, place: str = "guild") -> Answer:
    """Send the form with these files."""
    amina = stage.peer.user("amina")
    form = (await amina.slash("bring", place=place)).modal  # type: ignore[arg-type]
    assert form.labels == ("Your file", "One more file")
    return await amina.submit(form, {"Your file": files[:1], "One more file": files[1:]})


@pytest.mark.parametrize("place", ["dm", "guild"])
async def test_the_text_of_a_file_arrives(stage: Stage, place: str) -> None:
    async with stage.running():
        answer = await bring(stage, LIST, place=place)
        assert "13 and 0" in answer.text
        both = await bring(stage, LIST, Upload("more.txt", b"\xef\xbb\xbfmore"), place=place)
        assert "13 and 4" in both.text
    assert stage.desk.seen[-1].values == {"copy": '{"note": "é"}', "more": "more"}


async def test_a_slow_file_is_announced_and_then_taken(stage: Stage) -> None:
    amina = stage.peer.user("amina")
    async with stage.running(patience=0.01):
        form = (await amina.slash("bring", place="guild")).modal
        hold = stage.peer.hold(FILES)
        answer = await amina.submit(form, {"Your file": [LIST]}, until="acknowledged")
        assert answer.deferred
        assert [seen.what for seen in stage.desk.seen] == ["command"]
        hold.release()
        await answer.wait()
        assert "13 and 0" in answer.text


@pytest.mark.parametrize(
    ("data", "reason", "said"),
    [
        (b"x" * (LARGEST_FILE + 1), NotTaken.TOO_LARGE, "up to 1 MB"),
        (b"\x89PNG\r\n\x1a\n\x00", NotTaken.NOT_TEXT, "not plain text"),
    ],
    ids=["large", "binary"],
)
async def test_a_file_that_cannot_be_taken_is_refused_in_words(
    stage: Stage, data: bytes, reason: NotTaken, said: str
) -> None:
    async with stage.running():
        answer = await bring(stage, Upload("list.json", data))
        assert said in answer.text
        assert answer.ephemeral
    assert stage.desk.seen[-1].values["copy"] == reason
    asked = [request.line for request in stage.peer.requests if request.path.startswith("/attachments/")]
    assert len(asked) == (reason is NotTaken.NOT_TEXT)


async def test_an_address_that_is_not_discords_is_not_asked(stage: Stage) -> None:
    stage.peer.messages.origin = "http://127.0.0.1:1"
    async with stage.running():
        assert "could not get the file" in (await bring(stage, LIST)).text
    assert stage.desk.seen[-1].values["copy"] == NotTaken.NOT_FETCHED


async def test_a_file_that_is_gone_is_told(stage: Stage) -> None:
    amina = stage.peer.user("amina")
    async with stage.running(patience=0.01):
        form = (await amina.slash("bring", place="guild")).modal
        hold = stage.peer.hold(FILES)
        answer = await amina.submit(form, {"Your file": [LIST]}, until="acknowledged")
        stage.peer.messages.files.clear()
        hold.release()
        await answer.wait()
        assert "could not get the file" in answer.text
