"""The forms of a list: each starts from what is kept, however long that is."""

from __future__ import annotations

from commands.actions import encode
from commands.checklist.drawing.tracks import WORDS
from commands.checklist.model.state import Item, View
from commands.markup import cost, escape
from commands.ui import FIELD_LABEL, INPUT, Field, Form, Kind
from commands.words import one_line
from content.plans import Track
from storage.checklists import LineRow

TITLE = 100
"""Characters of the title of an own step."""
TYPED_DAY = 80
TOO_MANY_SIGNS = "That has too many of the signs & < and > for one message. Please use fewer of them."
"""Slack counts each of them as four or five characters."""


def skip_form(item: Item) -> Form:
    """Why a step is skipped: for the person's own memory."""
    field = _field("reason", "Why do you skip it?", 300, item.row.reason, "For your own memory", required=True)
    return Form("Skip this step", (field,), encode("checklist.skipped", item.row.id))


def note_form(item: Item) -> Form:
    """A note on a step."""
    hint = "Names, dates, what to do next"
    field = _field("note", "Your note", 1000, item.row.note, hint, kind="paragraph")
    return Form("A note on this step", (field,), encode("checklist.noted", item.row.id))


def due_form(item: Item) -> Form:
    """A day of the person's own for a step; left empty, the day of the list counts again."""
    field = _day_field(day_typed(item))
    return Form("Your day for this step", (field,), encode("checklist.dueset", item.row.id))


def day_typed(item: Item) -> str:
    """The person's own day for a step as they could have typed it; "" where there is none."""
    day = item.row.due_on
    return f"{day.day} {day:%B %Y}" if day else ""


def add_form(view: View) -> Form:
    """A step of the person's own."""
    return Form("A step of your own", (_title_field(None), _day_field("")), encode("checklist.added", view.id))


def edit_form(item: Item) -> Form:
    """Other words for an own step."""
    return Form("The title of this step", (_title_field(item.title),), encode("checklist.edited", item.row.id))


def line_form(item: Item, track: Track, line: LineRow | None = None) -> Form:
    """A line of a track, new or with other words."""
    verb, ref = ("checklist.lineadded", ()) if line is None else ("checklist.lineedited", (line.id,))
    field = _field(
        "words", track.ask[:FIELD_LABEL], WORDS, line.words if line else None, "A name or a few words", required=True
    )
    return Form("A line of this step", (field,), encode(verb, item.row.id, *ref))


def wrong_words(text: str, most: int) -> str | None:
    """What is wrong with words that stand on one line; None when nothing is."""
    if one_line(text) == "…":
        return "Please write a few words that can be seen."
    return TOO_MANY_SIGNS if cost(escape(one_line(text))) > most else None


def _title_field(value: str | None) -> Field:
    return _field(
        "title", "What is to be done?", TITLE, value, "For example: ask Dr. Okafor for a letter", required=True
    )


def _day_field(value: str) -> Field:
    return _field("due", "Until when? May stay empty", TYPED_DAY, value, "For example: 3 March, friday, in 2 weeks")


def _field(
    name: str, label: str, most: int, value: str | None, hint: str, *, kind: Kind = "line", required: bool = False
) -> Field:
    """A field that holds what is kept even where it came from a file and is longer than what may be typed."""
    kept = (value or "")[:INPUT]
    return Field(name, label, kind, required, max(most, len(kept)), kept, hint)
