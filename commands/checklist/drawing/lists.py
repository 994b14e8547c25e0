"""How a list looks: a page of eight rows, what else can be done with it, and the note where it was asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from commands.actions import base36, encode
from commands.checklist.drawing.overview import SEE_ALL
from commands.checklist.model.state import ROWS_A_PAGE, Item, View
from commands.markup import cost, escape
from commands.ui import OPTION_LABEL, OPTIONS, Block, Button, Buttons, Card, Option, Row, Select, Text
from commands.words import cut, day_words, fitted, label, one_line

STATES = {"todo": "To do", "done": "Done", "skipped": "Skipped", "notforme": "Not for me"}
REASON_IN_LIST = 120
"""Characters, as `markup.cost` counts them."""
TITLE_IN_LIST = 170
"""The same. The titles of the content are far below it; eight rows of it fit into one message."""
MOST_HEADINGS = 3
"""Headings on a page. Whoever mixed the sections more than this sees the section in each row."""
MANY_PAGES = 4
"""From here on there is a menu of pages; it takes the room of one heading and of the offer of nudges."""


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a list: what the last press changed, the change that can be undone, the offer of nudges.

    `ask_season`: days have gone by that may be those of another Match than the person's.
    """

    said: str = ""
    undo: Button | None = None
    offer_nudges: bool = False
    ask_season: bool = False


NOTHING_AROUND = Around()


def list_card(view: View, page: int = 0, around: Around = NOTHING_AROUND) -> Card:
    """One page of the list, at most eight rows."""
    page = min(max(page, 0), view.pages - 1)
    items = view.items[page * ROWS_A_PAGE : (page + 1) * ROWS_A_PAGE]
    asked = _season_words(view) if around.ask_season and view.pages < MANY_PAGES else ""
    blocks: list[Block] = [Text(summary(view, around.said) + asked)]
    sections = [(section, tuple(group)) for section, group in groupby(items, key=lambda item: item.section)]
    many = view.pages >= MANY_PAGES
    mixed = len(sections) > MOST_HEADINGS - many
    for section, group in sections:
        if not mixed:
            blocks.append(Text(f"**{escape(section)}**"))
        blocks.extend(_row(view, item, section if mixed else "") for item in group)
    blocks.append(Buttons(_navigation(view, page)))
    if many:
        blocks.append(_turning(view, page))
    if also := _also(view, around, many):
        blocks.append(Buttons(also))
    return Card(
        f"{view.template.title}: {view.done} of {view.total} done",
        tuple(blocks),
        tone="success" if view.next() is None else "info",
        preview="Your checklist",
    )


def summary(view: View, said: str) -> str:
    """What the last press changed, what is next, and what is out of sight."""
    following = view.next()
    ahead = f"Next: **{escape(fitted(following.title, TITLE_IN_LIST))}**." if following else _end(view)
    skipped = f" {view.skipped} skipped." if view.skipped else ""
    gone = f" {view.notforme} not for you." if view.notforme else ""
    return f"{said} {ahead}{skipped}{gone}".strip()


def _season_words(view: View) -> str:
    """Said while the person's season is not known and days of the one under way have gone by."""
    season = next((item.milestone.season for item in view.items if item.milestone and item.late), None)
    return f" The dates are those of Match {season}: is that yours?" if season else ""


def state_words(item: Item, *, reason: int = REASON_IN_LIST) -> str:
    """The state of a step. A reason for a skip that costs more than `reason` stands on the step only."""
    row = item.row
    if item.by_itself:
        return "Done by its lines"
    if row.state == "skipped" and row.reason and cost(escape(row.reason)) <= reason:
        return f"Skipped ({escape(row.reason)})"
    return STATES.get(row.state, "To do")


def due_words(item: Item) -> str:
    """Until when, kindly; "" where there is no day or it is closed."""
    if item.due is None or not item.open:
        return ""
    return _due(item, day_words(item.due))


