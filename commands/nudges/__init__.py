"""Nudges: curated short reminders, one thing to do each, at the person's own morning."""

from commands.nudges import answers  # noqa: F401  their buttons are part of the feature
from commands.nudges.handlers import feature

__all__ = ["feature"]
