"""Posts to a channel on a loopback Discord: who is called, once at the platform, and what a refusal means."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.ports import Outgoing
from commands.composing import Place
from commands.ui import Card, Text
from scheduler.posts import ChannelClosed
from scheduler.retry import Misconfigured, Rejected, Throttled, Transient
from tests.end_to_end.discord_stage import Stage, opened

SENDS = "POST /channels/*/messages"
ROLE = "990000000000000001"


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with opened() as stage:
        yield stage


def post(stage: Stage, mention: str | None = None, **more: object) -> Outgoing:
    card = Card("Office hours", (Text("Come at 7, @everyone and <@&990000000000000002>."),), preview="Office hours")
    place = Place(stage.peer.guild.channel_id, mention)
    return replace(Outgoing("42", "", card, "mm1", place=place), **more)  # type: ignore[arg-type]


def body(stage: Stage) -> dict[str, object]:
    [sent] = [one for one in stage.peer.requests if one.method == "POST" and one.path.endswith("/messages")]
    return dict(sent.body)


async def test_it_stands_in_the_channel_and_calls_nobody(stage: Stage) -> None:
    async with stage.running(gateway=False) as adapter:
        sent = await adapter.deliver(post(stage))
    [message] = stage.peer.channel_messages()
    assert (message.id, sent.channel) == (sent.ref, stage.peer.guild.channel_id)
    assert message.text.startswith("## Office hours")
    assert body(stage)["allowed_mentions"] == {"parse": []}
    assert not [one for one in stage.peer.requests if one.path.endswith("/users/@me/channels")]


async def test_only_the_chosen_role_is_called(stage: Stage) -> None:
    async with stage.running(gateway=False) as adapter:
        await adapter.deliver(post(stage, ROLE))
    assert stage.peer.channel_messages()[0].text.startswith(f"<@&{ROLE}>\n")
    allowed = body(stage)["allowed_mentions"]
    assert isinstance(allowed, dict)
    assert [str(role) for role in allowed["roles"]] == [ROLE]
    assert not allowed.get("parse")


async def test_a_crash_between_send_and_settle_is_not_a_second_post(stage: Stage) -> None:
    async with stage.running(gateway=False) as adapter:
        first = await adapter.deliver(post(stage))
        stage.peer.clock.forward(3600)
        assert await adapter.deliver(post(stage, repeated=True)) == first
    assert len(stage.peer.channel_messages()) == 1


async def test_where_the_past_may_not_be_read_it_is_sent_all_the_same(stage: Stage) -> None:
    stage.peer.fail("GET /channels/*/messages", 403, body={"code": 50001, "message": "no"})
    async with stage.running(gateway=False) as adapter:
        await adapter.deliver(post(stage, repeated=True))
    assert len(stage.peer.channel_messages()) == 1


@pytest.mark.parametrize(
    ("status", "code", "reason"),
    [
        (404, 10003, "channel:10003"),
        (403, 50001, "channel:50001"),
        (403, 50013, "channel:50013"),
        (400, 50083, "channel:50083"),
    ],
)
async def test_a_closed_channel_says_nothing_of_the_person(stage: Stage, status: int, code: int, reason: str) -> None:
    """Scenario E37, as it looks on Discord."""
    stage.peer.fail(SENDS, status, body={"code": code, "message": "no"})
    async with stage.running(gateway=False) as adapter:
        with pytest.raises(ChannelClosed) as refused:
            await adapter.deliver(post(stage))
    assert refused.value.reason == reason
    assert len([one for one in stage.peer.requests if one.path.endswith("/messages")]) == 1


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [(400, 50035, Rejected), (401, 0, Misconfigured), (403, 20026, Misconfigured), (503, 0, Transient)],
)
async def test_other_refusals_keep_their_names(stage: Stage, status: int, code: int, error: type[Exception]) -> None:
    stage.peer.fail(SENDS, status, body={"code": code, "message": "no"} if code else None)
    async with stage.running(gateway=False) as adapter:
        with pytest.raises(error) as refused:
            await adapter.deliver(post(stage))
    assert not isinstance(refused.value, ChannelClosed)


async def test_a_limit_is_a_pause_in_channels_too(stage: Stage) -> None:
    async with stage.running(gateway=False) as adapter:
        stage.peer.throttle(SENDS, 90)
        with pytest.raises(Throttled):
            await adapter.deliver(post(stage))
