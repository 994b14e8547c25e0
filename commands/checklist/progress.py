"""How far a list is."""

from __future__ import annotations

from itertools import groupby

from commands.actions import Ref, encode
from commands.checklist.drawing import summary
from commands.checklist.lists import own
from commands.checklist.showing import feature
from commands.checklist.state import View
from commands.context import Ctx
from commands.markup import escape
from commands.outcomes import Update
from commands.ui import Button, Buttons, Card, Fields, Text


@feature.action("checklist.progress", reads=True)
async def progress(ctx: Ctx, list_id: Ref) -> Update:
    """How far the list is."""
    return Update(progress_card(await own(ctx, list_id)))


def progress_card(view: View) -> Card:
    """How far each part is, in words."""
    parts = []
    for section, group in groupby(view.items, key=lambda item: item.section):
        items = tuple(group)
        closed = sum(not item.open for item in items)
        parts.append((escape(section), f"{closed} of {len(items)} closed"))
    following = view.next()
    ways = [Button("Open the list", encode("checklist.page", view.id, 0))]
    if following:
        ways.append(Button(f"Next: {following.title}", encode("checklist.step", following.row.id), "primary"))
    return Card(
        f"{view.template.title}: {view.done} of {len(view.items)} done",
        (Text(summary(view, "")), Fields(tuple(parts)), Buttons(tuple(ways))),
        preview="Your progress",
    )
