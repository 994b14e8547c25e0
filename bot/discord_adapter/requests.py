"""What Discord sends us, as the neutral `Invocation`. Nothing else of Discord's payloads goes further in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import discord

from bot.uploads import Upload, Uploads
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
    """A sent form. Its files are not here yet: see `uploads_of`."""
    data = _data(interaction)
    values = {name: "" if is_file else value for name, value, is_file in _inputs(data.get("components", ()))}
    return _invocation(interaction, "form", str(data.get("custom_id", "")), values=values)


def uploads_of(interaction: discord.Interaction[Any]) -> Uploads:
    """The files that were sent with a form."""
    data = _data(interaction)
    sent = (data.get("resolved") or {}).get("attachments") or {}
    return {
        name: Upload(str(sent.get(number, {}).get("url", "")), int(sent.get(number, {}).get("size", 0)))
        for name, number, is_file in _inputs(data.get("components", ()))
        if is_file and number
    }


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


def _inputs(components: Iterable[Mapping[str, Any]]) -> Iterable[tuple[str, str, bool]]:
    """Name and value of each input of a modal, in labels as we draw them or in rows as others do.

    The third says that it takes a file; its value is then the number of an attachment.
    """
    for component in components:
        inner = component.get("component")
        yield from _inputs([inner] if inner else component.get("components", ()))
        if "custom_id" in component:
            values = component.get("values")
            chosen = component.get("value") if values is None else next(iter(values), "")
            is_file = component.get("type") == discord.ComponentType.file_upload.value
            yield str(component["custom_id"]), str(chosen or ""), is_file
