"""Slack, through Bolt and slack_sdk. Nothing outside this package knows those libraries."""
