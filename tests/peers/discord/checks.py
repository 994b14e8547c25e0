"""What Discord would refuse, as lists of plain sentences; no server needed.

Each check asks Discord's own description (when its folder is there, see `schema.py`) and then the documented
limits which the description lacks, on bodies whose shape is right. An empty list means that the body is fine.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from tests.peers.discord.command_limits import commands_problems
from tests.peers.discord.limits import choice_problems, message_problems, modal_problems
from tests.peers.discord.schema import specs
from tests.peers.discord.wire import Callback, Json

CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"
COMMANDS = "/applications/{application_id}/commands"
GUILD_COMMANDS = "/applications/{application_id}/guilds/{guild_id}/commands"
WEBHOOK = "/webhooks/{webhook_id}/{webhook_token}"
MESSAGES = "/channels/{channel_id}/messages"
MESSAGE = "/channels/{channel_id}/messages/{message_id}"


def check_message(
    payload: Json, *, edit: bool = False, was_v2: bool = False, attached: Collection[str] = ()
) -> list[str]:
    """Faults of a message body, as sent to a channel or (`edit`) patched onto a message.

    `was_v2`: the edited message uses components v2. `attached`: names of the files it already has.
    """
    found = _described("MessageEditRequestPartial" if edit else "MessageCreateRequest", payload)
    return found or message_problems(payload, edit=edit, was_v2=was_v2, attached=attached)


def check_modal(data: Json) -> list[str]:
    """Faults of a modal: the `data` of a callback of type 9."""
    return _described("ModalInteractionCallbackRequestData", data) or modal_problems(data)


def check_commands(commands: list[Json]) -> list[str]:
    """Faults of a bulk overwrite of application commands."""
    found = [problem for command in commands for problem in _described("ApplicationCommandUpdateRequest", command)]
    return found or commands_problems(commands)


def check_choices(data: Json) -> list[str]:
    """Faults of an autocomplete answer: the `data` of a callback of type 8."""
    return _described("InteractionApplicationCommandAutocompleteCallbackStringData", data) or choice_problems(data)


def check_request(
    method: str, route: str, query: str, body: Any, *, was_v2: bool = False, attached: Collection[str] = ()
) -> list[str]:
    """Faults of a whole request, by the template of its route."""
    known = specs()
    found = known.request_problems(method, route, query, body) if known else []
    return found or _limits(method, route, body, was_v2, attached)


def _described(schema: str, body: Any) -> list[str]:
    known = specs()
    return known.schema_problems(schema, body) if known else []


def _limits(method: str, route: str, body: Any, was_v2: bool, attached: Collection[str]) -> list[str]:
    if method == "PUT" and route in (COMMANDS, GUILD_COMMANDS):
        return commands_problems(body if isinstance(body, list) else [])
    if not isinstance(body, dict):
        return []
    if route == CALLBACK:
        return _callback_limits(body, was_v2, attached)
    if route in (MESSAGES, WEBHOOK) and method == "POST":
        return message_problems(body, was_v2=was_v2)
    if method == "PATCH" and (route == MESSAGE or route.startswith(WEBHOOK + "/messages/")):
        return message_problems(body, edit=True, was_v2=was_v2, attached=attached)
    return []


def _callback_limits(body: Json, was_v2: bool, attached: Collection[str]) -> list[str]:
    data = body.get("data") or {}
    kind = body.get("type")
    if kind == Callback.MESSAGE:
        return message_problems(data)
    if kind == Callback.UPDATE:
        return message_problems(data, edit=True, was_v2=was_v2, attached=attached)
    if kind == Callback.MODAL:
        return modal_problems(data)
    if kind == Callback.CHOICES:
        return choice_problems(data)
    return []
