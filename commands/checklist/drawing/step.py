"""How one step looks: what to do, when, what stands behind it, and what can be done with it."""

from __future__ import annotations

from dataclasses import replace

from commands.actions import encode
from commands.checklist.drawing.lists import STATES, due_words, state_words
from commands.checklist.drawing.tracks import line_rows, lines_buttons, lines_words
from commands.checklist.model.state import Item, View
from commands.markup import escape, when
from commands.ui import Block, Button, Buttons, Card, Divider, Fields, OverBudget, Row, Text
from commands.words import fitted, label

TITLE = 100
"""Characters of a title above a card, where one may stand with its number."""
BRIEF = 250
"""What each of a person's words may cost where all of them together are too long for one message."""
BRIEF_NOTE = "There is more than one message can hold. The whole text stands in its form."


def step_card(view: View, item: Item, said: str = "") -> Card:
    """One step with what to do, why, and when it is done. `said` tells what the last press changed.

    Words from an imported file may be too long for a message: then they are shown in brief.
    """
    try:
        return _card(view, item, said)
    except OverBudget:
        row = item.row
        note, reason = (text and fitted(text, BRIEF) for text in (row.note, row.reason))
        short = replace(item, row=replace(row, note=note, reason=reason), title=fitted(item.title, BRIEF))
        return _card(view, short, said, brief=True)


def fits(view: View, item: Item, *, note: str | None = None, reason: str | None = None) -> bool:
    """Whether the step can still be shown in full with this note, or skipped for this reason."""
    row = item.row if note is None else replace(item.row, note=note)
    row = row if reason is None else replace(row, state="skipped", reason=reason)
    try:
        _card(view, replace(item, row=row), "")
    except OverBudget:
        return False
    return True


def adjust_card(view: View, item: Item, said: str = "") -> Card:
    """Where the step stands, and for an own step its words."""
    rest = [other for other in view.items if other.row.id != item.row.id]
    at = item.number - 1
    moves = []
    if at > 0:
        moves.append(Button("Move up", encode("checklist.place", item.row.id, rest[at - 1].row.id)))
    if at < len(rest):
        after = (rest[at + 1].row.id,) if at + 1 < len(rest) else ()
        moves.append(Button("Move down", encode("checklist.place", item.row.id, *after)))
    if at > 1:
        moves.append(Button("Move to the top", encode("checklist.place", item.row.id, rest[0].row.id)))
    where = f"Step {item.number} of {len(view.items)}, in “{escape(item.section)}”."
    blocks: list[Block] = [Text(f"{said} {where}".strip())]
    if moves:
        blocks.append(Buttons(tuple(moves)))
    if item.step is None:
        blocks += [
            Row("**The words of this step**", Button("Change its title", encode("checklist.edit", item.row.id))),
            Row(
                "**Take this step away**\nYou can undo it from the list.",
                Button("Remove this step", encode("checklist.remove", item.row.id), "danger"),
            ),
        ]
    blocks.append(Buttons((Button("Back to the step", encode("checklist.step", item.row.id)), _back(view, item))))
    return Card(fitted(item.title, TITLE), tuple(blocks), preview="A step of your checklist")


def _card(view: View, item: Item, said: str, brief: bool = False) -> Card:
    is_off_list = item.number == 0
    blocks: list[Block] = [Text(said)] if said else []
    title = fitted(item.title, TITLE)
    if title != item.title:
        blocks.append(Text(f"**In full:** {escape(item.title)}"))
    blocks.append(Fields(_facts(item, is_off_list)))
    if text := _text(item):
        blocks.append(Text(text))
    if item.row.note:
        blocks += [Divider(), Text(f"**Your note**\n\n{escape(item.row.note)}")]
    if item.tracked and item.step:
        blocks += [Divider(), Text(lines_words(item.tracked, item.step.track))]
        blocks += line_rows(item, item.tracked, brief=brief)
        blocks.append(Buttons(lines_buttons(item, item.tracked)))
    if not item.outlived:
        blocks.append(Buttons(_own_buttons(item) if not is_off_list else _off_list_buttons()))
    blocks.append(Buttons(_ways(view, item)))
    number = "" if is_off_list else f"{item.number}. "
    footer = BRIEF_NOTE if brief else escape(item.section)
    return Card(f"{number}{title}", tuple(blocks), footer=footer, preview="A step of your checklist")


def _facts(item: Item, is_off_list: bool) -> tuple[tuple[str, str], ...]:
    state = state_words(item, reason=2_000)
    if item.outlived:
        state = f"{state}. This list no longer has the step; what you did is kept"
    elif is_off_list:
        state = "Not on your list, by what you told me about yourself"
    elif item.by_itself and item.tracked:
        state = f"Done by its lines ({item.tracked.counted} of {item.tracked.enough})"
    elif item.kept:
        state = f"{STATES['done']}. By what you told me it is no longer needed"
    facts = [("State", state)]
    if item.step:
        facts.append(("Takes about", escape(item.step.takes)))
    if due := due_words(item):
        facts.append(("When", due[0].upper() + due[1:] + _exactly(item)))
    if item.waits_for:
        facts.append(("Comes after", "; ".join(escape(fitted(title, 120)) for title in item.waits_for)))
    return tuple(facts)


def _exactly(item: Item) -> str:
    """The exact moment where there is one, whose day it is, and how sure that is."""
    if item.row.due_on is not None:
        return " (your own day)"
    at = f". To the minute: {when(item.due_at)}" if item.due_at else ""
    season = item.milestone
    if season is None:
        return at
    if season.status == "projected":
        return f"{at}. Expected, not announced yet: [check it here]({season.check_at})"
    return f"{at}. From: {escape(season.milestone.title)}"


def _text(item: Item) -> str:
    step = item.step
    if step is None:
        return ""
    late = f"**It is not too late**\n\n{step.late}\n\n" if item.late and step.late else ""
    return f"{late}**What to do**\n\n{step.do}\n\n**Why**\n\n{step.why}\n\n**You are done when**\n\n{step.done_when}"


def _own_buttons(item: Item) -> tuple[Button, ...]:
    ref = item.row.id
    note = Button("Write a note on this step", encode("checklist.note", ref))
    due = Button("Set my own day for it", encode("checklist.due", ref))
    if item.row.state != "todo":
        return (Button(label(f"Reopen: {item.title}"), encode("checklist.set", ref, False)), note)
    done = (Button(label(f"Done: {item.title}"), encode("checklist.set", ref, True), "primary"),)
    return (
        *(done if item.open else ()),
        Button("Skip this step, with a reason", encode("checklist.skip", ref)),
        Button("This step is not for me", encode("checklist.notforme", ref)),
        note,
        due,
    )


def _off_list_buttons() -> tuple[Button, ...]:
    return (Button("Change what I told about me", encode("profile.show")),)


def _back(view: View, item: Item) -> Button:
    return Button("Back to the list", encode("checklist.page", view.id, view.page_of(item)))


def _ways(view: View, item: Item) -> tuple[Button, ...]:
    ways = [_back(view, item)]
    if item.step and item.step.guidance:
        ways.append(Button("Read the page behind this step", encode("guidance.read", item.step.guidance, "overview")))
    if item.number:
        more = "Move this step" if item.step else "Move, change or remove this step"
        ways.append(Button(more, encode("checklist.adjust", item.row.id)))
    following = next((other for other in view.items if other.open and other.number > item.number), None)
    if following:
        ways.append(Button(label(f"Next: {following.title}"), encode("checklist.step", following.row.id)))
    return tuple(ways)
