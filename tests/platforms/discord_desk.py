"""A small bot for the adapter's tests: every kind of outcome behind a command, without database or features."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

from commands import cards
from commands.actions import Ref, encode
from commands.arguments import Argument
from commands.context import Ctx, Invocation
from commands.errors import BadInput, UserError
from commands.forms import file_text
from commands.markup import escape
from commands.outcomes import Choices, Direct, FormErrors, OpenForm, Outcome, Reply, Update
from commands.registry import Feature, Registry, Values
from commands.ui import Button, Buttons, Card, Field, Form, Option, Select, Text

NOW = datetime(2026, 9, 23, 13, 0, tzinfo=UTC)

feature = Feature("desk")


def step(number: int, done: bool) -> Card:
    """A card with a button that changes it."""
    label = "Undo: step" if done else "Done: step"
    buttons = Buttons(
        (
            Button(label, encode("desk.set", number, not done), "primary"),
            Button("Add a note", encode("desk.form", number)),
            Button("Where am I?", encode("desk.where")),
        )
    )
    options = (Option("Letters", "letters"), Option("Visa", "visa-need"))
    pick = Select("Pick a topic", encode("desk.pick"), options)
    return Card("Done" if done else "To do", (Text(f"Step {number}"), buttons, pick))


def note_form(number: int, value: str = "") -> Form:
    """A form that must not be left empty."""
    kinds = (Option("Idea", "idea"), Option("Task", "task"))
    return Form(
        "Add a note",
        (Field("note", "Your note", value=value), Field("kind", "Kind", "choice", options=kinds)),
        encode("desk.save", number),
    )


async def suggest(ctx: Ctx, typed: str) -> Choices:
    """Suggestions that show what was typed."""
    return Choices(((f"Topic {typed}", f"topic-{typed}"),))


TOPIC = Argument("topic", "Which topic", complete=suggest)
SIZE = Argument("size", "How much", choices=(("short", "Short"), ("full", "In full")))


@feature.command("step", "Show the step", reads=True)
async def show(ctx: Ctx) -> Reply:
    """A private answer."""
    return Reply(step(1, done=False))


@feature.command("guide", "Say it in your own words", arguments=(SIZE, TOPIC), reads=True)
async def guide(ctx: Ctx, size: str | None, topic: str | None) -> Reply:
    """An answer that shows what arrived."""
    return Reply(Card("Guide", (Text(f"{size} and {topic}"),)))


@feature.command("tell", "Tell everyone", reads=True)
async def tell(ctx: Ctx) -> Reply:
    """An answer for all."""
    return Reply(Card("For all", (Text("Hello"),)), private=False)


@feature.command("send", "Send it to me")
async def send(ctx: Ctx) -> Direct:
    """A card for the direct messages."""
    return Direct(step(3, done=False), Card("Sent to you", (Text("Look at your direct messages."),)))


@feature.command("settings", "Change this community", role="admin", guild_only=True)
async def settings(ctx: Ctx) -> Reply:
    """Only where there is a community."""
    return Reply(Card("Settings", (Text("admin" if ctx.is_admin else "member"),)))


@feature.command("form", "Open the form", opens_form=True)
async def form(ctx: Ctx) -> OpenForm:
    """A form from a command: there is no message to update."""
    return OpenForm(note_form(1))


def file_form() -> Form:
    """A form that takes a file."""
    fields = (Field("copy", "Your file", "file", required=True), Field("more", "One more file", "file"))
    return Form("Bring it back", fields, encode("desk.brought"))


@feature.command("bring", "Bring a file", opens_form=True)
async def bring(ctx: Ctx) -> OpenForm:
    """Ask for a file."""
    return OpenForm(file_form())


@feature.form("desk.brought")
async def brought(ctx: Ctx, values: Values) -> Update | FormErrors:
    """What was in the file."""
    try:
        text, more = file_text(values, "copy"), file_text(values, "more")
    except BadInput as wrong:
        return FormErrors(((wrong.field or "", wrong.advice),), file_form(), encode("desk.form", 1))
    return Update(Card("Brought", (Text(f"It says: {escape(text[:50])}, {len(text)} and {len(more)}"),)))


@feature.action("desk.set")
async def set_done(ctx: Ctx, number: Ref, done: bool) -> Update:
    """Replace the card."""
    return Update(step(number, done))


@feature.action("desk.form", opens_form=True)
async def open_form(ctx: Ctx, number: Ref) -> OpenForm:
    """A form from a button."""
    return OpenForm(note_form(number, "from before"))


@feature.action("desk.where")
async def where(ctx: Ctx) -> Reply:
    """A new message beside the card."""
    return Reply(Card("Here", (Text(f"{ctx.invocation.where}"),)))


@feature.action("desk.pick")
async def pick(ctx: Ctx, topic: str) -> Update:
    """What was picked."""
    return Update(Card("Picked", (Text(topic),)))


@feature.form("desk.save")
async def save(ctx: Ctx, number: Ref, values: Values) -> Update | FormErrors:
    """Refuse an empty note."""
    note = values["note"]
    if not note.strip():
        wrong = (("note", "Please write a word."),)
        return FormErrors(wrong, note_form(number, note), encode("desk.form", number))
    return Update(Card("Saved", (Text(f"{number}: {escape(note)} as {values['kind'] or 'nothing'}"),)))


@feature.on_text
async def text(ctx: Ctx, words: str) -> Reply:
    """A plain direct message."""
    return Reply(Card("You wrote", (Text(f"{len(words)} characters"),)))


@feature.event("installed")
async def installed(ctx: Ctx) -> Direct:
    """Greet the installer."""
    card = Card("Three next steps", (Text(ctx.invocation.options["installer"]),))
    return Direct(card, card)


@dataclass
class Desk:
    """Stands in for the boundary. `seen` holds what arrived; a handler waits while `gate` is closed."""

    registry: Registry = field(default_factory=lambda: Registry([feature]))
    seen: list[Invocation] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    gate: asyncio.Event | None = None
    replays: bool = False
    fails: bool = False
    _events: dict[str, asyncio.Event] = field(default_factory=dict)

    async def heard(self, event: str) -> None:
        """Wait until an event was reported."""
        async with asyncio.timeout(5):
            await self._events.setdefault(event, asyncio.Event()).wait()

    def opens_form(self, invocation: Invocation) -> bool:
        try:
            return self.registry.route(invocation).opens_form
        except UserError:
            return False

    async def run(self, invocation: Invocation) -> Outcome | None:
        self.seen.append(invocation)
        self.arrived.set()
        if invocation.what == "event":
            self._events.setdefault(invocation.name, asyncio.Event()).set()
        if self.gate is not None and invocation.what != "event":
            await self.gate.wait()
        if self.fails:
            raise RuntimeError("not even the boundary is perfect")
        if self.replays:
            return None
        try:
            route = self.registry.route(invocation)
            return await route.run(Ctx(invocation, self.registry, cast(Any, None), NOW, None, None))
        except BadInput as refusal:
            return Reply(cards.refusal(refusal))
        except UserError as refusal:
            return None if invocation.what == "event" else Reply(cards.refusal(refusal))

    def events(self) -> list[str]:
        """Names of the events reported so far."""
        return [invocation.name for invocation in self.seen if invocation.what == "event"]


def said(components: Sequence[Any]) -> str:
    """All text of a message's components, in order."""
    found: list[str] = []
    for part in components:
        found.extend(str(part[name]) for name in ("content", "label", "placeholder") if part.get(name))
        found.append(said(part.get("components", ())))
        found.extend(said([part[name]]) for name in ("accessory", "component") if part.get(name))
    return "\n".join(line for line in found if line)
