"""Drawing nudges: the overview, one nudge, the form of hours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from commands.actions import encode
from commands.markup import escape, when
from commands.nudges.plan import rhythm
from commands.ui import Button, Buttons, Card, Field, Fields, Form, Row, Text
from content.plans import NudgeKind, NudgeText
from scheduler.zones import city
from storage.nudges import Rule
from storage.people import Person


def overview(person: Person, kinds: Iterable[NudgeKind], rules: Mapping[str, Rule], said: str = "") -> Card:
    """What is on, a line each with its own button; the hours; how to stop."""
    on = any(rule.enabled for rule in rules.values())
    where = f"{escape(city(person.zone))} time" if person.zone else "once I know your time zone"
    hours = (
        ("Your mornings", f"{escape(person.nudge_time)}, {where}"),
        ("Quiet hours", f"{escape(person.quiet_start)} to {escape(person.quiet_end)}"),
    )
    buttons = [
        Button("Change time and quiet hours", encode("nudges.hours")),
        Button("Change my time zone", encode("profile.ask", "nudges.show")),
    ]
    if on:
        buttons.append(Button("Stop all nudges", encode("nudges.stop_all"), "danger"))
    intro = said or "Short reminders in your direct messages. Each has one thing to do, in under ten minutes."
    rows = tuple(_kind_row(kind, rules.get(kind.id)) for kind in kinds)
    return Card("Your nudges", (Text(intro), *rows, Fields(hours), Buttons(tuple(buttons))), preview="Your nudges")


def nudge(kind: NudgeKind, text: NudgeText, ref: int, demo: bool) -> Card:
    """One nudge: one thing to do and its button; done, later, stop."""
    footer = "Trial page: sent at once, whatever the hour. The real bot keeps your quiet hours." if demo else None
    return Card(
        kind.title,
        (
            Text(text.text),
            Buttons(
                (
                    Button(text.do, encode("guidance.read", text.topic, text.part), "primary"),
                    Button("I did it", encode("nudges.done", ref, text.id)),
                    Button("Remind me tomorrow", encode("nudges.snooze", ref, text.id)),
                    Button("Stop these nudges", encode("nudges.stop", ref, text.id)),
                )
            ),
        ),
        footer=footer,
        preview="A short reminder from MatchMentor",
    )


def answered(kind: NudgeKind, text: NudgeText) -> Card:
    """After "I did it"."""
    return Card(
        kind.title,
        (Text(f"{text.text}\n\n**Done.** One step further. More come {rhythm(kind)}."),),
        tone="success",
        preview="Done",
    )


def snoozed(kind: NudgeKind, text: NudgeText, until: datetime) -> Card:
    """After "Remind me tomorrow"."""
    return Card(kind.title, (Text(f"{text.text}\n\n**I'll be back** {when(until)}."),), preview="I'll be back")


def stopped(kind: NudgeKind) -> Card:
    """After "Stop these nudges"."""
    on_again = Button(f"Turn on again: {kind.title}", encode("nudges.on", kind.id))
    return Card(
        "Stopped",
        (Text(f"No more nudges about **{kind.title}**."), Buttons((on_again,))),
        preview="Stopped",
    )


def all_stopped(count: int) -> Card:
    """After "stop"."""
    text = "All nudges are off. Your checklist stays as it is." if count else "You have no nudges. Nothing comes."
    return Card(
        "Stopped",
        (Text(text), Buttons((Button("Choose my nudges", encode("nudges.show")),))),
        preview="Stopped",
    )


def hours_form(person: Person) -> Form:
    """The time of day and the quiet hours."""
    hint = "24-hour clock, for example 09:00"
    return Form(
        "Times of your nudges",
        (
            Field("time", "Time of day", "line", True, 10, person.nudge_time, hint),
            Field("quiet_start", "Quiet from", "line", True, 10, person.quiet_start, hint),
            Field("quiet_end", "Quiet until", "line", True, 10, person.quiet_end, hint),
        ),
        encode("nudges.save_hours"),
    )


def _kind_row(kind: NudgeKind, rule: Rule | None) -> Row:
    if rule is not None and rule.enabled:
        coming = f", next {when(rule.next_at)}" if rule.next_at else ""
        button = Button(f"Turn off: {kind.title}", encode("nudges.off", kind.id))
        return Row(f"**{kind.title}:** on, {rhythm(kind)}{coming}", button)
    button = Button(f"Turn on: {kind.title}", encode("nudges.on", kind.id))
    return Row(f"**{kind.title}:** off\n{kind.short}", button)
