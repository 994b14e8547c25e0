"""What came and what did not: each nudge with its time, how late it was, what was answered, or why it stayed away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from commands.actions import encode
from commands.context import NOTHING, Ctx
from commands.markup import escape, when
from commands.nudges.composer import LATE
from commands.nudges.drawing import BACK
from commands.ui import Button, Buttons, Card, Text
from commands.words import fitted
from content.catalog import Catalog
from storage.ledger import NudgeRow
from storage.nudges import family

A_PAGE = 8
ANSWERS = {
    "done": "you did it",
    "snoozed": "you put it off",
    "less": "you asked for fewer",
    "stopped": "you stopped it",
}
WHY = {
    "cap": "you had enough of them that week",
    "done": "its step was done already",
    "all_said": "you have had all of this series this season",
    "not_now": "nothing in this series fits this part of the season",
    "not_for_you": "this series is not for you, by what you told me",
    "off": "it was off by then",
    "answered": "you had done it by then",
    "gone": "its page or date is gone",
    "paused": "your nudges were paused",
    "away": "you were away",
    "repeated": "it had come before",
    "stopped": "you stopped it",
    "moved": "you moved it to another time",
    "date_moved": "its date has moved",
    "late": "it would have come too late to help",
    "dm_closed": "your direct messages were closed to me",
    "attempts": "the platform did not take it",
}
_DATE = "A date of the season"
_DATES = {"own": "Your own date", "community": "A date of your community"}
_ENDS = {"dropped": "dropped", "unsaid": "not sent", "cancelled": "not sent", "failed": "did not reach you"}
_UNREACHABLE = ("50007", "50278", "10013", "user_disabled", "user_not_found", "channel_not_found", "cannot_dm_bot")


async def page(ctx: Ctx, before: int | None = None) -> Card:
    """Eight nudges, the latest first, and the way to the older ones."""
    rows = await ctx.uow.ledger.history(ctx.person.id, A_PAGE + 1, before)
    words = {rule.kind: rule.words for rule in await ctx.uow.nudges.of(ctx.person.id) if rule.words}
    return card(rows, ctx.catalog, words, await _dates(ctx))


async def _dates(ctx: Ctx) -> dict[str, str]:
    """The dates of the person's own and of their communities, by what an item calls them."""
    places = [each.community for each in ctx.person.memberships]
    own = {f"own:{date.id}": date.words for date in await ctx.uow.own_dates.of(ctx.person.id)}
    shared = {f"community:{date.id}": date.title for date in await ctx.uow.community_dates.of(places)}
    return own | shared


def card(
    rows: Sequence[NudgeRow], catalog: Catalog, own: Mapping[str, str], dates: Mapping[str, str] = NOTHING
) -> Card:
    """A page of the history; one row more than a page says that there are older ones.

    `own`: the words of reminders by their kind; `dates`: those of dates that are not of the season, by name.
    """
    shown = rows[:A_PAGE]
    lines = "\n\n".join(line(row, _title(row, catalog, own, dates)) for row in shown)
    buttons = [Button("Back to my nudges", BACK)]
    if len(rows) > A_PAGE:
        buttons.insert(0, Button("Show older ones", encode("nudges.history", shown[-1].id)))
    return Card(
        "What came, and what did not",
        (Text(lines or "Nothing has come yet. When nudges come, you find them here."), Buttons(tuple(buttons))),
        preview="Your nudges",
    )


def line(row: NudgeRow, title: str) -> str:
    """One nudge: due, sent, how late, answered; or why not."""
    due = f"**{title}**, due {when(row.due_at)}: "
    if row.state == "planned":
        return due + "to come."
    if row.state != "sent" or row.sent_at is None:
        why = WHY["dm_closed"] if row.reason in _UNREACHABLE else WHY.get(row.reason or "", "")
        return f"{due}{_ENDS.get(row.state, 'not sent')}{f', because {why}' if why else ''}."
    late = row.sent_at - row.due_at
    sent = f"came {how_long(late)} late" if late >= LATE else "came on time"
    return f"{due}{sent}{f'; {ANSWERS[row.answer]}' if row.answer in ANSWERS else ''}."


def how_long(span: timedelta) -> str:
    """ "12 minutes", "3 hours", "2 days": one unit is enough."""
    minutes = int(span.total_seconds()) // 60
    for size, name in ((24 * 60, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            number = minutes // size
            return f"{number} {name}{'' if number == 1 else 's'}"
    return "less than a minute"


def _title(row: NudgeRow, catalog: Catalog, own: Mapping[str, str], dates: Mapping[str, str]) -> str:
    match family(row.kind):
        case "curated":
            kind = catalog.nudges.get(row.kind)
            return kind.title if kind else "A series that is gone"
        case "season":
            name = (row.item or "").rpartition(":")[0]
            milestone = catalog.milestones.get(name)
            return milestone.title if milestone else _named(dates.get(name, _DATES.get(name.partition(":")[0], _DATE)))
        case "own":
            return _named(own.get(row.kind, "A reminder of your own"))


def _named(words: str) -> str:
    return escape(fitted(words, 60))
