"""What a post says at the moment it is sent: the admin's own text, the next of a kind of nudges, or dates ahead.

Everybody in the channel reads it: nothing here knows of any person.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from commands.actions import encode
from commands.composing import Composed, Place
from commands.markup import channel, clean, escape, when
from commands.ui import BUTTON_LABEL, PREVIEW, Block, Button, Buttons, Card, Text
from content.catalog import Catalog
from content.plans import MilestoneNudge, NudgeKind, NudgeText
from content.seasons import SeasonDay, season_of
from scheduler.clock import to_wall
from scheduler.posts import CLOSED, SEASON, TROUBLE, told_by
from scheduler.zones import zone
from storage.channel_posts import LEFT, POST
from storage.db import Uow
from storage.outbox import OutboxRow

OWN = "own"
FOOTER = "What a button here shows, only you see."
MOST_DATES = 5
"""Dates of one post: a button each."""
_ADDRESS = re.compile(r"https?://[^\s<>()\[\]\\|]+")


@dataclass(frozen=True, slots=True)
class Told:
    """A post as it stands, and how much of its series is behind it then."""

    card: Card
    said: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A post as the admin filled it in; the names are those of `storage.channel_posts.ChannelPost`."""

    kind: str
    words: str | None
    mention: str | None
    spec: Mapping[str, Any]
    zone: str
    channel: str
    said: int = 0


def coming_days(catalog: Catalog, now: datetime) -> tuple[SeasonDay, ...]:
    """The milestones of this season and the next."""
    season = season_of(now)
    return (*catalog.season(season), *catalog.season(season + 1))


def tell(plan: Plan, catalog: Catalog, slot: datetime) -> Told | None:
    """The post of this slot; None when there is nothing to say. Raises `OverBudget` for words that are too long."""
    if plan.kind == OWN:
        return Told(_own(plan.words or ""), plan.said + 1)
    if plan.kind == SEASON:
        days = told_by(coming_days(catalog, slot), plan.spec, plan.zone, slot)
        return Told(_dates(days[:MOST_DATES], plan.zone, slot), plan.said + 1) if days else None
    kind = catalog.nudges.get(plan.kind)
    return None if kind is None else _next(kind, catalog, plan.said, slot)


def _own(words: str) -> Card:
    heading, _, text = words.partition("\n")
    preview = " ".join(clean(heading).split())[:PREVIEW]
    return Card(clean(heading), (Text(linked(text)),), footer="From the admins of this community.", preview=preview)


def linked(words: str) -> str:
    """A person's words as they were typed, with the addresses in them to be followed."""
    pieces, position = [], 0
    for found in _ADDRESS.finditer(words):
        address = found[0].rstrip(".,;:!?'\"*_~")
        pieces += [escape(words[position : found.start()]), f"[{escape(address)}]({address})"]
        position = found.start() + len(address)
    return "".join((*pieces, escape(words[position:])))


def _next(kind: NudgeKind, catalog: Catalog, said: int, now: datetime) -> Told | None:
    """The first text from its place in the series on that is in season; after the last it begins anew."""
    count = len(kind.texts)
    days = {day.milestone.id: day.at for day in catalog.season(season_of(now))}
    for place in range(said, said + count):
        text = kind.texts[place % count]
        if _in_season(text, days, now):
            return Told(text_card(kind.title, text), place + 1)
    return None


def text_card(title: str, text: NudgeText | MilestoneNudge, footer: str = FOOTER) -> Card:
    """One text of the content for everybody: no buttons that would be one person's answer."""
    button = Button(text.do, encode("guidance.read", text.topic, text.part), "primary")
    return Card(title, (Text(text.text), Buttons((button,))), footer=footer, preview=title)


def _in_season(text: NudgeText, days: Mapping[str, datetime], now: datetime) -> bool:
    after, before = (days.get(name) if name else None for name in (text.after, text.before))
    return (after is None or now >= after) and (before is None or now < before)


def _dates(days: list[SeasonDay], zone_name: str, slot: datetime) -> Card:
    today = to_wall(slot, zone(zone_name)).date()
    lines = [Text(_line(day, zone_name, today)) for day in days]
    topics = {day.milestone.topic: day for day in days if day.milestone.topic}
    buttons = tuple(
        Button(f"Read more: {day.milestone.title}"[:BUTTON_LABEL], encode("guidance.read", topic, "overview"))
        for topic, day in topics.items()
    )
    blocks: tuple[Block, ...] = (*lines, *((Buttons(buttons),) if buttons else ()))
    title = days[0].milestone.title if len(days) == 1 else "Dates ahead"
    return Card(title, blocks, footer=FOOTER, preview="A date of the season is near")


