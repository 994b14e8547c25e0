"""What the bot says in a community's channels, and what else an admin of one does: look first, and see what fails."""

from commands.channels import looking, making
from commands.channels.handlers import feature

__all__ = ["feature", "looking", "making"]
