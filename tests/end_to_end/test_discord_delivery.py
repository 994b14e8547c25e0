"""The outbox's messages over real sockets: once, found again, edited, and each refusal by its name."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from scheduler.retry import Misconfigured, Rejected, Throttled, Transient, Unreachable
from tests.end_to_end.discord_stage import Stage, nudge, opened

SENDS = "POST /channels/*/messages"


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with opened() as stage:
        yield stage


async def test_a_worker_without_a_gateway_delivers(stage: Stage) -> None:
    amina = stage.peer.user("amina")
    adapter = stage.adapter(gateway=False)
    assert not adapter.health().ok
    await adapter.start()
    assert adapter.health().ok
    sent = await adapter.deliver(nudge(amina))
    await adapter.stop()
    assert [message.id for message in amina.direct_messages] == [sent.ref]
    assert amina.direct_messages[0].text.startswith("-# Your nudge\n## Letters")
    assert amina.direct_messages[0].nonce == "ob1"
    assert stage.peer.gateway.connections == 0
    assert stage.peer.commands == []
    assert not adapter.health().ok
    with pytest.raises(Transient):
        await adapter.deliver(nudge(amina))


async def test_the_channel_is_asked_for_once(stage: Stage) -> None:
    amina = stage.peer.user("amina")
    async with stage.running(gateway=False) as adapter:
        sent = await adapter.deliver(nudge(amina))
        await adapter.deliver(nudge(amina, "ob2", channel=sent.channel))
    opened_channels = [request for request in stage.peer.requests if request.line == "POST /users/@me/channels"]
    assert len(opened_channels) == 1
    assert len(amina.direct_messages) == 2


async def test_a_channel_that_is_gone_is_opened_anew(stage: Stage) -> None:
    amina = stage.peer.user("amina")
    async with stage.running(gateway=False) as adapter:
        sent = await adapter.deliver(nudge(amina, channel="123"))
    assert sent.channel != "123"
    assert len(amina.direct_messages) == 1


async def test_a_crash_between_send_and_settle_is_not_a_second_message(stage: Stage) -> None:
    amina = stage.peer.user("amina")
    async with stage.running(gateway=False) as adapter:
        first = await adapter.deliver(nudge(amina))
        assert await adapter.deliver(nudge(amina)) == first  # Discord knows the nonce, for some minutes
        stage.peer.clock.forward(3600)
        assert await adapter.deliver(nudge(amina, repeated=True, channel=first.channel)) == first
        other = await adapter.deliver(nudge(amina, "ob2", repeated=True))
    assert [message.id for message in amina.direct_messages] == [first.ref, other.ref]


async def test_it_is_found_again_where_history_shows_no_nonce(stage: Stage) -> None:
    amina = stage.peer.user("amina")
    async with stage.running(gateway=False) as adapter:
        first = await adapter.deliver(nudge(amina))
        stage.peer.messages.by_id[first.ref].pop("nonce")
        stage.peer.clock.forward(3600)
        assert await adapter.deliver(nudge(amina, repeated=True)) == first
    assert len(amina.direct_messages) == 1


async def test_a_living_message_is_edited_and_made_anew_when_it_is_gone(stage: Stage) -> None:
    amina = stage.peer.user("amina")
    async with stage.running(gateway=False) as adapter:
        sent = await adapter.deliver(nudge(amina))
        fresh = replace(nudge(amina, "ob2").card, title="Letters, done")
        change = replace(nudge(amina, "ob2", channel=sent.channel, edit=sent.ref), card=fresh)
        assert await adapter.deliver(change) == sent
        assert "Letters, done" in amina.direct_messages[0].text
        assert fresh.preview not in amina.direct_messages[0].text  # nobody is notified of a change
        stage.peer.messages.delete(sent.ref)
        again = await adapter.deliver(change)
        assert again.ref != sent.ref
    assert [message.id for message in amina.direct_messages] == [again.ref]


@pytest.mark.parametrize("code", [50007, 50278])
async def test_closed_direct_messages_are_unreachable(stage: Stage, code: int) -> None:
    amina = stage.peer.user("amina")
    stage.peer.close_dms(amina, code)
    async with stage.running(gateway=False) as adapter:
        with pytest.raises(Unreachable) as refused:
            await adapter.deliver(nudge(amina))
    assert refused.value.reason == str(code)
    assert len([request for request in stage.peer.requests if request.path.endswith("/messages")]) == 1


async def test_an_account_that_is_gone_is_unreachable(stage: Stage) -> None:
    amina = stage.peer.user("amina")
    async with stage.running(gateway=False) as adapter:
        with pytest.raises(Unreachable):
            await adapter.deliver(replace(nudge(amina), user="42"))


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (400, 50035, Rejected),
        (404, 10013, Unreachable),
        (401, 0, Misconfigured),
        (403, 20026, Misconfigured),
        (400, 40003, Throttled),
        (503, 0, Transient),
        (0, 0, Transient),
    ],
)
async def test_each_refusal_has_its_name(stage: Stage, status: int, code: int, error: type[Exception]) -> None:
    stage.peer.fail(SENDS, status, body={"code": code, "message": "no"} if code else None)
    async with stage.running(gateway=False) as adapter:
        with pytest.raises(error):
            await adapter.deliver(nudge(stage.peer.user("amina")))


async def test_a_short_limit_is_waited_out_and_a_long_one_stops_the_lane(stage: Stage) -> None:
    amina = stage.peer.user("amina")
    async with stage.running(gateway=False) as adapter:
        stage.peer.throttle(SENDS, 0.01)
        await adapter.deliver(nudge(amina))
        assert len(amina.direct_messages) == 1
        stage.peer.throttle(SENDS, 90)
        with pytest.raises(Throttled) as refused:
            await adapter.deliver(nudge(amina, "ob2"))
        assert refused.value.after == timedelta(seconds=90)
        stage.peer.throttle(SENDS, 7, via=False)
        with pytest.raises(Throttled) as refused:
            await adapter.deliver(nudge(amina, "ob3"))
        assert refused.value.after == timedelta(seconds=8)


async def test_a_lost_answer_is_not_a_second_message(stage: Stage) -> None:
    amina = stage.peer.user("amina")
    async with stage.running(gateway=False) as adapter:
        stage.peer.fail(SENDS, 0, after=True)
        with pytest.raises(Transient):
            await adapter.deliver(nudge(amina))
        await adapter.deliver(nudge(amina, repeated=True))
    assert len(amina.direct_messages) == 1
