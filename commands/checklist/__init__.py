"""The checklist: small steps through the application, kept for a season, worked through with buttons."""

from commands.checklist import handlers, menu, progress
from commands.checklist.showing import feature

__all__ = ["feature", "handlers", "menu", "progress"]
