"""A file in a form of a feature: its text arrives, what cannot be taken is told, and no draft keeps any of it."""

from __future__ import annotations

import pytest

from commands import forms
from commands.actions import encode
from commands.context import Ctx
from commands.errors import BadInput
from commands.forms import NotTaken, file_text, refused
from commands.outcomes import FormErrors, OpenForm, Reply
from commands.registry import Feature, Registry, Values
from commands.ui import Card, Field, Form, Text
from storage.db import Database
from tests.chat import Chat, World

FORM = Form(
    "Bring a list",
    (Field("name", "Its name"), Field("file", "Your file", "file", required=True)),
    encode("lent.brought"),
)
LARGE = '{"note": "call Dr. A"}' * 200

feature = Feature("lent")


@feature.command("lent", "Bring a list", opens_form=True)
async def ask(ctx: Ctx) -> OpenForm:
    """Ask for a file."""
    return OpenForm(FORM)


@feature.form("lent.brought")
async def brought(ctx: Ctx, values: Values) -> Reply | FormErrors:
    """Refuse what is no list."""
    try:
        text = file_text(values, "file")
    except BadInput as wrong:
        return await refused(ctx, FORM, values, {"file": wrong.advice})
    if not text.startswith("{"):
        return await refused(ctx, FORM, values, {"file": "This is not a list of mine."})
    return Reply(Card("Brought", (Text(f"{len(text)} characters"),)))


@pytest.fixture
def lender(database: Database, chat: Chat) -> Chat:
    """Somebody in a world of this feature alone."""
    world = World(database, chat.world.platform, Registry([feature, forms.feature]))
    return Chat(world, "lender")


async def test_the_text_of_a_file_arrives_however_long(lender: Chat) -> None:
    await lender.say("/lent")
    await lender.submit({"file": LARGE})
    assert lender.last.says(f"{len(LARGE)} characters")


@pytest.mark.parametrize(
    "sent", [NotTaken.TOO_LARGE, NotTaken.NOT_TEXT, "words of mine"], ids=["large", "pdf", "other"]
)
async def test_a_refused_form_keeps_the_words_and_not_the_file(lender: Chat, sent: str) -> None:
    await lender.say("/lent")
    await lender.submit({"name": "my list", "file": sent})
    assert lender.last.says("file")
    if lender.world.platform == "discord":
        await lender.press("Edit again")
    assert lender.window is not None
    assert [item.value for item in lender.window.form.fields] == ["my list", ""]
    await lender.submit({"file": "{}"})
    assert lender.last.says("2 characters")


async def test_no_draft_holds_what_stood_in_a_file(lender: Chat) -> None:
    await lender.say("/lent")
    outcome = await lender.submit({"file": "words of mine"})
    assert isinstance(outcome, FormErrors)
    assert "words of mine" not in str(outcome)
