"""`/remindme`: a person's own reminders, once or as a repeat, exact to the minute."""

from commands.remindme import offers
from commands.remindme.handlers import feature

__all__ = ["feature", "offers"]
