"""A small bot on plain discord.py: what the peer is proven with, and what the benchmark compares against."""

from __future__ import annotations

import asyncio
import io

import discord
from discord import app_commands, ui


class Card(ui.LayoutView):
    """A card as the real bot draws it: a container with a line and its button, a select and a group of buttons."""

    def __init__(self, title: str) -> None:
        super().__init__(timeout=None)
        line: ui.Section[Card] = ui.Section("Ask for the letter", accessory=_button("Done: ask for the letter", "do:1"))
        steps = [discord.SelectOption(label=f"Step {number}", value=str(number)) for number in range(1, 4)]
        menu: ui.Select[Card] = ui.Select(custom_id="go", placeholder="Go to a step", options=steps)
        buttons = (_button("Later", "later"), _button("Write a note", "note"))
        self.add_item(
            ui.Container(
                ui.TextDisplay(f"## {title}"),
                ui.Separator(),
                line,
                ui.ActionRow(menu),
                ui.ActionRow(*buttons, ui.Button(label="Source", url="https://example.org/source")),
                accent_colour=0x336699,
            )
        )


class NoteForm(ui.Modal, title="Write a note"):
    """A form with a text and a choice."""

    note: ui.Label[NoteForm] = ui.Label(
        text="Your note",
        component=ui.TextInput(custom_id="note", max_length=40, style=discord.TextStyle.paragraph),
    )
    mood: ui.Label[NoteForm] = ui.Label(
        text="How sure are you?",
        component=ui.Select(
            custom_id="mood",
            options=[discord.SelectOption(label="Sure", value="1"), discord.SelectOption(label="Not yet", value="0")],
        ),
    )

    def __init__(self) -> None:
        super().__init__(custom_id="note-form")


def _button(label: str, custom_id: str) -> ui.Button[Card]:
    return ui.Button(label=label, custom_id=custom_id)


class BareBot(discord.Client):
    """Answers /card, /slow, /letter and /picture, every part of the card, and plain direct messages."""

    def __init__(self, intents: discord.Intents | None = None, *, heartbeat_timeout: float = 60.0) -> None:
        wanted = intents or discord.Intents(guilds=True, dm_messages=True)
        super().__init__(
            intents=wanted,
            heartbeat_timeout=heartbeat_timeout,
            chunk_guilds_at_startup=False,
            guild_ready_timeout=0.05,
            allowed_mentions=discord.AllowedMentions.none(),
        )
        self.tree = app_commands.CommandTree(self)
        self.go_on = asyncio.Event()
        self.troubles: asyncio.Queue[discord.HTTPException] = asyncio.Queue()
        self.events: asyncio.Queue[str] = asyncio.Queue()
        _add_commands(self)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """A second IDENTIFY is not put off by 5 seconds, as the library does."""

    async def setup_hook(self) -> None:
        await self.tree.sync()

    async def trouble(self) -> tuple[int, int]:
        """The next refusal that the bot met: (HTTP status, Discord's code)."""
        async with asyncio.timeout(5):
            met = await self.troubles.get()
        return met.status, met.code

    async def heard(self) -> str:
        """The next thing that the bot heard of its communities."""
        async with asyncio.timeout(5):
            return await self.events.get()

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Route by custom id, as a bot does whose buttons outlive it."""
        if interaction.type not in (discord.InteractionType.component, discord.InteractionType.modal_submit):
            return
        data = dict(interaction.data or {})
        try:
            await self.part(interaction, str(data["custom_id"]), data)
        except discord.HTTPException as trouble:
            self.troubles.put_nowait(trouble)

    async def part(self, interaction: discord.Interaction, custom_id: str, data: dict[str, object]) -> None:
        """What each part of the card does."""
        if custom_id == "do:1":
            await answer(interaction, Card("Done"), update=True)
        elif custom_id == "later":
            await interaction.response.defer()
            await self.go_on.wait()
            view = Card("Later, then")
            view.stop()
            await interaction.edit_original_response(view=view)
        elif custom_id == "note":
            form = NoteForm()
            await interaction.response.send_modal(form)
            form.stop()
        elif custom_id == "go":
            await answer(interaction, Card(f"Step {data['values']}"), update=False)
        else:
            await answer(
                interaction, Card(f"Noted {_values(data['components'])}"), update=interaction.message is not None
            )

    async def on_message(self, message: discord.Message) -> None:
        if message.author != self.user:
            await message.channel.send(f"You said: {message.content}")

    async def on_guild_join(self, guild: discord.Guild) -> None:
        async for entry in guild.audit_logs(action=discord.AuditLogAction.bot_add, limit=1):
            self.events.put_nowait(f"joined {guild.name}, invited by {entry.user}")
            if entry.user is not None:
                await entry.user.send("Thank you. Three things to do next.")

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        self.events.put_nowait(f"removed from {guild.name}")

    async def on_guild_unavailable(self, guild: discord.Guild) -> None:
        self.events.put_nowait(f"outage of {guild.name}")

    async def on_raw_member_remove(self, payload: discord.RawMemberRemoveEvent) -> None:
        self.events.put_nowait(f"{payload.user.name} left")


async def answer(interaction: discord.Interaction, view: Card, *, update: bool) -> None:
    """Send a card, private, or put it in the place of the one that was pressed."""
    view.stop()
    if update:
        await interaction.response.edit_message(view=view)
    else:
        await interaction.response.send_message(view=view, ephemeral=True)


def _values(rows: object) -> list[object]:
    assert isinstance(rows, list)
    fields = [row["component"] for row in rows]
    return [field.get("value") or field.get("values") for field in fields]


def _add_commands(bot: BareBot) -> None:
    tree = bot.tree

    @tree.command(description="Show a card")
    async def card(
        interaction: discord.Interaction, topic: app_commands.Range[str, 1, 50], twice: bool = False
    ) -> None:
        await _tried(bot, answer(interaction, Card(topic), update=False))
        if twice:
            await _tried(bot, interaction.client.http.request(_callback(interaction), json={"type": 5}))

    @card.autocomplete("topic")
    async def topics(interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        known = [word for word in ("gap", "visa", "step failure") if word.startswith(typed)]
        return [app_commands.Choice(name=word.title(), value=word) for word in known]

    @tree.command(description="Think for a while")
    async def slow(interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        await bot.go_on.wait()
        view = Card("At last")
        view.stop()
        await _tried(bot, interaction.followup.send(view=view))
        await _tried(bot, interaction.followup.send("And one more", ephemeral=True))

    @tree.command(description="Send a direct message, once")
    async def letter(interaction: discord.Interaction, text: str, to: discord.User | None = None) -> None:
        await interaction.response.send_message("On its way", ephemeral=True)
        await _tried(bot, (to or interaction.user).send(text, nonce="row-7"))

    @tree.command(description="Send a picture and a file")
    async def picture(interaction: discord.Interaction) -> None:
        view = ui.LayoutView(timeout=None)
        view.add_item(ui.MediaGallery(discord.MediaGalleryItem("attachment://a.png", description="A graph")))
        view.stop()
        file = discord.File(io.BytesIO(b"not really a picture"), filename="a.png", description="A graph")
        await interaction.response.send_message(view=view, file=file, ephemeral=True)


async def _tried(bot: BareBot, work: object) -> None:
    try:
        await work  # type: ignore[misc]
    except discord.HTTPException as trouble:
        bot.troubles.put_nowait(trouble)


def _callback(interaction: discord.Interaction) -> discord.http.Route:
    path = "/interactions/{interaction_id}/{webhook_token}/callback"
    return discord.http.Route("POST", path, interaction_id=interaction.id, webhook_token=interaction.token)
