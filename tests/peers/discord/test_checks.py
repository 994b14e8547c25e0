"""The rules are proven to refuse: each wrong body below differs from a right one in a single thing."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.peers.discord import schema
from tests.peers.discord.checks import check_choices, check_commands, check_message, check_modal, check_request
from tests.peers.discord.command_limits import commands_problems
from tests.peers.discord.limits import choice_problems, message_problems, modal_problems
from tests.peers.discord.wire import COMPONENTS_V2, Json

Change = Callable[[Any], object]
needs_specs = pytest.mark.skipif(
    schema.specs() is None, reason=f"Discord's description is not in {schema.folder()}; set TEST_SPECS_DIR"
)


def text(content: str) -> Json:
    return {"type": 10, "content": content}


def button(custom_id: str, label: str = "Done", **more: object) -> Json:
    return {"type": 2, "style": 2, "label": label, "custom_id": custom_id, **more}


def select(count: int = 3, **more: object) -> Json:
    options = [{"label": f"Step {number}", "value": str(number)} for number in range(count)]
    return {"type": 3, "custom_id": "go", "options": options, **more}


def card() -> Json:
    """A right message, as the bot draws its cards."""
    line = {"type": 9, "components": [text("Ask for the letter")], "accessory": button("do:1")}
    gallery = {"type": 12, "items": [{"media": {"url": "attachment://a.png"}, "description": "A graph"}]}
    row = {"type": 1, "components": [button("later"), {"type": 2, "style": 5, "label": "S", "url": "https://a.org/b"}]}
    parts = [text("## Letters"), {"type": 14}, line, gallery, {"type": 1, "components": [select()]}, row]
    return {
        "flags": COMPONENTS_V2,
        "components": [{"type": 17, "accent_color": 0x336699, "components": parts}],
        "attachments": [{"id": "0", "filename": "a.png"}],
        "nonce": "row-7",
        "enforce_nonce": True,
    }


def inside(body: Json) -> list[Json]:
    parts: list[Json] = body["components"][0]["components"]
    return parts


def modal() -> Json:
    """A right form."""
    note = {"type": 4, "custom_id": "note", "style": 2, "max_length": 300}
    return {
        "custom_id": "note-form",
        "title": "Write a note",
        "components": [
            {"type": 18, "label": "Your note", "description": "Only you see it", "component": note},
            {"type": 18, "label": "How sure?", "component": select()},
            {"type": 1, "components": [{"type": 4, "custom_id": "old", "style": 1, "label": "Old style"}]},
        ],
    }


def commands() -> list[Json]:
    """Right commands."""
    topic = {"type": 3, "name": "topic", "description": "What it is about", "autocomplete": True}
    when = {"type": 3, "name": "when", "description": "When", "choices": [{"name": "Now", "value": "now"}]}
    sub = {"type": 1, "name": "set", "description": "Change it", "options": [dict(when)]}
    return [
        {"name": "redflag", "description": "Look a red flag up", "type": 1, "options": [topic, when]},
        {"name": "profile", "description": "Your profile", "type": 1, "options": [sub]},
        {"name": "Explain this", "type": 3},
    ]


def test_right_bodies_are_accepted() -> None:
    assert check_message(card()) == []
    assert check_message({"content": "hi"}) == []
    assert check_message({"components": []}, edit=True) == []
    assert check_message({"content": "hi", "components": [{"type": 1, "components": [button("a")]}]}) == []
    assert check_modal(modal()) == []
    assert check_commands(commands()) == []
    assert check_choices({"choices": [{"name": "Gap", "value": "gap"}]}) == []


def test_forty_components_and_four_thousand_characters_are_the_most() -> None:
    full: Json = {"flags": COMPONENTS_V2, "components": [text("x" * 100) for _ in range(40)]}
    assert check_message(full) == []
    full["components"].append({"type": 14})
    assert any("41 components" in problem for problem in message_problems(full))
    del full["components"][39:]
    full["components"].append(text("x" * 101))
    assert any("4001 characters" in problem for problem in message_problems(full))


def test_ten_rows_with_buttons_fit_and_eleven_do_not() -> None:
    rows = [{"type": 9, "components": [text("a")], "accessory": button(f"b{number}")} for number in range(11)]
    head = [text("## Title"), text("-# footer"), {"type": 1, "components": [button(f"n{n}") for n in range(5)]}]
    holder = {"type": 17, "components": [*head, *rows[:10]]}
    assert check_message({"flags": COMPONENTS_V2, "components": [holder]}) == []
    holder["components"] = [*head, *rows]
    assert check_message({"flags": COMPONENTS_V2, "components": [holder]}) != []


WRONG_MESSAGES: dict[str, tuple[Change, str]] = {
    "custom id of 101": (lambda m: inside(m)[2]["accessory"].update(custom_id="x" * 101), "custom_id has 101"),
    "custom id twice": (lambda m: inside(m)[5]["components"][0].update(custom_id="do:1"), "'do:1' appears 2 times"),
    "numeric id twice": (lambda m: [part.update(id=4) for part in inside(m)[:2]], "id '4' appears 2 times"),
    "content beside v2": (lambda m: m.update(content="hi"), "content beside components v2"),
    "embeds beside v2": (lambda m: m.update(embeds=[{"title": "a"}]), "embeds beside components v2"),
    "no v2 flag": (lambda m: m.update(flags=0), "without the components v2 flag"),
    "v2 without components": (lambda m: m.update(components=[]), "without a component"),
    "text of 4001": (lambda m: inside(m)[0].update(content="x" * 4001), "content has 4001"),
    "empty text": (lambda m: inside(m)[0].update(content=""), "content has 0"),
    "blank text": (lambda m: inside(m)[0].update(content=" \n"), "content is blank"),
    "label of 81": (lambda m: inside(m)[2]["accessory"].update(label="x" * 81), "label has 81"),
    "button without a label": (lambda m: inside(m)[2]["accessory"].pop("label"), "a label or an emoji"),
    "button without a custom id": (lambda m: inside(m)[2]["accessory"].pop("custom_id"), "has a custom_id"),
    "button with both": (lambda m: inside(m)[2]["accessory"].update(url="https://a.org/b"), "and no url"),
    "link with a custom id": (lambda m: inside(m)[5]["components"][1].update(custom_id="x"), "no custom_id"),
    "link to a script": (lambda m: inside(m)[5]["components"][1].update(url="javascript://a"), "neither http"),
    "style 9": (lambda m: inside(m)[2]["accessory"].update(style=9), "style 9 is unknown"),
    "section without accessory": (lambda m: inside(m)[2].pop("accessory"), "accessory is missing"),
    "section with a select": (lambda m: inside(m)[2].update(accessory=select()), "SELECT may not stand here"),
    "section of 4 texts": (lambda m: inside(m)[2].update(components=[text("a")] * 4), "4 components inside"),
    "container in a container": (
        lambda m: inside(m).append({"type": 17, "components": [text("a")]}),
        "CONTAINER holds",
    ),
    "loose button": (lambda m: m["components"].append(button("loose")), "BUTTON may not stand here"),
    "label in a message": (lambda m: m["components"].append(modal()["components"][0]), "LABEL may not stand here"),
    "input in a message": (lambda m: inside(m).append(modal()["components"][2]), "in forms only"),
    "unknown part": (lambda m: inside(m).append({"type": 99}), "may not stand"),
    "row of 6": (lambda m: inside(m)[5].update(components=[button(f"b{n}") for n in range(6)]), "6 components inside"),
    "empty row": (lambda m: inside(m)[5].update(components=[]), "0 components inside"),
    "select beside a button": (lambda m: inside(m)[4]["components"].append(button("x")), "shares its action row"),
    "26 options": (lambda m: inside(m)[4].update(components=[select(26)]), "26 options"),
    "no options": (lambda m: inside(m)[4].update(components=[select(0)]), "0 options"),
    "option value twice": (lambda m: inside(m)[4]["components"][0]["options"][0].update(value="1"), "same value"),
    "option label of 101": (
        lambda m: inside(m)[4]["components"][0]["options"][0].update(label="x" * 101),
        "label has 101",
    ),
    "min over max": (lambda m: inside(m)[4]["components"][0].update(min_values=2), "do not fit"),
    "max over the options": (lambda m: inside(m)[4]["components"][0].update(max_values=4), "max_values 4 of 3"),
    "two defaults": (
        lambda m: [option.update(default=True) for option in inside(m)[4]["components"][0]["options"]],
        "chosen beforehand",
    ),
    "placeholder of 151": (
        lambda m: inside(m)[4]["components"][0].update(placeholder="x" * 151),
        "placeholder has 151",
    ),
    "picture that is not attached": (lambda m: m.pop("attachments"), "not among the files"),
    "11 pictures": (lambda m: inside(m)[3].update(items=inside(m)[3]["items"] * 11), "11 pictures"),
    "alt text of 1025": (lambda m: inside(m)[3]["items"][0].update(description="x" * 1025), "description has 1025"),
    "spacing 3": (lambda m: inside(m)[1].update(spacing=3), "spacing is neither"),
    "colour out of range": (lambda m: m["components"][0].update(accent_color=0x1000000), "accent_color"),
    "nonce of 26": (lambda m: m.update(nonce="x" * 26), "nonce has 26"),
    "insists on a nonce without one": (lambda m: m.pop("nonce"), "without a nonce"),
}
WRONG_PLAIN: dict[str, tuple[Json, str]] = {
    "content of 2001": ({"content": "x" * 2001}, "2001 characters"),
    "nothing": ({"content": ""}, "50006"),
    "blank": ({"content": " \n "}, "50006"),
    "6 rows": (
        {"components": [{"type": 1, "components": [button(f"b{n}")]} for n in range(6)], "content": "a"},
        "6 action",
    ),
    "embeds of 6001": ({"embeds": [{"description": "x" * 3001}, {"description": "x" * 3000}]}, "6000"),
}
WRONG_MODALS: dict[str, tuple[Change, str]] = {
    "no rows": (lambda m: m.update(components=[]), "0 rows"),
    "6 rows": (lambda m: m.update(components=[{"type": 10, "content": "a"}] * 6), "6 rows"),
    "title of 46": (lambda m: m.update(title="x" * 46), "title has 46"),
    "no title": (lambda m: m.pop("title"), "title is missing"),
    "custom id of 101": (lambda m: m.update(custom_id="x" * 101), "custom_id has 101"),
    "label of 46": (lambda m: m["components"][0].update(label="x" * 46), "label has 46"),
    "note of 101": (lambda m: m["components"][0].update(description="x" * 101), "description has 101"),
    "button in a label": (lambda m: m["components"][0].update(component=button("x")), "BUTTON may not stand here"),
    "button in a row": (lambda m: m["components"][2].update(components=[button("x")]), "exactly one text input"),
    "two inputs in a row": (
        lambda m: m["components"][2]["components"].append(m["components"][0]["component"]),
        "exactly one",
    ),
    "custom id twice": (lambda m: m["components"][1]["component"].update(custom_id="note"), "appears 2 times"),
    "input with two labels": (lambda m: m["components"][0]["component"].update(label="x"), "no label of its own"),
    "value over max_length": (lambda m: m["components"][0]["component"].update(value="x" * 301), "max_length is 300"),
    "min over max": (lambda m: m["components"][0]["component"].update(min_length=301), "do not fit"),
    "max_length of 4001": (lambda m: m["components"][0]["component"].update(max_length=4001), "do not fit"),
    "placeholder of 101": (
        lambda m: m["components"][0]["component"].update(placeholder="x" * 101),
        "placeholder has 101",
    ),
    "disabled select": (lambda m: m["components"][1]["component"].update(disabled=True), "cannot be disabled"),
    "section in a form": (lambda m: m["components"].append({"type": 9, "components": []}), "SECTION may not stand"),
}
WRONG_COMMANDS: dict[str, tuple[Change, str]] = {
    "capital": (lambda c: c[0].update(name="RedFlag"), "lower-case"),
    "space": (lambda c: c[0].update(name="red flag"), "lower-case"),
    "name of 33": (lambda c: c[0].update(name="x" * 33), "lower-case"),
    "no description": (lambda c: c[0].pop("description"), "description is missing"),
    "description of 101": (lambda c: c[0].update(description="x" * 101), "description has 101"),
    "twice": (lambda c: c.append(copy.deepcopy(c[0])), "appears twice"),
    "26 options": (
        lambda c: c[0].update(options=[{"type": 3, "name": f"o{n}", "description": "a"} for n in range(26)]),
        "26 options",
    ),
    "26 choices": (
        lambda c: c[0]["options"][1].update(choices=[{"name": f"c{n}", "value": f"{n}"} for n in range(26)]),
        "26 choices",
    ),
    "same option": (lambda c: c[0]["options"][1].update(name="topic"), "same name"),
    "required last": (lambda c: c[0]["options"][1].update(required=True), "required option after"),
    "choices and autocomplete": (lambda c: c[0]["options"][1].update(autocomplete=True), "together with autocomplete"),
    "lengths crossed": (lambda c: c[0]["options"][0].update(min_length=9, max_length=3), "is above"),
    "message command with words": (lambda c: c[2].update(description="a"), "only slash commands"),
    "option beside subcommand": (lambda c: c[1]["options"].append(c[0]["options"][0]), "side by side"),
    "101 commands": (lambda c: c.extend({**c[0], "name": f"c{n}"} for n in range(99)), "101 commands"),
    "8001 characters": (
        lambda c: (
            c[0]["options"][1].update(choices=[{"name": "x" * 99, "value": f"{n:0>100}"} for n in range(25)])
            or c[0]["options"].extend(
                {"type": 3, "name": f"o{n}", "description": "d", "choices": c[0]["options"][1]["choices"]}
                for n in range(2)
            )
        ),
        "8000 are allowed",
    ),
}


@pytest.mark.parametrize("what", WRONG_MESSAGES)
def test_wrong_cards_are_refused(what: str) -> None:
    change, why = WRONG_MESSAGES[what]
    body = card()
    change(body)
    assert any(why in problem for problem in message_problems(body)), message_problems(body)
    assert check_message(body) != []


@pytest.mark.parametrize("what", WRONG_PLAIN)
def test_wrong_plain_messages_are_refused(what: str) -> None:
    body, why = WRONG_PLAIN[what]
    assert any(why in problem for problem in message_problems(body))


@pytest.mark.parametrize("what", WRONG_MODALS)
def test_wrong_forms_are_refused(what: str) -> None:
    change, why = WRONG_MODALS[what]
    body = modal()
    change(body)
    assert any(why in problem for problem in modal_problems(body)), modal_problems(body)


@pytest.mark.parametrize("what", WRONG_COMMANDS)
def test_wrong_commands_are_refused(what: str) -> None:
    change, why = WRONG_COMMANDS[what]
    body = commands()
    change(body)
    assert any(why in problem for problem in commands_problems(body)), commands_problems(body)


def test_wrong_suggestions_are_refused() -> None:
    assert "26 choices" in choice_problems({"choices": [{"name": "a", "value": "b"}] * 26})[0]
    assert "name has 101" in choice_problems({"choices": [{"name": "a" * 101, "value": "b"}]})[0]
    assert "value has 101" in choice_problems({"choices": [{"name": "a", "value": "b" * 101}]})[0]


def test_an_edit_cannot_leave_components_v2_and_keeps_its_files() -> None:
    assert any("beside" in problem for problem in message_problems({"content": "hi"}, edit=True, was_v2=True))
    picture = {"components": inside(card())[3:4]}
    assert any("not among" in problem for problem in message_problems(picture, edit=True, was_v2=True))
    assert message_problems(picture, edit=True, was_v2=True, attached=["a.png"]) == []


@pytest.mark.parametrize(
    "shape", [{"components": 5}, {"components": [5]}, {"components": [{}]}, {"flags": COMPONENTS_V2}]
)
def test_a_shapeless_body_is_refused_and_not_stumbled_over(shape: Json) -> None:
    assert check_message(shape) != []
    assert check_modal(shape) != []


@needs_specs
@pytest.mark.parametrize(
    ("method", "route", "query", "body", "why"),
    [
        ("POST", "/channels/{channel_id}/messages", "", {"content": 5}, "content: 5 is not of type"),
        ("POST", "/channels/{channel_id}/messages", "colour=red", {"content": "a"}, "unknown query parameter colour"),
        ("PUT", "/channels/{channel_id}/messages", "", {}, "is not part of the API"),
        ("POST", "/users/@me/channels", "", None, "the body is missing"),
        ("GET", "/gateway/bot", "", {"a": 1}, "takes no body"),
    ],
)
def test_discords_own_description_is_asked(method: str, route: str, query: str, body: Any, why: str) -> None:
    assert any(why in problem for problem in check_request(method, route, query, body))


@needs_specs
def test_the_description_names_the_one_field_that_is_wrong() -> None:
    body = card()
    inside(body)[4]["components"][0]["options"][1]["label"] = 7
    known = schema.specs()
    assert known is not None
    assert known.schema_problems("MessageCreateRequest", body) == [
        "components/0/components/4/components/0/options/1/label: 7 is not of type 'string'"
    ]


@needs_specs
def test_an_id_may_be_a_number_on_the_way_in_only() -> None:
    known = schema.specs()
    assert known is not None
    assert known.request_problems("POST", "/users/@me/channels", "", {"recipient_id": 12}) == []
    answer = {"id": 12, "type": 1, "flags": 0, "recipients": []}
    assert known.answer_problems("POST", "/users/@me/channels", 200, answer) != []


@needs_specs
def test_frames_of_the_gateway_are_held_against_their_schema() -> None:
    known = schema.specs()
    assert known is not None
    assert known.frame_problems("HELLO", {"heartbeat_interval": 41250}) == []
    assert known.frame_problems("HELLO", {"heartbeat_interval": "often"}) != []
    assert known.frame_problems("INTERACTION_CREATE", {"id": "1", "type": 3}) != []
