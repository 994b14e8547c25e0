"""Features, what they answer to, and the one way from an invocation to a handler.

A feature declares its handlers:

    feature = Feature("nudges")

    @feature.command("nudges", "See and change your nudges", reads=True)
    async def show(ctx: Ctx) -> Reply: ...

    @feature.action("nudges.stop")
    async def stop(ctx: Ctx, rule: Ref) -> Update: ...

    @feature.form("profile.save")
    async def save(ctx: Ctx, values: Values) -> Update | FormErrors: ...

An action's arguments are converted by the annotations of its parameters: `Ref` a row id in base 36, `bool` from 1 and
0, `str` a slug; a select's picked option comes last. Both platforms' commands are built from these declarations.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from rapidfuzz import process

from commands import actions
from commands.arguments import Argument, Command, Role, given, tokenize
from commands.composing import Composer
from commands.context import Ctx, Invocation
from commands.errors import BadInput, OutOfDate
from commands.outcomes import Outcome
from commands.ui import Block

if TYPE_CHECKING:
    from commands.nudges.writing import Writer
    from storage.people import Person

Values = Mapping[str, str]
Handler = Callable[..., Awaitable[Outcome | None]]
H = TypeVar("H", bound=Handler)
HomeSection = Callable[[Ctx], Awaitable[Sequence[Block]]]
ProfileHook = Callable[[Ctx, "Person", "Person"], Awaitable[Sequence[str]]]
"""What follows when a person's zone or profile changed, or they are back: sentences in Markdown to be told."""


@dataclass(frozen=True, slots=True)
class Route:
    """A handler with what the boundary must know before it runs it."""

    handler: Handler
    arguments: Mapping[str, object]
    positional: tuple[object, ...] = ()
    reads: bool = False
    opens_form: bool = False
    command: Command | None = None

    async def run(self, ctx: Ctx) -> Outcome | None:
        """Call the handler."""
        return await self.handler(ctx, *self.positional, **self.arguments)


@dataclass(frozen=True, slots=True)
class _Entry:
    handler: Handler
    reads: bool
    opens_form: bool
    form_on: str
    parameters: tuple[inspect.Parameter, ...]
    reads_on: frozenset[str] = frozenset()


