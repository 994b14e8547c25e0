"""The Web API methods that the loopback Slack knows; every other name is an unknown_method."""

from __future__ import annotations

from tests.peers.slack.methods import auth, chat, conversations, files, people, views
from tests.peers.slack.methods.base import Method

METHODS: dict[str, Method] = {
    **auth.METHODS,
    **chat.METHODS,
    **conversations.METHODS,
    **files.METHODS,
    **people.METHODS,
    **views.METHODS,
}
