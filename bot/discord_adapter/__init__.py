"""Discord, through discord.py. Nothing outside this package knows that library, but for the trial page."""

from bot.discord_adapter.adapter import DiscordAdapter

__all__ = ["DiscordAdapter"]
