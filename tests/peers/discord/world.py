"""Who and what there is on the simulated Discord: people, communities, channels, commands. No network."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count

from tests.peers.discord.clock import PeerClock
from tests.peers.discord.signals import Signal
from tests.peers.discord.wire import Json, RefusalError

FIRST_MILLISECOND = 1_420_070_400_000  # 2015-01-01, where Discord's ids begin
TEXT_CHANNEL, DIRECT = 0, 1
MEMBER_PERMISSIONS = 0x0000_0400 | 0x0000_0800 | 0x0001_0000 | 0x8000_0000  # view, send, history, commands
ALL_PERMISSIONS = (1 << 50) - 1


@dataclass(slots=True, eq=False)
class Account:
    """A person or the bot."""

    id: str
    name: str
    bot: bool = False
    locale: str = "en-US"
    permissions: int = MEMBER_PERMISSIONS

    def wire(self) -> Json:
        """The user object."""
        named = None if self.bot else self.name.title()
        return {
            "id": self.id,
            "username": self.name,
            "discriminator": "0",
            "global_name": named,
            "avatar": None,
            "bot": self.bot,
            "public_flags": 0,
            "flags": 0,
            "primary_guild": None,
        }


@dataclass(slots=True, eq=False)
class Guild:
    """A community the bot may be in, with one text channel."""

    id: str
    name: str
    channel_id: str
    owner: Account
    installer: Account
    shows_audit_log: bool = True
    present: bool = True
    unavailable: bool = False


@dataclass(slots=True, eq=False)
class Channel:
    """A text channel of a guild, or the direct messages with one person."""

    id: str
    guild: Guild | None = None
    person: Account | None = None
    last_message_id: str | None = None

    def wire(self) -> Json:
        """The channel object."""
        if self.person is not None:
            return {
                "id": self.id,
                "type": DIRECT,
                "flags": 0,
                "recipients": [self.person.wire()],
                "last_message_id": self.last_message_id,
            }
        return {
            "id": self.id,
            "type": TEXT_CHANNEL,
            "flags": 0,
            "guild_id": self.guild.id if self.guild else None,
            "name": "general",
            "position": 0,
            "permission_overwrites": [],
            "nsfw": False,
            "topic": None,
            "rate_limit_per_user": 0,
            "parent_id": None,
            "last_message_id": self.last_message_id,
        }


@dataclass(slots=True, eq=False)
class World:
    """All state but messages, interactions and connections."""

    clock: PeerClock
    signal: Signal = field(default_factory=Signal)
    accounts: dict[str, Account] = field(default_factory=dict)
    guilds: dict[str, Guild] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    direct: dict[str, Channel] = field(default_factory=dict)
    commands: dict[str | None, list[Json]] = field(default_factory=lambda: {None: []})
    closed: dict[str, int] = field(default_factory=dict)
    _numbers: count[int] = field(default_factory=count)
    bot: Account = field(init=False)

    def __post_init__(self) -> None:
        self.bot = self.add_account("mentor", bot=True)

    def new_id(self) -> str:
        """A snowflake: later ones are greater, also within a millisecond."""
        milliseconds = int(self.clock.seconds() * 1000) - FIRST_MILLISECOND
        return str(milliseconds << 22 | next(self._numbers) & 0x3F_FFFF)

    def timestamp(self) -> str:
        """Now, as Discord writes it."""
        return self.clock.now().isoformat()

    def add_account(self, name: str, *, bot: bool = False, locale: str = "en-US") -> Account:
        """A new person or bot."""
        account = Account(self.new_id(), name, bot, locale)
        self.accounts[account.id] = account
        return account

    def add_guild(self, name: str, owner: Account, installer: Account) -> Guild:
        """A new community with its channel."""
        guild = Guild(self.new_id(), name, self.new_id(), owner, installer)
        self.guilds[guild.id] = guild
        self.channels[guild.channel_id] = Channel(guild.channel_id, guild=guild)
        return guild

    def direct_channel(self, person: Account) -> Channel:
        """The direct messages between the bot and a person, opened when they are not yet."""
        channel = self.direct.get(person.id)
        if channel is None:
            channel = self.direct[person.id] = Channel(self.new_id(), person=person)
            self.channels[channel.id] = channel
        return channel

    def channel(self, channel_id: str) -> Channel:
        """The channel the bot asks for, or Discord's refusal."""
        channel = self.channels.get(channel_id)
        if channel is None:
            raise RefusalError(404, 10003, "Unknown Channel")
        if channel.guild is not None and not channel.guild.present:
            raise RefusalError(403, 50001, "Missing Access")
        return channel

    def guild(self, guild_id: str) -> Guild:
        """The guild the bot asks for, or Discord's refusal."""
        guild = self.guilds.get(guild_id)
        if guild is None or not guild.present:
            raise RefusalError(404, 10004, "Unknown Guild")
        return guild

    def account(self, user_id: str) -> Account:
        """The account the bot asks for, or Discord's refusal."""
        if user_id not in self.accounts:
            raise RefusalError(404, 10013, "Unknown User")
        return self.accounts[user_id]

    def refuse_closed(self, channel: Channel) -> None:
        """A person who takes no direct messages from the bot: the refusal which Discord gives."""
        if channel.person is not None and channel.person.id in self.closed:
            code = self.closed[channel.person.id]
            raise RefusalError(403, code, "Cannot send messages to this user")

    def replace_commands(self, guild_id: str | None, wanted: Iterable[Json]) -> list[Json]:
        """Bulk overwrite: a command that keeps its name and type keeps its id."""
        known = {(command["name"], command["type"]): command["id"] for command in self.commands.get(guild_id, ())}
        fresh = [self._command(command, guild_id) for command in wanted]
        for command in fresh:
            command["id"] = known.get((command["name"], command["type"]), command["id"])
        self.commands[guild_id] = fresh
        return fresh

    def _command(self, wanted: Json, guild_id: str | None) -> Json:
        allowed = wanted.get("default_member_permissions")
        command = {
            "id": self.new_id(),
            "application_id": self.bot.id,
            "version": self.new_id(),
            "type": 1,
            "description": "",
            "nsfw": False,
            "name_localizations": None,
            "description_localizations": None,
            "contexts": None,
            "integration_types": [0],
            **{name: value for name, value in wanted.items() if value is not None},
            "default_member_permissions": None if allowed is None else str(allowed),
        }
        return command | ({"guild_id": guild_id} if guild_id else {"dm_permission": True})


