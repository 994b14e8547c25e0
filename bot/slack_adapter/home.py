"""The Home tab: one card for each person, published anew when it is opened or something in it was pressed."""

from __future__ import annotations

from bot.slack_adapter.api import Api
from bot.slack_adapter.render import draw_home
from commands.ui import Card


async def publish(api: Api, user: str, card: Card) -> None:
    """Show a card as the person's Home tab. Raises `SlackApiError`."""
    await api.show(card, lambda view: api.client.views_publish(user_id=user, view=view), draw_home)
