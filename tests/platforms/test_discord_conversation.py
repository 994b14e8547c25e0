"""The real client on a simulated Discord: what a person gets for each thing that they can do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import discord
import pytest
import simcord

from bot.discord_adapter.adapter import DiscordAdapter
from bot.ports import Outgoing
from commands.context import Ctx
from commands.outcomes import Reply
from commands.registry import Feature, Registry
from commands.ui import Card, Text
from scheduler.clock import ManualClock
from scheduler.retry import Rejected, Throttled, Transient, Unreachable
from tests.peers.discord.checks import check_commands
from tests.platforms.discord_desk import NOW, Desk, feature, said

V2 = 1 << 15


class Stage:
    """A community with a channel, Alice in it, and the bot."""

    def __init__(self, env: Any, adapter: DiscordAdapter, desk: Desk) -> None:
        self.env, self.adapter, self.desk = env, adapter, desk
        self.guild = env.create_guild()
        self.channel = self.guild.create_text_channel("general")
        self.alice = self.guild.add_member(env.create_user("alice"))
        self.person = self.alice.user

    def direct(self) -> list[str]:
        """What the direct messages show, oldest first."""
        return [shown(message) for message in self.person.dm_channel.history()]


def shown(message: Any) -> str:
    """A message's text. Every message of ours is made of components version 2."""
    message = getattr(message, "message", message)
    assert message.author.bot is False or message.flags.value & V2
    return said([part.to_dict() for part in message.components])


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def adapter(desk: Desk) -> DiscordAdapter:
    return DiscordAdapter("token", desk, desk.registry, ManualClock(NOW))


@pytest.fixture
def simcord_bot(adapter: DiscordAdapter) -> discord.Client:
    """What simcord's own fixture `simcord_env` runs."""
    return adapter.client


@pytest.fixture
async def stage(simcord_env: simcord.Env, adapter: DiscordAdapter, desk: Desk) -> AsyncIterator[Stage]:
    yield Stage(simcord_env, adapter, desk)
    store = adapter.client._connection._view_store
    assert not store._views
    assert not store._modals
    assert not store._synced_message_views


async def test_a_command_in_a_channel_is_answered_privately(stage: Stage) -> None:
    result = await stage.alice.slash(stage.channel, "step")
    assert result.ephemeral
    assert "## To do" in shown(result.response)
    seen = stage.desk.seen[-1]
    assert (seen.user, seen.what, seen.name, seen.where) == (str(stage.person.id), "command", "step", "channel")
    assert seen.community == str(stage.guild.id)
    assert seen.delivery
    assert seen.locale == "en-US"


async def test_a_command_in_the_direct_messages_is_answered_openly(stage: Stage) -> None:
    result = await stage.person.slash("step")
    assert not result.ephemeral
    assert (stage.desk.seen[-1].where, stage.desk.seen[-1].community) == ("dm", "")


async def test_an_answer_for_all_is_seen_by_all(stage: Stage) -> None:
    assert not (await stage.alice.slash(stage.channel, "tell")).ephemeral


async def test_arguments_arrive_by_name_and_choices_by_value(stage: Stage) -> None:
    result = await stage.alice.slash(stage.channel, "guide", size="full", topic="my gap")
    assert "full and my gap" in shown(result.response)


async def test_suggestions_while_typing(stage: Stage) -> None:
    choices = await stage.alice.autocomplete(stage.channel, "guide", "topic", "ga")
    assert choices == [{"name": "Topic ga", "value": "topic-ga"}]


async def test_a_press_replaces_its_message(stage: Stage) -> None:
    card = (await stage.alice.slash(stage.channel, "step")).response
    await stage.alice.click(card, label="Done: step")
    assert "## Done" in shown(card)
    assert (stage.desk.seen[-1].what, stage.desk.seen[-1].name) == ("action", "m1:desk.set:1:1")


async def test_a_press_may_bring_a_new_message(stage: Stage) -> None:
    card = (await stage.alice.slash(stage.channel, "step")).response
    result = await stage.alice.click(card, label="Where am I?")
    assert result.ephemeral
    assert "channel" in shown(result.response)
    assert "## To do" in shown(card)


async def test_a_picked_option_arrives(stage: Stage) -> None:
    card = (await stage.person.slash("step")).response
    await stage.person.select(card, ["visa-need"], custom_id="m1:desk.pick")
    assert "visa-need" in shown(card)


async def test_a_form_from_a_button_is_filled_and_updates_its_message(stage: Stage) -> None:
    card = (await stage.person.slash("step")).response
    opened = await stage.person.click(card, label="Add a note")
    assert opened.modal is not None
    assert opened.modal["title"] == "Add a note"
    await stage.person.submit_modal(opened, {"note": "call Dr. A", "kind": ["task"]})
    assert "1: call Dr. A as task" in shown(card)


