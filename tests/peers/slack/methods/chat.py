"""chat.*: posting, changing and deleting messages."""

from __future__ import annotations

from dataclasses import replace

from tests.peers.slack.methods.base import Method, Refused
from tests.peers.slack.records import Channel, Message
from tests.peers.slack.shapes import message_json
from tests.peers.slack.specs import Json
from tests.peers.slack.state import World

_UPDATE_TEXT_MAX = 4000


def open_channel(world: World, name: str) -> Channel:
    """The channel that a call names, as far as the bot may write there. Raises Refused."""
    if name == world.identity.bot_user:
        raise Refused("cannot_dm_bot")
    channel = world.resolve(name)
    if channel is None:
        raise Refused("channel_not_found")
    if channel.archived:
        raise Refused("is_archived")
    return channel


def draft(world: World, args: Json, channel: Channel) -> Message:
    """The message in a call's arguments. Raises Refused for one without words or with broken metadata."""
    if args.get("markdown_text"):
        if args.get("text") or args.get("blocks"):
            raise Refused("markdown_text_conflict")
    elif not (args.get("text") or args.get("blocks") or args.get("attachments")):
        raise Refused("no_text")
    blocks = args.get("blocks") or []
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise Refused("invalid_blocks_format")
    if unknown := world.unknown_files(blocks):
        raise Refused("invalid_blocks", response_metadata={"messages": [f"[ERROR] no such file: {unknown[0]}"]})
    metadata = args.get("metadata")
    if metadata is not None and not (
        isinstance(metadata, dict)
        and isinstance(metadata.get("event_type"), str)
        and isinstance(metadata.get("event_payload"), dict)
    ):
        raise Refused("invalid_metadata_format")
    text = str(args.get("markdown_text") or args.get("text") or "")
    return Message(channel.id, "", world.identity.bot_user, text, tuple(blocks),
                   thread_ts=args.get("thread_ts"), metadata=metadata)  # fmt: skip


def _post_message(world: World, args: Json) -> Json:
    channel = open_channel(world, args["channel"])
    public = not channel.private and "chat:write.public" in world.scopes
    if world.identity.bot_user not in channel.members and not public:
        raise Refused("not_in_channel")
    made = world.post(draft(world, args, channel))
    return {"channel": channel.id, "ts": made.ts, "message": message_json(world.identity, made)}


def _post_ephemeral(world: World, args: Json) -> Json:
    channel = open_channel(world, args["channel"])
    if world.identity.bot_user not in channel.members:
        raise Refused("not_in_channel")
    if args["user"] not in channel.members:
        raise Refused("user_not_in_channel")
    made = world.post(replace(draft(world, args, channel), only_for=args["user"]))
    return {"message_ts": made.ts}


def _own_message(world: World, args: Json, not_own: str) -> Message:
    channel = world.resolve(args["channel"])
    if channel is None:
        raise Refused("channel_not_found")
    message = world.messages.get(channel.id, {}).get(args["ts"])
    if message is None:
        raise Refused("message_not_found")
    if message.author != world.identity.bot_user:
        raise Refused(not_own)
    return message


def _update(world: World, args: Json) -> Json:
    old = _own_message(world, args, "cant_update_message")
    if len(str(args.get("text") or "")) > _UPDATE_TEXT_MAX:
        raise Refused("msg_too_long")
    new = draft(world, args, world.channels[old.channel])
    if "metadata" not in args:
        new = replace(new, metadata=old.metadata)
    made = world.edit(old, replace(new, thread_ts=old.thread_ts, files=old.files))
    shape = message_json(world.identity, made)
    return {"channel": made.channel, "ts": made.ts, "text": made.text, "message": shape}


def _delete(world: World, args: Json) -> Json:
    message = _own_message(world, args, "cant_delete_message")
    world.remove(message)
    return {"channel": message.channel, "ts": message.ts}


METHODS = {
    "chat.postMessage": Method(_post_message, ("chat:write",), carries="message"),
    "chat.postEphemeral": Method(_post_ephemeral, ("chat:write",), carries="message"),
    "chat.update": Method(_update, ("chat:write",), carries="message"),
    "chat.delete": Method(_delete, ("chat:write",)),
}