class Feature:
    """A named set of handlers. One file in `commands/` makes one and the registry collects them."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.commands: dict[str, tuple[Command, _Entry]] = {}
        self.actions: dict[str, _Entry] = {}
        self.forms: dict[str, _Entry] = {}
        self.events: dict[str, _Entry] = {}
        self.text: _Entry | None = None
        self.home_page: _Entry | None = None
        self.home_sections: list[HomeSection] = []
        self.composers: dict[str, Composer] = {}
        self.gatherers: dict[str, Callable[[Mapping[str, Writer]], Composer]] = {}
        self.writers: dict[str, Writer] = {}
        self.profile_hooks: list[ProfileHook] = []

    def command(
        self,
        name: str,
        summary: str,
        *,
        task: str = "",
        examples: Iterable[str] = (),
        arguments: Iterable[Argument] = (),
        role: Role = "member",
        guild_only: bool = False,
        reads: bool = False,
        reads_on: Iterable[str] = (),
        opens_form: bool = False,
    ) -> Callable[[H], H]:
        """Register a slash command. Its arguments arrive as keyword arguments, None when left out.

        `reads_on`: with one of these words for an argument it only reads.
        """
        command = Command(name, summary, task or summary, tuple(examples), tuple(arguments), role, guild_only)

        def register(handler: H) -> H:
            entry = replace(_entry(handler, reads, opens_form), reads_on=frozenset(reads_on))
            self.commands[name] = (command, entry)
            return handler

        return register

    def action(
        self, verb: str, *, reads: bool = False, opens_form: bool = False, form_on: str = ""
    ) -> Callable[[H], H]:
        """Register what a button or select does. `opens_form`: answers with a form and reads at most by primary key.

        `form_on`: only this option of a select opens a form.
        """

        def register(handler: H) -> H:
            self.actions[verb] = _entry(handler, reads, opens_form, form_on)
            return handler

        return register

    def form(self, verb: str) -> Callable[[H], H]:
        """Register what happens with a sent form; the last parameter takes its values."""

        def register(handler: H) -> H:
            self.forms[verb] = _entry(handler, reads=False, opens_form=False)
            return handler

        return register

    def event(self, name: str) -> Callable[[H], H]:
        """Register what happens when the platform reports something that nobody asked us."""

        def register(handler: H) -> H:
            self.events[name] = _entry(handler, reads=False, opens_form=False)
            return handler

        return register

    def on_text(self, handler: H) -> H:
        """Register the answer to a plain direct message; only one feature does."""
        self.text = _entry(handler, reads=False, opens_form=False)
        return handler

    def composes(self, composer: Composer) -> None:
        """Register who writes the outbox rows of `composer.key` at the moment they are sent."""
        self.composers[composer.key] = composer

    def composes_from_writers(self, key: str, make: Callable[[Mapping[str, Writer]], Composer]) -> None:
        """The same for a composer that puts together what the writers of all features say."""
        self.gatherers[key] = make

    def writes(self, prefix: str, writer: Writer) -> None:
        """Register who says the nudges whose kind is `prefix` or begins with it and a colon; "" is all the others."""
        self.writers[prefix] = writer

    def on_profile_change(self, hook: ProfileHook) -> ProfileHook:
        """Register what follows when a person's zone or what is known about them changed, or when they are back."""
        self.profile_hooks.append(hook)
        return hook

    def on_home(self, handler: H) -> H:
        """Register the page of Slack's Home tab; only one feature does."""
        self.home_page = _entry(handler, reads=False, opens_form=False)
        return handler

    def home(self, section: HomeSection) -> HomeSection:
        """Register a part of Slack's Home tab."""
        self.home_sections.append(section)
        return section


def _entry(handler: Handler, reads: bool, opens_form: bool, form_on: str = "") -> _Entry:
    parameters = tuple(inspect.signature(handler, eval_str=True).parameters.values())[1:]
    return _Entry(handler, reads, opens_form, form_on, parameters)


