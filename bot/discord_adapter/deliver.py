"""Messages to a person's direct messages and to channels, and what Discord's refusals mean for the outbox."""

from __future__ import annotations

import zlib
from datetime import timedelta

import discord

from bot.discord_adapter.render import draw
from bot.ports import Outgoing, Sent
from bot.uploads import NETWORK
from commands.composing import Place
from scheduler.posts import ChannelClosed
from scheduler.retry import DeliveryError, Misconfigured, Rejected, Throttled, Transient, Unreachable

UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, TOO_MANY_DMS = 10003, 10008, 40003
THREAD_ARCHIVED = 50083
UNREACHABLE = {10013, 50007, 50033, 50278}
"""Unknown user, cannot send to this user, invalid recipient, no shared community."""
QUARANTINED = {20026, 40001}
RECENT = 50
"""Messages looked through for one that may have gone out before; a person's DM with a bot holds few in a minute."""
UNNAMED_PAUSE = timedelta(seconds=60)

Messageable = discord.DMChannel | discord.PartialMessageable


async def deliver(client: discord.Client, message: Outgoing, *, announce: bool = True) -> Sent:
    """Send to a person or a channel, or edit. Raises the delivery errors of `scheduler.retry`, and `ChannelClosed`.

    With `announce` the card's preview stands first: what comes unasked may be read on a locked screen.
    """
    if client.is_closed():
        raise Transient("closed")
    try:
        if message.place is not None:
            return await _post(client, message, message.place)
        return await _deliver(client, message, announce)
    except discord.RateLimited as fault:
        raise Throttled(timedelta(seconds=fault.retry_after), "429") from fault
    except discord.HTTPException as fault:
        raise (named(fault) if message.place is None else named_in_channel(fault)) from fault
    except NETWORK as fault:
        raise Transient(type(fault).__name__) from fault


def named(fault: discord.HTTPException) -> DeliveryError:
    """The delivery error that a refusal of Discord means."""
    reason = str(fault.code or fault.status)
    if fault.status == 429 or fault.code == TOO_MANY_DMS:
        return Throttled(_pause(fault), reason)
    if fault.status == 401 or fault.code in QUARANTINED:
        return Misconfigured(reason)
    # Any other 403 here is a person who cannot be written to; trying again would only count towards Discord's ban.
    if fault.status == 403 or fault.code in UNREACHABLE:
        return Unreachable(reason)
    if fault.status >= 500:
        return Transient(reason)
    return Rejected(reason)


def named_in_channel(fault: discord.HTTPException) -> DeliveryError:
    """The same in a channel: gone (404), closed to us (403), or a thread that is archived says nothing of a person."""
    meant = named(fault)
    closed = fault.status in (403, 404) or fault.code == THREAD_ARCHIVED
    return ChannelClosed(meant.reason) if closed and isinstance(meant, Unreachable | Rejected) else meant


def mark_of(key: str) -> int:
    """A number for a message's outermost component, by which it is known again.

    Discord forgets a nonce within minutes and does not show it in a channel's history; the number stays. Components
    without one are counted from 1, so ours begins far above.
    """
    return 1_000_000 + zlib.crc32(key.encode()) % 2_000_000_000


async def _deliver(client: discord.Client, message: Outgoing, announce: bool) -> Sent:
    if message.channel is None:
        return await _in_channel(await client.create_dm(discord.Object(int(message.user))), message, announce)
    try:
        channel = client.get_partial_messageable(int(message.channel), type=discord.ChannelType.private)
        return await _in_channel(channel, message, announce)
    except discord.NotFound as fault:
        if fault.code != UNKNOWN_CHANNEL:
            raise
    return await _in_channel(await client.create_dm(discord.Object(int(message.user))), message, announce)


async def _post(client: discord.Client, message: Outgoing, place: Place) -> Sent:
    """A post: its own role may be called, and nobody else, whatever stands in it."""
    channel = client.get_partial_messageable(int(place.channel))
    if message.repeated and (earlier := await _seen_before(channel, message.key)) is not None:
        return Sent(place.channel, earlier)
    called = discord.AllowedMentions.none()
    if place.mention:
        called = discord.AllowedMentions(everyone=False, users=False, roles=[discord.Object(int(place.mention))])
    drawn = draw(message.card, mark=mark_of(message.key), lead=f"<@&{place.mention}>" if place.mention else "")
    sent = await channel.send(view=drawn.view, files=list(drawn.files), nonce=message.key, allowed_mentions=called)
    return Sent(place.channel, str(sent.id))


async def _seen_before(channel: Messageable, key: str) -> str | None:
    """As `_earlier`; where we may write and not read, Discord's own memory of the nonce has to do."""
    try:
        return await _earlier(channel, key)
    except discord.Forbidden:
        return None


async def _in_channel(channel: Messageable, message: Outgoing, announce: bool) -> Sent:
    if message.edit is not None and await _edited(channel, message.edit, message):
        return Sent(str(channel.id), message.edit)
    if message.repeated:
        earlier = await _earlier(channel, message.key)
        if earlier is not None:
            return Sent(str(channel.id), earlier)
    drawn = draw(message.card, announce=announce, mark=mark_of(message.key))
    sent = await channel.send(
        view=drawn.view,
        files=list(drawn.files),
        nonce=message.key,
        allowed_mentions=discord.AllowedMentions.none(),
    )
    return Sent(str(channel.id), str(sent.id))


async def _edited(channel: Messageable, ref: str, message: Outgoing) -> bool:
    """A change notifies nobody, so the preview has no place in it: as after a press."""
    drawn = draw(message.card, mark=mark_of(message.key))
    try:
        await channel.get_partial_message(int(ref)).edit(
            view=drawn.view, attachments=list(drawn.files), allowed_mentions=discord.AllowedMentions.none()
        )
    except discord.NotFound as fault:
        if fault.code != UNKNOWN_MESSAGE:
            raise
        return False
    return True


async def _earlier(channel: Messageable, key: str) -> str | None:
    """The message that an earlier attempt left."""
    mark = mark_of(key)
    async for message in channel.history(limit=RECENT):
        if str(message.nonce) == key or _is_marked(message, mark):
            return str(message.id)
    return None


def _is_marked(message: discord.Message, mark: int) -> bool:
    return any(getattr(component, "id", None) == mark for component in message.components)


def _pause(fault: discord.HTTPException) -> timedelta:
    header = fault.response.headers.get("Retry-After", "")
    try:
        return timedelta(seconds=float(header))
    except ValueError:
        return UNNAMED_PAUSE
