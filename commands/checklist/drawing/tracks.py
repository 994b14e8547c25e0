"""How the lines behind a step look: each with its state, what is stuck, and what answers it."""

from __future__ import annotations

from commands.actions import base36, encode
from commands.checklist.model.state import Item, View
from commands.checklist.model.tracks import Tracked
from commands.markup import escape, when
from commands.ui import (
    BUTTONS_IN_GROUP,
    OPTION_LABEL,
    OPTIONS,
    Block,
    Button,
    Buttons,
    Card,
    Fields,
    Option,
    Row,
    Select,
    Text,
)  # fmt: skip
from commands.words import cut, fitted, label, one_line
from content.plans import StepTrack, Track
from storage.checklists import LineRow

ON_STEP = 4
"""Lines that stand on the step itself, those that are stuck first; the others are one press away."""
A_PAGE = 6
WORDS = 120
"""Characters of a line."""
WORDS_COST = 200


def lines_words(tracked: Tracked, wanted: StepTrack | None) -> str:
    """How far the lines are, and what is pointed out."""
    each, states = tracked.track.each, tracked.track.states
    if wanted and wanted.paired:
        far = f"{tracked.counted} of {len(tracked.lines)} have a pair or a plan"
    else:
        until = next((state.title for state in states if wanted and state.id == wanted.until), states[-1].title)
        far = f"{tracked.counted} of {tracked.enough} needed are at “{escape(until)}” or further"
        far = f"{tracked.counted} of {tracked.enough} needed" if len(states) == 1 else far
    stuck = f" {len(tracked.stuck)} may be stuck." if tracked.stuck else ""
    none = f" No {escape(each)} is written down yet." if not tracked.lines else ""
    return f"**Your lines ({escape(each)})**\n\n{far}.{stuck}{none}"


def line_rows(item: Item, tracked: Tracked, *, brief: bool = False) -> list[Block]:
    """A few lines on the step itself. `brief`: without advice."""
    stuck = {line.id for line, _ in tracked.stuck}
    first = sorted(tracked.lines, key=lambda line: line.id not in stuck)[:ON_STEP]
    return [_row(item, tracked, line, brief) for line in first]


def lines_buttons(item: Item, tracked: Tracked) -> tuple[Button, ...]:
    """What can be done with the lines of a step."""
    buttons = [Button(label(f"Add: {tracked.track.each}"), encode("checklist.addline", item.row.id))]
    if len(tracked.lines) > ON_STEP:
        buttons.append(Button(f"Show all {len(tracked.lines)} lines", encode("checklist.lines", item.row.id, 0)))
    if tracked.unpaired and tracked.track.unpaired:
        buttons.append(Button("Make steps of what has no pair", encode("checklist.plan", item.row.id)))
    return tuple(buttons)


def lines_card(item: Item, tracked: Tracked, page: int) -> Card:
    """All lines of a step, six a page."""
    last = max(0, (len(tracked.lines) - 1) // A_PAGE)
    page = min(max(page, 0), last)
    rows = [_row(item, tracked, line, brief=True) for line in tracked.lines[page * A_PAGE : (page + 1) * A_PAGE]]
    ways = [Button("Back to the step", encode("checklist.step", item.row.id))]
    if page:
        ways.append(Button("Show earlier lines", encode("checklist.lines", item.row.id, page - 1)))
    if page < last:
        ways.append(Button("Show later lines", encode("checklist.lines", item.row.id, page + 1)))
    ways.append(Button(label(f"Add: {tracked.track.each}"), encode("checklist.addline", item.row.id)))
    wanted = item.step.track if item.step else None
    return Card(
        fitted(f"Lines of: {item.title}", 100),
        (Text(lines_words(tracked, wanted)), *rows, Buttons(tuple(ways))),
        footer=f"Page {page + 1} of {last + 1}" if last else None,
        preview="A step of your checklist",
    )


def line_card(view: View, item: Item, tracked: Tracked, line: LineRow) -> Card:
    """One line: its words, its state, what is advised, and the states that it can be put in."""
    track = tracked.track
    facts = [("State", escape(state_title(track, line))), ("Since", when(line.changed_at, "date"))]
    if track.pairs_with:
        facts.append(("Answered by", _answer(view, tracked, line)))
    blocks: list[Block] = [Text(f"**{escape(fitted(line.words, 600))}**"), Fields(tuple(facts))]
    blocks += [Text(f"**This may be stuck**\n\n{advice}") for stuck, advice in tracked.stuck if stuck.id == line.id]
    marks = [
        Button(label(f"Mark as: {state.title}"), encode("checklist.mark", item.row.id, line.id, state.id))
        for state in track.states
        if state.id != line.state
    ]
    blocks += [Buttons(tuple(marks[at : at + BUTTONS_IN_GROUP])) for at in range(0, len(marks), BUTTONS_IN_GROUP)]
    if track.pairs_with:
        blocks += _pairing(view, item, track.pairs_with, line)
    blocks.append(
        Buttons(
            (
                Button("Back to the step", encode("checklist.step", item.row.id)),
                Button("Change these words", encode("checklist.editline", item.row.id, line.id)),
                Button("Remove this line", encode("checklist.removeline", item.row.id, line.id), "danger"),
            )
        )
    )
    return Card(
        f"One line: {cut(track.each, 80)}", tuple(blocks), footer=escape(item.title), preview="A step of your checklist"
    )


def state_title(track: Track, line: LineRow) -> str:
    """The state of a line in words; one that the content no longer has is named as such."""
    return next((state.title for state in track.states if state.id == line.state), "In a state of an earlier list")


def _row(item: Item, tracked: Tracked, line: LineRow, brief: bool) -> Row:
    stuck = next((advice for held, advice in tracked.stuck if held.id == line.id), "")
    state = state_title(tracked.track, line)
    parts = [escape(state)]
    if line in tracked.unpaired:
        parts.append("no pair yet")
    if stuck:
        parts.append("may be stuck" if brief else f"may be stuck. {stuck}")
    position = tracked.lines.index(line) + 1
    words = escape(fitted(line.words, WORDS_COST))
    return Row(
        f"**{words}**\n{', '.join(parts)}",
        Button(f"Open line {position}", encode("checklist.line", item.row.id, line.id)),
    )


def _answer(view: View, tracked: Tracked, line: LineRow) -> str:
    pair = next((other for other in view.all_lines if other.id == line.pair_id), None)
    if pair:
        return escape(fitted(pair.words, 300))
    return "Nothing yet" if line in tracked.unpaired else "A step of your own, on this list"


def _pairing(view: View, item: Item, other_track: str, line: LineRow) -> list[Block]:
    others = view.lines(other_track)
    each = view.template.tracks[other_track].each
    home = next((other for other in view.items if other.tracked and other.tracked.name == other_track), None)
    add = Button(label(f"Add: {each}"), encode("checklist.addline", home.row.id)) if home else None
    if not others:
        text = Text(f"No {escape(each)} is written down yet that could answer it.")
        return [text, *([Buttons((add,))] if add else [])]
    options = tuple(
        Option(cut(f"{number}. {one_line(other.words)}", OPTION_LABEL), base36(other.id))
        for number, other in enumerate(others[:OPTIONS], start=1)
    )
    blocks: list[Block] = [Select(f"What answers it ({each})?"[:70], _pair(item, line), options)]
    unpair = Button("Take the pair away", encode("checklist.unpair", item.row.id, line.id))
    if line.pair_id in {other.id for other in others}:
        blocks.append(Buttons((unpair,)))
    return blocks


def _pair(item: Item, line: LineRow) -> str:
    return encode("checklist.pair", item.row.id, line.id)
