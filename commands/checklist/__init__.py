"""The checklist: small steps through the application, kept for a season, worked through with buttons."""

from commands.checklist.handlers import feature

__all__ = ["feature"]
