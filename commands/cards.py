"""Cards that no feature owns: refusals, our own failures, closed direct messages, the first meeting."""

from __future__ import annotations

from commands.actions import encode
from commands.errors import OutOfDate, UserError
from commands.outcomes import FormErrors
from commands.ui import Button, Buttons, Card, Fields, Row, Text


def refusal(error: UserError) -> Card:
    """What a person did that cannot be done, and what to do instead."""
    buttons = (Button("Show me what I can do here", encode("help.menu"), "primary"),)
    fresh = (Buttons(buttons),) if isinstance(error, OutOfDate) else ()
    return Card(error.title, (Text(error.advice), *fresh), tone="warning", preview="I could not do that")


def failure(code: str) -> Card:
    """Something broke on our side. The code is in the log too."""
    return Card(
        "Something went wrong on my side",
        (
            Text(
                "It is not your fault, and nothing was changed. Please try again in a minute. "
                f"If it happens again, give this code to an admin of your community: **{code}**"
            ),
        ),
        tone="danger",
        preview="Something went wrong",
    )


def not_shown(code: str) -> Card:
    """Unlike `failure`: by now what the person asked for may be done."""
    return Card(
        "I could not show you the answer",
        (
            Text(
                "The fault is on my side. What you asked for may already be done, so look before you repeat it. "
                f"If it happens again, give this code to an admin of your community: **{code}**"
            ),
        ),
        tone="danger",
        preview="Something went wrong",
    )


def not_saved(outcome: FormErrors) -> Card:
    """What is wrong with a sent form whose window is closed, with a button that opens it again, filled."""
    labels = {field.name: field.label for field in outcome.again.fields}
    wrong = Fields(tuple((labels.get(name, "The form"), said) for name, said in outcome.errors))
    note = Text("Your words are kept. Change what is named below and send the form again.")
    again = Buttons((Button("Edit again", outcome.retry, "primary"),))
    return Card("Not saved yet", (note, wrong, again), tone="warning", preview="The form needs one more look")


def storage_trouble() -> Card:
    """The database is busy, read-only or out of step: the log says which, and what to do."""
    return Card(
        "I cannot reach my memory right now",
        (Text("Nothing was changed and nothing is lost. Please try again in a minute."),),
        tone="warning",
        preview="Please try again in a minute",
    )


def closed_dms() -> Card:
    """How to open direct messages; shown in place of a message that could not be sent."""
    return Card(
        "Your direct messages are closed to me",
        (
            Text(
                "I could not write to you directly, so I show this here, where only you see it.\n\n"
                "- **On Discord:** open the server's menu, choose Privacy Settings, turn on Direct Messages.\n"
                "- **On Slack:** open the Apps section, choose me, and open the Messages tab.\n\n"
                "Then send the command again."
            ),
        ),
        tone="warning",
        preview="Your direct messages are closed to me",
    )


WHAT_I_DO = (
    "- **Explain a red flag.** You say it in your own words; I show the right page: how to explain it, where, and with "
    "which proof.\n"
    "- **Keep your checklist.** Small steps through your application, in your direct messages.\n"
    "- **Nudge you.** Short reminders at your own morning. You choose which, and stop them at any time."
)

WHO_SEES_WHAT = (
    "**Who sees what:** only you see my answers. Nobody in your community, and no mentor, sees what you ask me. "
    "`/privacy` shows what I keep, gives you a copy, and deletes it."
)


def welcome(is_admin: bool = False) -> Card:
    """The first meeting: what I do in three lines, who sees what, two ways to begin; an admin's next steps."""
    steps = (admin_row(),) if is_admin else ()
    return Card(
        "Hello, I am MatchMentor",
        (
            Text("I help international medical graduates on their way to US residency.\n\n" + WHAT_I_DO),
            Text(WHO_SEES_WHAT),
            Buttons(
                (
                    Button("I have a red flag", encode("guidance.menu"), "primary"),
                    Button("Start my checklist", encode("checklist.start", "strategy")),
                )
            ),
            *steps,
        ),
        preview="Hello from MatchMentor",
    )


def admin_row() -> Row:
    """For whoever runs the community in which they ask."""
    return Row(
        "**You run this community.** Three next steps help your members find me.",
        Button("Show the three next steps", encode("community.steps")),
    )


def newcomer_row() -> Row:
    """The short form of the first meeting, under an answer that somebody already asked for."""
    return Row(
        "**New here?** I am MatchMentor. Only you see my answers.",
        Button("What I do, who sees what", encode("help.about")),
    )
