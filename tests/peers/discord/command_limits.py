"""Documented limits of application commands (Discord's "Application Commands" page).

100 slash commands, 15 user and 15 message commands; names of 1 to 32 letters, digits, `-`, `_` and `'`, lower
case; 25 options, 25 choices; 8,000 characters over names, descriptions and choice values of one command;
required options first; groups two levels deep.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.peers.discord.parts import list_of, text_problem
from tests.peers.discord.wire import Json

NAME = re.compile(r"[-_'\w]{1,32}")
MOST_OF_KIND = {1: 100, 2: 15, 3: 15, 4: 1}
SUBCOMMAND, GROUP, STRING, INTEGER, NUMBER = 1, 2, 3, 4, 10


def commands_problems(commands: list[Json]) -> list[str]:
    """What Discord refuses in a bulk overwrite of an application's commands."""
    found: list[str] = []
    for kind, most in MOST_OF_KIND.items():
        names = [command.get("name") for command in commands if (command.get("type") or 1) == kind]
        if len(names) > most:
            found.append(f"{len(names)} commands of type {kind}, {most} are allowed")
        found += [f"command {name!r} appears twice" for name in sorted({str(n) for n in names if names.count(n) > 1})]
    for command in commands:
        found += [f"/{command.get('name')}: {problem}" for problem in _command(command)]
    return found


def _command(command: Json) -> Iterator[str]:
    if (command.get("type") or 1) != 1:
        if command.get("description") or command.get("options"):
            yield "only slash commands have a description and options"
        return
    yield from _name_and_description(command)
    if _text(command) > 8000:
        yield f"{_text(command)} characters over names, descriptions and choices, 8000 are allowed"
    yield from _options(command, depth=0)


def _name_and_description(named: Json) -> Iterator[str]:
    name = str(named.get("name") or "")
    if not NAME.fullmatch(name) or name != name.lower():
        yield f"the name {name!r} is not 1 to 32 lower-case letters, digits, hyphens or underscores"
    if named.get("description") is None:
        yield "the description is missing"
    problem = text_problem(named, "description", 1, 100)
    if problem:
        yield problem


def _text(named: Json) -> int:
    own = len(str(named.get("name") or "")) + len(str(named.get("description") or ""))
    own += sum(len(str(c.get("name"))) + len(str(c.get("value"))) for c in list_of(named, "choices"))
    return own + sum(_text(option) for option in list_of(named, "options"))


def _options(holder: Json, depth: int) -> Iterator[str]:
    options = list_of(holder, "options")
    if len(options) > 25:
        yield f"{len(options)} options, 25 are allowed"
    names = [option.get("name") for option in options]
    if len(set(names)) != len(names):
        yield "two options have the same name"
    optional_seen = False
    for option in options:
        if option.get("required") and optional_seen:
            yield f"option {option.get('name')}: a required option after an optional one"
        optional_seen = optional_seen or not option.get("required")
        yield from (f"option {option.get('name')}: {problem}" for problem in _option(option, depth))
    if len({option.get("type") in (SUBCOMMAND, GROUP) for option in options}) > 1:
        yield "subcommands and options side by side"


def _option(option: Json, depth: int) -> Iterator[str]:
    yield from _name_and_description(option)
    kind = option.get("type")
    if (kind == GROUP and depth > 0) or (kind == SUBCOMMAND and depth > 1):
        yield "subcommands are nested too deep"
    if kind in (SUBCOMMAND, GROUP):
        yield from _options(option, depth + 1)
        return
    if option.get("options"):
        yield "only a subcommand has options"
    if (option.get("choices") or option.get("autocomplete")) and kind not in (STRING, INTEGER, NUMBER):
        yield "choices and autocomplete are for texts and numbers"
    if option.get("choices") and option.get("autocomplete"):
        yield "choices together with autocomplete"
    for low, high in (("min_length", "max_length"), ("min_value", "max_value")):
        least, most = option.get(low), option.get(high)
        if least is not None and most is not None and least > most:
            yield f"{low} is above {high}"
    yield from _choices(option)


def _choices(option: Json) -> Iterator[str]:
    choices = list_of(option, "choices")
    if len(choices) > 25:
        yield f"{len(choices)} choices, 25 are allowed"
    for name in ("name", "value"):
        values = [choice.get(name) for choice in choices]
        if len(set(values)) != len(values):
            yield f"two choices have the same {name}"
    for choice in choices:
        problem = text_problem(choice, "name", 1, 100)
        if problem is None and isinstance(choice.get("value"), str):
            problem = text_problem(choice, "value", 0, 100)
        if problem:
            yield f"choice {choice.get('name')!r}: {problem}"
