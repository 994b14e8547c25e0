"""The page that both sides answer with: ours draws it from the content, the bare bots get its finished parts."""

from __future__ import annotations

from typing import Any

from bot.discord_adapter import text as discord_text
from bot.slack_adapter.render import draw
from commands.guidance import page_card
from commands.ui import Button, Buttons, Card, Select, Text
from content.catalog import Catalog
from content.loader import load_pack
from content.paths import CORE_PACK
from scheduler.clock import SystemClock

COMMAND, TOPIC = "redflag", "step-failure"


def catalog() -> Catalog:
    """The content as it is served."""
    return load_pack(CORE_PACK, None)


def page() -> Card:
    """What `/redflag step-failure` shows."""
    served = catalog()
    return page_card(served.topics[TOPIC], "overview", served, SystemClock().now().date())


def for_discord(card: Card) -> dict[str, Any]:
    """Texts, buttons and menus for `bench.bare.view_of`."""
    texts = [discord_text.draw(block.md) for block in card.blocks if isinstance(block, Text)]
    groups = [block.items for block in card.blocks if isinstance(block, Buttons)]
    return {
        "texts": [discord_text.heading(card.title), *texts, card.footer or "-# MatchMentor"],
        "buttons": [[(each.label, each.action) for each in group if isinstance(each, Button)] for group in groups],
        "selects": [
            {
                "action": block.action,
                "placeholder": block.placeholder,
                "options": [(option.label, option.value) for option in block.options],
            }
            for block in card.blocks
            if isinstance(block, Select)
        ],
    }


def for_slack(card: Card) -> dict[str, Any]:
    """The finished answer: the bare app has nothing to draw."""
    return {**draw(card), "response_type": "ephemeral"}
