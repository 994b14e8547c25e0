"""What every command and every button owes a person, also those that are written next year."""

from __future__ import annotations

import ast
import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from commands.actions import decode, encode
from commands.features import REGISTRY
from commands.outcomes import Direct, OpenForm, Reply
from commands.ui import Button, Card, Select
from tests.chat import Chat
from tests.shown import Message, Window

ABSURD = {
    "empty": "",
    "blanks": " \t \u200b ",
    "long": "x" * 10_000,
    "long words": "gap after graduation " * 500,
    "emoji": "👨‍👩‍👧‍👦🏳️‍🌈🦓" * 20,
    "right to left": "\u202eمرحبا فجوة بعد التخرج\u202c",
    "zero width": "g\u200ba\u200bp\ufeff",
    "everyone": "@everyone @here <@1> <@&2>",
    "channel": "<!channel> <!here> <@U1> <#C1|x>",
    "markup": "**bold** `code` [a](http://e.example) # head\n> quote ||x|| ~~y~~ <b>&amp;",
    "nul": "a\x00b\x1b[31m",
    "code": "'; DROP TABLE person; -- {0.__class__} %s $(ls)",
    "broken letter": "\ud83d alone",
}
"""What people type, by accident or not."""

FAILED = "Something went wrong on my side"
OUT_OF_DATE = "This button is out of date"
FEATURES = Path(__file__).parents[2] / "commands"
EACH_VERB = 2
"""How often a walk presses one verb."""
COMMANDS = tuple(REGISTRY.commands)
VERBS = REGISTRY.verbs
DAMAGED = (("zzzzzz",), ("-1",), ("no-such-thing", "no-such-thing"), ("1",) * 9, ("",), ("zzzzzz", "1"), ())
"""Arguments that lead nowhere."""


@pytest.mark.parametrize("name", COMMANDS)
def test_help_says_in_a_few_words_what_a_command_is_for(name: str) -> None:
    command = REGISTRY.commands[name]
    assert 10 <= len(command.summary) <= 100
    assert 10 <= len(command.task) <= 100
    assert command.examples
    assert all(example.startswith(f"/{name}") and len(example) <= 80 for example in command.examples)
    assert all(1 <= len(argument.description) <= 100 for argument in command.arguments)


@pytest.mark.parametrize("name", COMMANDS)
async def test_every_example_of_help_works(chat: Chat, name: str) -> None:
    for example in REGISTRY.commands[name].examples:
        await chat.say(example)
        assert isinstance(chat.last, Message)
        assert chat.card.tone != "danger"


@pytest.mark.parametrize("words", ABSURD.values(), ids=ABSURD)
@pytest.mark.parametrize("name", COMMANDS)
async def test_a_command_survives_whatever_is_typed(chat: Chat, name: str, words: str) -> None:
    """Scenario E10 too: nothing that is typed becomes a live mention, which the drawing of each card checks."""
    chat.where = "channel"
    command = REGISTRY.commands[name]
    if chat.world.platform == "slack":
        outcome = await chat.command(name, {"": words})
    else:
        outcome = await chat.command(name, {argument.name: words for argument in command.arguments})
    assert not isinstance(outcome, Reply) or outcome.private
    assert chat.last.title != FAILED


@pytest.mark.parametrize("words", ABSURD.values(), ids=ABSURD)
async def test_a_direct_message_is_answered_whatever_it_is(chat: Chat, words: str) -> None:
    await chat.text(words)
    assert chat.last.title != FAILED


@pytest.mark.parametrize("name", COMMANDS)
async def test_answers_in_a_channel_are_private(chat: Chat, name: str) -> None:
    chat.where = "channel"
    outcome = await chat.command(name, {})
    assert isinstance(outcome, OpenForm | Direct) or (isinstance(outcome, Reply) and outcome.private)


@pytest.mark.parametrize("verb", VERBS)
async def test_a_button_that_leads_nowhere_gets_a_private_answer(chat: Chat, verb: str) -> None:
    await chat.say("hi")
    for args, picked, what in itertools.product(DAMAGED, ({}, {"picked": "no-such-thing"}), ("action", "form")):
        if not args and not picked:
            continue
        outcome = await chat.act(encode(verb, *args), picked, what=what)  # type: ignore[arg-type]
        assert not isinstance(outcome, Reply) or outcome.private
        assert chat.last.title != FAILED, args


@pytest.mark.parametrize(
    "text", ["", "m1:", "m0:help.menu", "m9:x.y", "m1:gone.away:1", "m1:HELP", "x" * 300, "m1:a.b:\x00"]
)
async def test_an_old_or_broken_id_gets_a_fresh_button(chat: Chat, text: str) -> None:
    await chat.say("hi")
    await chat.act(text)
    assert chat.last.title == OUT_OF_DATE
    await chat.press("Show me what I can do here")
    assert chat.last.title == "What I can do for you"


@dataclass(frozen=True)
class Pressed:
    """One press on the way: what the button or menu carried, and the title of the answer."""

    action: str
    values: dict[str, str]
    title: str


