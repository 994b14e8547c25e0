"""`/privacy`: what is kept and for how long, a copy of it, and deletion of everything at once."""

from __future__ import annotations

import json
from datetime import timedelta

from commands.actions import encode
from commands.context import Ctx, Platform
from commands.outcomes import Direct, Reply, Update
from commands.registry import Feature
from commands.ui import Attachment, Button, Buttons, Card, Text
from storage import retention

feature = Feature("privacy")

FILE = "matchmentor-data.json"
_ARRIVAL = frozenset({"person", "account", "membership"})
"""What a press alone leaves behind: the tables that have a row of everybody who asks anything."""

_STAYS: dict[Platform, str] = {
    "discord": "What I sent you before stays in our conversation, pictures of your progress too, and I can no longer "
    "find it. Discord does not let you delete it either. You can close the conversation, which only hides it.",
    "slack": "What I sent you before stays in our conversation, and pictures of your progress stay in Slack as files "
    "of mine. I can no longer find them. How long Slack keeps both is a setting of your workspace: ask its owners.",
}
"""What a deletion cannot reach. On neither platform can a person delete what a bot wrote to them."""


@feature.command(
    "privacy",
    "What I keep about you, a copy of it, and deletion",
    task="See, copy or delete what I keep about you",
    examples=("/privacy",),
    reads=True,
)
async def privacy(ctx: Ctx) -> Reply:
    """What is kept and for how long."""
    return Reply(privacy_card())


@feature.action("privacy.show", reads=True)
async def show(ctx: Ctx) -> Reply:
    """The same, from a button."""
    return Reply(privacy_card())


@feature.action("privacy.export", reads=True)
async def export(ctx: Ctx) -> Direct:
    """Everything about the person as a file, in their direct messages only."""
    rows = await ctx.uow.privacy.export(ctx.person.id)
    data = json.dumps(rows, indent=2, ensure_ascii=False).encode()
    return Direct(export_card(sum(len(table) for table in rows.values()), data), sent_card())


@feature.action("privacy.ask_delete", reads=True)
async def ask_delete(ctx: Ctx) -> Update:
    """Ask again: this cannot be taken back."""
    return Update(warning_card())


@feature.action("privacy.keep", reads=True)
async def keep(ctx: Ctx) -> Update:
    """Nothing was deleted."""
    return Update(privacy_card())


@feature.action("privacy.delete")
async def delete(ctx: Ctx) -> Update:
    """Delete everything now. Whoever has nothing here but this press is told so; its traces go too."""
    stranger = ctx.person.welcomed_at is None
    counts = await ctx.uow.privacy.delete(ctx.person.id)
    return Update(nothing_card() if stranger and counts.keys() <= _ARRIVAL else deleted_card(ctx.invocation.platform))


def privacy_card() -> Card:
    """What is kept, in plain words, from the same list that housekeeping works by."""
    kept = [each for each in retention.RETENTION.values() if each.personal]
    stays = "\n".join(f"- {each.keeps}" for each in kept if each.after is None)
    short = "\n".join(f"- {each.keeps}: {_length(each.after)}" for each in kept if each.after is not None)
    return Card(
        "What I keep about you",
        (
            Text(
                f"**Until you delete it**\n\n{stays}\n\n**For a while**\n\n{short}\n\n"
                f"After you leave, or your community removes me, everything goes after {_length(retention.FROZEN)}. "
                "Before a change to my database I may make a copy of it: such a copy is deleted after "
                f"{_length(retention.COPIES)}."
            ),
            Text(
                "Nobody in your community sees any of it, and I sell or share nothing. "
                "Your own words in questions are read once for an answer and not kept."
            ),
            Buttons(
                (
                    Button("Send me a copy of everything", encode("privacy.export")),
                    Button("Delete everything about me", encode("privacy.ask_delete"), "danger"),
                )
            ),
        ),
        preview="What I keep about you",
    )


def warning_card() -> Card:
    """The question before deletion, with the copy offered first."""
    return Card(
        "Delete everything about you?",
        (
            Text(
                "Your checklists, notes, nudges and settings will be gone at once, and waiting nudges are not sent. "
                "**Nobody can bring them back.** You may want a copy first.\n\n"
                "What I sent you before stays in our conversation, pictures of your progress too."
            ),
            Buttons(
                (
                    Button("Yes, delete everything now", encode("privacy.delete"), "danger"),
                    Button("No, keep it", encode("privacy.keep")),
                    Button("Send me a copy first", encode("privacy.export")),
                )
            ),
        ),
        tone="warning",
        preview="Please confirm",
    )


def deleted_card(platform: Platform) -> Card:
    """After the deletion, which is in the same transaction; with what stays, and who decides on that."""
    return Card(
        "Everything about you is deleted",
        (
            Text(
                "I no longer know you, and I will not write to you. Copies made before a change to my database are "
                f"gone within {_length(retention.COPIES)}.\n\n{_STAYS[platform]}\n\n"
                "If you send me a command again, we start anew."
            ),
        ),
        tone="success",
        preview="Done",
    )


def nothing_card() -> Card:
    """A second deletion, or one by somebody who never was here."""
    return Card(
        "There is nothing stored about you",
        (Text("I keep nothing about you, so there is nothing to delete. Send `/matchmentor` if you want to begin."),),
        preview="Done",
    )


def export_card(rows: int, data: bytes) -> Card:
    """The file, with what is in it."""
    count = "1 entry" if rows == 1 else f"{rows:,} entries"
    return Card(
        "A copy of everything I keep about you",
        (Text(f"{count}, as a JSON file. Any text editor opens it. Times are in UTC."),),
        tone="success",
        preview="The copy you asked for",
        files=(Attachment(FILE, data),),
    )


def sent_card() -> Card:
    """The answer in the place where the copy was asked for."""
    text = Text("Please look at our direct messages. Only you see that file.")
    return Card("The copy is in your direct messages", (text,), tone="success", preview="Done")


def _length(span: timedelta | None) -> str:
    hours = int((span or timedelta()) / timedelta(hours=1))
    number, unit = (hours // 24, "day") if hours % 24 == 0 else (hours, "hour")
    return f"{number} {unit}" + ("" if number == 1 else "s")
