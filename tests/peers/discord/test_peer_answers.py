"""The peer, proven with a bare discord.py bot: commands, parts of cards, forms, messages, files."""

from __future__ import annotations

import io

import discord
import pytest
from discord import ui

from tests.peers.discord import CannotDoError, DiscordPeer, NoAnswerError
from tests.peers.discord.bare_bot import BareBot


async def test_a_card_is_answered_privately_and_read_as_a_person_reads_it(peer: DiscordPeer, bot: BareBot) -> None:
    for place in ("dm", "guild"):
        answer = await peer.user("amina").slash("card", {"topic": "gap"}, place=place)
        assert answer.ephemeral
        assert not answer.deferred
        assert answer.text == "## gap\nAsk for the letter"
        assert answer.message.labels == ("Done: ask for the letter", "Later", "Write a note", "Source")
        assert answer.message.selects[0].options[0] == ("Step 1", "1")
    assert peer.violations == []
    assert peer.channel_messages() == ()


async def test_commands_are_what_was_registered(peer: DiscordPeer, bot: BareBot) -> None:
    amina = peer.user("amina")
    with pytest.raises(CannotDoError, match="not registered"):
        await amina.slash("cards")
    with pytest.raises(CannotDoError, match="without"):
        await amina.slash("card")
    with pytest.raises(CannotDoError, match="no option"):
        await amina.slash("card", {"topic": "gap", "colour": "red"})
    with pytest.raises(CannotDoError, match="length 51"):
        await amina.slash("card", {"topic": "x" * 51})
    assert sorted(command["name"] for command in peer.commands) == ["card", "letter", "picture", "slow"]


async def test_suggestions_while_typing(peer: DiscordPeer, bot: BareBot) -> None:
    found = await peer.user("amina").autocomplete("card", "topic", "s")
    assert [(choice.name, choice.value) for choice in found] == [("Step Failure", "step failure")]


async def test_a_press_replaces_the_card_and_an_old_card_can_still_be_pressed(peer: DiscordPeer, bot: BareBot) -> None:
    amina = peer.user("amina")
    first = (await amina.slash("card", {"topic": "gap"})).message
    answer = await amina.press(first, "Done: ask for the letter")
    assert answer.updated
    assert answer.message.id == first.id
    assert answer.text.startswith("## Done")
    assert first.text.startswith("## gap")
    assert (await amina.press(first, "do:1")).updated


async def test_what_a_person_cannot_press(peer: DiscordPeer, bot: BareBot) -> None:
    message = (await peer.user("amina").slash("card", {"topic": "gap"}, place="guild")).message
    with pytest.raises(CannotDoError, match="0 parts"):
        await peer.user("amina").press(message, "Undo")
    with pytest.raises(CannotDoError, match="link"):
        await peer.user("amina").press(message, "Source")
    with pytest.raises(CannotDoError, match="ephemeral"):
        await peer.user("bao").press(message, "Later")


async def test_a_choice(peer: DiscordPeer, bot: BareBot) -> None:
    amina = peer.user("amina")
    message = (await amina.slash("card", {"topic": "gap"})).message
    assert "['2']" in (await amina.choose(message, "go", ["Step 2"])).text
    with pytest.raises(CannotDoError, match="1 to 1"):
        await amina.choose(message, "go", ["1", "2"])


async def test_a_form_is_filled_in_and_updates_the_card_it_came_from(peer: DiscordPeer, bot: BareBot) -> None:
    amina = peer.user("amina")
    message = (await amina.slash("card", {"topic": "gap"})).message
    modal = (await amina.press(message, "Write a note")).modal
    assert modal.labels == ("Your note", "How sure are you?")
    with pytest.raises(CannotDoError, match="filled in"):
        await amina.submit(modal, {"mood": "Sure"})
    with pytest.raises(CannotDoError, match="41 characters"):
        await amina.submit(modal, {"note": "x" * 41, "mood": "Sure"})
    with pytest.raises(CannotDoError, match="no field"):
        await amina.submit(modal, {"note": "x", "mood": "Sure", "colour": "red"})
    answer = await amina.submit(modal, {"Your note": "ask on Friday", "mood": "Sure"})
    assert answer.updated
    assert "Noted ['ask on Friday', ['1']]" in answer.text


async def test_thinking_first_then_the_answer_takes_its_place(peer: DiscordPeer, bot: BareBot) -> None:
    answer = await peer.user("amina").slash("slow", until="acknowledged")
    assert answer.deferred
    assert answer.ephemeral
    assert answer.text == ""
    bot.go_on.set()
    await answer.wait()
    assert answer.text.startswith("## At last")
    await peer.until(lambda: answer.followups)
    assert [message.text for message in answer.followups] == ["And one more"]


async def test_a_deferred_update(peer: DiscordPeer, bot: BareBot) -> None:
    amina = peer.user("amina")
    message = (await amina.slash("card", {"topic": "gap"})).message
    answer = await amina.press(message, "Later", until="acknowledged")
    assert answer.text == message.text
    bot.go_on.set()
    assert "Later, then" in (await answer.wait()).text


async def test_three_seconds_to_answer(peer: DiscordPeer, bot: BareBot) -> None:
    hold = peer.hold("POST /interactions/*/*/callback")
    answer = await peer.user("amina").slash("card", {"topic": "gap"}, until="sent")
    await hold.arrived()
    peer.clock.forward(3.1)
    hold.release()
    assert await bot.trouble() == (404, 10062)
    assert not answer.acknowledged
    assert answer.refusals == ("404 10062 Unknown interaction",)


