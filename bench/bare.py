"""The bare libraries: a discord.py bot and a Bolt app that answer one command with the words of our page.

python -m bench.bare discord|slack FILE. FILE holds the answer as JSON. They know nothing of us: no database, no
content, no routing; the Bolt app's blocks come ready-made.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

READY = "READY"


def tell_ready() -> None:
    """To whoever started us."""
    sys.stdout.write(f"{READY}\n")
    sys.stdout.flush()


def view_of(answer: dict[str, Any]) -> Any:
    """The page as a discord.py view, built anew for each answer as bots do."""
    from discord import SelectOption, ui

    parts: list[Any] = [ui.TextDisplay(text) for text in answer["texts"]]
    for group in answer["buttons"]:
        parts.append(ui.ActionRow(*(ui.Button(label=label, custom_id=action) for label, action in group)))
    for menu in answer["selects"]:
        options = [SelectOption(label=label, value=value) for label, value in menu["options"]]
        select: Any = ui.Select(custom_id=menu["action"], placeholder=menu["placeholder"], options=options)
        parts.append(ui.ActionRow(select))
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.Container(*parts))
    view.stop()
    return view


def discord_bot(answer: dict[str, Any]) -> None:
    """Serve until stopped."""
    import discord
    import yarl
    from discord import app_commands
    from discord.gateway import DiscordWebSocket
    from discord.http import Route

    Route.BASE = os.environ["DISCORD_API_BASE"]
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["DISCORD_GATEWAY_URL"])

    class Bot(discord.Client):
        async def setup_hook(self) -> None:
            await tree.sync()

        async def on_ready(self) -> None:
            tell_ready()

    bot = Bot(intents=discord.Intents(guilds=True), guild_ready_timeout=0.05, chunk_guilds_at_startup=False)
    tree = app_commands.CommandTree(bot)

    @tree.command(description="Show a page")
    async def redflag(interaction: discord.Interaction, words: str) -> None:
        await interaction.response.send_message(view=view_of(answer), ephemeral=True)

    bot.run(os.environ["DISCORD_TOKEN"], log_handler=None)


async def slack_app(answer: dict[str, Any]) -> None:
    """Serve until stopped."""
    from aiohttp import web
    from slack_bolt.async_app import AsyncApp
    from slack_sdk.web.async_client import AsyncWebClient

    client = AsyncWebClient(os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_BASE"])
    app = AsyncApp(client=client, signing_secret=os.environ["SLACK_SIGNING_SECRET"])

    async def redflag(ack: Any) -> None:
        await ack(**answer)

    app.command("/redflag")(redflag)
    runner = web.AppRunner(app.web_app(path="/slack/events"), access_log=None)
    await runner.setup()
    host, port = os.environ["LISTEN"].split(":")
    await web.TCPSite(runner, host, int(port)).start()
    tell_ready()
    await asyncio.Event().wait()


if __name__ == "__main__":
    body = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    if sys.argv[1] == "discord":
        discord_bot(body)
    else:
        asyncio.run(slack_app(body))
