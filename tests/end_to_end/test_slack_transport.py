"""What only one of the two ways into the app has: signatures over HTTP, connections in Socket Mode; and samples."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.end_to_end.bare_bolt import BareBolt
from tests.peers.slack import NoAnswerError, SlackPeer, User, samples, specs
from tests.peers.slack.inbound.http import FORM
from tests.peers.slack.records import Signature
from tests.peers.slack.server import Mode

needs_specs = pytest.mark.skipif(not specs.available(), reason=specs.missing_notice())


@pytest.fixture
async def http() -> AsyncIterator[SlackPeer]:
    async with SlackPeer("http") as peer, BareBolt(peer).running(peer):
        yield peer


@pytest.fixture
async def socket() -> AsyncIterator[SlackPeer]:
    async with SlackPeer("socket", patience=15) as peer, BareBolt(peer).running(peer, ping_interval=0.3):
        yield peer


async def works(user: User) -> bool:
    answer = await user.slash("/mentor", "help")
    return answer.ack.ok and answer.says("hello")


# HTTP


@pytest.mark.parametrize("signature", ["wrong", "old", "missing"])
async def test_what_slack_did_not_sign_is_refused(http: SlackPeer, signature: Signature) -> None:
    answer = await http.user("amina").slash("/mentor", "help", signature=signature)
    assert answer.ack.status == 401
    assert answer.effects == ()
    assert http.violations == []


async def test_questions_and_nonsense_over_http(http: SlackPeer) -> None:
    asked = await http.verify_url("c123")
    assert asked.ok
    assert "c123" in str(asked.body)
    assert (await http.http.post(b"ssl_check=1&token=x", FORM)).ok
    assert (await http.http.post(b"{not json", "application/json")).status is not None


async def test_an_app_that_is_down_loses_the_delivery() -> None:
    async with SlackPeer("http") as peer:
        peer.connect_http("http://127.0.0.1:9/slack/events")
        answer = await peer.user("amina").slash("/mentor")
        assert answer.ack.lost
    assert peer.violations == []


# Socket Mode


async def test_a_refresh_brings_a_new_connection(socket: SlackPeer) -> None:
    await socket.socket.disconnect("refresh_requested", close=False)
    await socket.ready(opened=2)
    assert await works(socket.user("amina"))
    assert len(socket.calls("apps.connections.open")) == 2


async def test_a_closed_or_broken_line_is_opened_again(socket: SlackPeer) -> None:
    await socket.socket.disconnect("warning", close=True)
    await socket.ready(opened=2)
    socket.socket.cut()
    await socket.ready(opened=3)
    assert await works(socket.user("amina"))


async def test_a_deaf_connection_loses_envelopes_until_it_is_replaced(socket: SlackPeer) -> None:
    await socket.socket.ping(timeout=2)
    socket.socket.deafen()
    answer = await socket.user("amina").slash("/mentor", "help")
    assert answer.ack.lost
    with pytest.raises(NoAnswerError):
        await socket.ready(timeout=0.01)
    await socket.ready(opened=2)
    assert await works(socket.user("amina"))
    assert socket.violations == []


async def test_each_address_is_good_for_one_connection(socket: SlackPeer) -> None:
    api, token = socket.api_base, socket.app_token
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as session:
        async with session.post(f"{api}apps.connections.open") as answer:
            url = (await answer.json())["url"]
        async with session.ws_connect(url) as line:
            assert (await line.receive_json())["type"] == "hello"
        with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
            await session.ws_connect(url)


async def test_envelopes_go_to_every_connection_in_turn(socket: SlackPeer) -> None:
    second = BareBolt(socket)
    async with second.running(socket):
        await socket.ready(opened=2)
        for _ in range(4):
            assert await works(socket.user("amina"))
        assert second.seen == ["/mentor"] * 2


# Slack's own samples


@needs_specs
def test_samples_are_many_and_each_event_has_its_own_id() -> None:
    found = samples()
    events = [sample.payload["event_id"] for sample in found if "event_id" in sample.payload]
    assert len(found) > 35
    assert len(set(events)) == len(events) > 20
    assert "hooks.slack.com" not in json.dumps([sample.payload for sample in found])
    assert {sample.kind for sample in found} == {"event", "interactive", "slash"}


@needs_specs
@pytest.mark.parametrize("mode", ["http", "socket"])
async def test_an_app_that_listens_to_everything_takes_every_sample(mode: Mode) -> None:
    async with SlackPeer(mode) as peer:
        bolt = BareBolt(peer)
        bolt.listen_to_everything()
        async with bolt.running(peer):
            for sample in samples():
                if mode == "http" or not sample.http_only:
                    assert (await peer.sample(sample)).ack.ok, sample.name
    assert len(bolt.seen) > 35
    assert peer.violations == []


@needs_specs
async def test_our_payloads_have_the_keys_of_slacks(http: SlackPeer) -> None:
    amina = http.user("amina")
    mine: dict[str, Any] = {}
    answer = await amina.slash("/mentor", "dm")
    mine["slash"] = answer.sent.payload
    await answer.until(lambda seen: seen.direct)
    mine["block_actions"] = (await amina.press(answer.direct, "Done: letter")).sent.payload
    form = (await amina.slash("/mentor", "modal")).view
    mine["view_submission"] = (await amina.submit(form, {"Goal": "Step 2"})).sent.payload
    mine["message"] = (await amina.say("hi")).sent.payload
    mine["user_change"] = (await amina.change(tz="Europe/Berlin")).payload
    known = {sample.name: sample.payload for sample in samples()}
    for kind, shape, sample in (
        ("slash", "SlashCommandPayload", "slash_command"),
        ("block_actions", "BlockActionPayload", "block_actions.block_actions.body"),
        ("view_submission", "ViewSubmissionPayload", "view_submission.view_submission.body"),
        ("message", "MessagePayload", "event.message.message.message_body"),
        ("user_change", "UserChangePayload", "UserChangePayload"),
    ):
        _same_keys(kind, mine[kind], known[shape], known[sample])


def _same_keys(at: str, mine: dict[str, Any], shape: dict[str, Any], sample: dict[str, Any]) -> None:
    """Every key is one that Slack has been seen to send; none that its filled sample has is missing."""
    optional = {"enterprise_id", "enterprise_name", "authed_users", "authed_teams", "values"}
    if shape is not sample:
        assert set(sample) - set(mine) - optional == set(), at
    assert set(mine) - set(shape) - set(sample) - {"response_urls", "state", "actions", "event_ts"} == set(), at
    for key in ("event", "view", "user", "message", "container"):
        if isinstance(mine.get(key), dict) and isinstance(shape.get(key), dict):
            _same_keys(f"{at}.{key}", mine[key], shape[key], sample.get(key) or shape[key])
