"""`/profile`: what is known about a person, and the one question that has to be asked, where their clock stands.

The zone is asked with a clock ("is it 14:05 for you?"), because people know the time and few know the name of their
zone. Whoever was doing something else when we had to ask goes on with it: `then` is a verb and its arguments joined by
"+" ("nudges.on+usce"), carried by every button of the question. A zone's name is carried with "~" for "/".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from commands.actions import encode
from commands.context import NOTHING, Ctx
from commands.errors import NotFound, OutOfDate
from commands.forms import refused
from commands.outcomes import Direct, FormErrors, OpenForm, Outcome, Reply, Update
from commands.profile_forms import about_form, dates_form, exams_form, in_words, told, written
from commands.registry import Feature, Route, Values
from commands.ui import Block, Button, Buttons, Card, Field, Fields, Form, OverBudget, Text
from scheduler import zones
from scheduler.clock import to_wall
from storage.profiles import About

feature = Feature("profile")

GUESSES = 4
LONGEST = 80
"""Characters of a place's name."""


@feature.command(
    "profile",
    "What I know about you: your time zone, hours, specialty, exams and visa",
    task="See or change what I know about you",
    examples=("/profile",),
    reads=True,
)
async def profile(ctx: Ctx) -> Reply:
    """What is known, with the buttons that change it."""
    return Reply(profile_card(ctx))


@feature.action("profile.show", reads=True)
async def show(ctx: Ctx) -> Reply:
    """The same, from a button."""
    return Reply(profile_card(ctx))


@feature.action("profile.ask", reads=True)
async def ask(ctx: Ctx, then: str = "") -> Reply:
    """Ask where the person's clock stands."""
    return Reply(zone_card(ctx, then))


@feature.action("profile.other", opens_form=True)
async def other(ctx: Ctx, then: str = "") -> OpenForm:
    """A place that we did not guess."""
    return OpenForm(zone_form(then))


@feature.action("profile.zone")
async def set_zone(ctx: Ctx, zone: str, then: str = "") -> Outcome | None:
    """Keep the zone, move the nudges to it, and go on with what the person was doing."""
    from commands.nudges.plan import replan  # here: nudges ask for the zone, and so import this file

    name = zone.replace("~", "/")
    if not zones.is_zone(name):
        raise OutOfDate
    await ctx.uow.people.set_zone(ctx.person.id, name, confirmed=True)
    person = await ctx.uow.people.of(ctx.person.id, account=ctx.person.account)
    await replan(ctx.uow, person, ctx.now, before=ctx.person.zone)
    return await _go_on(ctx, replace(ctx, _person=person), then, "Your time zone is set")


@feature.form("profile.zone_save")
async def typed_zone(ctx: Ctx, then: str, values: Values) -> Reply | FormErrors:
    """A typed place: one press confirms it, several are offered, an unknown one comes back with what was typed."""
    typed = values.get("place", "")
    answer = zones.find_zone(typed, now=ctx.now)
    if answer.kind == "unknown":
        near = ", ".join(zones.city(name) for name in answer.choices)
        said = f"{answer.message} Nearest: {near}." if near else answer.message
        return await refused(ctx, zone_form(then), values, {"place": said})
    return Reply(found_card(answer, then, ctx.now))


@feature.action("profile.about", opens_form=True)
async def about(ctx: Ctx, then: str = "") -> OpenForm:
    """Specialty, graduation, where they live: all optional."""
    return OpenForm(about_form(ctx.person.about, then))


@feature.action("profile.exams", opens_form=True)
async def exams(ctx: Ctx, then: str = "") -> OpenForm:
    """Attempts and visa: all optional."""
    return OpenForm(exams_form(ctx.person.about, then))


@feature.action("profile.dates", opens_form=True)
async def dates(ctx: Ctx, then: str = "") -> OpenForm:
    """The season applied for, and how dates are written."""
    return OpenForm(dates_form(ctx.person.about, ctx.now, then))


@feature.form("profile.about_save")
async def about_save(ctx: Ctx, then: str, values: Values) -> Outcome | None:
    """Keep it, and go back to the page that was being read."""
    return await _keep(ctx, then, values, about_form)


@feature.form("profile.exams_save")
async def exams_save(ctx: Ctx, then: str, values: Values) -> Outcome | None:
    """The same for the other form."""
    return await _keep(ctx, then, values, exams_form)


@feature.form("profile.dates_save")
async def dates_save(ctx: Ctx, then: str, values: Values) -> Outcome | None:
    """The same for the season, and the way to write dates beside it."""
    return await _keep(ctx, then, values, lambda about, then: dates_form(about, ctx.now, then))


async def _keep(ctx: Ctx, then: str, values: Values, form: Callable[[About, str], Form]) -> Outcome | None:
    # Each form changes a part of one row: two at once must not undo each other.
    await ctx.uow.people.lock(ctx.person.id)
    before = await ctx.uow.profiles.of(ctx.person.id)
    after, errors = told(before, values, ctx.now)
    if errors:
        return await refused(ctx, form(before, then), values, errors)
    await ctx.uow.profiles.save(ctx.person.id, after)
    known = replace(ctx, _person=await ctx.uow.people.of(ctx.person.id, account=ctx.person.account))
    return await _go_on(ctx, known, then, "I have kept that")


async def _go_on(ctx: Ctx, known: Ctx, then: str, title: str) -> Outcome | None:
    """What follows a change, from `ctx` with the person as they were to `known` as they are.

    What other features say to it stands first, then what the person was doing; the profile where that is nothing.
    """
    said = tuple([each for hook in ctx.registry.profile_hooks for each in await hook(known, ctx.person, known.person)])
    route = _next(known, then)
    if route is not None:
        with suppress(NotFound, OutOfDate):  # it went meanwhile: what was told stays
            outcome = await route[0].run(route[1])
            return _after(said, outcome, title, encode(*then.split("+"))) if said else outcome
    return Update(profile_card(known, title, said))


