"""The checklist: small steps through the application, kept for a season, worked through with buttons."""

from commands.checklist import handlers, joined, lines, menu, own_steps, progress, steps
from commands.checklist.showing import feature

__all__ = ["feature", "handlers", "joined", "lines", "menu", "own_steps", "progress", "steps"]
