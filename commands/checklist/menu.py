"""`/checklist`, what lies over all lists, and the part of the Home tab that is about them."""

from __future__ import annotations

from collections.abc import Sequence

from commands.actions import encode
from commands.arguments import Argument
from commands.checklist import files, naming
from commands.checklist.archive import archived_card, today
from commands.checklist.drawing import overview
from commands.checklist.handlers import start
from commands.checklist.lists import mine
from commands.checklist.model.state import whats_next
from commands.checklist.progress import season_card
from commands.checklist.showing import FIRST_LIST, feature
from commands.context import Ctx
from commands.markup import escape
from commands.outcomes import Choices, Outcome, Reply, Update
from commands.ui import Block, Button, Buttons, Card, Row, Text

_IN_HOME = 8
"""Lists told in the Home tab; the menu has all of them."""


async def suggest(ctx: Ctx, typed: str) -> Choices:
    """Autocomplete: the words that I know here, and the lists."""
    asked = ctx.invocation
    person = await ctx.uow.people.find(asked.platform, asked.team, asked.user)
    started = await ctx.uow.checklists.of(person.id) if person is not None else ()
    return Choices(naming.offered(typed, ctx.catalog.checklists.values(), {each.template for each in started}))


@feature.command(
    "checklist",
    "Your checklists: open or start one, what is next, your progress",
    task="Work through your application in small steps",
    examples=("/checklist", "/checklist next", "/checklist progress", "/checklist letters"),
    arguments=(Argument("show", "A list, or: next, progress, lists, new, export, import, archived", complete=suggest),),
    reads_on=naming.WORDS,
)
async def show(ctx: Ctx, show: str | None) -> Outcome:
    """The only list, or the menu of them; with a word what it says; with the name of a list that list."""
    typed = (show or "").lower()
    match typed:
        case "next":
            return Reply(overview.week_card(await mine(ctx), today(ctx)))
        case "progress":
            # Nothing is drawn while a transaction that writes is open, as when `/matchmentor` passed this on.
            return Reply(await season_card(ctx, drawn=ctx.registry.route(ctx.invocation).reads))
        case "lists":
            return Reply(overview.menu_card(await mine(ctx), today(ctx)))
        case "new":
            return Reply(await _templates(ctx))
        case "export":
            return Reply(files.export_card(await mine(ctx), today(ctx)))
        case "import":
            return Reply(files.import_card())
        case "archived":
            return Reply(await archived_card(ctx))
        case "" | "list":
            return await _open(ctx)
    found = naming.named(typed, ctx.catalog.checklists)
    if found.template:
        return await start(ctx, found.template)
    near = [ctx.catalog.checklists[each] for each in found.near]
    return Reply(overview.unknown_card(near, found.word, await mine(ctx)))


async def _open(ctx: Ctx) -> Outcome:
    views = await mine(ctx)
    if len(views) > 1:
        return Reply(overview.menu_card(views, today(ctx)))
    return await start(ctx, views[0].template.id if views else FIRST_LIST)


@feature.action("lists.menu", reads=True)
async def menu(ctx: Ctx, number: int) -> Update:
    """The person's lists."""
    return Update(overview.menu_card(await mine(ctx), today(ctx), number))


@feature.action("lists.week", reads=True)
async def week(ctx: Ctx) -> Update:
    """The three steps that matter now."""
    return Update(overview.week_card(await mine(ctx), today(ctx)))


@feature.action("lists.templates", reads=True)
async def templates(ctx: Ctx, number: int) -> Update:
    """The lists that can be started."""
    return Update(await _templates(ctx, number))


async def _templates(ctx: Ctx, number: int = 0) -> Card:
    known = tuple(ctx.catalog.checklists.values())
    return overview.templates_card(known, await mine(ctx), ctx.person.about, today(ctx), number)


@feature.home
async def home(ctx: Ctx) -> Sequence[Block]:
    """How far the lists are and what is next, for Slack's Home tab."""
    views = await mine(ctx)
    if not views:
        button = Button("Start my checklist", encode("checklist.start", FIRST_LIST), "primary")
        return (Row("**Your checklist**\nSmall steps through your application.", button),)
    lines = [f"- {escape(each.template.title)}: {overview.bar_text(each)}" for each in views[:_IN_HOME]]
    more = len(views) - _IN_HOME
    lines += [f"- And {more} more" if more > 0 else ""]
    ways = (overview.SEE_ALL, Button("Show my progress as a picture", encode("lists.season", False)))
    found = whats_next(views, today(ctx))
    return (
        Text("**Your lists**\n\n" + "\n".join(lines).strip()),
        Buttons(ways),
        Text("**What's next**" if found else "Every step is closed. Well done."),
        *overview.step_rows(found, today(ctx)),
    )
