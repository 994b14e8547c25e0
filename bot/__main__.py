"""The command line. Each command imports what it needs when it runs, so that `--help` and `when` answer at once."""

from __future__ import annotations

import asyncio
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from bot import cli_content, cli_plan
from bot.cli_io import FAULT, Commands, as_json, data, tell, wrong_use

if TYPE_CHECKING:
    from bot.settings import Settings

app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="MatchMentor: a mentor bot for international medical graduates, on Discord and Slack.",
)
manifest = typer.Typer(no_args_is_help=True, help="What an admin needs to add the bot to a platform.")
app.add_typer(manifest, name="manifest")
app.add_typer(cli_content.content, name="content")
app.add_typer(cli_plan.nudges, name="nudges")
app.command(context_settings=cli_content.FREE_TEXT)(cli_content.find)
app.command(context_settings=cli_content.FREE_TEXT)(cli_content.when)


class Place(StrEnum):
    """What the trial page shows."""

    DM = "dm"
    CHANNEL = "channel"


class Direction(StrEnum):
    """Which way a migration goes."""

    UP = "up"
    DOWN = "down"


@app.command("try")
def try_out(
    place: Annotated[Place, typer.Option(help="The direct messages, or a community channel.")] = Place.DM,
    person: Annotated[str, typer.Option("--as", help="Who you are: applicant, mentor or friend.")] = "applicant",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The page's port. 0: a free one.")] = 0,
) -> None:
    """Try the bot in the browser, on a simulated Discord, with data of its own. No token, no network."""
    settings = _settings()
    from bot.trial import run_trial

    asyncio.run(run_trial(settings, place=place.value, person=person, port=port))


@app.command()
def run() -> None:
    """Run the bot on every platform whose tokens are set."""
    settings = _settings()
    settings.need_a_platform()
    from bot.serve import serve

    asyncio.run(serve(settings))


@manifest.command("slack")
def manifest_slack(
    url: Annotated[
        str | None, typer.Option(help="For Slack over HTTP: the address of /slack/events as Slack sees it.")
    ] = None,
) -> None:
    """The app manifest for api.slack.com/apps (JSON, which is YAML too)."""
    from bot.slack_adapter.manifest import manifest as made
    from bot.slack_adapter.manifest import to_yaml
    from commands.features import REGISTRY

    data(to_yaml(made(REGISTRY, prefix=_settings().slack_prefix, http_url=url)).rstrip("\n"))


@manifest.command("discord")
def manifest_discord(
    app_id: Annotated[str, typer.Option(help="The application id of the developer portal.")] = "YOUR_APPLICATION_ID",
) -> None:
    """The address with which an admin adds the bot to a Discord server."""
    from bot.discord_adapter.sync import invite_address

    data(invite_address(app_id))


@app.command()
def sync(
    guild: Annotated[int | None, typer.Option(help="Only in this community, there at once, for trying out.")] = None,
) -> None:
    """Register the slash commands with Discord when they changed."""
    from bot.settings import SettingsError, see

    settings = _settings()
    if settings.discord_token is None:
        raise SettingsError(
            f"DISCORD_TOKEN is not set. {see('DISCORD_TOKEN')} "
            "Slack takes its commands from `matchmentor manifest slack`."
        )
    from bot.discord_adapter.sync import sync as register
    from commands.features import REGISTRY

    token = settings.discord_token.get_secret_value()
    tell(asyncio.run(register(token, REGISTRY, api_base=settings.discord_api_base, guild=guild)))


@app.command()
def migrate(
    direction: Annotated[Direction, typer.Argument(help="Up to the newest tables, or down one step.")] = Direction.UP,
    revision: Annotated[str | None, typer.Option(help='Where to stop; "base" with down removes all tables.')] = None,
) -> None:
    """Change the database's tables; a SQLite file is copied first."""
    settings = _settings()
    from storage import migrations

    try:
        copy = asyncio.run(migrations.migrate(settings.database_url, direction.value, revision))
    except Exception as fault:
        if not type(fault).__module__.startswith("alembic."):
            raise
        wrong_use("There is no such revision, or nothing below it. Nothing was changed.")
    tell(f"The tables are in place. A copy from before: {copy}" if copy else "The tables are in place.")


@app.command()
def doctor() -> None:
    """Check settings, tokens, database, clock and content; say for each fault what to do."""
    from bot.doctor import examine

    checks = asyncio.run(examine())
    for check in checks:
        data(str(check))
    faults = sum(check.fault for check in checks)
    tell(f"{faults} of {len(checks)} checks found a fault." if faults else "All is well.")
    if faults:
        raise typer.Exit(FAULT)


@app.command()
def export() -> None:
    """All data of the installation as JSON Lines: {"table", "row"}."""
    asyncio.run(_export(_settings()))


async def _export(settings: Settings) -> None:
    from storage.db import Database
    from storage.installation import every_row

    database = Database(settings.database_url, key=settings.key.get_secret_value() if settings.key else None)
    try:
        await database.check()
        async for table, row in every_row(database):
            data(as_json({"table": table, "row": row}))
    finally:
        await database.dispose()


def _settings() -> Settings:
    """The settings, with the log set up as they say. Raises `SettingsError`."""
    from bot import logs
    from bot.settings import Settings

    settings = Settings.load()
    logs.configure(json=settings.log_json, level=settings.log_level)
    return settings


def main() -> None:
    """The entry point `matchmentor`."""
    app(prog_name="matchmentor")


if __name__ == "__main__":
    main()
