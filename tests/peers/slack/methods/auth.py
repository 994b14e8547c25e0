"""auth.*, apps.connections.open and team.info."""

from __future__ import annotations

import secrets

from tests.peers.slack.arguments import truth
from tests.peers.slack.methods.base import Method, Refused
from tests.peers.slack.specs import Json
from tests.peers.slack.state import World


def _auth_test(world: World, _: Json) -> Json:
    me = world.identity
    return {
        "url": f"https://{me.team_domain}.slack.com/",
        "team": me.team_name,
        "user": me.bot_name,
        "team_id": me.team_id,
        "user_id": me.bot_user,
        "bot_id": me.bot_id,
        "is_enterprise_install": False,
    }


def _auth_revoke(world: World, args: Json) -> Json:
    if truth(args.get("test")):
        return {"revoked": False}
    world.revoked |= {token for token, kind in world.tokens.items() if kind == "bot"}
    return {"revoked": True}


def _connections_open(world: World, _: Json) -> Json:
    ticket = secrets.token_hex(8)
    world.tickets.add(ticket)
    address = world.base_url.replace("http://", "ws://", 1)
    return {"url": f"{address}/link/?ticket={ticket}&app_id={world.identity.app_id}"}


def _team_info(world: World, args: Json) -> Json:
    me = world.identity
    if args.get("team") not in (None, "", me.team_id):
        raise Refused("team_not_found")
    return {"team": {"id": me.team_id, "name": me.team_name, "domain": me.team_domain, "email_domain": ""}}


METHODS = {
    "auth.test": Method(_auth_test, token="any"),
    "auth.revoke": Method(_auth_revoke),
    "apps.connections.open": Method(_connections_open, token="app"),
    "team.info": Method(_team_info, ("team:read",)),
}
