"""What a command takes, and how a typed line becomes its arguments. Discord sends them by name, Slack as one line."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import process

from commands.context import Ctx
from commands.errors import BadInput
from commands.outcomes import Choices

Role = Literal["member", "mentor", "admin"]
Completer = Callable[[Ctx, str], Awaitable[Choices]]


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a command. With `choices` (value -> label) it takes one of them; otherwise any text.

    The last argument takes all remaining words on Slack. `complete` answers autocomplete on Discord.
    """

    name: str
    description: str
    required: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    complete: Completer | None = None
    max_length: int = 3_000


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command: the same name on both platforms. `task` and `examples` are what help shows."""

    name: str
    summary: str
    task: str
    examples: tuple[str, ...]
    arguments: tuple[Argument, ...]
    role: Role
    guild_only: bool


def tokenize(command: Command, text: str) -> dict[str, str]:
    """Slack's single line split into the command's arguments: a word for each, all the rest for the last."""
    options: dict[str, str] = {}
    rest = text.strip()
    for position, argument in enumerate(command.arguments):
        if not rest:
            break
        if position == len(command.arguments) - 1 and not argument.choices:
            options[argument.name] = rest
            break
        word, _, remaining = rest.partition(" ")
        options[argument.name] = word
        rest = remaining.strip()
    return options


def given(argument: Argument, text: str | None) -> str | None:
    """The argument's value, None when left out. Raises `BadInput` when it is missing, too long or not a choice."""
    text = (text or "").strip()
    if not text:
        if argument.required:
            raise BadInput(f"Please add: {argument.description.lower()}.", title="Something is missing")
        return None
    if len(text) > argument.max_length:
        raise BadInput(
            f"That is {len(text):,} characters; I can read {argument.max_length:,} at once. "
            "Please send the most important part.",
            title="That is too long for me",
        )
    if not argument.choices:
        return text
    known = {name: name for pair in argument.choices for name in (pair[0], pair[1].lower())}
    for value, label in argument.choices:
        if text.lower() in (value.lower(), label.lower()):
            return value
    words = ", ".join(f"`{value}`" for value, _ in argument.choices)
    near = process.extractOne(text.lower(), list(known), score_cutoff=60)
    hint = f" Did you mean `{near[0]}`?" if near else ""
    raise BadInput(f"I know these words here: {words}.{hint}", title="I do not know that word")
