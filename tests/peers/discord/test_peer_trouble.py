"""The peer, proven with a bare discord.py bot: errors on demand, lost answers, lost connections, communities."""

from __future__ import annotations

import asyncio

import aiohttp
import discord
import pytest

from tests.peers.discord import CannotDoError, DiscordPeer, NoAnswerError
from tests.peers.discord.bare_bot import BareBot
from tests.peers.discord.conftest import Start

MESSAGES = "POST /channels/{channel_id}/messages"


async def test_a_429_is_waited_out(peer: DiscordPeer, bot: BareBot) -> None:
    amina = peer.user("amina")
    throttle = peer.throttle(MESSAGES, 0.05, times=2)
    await amina.slash("letter", {"text": "Ask today"}, place="guild")
    assert (await amina.direct_message()).text == "Ask today"
    assert throttle.seen == 2
    assert [request.status for request in peer.requests if request.line.endswith("/messages")] == [429, 429, 200]


async def test_a_429_of_the_proxy_is_not_waited_out(peer: DiscordPeer, bot: BareBot) -> None:
    peer.throttle(MESSAGES, 0.05, via=False)
    await peer.user("amina").slash("letter", {"text": "Ask today"}, place="guild")
    assert (await bot.trouble())[0] == 429


async def test_a_lost_answer_is_tried_again_and_sent_once(peer: DiscordPeer, bot: BareBot) -> None:
    amina = peer.user("amina")
    lost = peer.fail(MESSAGES, 502, after=True)
    await amina.slash("letter", {"text": "Ask today"}, place="guild")
    await peer.until(lambda: [request.status for request in peer.requests[-2:]] == [502, 200])
    assert lost.seen == 1
    assert len(amina.direct_messages) == 1


async def test_an_error_that_is_not_tried_again(peer: DiscordPeer, bot: BareBot) -> None:
    peer.fail(MESSAGES, 503)
    await peer.user("amina").slash("letter", {"text": "Ask today"}, place="guild")
    assert (await bot.trouble())[0] == 503


async def test_a_connection_cut_in_the_middle_of_a_request(peer: DiscordPeer, bot: BareBot) -> None:
    amina = peer.user("amina")
    channel = await (await bot.fetch_user(int(amina.id))).create_dm()
    peer.fail(MESSAGES, 0)
    with pytest.raises(aiohttp.ClientError):
        await channel.send("Ask today")
    assert amina.direct_messages == ()
    await channel.send("Ask today")
    assert len(amina.direct_messages) == 1


@pytest.mark.parametrize("how", ["op 7", "pulled cable", "close 4000", "op 9, resumable"])
async def test_a_lost_connection_is_resumed_and_what_was_missed_is_replayed(
    peer: DiscordPeer, bot: BareBot, how: str
) -> None:
    if how == "op 7":
        peer.reconnect()
    elif how == "op 9, resumable":
        peer.invalidate(resumable=True)
    else:
        await peer.drop_connection(4000 if how == "close 4000" else None)
    answer = await peer.user("amina").slash("card", {"topic": "gap"})
    assert answer.text.startswith("## gap")
    await peer.resumed(1)
    assert peer.gateway.identified == 1


async def test_an_invalid_session_is_begun_anew(peer: DiscordPeer, bot: BareBot) -> None:
    peer.invalidate()
    with pytest.raises(NoAnswerError, match="no client is connected"):
        await peer.user("amina").slash("card", {"topic": "gap"})
    await peer.identified(2)
    assert (await peer.user("amina").slash("card", {"topic": "gap"})).acknowledged


async def test_a_resume_of_a_session_that_is_gone_begins_anew(peer: DiscordPeer, bot: BareBot) -> None:
    peer.gateway.sessions.clear()
    await peer.drop_connection(4000)
    await peer.identified(2)
    assert (await peer.user("amina").slash("card", {"topic": "gap"})).acknowledged


async def test_a_connection_that_stops_talking_is_given_up(peer: DiscordPeer, start: Start) -> None:
    bot = BareBot(heartbeat_timeout=0.5)
    await start(bot)
    await peer.ready()
    await peer.until(lambda: peer.gateway.heartbeats > 1)
    peer.deafen()
    beats = peer.gateway.heartbeats
    answer = await peer.user("amina").slash("card", {"topic": "gap"}, until="sent")
    assert not answer.acknowledged
    await peer.resumed(1)
    assert peer.gateway.heartbeats <= beats + 1
    assert (await answer.wait()).text.startswith("## gap")


async def test_a_wrong_token_ends_the_client(peer: DiscordPeer, start: Start) -> None:
    bot = BareBot()
    task = await start(bot)
    await peer.ready()
    await peer.drop_connection(4004)
    with pytest.raises(discord.ConnectionClosed) as closed:
        await asyncio.wait_for(task, 5)
    assert closed.value.code == 4004


async def test_an_unknown_token_is_a_401(peer: DiscordPeer, start: Start) -> None:
    peer.token = "another"
    with pytest.raises(discord.LoginFailure):
        await (await start(BareBot()))
    assert peer.requests[0].status == 401


async def test_a_privileged_intent_must_be_switched_on(peer: DiscordPeer, start: Start) -> None:
    task = await start(BareBot(discord.Intents(guilds=True, members=True)))
    with pytest.raises(discord.PrivilegedIntentsRequired):
        await asyncio.wait_for(task, 5)


async def test_a_press_while_nobody_is_connected_is_lost(peer: DiscordPeer, bot: BareBot, start: Start) -> None:
    await bot.close()
    await peer.until(lambda: not peer.gateway.links)
    lost = await peer.user("amina").slash("card", {"topic": "gap"}, until="sent")
    await start(BareBot())
    await peer.identified(2)
    assert (await peer.user("amina").slash("card", {"topic": "visa"})).acknowledged
    assert not lost.acknowledged


async def test_the_bot_joins_and_is_removed_and_tells_an_outage_from_it(peer: DiscordPeer, bot: BareBot) -> None:
    await bot.wait_until_ready()  # before that the library takes a join for one of the guilds of READY
    guild = peer.add_guild("Letters Club", owner=peer.user("zoe"), installer=peer.user("amina"))
    assert await bot.heard() == "joined Letters Club, invited by amina"
    assert (await peer.user("amina").direct_message()).text == "Thank you. Three things to do next."
    peer.remove_guild(guild, outage=True)
    assert await bot.heard() == "outage of Letters Club"
    peer.restore_guild(guild)
    peer.remove_guild(guild)
    assert await bot.heard() == "removed from Letters Club"
    with pytest.raises(discord.Forbidden):
        await bot.get_partial_messageable(int(guild.channel_id)).send("Still there?")
    with pytest.raises(CannotDoError, match="not in Letters Club"):
        await peer.user("amina").slash("card", {"topic": "gap"}, place=guild)


async def test_the_members_intent_brings_news_of_leaving(start: Start, peer: DiscordPeer) -> None:
    peer.gateway.allowed_intents |= discord.Intents(members=True).value
    bot = BareBot(discord.Intents(guilds=True, members=True))
    await start(bot)
    await peer.ready()
    peer.remove_member(peer.user("amina"))
    assert await bot.heard() == "amina left"


async def test_without_the_intent_direct_messages_are_not_heard(peer: DiscordPeer, start: Start) -> None:
    bot = BareBot(discord.Intents(guilds=True))
    await start(bot)
    await peer.ready()
    await peer.user("amina").say("hi")
    assert (await peer.user("amina").slash("card", {"topic": "gap"})).acknowledged
    assert [message.text for message in peer.user("amina").direct_messages] == []
