"""The block checks: what Slack takes passes, what it refuses or a person should not see does not."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.peers.slack import check_message, check_view, specs
from tests.peers.slack.checks import SpecsMissingError, message_faults

Json = dict[str, Any]

needs_specs = pytest.mark.skipif(not specs.available(), reason=specs.missing_notice())


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def options(count: int) -> list[Json]:
    return [{"text": plain(f"Choice {number}"), "value": str(number)} for number in range(count)]


def buttons(count: int) -> list[Json]:
    return [{"type": "button", "action_id": f"b{number}", "text": plain("Go")} for number in range(count)]


def a_message() -> Json:
    menu = {"type": "static_select", "action_id": "menu", "options": options(2), "initial_option": options(2)[0]}
    more = {"type": "overflow", "action_id": "more", "options": options(2)}
    return {
        "text": "Your checklist",
        "blocks": [
            {"type": "header", "text": plain("Your checklist")},
            {"type": "section", "block_id": "s", "text": mrkdwn("*Do* <!date^0^{time}|9:00>"), "accessory": more},
            {"type": "actions", "block_id": "a", "elements": [*buttons(2), menu]},
            {"type": "section", "block_id": "f", "fields": [mrkdwn("_Due_"), mrkdwn("`2 ** 3 ** 4`")]},
            {"type": "context", "elements": [mrkdwn("<https://example.org|source> &lt;!channel&gt;")]},
            {"type": "image", "image_url": "https://example.org/x.png", "alt_text": "3 of 5 done"},
            {"type": "markdown", "text": "**bold** is right here"},
            {"type": "divider"},
        ],
    }  # fmt: skip


def a_form() -> Json:
    text = {"type": "plain_text_input", "action_id": "v", "max_length": 200, "multiline": True}
    return {
        "type": "modal", "callback_id": "goal", "private_metadata": "{}",
        "title": plain("Add a goal"), "submit": plain("Save"), "close": plain("Cancel"),
        "blocks": [
            {"type": "input", "block_id": "g", "label": plain("Goal"), "element": text},
            {"type": "input", "block_id": "d", "label": plain("Due"), "optional": True,
             "element": {"type": "datepicker", "action_id": "d", "initial_date": "2027-03-01"}},
            {"type": "input", "block_id": "t", "label": plain("At"),
             "element": {"type": "timepicker", "action_id": "t", "initial_time": "09:30"}},
            {"type": "input", "block_id": "c", "label": plain("Days"),
             "element": {"type": "checkboxes", "action_id": "c", "options": options(5)}},
            {"type": "input", "block_id": "p", "label": plain("File"),
             "element": {"type": "file_input", "action_id": "p"}},
        ],
    }  # fmt: skip


def a_home() -> Json:
    return {"type": "home", "blocks": a_message()["blocks"]}


def put(path: str, value: Any) -> Callable[[Json], None]:
    """A change: `blocks/0/text` becomes `value`; a list is added to with `+`."""

    def change(payload: Json) -> None:
        *way, last = path.split("/")
        node: Any = payload
        for step in way:
            node = node[int(step)] if isinstance(node, list) else node[step]
        if last == "+":
            node.append(value)
        else:
            node[int(last) if isinstance(node, list) else last] = value

    return change


def drop(path: str) -> Callable[[Json], None]:
    def change(payload: Json) -> None:
        *way, last = path.split("/")
        node: Any = payload
        for step in way:
            node = node[int(step)] if isinstance(node, list) else node[step]
        del node[last]

    return change


REFUSED_MESSAGES: dict[str, Callable[[Json], None]] = {
    "type 'nonsense' is not allowed": put("blocks/+", {"type": "nonsense"}),
    "'hi' is not an object": put("blocks/1/text", "hi"),
    "'accesory' was unexpected": put("blocks/1/accesory", {}),
    "'plain_text' was expected": put("blocks/0/text", mrkdwn("x")),
    "'text' is a required property": drop("blocks/2/elements/0/text"),
    "'blue' is not one of": put("blocks/2/elements/0/style", "blue"),
    "type 'plain_text_input' is not allowed": put("blocks/2/elements/+", {"type": "plain_text_input"}),
    "'alt_text' is a required property": drop("blocks/5/alt_text"),
    "is not of type 'array'": put("blocks", "[]"),
    "None is not of type 'string'": put("blocks/1/block_id", None),
    "/blocks: must be less than 51 items": put("blocks", [{"type": "divider"}] * 51),
    "/blocks/1/text: must be less than 3001": put("blocks/1/text", mrkdwn("x" * 3001)),
    "/blocks/1/text/text: must be more than 0": put("blocks/1/text", mrkdwn("")),
    "a section needs text or fields": drop("blocks/1/text"),
    "/blocks/3/fields: must be less than 11": put("blocks/3/fields", [mrkdwn("x")] * 11),
    "/blocks/3/fields/0/text: must be less than 2001": put("blocks/3/fields/0", mrkdwn("x" * 2001)),
    "/blocks/0/text: must be less than 151": put("blocks/0/text", plain("x" * 151)),
    "/blocks/2/elements/0/text: must be less than 76": put("blocks/2/elements/0/text", plain("x" * 76)),
    "/value: must be less than 2001": put("blocks/2/elements/0/value", "x" * 2001),
    "/action_id: must be less than 256": put("blocks/2/elements/0/action_id", "x" * 256),
    "/block_id: must be less than 256": put("blocks/1/block_id", "x" * 256),
    "action_id 'b1' is already used": put("blocks/2/elements/0/action_id", "b1"),
    "block_id 's' already exists": put("blocks/2/block_id", "s"),
    "/elements: must be less than 26": put("blocks/2/elements", buttons(26)),
    "/elements: must be more than 0": put("blocks/2/elements", []),
    "/elements: must be less than 11": put("blocks/4/elements", [mrkdwn("x")] * 11),
    "/blocks/4/elements/0/text: must be less than 2001": put("blocks/4/elements/0", mrkdwn("x" * 2001)),
    "/options: must be less than 101": put("blocks/2/elements/2/options", options(101)),
    "/options: must be less than 6": put("blocks/1/accessory/options", options(6)),
    "option values are not unique": put("blocks/1/accessory/options/+", options(1)[0]),
    "/options/0/text: must be less than 76": put("blocks/1/accessory/options/0/text", plain("x" * 76)),
    "/options/0/value: must be less than 151": put("blocks/1/accessory/options/0/value", "x" * 151),
    "an option needs a value": drop("blocks/1/accessory/options/0/value"),
    "the initial option is not one of": put("blocks/2/elements/2/initial_option", options(3)[2]),
    "give either options or option_groups": drop("blocks/2/elements/2/options"),
    "is not an address": put("blocks/2/elements/0/url", "javascript:alert(1)"),
    "/confirm/text: must be less than 301": put("blocks/2/elements/0/confirm", {"text": plain("x" * 301)}),
    "file_input is for modals only": put("blocks/+", a_form()["blocks"][4]),
    "the markdown blocks hold more": put("blocks/6/text", "x" * 12_001),
}  # fmt: skip

REFUSED_FORMS: dict[str, Callable[[Json], None]] = {
    "'title' is a required property": drop("title"),
    "'sheet' is no view type": put("type", "sheet"),
    "/title: must be less than 25": put("title", plain("x" * 25)),
    "/submit: must be less than 25": put("submit", plain("x" * 25)),
    "/title/text: must be more than 0": put("title", plain("")),
    "/private_metadata: must be less than 3001": put("private_metadata", "x" * 3001),
    "/callback_id: must be less than 256": put("callback_id", "x" * 256),
    "/blocks: must be more than 0": put("blocks", []),
    "/blocks: must be less than 101": put("blocks", [{"type": "divider"}] * 101),
    "must have a submit text": drop("submit"),
    "must be less than 11 items": put("blocks/3/element/options", options(11)),
    "/max_length: must be less than 3001": put("blocks/0/element/max_length", 3001),
    "not below min_length": put("blocks/0/element/min_length", 201),
    "longer than max_length": put("blocks/0/element/initial_value", "x" * 201),
    "is not a date": put("blocks/1/element/initial_date", "1 March"),
    "is not a time": put("blocks/2/element/initial_time", "9:30"),
    "/blocks/0/label: must be less than 2001": put("blocks/0/label", plain("x" * 2001)),
    "view_too_large": put("blocks", [{"type": "section", "text": mrkdwn("x" * 3000)}] * 90),
}

UNFIT_FOR_PEOPLE: dict[str, Callable[[Json], None]] = {
    "bold is *one* star": put("blocks/1/text", mrkdwn("do it **now**")),
    "a link is <address|words>": put("blocks/4/elements/0", mrkdwn("[source](https://example.org)")),
    "Slack has no # headings": put("blocks/1/text", mrkdwn("first\n## Heading")),
    "strike is ~one~ tilde": put("blocks/1/text", mrkdwn("~~done~~")),
    "a Discord time": put("blocks/1/text", mrkdwn("at <t:1800000000:t>")),
    "Discord's small text": put("blocks/1/text", mrkdwn("-# small")),
    "a live mention: <!channel>": put("blocks/1/text", mrkdwn("hey <!channel>")),
    "a live mention: <!here|here>": put("blocks/3/fields/0", mrkdwn("<!here|here>")),
    "a live mention: <!everyone>": put("text", "<!everyone>"),
    "a live mention: <@U012AB3CD>": put("text", "hi <@U012AB3CD>"),
    "a live mention: <!subteam^S1>": put("text", "hi <!subteam^S1>"),
    "bold is *one* star on Slack: '**x**'": put("blocks/2/elements/0/text", plain("**x**")),
    "no text for the notification": drop("text"),
    "over the 4000 characters": put("text", "x" * 4001),
    "turn @names in the text into mentions": put("link_names", True),
}


@needs_specs
def test_right_payloads_pass() -> None:
    assert check_message(a_message()) == []
    assert check_message({"text": "Only words, 3 * 4 * 5 and snake__case"}) == []
    assert check_view(a_form()) == []
    assert check_view(a_home()) == []


@needs_specs
@pytest.mark.parametrize("fault", REFUSED_MESSAGES)
def test_messages_that_slack_refuses(fault: str) -> None:
    payload = a_message()
    REFUSED_MESSAGES[fault](payload)
    found = [str(each) for each in message_faults(payload) if each.refused]
    assert any(fault in text for text in found), found


@needs_specs
@pytest.mark.parametrize("fault", REFUSED_FORMS)
def test_forms_that_slack_refuses(fault: str) -> None:
    payload = a_form()
    REFUSED_FORMS[fault](payload)
    found = check_view(payload)
    assert any(fault in text for text in found), found


@needs_specs
@pytest.mark.parametrize("fault", UNFIT_FOR_PEOPLE)
def test_messages_that_slack_takes_but_nobody_should_see(fault: str) -> None:
    payload = a_message()
    UNFIT_FOR_PEOPLE[fault](payload)
    found = message_faults(payload)
    assert any(fault in str(each) for each in found), found
    assert not any(each.refused for each in found)


@needs_specs
def test_other_faults() -> None:
    assert any("'title' was unexpected" in text for text in check_view(a_home() | {"title": plain("x")}))
    two = copy.deepcopy(a_form())
    for block in two["blocks"][:2]:
        block["element"]["focus_on_load"] = True
    assert any("focus_on_load" in text for text in check_view(two))
    assert check_message({}) == ["/text: no_text"]
    person = {"type": "rich_text_section", "elements": [{"type": "user", "user_id": "U1"}]}
    assert any("mention" in text for text in check_message(
        {"text": "x", "blocks": [{"type": "rich_text", "elements": [person]}]}
    ))  # fmt: skip


def test_without_the_specifications_the_checks_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_SPECS_DIR", "nowhere")
    with pytest.raises(SpecsMissingError, match="TEST_SPECS_DIR"):
        check_message({"text": "x"})
