"""Connections that break, fall silent or are refused; communities that come and go; commands that change."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.discord_adapter.life import SILENCE
from bot.discord_adapter.sync import invite_address, sync
from bot.settings import SettingsError
from commands.registry import Registry
from tests.end_to_end.discord_stage import Stage, nudge, opened
from tests.platforms.discord_desk import Desk


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with opened() as stage:
        yield stage


@pytest.mark.parametrize("how", ["cable", "asked", "resumable"])
async def test_a_lost_connection_is_resumed_and_nothing_pressed_meanwhile_is_lost(stage: Stage, how: str) -> None:
    async with stage.running() as adapter:
        if how == "cable":
            await stage.peer.drop_connection()
        elif how == "asked":
            stage.peer.reconnect()
        else:
            stage.peer.invalidate(resumable=True)
        answer = await stage.peer.user("amina").slash("step", until="sent")
        await stage.peer.resumed(1)
        await answer.wait()
        assert "To do" in answer.text
        assert adapter.health().ok
    assert stage.peer.gateway.identified == 1


async def test_a_session_that_is_over_is_begun_anew(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once(shard_id: int | None, *, initial: bool = False) -> None:
        """The library waits five seconds here, so as not to identify too often."""

    async with stage.running() as adapter:
        monkeypatch.setattr(adapter.client, "before_identify_hook", at_once)
        stage.peer.invalidate()
        await stage.peer.identified(2)
        assert "To do" in (await stage.peer.user("amina").slash("step")).text


async def test_a_peer_that_stops_talking_is_noticed_and_replaced(stage: Stage) -> None:
    async with stage.running() as adapter:
        assert not adapter.look()
        stage.peer.deafen()
        stage.ticks.seconds += SILENCE + 1
        assert not adapter.health().ok
        assert "no sign of life" in adapter.health().detail
        pressed = await stage.peer.user("amina").slash("step", until="sent")
        assert adapter.look()
        await stage.peer.resumed(1)
        await pressed.wait()
        assert adapter.health().ok
        assert not adapter.look()
        assert stage.peer.gateway.connections == 2


async def test_stopping_beside_a_silent_peer_takes_no_half_minute(stage: Stage) -> None:
    async with stage.running() as adapter:
        stage.peer.deafen()
        stage.ticks.seconds += SILENCE + 1
        await adapter.stop()


async def test_a_refused_token_is_one_line(stage: Stage) -> None:
    adapter = stage.adapter(token="not.the.token")
    with pytest.raises(SettingsError, match="DISCORD_TOKEN") as refused:
        await adapter.start()
    await adapter.stop()
    assert "\n" not in str(refused.value)
    assert "not.the.token" not in str(refused.value)


@pytest.mark.parametrize("code", [4004, 4014])
async def test_a_connection_closed_for_good_says_why(stage: Stage, code: int) -> None:
    async with stage.running() as adapter:
        await stage.peer.drop_connection(code)
        await adapter.ended.wait()
        assert not adapter.health().ok
        assert str(code) in adapter.health().detail


async def test_discord_out_of_reach_at_the_start_is_waited_out(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.discord_adapter.adapter.FIRST_PAUSE", 0.0)
    stage.peer.fail("GET /users/@me", 503)
    stage.peer.fail("GET /users/@me", 0)
    async with stage.running() as adapter:
        assert adapter.health().ok
        await adapter.deliver(nudge(stage.peer.user("amina")))


async def test_joining_leaving_and_an_outage_are_three_things(stage: Stage) -> None:
    asha, omar = stage.peer.user("asha"), stage.peer.user("omar")
    async with stage.running() as adapter:
        await adapter.client.wait_until_ready()
        guild = stage.peer.add_guild("Second Home", owner=asha, installer=omar)
        greeting = await omar.direct_message()
        assert "Three next steps" in greeting.text
        stage.peer.remove_guild(guild, outage=True)
        stage.peer.restore_guild(guild)
        stage.peer.remove_guild(guild)
        await stage.desk.heard("removed")
    joined, left = [invocation for invocation in stage.desk.seen if invocation.what == "event"]
    assert (joined.name, joined.user, joined.community) == ("installed", omar.id, guild.id)
    assert (left.name, left.community) == ("removed", guild.id)
    assert asha.direct_messages == ()
    assert stage.peer.channel_messages(guild) == ()


async def test_commands_are_registered_only_when_they_changed(stage: Stage) -> None:
    """E24: synced twice, sent once, and the result is said."""
    token, registry = stage.peer.token, Desk().registry
    count = len(registry.commands)
    assert (
        await sync(token, registry, api_base=stage.peer.api_base) == f"{count} commands registered in all communities."
    )
    up_to_date = f"{count} commands in all communities are up to date."
    assert await sync(token, registry, api_base=stage.peer.api_base) == up_to_date
    assert sum(request.method == "PUT" for request in stage.peer.requests) == 1
    assert "removed" not in await sync(token, Registry([]), api_base=stage.peer.api_base)
    assert stage.peer.commands == []


async def test_commands_live_in_one_scope_only(stage: Stage) -> None:
    """E24: tried out in one community, then for all: each command once, the other scope empty."""
    token, registry, guild = stage.peer.token, Desk().registry, stage.peer.guild.id
    await sync(token, registry, api_base=stage.peer.api_base)
    said = await sync(token, registry, api_base=stage.peer.api_base, guild=int(guild))
    assert said.endswith("the global ones were removed.")
    assert stage.peer.commands == []
    assert len(stage.peer.world.commands[guild]) == len(registry.commands)
    said = await sync(token, registry, api_base=stage.peer.api_base)
    assert said.endswith("Removed from 1 single communities.")
    assert stage.peer.world.commands[guild] == []


async def test_sync_with_a_refused_token_is_one_line(stage: Stage) -> None:
    with pytest.raises(SettingsError, match="DISCORD_TOKEN"):
        await sync("wrong", Desk().registry, api_base=stage.peer.api_base)


def test_the_invite_asks_for_no_permission() -> None:
    assert invite_address("99").endswith("client_id=99&permissions=0&scope=bot%20applications.commands")
    assert "YOUR_APPLICATION_ID" in invite_address()
