"""What a person's Discord client sends, and what it does not let a person do.

A command that was never registered, an option it does not have, a text that is too long, a button that is not there:
Discord's clients refuse these before the bot hears of anything, so a test that tries them is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from tests.peers.discord.messages import Messages, Upload
from tests.peers.discord.views import CannotDoError, Message, Modal
from tests.peers.discord.wire import SELECTS, Json, Part
from tests.peers.discord.world import Account, Channel, World, member

Value: TypeAlias = str | int | float | bool | Account | Upload

SUBCOMMAND, SUBCOMMAND_GROUP = 1, 2
STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = range(3, 12)
TYPES: dict[int, tuple[type, ...]] = {STRING: (str,), INTEGER: (int,), BOOLEAN: (bool,), NUMBER: (int, float)}
IN_GUILD, IN_DIRECT = 0, 1
MOST_OF_INPUT = 4000
MOST_OF_OPTION = 6000


def command_data(
    world: World,
    messages: Messages,
    channel: Channel,
    line: str,
    options: Mapping[str, Value],
    focused: str | None = None,
) -> Json:
    """The `data` of a slash command; `line` is its name, with subcommands after a space.

    With `focused` it is that of an autocompletion while this option is being typed.
    """
    name, *below = line.split()
    command = _command(world, channel, name)
    holder = command
    for step in below:
        holder = _named(holder, step, "subcommand")
    resolved: Json = {}
    values = [_option(world, messages, channel, holder, key, options[key], focused, resolved) for key in options]
    if focused is None:
        _require(holder, options)
    data: Json = {"id": command["id"], "name": name, "type": 1}
    if command.get("guild_id"):
        data["guild_id"] = command["guild_id"]
    data["options"] = _nested(command, below, values)
    if resolved:
        data["resolved"] = resolved
    return data


def press_data(message: Message, what: str) -> Json:
    """The `data` of a pressed button, by its custom id or label."""
    button = message.part(what)
    return {"custom_id": button["custom_id"], "component_type": button["type"], "id": button["id"]}


def choose_data(message: Message, custom_id: str, values: Sequence[str]) -> Json:
    """The `data` of a select menu; `values` are values or labels of its options."""
    select = message.part(custom_id, select=True)
    chosen = _chosen(select, values)
    return {"custom_id": custom_id, "component_type": select["type"], "id": select["id"], "values": chosen}


def modal_data(messages: Messages, modal: Modal, answers: Mapping[str, Any]) -> Json:
    """The `data` of a submitted form; `answers` by custom id or label, what is left out stays as it was filled in."""
    resolved: Json = {}
    used: set[str] = set()
    numbers = iter(range(1, 100))
    rows = []
    for row in modal.raw["components"]:
        numbered: Json = {"type": row["type"], "id": row.get("id") or next(numbers)}
        if row["type"] == Part.LABEL:
            numbered["component"] = _field(messages, row["component"], row["label"], answers, used, numbers, resolved)
        elif row["type"] == Part.ROW:
            field = row["components"][0]
            filled = _field(messages, field, field["label"], answers, used, numbers, resolved)
            numbered["components"] = [filled]
        rows.append(numbered)
    unknown = set(answers) - used
    if unknown:
        raise CannotDoError(f"the form has no field {sorted(unknown)}; it has {modal.labels}")
    return {"custom_id": modal.raw["custom_id"], "components": rows, "resolved": resolved}


def _command(world: World, channel: Channel, name: str) -> Json:
    guild = channel.guild
    registered = [*world.commands[None], *(world.commands.get(guild.id, []) if guild else [])]
    for command in registered:
        if command["name"] == name and command["type"] == 1:
            place = IN_DIRECT if guild is None else IN_GUILD
            contexts = command["contexts"]
            if place in contexts if contexts is not None else guild or command.get("dm_permission", True):
                return command
            raise CannotDoError(f"/{name} is not offered here")
    raise CannotDoError(f"/{name} is not registered; there are {sorted(known['name'] for known in registered)}")


def _named(holder: Json, name: str, what: str) -> Json:
    for option in holder.get("options") or ():
        if option["name"] == name:
            found: Json = option
            return found
    raise CannotDoError(f"{holder['name']} has no {what} {name!r}")


def _require(holder: Json, given: Mapping[str, Value]) -> None:
    options = holder.get("options") or ()
    if any(option["type"] in (SUBCOMMAND, SUBCOMMAND_GROUP) for option in options):
        raise CannotDoError(f"{holder['name']} is sent with one of {[option['name'] for option in options]}")
    missing = [option["name"] for option in options if option.get("required") and option["name"] not in given]
    if missing:
        raise CannotDoError(f"{holder['name']} cannot be sent without {missing}")


def _nested(command: Json, below: Sequence[str], values: list[Json]) -> list[Json]:
    """The options wrapped in the subcommands that lead to them."""
    holders = [command]
    for step in below:
        holders.append(_named(holders[-1], step, "subcommand"))
    for holder in reversed(holders[1:]):
        values = [{"name": holder["name"], "type": holder["type"], "options": values}]
    return values


def _option(
    world: World,
    messages: Messages,
    channel: Channel,
    holder: Json,
    name: str,
    value: Value,
    focused: str | None,
    resolved: Json,
) -> Json:
    option = _named(holder, name, "option")
    sent: Json = {"name": name, "type": option["type"], "value": value}
    if name == focused:
        if not option.get("autocomplete"):
            raise CannotDoError(f"{name} has no autocompletion")
        return sent | {"value": str(value), "focused": True}
    if isinstance(value, Account):
        resolved.setdefault("users", {})[value.id] = value.wire()
        if channel.guild is not None:
            shown = member(world, value, channel.guild)
            for left_out in ("user", "deaf", "mute"):
                shown.pop(left_out)
            resolved.setdefault("members", {})[value.id] = shown
        return sent | {"value": value.id}
    if isinstance(value, Upload):
        stored = messages.store(value, channel.id, ephemeral=True)
        resolved.setdefault("attachments", {})[stored["id"]] = stored
        return sent | {"value": stored["id"]}
    _check_value(option, value)
    return sent


def _check_value(option: Json, value: str | float | bool) -> None:
    name, kind = option["name"], option["type"]
    if kind in TYPES and not isinstance(value, TYPES[kind]):
        raise CannotDoError(f"{name} takes another type than {type(value).__name__}")
    size = len(value) if isinstance(value, str) else value
    suffix, most = ("length", MOST_OF_OPTION) if isinstance(value, str) else ("value", 1 << 53)
    least, most = option.get(f"min_{suffix}"), option.get(f"max_{suffix}") or most
    if size > most or (least is not None and size < least):
        raise CannotDoError(f"{name}: {suffix} {size} is not allowed")
    choices = option.get("choices")
    if choices and value not in [choice["value"] for choice in choices]:
        raise CannotDoError(f"{name} offers {[choice['value'] for choice in choices]}")


def _chosen(select: Json, wanted: Sequence[str]) -> list[str]:
    """The values for the wanted options, given by value or label."""
    by_name = {name: option["value"] for option in select["options"] for name in (option["label"], option["value"])}
    unknown = [one for one in wanted if one not in by_name]
    least, most = (1 if select.get(name) is None else select[name] for name in ("min_values", "max_values"))
    if unknown or not least <= len(wanted) <= most:
        raise CannotDoError(f"{list(wanted)} cannot be chosen: {least} to {most} of {list(by_name)}")
    return [by_name[one] for one in wanted]


def _field(
    messages: Messages,
    field: Json,
    label: str,
    answers: Mapping[str, Any],
    used: set[str],
    numbers: Iterator[int],
    resolved: Json,
) -> Json:
    """One field of a form as it is sent."""
    custom_id, kind = field["custom_id"], field["type"]
    key = custom_id if custom_id in answers else label
    given = answers.get(key)
    used.add(key)
    sent: Json = {"type": kind, "id": field.get("id") or next(numbers), "custom_id": custom_id}
    if kind == Part.INPUT:
        return sent | {"value": _typed(field, label, given)}
    if kind == Part.CHECKBOX:
        return sent | {"value": bool(field.get("default") if given is None else given)}
    if kind == Part.UPLOAD:
        stored = [messages.store(upload, "0", ephemeral=True) for upload in given or ()]
        resolved.setdefault("attachments", {}).update({one["id"]: one for one in stored})
        return sent | {"values": [one["id"] for one in stored]}
    chosen = _picked(field, label, given)
    if kind == Part.RADIO_GROUP:
        return sent | {"value": chosen[0] if chosen else None}
    return sent | {"values": chosen}


def _picked(field: Json, label: str, given: Sequence[str] | str | None) -> list[str]:
    """What is chosen in a select or a group; one text means one choice."""
    options = field.get("options") or ()
    if given is None:
        given = [option["value"] for option in options if option.get("default")]
    wanted = [given] if isinstance(given, str) else list(given)
    if not wanted and field.get("required") is False:
        return []
    if not wanted:
        raise CannotDoError(f"{label} must be answered")
    return wanted if field["type"] in SELECTS - {Part.SELECT} else _chosen(field, wanted)


def _typed(field: Json, label: str, given: str | None) -> str:
    text = given if given is not None else field.get("value") or ""
    required = field.get("required") is not False
    most = field.get("max_length") or MOST_OF_INPUT
    if len(text) > most or (text and len(text) < (field.get("min_length") or 0)):
        raise CannotDoError(f"{label}: {len(text)} characters are not allowed")
    if required and not text.strip():
        raise CannotDoError(f"{label} must be filled in")
    return text