def member(world: World, account: Account, guild: Guild) -> Json:
    """The member object of an account, with its permissions in the channel, as interactions carry it."""
    granted = ALL_PERMISSIONS if account in (guild.owner, world.bot) else account.permissions
    return {
        "user": account.wire(),
        "nick": None,
        "avatar": None,
        "banner": None,
        "roles": [],
        "joined_at": world.timestamp(),
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "pending": False,
        "communication_disabled_until": None,
        "permissions": str(granted),
    }


def guild_create(world: World, guild: Guild, *, joined: bool = False) -> Json:
    """The GUILD_CREATE frame of a guild. Clients tell a join by the absence of "unavailable"."""
    channel = {name: value for name, value in world.channels[guild.channel_id].wire().items() if name != "guild_id"}
    return {
        **dict.fromkeys(GUILD_BLANKS),
        **{name: [] for name in GUILD_LISTS},
        **GUILD_NUMBERS,
        "id": guild.id,
        "name": guild.name,
        "owner_id": guild.owner.id,
        "preferred_locale": "en-US",
        "premium_progress_bar_enabled": False,
        "roles": [_everyone(guild)],
        "joined_at": world.timestamp(),
        "large": False,
        **({} if joined else {"unavailable": False}),
        "member_count": len(world.accounts),
        "members": [member(world, world.bot, guild)],
        "channels": [channel],
    }


GUILD_BLANKS = (
    "icon",
    "splash",
    "discovery_splash",
    "afk_channel_id",
    "application_id",
    "system_channel_id",
    "rules_channel_id",
    "vanity_url_code",
    "description",
    "banner",
    "public_updates_channel_id",
    "safety_alerts_channel_id",
    "hub_type",
    "incidents_data",
)
GUILD_LISTS = (
    "features",
    "emojis",
    "stickers",
    "threads",
    "voice_states",
    "presences",
    "stage_instances",
    "guild_scheduled_events",
    "soundboard_sounds",
)
GUILD_NUMBERS = {
    "afk_timeout": 300,
    "verification_level": 0,
    "default_message_notifications": 0,
    "explicit_content_filter": 0,
    "mfa_level": 0,
    "system_channel_flags": 0,
    "premium_tier": 0,
    "nsfw_level": 0,
}


def _everyone(guild: Guild) -> Json:
    return {
        "id": guild.id,
        "name": "@everyone",
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "icon": None,
        "unicode_emoji": None,
        "position": 0,
        "permissions": str(ALL_PERMISSIONS),
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }
