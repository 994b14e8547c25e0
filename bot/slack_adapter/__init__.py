"""Slack, through Bolt and slack_sdk. Nothing outside this package knows those libraries."""

from bot.slack_adapter.adapter import SlackAdapter
from bot.slack_adapter.manifest import manifest, to_yaml

__all__ = ["SlackAdapter", "manifest", "to_yaml"]