async def test_one_answer_only(peer: DiscordPeer, bot: BareBot) -> None:
    answer = await peer.user("amina").slash("card", {"topic": "gap", "twice": True})
    assert await bot.trouble() == (400, 40060)
    assert answer.text.startswith("## gap")


async def test_fifteen_minutes_for_what_follows(peer: DiscordPeer, bot: BareBot) -> None:
    await peer.user("amina").slash("slow", until="acknowledged")
    peer.clock.forward(15 * 60 + 1)
    bot.go_on.set()
    assert [await bot.trouble(), await bot.trouble()] == [(401, 50027)] * 2


async def test_silence_is_reported(peer: DiscordPeer, bot: BareBot) -> None:
    with pytest.raises(NoAnswerError, match=r"/slow of amina is acknowledged with type 5, still thinking"):
        await peer.user("amina").slash("slow", timeout=0.1)


async def test_a_direct_message_with_a_nonce_is_sent_once_for_some_minutes(peer: DiscordPeer, bot: BareBot) -> None:
    amina = peer.user("amina")
    for expected in (1, 1, 2):
        await amina.slash("letter", {"text": "Ask today"}, place="guild")
        await peer.until(lambda: peer.requests[-1].line.endswith("/messages") and peer.requests[-1].status == 200)
        assert len(amina.direct_messages) == expected
        peer.requests.clear()
        peer.clock.forward(200)
    channel = await (await bot.fetch_user(int(amina.id))).create_dm()
    assert [message.nonce async for message in channel.history(limit=5)] == ["row-7", "row-7"]


async def test_closed_direct_messages(peer: DiscordPeer, bot: BareBot) -> None:
    bao = peer.user("bao")
    peer.close_dms(bao)
    await peer.user("amina").slash("letter", {"text": "Hello", "to": bao}, place="guild")
    assert await bot.trouble() == (403, 50007)
    assert bao.direct_messages == ()
    peer.open_dms(bao)
    await peer.user("amina").slash("letter", {"text": "Hello", "to": bao}, place="guild")
    assert (await bao.direct_message()).text == "Hello"


async def test_a_plain_direct_message_is_heard(peer: DiscordPeer, bot: BareBot) -> None:
    amina = peer.user("amina")
    await amina.say("stop")
    assert (await amina.direct_message()).text == "You said: stop"


async def test_files_go_up_and_come_down(peer: DiscordPeer, bot: BareBot) -> None:
    answer = await peer.user("amina").slash("picture")
    assert answer.message.files == {"a.png": b"not really a picture"}
    gallery = answer.message.parts[0]
    assert gallery["items"][0]["description"] == "A graph"
    assert await bot.http.get_from_cdn(gallery["items"][0]["media"]["url"]) == b"not really a picture"
    assert peer.violations == []


async def test_what_discord_refuses_is_refused_and_noted(peer: DiscordPeer, bot: BareBot) -> None:
    answer = await peer.user("amina").slash("letter", {"text": "x" * 2001}, place="guild")
    assert answer.text == "On its way"
    assert await bot.trouble() == (400, 50035)
    assert peer.violations[0].where == "POST /channels/{channel_id}/messages"
    assert "2001" in peer.violations[0].problems[0]


async def test_the_rest_of_what_the_library_asks_for(peer: DiscordPeer, bot: BareBot) -> None:
    await bot.wait_until_ready()
    amina, guild = peer.user("amina"), discord.Object(int(peer.guild.id))
    assert (await bot.application_info()).name == "mentor"
    assert len(await bot.tree.fetch_commands()) == 4
    bot.tree.copy_global_to(guild=guild)
    assert len(await bot.tree.sync(guild=guild)) == 4
    assert [found.name async for found in bot.fetch_guilds()] == ["Residency Hub"]
    community = bot.get_guild(guild.id)
    assert community is not None
    assert (await community.fetch_member(int(amina.id))).name == "amina"
    channel = await bot.fetch_channel(int(peer.guild.channel_id))
    assert isinstance(channel, discord.TextChannel)
    async with channel.typing():
        sent = await channel.send("Hello")
    await sent.edit(content="Hello again")
    assert (await channel.fetch_message(sent.id)).content == "Hello again"
    assert [message.edited for message in peer.channel_messages()] == [True]
    await sent.delete()
    with pytest.raises(discord.NotFound):
        await channel.fetch_message(sent.id)
    await community.leave()
    assert await bot.heard() == "removed from Residency Hub"
    assert peer.violations == []


async def test_an_edit_replaces_the_files_and_cannot_leave_components_v2(peer: DiscordPeer, bot: BareBot) -> None:
    user = await bot.fetch_user(int(peer.user("amina").id))
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.File("attachment://plan.txt"))
    view.stop()
    sent = await user.send(view=view, file=discord.File(io.BytesIO(b"one"), "plan.txt"))
    await sent.edit(view=view, attachments=[discord.File(io.BytesIO(b"two"), "plan.txt")])
    assert [message.files for message in peer.user("amina").direct_messages] == [{"plan.txt": b"two"}]
    assert peer.violations == []
    with pytest.raises(discord.HTTPException, match="content beside components v2"):
        await sent.edit(content="Plain again", view=None)
