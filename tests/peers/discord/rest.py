"""The HTTP API: what each route does. State and answers only; sockets, checks and faults are in `server.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from tests.peers.discord.interactions import Interaction, Interactions
from tests.peers.discord.messages import Messages, Upload
from tests.peers.discord.wire import Json, RefusalError
from tests.peers.discord.world import World, member

BOT_ADD = 28
BITS_OF_INTENTS = {1 << 1: 1 << 15, 1 << 8: 1 << 13, 1 << 15: 1 << 19}


@dataclass(slots=True)
class Call:
    """A request that may be carried out."""

    params: Mapping[str, str]
    query: Mapping[str, str]
    body: Any = None
    uploads: Mapping[int, Upload] = field(default_factory=dict)


Handler: TypeAlias = Callable[[Call], Any]


@dataclass(slots=True, eq=False)
class Rest:
    """Every route that the library and the bot ask for."""

    world: World
    messages: Messages
    interactions: Interactions
    left: Callable[[str], None]
    gateway_url: str = ""
    allowed_intents: int = 0

    def routes(self) -> list[tuple[str, str, Handler]]:
        """(method, template of Discord's document, handler); None as an answer is a 204."""
        application = "/applications/{application_id}"
        webhook = "/webhooks/{webhook_id}/{webhook_token}"
        channel = "/channels/{channel_id}"
        return [
            ("GET", "/gateway", lambda call: {"url": self.gateway_url}),
            ("GET", "/gateway/bot", self.gateway_bot),
            ("GET", "/users/@me", self.me),
            ("GET", "/users/@me/guilds", self.my_guilds),
            ("DELETE", "/users/@me/guilds/{guild_id}", self.leave),
            ("POST", "/users/@me/channels", self.open_direct),
            ("GET", "/users/{user_id}", lambda call: self.world.account(call.params["user_id"]).wire()),
            ("GET", "/applications/@me", self.application),
            ("GET", "/oauth2/applications/@me", self.application),
            ("GET", application + "/commands", self.get_commands),
            ("PUT", application + "/commands", self.put_commands),
            ("GET", application + "/guilds/{guild_id}/commands", self.get_commands),
            ("PUT", application + "/guilds/{guild_id}/commands", self.put_commands),
            ("GET", "/guilds/{guild_id}/audit-logs", self.audit_log),
            ("GET", "/guilds/{guild_id}/members/{user_id}", self.get_member),
            ("GET", channel, lambda call: self.world.channel(call.params["channel_id"]).wire()),
            ("POST", channel + "/typing", self.typing),
            ("GET", channel + "/messages", self.list_messages),
            ("POST", channel + "/messages", self.send),
            ("GET", channel + "/messages/{message_id}", self.visible),
            ("PATCH", channel + "/messages/{message_id}", self.edit),
            ("DELETE", channel + "/messages/{message_id}", self.delete),
            ("POST", "/interactions/{interaction_id}/{interaction_token}/callback", self.callback),
            ("POST", webhook, self.follow_up),
            *self._webhook_messages(webhook + "/messages/@original"),
            *self._webhook_messages(webhook + "/messages/{message_id}"),
        ]

    def _webhook_messages(self, route: str) -> list[tuple[str, str, Handler]]:
        return [
            ("GET", route, self.get_response),
            ("PATCH", route, self.edit_response),
            ("DELETE", route, self.delete_response),
        ]

    def edited(self, method: str, route: str, params: Mapping[str, str]) -> Json | None:
        """The message that a request would edit, for the checks which depend on it."""
        found: str | None = None
        if route.endswith("/callback"):
            interaction = self.interactions.by_id.get(params["interaction_id"])
            found = (interaction.source or {}).get("id") if interaction else None
        elif method == "PATCH" and "/messages/" in route:
            interaction = self.interactions.by_token.get(params.get("webhook_token", ""))
            found = params.get("message_id") or (interaction.original if interaction else None)
        return self.messages.by_id.get(found or "")

    # -- who and where

    def me(self, call: Call) -> Json:
        return {
            **self.world.bot.wire(),
            "mfa_enabled": False,
            "locale": "en-US",
            "verified": True,
            "email": None,
        }

    def gateway_bot(self, call: Call) -> Json:
        limit = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
        return {"url": self.gateway_url, "shards": 1, "session_start_limit": limit}

    def application(self, call: Call) -> Json:
        flags = sum(flag for intent, flag in BITS_OF_INTENTS.items() if self.allowed_intents & intent)
        nothing = ("icon", "type", "interactions_endpoint_url", "role_connections_verification_url", "team")
        counted = ("guild", "user_install", "user_authorization")
        return {
            **dict.fromkeys(nothing),
            **{f"approximate_{what}_count": len(self.world.guilds) for what in counted},
            "id": self.world.bot.id,
            "name": self.world.bot.name,
            "description": "",
            "summary": "",
            "verify_key": "0" * 64,
            "flags": flags,
            "flags_new": str(flags),
            "redirect_uris": [],
            "owner": self.world.bot.wire(),
            "explicit_content_filter": 0,
            "eligible_oauth2_scopes": [],
            "bot_public": True,
            "bot_require_code_grant": False,
            "rpc_origins": [],
        }

    def my_guilds(self, call: Call) -> list[Json]:
        blank: Json = {"icon": None, "banner": None, "owner": False, "permissions": "0", "features": []}
        return [{"id": g.id, "name": g.name, **blank} for g in self.world.guilds.values() if g.present]

    def leave(self, call: Call) -> None:
        self.left(self.world.guild(call.params["guild_id"]).id)

    def open_direct(self, call: Call) -> Json:
        person = self.world.accounts.get(str((call.body or {}).get("recipient_id")))
        if person is None or person.bot:
            raise RefusalError(400, 50033, "Invalid Recipient(s)")
        return self.world.direct_channel(person).wire()

    def get_member(self, call: Call) -> Json:
        guild = self.world.guild(call.params["guild_id"])
        found = member(self.world, self.world.account(call.params["user_id"]), guild)
        found.pop("permissions")
        return found

    def audit_log(self, call: Call) -> Json:
        """Who added the bot, as an audit log tells it to those who may read it."""
        guild = self.world.guild(call.params["guild_id"])
        if not guild.shows_audit_log:
            raise RefusalError(403, 50013, "Missing Permissions")
        entry = {
            "id": self.world.new_id(),
            "action_type": BOT_ADD,
            "user_id": guild.installer.id,
            "target_id": self.world.bot.id,
        }
        empty = (
            "integrations",
            "webhooks",
            "guild_scheduled_events",
            "threads",
            "application_commands",
            "auto_moderation_rules",
        )
        wanted = call.query.get("action_type") in (None, str(BOT_ADD))
        return {
            **{name: [] for name in empty},
            "audit_log_entries": [entry] if wanted else [],
            "users": [guild.installer.wire(), self.world.bot.wire()],
        }

    # -- commands

    def get_commands(self, call: Call) -> list[Json]:
        return self.world.commands.get(call.params.get("guild_id"), [])

    def put_commands(self, call: Call) -> list[Json]:
        return self.world.replace_commands(call.params.get("guild_id"), call.body)

    # -- messages of channels

    def typing(self, call: Call) -> None:
        self.world.channel(call.params["channel_id"])

    def list_messages(self, call: Call) -> list[Json]:
        """The newest messages first; `limit`, `before` and `after` as documented."""
        channel = self.world.channel(call.params["channel_id"])
        found = list(self.messages.of(channel.id))
        for bound, keep in (("before", int.__lt__), ("after", int.__gt__)):
            if bound in call.query:
                found = [message for message in found if keep(int(message["id"]), int(call.query[bound]))]
        limit = int(call.query.get("limit", 50))
        return found[:limit][::-1] if "after" in call.query else found[::-1][:limit]

    def send(self, call: Call) -> Json:
        channel = self.world.channel(call.params["channel_id"])
        self.world.refuse_closed(channel)
        twin = self.messages.twin(channel, call.body)
        if twin is not None:
            return twin
        return self.messages.create(channel, self.world.bot, call.body, call.uploads)

    def visible(self, call: Call) -> Json:
        self.world.channel(call.params["channel_id"])
        return self.messages.visible(call.params["channel_id"], call.params["message_id"])

    def edit(self, call: Call) -> Json:
        if self.visible(call)["author"]["id"] != self.world.bot.id:
            raise RefusalError(403, 50005, "Cannot edit a message authored by another user")
        return self.messages.edit(call.params["message_id"], call.body, call.uploads)

    def delete(self, call: Call) -> None:
        self.messages.delete(self.visible(call)["id"])

    # -- interactions

    def callback(self, call: Call) -> Json | None:
        params = call.params
        interaction = self.interactions.check_open(params["interaction_id"], params["interaction_token"])
        answer = self.interactions.answer(interaction, call.body, call.uploads)
        return answer if call.query.get("with_response") in ("1", "true") else None

    def follow_up(self, call: Call) -> Json:
        return self.interactions.follow_up(self._interaction(call), call.body, call.uploads)

    def get_response(self, call: Call) -> Json:
        interaction = self._interaction(call)
        return self.interactions.message(interaction, self._message_id(call, interaction))

    def edit_response(self, call: Call) -> Json:
        interaction = self._interaction(call)
        message_id = self._message_id(call, interaction)
        return self.interactions.edit(interaction, message_id, call.body, call.uploads)

    def delete_response(self, call: Call) -> None:
        interaction = self._interaction(call)
        self.interactions.delete(interaction, self._message_id(call, interaction))

    def _interaction(self, call: Call) -> Interaction:
        return self.interactions.by_webhook(call.params["webhook_id"], call.params["webhook_token"])

    def _message_id(self, call: Call, interaction: Interaction) -> str:
        return call.params.get("message_id") or interaction.original or ""
