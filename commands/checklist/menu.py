"""`/checklist`, and the part of the Home tab that is about lists."""

from __future__ import annotations

from collections.abc import Sequence

from commands.actions import encode
from commands.arguments import Argument
from commands.checklist import drawing
from commands.checklist.handlers import start
from commands.checklist.progress import progress_card
from commands.checklist.showing import FIRST_LIST, feature, first, list_card, next_card
from commands.context import Ctx
from commands.markup import escape
from commands.outcomes import Direct, Outcome, Reply
from commands.ui import Block, Button, Row, Text


@feature.command(
    "checklist",
    "Your application checklist, in your direct messages",
    task="Work through your application in small steps",
    examples=("/checklist", "/checklist next", "/checklist progress"),
    arguments=(
        Argument(
            "show",
            "The list, your next step, or your progress",
            choices=(("list", "The list"), ("next", "My next step"), ("progress", "My progress")),
        ),
    ),
)
async def show(ctx: Ctx, show: str | None) -> Outcome:
    """The list in the direct messages, started if there is none; next step or progress in place."""
    mine = await first(ctx)
    if mine is None:
        return await start(ctx, FIRST_LIST)
    if show == "progress":
        return Reply(progress_card(mine))
    if show == "next":
        return Reply(next_card(mine))
    return Direct(await list_card(ctx, mine), drawing.sent_note(mine))


@feature.home
async def home(ctx: Ctx) -> Sequence[Block]:
    """Progress and what is next, for Slack's Home tab."""
    mine = await first(ctx)
    if mine is None:
        button = Button("Start my checklist", encode("checklist.start", FIRST_LIST), "primary")
        return (Row("**Your checklist**\nSmall steps through your application.", button),)
    following = mine.next()
    blocks: list[Block] = [
        Row(
            f"**{mine.template.title}**\n{mine.done} of {len(mine.items)} steps done.",
            Button("Open my checklist", encode("checklist.page", mine.id, 0)),
        )
    ]
    if following:
        text = f"**Next: {following.title}**\n{escape(following.step.takes if following.step else following.section)}"
        blocks.append(Row(text, Button("Open my next step", encode("checklist.next", mine.id), "primary")))
    else:
        blocks.append(Text("Every step is closed. Well done."))
    return blocks