def _after(said: Sequence[str], outcome: Outcome | None, title: str, onward: str) -> Outcome | None:
    """The outcome with what was said before its card; with a button to it where the card has no room for that."""
    words = Text("\n".join(said))
    match outcome:
        case Reply(card=card) | Update(card=card) | Direct(card=card):
            try:
                return replace(outcome, card=replace(card, blocks=(words, *card.blocks)))
            except OverBudget:
                way = Buttons((Button("Go on to where you were", onward, "primary"),))
                return Update(Card(title, (words, way), preview="Your settings"))
        case _:
            return outcome


def profile_card(ctx: Ctx, title: str = "What I know about you", said: Sequence[str] = ()) -> Card:
    """The zone with the clock there, when nudges come, how dates are read, and what the person told.

    `said`: what else a change has changed, a sentence each.
    """
    person, about = ctx.person, ctx.person.about
    here = f"{zones.city(person.zone)}: it is {_clock(person.zone, ctx.now)} there" if person.zone else "not known yet"
    hours = f"at {person.nudge_time}, never between {person.quiet_start} and {person.quiet_end}"
    blocks: tuple[Block, ...] = (
        *((Text("\n".join(said)),) if said else ()),
        Fields(
            (
                ("Your time zone", here),
                ("Your nudges come", hours if person.zone else f"{hours}, once I know your time zone"),
                written(about),
            )
        ),
        *_told(about),
        Buttons(
            (
                Button("Change my time zone" if person.zone else "Set my time zone", encode("profile.ask"), "primary"),
                Button(
                    "Tell me more about you" if about == About() else "Change what is about you",
                    encode("profile.about"),
                ),
                Button("Exams and visa", encode("profile.exams")),
                Button("My season and how I write dates", encode("profile.dates")),
                Button("What you keep about me", encode("privacy.show")),
            )
        ),
    )
    return Card(title, blocks, footer="Only you see this.", preview="Your settings")


def _told(about: About) -> tuple[Block, ...]:
    lines = in_words(about)
    if not lines:
        return (Text("Tell me more, if you like, and pages leave out what is not for you. All of it is optional."),)
    return (Fields(lines), Text("Pages leave out what is not for you. You can change or empty each of these."))


def zone_card(ctx: Ctx, then: str = "") -> Card:
    """The question where the person's clock stands, with up to four guesses. `then`: what to go on with."""
    asked = "I need it once, so that I write to you at your own hours."
    known = ctx.person.zone
    names = dict.fromkeys((*((known,) if known else ()), *zones.guess_zones(ctx.person.locale)))
    return Card(
        "What time is it for you now?",
        (Text(f"{asked} Pick the line that is right for you."), *_zone_buttons(list(names)[:GUESSES], then, ctx.now)),
        preview="What time is it for you?",
    )


def found_card(answer: zones.ZoneAnswer, then: str, now: datetime) -> Card:
    """What a typed place may mean, to be confirmed with one press."""
    if answer.kind == "found" and answer.zone:
        clock = f"In **{zones.city(answer.zone)}** it is now **{_clock(answer.zone, now)}**."
        blocks: tuple[Block, ...] = (Text(f"{clock} Is that what your clock shows?"),)
        return Card("Is this your time?", (*blocks, *_zone_buttons((answer.zone,), then, now)), preview="One question")
    rows = _zone_buttons(answer.choices, then, now)
    if answer.kind == "offset" and answer.zone and answer.zone not in answer.choices:
        label = f"Take the fixed offset: it is {_clock(answer.zone, now)}"
        rows = (*rows, Buttons((Button(label, _zone_action(answer.zone, then)),)))
    return Card("Which place is it?", (Text(answer.message), *rows), preview="One question")


def zone_form(then: str) -> Form:
    """One line for a place."""
    field = Field("place", "A large city near you, or your country", required=True, max_length=LONGEST)
    return Form("Your time zone", (field,), encode("profile.zone_save", then))


def _zone_buttons(names: Iterable[str], then: str, now: datetime) -> tuple[Buttons, ...]:
    labels = {f"Yes, it is {_clock(name, now)} for me ({zones.city(name)})": name for name in names}
    buttons = [Button(label, _zone_action(name, then)) for label, name in labels.items()]
    buttons.append(Button("Another place: I type it", encode("profile.other", *((then,) if then else ()))))
    return tuple(Buttons(tuple(buttons[start : start + 5])) for start in range(0, len(buttons), 5))


def _zone_action(name: str, then: str) -> str:
    return encode("profile.zone", name.replace("/", "~"), *((then,) if then else ()))


def _clock(zone: str, now: datetime) -> str:
    """The wall clock with its weekday: the date line makes it another day for some."""
    wall = to_wall(now, zones.zone(zone))
    return f"{wall:%H:%M} on {wall:%A}"


def _next(ctx: Ctx, then: str) -> tuple[Route, Ctx] | None:
    """What the person was doing. None when there is nothing, or this version no longer knows it: the zone stays set."""
    if not then:
        return None
    try:
        name = encode(*then.split("+"))
        invocation = replace(ctx.invocation, what="action", name=name, values=NOTHING)
        route = ctx.registry.route(invocation)
    except (ValueError, OutOfDate):
        return None
    return None if route.opens_form else (route, replace(ctx, invocation=invocation))
