"""What a person's lists gain and lose when they tell something else of themselves."""

from __future__ import annotations

from collections.abc import Sequence

from commands import living
from commands.checklist.lists import views
from commands.checklist.model.branches import changed
from commands.checklist.showing import feature, key
from commands.context import Ctx
from commands.markup import escape
from storage.people import Person

MOST = 5
"""Titles of steps told by name."""


@feature.on_profile_change
async def follow(ctx: Ctx, before: Person, after: Person) -> tuple[str, ...]:
    """Which steps joined and which left; the messages that show the lists are brought up to date."""
    if (before.zone, before.about) == (after.zone, after.about):
        return ()
    old, new = [await views(ctx.uow, ctx.catalog, who, ctx.now) for who in (before, after)]
    joined: list[str] = []
    left: list[str] = []
    for was, now in zip(old, new, strict=True):
        came, went = changed(was, now)
        joined += came
        left += went
        await living.refresh(ctx, key(now.id))
    said = (
        _sentence(joined, "joined your checklists"),
        _sentence(left, "left your checklists; what you wrote there is kept"),
    )
    return tuple(sentence for sentence in said if sentence)


def _sentence(titles: Sequence[str], what: str) -> str:
    if not titles:
        return ""
    more = len(titles) - MOST
    named = ", ".join(f"*{escape(title)}*" for title in titles[:MOST]) + (f" and {more} more" if more > 0 else "")
    return f"{len(titles)} {'step' if len(titles) == 1 else 'steps'} {what}: {named}."
