"""`nudges plan`: what one person would be sent, and why not. Nobody's words are shown, and nothing is written."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli_io import FAULT, as_json, data, tell, wrong_use

if TYPE_CHECKING:
    from bot.rehearsal import Line
    from bot.settings import Settings
    from storage.db import Uow
    from storage.people import Person

nudges = typer.Typer(no_args_is_help=True, help="Look at what nudges do.")


@nudges.callback()
def group() -> None:
    """Keep `plan` a command of its own while it is the only one."""


@nudges.command()
def plan(
    person: Annotated[str, typer.Option(help="Who: the number of the person, discord:USER, or slack:WORKSPACE:USER.")],
    days: Annotated[int, typer.Option(min=1, max=400, help="How many days ahead.")] = 90,
    json: Annotated[bool, typer.Option("--json", help="JSON Lines, a line for each nudge.")] = False,
) -> None:
    """Say what would be sent to a person and when, and what would not and why. Nothing is sent or written."""
    from bot import logs
    from bot.settings import Settings

    settings = Settings.load()
    logs.configure(json=settings.log_json, level=settings.log_level)
    zone, lines = asyncio.run(_lines(settings, person, days))
    if json:
        for line in lines:
            at = line.at.isoformat() if line.at else None
            values = {"at": at, "kind": line.kind, "item": line.item, "sends": line.sends, "reason": line.reason}
            data(as_json(values))
    elif sys.stdout.isatty():
        _table(lines, zone)
    else:
        for line in lines:
            data("\t".join(_cells(line, zone)))
    going = sum(line.sends for line in lines)
    tell(f"{going} would be sent in {days} days, {len(lines) - going} would not. Times are on clocks in {zone}.")


async def _lines(settings: Settings, who: str, days: int) -> tuple[str, list[Line]]:
    from bot.rehearsal import rehearse
    from commands.features import REGISTRY
    from commands.season.timetable import SeasonTimetable
    from content.catalog import CatalogHolder
    from content.loader import load_pack
    from content.paths import CORE_PACK
    from scheduler.clock import SystemClock
    from scheduler.messages import NUDGES
    from storage.db import Database
    from storage.nudges import SEASON

    holder = CatalogHolder(lambda: load_pack(CORE_PACK, settings.content_dir))
    database = Database(settings.database_url, key=settings.key.get_secret_value() if settings.key else None)
    try:
        await database.check()
        async with database.read() as uow:
            found = await _find(uow, who)
            if found is None:
                tell("I know nobody by that. Give the person's number, discord:USER, or slack:WORKSPACE:USER.")
                raise typer.Exit(FAULT)
            timetables = {SEASON: SeasonTimetable(holder)}
            now, composer = SystemClock().now(), REGISTRY.composers[NUDGES]
            return found.zone or "UTC", await rehearse(uow, holder.current, composer, timetables, found, now, days)
    finally:
        await database.dispose()


async def _find(uow: Uow, who: str) -> Person | None:
    """The person by number, through the account that is written to; or by an account."""
    if who.isascii() and who.isdigit():
        return (await uow.people.reachable([int(who)])).get(int(who))
    platform, _, rest = who.partition(":")
    team, _, user = rest.rpartition(":")
    if platform not in ("discord", "slack") or not user or bool(team) != (platform == "slack"):
        wrong_use("A person is a number, discord:USER, or slack:WORKSPACE:USER.")
    return await uow.people.find(platform, team, user)


def _cells(line: Line, zone: str) -> tuple[str, str, str, str]:
    from zoneinfo import ZoneInfo

    when = f"{line.at.astimezone(ZoneInfo(zone)):%a %d %b %Y %H:%M}" if line.at else "-"
    return when, line.kind, line.item or "-", "sent" if line.sends else f"not sent: {line.reason}"


def _table(lines: list[Line], zone: str) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("When", "Nudge", "What", "Sent?")
    for line in lines:
        table.add_row(*_cells(line, zone))
    Console().print(table)
