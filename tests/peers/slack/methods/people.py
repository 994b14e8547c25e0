"""users.*: who somebody is, and where they are."""

from __future__ import annotations

from tests.peers.slack.arguments import truth
from tests.peers.slack.methods.base import Method, Refused
from tests.peers.slack.records import Channel
from tests.peers.slack.shapes import channel_json, member_json
from tests.peers.slack.specs import Json
from tests.peers.slack.state import World

_TYPES = ("public_channel", "private_channel", "mpim", "im")


def _info(world: World, args: Json) -> Json:
    member = world.members.get(args["user"])
    if member is None:
        raise Refused("user_not_found")
    shape = member_json(world.identity, member, world.clock.now())
    if truth(args.get("include_locale")):
        shape["locale"] = "en-US"
    return {"user": shape}


def _conversations(world: World, args: Json) -> Json:
    user = args.get("user") or world.identity.bot_user
    if user not in world.members:
        raise Refused("user_not_found")
    wanted = str(args.get("types") or "public_channel").split(",")
    if not set(wanted) <= set(_TYPES):
        raise Refused("invalid_types")
    found = [
        channel_json(channel, world.identity)
        for channel in world.channels.values()
        if user in channel.members
        and _type(channel) in wanted
        and not (channel.archived and truth(args.get("exclude_archived")))
    ]
    return {"channels": found, "response_metadata": {"next_cursor": ""}}


def _type(channel: Channel) -> str:
    if channel.im_of:
        return "im"
    return "private_channel" if channel.private else "public_channel"


METHODS = {
    "users.info": Method(_info, ("users:read",)),
    "users.conversations": Method(_conversations, ("channels:read", "groups:read", "im:read")),
}
