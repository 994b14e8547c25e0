"""Drawing what an admin sees: the community's card, one post, a post before it is saved, whom nudges do not reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from commands.actions import base36, encode
from commands.channels.filling import KIND, Draft, rhythm
from commands.channels.saying import OWN, advice, name_of
from commands.markup import channel, escape, when
from commands.ui import OPTION_LABEL, OPTIONS, Block, Button, Buttons, Card, Divider, Fields, Option, Select, Text
from content.catalog import Catalog
from scheduler.posts import SEASON
from storage.channel_posts import MOST, ChannelPost

FEWEST = 3
"""Smaller numbers of people are not told: they might be known by them."""
PREVIEW = "For those who run this community"


def overview(posts: Sequence[ChannelPost], catalog: Catalog, here: str, said: str = "") -> Card:
    """What I say in channels, and what an admin can do. `here` is the channel, "" in direct messages."""
    intro = f"{said}\n\n" if said else ""
    place = channel(here) if here else "a channel: send `/community` in the one that you mean"
    blocks: list[Block] = [
        Text(f"{intro}I post in a channel only what you set up here, and nothing private. This is about {place}.")
    ]
    if posts:
        blocks.append(Text("\n".join(f"- {_line(post, catalog)}" for post in posts)))
        options = tuple(_option(number, post, catalog) for number, post in enumerate(posts, start=1))
        blocks.append(Select("Open a post: pause, change or delete it", encode("channels.open"), options))
    if here and len(posts) < MOST:
        blocks.append(
            Buttons(
                (
                    Button("Post a text of my own here", encode("channels.new", OWN), "primary"),
                    Button("Post nudges here", encode("channels.new", KIND)),
                    Button("Post the dates of the season here", encode("channels.new", SEASON)),
                )
            )
        )
    series = tuple(Option(kind.title, kind.id) for kind in catalog.nudges.values())
    kinds = (*series[: OPTIONS - 1], Option(kind_title(SEASON, catalog), SEASON))
    blocks += [
        Select("Send me every text of these nudges, to look at", encode("channels.texts"), kinds),
        Buttons(
            (
                Button("Whom nudges do not reach", encode("channels.reach")),
                Button("Three next steps for a new community", encode("community.steps")),
            )
        ),
    ]
    footer = f"{len(posts)} of {MOST} posts. Only you see this." if posts else "Only you see this."
    return Card("Your community", tuple(blocks), footer=footer, preview=PREVIEW)


def one(post: ChannelPost, catalog: Catalog) -> Card:
    """One post with what can be done about it."""
    title = name_of(post.kind, post.words, catalog)
    facts = [
        ("Where", channel(post.channel)),
        ("When", escape(rhythm(post.kind, post.spec, post.zone))),
        ("Next", when(post.next_at) if post.enabled and post.next_at else "not while it is off"),
    ]
    if post.mention:
        facts.append(("Calls", f"one role or group, {escape(post.mention)}"))
    if post.last_error:
        facts.append(("It could not be sent", advice(post.last_error)))
    blocks: list[Block] = [Fields(tuple(facts))]
    if post.kind == OWN:
        blocks.append(Text(_begin((post.words or "").partition("\n")[2])))
    switch = (
        Button("Pause this post", encode("channels.set", post.id, False))
        if post.enabled
        else Button("Turn this post on", encode("channels.set", post.id, True), "primary")
    )
    change = Button("Change this post", encode("channels.edit", post.id))
    gone = Button("Delete this post", encode("channels.delete", post.id), "danger")
    blocks.append(Buttons((switch, change, gone, Button("Back to all posts", encode("channels.show")))))
    return Card(title, tuple(blocks), footer="Only you see this.", preview=PREVIEW)


def before_saving(card: Card, draft: Draft, draft_id: int, spec: Mapping[str, object], first: datetime) -> Card:
    """The post exactly as it will stand, and under a line what saving it means. Raises `OverBudget`."""
    calls = f" It calls the role or group {escape(draft.mention)} by name." if draft.mention else " It calls nobody."
    note = (
        f"**Above the line it stands as everybody will see it** in {channel(draft.channel)}. "
        f"It comes first {when(first)}, then {escape(rhythm(draft.kind, spec, draft.zone))}.{calls}"
    )
    buttons = (
        Button("Yes: save and post this", encode("channels.confirm", draft_id), "primary"),
        Button("Change it before saving", encode("channels.again", draft_id)),
        Button("Do not save this", encode("channels.drop", draft_id)),
    )
    return replace(card, blocks=(*card.blocks, Divider(), Text(note), Buttons(buttons)), preview=PREVIEW)


def reach(now_out: Mapping[str, int], failed: Mapping[str, int]) -> Card:
    """How many people nudges do not reach, by reason; never who, and no number below three."""
    names = (
        ("unreachable", "Direct messages closed to me, nudges paused"),
        ("left", "Left this community"),
        ("gone", "Account closed"),
    )
    blocks: list[Block] = [
        Text("How many people, never who. A number below three is not shown."),
        Fields(tuple((label, _number(now_out.get(key, 0))) for key, label in names)),
    ]
    if failed:
        blocks += [
            Text("**In the last 30 days at least one nudge failed for:**"),
            Fields(tuple((reason, _number(count)) for reason, count in sorted(failed.items()))),
        ]
    return Card("Whom nudges do not reach", tuple(blocks), footer="Only you see this.", preview=PREVIEW)


def kind_title(kind_id: str, catalog: Catalog) -> str:
    """What a kind of nudges is called; it is one that is there."""
    return "Before and after dates" if kind_id == SEASON else catalog.nudges[kind_id].title


def on_their_way(title: str, count: int) -> Card:
    """The texts of a kind are coming."""
    text = (
        f"**{escape(title)}:** {count} messages are on their way to your direct messages, a few seconds apart. "
        "Each says that it is for looking at. Nothing about you is kept of them."
    )
    return Card("Every text, to look at", (Text(text),), preview=PREVIEW)


def _line(post: ChannelPost, catalog: Catalog) -> str:
    state = f"next {when(post.next_at)}" if post.enabled and post.next_at else "off"
    state = "off: it could not be sent" if post.last_error and not post.enabled else state
    return f"**{escape(name_of(post.kind, post.words, catalog))}** in {channel(post.channel)}, {state}"


def _option(number: int, post: ChannelPost, catalog: Catalog) -> Option:
    return Option(f"{number}: {name_of(post.kind, post.words, catalog)}"[:OPTION_LABEL], base36(post.id))


def _begin(words: str) -> str:
    return escape(words if len(words) <= 300 else words[:299].rsplit(" ", 1)[0] + "…") or "(no text)"


def _number(count: int) -> str:
    return "fewer than 3" if count < FEWEST else str(count)


_CLOSED = frozenset({"50007", "50278", "50033", "dm_closed", "cannot_dm_bot", "messages_tab_disabled"})
_GONE = frozenset({"10013", "user_disabled", "user_deleted", "user_not_found", "user_not_visible"})


def failure(reason: str) -> str:
    """The machine word of a failed nudge in plain words."""
    if reason in _CLOSED:
        return "Direct messages closed to me"
    return "Account closed" if reason in _GONE else "The platform did not take it"
