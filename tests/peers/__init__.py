"""Loopback platforms: what Slack and Discord are to the bot, on a socket of this machine."""
