"""The message model: what a feature may show, on both platforms alike.

A feature builds a `Card` or a `Form` and returns it inside an outcome (`commands/outcomes.py`). Everything is a
frozen dataclass, checked against one budget when it is built: the smaller of Discord's and Slack's limits. So a
renderer can never overflow and never shortens anything. No colours, emoji codes or platform names here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from commands import actions, markup

# The budget. Characters unless said otherwise; see the table in docs/architecture.md for where each comes from.
TEXT_IN_BLOCK = 2_800
TEXT_IN_CARD = 3_800
COMPONENTS = 40
BLOCKS = 48
ROWS = 8
BUTTONS_IN_GROUP = 5
BUTTON_LABEL = 70
OPTIONS = 25
OPTION_LABEL = 75
OPTION_VALUE = 75
CARD_TITLE = 120
FIELDS = 10
PREVIEW = 150
ALT = 500
FORM_TITLE = 24
FORM_FIELDS = 5
FIELD_LABEL = 45
INPUT = 3_000

Tone = Literal["info", "success", "warning", "danger"]
ButtonStyle = Literal["default", "primary", "danger"]
Kind = Literal["line", "paragraph", "choice", "file"]


class OverBudget(ValueError):
    """A card or form that one of the platforms would refuse: our own mistake, found when it is built."""


def _within(what: str, size: int, limit: int, least: int = 0) -> None:
    if not least <= size <= limit:
        raise OverBudget(f"{what}: {size}, allowed {least} to {limit}")


def _unique(what: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise OverBudget(f"{what} stands twice: {name!r}")
        seen.add(name)


@dataclass(frozen=True, slots=True)
class Button:
    """A button. `label` says what it does when read alone; `action` comes from `actions.encode`."""

    label: str
    action: str
    style: ButtonStyle = "default"

    def __post_init__(self) -> None:
        _within("button label", len(self.label), BUTTON_LABEL, 1)
        actions.decode(self.action)


@dataclass(frozen=True, slots=True)
class LinkButton:
    """A button that opens an address in the browser."""

    label: str
    url: str

    def __post_init__(self) -> None:
        _within("button label", len(self.label), BUTTON_LABEL, 1)
        _within("button address", len(self.url), 500, 8)


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a select. `value` is handed to the handler as its last argument."""

    label: str
    value: str
    note: str = ""

    def __post_init__(self) -> None:
        _within("option label", len(self.label), OPTION_LABEL, 1)
        _within("option value", len(self.value), OPTION_VALUE, 1)
        _within("option note", len(self.note), OPTION_LABEL)


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph or list in our Markdown subset."""

    md: str

    def __post_init__(self) -> None:
        _within("text", markup.cost(self.md), TEXT_IN_BLOCK, 1)


@dataclass(frozen=True, slots=True)
class Fields:
    """Label and value pairs, a line each; both in Markdown."""

    items: tuple[tuple[str, str], ...]

    def __post_init__(self) -> None:
        _within("fields", len(self.items), FIELDS, 1)
        _within("fields text", self.size, TEXT_IN_BLOCK)

    @property
    def size(self) -> int:
        """Characters when drawn."""
        return sum(markup.cost(f"**{label}:** {value}") for label, value in self.items)


@dataclass(frozen=True, slots=True)
class Row:
    """One line with its own button."""

    md: str
    button: Button

    def __post_init__(self) -> None:
        _within("row", markup.cost(self.md), 600, 1)


@dataclass(frozen=True, slots=True)
class Buttons:
    """A group of buttons side by side."""

    items: tuple[Button | LinkButton, ...]

    def __post_init__(self) -> None:
        _within("buttons in a group", len(self.items), BUTTONS_IN_GROUP, 1)


@dataclass(frozen=True, slots=True)
class Select:
    """A menu of which one option can be picked. `placeholder` is also its accessible name."""

    placeholder: str
    action: str
    options: tuple[Option, ...]

    def __post_init__(self) -> None:
        _within("select placeholder", len(self.placeholder), BUTTON_LABEL, 1)
        _within("options", len(self.options), OPTIONS, 1)
        _unique("an option value", (option.value for option in self.options))
        actions.decode(self.action)


@dataclass(frozen=True, slots=True)
class Divider:
    """A thin line between two blocks."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG with the words for those who do not see it."""

    image: bytes
    alt: str

    def __post_init__(self) -> None:
        _within("alt text", len(self.alt), ALT, 10)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file sent with the card; only ever in a direct message or a private answer."""

    name: str
    data: bytes


Block = Text | Fields | Row | Buttons | Select | Divider | Picture


@dataclass(frozen=True, slots=True)
class Card:
    """One message. `preview` is what a notification shows: neutral, never a person's words or a red flag."""

    title: str
    blocks: tuple[Block, ...]
    tone: Tone = "info"
    footer: str | None = None
    preview: str = "A message from MatchMentor"
    files: tuple[Attachment, ...] = ()

    def __post_init__(self) -> None:
        _within("card title", len(self.title), CARD_TITLE, 1)
        _within("preview", len(self.preview), PREVIEW, 1)
        _within("text in the card", self.size, TEXT_IN_CARD)
        _within("components", self.components, COMPONENTS)
        _within("blocks", len(self.blocks) + 2, BLOCKS)
        _within("rows", sum(isinstance(block, Row) for block in self.blocks), ROWS)
        _unique("an action", self.actions())
        _unique("a button label", (button.label for button in self.buttons()))

    @property
    def size(self) -> int:
        """Characters of all texts when drawn."""
        total = markup.cost(markup.escape(self.title)) + (markup.cost(self.footer) if self.footer else 0) + 8
        for block in self.blocks:
            match block:
                case Text(md=md) | Row(md=md):
                    total += markup.cost(md)
                case Fields():
                    total += block.size
                case _:
                    pass
        return total

    @property
    def components(self) -> int:
        """Discord components, nested ones counted: container, title, footer, blocks, and the air between two texts."""
        total = 2 + (self.footer is not None)
        total += sum(isinstance(a, Text) and isinstance(b, Text) for a, b in pairwise(self.blocks))
        for block in self.blocks:
            match block:
                case Row():
                    total += 3
                case Buttons(items=items):
                    total += 1 + len(items)
                case Select() | Picture():
                    total += 2
                case _:
                    total += 1
        return total

    def buttons(self) -> tuple[Button | LinkButton, ...]:
        """All buttons in reading order."""
        found: list[Button | LinkButton] = []
        for block in self.blocks:
            if isinstance(block, Row):
                found.append(block.button)
            elif isinstance(block, Buttons):
                found.extend(block.items)
        return tuple(found)

    def actions(self) -> tuple[str, ...]:
        """The ids of all buttons and selects."""
        buttons = tuple(button.action for button in self.buttons() if isinstance(button, Button))
        return buttons + tuple(block.action for block in self.blocks if isinstance(block, Select))

    def plain(self) -> str:
        """The card as text, for the terminal, screen readers' tests and notifications on platforms without blocks."""
        lines = [self.title]
        for block in self.blocks:
            match block:
                case Text(md=md):
                    lines.append(markup.plain(md))
                case Fields(items=items):
                    lines.extend(f"{markup.plain(label)}: {markup.plain(value)}" for label, value in items)
                case Row(md=md, button=button):
                    lines.append(f"{markup.plain(md)} [{button.label}]")
                case Buttons(items=items):
                    lines.append(" ".join(f"[{button.label}]" for button in items))
                case Select(placeholder=placeholder, options=options):
                    lines.append(f"{placeholder}: " + ", ".join(option.label for option in options))
                case Picture(alt=alt):
                    lines.append(f"(picture: {alt})")
                case Divider():
                    lines.append("---")
        if self.footer:
            lines.append(markup.plain(self.footer))
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Field:
    """One input of a form. `value` fills it in advance; `options` are for kind "choice".

    Kind "file" takes one text file and cannot be filled in advance; `forms.file_text` reads what was sent.
    """

    name: str
    label: str
    kind: Kind = "line"
    required: bool = False
    max_length: int = 300
    value: str = ""
    hint: str = ""
    options: tuple[Option, ...] = field(default=())

    def __post_init__(self) -> None:
        _within("field label", len(self.label), FIELD_LABEL, 1)
        _within("field hint", len(self.hint), 100)
        _within("field length", self.max_length, INPUT, 1)
        _within("field value", len(self.value), 0 if self.kind == "file" else self.max_length)
        _within("options of a field", len(self.options), OPTIONS, int(self.kind == "choice"))


@dataclass(frozen=True, slots=True)
class Form:
    """A window with up to five inputs. `submit` is the action its values are sent to."""

    title: str
    fields: tuple[Field, ...]
    submit: str
    note: str = ""

    def __post_init__(self) -> None:
        _within("form title", len(self.title), FORM_TITLE, 1)
        _within("form fields", len(self.fields), FORM_FIELDS, 1)
        _unique("a field", (item.name for item in self.fields))
        actions.decode(self.submit)
