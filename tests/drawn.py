"""Each card and form of a conversation as both platforms would get it, checked against what they refuse.

Slack's own descriptions may be missing on a machine (see `tests/peers/slack/specs.py`): then the cards are drawn for
Slack all the same, and only the check waits for a machine that has them. Discord's limits are checked in any case.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from bot.discord_adapter import render as discord_render
from bot.slack_adapter import render as slack_render
from commands.ui import Card, Form
from tests.peers.discord.checks import check_message, check_modal
from tests.peers.slack import checks as slack_checks
from tests.peers.slack import specs as slack_specs


def check_card(card: Card) -> Card:
    """The card itself, when Discord and Slack would take it."""
    _look_at_card(card)
    return card


def check_form(form: Form) -> Form:
    """The form itself, when Discord and Slack would take it."""
    _look_at_form(form)
    return form


# The same cards come in many conversations, and one that was looked at does not change: a fault is raised, not kept.
@lru_cache(maxsize=4096)
def _look_at_card(card: Card) -> None:
    drawn = discord_render.draw(card, announce=True)
    view: Any = drawn.view
    files = [{"id": number, "filename": file.filename} for number, file in enumerate(drawn.files)]
    body = {"flags": 1 << 15, "components": view.to_components(), "attachments": files}
    assert check_message(body) == [], f"Discord would refuse {card.title!r}"
    payload = slack_render.draw(card)
    if slack_specs.available():
        assert slack_checks.check_message(payload) == [], f"Slack would refuse {card.title!r}"


@lru_cache(maxsize=1024)
def _look_at_form(form: Form) -> None:
    modal: Any = discord_render.draw_form(form)
    assert check_modal(modal.to_dict()) == [], f"Discord would refuse {form.title!r}"
    view = slack_render.draw_form(form, {})
    if slack_specs.available():
        assert slack_checks.check_view(view) == [], f"Slack would refuse {form.title!r}"
