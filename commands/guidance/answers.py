"""The cards around the pages: menus, "do you mean", "I have no page for that", and the two calm cards."""

from __future__ import annotations

from collections.abc import Sequence

from commands.actions import encode
from commands.ui import Block, Button, Buttons, Card, LinkButton, Option, Row, Select, Text
from content.catalog import Catalog
from content.schema import Topic
from storage.feedback import PageFeedback

COMMANDS = {"redflag": "Red flags", "guide": "Guides"}


def groups_menu(catalog: Catalog, command: str) -> Card:
    """The groups of `/redflag` or `/guide`, a line each with its button."""
    other = "guide" if command == "redflag" else "redflag"
    rows = tuple(
        Row(f"**{group.title}**\n{group.short}", Button(f"Open: {group.title}", encode("guidance.group", group.id)))
        for group in catalog.groups
        if group.command == command and catalog.topics_in(group.id)
    )
    hint = (
        f"Pick a group, or tell me in your own words: `/{command} I have a two year gap after graduation`. "
        "Only you see this."
    )
    switch = Buttons((Button(f"Show me instead: {COMMANDS[other].lower()}", encode("guidance.menu", other)),))
    return Card(COMMANDS[command], (Text(hint), *rows, switch), preview="Pick a group")


def group_menu(catalog: Catalog, group_id: str, title: str, command: str) -> Card:
    """The topics of a group; up to eight as rows, more as a menu."""
    topics = catalog.topics_in(group_id)
    blocks: list[Block]
    if len(topics) <= 8:
        blocks = [_topic_row(topic) for topic in topics]
    else:
        blocks = [Select("Pick a page", encode("guidance.open"), tuple(Option(t.title, t.id) for t in topics[:25]))]
    back = Button(f"All groups: {COMMANDS[command].lower()}", encode("guidance.menu", command))
    return Card(title, (*blocks, Buttons((back,))), preview="Pick a page")


def do_you_mean(topics: Sequence[Topic]) -> Card:
    """Not sure: up to three pages as a question, and a way out."""
    return Card(
        "I am not sure which page fits. Do you mean one of these?",
        (*(_topic_row(topic) for topic in topics), Buttons((_none_of_these(),))),
        preview="Do you mean one of these?",
    )


def several(topics: Sequence[Topic]) -> Card:
    """Several issues in one message: their pages in order of weight."""
    return Card(
        "You named more than one thing",
        (
            Text("Here is a page for each, the heaviest first. Begin with the first one."),
            *(_topic_row(topic) for topic in topics),
            Buttons((_none_of_these(),)),
        ),
        preview="Your pages",
    )


def no_page(catalog: Catalog) -> Card:
    """No page: say so, and name what there is."""
    names = ", ".join(group.title.lower() for group in catalog.groups if catalog.topics_in(group.id))
    return Card(
        "I have no page for that",
        (
            Text(
                "I only know residency applications of international graduates, and I would rather say nothing than "
                f"send you to a wrong page.\n\n**I have pages on:** {names}."
            ),
            Text("Try a few plain words, for example: `/redflag failed step 1` or `/guide letters`."),
            Buttons(
                (
                    Button("Show me all red flags", encode("guidance.menu", "redflag")),
                    Button("Show me all guides", encode("guidance.menu", "guide")),
                )
            ),
        ),
        tone="warning",
        preview="I have no page for that",
    )


def none_of_these() -> Card:
    """After "do you mean": what to try when none of them fits."""
    return Card(
        "None of these: let us try another way",
        (
            Text(
                "- Say it with fewer words, and name the exam, the year or the paper it is about.\n"
                "- Ask one thing at a time.\n"
                "- Or look through the groups below. A mentor of your community can also help."
            ),
            Buttons(
                (
                    Button("Show me all red flags", encode("guidance.menu", "redflag")),
                    Button("Show me all guides", encode("guidance.menu", "guide")),
                )
            ),
        ),
        preview="Let us try another way",
    )


