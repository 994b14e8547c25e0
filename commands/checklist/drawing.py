"""Drawing a checklist: the list, one step, the progress. Pure: a view in, a card out."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

from commands.actions import encode
from commands.checklist.state import ROWS_A_PAGE, Item, View
from commands.markup import cost, escape
from commands.ui import Block, Button, Buttons, Card, Field, Fields, Form, OverBudget, Row, Text

STATES = {"todo": "To do", "done": "Done", "skipped": "Skipped", "notforme": "Not for me"}
REASON_IN_LIST = 120
"""Characters, as `markup.cost` counts them."""


def list_card(view: View, page: int = 0, said: str = "", offer_nudges: bool = False) -> Card:
    """One page of the list, at most eight rows. `said` tells what the last press changed."""
    page = min(max(page, 0), view.pages - 1)
    items = view.items[page * ROWS_A_PAGE : (page + 1) * ROWS_A_PAGE]
    blocks: list[Block] = [Text(summary(view, said))]
    for section, group in groupby(items, key=lambda item: item.section):
        blocks.append(Text(f"**{escape(section)}**"))
        blocks.extend(_row(item) for item in group)
    blocks.append(Buttons(_navigation(view, page, offer_nudges)))
    return Card(
        f"{view.template.title}: {view.done} of {len(view.items)} done",
        tuple(blocks),
        tone="success" if view.next() is None else "info",
        preview="Your checklist",
    )


def step_card(view: View, item: Item) -> Card:
    """One step with what to do, why, and when it is done."""
    step, row = item.step, item.row
    takes = (("Takes about", escape(step.takes)),) if step else ()
    blocks: list[Block] = [Fields((("State", _state(item)), *takes))]
    if step:
        blocks += [
            Text(f"**What to do**\n\n{step.do}"),
            Text(f"**Why**\n\n{step.why}"),
            Text(f"**You are done when**\n\n{step.done_when}"),
        ]
    if row.note:
        blocks.append(Text(f"**Your note**\n\n{escape(row.note)}"))
    blocks.append(Buttons(_step_buttons(item)))
    ways = [Button("Back to the list", encode("checklist.page", view.id, view.page_of(item)))]
    if step and step.guidance:
        ways.append(Button("Read the page behind this step", encode("guidance.read", step.guidance, "overview")))
    following = next((other for other in view.items if other.open and other.number > item.number), None)
    if following:
        ways.append(Button(f"Next: {following.title}", encode("checklist.step", following.row.id)))
    blocks.append(Buttons(tuple(ways)))
    return Card(
        f"{item.number}. {item.title}", tuple(blocks), footer=escape(item.section), preview="A step of your checklist"
    )


def fits(view: View, item: Item, *, note: str | None = None, reason: str | None = None) -> bool:
    """Whether the step can still be shown with this note, or skipped for this reason."""
    row = item.row if note is None else replace(item.row, note=note)
    row = row if reason is None else replace(row, state="skipped", reason=reason)
    try:
        step_card(view, replace(item, row=row))
    except OverBudget:
        return False
    return True


def sent_note(view: View) -> Card:
    """What is said in place when the list went to the direct messages."""
    return Card(
        "Your checklist is in your direct messages",
        (Text(f"I sent you **{view.template.title}**. It stays there, and its buttons keep working for the season."),),
        tone="success",
        preview="Your checklist is in your direct messages",
    )


def skip_form(item: Item) -> Form:
    """Why a step is skipped: for the person's own memory."""
    field = Field("reason", "Why do you skip it?", "line", True, 300, item.row.reason or "", "For your own memory")
    return Form("Skip this step", (field,), encode("checklist.skipped", item.row.id))


def note_form(item: Item) -> Form:
    """A note on a step."""
    hint = "Names, dates, what to do next"
    field = Field("note", "Your note", "paragraph", False, 1000, item.row.note or "", hint)
    return Form("A note on this step", (field,), encode("checklist.noted", item.row.id))


def summary(view: View, said: str) -> str:
    """What the last press changed, what is next, and how much was skipped."""
    following = view.next()
    ahead = f"Next: **{following.title}**." if following else "Every step is closed. Well done."
    skipped = f" {view.skipped} skipped." if view.skipped else ""
    return f"{said} {ahead}{skipped}".strip()


def _row(item: Item) -> Row:
    """A long reason for a skip stands on the step only: eight of them would not fit into one message."""
    state = STATES[item.row.state] if cost(escape(item.row.reason or "")) > REASON_IN_LIST else _state(item)
    return Row(
        f"**{item.number}\\. {escape(item.title)}**\n{state}"
        + (f", about {escape(item.step.takes)}" if item.step else ""),
        Button(f"Open step {item.number}", encode("checklist.step", item.row.id)),
    )


def _state(item: Item) -> str:
    text = STATES[item.row.state]
    return f"{text} ({escape(item.row.reason)})" if item.row.state == "skipped" and item.row.reason else text


def _navigation(view: View, page: int, offer_nudges: bool) -> tuple[Button, ...]:
    buttons: list[Button] = []
    following = view.next()
    if following:
        buttons.append(Button("Open my next step", encode("checklist.next", view.id), "primary"))
    if page > 0:
        buttons.append(Button("Show earlier steps", encode("checklist.page", view.id, page - 1)))
    if page + 1 < view.pages:
        buttons.append(Button("Show later steps", encode("checklist.page", view.id, page + 1)))
    buttons.append(Button("Show my progress", encode("checklist.progress", view.id)))
    if offer_nudges:
        buttons.append(Button("Choose my nudges", encode("nudges.show")))
    return tuple(buttons)


def _step_buttons(item: Item) -> tuple[Button, ...]:
    title, ref = item.title, item.row.id
    note = Button("Write a note on this step", encode("checklist.note", ref))
    if item.open:
        return (
            Button(f"Done: {title}", encode("checklist.set", ref, True), "primary"),
            Button("Skip this step, with a reason", encode("checklist.skip", ref)),
            note,
        )
    return (Button(f"Undo: {title}", encode("checklist.set", ref, False)), note)
