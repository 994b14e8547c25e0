"""E33: joined emoji, flags and accents at every limit: what does not fit is refused when it is built, never cut."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.discord_adapter import render as on_discord
from bot.slack_adapter import render as on_slack
from commands import ui
from commands.actions import encode
from commands.markup import escape
from commands.outcomes import FormErrors
from commands.ui import Button, Buttons, Card, Field, Fields, Form, Option, OverBudget, Row, Select, Text
from tests.chat import Chat
from tests.drawn import check_card, check_form

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
SCOTLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"
CLUSTERS = (FAMILY, SCOTLAND, "\U0001f1f5\U0001f1f0", "e\u0301\u0323", "\U0001f44d\U0001f3fd", "क्षि")
ACTION = "checklist.page"


def up_to(limit: int, cluster: str) -> str:
    """A text of exactly `limit` characters that ends in the cluster."""
    return "a" * (limit - len(cluster)) + cluster


def press(label: str = "Go") -> Button:
    return Button(label, encode(ACTION, 1, 0))


def card(*blocks: ui.Block, title: str = "Title", preview: str = "A preview") -> Card:
    return Card(title, blocks or (Text("Words"),), preview=preview)


def select(label: str) -> Card:
    return card(Select("Pick", press().action, (Option(label, "v"),)))


PLACES: dict[str, tuple[int, Callable[[str], Card]]] = {
    "title": (ui.CARD_TITLE, lambda text: card(title=text)),
    "preview": (ui.PREVIEW, lambda text: card(preview=text)),
    "button": (ui.BUTTON_LABEL, lambda text: card(Buttons((press(text),)))),
    "option": (ui.OPTION_LABEL, select),
    "placeholder": (
        ui.BUTTON_LABEL,
        lambda text: card(Select(text, press().action, (Option("One", "v"),))),
    ),
    "text": (2_700, lambda text: card(Text(escape(text)))),
    "row": (590, lambda text: card(Row(escape(text), press()))),
    "field": (2_700, lambda text: card(Fields((("Label", escape(text)),)))),
}
"""Where words can stand, how many characters fit there, and a card with them."""


def shown(payload: Any) -> str:
    return json.dumps(payload, ensure_ascii=False)


@pytest.mark.parametrize("cluster", CLUSTERS)
@pytest.mark.parametrize("place", PLACES)
async def test_a_text_at_its_limit_is_shown_whole_on_both_platforms(place: str, cluster: str) -> None:
    limit, build = PLACES[place]
    made = check_card(build(up_to(limit, cluster)))
    view: Any = on_discord.draw(made, announce=True).view
    assert up_to(limit, cluster) in shown(view.to_components())
    assert up_to(limit, cluster) in shown(on_slack.draw(made))


@pytest.mark.parametrize("cluster", CLUSTERS)
@pytest.mark.parametrize("place", PLACES)
def test_a_text_beyond_its_limit_is_refused_and_not_cut(place: str, cluster: str) -> None:
    limit, build = PLACES[place]
    with pytest.raises(OverBudget):
        build(up_to(limit + 120, cluster))


@pytest.mark.parametrize("cluster", CLUSTERS)
async def test_a_form_at_its_limits_is_shown_whole(cluster: str) -> None:
    parts = [up_to(limit, cluster) for limit in (ui.FORM_TITLE, ui.FIELD_LABEL, 300, 100)]
    title, label, value, hint = parts
    form = check_form(Form(title, (Field("note", label, value=value, hint=hint),), press().action))
    modal: Any = on_discord.draw_form(form)
    for text in parts:
        assert text in shown(modal.to_dict())
        assert text in shown(on_slack.draw_form(form, {}))


@pytest.mark.parametrize("cluster", CLUSTERS)
async def test_a_refused_form_keeps_all_that_the_platform_let_the_person_type(chat: Chat, cluster: str) -> None:
    await chat.say("/nudges")
    await chat.press("Change time and quiet hours")
    assert chat.window is not None
    typed = {item.name: up_to(item.max_length, cluster) for item in chat.window.form.fields}
    await chat.submit(typed)
    if chat.window is None:
        await chat.press("Edit again")
    assert chat.window is not None
    assert {item.name: item.value for item in chat.window.form.fields} == typed


NOTE = 1_000
"""Characters that the platforms take as a note."""


@pytest.mark.parametrize("typed", [*(up_to(NOTE, cluster) for cluster in CLUSTERS), "*" * NOTE])
async def test_the_longest_note_is_kept_and_shown_whole(chat: Chat, typed: str) -> None:
    await chat.say("/checklist")
    await chat.press("Open step 1")
    await chat.press("Write a note on this step")
    await chat.submit({"note": typed})
    assert chat.card.plain().count(typed) == 1


async def test_a_note_that_grows_too_long_on_a_platform_comes_back_to_be_changed(chat: Chat) -> None:
    await chat.say("/checklist")
    await chat.press("Open step 1")
    await chat.press("Write a note on this step")
    await chat.submit({"note": "&" * NOTE})
    if chat.window is None:
        assert chat.card.plain().count("too many of the signs") == 1
        await chat.press("Edit again")
    assert chat.window is not None
    assert chat.window.form.fields[0].value == "&" * NOTE
    await chat.submit({"note": "Fewer & fewer"})
    assert "Fewer & fewer" in chat.card.plain()


async def test_a_page_of_skipped_steps_with_the_longest_reasons_can_be_shown(chat: Chat) -> None:
    reason = "*" * 300
    for number in range(1, 9):
        await chat.say("/checklist")
        await chat.press(f"Open step {number}")
        await chat.press("Skip this step, with a reason")
        await chat.submit({"reason": reason})
    await chat.press("Open step 8")
    assert reason in chat.card.plain()


@given(st.lists(st.sampled_from((*CLUSTERS, "a", " b", "&", "<", "*", "_")), min_size=1, max_size=60))
def test_no_renderer_takes_a_cluster_apart(words: list[str]) -> None:
    typed = "x" + "".join(words) + "x"
    made = card(Text(escape(typed)))
    view: Any = on_discord.draw(made).view
    discord, slack = shown(view.to_components()), shown(on_slack.draw(made))
    for cluster in CLUSTERS:
        times = made.plain().count(cluster)
        assert discord.count(cluster) == times
        assert slack.count(cluster) >= times


async def test_more_than_a_platform_lets_through_never_breaks_the_form(chat: Chat) -> None:
    await chat.say("/nudges")
    refused = await chat.act(encode("nudges.save_hours"), {"time": FAMILY * 100}, what="form")
    assert isinstance(refused, FormErrors)
    form = check_form(refused.again)
    assert all(len(item.value) <= item.max_length for item in form.fields)