def _line(day: SeasonDay, zone_name: str, today: date) -> str:
    left = to_wall(day.at, zone(zone_name)).date() - today
    ahead = "Tomorrow" if left == timedelta(days=1) else f"In {left.days} days"
    sure = "" if day.status == "verified" else f" This date is not confirmed: [check it here]({day.check_at})."
    return f"**{ahead}: {escape(day.milestone.title)}**, {when(day.at)}\n{day.milestone.short}{sure}"


class PostComposer:
    """Writes rows of key "channel.post"."""

    key = POST

    async def compose(
        self, uow: Uow, catalog: Catalog, row: OutboxRow, now: datetime, *, demo: bool = False
    ) -> Composed | None:
        """The post, unless it was paused, changed to say nothing now, or its community is gone."""
        payload = row.payload or {}
        post = await uow.channel_posts.living(int(payload.get("post", 0)))
        if post is None:
            return None
        plan = Plan(post.kind, post.words, post.mention, post.spec, post.zone, post.channel, post.said)
        told = tell(plan, catalog, datetime.fromisoformat(str(payload["slot"])))
        if told is None:
            return None
        place = Place(post.channel, post.mention)
        return Composed(told.card, {"post": post.id, "said": told.said}, place=place)

    async def settled(self, uow: Uow, row: OutboxRow, composed: Composed, now: datetime) -> None:
        """The next one says the next text."""
        await uow.channel_posts.was_said(composed.note["post"], composed.note["said"])


class TroubleComposer:
    """Writes rows of key "channel.trouble": one private line to the admin whose post a channel refused."""

    key = TROUBLE

    async def compose(
        self, uow: Uow, catalog: Catalog, row: OutboxRow, now: datetime, *, demo: bool = False
    ) -> Composed | None:
        """What happened and what to do, unless the post was deleted or turned on again meanwhile."""
        payload = row.payload or {}
        post = await uow.channel_posts.get(int(payload.get("post", 0)))
        if post is None or post.enabled:
            return None
        what, where = escape(name_of(post.kind, post.words, catalog)), channel(post.channel)
        said = f"**{what}** could not be posted in {where}. {advice(str(payload.get('reason', '')))}"
        after = "I have turned this post off and do not try again. Then send `/community` there to turn it on."
        card = Card(
            "I could not post in a channel",
            (Text(said), Text(after)),
            tone="warning",
            preview="A post could not be sent",
        )
        return Composed(card)

    async def settled(self, uow: Uow, row: OutboxRow, composed: Composed, now: datetime) -> None:
        """The sent row is all."""


def name_of(kind: str, words: str | None, catalog: Catalog) -> str:
    """What a post is called in lists, plain text."""
    if kind == OWN:
        heading = " ".join(clean((words or "").partition("\n")[0]).split())
        return heading if len(heading) <= 40 else heading[:39].rstrip() + "…"
    if kind == SEASON:
        return "Dates of the season"
    found = catalog.nudges.get(kind)
    return found.title if found else "Nudges that are no longer in the collection"


_INVITE = "I am not in that channel, or it is gone. Invite me there: type `/invite` and choose me."
_RIGHTS = (
    "I may not write there, or the channel is gone. Let me see the channel and send messages in it: its settings, "
    "under the permissions."
)
_ADVICE = {
    "not_in_channel": _INVITE,
    "channel_not_found": _INVITE,
    "is_archived": "The channel is archived. Set the post up anew in another one.",
    "missing_scope": "My app lacks a right. Add the scope `chat:write.public` to the app and install it again, "
    "or invite me to the channel with `/invite`.",
    "unreadable": "I could not read when it should come. Delete it and set it up anew.",
    LEFT: "The admin who set it up has left. Turn it on: then I write to you when something is wrong with it.",
    "10003": "The channel is gone. Set the post up anew in another one.",
    "50083": "The thread is closed. Open it again, or set the post up anew in a channel.",
}


def advice(reason: str) -> str:
    """What an admin can do about a channel that refused us; `reason` is a machine word."""
    code = reason.removeprefix(CLOSED)
    if code.startswith("restricted_action"):
        return (
            "Only some people may write in that channel. Let me write there: its settings, under posting permissions."
        )
    return _ADVICE.get(code, _RIGHTS)
