"""The season: what is ahead for a person, the nudges before it, their own dates, and dates that move."""

from commands.season import feed, own, shared  # they register their buttons and forms
from commands.season.handlers import feature

__all__ = ["feature", "feed", "own", "shared"]
