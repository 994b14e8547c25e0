"""What a person of a conversation sees: messages, an open form, their direct messages."""

from __future__ import annotations

from dataclasses import dataclass

from commands.ui import Card, Form


@dataclass(slots=True)
class Message:
    """A card where it was shown. Pressing one of its buttons may replace the card. `ref`: where it can be changed."""

    card: Card
    private: bool
    direct: bool
    ref: str = ""

    @property
    def title(self) -> str:
        """Its heading."""
        return self.card.title

    def says(self, text: str) -> bool:
        """Whether a reader finds `text` in it; capitals do not matter."""
        return text.lower() in self.card.plain().lower()

    @property
    def labels(self) -> tuple[str, ...]:
        """What its buttons say."""
        return tuple(button.label for button in self.card.buttons())


@dataclass(slots=True)
class Window:
    """An open form, opened from a message if there was one. `errors` are what Slack shows beside the inputs."""

    form: Form
    source: Message | None
    errors: tuple[tuple[str, str], ...] = ()

    @property
    def title(self) -> str:
        """Its heading."""
        return self.form.title

    def says(self, text: str) -> bool:
        """Whether a reader finds `text` in it; capitals do not matter."""
        lines = [self.form.title, self.form.note, *(said for _, said in self.errors)]
        lines += [part for item in self.form.fields for part in (item.label, item.hint, item.value)]
        return text.lower() in "\n".join(lines).lower()


class Shelf:
    """The direct messages of one person, oldest first."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    @property
    def last(self) -> Message:
        """The newest."""
        assert self.messages, "nothing came to the direct messages"
        return self.messages[-1]
