"""Posts to a channel on a loopback Slack: who is called, and what a refusal means (scenario E37)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.ports import Outgoing
from bot.slack_adapter import SlackAdapter
from commands.composing import Place
from commands.ui import Card, Text
from scheduler.posts import ChannelClosed
from scheduler.retry import DeliveryError, Misconfigured, Rejected, Throttled, Transient
from tests.end_to_end.slack_stage import Stage, opened
from tests.peers.slack import specs

pytestmark = pytest.mark.skipif(not specs.available(), reason=specs.missing_notice())
POST = "chat.postMessage"


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with opened("http") as made:
        yield made


@pytest.fixture
async def bot(stage: Stage) -> AsyncIterator[SlackAdapter]:
    async with stage.running() as adapter:
        yield adapter


def post(channel: str, mention: str | None = None, **more: object) -> Outgoing:
    card = Card("Office hours", (Text("Come at 7, <!channel> and @here."),), preview="Office hours")
    return replace(Outgoing("U404", "", card, "mm1", place=Place(channel, mention)), **more)  # type: ignore[arg-type]


async def test_it_stands_in_the_channel_and_calls_nobody(stage: Stage, bot: SlackAdapter) -> None:
    place = stage.peer.channel("mentees", bot=True)
    sent = await bot.deliver(post(place.id))
    [message] = stage.peer.channel_messages("mentees")
    assert (message.ts, sent.channel) == (sent.ref, place.id)
    assert message.text == "Office hours"
    assert "<!channel>" in message.words  # as words, letter by letter
    assert stage.peer.calls("conversations.open") == []
    assert stage.peer.calls("users.info") == []


async def test_only_the_chosen_group_is_called(stage: Stage, bot: SlackAdapter) -> None:
    place = stage.peer.channel("mentees", bot=True)
    await bot.deliver(post(place.id, "S0123ABCD"))
    [message] = stage.peer.channel_messages("mentees")
    assert message.text == "<!subteam^S0123ABCD> Office hours"
    assert message.blocks[0]["text"]["text"] == "<!subteam^S0123ABCD>"
    # The peer points out every live mention: these two are the one that the admin chose.
    assert {fault.text for fault in stage.peer.violations} == {
        "/text: a live mention: <!subteam^S0123ABCD>",
        "/blocks/0/text/text: a live mention: <!subteam^S0123ABCD>",
    }
    stage.peer.violations.clear()
    assert "<!channel>" not in str([block for block in message.blocks if block["type"] != "rich_text"])


async def test_channels_are_not_read_to_find_what_may_stand_there(stage: Stage, bot: SlackAdapter) -> None:
    place = stage.peer.channel("mentees", bot=True)
    await bot.deliver(post(place.id, repeated=True))
    assert stage.peer.calls("conversations.history") == []
    assert len(stage.peer.channel_messages("mentees")) == 1


async def test_a_channel_without_the_bot_and_an_archived_one(stage: Stage, bot: SlackAdapter) -> None:
    private = stage.peer.channel("board", private=True)
    old = stage.peer.channel("old", bot=True)
    stage.peer.archive("old")
    for place, reasons in ((private.id, ("not_in_channel", "channel_not_found")), (old.id, ("is_archived",))):
        with pytest.raises(ChannelClosed) as refused:
            await bot.deliver(post(place))
        assert refused.value.reason in {f"channel:{reason}" for reason in reasons}


@pytest.mark.parametrize(
    "error", ["not_in_channel", "channel_not_found", "is_archived", "missing_scope", "restricted_action"]
)
async def test_a_closed_channel_stops_no_lane_and_no_person(stage: Stage, bot: SlackAdapter, error: str) -> None:
    place = stage.peer.channel("mentees", bot=True)
    stage.peer.faults.fail(POST, error)
    with pytest.raises(ChannelClosed) as refused:
        await bot.deliver(post(place.id))
    assert refused.value.reason == f"channel:{error}"
    assert len(stage.peer.calls(POST)) == 1


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ("invalid_blocks", Rejected),
        ("token_revoked", Misconfigured),
        ("ratelimited", Throttled),
        ("internal_error", Transient),
    ],
)
async def test_other_refusals_keep_their_names(
    stage: Stage, bot: SlackAdapter, error: str, kind: type[DeliveryError]
) -> None:
    place = stage.peer.channel("mentees", bot=True)
    stage.peer.faults.fail(POST, error)
    with pytest.raises(kind) as refused:
        await bot.deliver(post(place.id))
    assert not isinstance(refused.value, ChannelClosed)
