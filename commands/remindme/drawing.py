"""Drawing reminders: the question before one is saved, the list, one of them, the forms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time

from commands.actions import encode
from commands.markup import escape, when
from commands.remindme.typed import Reading, Typed, rule_of
from commands.ui import INPUT, ROWS, Block, Button, Buttons, Card, Field, Fields, Form, Row, Text
from commands.words import fitted
from scheduler.clock import to_wall
from scheduler.dates import say_when
from scheduler.dates.repeat_words import say_rule
from scheduler.dates.repeats import EXACT, EXAMPLES, is_once
from scheduler.dates.words import LONGEST as LONGEST_WHEN
from scheduler.moving import repeat
from scheduler.recurrence import QuietHours, Rule, next_after
from scheduler.zones import zone
from storage.nudges import Rule as Stored
from storage.people import Person

MOST = 1_000
"""Reminders of one person that are to come."""
LIMITS = f"You can have {MOST:,} reminders, each of up to 1,000 characters, at most five years ahead and once a day."
PREVIEW = "About your reminders"
_LIST = Button("See my reminders", encode("remindme.list", 0))
_NEW = Button("Write a new reminder", encode("remindme.new"), "primary")


def question(
    typed: Typed, reading: Reading, draft: int, person: Person, now: datetime, stored: Stored | None = None
) -> Card:
    """What would be saved, said back in full: one press keeps it, another changes it.

    `stored` is the reminder of which only the words are to change.
    """
    keep = "Save the change" if typed.rule_id else "Save this reminder"
    buttons = (
        Button(keep, encode("remindme.save", draft, 0), "primary"),
        Button("Change the words or the time", encode("remindme.edit", draft)),
        Button("Do not save it", encode("remindme.drop", draft)),
    )
    notes = tuple(Text(note) for note in _notes(reading.rule, person, now))
    blocks: tuple[Block, ...] = (*_said(reading.words, reading.rule, person, now, stored), *notes, Buttons(buttons))
    return Card("Is this right?", blocks, footer="Nothing is saved yet.", preview=PREVIEW)


def choice(typed: Typed, draft: int, person: Person, now: datetime) -> Card:
    """Several readings, a button each: the press saves that one."""
    same_words = len({reading.words for reading in typed.readings}) == 1
    words = (Fields((("Reminder", escape(typed.what)),)),) if same_words else ()
    tz = person.zone or EXACT
    rows = []
    for number, reading in enumerate(typed.readings):
        label = f"Save {number + 1}: {_label(reading.rule, tz)}"
        first = next_after(reading.rule, now)
        at = say_when(first, tz) if first else "its time has passed"
        how = "" if is_once(reading.rule) else f"{say_rule(reading.rule, tz)}; first "
        beside = "" if same_words else f"“{escape(fitted(reading.words, 160))}”: "
        line = f"**{number + 1}.** {beside}{escape(how + at)}"
        rows.append(Row(line, Button(label, encode("remindme.save", draft, number))))
    change = Button("Write the time another way", encode("remindme.edit", draft))
    drop = Button("Do not save it", encode("remindme.drop", draft))
    title = "Which one do you mean?" if len(rows) > 1 else "Do you mean this?"
    asked = Text(escape(typed.problem))
    return Card(title, (asked, *words, *rows, Buttons((change, drop))), footer="Nothing is saved yet.", preview=PREVIEW)


def unclear(typed: Typed, draft: int) -> Card:
    """What is missing, with the way to add it."""
    shown = (Fields((("You wrote", escape(fitted(typed.what, 600))),)),) if typed.what else ()
    add = Button("Add what is missing", encode("remindme.edit", draft), "primary")
    texts = Text(f"{escape(typed.problem)}\n\nWhat you typed is kept for a day, so that you can go on from it.")
    drop = Button("Do not save it", encode("remindme.drop", draft))
    return Card("One thing is missing", (texts, *shown, Buttons((add, drop))), footer=LIMITS, preview=PREVIEW)


def kept(stored: Stored, person: Person, now: datetime, title: str, said: str = "") -> Card:
    """One reminder: what, when, next, and what can be done with it."""
    rule, words = rule_of(stored), stored.words or ""
    blocks: list[Block] = [Text(said)] if said else []
    blocks.extend(_said(words, rule, person, now, stored))
    blocks.append(Buttons(_doings(stored, rule, now)))
    blocks.append(Buttons((_LIST,)))
    return Card(title, tuple(blocks), tone="success" if said else "info", footer="Only you see this.", preview=PREVIEW)


def reminders(found: Sequence[Stored], person: Person, page: int, count: int, now: datetime) -> Card:
    """Eight at a time, the next one first."""
    if not count:
        text = f"You have none. Tell me what and when, for example `/remindme call Dr. A tomorrow 9am`. {EXAMPLES}"
        return Card("Your reminders", (Text(text), Buttons((_NEW,))), footer=LIMITS, preview=PREVIEW)
    rows = tuple(_row(page * ROWS + number, each, person, now) for number, each in enumerate(found, start=1))
    buttons = [_NEW]
    if page:
        buttons.append(Button("Show the ones before", encode("remindme.list", page - 1)))
    if (page + 1) * ROWS < count:
        buttons.append(Button("Show the ones after", encode("remindme.list", page + 1)))
    pages = -(-count // ROWS)
    where = f" Page {page + 1} of {pages}." if pages > 1 else ""
    intro = f"{count:,} to come, the next one first.{where}" if count > 1 else "One to come."
    return Card("Your reminders", (Text(intro), *rows, Buttons(tuple(buttons))), footer=LIMITS, preview=PREVIEW)


def deleted(draft: int) -> Card:
    """After "Delete": it can be brought back for a day."""
    undo = Button("Undo: bring it back", encode("remindme.undo", draft))
    return Card("Deleted", (Text("It will not come."), Buttons((undo, _LIST))), preview=PREVIEW)


def dropped() -> Card:
    """After "Do not save it"."""
    return Card("Not saved", (Text("Nothing was kept."), Buttons((_NEW, _LIST))), preview=PREVIEW)


def offer(stored: Stored, who: str, person: Person, now: datetime) -> Card:
    """A reminder that somebody proposed. `who` is how they are called; nothing comes before the person says yes."""
    buttons = (
        Button("Accept this reminder", encode("remindme.accept", stored.id), "primary"),
        Button("No, thank you", encode("remindme.decline", stored.id)),
    )
    intro = Text(f"{escape(who)} proposed a reminder for you. It comes only if you accept it.")
    said = _said(stored.words or "", rule_of(stored), person, now)
    return Card("A reminder for you?", (intro, *said, Buttons(buttons)), preview=PREVIEW)


def declined() -> Card:
    """After "No, thank you"."""
    return Card("Not accepted", (Text("It will not come."), Buttons((_LIST,))), preview=PREVIEW)


def form(submit: str, what: str = "", when_text: str = "") -> Form:
    """The words and the time."""
    return Form(
        "Your reminder",
        (
            Field("what", "What shall I remind you of?", "paragraph", True, INPUT, what[:INPUT]),
            Field("when", "When?", "line", True, LONGEST_WHEN, when_text[:LONGEST_WHEN],
                  "tomorrow 9am; every weekday at 7am until 3 March; monthly on the 15th"),
        ),
        submit,
    )  # fmt: skip


def pause_form(rule_id: int) -> Form:
    """Until when it is silent."""
    field = Field(
        "until", "Silent until", "line", True, LONGEST_WHEN, "", "For example: monday, 15 December, in 2 weeks"
    )
    return Form("Pause this reminder", (field,), encode("remindme.paused", rule_id))


def _said(words: str, rule: Rule, person: Person, now: datetime, stored: Stored | None = None) -> tuple[Block, ...]:
    """What and when, with weekday and zone."""
    tz = person.zone or rule.zone
    upcoming = _upcoming(stored, rule, now) if stored else next_after(rule, now)
    at = say_when(upcoming, tz) if upcoming else "it is over"
    lines: list[tuple[str, str]] = []
    if not is_once(rule):
        lines.append(("When", f"{escape(say_rule(rule, tz))}, on the clock of {escape(tz)}"))
    if stored is not None and not stored.enabled and next_after(rule, now) is None:
        lines.append(("It is over", "its time has passed"))
    elif stored is not None and not stored.enabled:
        lines.append(("It is off", "press “Turn it on again”"))
    else:
        if stored is not None and stored.paused_until is not None and stored.paused_until > now:
            lines.append(("Paused until", escape(say_when(stored.paused_until, tz))))
        lines.append(("When" if is_once(rule) else "Next" if stored else "First", escape(at)))
    return (Text(escape(words) or "…"), Fields(tuple(lines)))


def _upcoming(stored: Stored, rule: Rule, now: datetime) -> datetime | None:
    """The next slot. One whose moment has come is on its way: the next of a repeat is the one after it."""
    if stored.next_at is None or stored.next_at > now or is_once(rule):
        return stored.next_at
    return next_after(rule, now)


def _notes(rule: Rule, person: Person, now: datetime) -> list[str]:
    """What a person should know before they say yes."""
    notes = []
    first = next_after(rule, now)
    tz = person.zone or EXACT
    wall = to_wall(first, zone(tz)) if first else None
    quiet = QuietHours(time.fromisoformat(person.quiet_start), time.fromisoformat(person.quiet_end))
    if wall and quiet.covers(wall.time()):
        hours = f"{person.quiet_start} to {person.quiet_end}"
        notes.append(f"This is in your quiet hours ({hours}). It comes all the same, at the minute that you chose.")
    if wall and rule.zone == tz and wall.time() != rule.at:
        notes.append(f"The clocks change that day and skip {rule.at:%H:%M}, so it comes at {wall:%H:%M}.")
    if rule.day is not None and rule.day > 28:
        notes.append("Where a month has no such day, it comes on the last day of that month.")
    return notes


def _doings(stored: Stored, rule: Rule, now: datetime) -> tuple[Button, ...]:
    buttons = []
    paused = stored.paused_until is not None and stored.paused_until > now
    if not stored.enabled and next_after(rule, now) is None:
        pass  # what is over is not turned on: it can have another time
    elif not stored.enabled or paused:
        label = "Go on without the pause" if stored.enabled else "Turn it on again"
        buttons.append(Button(label, encode("remindme.resume", stored.id), "primary"))
    elif not is_once(rule) and stored.next_at is not None:
        buttons.append(Button("Skip the next one", encode("remindme.skip", stored.id, minutes(stored.next_at))))
        buttons.append(Button("Pause until a day", encode("remindme.pause", stored.id)))
    buttons.append(Button("Change the words or the time", encode("remindme.change", stored.id)))
    buttons.append(Button("Delete this reminder", encode("remindme.delete", stored.id), "danger"))
    return tuple(buttons)


def minutes(instant: datetime) -> int:
    """An instant as minutes since 1970: the slot that a button means."""
    return int(instant.timestamp()) // 60


def _row(number: int, stored: Stored, person: Person, now: datetime) -> Row:
    rule = repeat(stored)
    words = fitted(stored.words or "", 160)
    state = "off" if not stored.enabled else ""
    if stored.enabled and stored.paused_until is not None and stored.paused_until > now:
        state = "paused"
    how = "" if rule is None or is_once(rule) else f"{say_rule(rule, person.zone or rule.zone)}; next "
    at = when(stored.next_at) if stored.next_at else ""
    line = f"**{number}.** {escape(words)}\n{state}{': ' if state else ''}{escape(how)}{at}"
    return Row(line, Button(f"Open number {number}", encode("remindme.open", stored.id)))


def _label(rule: Rule, tz: str) -> str:
    """The rule on a button; a long one stands in full beside it."""
    said = say_rule(rule, tz)
    return said if len(said) <= 60 else f"{said[:40].rsplit(' ', 1)[0]} … at {rule.at:%H:%M}"
