"""How far a person is: one list in its parts, and the season with all lists as a picture and in words."""

from __future__ import annotations

from collections import Counter

from commands.actions import Ref, encode
from commands.checklist.drawing import overview
from commands.checklist.drawing.picture import (
    MOST_BARS,
    Progress,
    alt,
    mark_words,
    progress_of,
    progress_picture,
    total_words,
)
from commands.checklist.lists import mine, own
from commands.checklist.model.due import Standpoint, standpoint
from commands.checklist.model.state import View
from commands.checklist.showing import feature
from commands.context import Ctx
from commands.markup import escape
from commands.outcomes import Update
from commands.ui import Block, Button, Buttons, Card, Picture, Row, Text
from commands.words import day_words, fitted, label

_MARK = 120
"""What the words for a day may cost, see `markup.cost`: eight of them fit beside eight lists."""


@feature.action("checklist.progress", reads=True)
async def progress(ctx: Ctx, list_id: Ref) -> Update:
    """How far the list is."""
    return Update(progress_card(await own(ctx, list_id)))


@feature.action("lists.season", reads=True)
async def season(ctx: Ctx, dark: bool) -> Update:
    """The season as a picture, light or dark."""
    return Update(await season_card(ctx, dark))


async def season_card(ctx: Ctx, dark: bool = False, *, drawn: bool = True) -> Card:
    """All lists and the days ahead: the picture, the same in words, and a row for each list."""
    views = await mine(ctx)
    if not views:
        return overview.none_card()
    own_dates = await ctx.uow.own_dates.of(ctx.person.id)
    here = standpoint(ctx.person, ctx.catalog, own_dates, ctx.now)
    shown = progress_of("Your season", views, here, own_dates)
    picture = (Picture(await progress_picture(shown, dark), alt(shown)),) if drawn else ()
    other = "Light picture" if dark else "Dark picture"
    ways = Buttons(
        (
            Button(other if drawn else "Draw it as a picture", encode("lists.season", drawn and not dark)),
            overview.WEEK,
            overview.SEE_ALL,
        )
    )
    blocks: tuple[Block, ...] = (*picture, Text(_in_words(shown, here)), *map(_row, views[:MOST_BARS]), ways)
    more = len(views) - MOST_BARS
    footer = f"And {more} more: see all lists. " if more > 0 else ""
    return Card("Your progress", blocks, footer=f"{footer}Only you see this.", preview="Your progress")


def _in_words(shown: Progress, here: Standpoint) -> str:
    ahead = [mark for mark in shown.shown_marks() if mark.day >= here.today]
    lines = [f"- {day_words(mark.day)}: {escape(fitted(mark_words(mark), _MARK))}" for mark in ahead]
    return f"{total_words(shown.bars)}\n\n**Ahead**\n\n" + "\n".join(lines) if lines else total_words(shown.bars)


def _row(view: View) -> Row:
    button = Button(f"Open: {view.template.title}", encode("checklist.here", view.id))
    return Row(f"**{escape(view.template.title)}**\n{overview.bar_text(view)}", button)


def progress_card(view: View) -> Card:
    """How far each part of one list is, in words."""
    total = Counter(item.section for item in view.items)
    closed = Counter(item.section for item in view.items if not item.open)
    lines = [f"- {escape(section)}: {closed[section]} of {count} closed" for section, count in total.items()]
    ways = [Button("Open the list", encode("checklist.here", view.id))]
    following = view.next()
    said = "Every step is closed. Well done."
    if following:
        said = f"Next: **{overview.title_of(following)}**."
        ways.append(Button(label(f"Next: {following.title}"), encode("checklist.step", following.row.id), "primary"))
    ways.append(Button("Show all my lists in one picture", encode("lists.season", False)))
    return Card(
        f"{view.template.title}: {view.done} of {view.total} done",
        (Text(said), Text("\n".join(lines)), Buttons(tuple(ways))),
        preview="Your progress",
    )
