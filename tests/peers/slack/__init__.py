"""A Slack on this machine: Web API, Socket Mode, signed HTTP, and people who use the bot."""

from tests.peers.discord.signals import NoAnswerError
from tests.peers.slack.answers import Answer, Submitted
from tests.peers.slack.blocks import NotThereError
from tests.peers.slack.checks import SpecsMissingError, check_message, check_view
from tests.peers.slack.driver import User
from tests.peers.slack.records import Ack, Identity, Message, Request, Sent, View, Violation
from tests.peers.slack.samples import Sample, samples
from tests.peers.slack.server import SlackPeer

__all__ = [
    "Ack", "Answer", "Identity", "Message", "NoAnswerError", "NotThereError", "Request", "Sample", "Sent",
    "SlackPeer", "SpecsMissingError", "Submitted", "User", "View", "Violation", "check_message", "check_view",
    "samples",
]  # fmt: skip