def thanks(topic: Topic, answer: str, catalog: Catalog) -> Card:
    """After "Was this the right page?": thanks, or the neighbours."""
    neighbours = [other for name in topic.related if (other := catalog.topic(name))][:4]
    if answer != "no" or not neighbours:
        text = "I count the answers of everybody together, without names, so that the editors see what to mend."
        return Card("Thank you", (Text(text),), tone="success", preview="Thank you")
    return Card(
        "Then perhaps one of these",
        (*(_topic_row(other) for other in neighbours), Buttons((_none_of_these(),))),
        preview="Perhaps one of these",
    )


def counts(totals: Sequence[PageFeedback], catalog: Catalog) -> Card:
    """For admins: the pages that were wrong or incomplete most often, twenty at most."""
    by_topic: dict[str, dict[str, int]] = {}
    for each in totals:
        by_topic.setdefault(each.topic, {})[each.answer] = each.count
    worst = sorted(by_topic.items(), key=lambda item: -item[1].get("no", 0) - item[1].get("more", 0))[:20]
    lines = [
        f"- **{topic.title}:** right {said.get('yes', 0)}, wrong {said.get('no', 0)}, incomplete {said.get('more', 0)}"
        for name, said in worst
        if (topic := catalog.topic(name))
    ]
    text = "\n".join(lines) or "Nobody has answered yet. The question stands under each page's facts and sources."
    return Card("Were they the right pages?", (Text(text),), footer="Counted without names.", preview="Page counts")


def distress(line: str | None = None) -> Card:
    """Somebody may be in danger. Numbers from shared facts on support, checked 25 November 2026.

    `line` is the community's own, in Markdown: it comes last, after the lines that hold everywhere.
    """
    own = (Text(f"**From your community:** {line}"),) if line else ()
    return Card(
        "I am glad you wrote this. Please talk to a person now",
        (
            Text(
                "I am a program and cannot keep you safe, but people can, at any hour. "
                "**Are you, or is the person you worry about, in danger right now? Call your local emergency number "
                "(911 in the US).**"
            ),
            Text(
                "- **In the US:** call or text **988**, the Suicide and Crisis Lifeline. Free, day and night, also if "
                "you worry about a friend. Interpreters for many languages.\n"
                "- **By text in the US:** send HOME to **741741**, the Crisis Text Line.\n"
                "- **In other countries:** findahelpline.com and befrienders.org list people near you who listen.\n"
                "- **For doctors and students in the US:** the Physician Support Line, **1-888-409-0141**, is free and "
                "confidential. It has opening hours, so in danger call 988."
            ),
            Text("The Match can wait. When you want to come back to it, I am here. Only you see this message."),
            *own,
            Buttons(
                (
                    LinkButton("Find a helpline in my country", "https://findahelpline.com"),
                    LinkButton("Open 988 Lifeline chat (US)", "https://988lifeline.org/chat"),
                )
            ),
        ),
        preview="Please read this",
    )


def harm() -> Card:
    """Harassment, discrimination, assault or threats: never their fault, never the conduct page."""
    return Card(
        "What happened to you is not your fault",
        (
            Text(
                "Nobody may harass, threaten, touch or belittle you at a rotation, whatever your visa or your rank. "
                "**If you are in danger now, leave and call 911 (in the US) or your local emergency number.**"
            ),
            Text(
                "**What helps, at your own pace**\n\n"
                "- Write down today what happened: date, time, place, words, who saw it. Keep messages. Keep this "
                "record outside the hospital's systems.\n"
                "- Tell one person you trust. You do not have to carry it alone.\n"
                "- You can report to the school's Title IX or student affairs office, the hospital's human "
                "resources or compliance line, or the GME office. You may first ask what happens with a report.\n"
                "- You owe nobody a letter, a smile or silence."
            ),
            Text(
                "If it weighs on you, 988 (US, call or text) and findahelpline.com listen. Only you see this message."
            ),
            Buttons((LinkButton("Find somebody to talk to", "https://findahelpline.com"),)),
        ),
        preview="Please read this",
    )


def _topic_row(topic: Topic) -> Row:
    button = Button(f"Read: {topic.title}", encode("guidance.page", topic.id, "overview"))
    return Row(f"**{topic.title}**\n{topic.short}", button)


def _none_of_these() -> Button:
    return Button("None of these", encode("guidance.none"))
