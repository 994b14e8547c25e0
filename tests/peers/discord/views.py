"""What a person sees: messages, buttons, selects, forms. Snapshots: they stay as they were when they were taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tests.peers.discord.messages import Messages, Upload
from tests.peers.discord.wire import EPHEMERAL, SELECTS, Json, Part, walk
from tests.peers.discord.world import Account, Channel


class CannotDoError(AssertionError):
    """No person could do that: the button is not there, the option is unknown, the field is too long."""


@dataclass(frozen=True, slots=True)
class Button:
    """A button as it is shown; it has either a custom id or an address."""

    label: str
    custom_id: str | None
    url: str | None
    disabled: bool


@dataclass(frozen=True, slots=True)
class Select:
    """A select menu of texts; `options` are (label, value)."""

    custom_id: str
    options: tuple[tuple[str, str], ...]
    least: int
    most: int
    disabled: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """A suggestion of an autocompletion."""

    name: str
    value: str | float


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it was shown. `raw` is Discord's object, `files` the contents of its attachments by name."""

    raw: Json
    files: Mapping[str, bytes]

    @property
    def id(self) -> str:
        return str(self.raw["id"])

    @property
    def channel_id(self) -> str:
        return str(self.raw["channel_id"])

    @property
    def ephemeral(self) -> bool:
        """Only the person who asked sees it."""
        return bool(self.raw["flags"] & EPHEMERAL)

    @property
    def edited(self) -> bool:
        return self.raw["edited_timestamp"] is not None

    @property
    def nonce(self) -> str | None:
        return self.raw.get("nonce")

    @property
    def parts(self) -> tuple[Json, ...]:
        """All components, nested ones too, in the order in which they are drawn."""
        return tuple(part for _, part, _ in walk(self.raw))

    @property
    def text(self) -> str:
        """Everything there is to read, one piece a line: content, embeds, text displays."""
        pieces = [self.raw["content"]]
        for embed in self.raw["embeds"]:
            pieces += [embed.get("title"), embed.get("description")]
            pieces += [piece for field in embed.get("fields", ()) for piece in (field["name"], field["value"])]
        pieces += [part["content"] for part in self.parts if part["type"] == Part.TEXT]
        return "\n".join(piece for piece in pieces if piece)

    @property
    def buttons(self) -> tuple[Button, ...]:
        return tuple(_button(part) for part in self.parts if part["type"] == Part.BUTTON)

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of the buttons, in order."""
        return tuple(button.label for button in self.buttons)

    @property
    def selects(self) -> tuple[Select, ...]:
        return tuple(_select(part) for part in self.parts if part["type"] == Part.SELECT)

    def part(self, what: str, *, select: bool = False) -> Json:
        """The button or select with this custom id or label, one that a person could use now."""
        wanted = SELECTS if select else {Part.BUTTON}
        parts = [part for part in self.parts if part["type"] in wanted]
        found = [part for part in parts if what in (part.get("custom_id"), part.get("label"))]
        if not select and not found:
            found = [part for part in parts if _spoken(part) == what]
        if len(found) != 1:
            names = [_spoken(part) or part.get("custom_id") for part in parts]
            raise CannotDoError(f"{len(found)} parts are called {what!r}; the message has {names}")
        if found[0].get("disabled") or found[0].get("url"):
            raise CannotDoError(f"{what!r} is disabled or a link")
        return found[0]


@dataclass(frozen=True, slots=True)
class Modal:
    """A form as it was opened, for whom and from where."""

    raw: Json
    person: Account
    channel: Channel
    source: Json | None

    @property
    def title(self) -> str:
        return str(self.raw["title"])

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of the fields, in order."""
        return tuple(field["label"] for _, field, _ in walk(self.raw) if field.get("label"))


def message_view(messages: Messages, raw: Json) -> Message:
    """What is shown of a stored message now."""
    kept = ((file["filename"], messages.files.get(file["id"], Upload("", b""))) for file in raw["attachments"])
    return Message(raw, {name: upload.content for name, upload in kept})


def _spoken(part: Json) -> str:
    emoji = (part.get("emoji") or {}).get("name") or ""
    return f"{emoji} {part.get('label') or ''}".strip()


def _button(part: Json) -> Button:
    return Button(
        part.get("label") or _spoken(part), part.get("custom_id"), part.get("url"), bool(part.get("disabled"))
    )


def _select(part: Json) -> Select:
    options = tuple((option["label"], option["value"]) for option in part["options"])
    return Select(part["custom_id"], options, part["min_values"], part["max_values"], bool(part.get("disabled")))