class Registry:
    """All features. Names and verbs are unique over all of them."""

    def __init__(self, features: Iterable[Feature]) -> None:
        self.features = tuple(features)
        self.commands: dict[str, Command] = {}
        self._commands: dict[str, _Entry] = {}
        self._actions: dict[str, _Entry] = {}
        self._forms: dict[str, _Entry] = {}
        self._events: dict[str, _Entry] = {}
        self._text: _Entry | None = None
        self._home: _Entry | None = None
        self.composers = {key: composer for feature in self.features for key, composer in feature.composers.items()}
        self.writers = {prefix: writer for feature in self.features for prefix, writer in feature.writers.items()}
        for feature in self.features:
            self.composers.update({key: make(self.writers) for key, make in feature.gatherers.items()})
        for feature in self.features:
            for name, (command, entry) in feature.commands.items():
                self.commands[name] = command
                _add(self._commands, name, entry)
            for table, entries in (
                (self._actions, feature.actions),
                (self._forms, feature.forms),
                (self._events, feature.events),
            ):
                for name, entry in entries.items():
                    _add(table, name, entry)
            self._text = feature.text or self._text
            self._home = feature.home_page or self._home

    @property
    def verbs(self) -> tuple[str, ...]:
        """Every verb that a button, select or form can carry."""
        return tuple(sorted({*self._actions, *self._forms}))

    @property
    def home_sections(self) -> tuple[HomeSection, ...]:
        """The parts of the Home tab in order."""
        return tuple(section for feature in self.features for section in feature.home_sections)

    @property
    def profile_hooks(self) -> tuple[ProfileHook, ...]:
        """What follows when a profile changed, in order."""
        return tuple(hook for feature in self.features for hook in feature.profile_hooks)

    def route(self, invocation: Invocation) -> Route:
        """The handler for an invocation. Raises `OutOfDate` or `BadInput` when there is none."""
        match invocation.what:
            case "command" | "complete":
                return self._route_command(invocation)
            case "action" | "form":
                return self._route_action(invocation)
            case "text" if self._text:
                return Route(self._text.handler, {"words": invocation.options.get("", "")})
            case "home" if self._home:
                return Route(self._home.handler, {})
            case "event" if entry := self._events.get(invocation.name):
                return Route(entry.handler, {})
        raise OutOfDate

    def knows(self, name: str) -> bool:
        """Whether this is the name of a command, verb or event of ours, or of a plain text or Home tab."""
        known = (self._commands, self._actions, self._forms, self._events)
        return any(name in table for table in known) or name in ("text", "home")

    def visible(self, is_admin: bool) -> tuple[Command, ...]:
        """The commands that help shows to a member or an admin, in the order of their features."""
        return tuple(c for c in self.commands.values() if c.role == "member" or is_admin)

    def nearest(self, word: str) -> tuple[str, ...]:
        """The commands whose names are most like `word`."""
        found = process.extract(word.lower(), list(self.commands), limit=3, score_cutoff=45)
        return tuple(name for name, _, _ in found) or ("matchmentor",)

    def _route_command(self, invocation: Invocation) -> Route:
        entry = self._commands.get(invocation.name)
        if entry is None:
            names = ", ".join(f"`/{name}`" for name in self.nearest(invocation.name))
            raise BadInput(f"The nearest that I know: {names}.", title="I do not know that command")
        command = self.commands[invocation.name]
        if invocation.what == "complete":
            return self._route_completion(command, invocation)
        options = invocation.options
        if "" in options:
            options = tokenize(command, options[""])
        arguments = {argument.name: given(argument, options.get(argument.name)) for argument in command.arguments}
        reads = entry.reads or any(word.lower() in entry.reads_on for word in arguments.values() if word)
        return Route(entry.handler, arguments, (), reads, entry.opens_form, command)

    def _route_completion(self, command: Command, invocation: Invocation) -> Route:
        name, typed = next(iter(invocation.options.items()), ("", ""))
        completer = next((a.complete for a in command.arguments if a.name == name and a.complete), None)
        if completer is None:
            raise OutOfDate
        return Route(completer, {}, (typed,), reads=True)

    def _route_action(self, invocation: Invocation) -> Route:
        try:
            action = actions.decode(invocation.name)
        except actions.BadAction as fault:
            raise OutOfDate from fault
        is_form = invocation.what == "form"
        entry = (self._forms if is_form else self._actions).get(action.verb)
        if entry is None:
            raise OutOfDate
        given: list[str | Values] = list(action.args)
        if is_form:
            given.append(invocation.values)
        elif "picked" in invocation.values:
            given.append(invocation.values["picked"])
        try:
            positional = _convert(entry.parameters, given)
        except (actions.BadAction, ValueError) as fault:
            raise OutOfDate from fault
        opens_form = entry.opens_form or bool(entry.form_on and entry.form_on == invocation.values.get("picked"))
        return Route(entry.handler, {}, positional, entry.reads, opens_form)


def _convert(parameters: Sequence[inspect.Parameter], given: Sequence[str | Values]) -> tuple[object, ...]:
    required = [p for p in parameters if p.default is inspect.Parameter.empty]
    if not len(required) <= len(given) <= len(parameters):
        raise ValueError("the action carries another number of arguments")
    return tuple(_one(parameter.annotation, value) for parameter, value in zip(parameters, given, strict=False))


def _one(annotation: Any, value: str | Values) -> object:
    if not isinstance(value, str):
        return value
    if annotation is actions.Ref:
        return actions.to_ref(value)
    if annotation is bool:
        if value not in ("0", "1"):
            raise ValueError("not a switch")
        return value == "1"
    if annotation is int:
        return int(actions.to_ref(value))
    return value


def _add(table: dict[str, _Entry], name: str, entry: _Entry) -> None:
    if name in table:
        raise ValueError(f"{name} is registered twice")
    table[name] = entry
