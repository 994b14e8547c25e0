"""`/matchmentor`: what I can do, by task; the first meeting; and the answer to a plain direct message."""

from __future__ import annotations

from dataclasses import replace

from commands import cards
from commands.actions import encode
from commands.arguments import Argument, Command
from commands.context import Ctx
from commands.guidance.handlers import look_up
from commands.nudges.handlers import stop_everything
from commands.outcomes import Outcome, Reply
from commands.registry import Feature
from commands.ui import Block, Button, Buttons, Card, Text

feature = Feature("help")

STOP_WORDS = frozenset({"stop", "unsubscribe", "stop nudges", "stop all", "stop it", "stop please", "please stop"})
GREETINGS = frozenset(
    {"", "hi", "hello", "hey", "help", "start", "salam", "namaste", "hola", "good morning", "menu", "?"}
)


@feature.command(
    "matchmentor",
    "What I can do for you, with examples",
    task="See what I can do",
    examples=("/matchmentor", "/matchmentor redflag failed step 1"),
    arguments=(Argument("words", "Leave empty for help, or name another command and its words"),),
)
async def matchmentor(ctx: Ctx, words: str | None) -> Outcome | None:
    """Help, the first meeting for a newcomer; or another command by its words."""
    if words:
        name, _, rest = words.partition(" ")
        name = name.removeprefix("/").lower()
        if name != "matchmentor":
            route = ctx.registry.route(replace(ctx.invocation, name=name, options={"": rest}))
            return await route.run(ctx)
    if ctx.person.welcomed_at is None:
        return Reply(cards.welcome(ctx.is_admin))
    return Reply(help_card(ctx))


@feature.action("help.menu")
async def menu(ctx: Ctx) -> Reply:
    """Help, from a button."""
    return Reply(help_card(ctx))


@feature.action("help.about")
async def about(ctx: Ctx) -> Reply:
    """What I do and who sees what, at any time."""
    return Reply(cards.welcome(ctx.is_admin))


@feature.on_text
async def text(ctx: Ctx, words: str) -> Reply:
    """A plain direct message: stop, a greeting, or a question."""
    said = " ".join(words.lower().strip(" .!").split())
    if said in STOP_WORDS:
        return Reply(await stop_everything(ctx))
    if said in GREETINGS:
        return Reply(cards.welcome(ctx.is_admin) if ctx.person.welcomed_at is None else help_card(ctx))
    return Reply(await look_up(ctx, words))


@feature.on_home
async def home(ctx: Ctx) -> Reply:
    """Progress, what is next and what is due: the sections of all features."""
    blocks: list[Block] = []
    for section in ctx.registry.home_sections:
        blocks.extend(await section(ctx))
    if not blocks or ctx.person.welcomed_at is None:
        return Reply(cards.welcome(ctx.is_admin))
    ways = Buttons((Button("I have a red flag", encode("guidance.menu")), Button("What I can do", encode("help.menu"))))
    return Reply(Card("Your season", (*blocks, ways), footer="Only you see this page."))


def help_card(ctx: Ctx) -> Card:
    """Each task with its command and examples; only what this person may do here."""
    lines = [_line(command) for command in ctx.registry.visible(ctx.is_admin)]
    return Card(
        "What I can do for you",
        (
            Text("\n\n".join(lines)),
            Text(
                f"You can also write to me {_where(ctx)} in plain words: a question, or `stop` to end all nudges. "
                "Only you see my answers."
            ),
            *((cards.admin_row(),) if ctx.is_admin else ()),
            Buttons(
                (
                    Button("I have a red flag", encode("guidance.menu"), "primary"),
                    Button("Open my checklist", encode("checklist.open")),
                    Button("Who sees what", encode("help.about")),
                )
            ),
        ),
        preview="What I can do for you",
    )


def _where(ctx: Ctx) -> str:
    """Where plain words reach me and nobody else: in a channel everybody would read them, and I would not."""
    return "here" if ctx.invocation.where == "dm" else "in our direct messages (never in a channel)"


def _line(command: Command) -> str:
    examples = " or ".join(f"`{example}`" for example in command.examples[:2])
    return f"**{command.task}:** {examples}"
