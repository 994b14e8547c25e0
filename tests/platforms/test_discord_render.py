"""Every golden card and form as Discord would take it, and nothing live in what people typed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.discord_adapter import text
from bot.discord_adapter.render import Drawn, draw, draw_form
from commands import markup
from commands.actions import encode
from commands.cards import not_saved
from commands.outcomes import FormErrors
from commands.ui import Card, Field, Form, LinkButton, OverBudget, Picture, Text
from tests.peers.discord.checks import check_message, check_modal
from tests.platforms.golden import FORMS, GOLDEN, NASTY, NINE

_ESCAPED = re.compile(r"\\([^0-9A-Za-z\s])")
_LIVE = re.compile(r"[\\`*_~|<>\[\]@#]|https?:|:\w+:|^\s*[-+] |^\s*\d+\. ", re.MULTILINE)


def body(drawn: Drawn) -> dict[str, Any]:
    """What is sent to Discord."""
    files = [{"id": number, "filename": file.filename} for number, file in enumerate(drawn.files)]
    return {"flags": 1 << 15, "components": components(drawn), "attachments": files}


def components(drawn: Drawn) -> list[dict[str, Any]]:
    """As they are sent."""
    view: Any = drawn.view
    return list(view.to_components())


def parts(nested: Sequence[Any]) -> Iterator[dict[str, Any]]:
    for part in nested:
        yield part
        yield from parts(part.get("components", ()))
        yield from parts([part[name] for name in ("accessory", "component") if name in part])


@pytest.mark.parametrize("name", GOLDEN)
@pytest.mark.parametrize("announce", [False, True])
async def test_discord_takes_each_card_with_all_its_actions(name: str, announce: bool) -> None:
    card = GOLDEN[name]
    drawn = draw(card, announce=announce)
    payload = body(drawn)
    assert check_message(payload) == []
    found = list(parts(payload["components"]))
    assert sorted(part["custom_id"] for part in found if "custom_id" in part) == sorted(card.actions())
    urls = [button.url for button in card.buttons() if isinstance(button, LinkButton)]
    assert [part["url"] for part in found if part["type"] == 2 and part.get("url")] == urls
    shown = {str(part["label"]) for part in found if part["type"] == 2}
    assert shown == {button.label for button in card.buttons()}
    assert len(found) <= card.components + len(card.files) + announce
    assert drawn.view.is_finished()


@pytest.mark.parametrize("name", GOLDEN)
async def test_a_card_never_needs_more_room_than_its_budget_says(name: str) -> None:
    card = GOLDEN[name]
    drawn = draw(card)
    shown = sum(len(part["content"]) for part in parts(components(drawn)) if part["type"] == 10)
    assert shown <= card.size


@pytest.mark.parametrize("name", FORMS)
async def test_discord_takes_each_form_with_all_its_fields(name: str) -> None:
    form = FORMS[name]
    modal = draw_form(form)
    data: Any = modal.to_dict()
    assert check_modal(data) == []
    found = [part for part in parts(data["components"]) if "custom_id" in part]
    assert [part["custom_id"] for part in found] == [field.name for field in form.fields]
    assert data["custom_id"] == form.submit
    for part, field in zip(found, form.fields, strict=True):
        chosen = [option["value"] for option in part.get("options", ()) if option.get("default")]
        assert (chosen or [part.get("value") or ""])[0] == field.value
        assert part["required"] is field.required
        assert (part["type"] == 19) == (field.kind == "file")
    assert modal.is_finished()


async def test_a_note_without_room_is_refused_rather_than_dropped() -> None:
    fields = tuple(Field(f"f{number}", "Label") for number in range(5))
    with pytest.raises(OverBudget):
        draw_form(Form("Title", fields, encode("golden.save"), note="Read this"))


async def test_wrong_fields_are_named_by_their_labels_and_the_form_can_be_opened_again() -> None:
    again = FORMS["with_note"]
    outcome = FormErrors((("name", "Please write a name."), ("visa", "Pick one.")), again, encode("golden.again", 7))
    card = not_saved(outcome)
    assert "Name: Please write a name." in card.plain()
    assert "Visa: Pick one." in card.plain()
    assert card.actions() == ("m1:golden.again:7",)
    assert check_message(body(draw(card))) == []


async def test_a_notification_shows_the_preview_and_the_picture_has_words() -> None:
    first, second = components(draw(GOLDEN["plain"], announce=True))
    assert first["content"] == "-# A message from MatchMentor"
    assert second["type"] == 17
    drawn = draw(GOLDEN["every_block"])
    picture = next(block for block in GOLDEN["every_block"].blocks if isinstance(block, Picture))
    gallery = next(part for part in parts(components(drawn)) if part["type"] == 12)
    assert gallery["items"][0]["description"] == picture.alt
    assert gallery["items"][0]["media"]["url"] == f"attachment://{drawn.files[0].filename}"


def test_the_subset_in_discords_dialect() -> None:
    assert text.draw("**bold** *it* `a_b` [x*](https://a.example/(1))") == (
        "**bold** *it* `a_b` [x\\*](https://a.example/%281%29)"
    )
    assert text.draw("Do:\n\n- one\n- two\n  - in\n\n3. three\n\nEnd") == (
        "Do\\:\n- one\n- two\n  - in\n3. three\n\nEnd".replace("Do\\:", "Do:")
    )
    assert text.draw(f"at {markup.when(NINE, 'time')}") == f"at <t:{int(NINE.timestamp())}:t>"
    assert text.draw("**a***b*") == "**a**\u2060*b*"
    assert text.draw("`` a`b ``") == "`` a`b ``"
    assert text.draw("[file](ftp://a.example)") == "file (ftp\\://a.example)"
    assert text.heading("# A\n<@1>") == "## \\# A \\<\\@1\\>"
    assert text.small("one\n\ntwo") == "-# one\n-# two"


@pytest.mark.parametrize("words", NASTY)
def test_nothing_that_people_type_is_live(words: str) -> None:
    drawn = text.draw(markup.escape(words))
    assert _LIVE.findall(_ESCAPED.sub("\0", drawn)) == []


@given(st.text(alphabet=st.sampled_from("a1 .:/-+#>*_~`|\\<@&!()[]\n\té"), max_size=80))
def test_words_show_as_typed_and_within_their_cost(words: str) -> None:
    escaped = markup.escape(words)
    drawn = text.draw(escaped)
    assert _ESCAPED.sub(r"\1", drawn).split() == markup.plain(escaped).split()
    assert _LIVE.findall(_ESCAPED.sub("\0", drawn)) == []
    assert len(drawn) <= markup.cost(escaped)


def test_cards_are_never_shortened() -> None:
    long = "A sentence that is not cut. " * 90
    assert text.draw(Card("Long", (Text(long.strip()),)).blocks[0].md) == long.strip()  # type: ignore[union-attr]