def _due(item: Item, day: str) -> str:
    return f"was due {day}: can still be done" if item.late else f"due {day}"


def tools_card(view: View, undo: Button | None) -> Card:
    """What else can be done with a list, and the steps that are not shown."""
    blocks: list[Block] = [
        Row(
            "**Add a step of your own**\nWith a day, if you like. You can move it to where it belongs.",
            Button("Add a step of my own", encode("checklist.add", view.id)),
        )
    ]
    if undo:
        blocks.append(Row("**Take back your last change**\nThe last ten changes of this list can be undone.", undo))
    blocks += _retired(view)
    ways = (
        Button("Back to the list", encode("checklist.page", view.id, 0)),
        Button("Save it, start again or put it away", encode("checklist.more", view.id)),
        SEE_ALL,
    )
    blocks.append(Buttons(ways))
    return Card(f"More for: {view.template.title}", tuple(blocks), preview="Your checklist")


def _retired(view: View) -> Iterator[Block]:
    """The steps that are not shown, and a way to those on which something was written."""
    hidden = [item for item in view.retired if not item.outlived]
    outlived = [item for item in view.retired if item.outlived]
    if hidden:
        yield Row(
            f"**Not on your list: {len(hidden)}**\nBy what you told me these steps are not for you. "
            "They come back when you tell me otherwise.",
            Button("Change what I told about me", encode("profile.show")),
        )
        yield Text(_titles(hidden))
    if outlived:
        why = "This list has changed and no longer has these steps. What you did and wrote is kept."
        yield Text(f"**No longer on this list: {len(outlived)}**\n{why}\n\n{_titles(outlived)}")
    written = [item for item in view.retired if item.row.note][:OPTIONS]
    if written:
        options = tuple(Option(cut(one_line(item.title), OPTION_LABEL), base36(item.row.id)) for item in written)
        yield Select("Read what you wrote on one of these", encode("checklist.step"), options)


def _titles(items: Sequence[Item]) -> str:
    lines = [f"- {escape(fitted(item.title, TITLE_IN_LIST))}" + (" (done)" if item.done else "") for item in items]
    more = len(lines) - ROWS_A_PAGE
    return "\n".join([*lines[:ROWS_A_PAGE], *([f"- and {more} more"] if more > 0 else [])])


def sent_note(view: View) -> Card:
    """What is said in place when the list went to the direct messages."""
    return Card(
        "Your checklist is in your direct messages",
        (Text(f"I sent you **{view.template.title}**. It stays there, and its buttons keep working for the season."),),
        tone="success",
        preview="Your checklist is in your direct messages",
    )


def above_note(view: View, in_dm: bool) -> Card:
    """What is said in place when the message that shows the list was brought up to date where it stands."""
    title = "Your list is up to date above" if in_dm else "Your list is in your direct messages, up to date"
    return Card(
        title,
        (
            Text(f"**{view.template.title}** has one message, and I change it where it stands."),
            Buttons((Button("Show the list here", encode("checklist.here", view.id)),)),
        ),
        tone="success",
        preview="Your list is up to date",
    )


def _end(view: View) -> str:
    return "Every step is closed. Well done." if view.items else "No step of this list is for you."


def _row(view: View, item: Item, section: str) -> Row:
    """One step: what it is, and in a few words how it stands."""
    parts = _ahead(view, item) if item.open else [state_words(item)]
    if item.tracked and item.tracked.stuck and (item.open or item.by_itself):
        parts.append(f"{len(item.tracked.stuck)} may be stuck")
    if item.kept:
        parts.append("no longer needed, by what you told me")
    words = ", ".join(parts) or STATES["todo"]
    where = f"{escape(section)}: " if section else ""
    title = escape(fitted(item.title, TITLE_IN_LIST))
    return Row(
        f"**{item.number}\\. {title}**\n{where}{words[0].upper()}{words[1:]}",
        Button(f"Open step {item.number}", encode("checklist.step", item.row.id)),
    )


