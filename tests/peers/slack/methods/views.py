"""views.*: modals, for three seconds after a person did something, and the Home tab, at any time."""

from __future__ import annotations

from dataclasses import replace

from tests.peers.slack.methods.base import Method, Refused
from tests.peers.slack.records import Trigger, View
from tests.peers.slack.shapes import view_json
from tests.peers.slack.specs import Json
from tests.peers.slack.state import World
from tests.peers.slack.views import STACK_MAX

TRIGGER_SECONDS = 3.0


def _exchange(world: World, args: Json) -> Trigger:
    """Use up the trigger of a call. Raises Refused when it is unknown, used or too old."""
    trigger = world.triggers.get(args["trigger_id"])
    if trigger is None:
        raise Refused("invalid_trigger_id")
    if trigger.used:
        raise Refused("exchanged_trigger_id")
    if world.clock.seconds() - trigger.made_at > TRIGGER_SECONDS:
        raise Refused("expired_trigger_id")
    world.triggers[args["trigger_id"]] = replace(trigger, used=True)
    return trigger


def _content(world: World, args: Json, kind: str, current: View | None = None) -> Json:
    view = args["view"]
    if not isinstance(view, dict) or not isinstance(view.get("blocks"), list) or view.get("type") != kind:
        raise Refused("invalid_arguments", response_metadata={"messages": [f"[ERROR] a {kind} is expected"]})
    holder = world.views.by_external_id(view.get("external_id") or "")
    if holder is not None and (current is None or holder.id != current.id):
        raise Refused("duplicate_external_id")
    if unknown := world.unknown_files(view["blocks"]):
        raise Refused("invalid_arguments", response_metadata={"messages": [f"[ERROR] no such file: {unknown[0]}"]})
    content: Json = view
    return content


def _answer(world: World, view: View) -> Json:
    return {"view": view_json(world.identity, view)}


def _open(world: World, args: Json) -> Json:
    content = _content(world, args, "modal")
    trigger = _exchange(world, args)
    return _answer(world, world.views.open(trigger.user, content, trigger.cause))


def _push(world: World, args: Json) -> Json:
    content = _content(world, args, "modal")
    trigger = _exchange(world, args)
    if trigger.view_id is None or world.views.get(trigger.view_id) is None:
        raise Refused("not_found")
    if world.views.depth(trigger.user) >= STACK_MAX:
        raise Refused("push_limit_reached")
    return _answer(world, world.views.push(trigger.user, content, trigger.cause))


def _update(world: World, args: Json) -> Json:
    named = args.get("view_id")
    view = world.views.get(named) if named else world.views.by_external_id(args["external_id"])
    if view is None:
        raise Refused("not_found")
    if args.get("hash") and args["hash"] != view.hash:
        raise Refused("hash_conflict")
    return _answer(world, world.views.change(view, _content(world, args, view.type, view), None))


def _publish(world: World, args: Json) -> Json:
    user = args["user_id"]
    if user not in world.members or world.members[user].is_bot:
        raise Refused("user_not_found")
    home = world.views.home(user)
    if home and args.get("hash") and args["hash"] != home.hash:
        raise Refused("hash_conflict")
    return _answer(world, world.views.publish(user, _content(world, args, "home", home)))


METHODS = {
    "views.open": Method(_open, carries="view"),
    "views.push": Method(_push, carries="view"),
    "views.update": Method(_update, carries="view"),
    "views.publish": Method(_publish, carries="view"),
}