async def presses(chat: Chat) -> list[Pressed]:
    """What this person can press: by walking from the commands until nothing new is shown. Deletion is left out.

    Each verb is pressed a few times, not on every row that has it: so the walk is deep, and short.
    """
    for name in COMMANDS:
        await chat.command(name, {})
    seen: set[tuple[str, str]] = set()
    times: Counter[str] = Counter()
    pressed: list[Pressed] = []
    while new := _unseen(chat, seen, times):
        for action, values in new:
            await chat.act(action, values)
            pressed.append(Pressed(action, values, chat.last.title))
            chat.window = None
    return pressed


def _unseen(chat: Chat, seen: set[tuple[str, str]], times: Counter[str]) -> list[tuple[str, dict[str, str]]]:
    """What stands on the messages and was not pressed yet, which is counted as pressed now."""
    new = []
    for message in chat.messages:
        for action, values in _controls(message.card):
            key, verb = (action, values.get("picked", "")), decode(action).verb
            if key not in seen and times[verb] < EACH_VERB and not verb.startswith("privacy.delete"):
                seen.add(key)
                times[verb] += 1
                new.append((action, values))
    return new


def _controls(card: Card) -> Iterator[tuple[str, dict[str, str]]]:
    for button in card.buttons():
        if isinstance(button, Button):
            yield button.action, {}
    for block in card.blocks:
        if isinstance(block, Select):
            yield block.action, {"picked": block.options[0].value}


async def test_no_button_on_the_way_is_dead(chat: Chat) -> None:
    chat.zone = "Asia/Karachi"
    found = await presses(chat)
    assert "checklist.export" in {decode(each.action).verb for each in found}, "the walk ends before what lies deep"
    assert [each.action for each in found if each.title in (OUT_OF_DATE, FAILED)] == []


def _verbs_written() -> Iterator[tuple[str, str]]:
    """Each verb that code gives to `encode` as it stands, with the place."""
    for path in sorted(FEATURES.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(func=ast.Name(id="encode"), args=[ast.Constant(value=str(verb)), *_]):
                    yield verb, f"{path.name}:{node.lineno}"


def test_each_verb_that_a_button_is_given_has_a_handler() -> None:
    written = list(_verbs_written())
    assert len(written) > 100
    assert [(verb, place) for verb, place in written if verb not in VERBS] == []


async def test_what_is_mine_is_not_found_by_somebody_else(chat: Chat) -> None:
    """Scenario E05: the answer to a foreign id is the answer to an unknown one, and nothing changes."""
    chat.zone = "Asia/Karachi"
    mine = [each for each in await presses(chat) if _has_ref(each.action)]
    assert mine
    before = await _kept(chat)
    other = chat.person("b")
    await other.say("hi")
    for each in mine:
        await other.act(each.action, each.values)
        assert other.last.title == "I could not find that", each.action
        answer = other.card
        head, verb, *args = each.action.split(":")
        if args:
            await other.act(":".join((head, verb, "zzzzzz", *args[1:])), each.values)
        else:
            await other.act(each.action, {"picked": "zzzzzz"})
        assert other.card == answer
    assert await _kept(chat) == before


async def test_a_second_press_does_no_harm(chat: Chat) -> None:
    chat.zone = "Asia/Karachi"
    for each in await presses(chat):
        await chat.act(each.action, each.values)
        once = await _kept(chat)
        await chat.again()
        assert chat.last.title != FAILED
        assert await _kept(chat) == once, each.action
        chat.window = None


async def test_a_nudge_is_answered_only_by_whom_it_was_for(chat: Chat) -> None:
    """Scenario E05 for the buttons of a nudge, which come without being asked for."""
    chat.zone = "Asia/Karachi"
    await chat.say("hi")
    await chat.act(encode("nudges.on", "usce"))
    for _ in range(7):
        chat.clock.forward(days=1)
        await chat.settle()
    mine = [action for action in chat.direct.last.card.actions() if action.startswith("m1:nudges.")]
    assert len(mine) >= 3
    before = await _kept(chat)
    other = chat.person("b")
    await other.say("hi")
    for action in mine:
        await other.act(action)
        assert other.last.title == "I could not find that"
    assert await _kept(chat) == before


async def test_a_form_that_comes_back_keeps_what_was_typed(chat: Chat) -> None:
    for name in COMMANDS:
        await chat.command(name, {})
    await chat.say("/nudges")
    await chat.press("Change time and quiet hours")
    await chat.submit({"time": "later"})
    if chat.world.platform == "discord":
        await chat.press("Edit again")
    assert isinstance(chat.last, Window)
    assert chat.last.form.fields[0].value == "later"


def _has_ref(action: str) -> bool:
    """Whether the id names a row of somebody's."""
    return action.startswith(("m1:checklist.", "m1:forms.")) and not action.startswith(
        ("m1:checklist.start", "m1:checklist.open")
    )


async def _kept(chat: Chat) -> object:
    """Everything that is kept about the person, but when it changed last."""
    person = await chat.known()
    assert person is not None
    async with chat.world.database.read() as uow:
        tables = await uow.privacy.export(person.id)
    return {
        name: [{key: value for key, value in row.items() if key not in ("version", "changed_at")} for row in rows]
        for name, rows in tables.items()
        if name != "draft"
    }