async def test_a_form_from_a_command_gets_an_answer_of_its_own(stage: Stage) -> None:
    opened = await stage.alice.slash(stage.channel, "form")
    result = await stage.alice.submit_modal(opened, {"note": "hi", "kind": []})
    assert result.ephemeral
    assert "hi as nothing" in shown(result.response)


async def test_a_form_sent_after_a_restart_is_still_taken(stage: Stage) -> None:
    card = (await stage.person.slash("step")).response
    opened = await stage.person.click(card, label="Add a note")
    again = DiscordAdapter("token", stage.desk, stage.desk.registry, ManualClock(NOW))
    await stage.env.restart_bot(again.client)
    await stage.person.submit_modal(opened, {"note": "later", "kind": []})
    assert "later as nothing" in shown(card)


async def test_wrong_fields_are_listed_with_a_way_back_into_the_form(stage: Stage) -> None:
    card = (await stage.alice.slash(stage.channel, "step")).response
    opened = await stage.alice.click(card, label="Add a note")
    result = await stage.alice.submit_modal(opened, {"note": " ", "kind": []})
    assert result.ephemeral
    assert "Please write a word" in shown(result.response)
    again = await stage.alice.click(result.response, label="Edit again")
    assert again.modal is not None


async def test_a_plain_direct_message_is_answered_and_channels_are_not_read(stage: Stage) -> None:
    await stage.person.send_dm("hello there")
    assert "11 characters" in stage.direct()[-1]
    assert stage.desk.seen[-1].what == "text"
    before = len(stage.desk.seen)
    await stage.alice.send(stage.channel, "not for the bot")
    assert len(stage.desk.seen) == before


async def test_a_direct_answer_goes_to_the_direct_messages(stage: Stage) -> None:
    result = await stage.alice.slash(stage.channel, "send")
    assert "Sent to you" in shown(result.response)
    assert "Step 3" in stage.direct()[-1]
    in_direct = await stage.person.slash("send")
    assert "Step 3" in shown(in_direct.response)


async def test_closed_direct_messages_show_the_card_in_place_and_how_to_open_them(stage: Stage) -> None:
    stage.env.inject_error("POST", "/channels/*/messages", status=403, code=50007)
    result = await stage.alice.slash(stage.channel, "send")
    assert result.ephemeral
    assert "Step 3" in shown(result.response)
    assert "direct messages are closed" in shown(result.followups[0])
    assert result.followups[0].ephemeral
    assert stage.desk.events() == ["dm_closed"]
    assert not stage.direct()


