"""Every golden card and form as Slack would take it, and nothing live in what people typed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack_adapter import text
from bot.slack_adapter.manifest import as_typed
from bot.slack_adapter.render import draw, draw_form, draw_home, errors, picture_key
from commands import markup
from commands.actions import encode
from commands.cards import not_saved
from commands.outcomes import FormErrors
from commands.ui import Button, Card, Field, Fields, Form, LinkButton, Picture, Row, Text
from tests.peers.slack import check_message, check_view, specs
from tests.peers.slack.blocks import controls, words
from tests.platforms.golden import FORMS, GOLDEN, NASTY, NINE

pytestmark = pytest.mark.skipif(not specs.available(), reason=specs.missing_notice())

Json = dict[str, Any]


def nodes(node: Any) -> Iterator[Json]:
    if isinstance(node, list):
        for child in node:
            yield from nodes(child)
    elif isinstance(node, dict):
        yield node
        for child in node.values():
            yield from nodes(child)


def images(card: Card) -> dict[str, str]:
    return {picture_key(block): "F0PICTURE" for block in card.blocks if isinstance(block, Picture)}


@pytest.mark.parametrize("name", GOLDEN)
def test_slack_takes_each_card_with_all_its_actions(name: str) -> None:
    card = GOLDEN[name]
    payload = draw(card, images(card))
    assert check_message(payload) == []
    assert check_view(draw_home(card, images(card))) == []
    shown = [control.element for control in controls(payload["blocks"])]
    assert sorted(one["action_id"] for one in shown if "url" not in one) == sorted(card.actions())
    assert [one["url"] for one in shown if "url" in one] == [
        button.url for button in card.buttons() if isinstance(button, LinkButton)
    ]
    assert {one["text"]["text"] for one in shown if one["type"] == "button"} == {
        button.label for button in card.buttons()
    }
    assert payload["text"] == text.escape(card.preview)


@pytest.mark.parametrize("name", FORMS)
def test_slack_takes_each_form_with_all_its_fields(name: str) -> None:
    form = FORMS[name]
    view = draw_form(form, {"channel": "D1", "ts": "1.2"})
    assert check_view(view) == []
    assert view["callback_id"] == form.submit
    inputs = [block for block in view["blocks"] if block["type"] == "input"]
    assert [block["block_id"] for block in inputs] == [field.name for field in form.fields]
    for block, field in zip(inputs, form.fields, strict=True):
        element = block["element"]
        assert (element["type"] == "file_input") == (field.kind == "file")
        picked = element.get("initial_option", {}).get("value", element.get("initial_value", ""))
        assert (picked, block["optional"]) == (field.value, not field.required)


def test_what_is_wrong_stands_at_its_input_or_in_a_message() -> None:
    again = FORMS["with_note"]
    outcome = FormErrors((("name", "Write a name."), ("other", "And more.")), again, encode("golden.again", 7))
    assert errors(outcome) == {"name": "Write a name. And more."}
    card = not_saved(outcome)
    assert "Name: Write a name." in card.plain()
    assert card.actions() == ("m1:golden.again:7",)
    assert check_message(draw(card)) == []


def test_the_subset_as_rich_text() -> None:
    block = text.rich("A **b** *c* `d` [e](https://a.example/).\n\n- one\n  - in\n- two\n\n3. three\n4. four\n\nEnd")
    first, one, inner, two, numbers, end = block["elements"]
    assert first["elements"][1] == {"type": "text", "text": "b", "style": {"bold": True}}
    assert first["elements"][7] == {"type": "link", "url": "https://a.example/", "text": "e"}
    assert [part["type"] for part in (one, inner, two, numbers)] == ["rich_text_list"] * 4
    assert (inner["indent"], numbers["offset"], len(numbers["elements"])) == (1, 2, 2)
    assert end["elements"][1]["text"] == "End"


def test_a_time_is_shown_in_the_readers_zone() -> None:
    stamp = int(NINE.timestamp())
    date = text.rich(markup.when(NINE))["elements"][0]["elements"][0]
    assert date["timestamp"] == stamp
    assert date["format"] == "{date_long_pretty} at {time}"
    assert date["fallback"] == "Wednesday 23 September 2026, 13:00 UTC"
    assert text.mrkdwn(f"due {markup.when(NINE)}") == (
        f"due <!date^{stamp}^{{date_long_pretty}} at {{time}}|Wednesday 23 September 2026, 13:00 UTC>"
    )


def test_beside_a_button_marks_are_slacks_own() -> None:
    assert text.mrkdwn("**bold**, *it* & `/code` [x](https://a.example/?a=1&b=2)") == (
        "*bold*, _it_ &amp; `/code` <https://a.example/?a=1&amp;b=2|x>"
    )
    assert text.mrkdwn("**a**b") is None
    assert text.mrkdwn("a\\*b\\*") is None


@pytest.mark.parametrize("name", [name for name in GOLDEN if name.startswith("nasty")])
def test_words_of_people_stand_in_rich_text_exactly(name: str) -> None:
    card = GOLDEN[name]
    typed = markup.plain(card.blocks[0].md)  # type: ignore[union-attr]
    drawn = draw(card)["blocks"]
    assert [node for node in nodes(drawn) if node.get("type") in ("link", "user", "broadcast", "emoji")] == []
    shown = "".join(node["text"] for node in nodes(drawn[1]) if node.get("type") == "text")
    assert shown.split() == typed.split()


@pytest.mark.parametrize("typed", NASTY)
def test_labels_are_never_longer_nor_live(typed: str) -> None:
    shown = text.label(typed)["text"]
    assert len(shown) <= len(typed)
    assert not text.is_live(shown)


@given(st.text(alphabet=st.sampled_from("a1 .:/-+#>*_~`|\\<@&!()[]\n\té"), min_size=1, max_size=80))
def test_a_row_shows_words_as_typed(typed: str) -> None:
    md = markup.escape(typed)
    if not markup.plain(md).strip():
        return
    blocks = draw(Card("Title", (Row(md, _done()),)))["blocks"]
    if blocks[1]["type"] == "section":
        shown = blocks[1]["text"]["text"].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        assert not set("*_~`") & set(shown)
    else:
        shown = "".join(node["text"] for node in nodes(blocks[1]) if node.get("type") == "text")
    assert shown.split() == markup.plain(md).split()


def test_cards_are_never_shortened() -> None:
    long = ("A sentence that is not cut. " * 90).strip()
    assert words(draw(Card("Long", (Text(long),)))["blocks"]) == f"Long\n{long}"


def _done() -> Button:
    return Button("Done: step", encode("golden.set", 1, True))


def test_a_command_in_code_has_the_name_that_people_type() -> None:
    typed = as_typed({"redflag"}, "mm-")
    card = Card(
        "Send `/redflag`",
        (
            Text("Send `/redflag a gap`, not `/other`, `redflag` or /redflag"),
            Row("**Or** `/redflag`", Button("Go", encode("golden.go"))),
            Fields((("Ask", "`/redflag`"),)),
        ),
        footer="See `/redflag`",
    )
    shown = str(draw(card, typed=typed)["blocks"])
    assert shown.count("/mm-redflag") == 4
    assert "`/mm-redflag`" in shown
    assert all(each in shown for each in ("/mm-redflag a gap", "/other", "'redflag'", " or /redflag"))
    form = Form("Title", (Field("note", "Your note"),), encode("golden.save"), note="See `/redflag`")
    assert "/mm-redflag" in str(draw_form(form, {}, typed))
    assert "/mm-redflag" in str(draw_home(card, typed=typed))
