"""`matchmentor sync` and `matchmentor manifest discord`: the commands and the invite address, without a gateway."""

from __future__ import annotations

from typing import Any

import discord

from bot.discord_adapter.adapter import point_at, refusal
from bot.discord_adapter.register import Tree, clear_guilds, register
from bot.settings import SettingsError
from bot.uploads import NETWORK
from commands.registry import Registry


async def sync(token: str, registry: Registry, *, api_base: str | None = None, guild: int | None = None) -> str:
    """Register the commands when they changed and say in one line what was done.

    Without `guild` they become global and leave single communities, where each would show twice; with it they live
    there alone. Raises `SettingsError` when Discord refuses the token, the application or cannot be reached.
    """
    point_at(api_base, None)
    async with discord.Client(intents=discord.Intents.none()) as client:
        try:
            await client.login(token)
            tree = Tree(client, registry, _nobody_asks, _nobody_types)
            done = await register(tree, guild=guild)
            cleared = 0 if guild is not None else await clear_guilds(client, tree)
        except discord.LoginFailure as fault:
            raise refusal("Discord refuses this token") from fault
        except discord.HTTPException as fault:
            raise refusal(f"Discord refused the commands ({fault.status}, {fault.code})") from fault
        except NETWORK as fault:
            raise SettingsError(f"Discord cannot be reached ({type(fault).__name__}); try again.") from fault
    return f"{done} Removed from {cleared} single communities." if cleared else done


def invite_address(application_id: str = "YOUR_APPLICATION_ID") -> str:
    """Where an admin adds the bot to a community. It asks for no permission: it answers and writes directly."""
    scopes = "bot%20applications.commands"
    return f"https://discord.com/oauth2/authorize?client_id={application_id}&permissions=0&scope={scopes}"


async def _nobody_asks(_interaction: discord.Interaction[Any]) -> None:
    return


async def _nobody_types(_interaction: discord.Interaction[Any], _command: str, _argument: str, _typed: str) -> None:
    return
