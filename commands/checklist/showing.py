"""What all parts of the checklist share: the feature itself, and a list as it is shown to whoever asked."""

from __future__ import annotations

from commands.checklist import drawing
from commands.checklist.lists import upgraded
from commands.checklist.state import View
from commands.context import Ctx
from commands.registry import Feature
from commands.ui import Card

feature = Feature("checklist")

FIRST_LIST = "strategy"


async def first(ctx: Ctx) -> View | None:
    """The person's first list, if there is any."""
    lists = await upgraded(ctx)
    return lists[0] if lists else None


async def list_card(ctx: Ctx, mine: View, number: int = 0, said: str = "") -> Card:
    """A page of the list; nudges are offered on it until some are on."""
    has_nudges = any(rule.enabled for rule in await ctx.uow.nudges.of(ctx.person.id))
    return drawing.list_card(mine, number, said, offer_nudges=not has_nudges)


def next_card(mine: View) -> Card:
    """The step that is next, or the list when there is none."""
    following = mine.next()
    return drawing.step_card(mine, following) if following else drawing.list_card(mine)