@pytest.fixture
def slow(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A boundary that answers only once the person has been shown that the bot is at it."""
    stage.adapter.client._patience = 0.0
    gate = stage.desk.gate = asyncio.Event()
    defer = discord.InteractionResponse.defer

    async def deferred(response: Any, **how: Any) -> Any:
        given = await defer(response, **how)
        gate.set()
        return given

    monkeypatch.setattr(discord.InteractionResponse, "defer", deferred)
    return stage


def announced(stage: Stage) -> bool:
    """Whether the last callback said "working on it"."""
    callbacks = [entry for entry in stage.env.http_requests if entry.path.endswith("/callback")]
    return bool(callbacks[-1].json["type"] == 5)


async def test_a_slow_answer_is_announced_and_put_in_place(slow: Stage) -> None:
    result = await slow.alice.slash(slow.channel, "step")
    assert announced(slow)
    assert result.ephemeral
    assert "## To do" in shown(result.response)
    assert not result.followups


async def test_a_slow_answer_for_all_is_not_hidden_with_the_announcement(slow: Stage) -> None:
    result = await slow.alice.slash(slow.channel, "tell")
    assert [said.ephemeral for said in result.followups] == [False]
    assert "Hello" in shown(slow.channel.history()[-1])


async def test_a_slow_press_still_replaces_its_message(slow: Stage) -> None:
    card = (await slow.alice.slash(slow.channel, "step")).response
    assert slow.desk.gate is not None
    slow.desk.gate.clear()
    result = await slow.alice.click(card, label="Done: step")
    assert result.acknowledged
    assert "## Done" in shown(card)
    slow.desk.gate.clear()
    result = await slow.alice.click(card, label="Where am I?")
    assert "channel" in shown(result.followups[0])
    assert "## Done" in shown(card)


async def test_a_slow_form_from_a_command_is_answered_in_place(slow: Stage) -> None:
    assert slow.desk.gate is not None
    slow.desk.gate.set()
    opened = await slow.alice.slash(slow.channel, "form")
    slow.desk.gate.clear()
    result = await slow.alice.submit_modal(opened, {"note": "hi", "kind": []})
    assert announced(slow)
    assert result.ephemeral
    assert "hi as nothing" in shown(result.response)


async def test_a_replayed_delivery_is_silent(stage: Stage) -> None:
    card = (await stage.person.slash("step")).response
    stage.desk.replays = True
    result = await stage.person.click(card, label="Where am I?")
    assert result.acknowledged
    assert result.response is None or "## To do" in shown(result.response)


async def test_a_failure_beside_the_boundary_is_answered_with_a_code(stage: Stage) -> None:
    stage.desk.fails = True
    result = await stage.alice.slash(stage.channel, "step")
    assert result.ephemeral
    assert "I could not show you the answer" in shown(result.response)


async def test_joining_greets_who_added_the_bot_and_leaving_is_reported(stage: Stage) -> None:
    client = stage.adapter.client
    guild = client.get_guild(stage.guild.id)
    assert guild is not None
    await client.on_guild_join(guild)
    await client.on_guild_remove(guild)
    assert stage.desk.events() == ["installed", "removed"]
    joined, left = stage.desk.seen[-2:]
    assert joined.user == joined.options["installer"] == str(guild.owner_id)
    assert joined.community == left.community == str(guild.id)
    owner = stage.guild.owner
    assert "Three next steps" in shown(owner.dm_channel.history()[-1])
    assert not stage.channel.history()


async def test_an_outbox_message_is_sent_edited_and_found_again(stage: Stage) -> None:
    await stage.person.slash("step")
    card = Card("Letters", (Text("Ask one person today."),), preview="Your nudge")
    user = str(stage.person.id)
    sent = await stage.adapter.deliver(Outgoing(user, "", card, "ob1"))
    assert "-# Your nudge" in stage.direct()[-1]
    repeated = await stage.adapter.deliver(Outgoing(user, "", card, "ob1", sent.channel, repeated=True))
    assert repeated == sent
    edited = await stage.adapter.deliver(
        Outgoing(user, "", Card("Done", (Text("Well done."),)), "ob2", sent.channel, edit=sent.ref)
    )
    assert edited == sent
    assert "## Done" in stage.direct()[-1]
    fresh = await stage.adapter.deliver(Outgoing(user, "", card, "ob3", sent.channel, edit="123"))
    assert fresh.ref != sent.ref


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (403, 50007, Unreachable),
        (403, 50278, Unreachable),
        (400, 50035, Rejected),
        (503, 0, Transient),
        (400, 40003, Throttled),
    ],
)
async def test_refusals_are_named(stage: Stage, status: int, code: int, error: type[Exception]) -> None:
    stage.env.inject_error("POST", "/channels/*/messages", status=status, code=code)
    with pytest.raises(error):
        await stage.adapter.deliver(Outgoing(str(stage.person.id), "", Card("A", (Text("b"),)), "ob1"))


async def test_mentions_never_ping(stage: Stage) -> None:
    assert stage.adapter.client.allowed_mentions is not None
    assert stage.adapter.client.allowed_mentions.to_dict() == discord.AllowedMentions.none().to_dict()


async def test_commands_are_registered_when_they_changed_and_only_then(stage: Stage) -> None:
    def puts() -> list[Any]:
        return [entry.json for entry in stage.env.http_requests if entry.method == "PUT"]

    assert check_commands(puts()[-1]) == []
    assert {command["name"] for command in puts()[-1]} == set(stage.desk.registry.commands)
    before = len(puts())
    again = DiscordAdapter("token", stage.desk, stage.desk.registry, ManualClock(NOW))
    await stage.env.restart_bot(again.client)
    assert len(puts()) == before
    grown = Registry([feature, _with_one_more()])
    await stage.env.restart_bot(DiscordAdapter("token", stage.desk, grown, ManualClock(NOW)).client)
    assert len(puts()) == before + 1


async def test_a_command_for_admins_says_so_and_stays_out_of_direct_messages(stage: Stage) -> None:
    sent = [entry.json for entry in stage.env.http_requests if entry.method == "PUT"][-1]
    by_name = {command["name"]: command for command in sent}
    assert by_name["settings"]["contexts"] == [0]
    assert int(by_name["settings"]["default_member_permissions"]) == discord.Permissions(manage_guild=True).value
    assert by_name["step"]["contexts"] == [0, 1]
    assert by_name["step"]["default_member_permissions"] is None


def _with_one_more() -> Feature:
    more = Feature("more")

    @more.command("more", "One more", reads=True)
    async def show(ctx: Ctx) -> Reply:
        return Reply(Card("More", (Text("More"),)))

    return more
