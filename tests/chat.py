"""A person who talks with the bot: the real registry, boundary, database and content, without a platform's network.

    await chat.say("/redflag gap")        a slash command, sent as each platform sends its options; or plain text
    await chat.press("How to explain it") the one button of that label, or whose label contains it, newest message first
    await chat.choose("Visa need")        an option of a menu
    await chat.submit({"note": "..."})    the form that is open
    chat.last                             the latest card or form; `.says(text)`, `.title`
    chat.direct.last                      the latest card in the direct messages
    await chat.until("Mon 09:00")         let time pass, with the planner and the dispatcher at work
    chat.person("b")                      somebody else in the same community, in the same world

Every card and form is drawn for both platforms on the way and checked against what they refuse. A conversation fails
on silence, and on a card that a renderer does not take.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from bot.boundary import Boundary
from commands.arguments import tokenize
from commands.cards import not_saved
from commands.context import Invocation, Platform, What, Where
from commands.features import REGISTRY
from commands.markup import plain
from commands.outcomes import Choices, Direct, FormErrors, OpenForm, Outcome, Reply, Update
from commands.registry import Registry
from commands.ui import Button, Card, Row, Select
from content.catalog import Catalog, CatalogHolder
from content.loader import load_pack
from scheduler.clock import ManualClock
from storage.db import Database
from storage.people import Person
from tests.drawn import check_card, check_form
from tests.shown import Message, Shelf, Window
from tests.turns import Turns

START = datetime(2026, 9, 23, 13, 5, tzinfo=UTC)
"""A Wednesday of the season, a moment when it is 14:05 in Lagos and London."""
COMMUNITY: dict[Platform, str] = {"discord": "880000000000000001", "slack": "T0000001"}
CHANNEL: dict[Platform, str] = {"discord": "880000000000000002", "slack": "C0000001"}
CORE = Path(__file__).parents[1] / "content" / "packs" / "core"


@cache
def core_catalog() -> Catalog:
    """The pack that is shipped."""
    return load_pack(CORE)


@dataclass
class World:
    """What all persons of a test share."""

    database: Database
    platform: Platform
    registry: Registry = field(default_factory=lambda: REGISTRY)
    clock: ManualClock = field(default_factory=lambda: ManualClock(START))
    boundary: Boundary = field(init=False)
    turns: Turns = field(init=False)
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    people: dict[str, Chat] = field(default_factory=dict)

    def __post_init__(self) -> None:
        holder = CatalogHolder(core_catalog)
        self.boundary = Boundary(self.registry, self.database, holder, self.clock)
        self.turns = Turns(self.database, self.registry, holder, self.clock, self.platform, self.arrived)

    def arrived(self, user: str, card: Card, edit: str | None = None) -> str:
        """A message of the outbox reached somebody; where it stands."""
        chat = next(chat for chat in self.people.values() if chat.user == user)
        return chat.arrived(card, edit).ref


class Chat:
    """One person's side of the conversation. `where` is the place in which they type."""

    def __init__(self, world: World, name: str, where: Where = "dm") -> None:
        self.world = world
        self.name = name
        self.where: Where = where
        number = len(world.people) + 1
        self.user = f"77000000000000000{number}" if world.platform == "discord" else f"U000000{number}"
        self.messages: list[Message] = []
        self.direct = Shelf()
        self.window: Window | None = None
        self.sent: list[Invocation] = []
        self.locale: str | None = "en-US"
        self.zone: str | None = None
        self.is_admin = False
        world.people[name] = self

    @property
    def clock(self) -> ManualClock:
        """The clock of this world."""
        return self.world.clock

    @property
    def last(self) -> Message | Window:
        """The form that is open, or the newest message."""
        if self.window is not None:
            return self.window
        assert self.messages, "the bot has said nothing yet"
        return self.messages[-1]

    @property
    def card(self) -> Card:
        """The newest card."""
        assert isinstance(self.last, Message), "a form is open"
        return self.last.card

    def person(self, name: str) -> Chat:
        """Somebody in the same community: the same each time for the same name."""
        return self.world.people.get(name) or Chat(self.world, name, self.where)

    async def say(self, text: str) -> Outcome:
        """Type a command, or plain words in the direct messages."""
        if not text.startswith("/"):
            return await self._answered(self.invocation("text", "text", options={"": text}))
        name, _, rest = text[1:].partition(" ")
        return await self.command(name, self._options(name, rest))

    async def command(self, name: str, options: Mapping[str, str]) -> Outcome:
        """A command with its options as the platform sends them."""
        return await self._answered(self.invocation("command", name, options=options))

    async def text(self, words: str) -> Outcome:
        """A plain direct message."""
        return await self._answered(self.invocation("text", "text", options={"": words}))

    async def press(self, label: str) -> Outcome:
        """Press a button that this person sees."""
        message, button = self._button(label)
        return await self.act(button.action, source=message)

    async def press_beside(self, words: str) -> Outcome:
        """Press the button of the newest row that says this."""
        for message in reversed(self.messages):
            for block in message.card.blocks:
                if isinstance(block, Row) and words in plain(block.md):
                    return await self.act(block.button.action, source=message)
        raise AssertionError(f"no row says {words!r}")

    async def choose(self, label: str) -> Outcome:
        """Pick an option of the newest menu that has it."""
        for message in reversed(self.messages):
            for block in message.card.blocks:
                if isinstance(block, Select):
                    for option in block.options:
                        if option.label == label:
                            return await self.act(block.action, {"picked": option.value}, source=message)
        raise AssertionError(f"no menu has {label!r}")

    async def submit(self, values: Mapping[str, str]) -> Outcome:
        """Send the open form; a field that is not named keeps what it was filled with. Of a file, its text."""
        window = self.window
        assert window is not None, "no form is open"
        unknown = set(values) - {item.name for item in window.form.fields}
        assert not unknown, f"the form has no {unknown}"
        sent = {item.name: values.get(item.name, item.value) for item in window.form.fields}
        for item in window.form.fields:
            assert sent[item.name] or not item.required, f"the platform asks for {item.name} first"
            fits = item.kind == "file" or len(sent[item.name]) <= item.max_length
            assert fits, f"the platform takes no more in {item.name}"
        self.window = None
        return await self._answered(
            replace(
                self.invocation("form", window.form.submit, values=sent),
                message=window.source.ref if window.source else "",
            ),
            source=window.source,
            window=window,
        )

    async def act(
        self,
        action: str,
        values: Mapping[str, str] | None = None,
        *,
        what: What = "action",
        source: Message | None = None,
    ) -> Outcome:
        """Press a button by its id, whoever was shown it."""
        pressed = replace(self.invocation(what, action, values=values or {}), message=source.ref if source else "")
        return await self._answered(pressed, source=source)

    async def again(self) -> Outcome:
        """The same press once more, as from a double click or a second device."""
        return await self._answered(replace(self.sent[-1], delivery=self._delivery()))

    async def replay(self) -> None:
        """The platform delivers the same thing twice: one effect, and no second answer."""
        assert await self.world.boundary.run(self.sent[-1]) is None, "a replay was answered"

    async def event(self, name: str, options: Mapping[str, str] | None = None) -> None:
        """Something that the platform reports about this person and this community."""
        told = replace(self.invocation("event", name, options=options or {}), community=COMMUNITY[self.world.platform])
        assert await self.world.boundary.run(told) is None, "an event was answered"

    async def until(self, moment: str) -> None:
        """Let time pass until "Mon 09:00" on this person's clock, minute by minute where something is due."""
        me = await self.known()
        await self.world.turns.until(moment, (me and me.zone) or "UTC")

    async def settle(self) -> None:
        """Send what is due now."""
        await self.world.turns.turn()

    async def known(self) -> Person | None:
        """What the database knows of this person."""
        async with self.world.database.read() as uow:
            return await uow.people.find(self.world.platform, self._team, self.user)

    def invocation(
        self,
        what: What,
        name: str,
        *,
        options: Mapping[str, str] | None = None,
        values: Mapping[str, str] | None = None,
    ) -> Invocation:
        """What the platform's adapter would hand over."""
        return Invocation(
            self.world.platform, self.user, what, name, where=self.where, team=self._team,
            community=COMMUNITY[self.world.platform] if self.where == "channel" else self._team,
            channel=CHANNEL[self.world.platform] if self.where == "channel" else "",
            delivery=self._delivery(), options=options or {}, values=values or {}, locale=self.locale,
            zone=self.zone, is_admin=self.is_admin,
        )  # fmt: skip

    @property
    def _team(self) -> str:
        return COMMUNITY["slack"] if self.world.platform == "slack" else ""

    def _delivery(self) -> str:
        return f"delivery-{next(self.world.numbers)}"

    def _options(self, name: str, rest: str) -> dict[str, str]:
        if self.world.platform == "slack":
            return {"": rest}
        command = self.world.registry.commands.get(name)
        return tokenize(command, rest) if command and rest.strip() else {}

    def _button(self, label: str) -> tuple[Message, Button]:
        for message in reversed(self.messages):
            buttons = [button for button in message.card.buttons() if isinstance(button, Button)]
            found = [button for button in buttons if button.label == label]
            found = found or [button for button in buttons if label.lower() in button.label.lower()]
            assert len(found) < 2, f"{label!r} names several buttons: {[button.label for button in found]}"
            if found:
                return message, found[0]
        seen = [label for message in self.messages[-2:] for label in message.labels]
        raise AssertionError(f"no button says {label!r}; there are {seen}")

    async def _answered(
        self, sent: Invocation, *, source: Message | None = None, window: Window | None = None
    ) -> Outcome:
        self.sent.append(sent)
        self.window = None
        outcome = await self.world.boundary.run(sent)
        assert outcome is not None, "the bot said nothing"
        self._show(outcome, source, window)
        await self._tell_place(outcome, sent)
        return outcome

    def _show(self, outcome: Outcome, source: Message | None, window: Window | None) -> None:
        match outcome:
            case Reply(card=card, private=private):
                self._post(card, private=private)
            case Update(card=card) if source is not None:
                source.card = check_card(card)
                self.messages.remove(source)
                self.messages.append(source)
            case Update(card=card):
                self._post(card)
            case OpenForm(form=form):
                self.window = Window(check_form(form), source)
            case FormErrors() if self.world.platform == "slack":
                origin = window.source if window else None
                self.window = Window(check_form(outcome.again), origin, outcome.errors)
            case FormErrors():
                check_form(outcome.again)
                self._post(not_saved(outcome))
            case Direct(card=card, note=note, edit=edit):
                self.arrived(card, edit)
                if self.where != "dm" or edit is not None:
                    self._post(note)
            case Choices(items=items):
                assert len(items) <= 25

    def arrived(self, card: Card, edit: str | None = None) -> Message:
        """A message in the direct messages: a new one, or the one at `edit` changed where it stands."""
        for message in self.direct.messages:
            if edit is not None and message.ref == edit:
                message.card = check_card(card)
                return message
        message = Message(check_card(card), private=True, direct=True, ref=f"D{self.user}:{next(self.world.numbers)}")
        self.direct.messages.append(message)
        self.messages.append(message)
        return message

    def lose(self, message: Message) -> None:
        """The person deletes a message."""
        self.direct.messages.remove(message)
        self.messages.remove(message)

    async def _tell_place(self, outcome: Outcome, sent: Invocation) -> None:
        """What an adapter reports after it placed a message that lives on."""
        if isinstance(outcome, Direct) and outcome.living:
            where = next(m for m in reversed(self.direct.messages) if m.card is outcome.card)
            told = replace(sent, what="event", name="placed", delivery=f"{sent.delivery}:placed",
                           options={"key": outcome.living, "ref": where.ref})  # fmt: skip
            assert await self.world.boundary.run(told) is None

    def _post(self, card: Card, *, private: bool = True) -> None:
        if self.where == "dm":
            self.arrived(card)
            return
        message = Message(check_card(card), private, direct=False)
        self.messages.append(message)
