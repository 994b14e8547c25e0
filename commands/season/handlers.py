"""`/season`: what is ahead, and the switch for the nudges before it.

The person's own dates are in `own.py`, those of their community in `shared.py`, the file for a calendar in `feed.py`.
"""

from __future__ import annotations

from commands.context import Ctx
from commands.errors import NotFound
from commands.fitting import season_for
from commands.nudges.plan import TRIAL_AFTER
from commands.outcomes import Reply, Update
from commands.profile import zone_card
from commands.registry import Feature
from commands.season import ahead, drawing, timetable
from commands.season.ahead import Entry
from commands.season.told import MovedComposer, tell
from commands.season.writer import SeasonWriter
from commands.ui import Card
from content.seasons import season_of
from scheduler.clock import to_wall
from scheduler.zones import zone
from storage.nudges import SEASON
from storage.people import Person

feature = Feature("season")
feature.writes(SEASON, SeasonWriter())
feature.composes(MovedComposer())


@feature.command(
    "season",
    "What is ahead for you: the dates of the season and your own",
    task="See which dates are ahead, and be nudged before them",
    examples=("/season",),
    reads=True,
)
async def season(ctx: Ctx) -> Reply:
    """What is ahead, the next three first."""
    return Reply(await _page(ctx))


@feature.action("season.show", reads=True)
async def show(ctx: Ctx) -> Reply:
    """The same, beside the message whose button was pressed."""
    return Reply(await _page(ctx))


@feature.action("season.page", reads=True)
async def turn(ctx: Ctx, number: int) -> Update:
    """Another page of it."""
    return Update(await _page(ctx, number))


@feature.action("season.past", reads=True)
async def behind(ctx: Ctx) -> Update:
    """What was folded away."""
    entries = [entry for entry in await dates(ctx) if entry.ends <= ctx.now]
    return Update(drawing.past(season_for(ctx.person.about, ctx.now), entries[::-1]))


@feature.action("season.open", reads=True)
async def open_milestone(ctx: Ctx, milestone_id: str) -> Reply:
    """One milestone of the person's season."""
    days = ahead.of_season(ctx.catalog, season_for(ctx.person.about, ctx.now))
    entry = next((each for each in days if each.name == milestone_id), None)
    if entry is None or entry.day is None:
        raise NotFound("This date is no longer in the calendar. Send `/season` to see what is.")
    return Reply(drawing.milestone(entry, entry.day, ctx.now))


@feature.action("season.on")
async def turn_on(ctx: Ctx) -> Reply | Update:
    """Nudge before these dates; asks for the zone first when it is not known."""
    person = ctx.person
    if person.zone is None:
        return Reply(zone_card(ctx, "season.on"))
    first = await timetable.first_at(ctx.uow, ctx.catalog, person, person.zone, ctx.now)
    if ctx.demo and first is not None:
        first = ctx.now + TRIAL_AFTER
    await ctx.uow.nudges.turn_on(person.id, SEASON, {}, person.zone, first, ctx.now)
    said = "I nudge you before these dates, at your own morning. You can stop it at any time."
    return Update(await _page(ctx, said=said))


@feature.action("season.off")
async def turn_off(ctx: Ctx) -> Update:
    """No nudges before these dates."""
    await ctx.uow.nudges.turn_off(ctx.person.id, SEASON)
    await ctx.uow.ledger.cancel(ctx.person.id, SEASON)
    return Update(await _page(ctx, said="Stopped: I no longer nudge you before these dates. They stay here."))


@feature.on_profile_change
async def follow(ctx: Ctx, before: Person, after: Person) -> tuple[str, ...]:
    """Another zone, season, specialty or visa: the nudges follow. Whoever is back hears what moved meanwhile."""
    if (before.zone, before.about) != (after.zone, after.about):
        await timetable.replan(ctx.uow, ctx.catalog, after, ctx.now)
    if _silent(before) and not _silent(after):
        await tell(ctx.uow, ctx.catalog, after, ctx.now)
    return ()


def _silent(person: Person) -> bool:
    return person.frozen_at is not None or person.nudges_paused_at is not None


async def _page(ctx: Ctx, number: int = 0, said: str = "") -> Card:
    entries = await dates(ctx)
    ahead_of = [entry for entry in entries if entry.ends > ctx.now]
    named = ctx.person.about.season
    return drawing.page(
        drawing.Page(
            season=season_for(ctx.person.about, ctx.now),
            entries=ahead_of,
            past=len(entries) - len(ahead_of),
            on=await timetable.is_on(ctx.uow, ctx.person),
            has_zone=ctx.person.zone is not None,
            runs_here=ctx.is_admin and bool(ctx.invocation.community),
            over=named if named is not None and named < season_of(ctx.now) else None,
        ),
        number,
        said,
    )


async def dates(ctx: Ctx) -> tuple[Entry, ...]:
    """Everything of the season that is for this person, past and to come, in time order."""
    person = ctx.person
    today = to_wall(ctx.now, zone(person.zone or "UTC")).date()
    days = ahead.of_season(ctx.catalog, season_for(person.about, ctx.now))
    mine = [ahead.own(ctx.catalog, row) for row in await ctx.uow.own_dates.of(person.id)]
    places = [each.community for each in person.memberships]
    theirs = [ahead.shared(row) for row in await ctx.uow.community_dates.of(places)]
    return ahead.fitting((*days, *mine, *theirs), person.about, today)
