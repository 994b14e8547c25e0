"""A loopback Discord: real HTTP, real WebSocket, on a port of this machine. Start at `DiscordPeer`."""

from tests.peers.discord.faults import Fault, Hold, Request
from tests.peers.discord.gate import Violation
from tests.peers.discord.messages import Upload
from tests.peers.discord.person import Answer, Person
from tests.peers.discord.server import DiscordPeer
from tests.peers.discord.signals import NoAnswerError
from tests.peers.discord.views import Button, CannotDoError, Choice, Message, Modal, Select

__all__ = [
    "Answer",
    "Button",
    "CannotDoError",
    "Choice",
    "DiscordPeer",
    "Fault",
    "Hold",
    "Message",
    "Modal",
    "NoAnswerError",
    "Person",
    "Request",
    "Select",
    "Upload",
    "Violation",
]
