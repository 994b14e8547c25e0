"""What Discord sends us, as the neutral `Invocation`. Nothing else of Discord's payloads goes further in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import discord

from commands.context import Invocation, What


def from_command(interaction: discord.Interaction[Any]) -> Invocation:
    """A slash command. Options are read as they were sent, so that a command of an older version still arrives."""
    data = _data(interaction)
    options = {str(option["name"]): str(option.get("value", "")) for option in data.get("options", ())}
    return _invocation(interaction, "command", str(data.get("name", "")), options=options)


def from_typing(interaction: discord.Interaction[Any], command: str, argument: str, typed: str) -> Invocation:
    """An argument that is being typed and wants suggestions."""
    return _invocation(interaction, "complete", command, options={argument: typed})


def from_press(interaction: discord.Interaction[Any]) -> Invocation:
    """A pressed button or a picked option."""
    data = _data(interaction)
    picked = [str(value) for value in data.get("values", ())]
    return _invocation(
        interaction, "action", str(data.get("custom_id", "")), values={"picked": picked[0]} if picked else {}
    )


def from_form(interaction: discord.Interaction[Any]) -> Invocation:
    """A sent form."""
    data = _data(interaction)
    return _invocation(
        interaction, "form", str(data.get("custom_id", "")), values=dict(_inputs(data.get("components", ())))
    )


def from_message(message: discord.Message) -> Invocation:
    """A plain direct message."""
    return Invocation(
        "discord", str(message.author.id), "text", "text", delivery=str(message.id), options={"": message.content}
    )


def event(
    name: str, *, user: str = "", community: str = "", delivery: str = "", options: Mapping[str, str] | None = None
) -> Invocation:
    """Something that Discord reports and nobody asked us."""
    return Invocation(
        "discord",
        user,
        "event",
        name,
        where="channel" if community else "dm",
        community=community,
        delivery=delivery,
        options=options or {},
    )


def _invocation(
    interaction: discord.Interaction[Any],
    what: What,
    name: str,
    *,
    options: Mapping[str, str] | None = None,
    values: Mapping[str, str] | None = None,
) -> Invocation:
    guild = interaction.guild_id
    pressed = interaction.message if guild is None else None
    return Invocation(
        "discord",
        str(interaction.user.id),
        what,
        name,
        where="dm" if guild is None else "channel",
        community="" if guild is None else str(guild),
        message=f"{interaction.channel_id}:{pressed.id}" if pressed is not None else "",
        channel="" if guild is None else str(interaction.channel_id or ""),
        delivery=str(interaction.id),
        options=options or {},
        values=values or {},
        locale=interaction.locale.value,
        is_admin=guild is not None and interaction.permissions.manage_guild,
    )


def _data(interaction: discord.Interaction[Any]) -> Mapping[str, Any]:
    data: Any = interaction.data
    return data if isinstance(data, Mapping) else {}


def _inputs(components: Iterable[Mapping[str, Any]]) -> Iterable[tuple[str, str]]:
    """Names and values of a modal's inputs, in labels as we draw them or in rows as others do."""
    for component in components:
        inner = component.get("component")
        yield from _inputs([inner] if inner else component.get("components", ()))
        if "custom_id" in component:
            values = component.get("values")
            chosen = component.get("value") if values is None else next(iter(values), "")
            yield str(component["custom_id"]), str(chosen or "")
