"""Guidance: the right page for a topic or for a person's own words, read in parts."""

from commands.guidance.handlers import feature
from commands.guidance.pages import page_card

__all__ = ["feature", "page_card"]