def _ahead(view: View, item: Item) -> list[str]:
    """What is to be known of an open step at a glance; the step itself has the year and the titles."""
    parts = []
    if item.due:
        year = "" if item.due.year == view.started_at.year else f" {item.due:%Y}"
        parts.append(_due(item, f"{item.due:%a} {item.due.day} {item.due:%B}{year}"))
    if item.waits_for:
        before = [str(other.number) for other in view.items if other.title in item.waits_for]
        some = "steps" if len(before) > 1 else "step"
        parts.append(f"after {some} {' and '.join(before)}" if before else "after another step")
    if item.tracked and item.tracked.lines:
        parts.append(f"{item.tracked.counted} of {item.tracked.enough} so far")
    elif item.step and not item.waits_for and not item.late:
        parts.append(f"about {escape(item.step.takes)}")
    return parts


def _navigation(view: View, page: int) -> tuple[Button, ...]:
    buttons: list[Button] = []
    if view.next():
        buttons.append(Button("Open my next step", encode("checklist.next", view.id), "primary"))
    if page > 0:
        buttons.append(Button("Show earlier steps", encode("checklist.page", view.id, page - 1)))
    if page + 1 < view.pages:
        buttons.append(Button("Show later steps", encode("checklist.page", view.id, page + 1)))
    buttons.append(Button("Show my progress", encode("checklist.progress", view.id)))
    buttons.append(Button("More for this list", encode("checklist.tools", view.id)))
    return tuple(buttons)


def _turning(view: View, page: int) -> Select:
    """A menu of pages. Where there are more than it can hold, those nearby and some of each stretch of the rest."""
    options = tuple(Option(_page_words(view, number), base36(number)) for number in pages_offered(view.pages, page))
    return Select(f"Page {page + 1} of {view.pages}: go to another", encode("checklist.page", view.id), options)


def pages_offered(pages: int, page: int) -> Sequence[int]:
    """At most 25 pages, with the first, the last and this one's neighbours among them."""
    if pages <= OPTIONS:
        return range(pages)
    near = {number for number in range(page - 2, page + 3) if 0 <= number < pages}
    spread = OPTIONS - len(near)
    return sorted(near | {number * (pages - 1) // (spread - 1) for number in range(spread)})


def _page_words(view: View, number: int) -> str:
    first = number * ROWS_A_PAGE + 1
    return f"Steps {first} to {min(first + ROWS_A_PAGE - 1, len(view.items))}"


def _also(view: View, around: Around, many: bool) -> tuple[Button, ...]:
    then = f"checklist.page+{base36(view.id)}+0"
    offer: tuple[Button, ...] = ()  # room for one
    if around.ask_season:
        offer = (Button("Set my Match year", encode("profile.dates", then)),)
    elif around.offer_nudges:
        offer = (Button("Choose my nudges", encode("nudges.show")),)
    return (*((around.undo,) if around.undo else ()), *(() if many else offer))


def undo_button(view: View, act_id: int, what: str, step_ids: Sequence[int], line_ids: Sequence[int]) -> Button:
    """Takes back one change; its label tells which."""
    step = next((item for item in view.items if [item.row.id] == list(step_ids)), None)
    line = next((line for line in view.all_lines if line.id in line_ids), None)
    of = f" (step {step.number})" if step else f" ({line.words})" if line else ""
    return Button(label(f"Undo: {ACTS.get(what, 'the last change')}{of}"), encode("checklist.undo", view.id, act_id))


ACTS = {
    "todo": "opened again",
    "done": "marked as done",
    "skipped": "skipped",
    "notforme": "marked as not for me",
    "note": "note written",
    "due": "day set",
    "moved": "moved",
    "edited": "title changed",
    "removed": "own step removed",
    "added": "own step added",
    "planned": "steps made for what has no pair",
    "line-added": "line added",
    "line-set": "line moved on",
    "line-edited": "line changed",
    "line-paired": "pair changed",
    "line-removed": "line removed",
}
"""What storage calls a change, in words."""
