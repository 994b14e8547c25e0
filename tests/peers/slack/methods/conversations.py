"""conversations.*: opening direct messages, reading what was said."""

from __future__ import annotations

from tests.peers.slack.arguments import truth
from tests.peers.slack.methods.base import Method, Refused
from tests.peers.slack.records import Channel
from tests.peers.slack.shapes import channel_json, message_json
from tests.peers.slack.specs import Json
from tests.peers.slack.state import World

_PAGE = 100
_PAGE_MAX = 999
_HISTORY = ("im:history", "channels:history", "groups:history")
_READ = ("im:read", "channels:read", "groups:read")


def _open(world: World, args: Json) -> Json:
    if args.get("channel"):
        channel = _known(world, args["channel"])
        return _opened(world, channel, args, fresh=False)
    users = [user for user in str(args.get("users") or "").split(",") if user]
    if not users:
        raise Refused("users_list_not_supplied")
    if len(users) > 1:
        raise Refused("method_not_supported_for_channel_type")
    if users[0] == world.identity.bot_user:
        raise Refused("cannot_dm_bot")
    member = world.members.get(users[0])
    if member is None:
        raise Refused("user_not_found")
    known = any(channel.im_of == member.id for channel in world.channels.values())
    if member.deleted and not known:
        raise Refused("user_disabled")
    if not known and truth(args.get("prevent_creation")):
        raise Refused("channel_not_found")
    return _opened(world, world.direct(member.id), args, fresh=not known)


def _opened(world: World, channel: Channel, args: Json, *, fresh: bool) -> Json:
    shape = channel_json(channel, world.identity) if truth(args.get("return_im")) else {"id": channel.id}
    return {"channel": shape} if fresh else {"no_op": True, "already_open": True, "channel": shape}


def _known(world: World, channel_id: str) -> Channel:
    channel = world.channels.get(channel_id)
    if channel is None or (channel.private and world.identity.bot_user not in channel.members):
        raise Refused("channel_not_found")
    return channel


def _info(world: World, args: Json) -> Json:
    return {"channel": channel_json(_known(world, args["channel"]), world.identity)}


def _history(world: World, args: Json) -> Json:
    channel = _known(world, args["channel"])
    if world.identity.bot_user not in channel.members:
        raise Refused("not_in_channel")
    oldest, latest = str(args.get("oldest") or "0"), str(args.get("latest") or "")
    edge = truth(args.get("inclusive"))
    within = [
        message
        for message in reversed(world.history(channel.id))
        if (message.ts > oldest or (edge and message.ts == oldest))
        and (not latest or message.ts < latest or (edge and message.ts == latest))
    ]
    limit = min(int(args.get("limit") or _PAGE), _PAGE_MAX)
    start = _cursor(args.get("cursor"), len(within))
    with_metadata = truth(args.get("include_all_metadata"))
    page = [
        message_json(world.identity, message, with_metadata=with_metadata) for message in within[start : start + limit]
    ]
    more = start + limit < len(within)
    following = {"response_metadata": {"next_cursor": str(start + limit)}} if more else {}
    return {"messages": page, "has_more": more, "pin_count": 0, **following}


def _cursor(cursor: object, most: int) -> int:
    if cursor in (None, ""):
        return 0
    if not str(cursor).isdigit() or int(str(cursor)) > most:
        raise Refused("invalid_cursor")
    return int(str(cursor))


METHODS = {
    "conversations.open": Method(_open, ("im:write",)),
    "conversations.info": Method(_info, _READ),
    "conversations.history": Method(_history, _HISTORY),
}
