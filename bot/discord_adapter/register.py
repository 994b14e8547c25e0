"""Slash commands, built from the registry's declarations and registered with Discord only when they changed."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from typing import Any

import discord
from discord import app_commands

from commands.arguments import Argument, Command
from commands.registry import Registry

Ask = Callable[[discord.Interaction[Any]], Awaitable[None]]
Complete = Callable[[discord.Interaction[Any], str, str, str], Awaitable[None]]

_KEPT = ("name", "type", "description", "options", "contexts", "integration_types", "default_member_permissions")
_KEPT_OF_OPTION = ("name", "type", "description", "required", "choices", "min_length", "max_length", "autocomplete")


class Tree(app_commands.CommandTree[discord.Client]):
    """The commands of the registry. `ask` answers an invoked one, `complete` one whose argument is being typed."""

    def __init__(self, client: discord.Client, registry: Registry, ask: Ask, complete: Complete) -> None:
        super().__init__(
            client,
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=False),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
        )
        self._ask = ask
        for command in registry.commands.values():
            self.add_command(_build(command, ask, complete))

    async def on_error(
        self, interaction: discord.Interaction[discord.Client], error: app_commands.AppCommandError, /
    ) -> None:
        """A command or argument of an older version is answered like any other: the boundary knows the nearest."""
        if isinstance(error, app_commands.CommandInvokeError):
            raise error.original
        if interaction.type is discord.InteractionType.application_command:
            await self._ask(interaction)


async def register(tree: app_commands.CommandTree[Any], *, guild: int | None = None) -> str:
    """Bring Discord's list up to date and say in one line what was done.

    With `guild` the commands live in that community only (there at once, for trying out) and the global list is
    emptied; without it they are global. Raises `discord.HTTPException`.
    """
    place = None if guild is None else discord.Object(guild)
    if place is not None:
        tree.copy_global_to(guild=place)
        tree.clear_commands(guild=None)
    wanted = [command.to_dict(tree) for command in tree.get_commands(guild=place)]
    known = await _known(tree, guild)
    where = "in all communities" if place is None else f"in community {guild}"
    done = f"{len(wanted)} commands registered {where}"
    if _comparable(wanted) == _comparable(known):
        done = f"{len(wanted)} commands {where} are up to date"
    else:
        await tree.sync(guild=place)
    if place is not None and await _known(tree, None):
        await tree.sync()
        done += "; the global ones were removed"
    return done + "."


async def clear_guilds(client: discord.Client, tree: app_commands.CommandTree[Any]) -> int:
    """Remove what was once registered in single communities, where each command would show twice. Gives how many."""
    cleared = 0
    async for guild in client.fetch_guilds(limit=None):
        if await tree.fetch_commands(guild=guild):
            tree.clear_commands(guild=guild)
            await tree.sync(guild=guild)
            cleared += 1
    return cleared


def _build(command: Command, ask: Ask, complete: Complete) -> app_commands.Command[Any, ..., Any]:
    async def callback(interaction: discord.Interaction[Any], **_options: str | None) -> None:
        await ask(interaction)

    setattr(callback, "__signature__", _signature(command))  # noqa: B010  functions have no such attribute for mypy
    built: app_commands.Command[Any, ..., Any] = app_commands.Command(
        name=command.name,
        description=command.summary,
        callback=callback,
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=not command.guild_only),
    )
    if command.role == "admin" and command.guild_only:
        built.default_permissions = discord.Permissions(manage_guild=True)
    app_commands.describe(**{argument.name: argument.description for argument in command.arguments})(built)
    for argument in command.arguments:
        if argument.choices:
            choices = [app_commands.Choice(name=label, value=value) for value, label in argument.choices]
            app_commands.choices(**{argument.name: choices})(built)
        elif argument.complete is not None:
            built.autocomplete(argument.name)(_completer(command.name, argument.name, complete))
    return built


def _signature(command: Command) -> inspect.Signature:
    """What discord.py would read from a function written by hand: an interaction, then each argument."""
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    parameters = [inspect.Parameter("interaction", kind, annotation=discord.Interaction)]
    for argument in command.arguments:
        default = inspect.Parameter.empty if argument.required else None
        parameters.append(inspect.Parameter(argument.name, kind, annotation=_kind(argument), default=default))
    return inspect.Signature(parameters)


def _kind(argument: Argument) -> Any:
    return str if argument.choices else app_commands.Range[str, 1, argument.max_length]


def _completer(command: str, argument: str, complete: Complete) -> Any:
    async def suggest(interaction: discord.Interaction[Any], current: str) -> list[app_commands.Choice[str]]:
        await complete(interaction, command, argument, current)
        return []

    return suggest


async def _known(tree: app_commands.CommandTree[Any], guild: int | None) -> list[Any]:
    """What Discord has, as it says it: the library's own objects lose a command's contexts."""
    application = tree.client.application_id
    if application is None:
        raise app_commands.MissingApplicationID
    if guild is None:
        return list(await tree.client.http.get_global_commands(application))
    return list(await tree.client.http.get_guild_commands(application, guild))


def _comparable(commands: list[Any]) -> list[dict[str, Any]]:
    """Commands by name, with what we set and without the blanks that only one side writes."""
    return sorted((_kept(command, _KEPT) for command in commands), key=lambda command: str(command["name"]))


def _kept(part: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name in names:
        value = part.get(name)
        if name == "options":
            value = [_kept(option, _KEPT_OF_OPTION) for option in value or ()]
        elif name == "choices":
            value = [(choice["name"], choice["value"]) for choice in value or ()]
        elif name in ("contexts", "integration_types"):
            value = sorted(value or ())
        elif name == "default_member_permissions" and value is not None:
            value = str(value)
        if value not in (None, False, []):
            kept[name] = value
    return kept
