"""The app manifest: what an admin pastes at api.slack.com/apps to make the app, built from the registry."""

from __future__ import annotations

import json
from collections.abc import Callable, Container
from typing import Any

from commands.arguments import Command
from commands.registry import Registry

Json = dict[str, Any]

SCOPES = (
    "chat:write",
    "chat:write.public",
    "commands",
    "files:read",
    "files:write",
    "im:history",
    "im:write",
    "users:read",
)
"""What the bot asks for, and no more: it reads nothing but what is written to itself and sent with its forms.
`chat:write.public`: an admin may let it post in a public channel without an invitation."""
EVENTS = ("app_home_opened", "app_uninstalled", "message.im", "tokens_revoked", "user_change")
DESCRIPTION_LIMIT, USAGE_LIMIT = 2_000, 1_000


def manifest(registry: Registry, *, prefix: str = "", http_url: str | None = None) -> Json:
    """The manifest; JSON, and so YAML too (`to_yaml`).

    `prefix` stands before each command's name, where another app has it. With `http_url` (the address of
    `/slack/events` as Slack sees it) Slack calls us; without it we connect to Slack by Socket Mode.
    """
    address = {} if http_url is None else {"request_url": http_url}
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "MatchMentor",
            "description": "A mentor for international medical graduates applying to US residency",
            "background_color": "#1f4e79",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "MatchMentor", "always_online": True},
            "slash_commands": [_command(command, prefix, http_url) for command in registry.commands.values()],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {**address, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **address},
            "org_deploy_enabled": False,
            "socket_mode_enabled": http_url is None,
            "token_rotation_enabled": False,
        },
    }


def to_yaml(made: Json) -> str:
    """The manifest as text. JSON is YAML, and Slack's form takes both."""
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"


def typed_name(name: str, prefix: str) -> str:
    """What a person types for the command `name`: `/redflag`, or `/mm-redflag` with the prefix "mm-"."""
    return f"/{prefix}{name}"


def as_typed(names: Container[str], prefix: str) -> Callable[[str], str]:
    """Turns words like `/redflag gap` into what a person types here, and leaves all others as they are."""

    def typed(words: str) -> str:
        name, space, rest = words.removeprefix("/").partition(" ")
        known = words.startswith("/") and name in names
        return f"{typed_name(name, prefix)}{space}{rest}" if known else words

    return typed


def command_name(typed: str, prefix: str) -> str:
    """The command of ours that a person typed."""
    return typed.removeprefix("/").removeprefix(prefix)


def _command(command: Command, prefix: str, http_url: str | None) -> Json:
    made: Json = {
        "command": typed_name(command.name, prefix),
        "description": command.summary[:DESCRIPTION_LIMIT],
        "should_escape": False,
    }
    if hint := " ".join(f"[{argument.name}]" for argument in command.arguments):
        made["usage_hint"] = hint[:USAGE_LIMIT]
    return made if http_url is None else made | {"url": http_url}
