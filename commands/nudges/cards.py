"""What arrives: one nudge with its buttons, or a list of several. Drawn the same when it is looked at again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from commands.actions import encode
from commands.markup import when
from commands.nudges.plan import Rarer, rarer
from commands.ui import BUTTON_LABEL, ROWS, Button, Buttons, Card, Option, Row, Select, Text
from storage.nudges import family

if TYPE_CHECKING:
    from commands.nudges.composer import Spoken

PREVIEW = "A short reminder from MatchMentor"
TRIAL = "Trial page: sent at once, whatever the hour. The real bot keeps your quiet hours."
PICK = "pick"
LATER = (
    Option("In 1 hour", "hour"),
    Option("Tonight", "tonight"),
    Option("Tomorrow", "tomorrow"),
    Option("Next week", "week"),
    Option("Pick a time", PICK),
)
RARER: dict[Rarer, str] = {
    "1": "Less often: once a week",
    "2": "Less often: every 2 weeks",
    "4": "Less often: every 4 weeks",
}


def message(spoken: Sequence[Spoken], outbox_id: int, dropped: int, demo: bool) -> Card:
    """What goes out: the nudge itself, or a list with a button for each."""
    if len(spoken) == 1:
        return single(spoken[0], (spoken[0].row.id,), demo, dropped)
    return several(spoken, outbox_id, 0, dropped, demo)


def single(one: Spoken, ref: tuple[int | str, ...], demo: bool = False, dropped: int = 0) -> Card:
    """One nudge: what to do and its buttons; later; less often and stop where it comes again.

    `ref` is what its buttons carry: the number of the nudge, or of an older version's message with the text's id.
    """
    texts = [one.said.md] if one.late is None else [late_line(one.late), one.said.md]
    own = (*one.said.buttons, Button("I did it", encode("nudges.done", *ref)))
    menu = Select("Remind me later", encode("nudges.snooze", *ref), LATER)
    ends = _ends(one, ref)
    if dropped:
        texts.append(dropped_line(dropped))
        ends = (*ends, Button("See what did not come", encode("nudges.history")))
    return Card(
        one.said.title,
        (Text("\n\n".join(texts)), Buttons(own), menu, *((Buttons(ends),) if ends else ())),
        footer=TRIAL if demo else None,
        preview=PREVIEW,
    )


def several(spoken: Sequence[Spoken], outbox_id: int, page: int, dropped: int = 0, demo: bool = False) -> Card:
    """A list of nudges, eight at a time, each with a button that opens it."""
    begin = page * ROWS
    shown = spoken[begin : begin + ROWS]
    rows = tuple(_row(number, one) for number, one in enumerate(shown, start=begin + 1))
    rest = len(spoken) - begin - len(shown)
    intro = f"{len(spoken)} reminders came together. Open one to do it, or to put it off."
    texts = [intro, *((dropped_line(dropped),) if dropped else ())]
    buttons = []
    if rest:
        buttons.append(Button(f"Show the other {rest} of them", encode("nudges.together", outbox_id, page + 1)))
    if page:
        buttons.append(Button("Show the ones before", encode("nudges.together", outbox_id, page - 1)))
    if dropped:
        buttons.append(Button("See what did not come", encode("nudges.history")))
    return Card(
        "Your reminders",
        (Text("\n\n".join(texts)), *rows, *((Buttons(tuple(buttons)),) if buttons else ())),
        footer=TRIAL if demo else None,
        preview=PREVIEW,
    )


def late_line(due_at: datetime) -> str:
    """Said of a nudge that comes late."""
    return f"*This comes late. It was due* {when(due_at)}."


def dropped_line(count: int) -> str:
    """Said once after a stop of the bot."""
    if count == 1:
        return "1 older one was dropped, because it came too late to help: see your history."
    return f"{count} older ones were dropped, because they came too late to help: see your history."


def _row(number: int, one: Spoken) -> Row:
    late = "" if one.late is None else f"\nDue {when(one.late)}, late."
    label = f"Open {number}: {one.said.title}"
    clipped = label if len(label) <= BUTTON_LABEL else label[: BUTTON_LABEL - 1] + "…"
    words = one.said.short
    return Row(f"**{number}.** {words}{late}", Button(clipped, encode("nudges.one", one.row.id)))


def _ends(one: Spoken, ref: tuple[int | str, ...]) -> tuple[Button, ...]:
    """Less often, where there is a rarer rhythm; stop, where it would come again."""
    if one.rule is None or not one.rule.enabled or one.rule.next_at is None:
        return ()
    weeks = rarer(one.rule)
    less = Button(RARER[weeks], encode("nudges.less", one.row.id, weeks)) if weeks and one.row.id else None
    stop = "Stop this reminder" if family(one.row.kind) == "own" else "Stop these nudges"
    return (*((less,) if less else ()), Button(stop, encode("nudges.stop", *ref), "danger"))
