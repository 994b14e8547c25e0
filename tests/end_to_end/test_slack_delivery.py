"""Messages of the outbox on a loopback Slack: once at the platform, and what each refusal means."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.slack_adapter import SlackAdapter
from commands.ui import Attachment
from scheduler.retry import DeliveryError, Misconfigured, Rejected, Throttled, Transient, Unreachable
from tests.end_to_end.slack_stage import Stage, nudge, opened
from tests.peers.slack import User, specs
from tests.platforms.golden import GOLDEN

pytestmark = pytest.mark.skipif(not specs.available(), reason=specs.missing_notice())


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with opened("http") as made:
        yield made


@pytest.fixture
async def bot(stage: Stage) -> AsyncIterator[SlackAdapter]:
    async with stage.running() as adapter:
        yield adapter


@pytest.fixture
async def amina(stage: Stage, bot: SlackAdapter) -> User:
    return stage.peer.user("amina")


async def test_a_message_is_sent_edited_and_never_twice(bot: SlackAdapter, amina: User) -> None:
    sent = await bot.deliver(nudge(amina))
    assert (amina.inbox[0].ts, amina.inbox[0].text) == (sent.ref, "Your nudge")
    assert await bot.deliver(nudge(amina, channel=sent.channel, repeated=True)) == sent
    assert await bot.deliver(nudge(amina, channel=sent.channel, edit=sent.ref)) == sent
    assert len(amina.inbox) == 1
    other = await bot.deliver(nudge(amina, "ob2", repeated=True))
    gone = await bot.deliver(nudge(amina, "ob3", edit="1.000001"))
    assert [one.ts for one in amina.inbox] == [sent.ref, other.ref, gone.ref]


async def test_an_answer_that_got_lost_is_found_again(stage: Stage, bot: SlackAdapter, amina: User) -> None:
    stage.peer.faults.drop("chat.postMessage")
    with pytest.raises(Transient):
        await bot.deliver(nudge(amina))
    assert len(amina.inbox) == 1
    assert (await bot.deliver(nudge(amina, repeated=True))).ref == amina.inbox[0].ts
    assert len(stage.peer.calls("chat.postMessage")) == 1


async def test_a_channel_that_is_gone_is_opened_anew(bot: SlackAdapter, amina: User) -> None:
    sent = await bot.deliver(nudge(amina, channel="D0GONE"))
    assert sent.channel != "D0GONE"
    assert len(amina.inbox) == 1


async def test_pictures_and_files_are_uploaded_and_a_picture_only_once(
    stage: Stage, bot: SlackAdapter, amina: User
) -> None:
    for key in ("a", "b"):
        await bot.deliver(replace(nudge(amina, key), card=GOLDEN["every_block"]))
    assert len(stage.peer.calls("upload")) == 1
    with_file = replace(GOLDEN["plain"], files=(Attachment("data.json", b"{}"),))
    await bot.deliver(replace(nudge(amina, "c"), card=with_file))
    shared = [stage.peer.world.files[file] for message in amina.inbox for file in message.files]
    assert [(file.name, file.content) for file in shared] == [("data.json", b"{}")]


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ("user_disabled", Unreachable),
        ("is_archived", Unreachable),
        ("cannot_dm_bot", Unreachable),
        ("ratelimited", Throttled),
        ("internal_error", Transient),
        ("invalid_blocks", Rejected),
        ("token_revoked", Misconfigured),
        ("messages_tab_disabled", Misconfigured),
    ],
)
async def test_what_a_refusal_means(
    stage: Stage, bot: SlackAdapter, amina: User, error: str, kind: type[DeliveryError]
) -> None:
    stage.peer.faults.fail("chat.postMessage", error)
    with pytest.raises(kind) as caught:
        await bot.deliver(nudge(amina))
    assert caught.value.reason == error
    assert len(stage.peer.calls("chat.postMessage")) == 1


async def test_a_429_names_its_pause_and_is_not_waited_out(stage: Stage, bot: SlackAdapter, amina: User) -> None:
    stage.peer.faults.throttle("chat.postMessage", retry_after=90)
    with pytest.raises(Throttled) as caught:
        await bot.deliver(nudge(amina))
    assert caught.value.after == timedelta(seconds=90)


async def test_a_server_error_is_not_tried_again_here(stage: Stage, bot: SlackAdapter, amina: User) -> None:
    stage.peer.faults.outage("chat.postMessage", status=503)
    with pytest.raises(Transient):
        await bot.deliver(nudge(amina))
    assert len(stage.peer.calls("chat.postMessage")) == 1


async def test_a_deactivated_person_gets_nothing(stage: Stage, bot: SlackAdapter, amina: User) -> None:
    await bot.deliver(nudge(amina))
    await amina.deactivate()
    await stage.desk.heard("user_gone")
    with pytest.raises(Unreachable, match="user_deleted"):
        await bot.deliver(nudge(amina, "ob2"))
    assert len(amina.inbox) == 1


async def test_after_the_end_nothing_is_sent(stage: Stage, amina: User, bot: SlackAdapter) -> None:
    bot.stop_accepting()
    await bot.deliver(nudge(amina))
    await bot.stop()
    with pytest.raises(Transient):
        await bot.deliver(nudge(amina, "ob2"))
