"""Drawing nudges: the overview, one nudge, the form of hours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from commands.actions import encode
from commands.markup import escape, when
from commands.nudges.plan import rhythm, rhythm_of
from commands.ui import ROWS, Block, Button, Buttons, Card, Field, Fields, Form, Option, Row, Text
from commands.words import label
from content.plans import NudgeKind
from scheduler.moving import repeat
from scheduler.zones import city
from storage.nudges import SEASON, Family, Rule
from storage.people import Person

BACK = encode("nudges.show")
CAPS = (1, 2, 3, 5, 7, 21)
NO_CAP = 21
"""So many in a week are all that the series can give."""
NOT_AGAIN = {
    "done": "its step is done.",
    "late": "its date is past by then, so it would come too late to help. Please choose an earlier time.",
    "date_moved": "its date has moved.",
    "not_for_you": "it is not for you, by what you told me.",
    "gone": "what it was about is no longer kept.",
}


def overview(
    person: Person, kinds: Iterable[NudgeKind], rules: Mapping[str, Rule], said: str = "", page: int = 0
) -> Card:
    """What is on, a line each with its own button, eight series at a time; the season; the hours; how to stop."""
    on = any(rule.enabled for rule in rules.values())
    where = f"{escape(city(person.zone))} time" if person.zone else "once I know your time zone"
    days = "Monday to Friday only" if person.workdays_only else "on every day of the week"
    many = "all that come" if person.nudge_cap >= NO_CAP else f"at most {cap_words(person.nudge_cap)}"
    hours = (
        ("Your mornings", f"{escape(person.nudge_time)}, {where}"),
        ("Quiet hours", f"{escape(person.quiet_start)} to {escape(person.quiet_end)}"),
        ("How many", f"{many}, {days}"),
    )
    buttons = [
        Button("Change time and quiet hours", encode("nudges.hours")),
        Button("Change my time zone", encode("profile.ask", "nudges.show")),
        Button("What came, and what did not", encode("nudges.history")),
    ]
    if on:
        buttons.append(Button("Stop all nudges", encode("nudges.stop_all"), "danger"))
    intro = said or "Short reminders in your direct messages. Each has one thing to do, in under ten minutes."
    every = sorted(kinds, key=lambda kind: (kind.order, kind.title))
    pages = max(1, -(-len(every) // ROWS))
    page %= pages
    rows = tuple(_kind_row(kind, rules.get(kind.id)) for kind in every[page * ROWS : (page + 1) * ROWS])
    if pages > 1:
        buttons.append(Button("More kinds of nudges", encode("nudges.kinds", page + 1)))
    blocks: tuple[Block, ...] = (
        Text(intro),
        *rows,
        *_season(rules.get(SEASON)),
        Fields(hours),
        Buttons(tuple(buttons)),
    )
    return Card("Your nudges", blocks, preview="Your nudges")


def answered(title: str, md: str, more: str | None, undo: int | None) -> Card:
    """After "I did it". `undo`: the nudge whose step was marked on a list."""
    said = "**Done.** One step further."
    said += " It is marked on your checklist too." if undo is not None else ""
    said += f" More come {more}." if more else ""
    buttons = () if undo is None else (Buttons((Button("Not done yet: undo", encode("nudges.undo", undo)),)),)
    return Card(title, (Text(f"{md}\n\n{said}".strip()), *buttons), tone="success", preview="Done")


def snoozed(title: str, md: str, until: datetime, note: str = "") -> Card:
    """After a choice of "Remind me later". `note`: why it is another moment than the one that was asked for."""
    return Card(title, (Text(f"{md}\n\n**I'll be back** {when(until)}. {note}".strip()),), preview="I'll be back")


def rarer_now(title: str, rhythm: str) -> Card:
    """After "Less often"."""
    text = f"**{escape(title)}:** {rhythm} from now on."
    return Card("Less often", (Text(text), Buttons((Button("See my nudges", BACK),))), preview="Less often")


def later_form(ref: int, text_id: str) -> Form:
    """When to come back."""
    hint = "For example: friday 9am, in 3 hours, 12 march"
    field = Field("when", "When?", "line", True, 100, "", hint)
    return Form("Remind me later", (field,), encode("nudges.snoozed", ref, text_id))


def stopped(title: str, of: Family, again: str | None) -> Card:
    """After "Stop". `title`: of the series, or the words of a reminder; `again`: the action that turns it on again."""
    match of:
        case "curated":
            text, named = f"No more nudges about **{escape(title)}**.", f"Turn on again: {title}"
        case "season":
            named = "Turn on again: Season dates"
            text = (
                "No more nudges before any date: all dates of the season, your own dates, and those of your "
                "community. The dates stay in `/season`."
            )
        case "own":
            text, named = f"This reminder no longer comes: **{escape(title)}**", "Turn on again"
    return Card("Stopped", (Text(text), Buttons((_again(named, again),))), preview="Stopped")


def nothing_comes(title: str, again: str | None) -> Card:
    """Asked for fewer of what does not come at all."""
    text = Text(f"**{escape(title)}**: these come no more, so there is nothing to make rarer.")
    return Card("Stopped", (text, Buttons((_again(f"Turn on again: {title}", again),))), preview="Stopped")


def _again(named: str, action: str | None) -> Button:
    return Button(label(named), action) if action else Button("See my nudges", BACK)


def paused() -> Card:
    """Asked for something later while nothing can come."""
    text = "**Your nudges are paused**, because I could not write to you directly. Nothing comes until they are on."
    buttons = Buttons((Button("Turn on again", encode("nudges.resume")),))
    return Card("Not put off", (Text(text), buttons), preview="Not put off")


def not_again(reason: str, of: Family) -> Card:
    """Why it would not come at the moment that was asked for."""
    buttons = [Button("See my nudges", BACK)]
    if of == "own":
        buttons.insert(0, Button("Write a new reminder", encode("remindme.new"), "primary"))
    text = f"I cannot come back with this one then: {NOT_AGAIN.get(reason, NOT_AGAIN['gone'])}"
    return Card("Not put off", (Text(text), Buttons(tuple(buttons))), preview="Not put off")


def all_stopped(count: int) -> Card:
    """After "stop"."""
    text = "All nudges are off. Your checklist stays as it is." if count else "You have no nudges. Nothing comes."
    return Card(
        "Stopped",
        (Text(text), Buttons((Button("Choose my nudges", encode("nudges.show")),))),
        preview="Stopped",
    )


def hours_form(person: Person) -> Form:
    """The time of day, the quiet hours, how many in a week, and on which days."""
    hint = "24-hour clock, for example 09:00"
    caps = sorted({*CAPS, person.nudge_cap})
    options = tuple(Option(cap_words(cap), str(cap)) for cap in caps)
    days = (Option("On every day", "every"), Option("Monday to Friday only", "workdays"))
    return Form(
        "Times of your nudges",
        (
            Field("time", "Time of day", "line", True, 10, person.nudge_time, hint),
            Field("quiet_start", "Quiet from", "line", True, 10, person.quiet_start, hint),
            Field("quiet_end", "Quiet until", "line", True, 10, person.quiet_end, hint),
            Field("cap", "At most in a week", "choice", True, 10, str(person.nudge_cap), options=options),
            Field("days", "Days", "choice", True, 10, "workdays" if person.workdays_only else "every", options=days),
        ),
        encode("nudges.save_hours"),
    )


def cap_words(cap: int) -> str:
    """The most in a week, in words."""
    return "All that come" if cap >= NO_CAP else f"{cap} in a week"


def _season(rule: Rule | None) -> tuple[Text, Buttons]:
    """The dates of the season, and the way to the person's own reminders: a text, since a card has eight rows."""
    if rule is not None and rule.enabled:
        coming = f", next {when(rule.next_at)}" if rule.next_at else ""
        text, button = f"on{coming}", Button("Turn off: Season dates", encode("season.off"))
    else:
        text = "off\nA nudge before the deadlines of your season, and before the dates that you add to it."
        button = Button("Turn on: Season dates", encode("season.on"))
    own = Button("My own reminders", encode("remindme.list", 0))
    return Text(f"**Season dates:** {text}"), Buttons((button, own))


def _kind_row(kind: NudgeKind, rule: Rule | None) -> Row:
    if rule is not None and rule.enabled:
        coming = f", next {when(rule.next_at)}" if rule.next_at else ""
        button = Button(f"Turn off: {kind.title}", encode("nudges.off", kind.id))
        found = repeat(rule)
        return Row(f"**{kind.title}:** on, {rhythm_of(found) if found else rhythm(kind)}{coming}", button)
    button = Button(f"Turn on: {kind.title}", encode("nudges.on", kind.id))
    return Row(f"**{kind.title}:** off\n{kind.short}", button)
