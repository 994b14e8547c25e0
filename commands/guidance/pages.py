"""Drawing a topic: its page in parts, pure functions from a topic to a card."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from commands.actions import encode
from commands.fitting import EXAMS, applies, unknown
from commands.markup import escape, keep
from commands.ui import Block, Button, Buttons, ButtonStyle, Card, Option, OverBudget, Select, Text
from content.catalog import Catalog
from content.schema import Fact, Part, RedFlag, Stance, Strategy, Topic, Variant, Where
from storage.profiles import About

PARTS: tuple[tuple[Part, str], ...] = (
    ("overview", "Overview"),
    ("explain", "How to explain it"),
    ("examples", "Weak and strong examples"),
    ("where", "Where to say it, and what not to do"),
    ("proof", "Proof to gather"),
    ("sources", "Facts and sources"),
)
"""The parts in reading order, with the label of the button that opens each."""

STRATEGY_LABELS = {"explain": "How to do it, step by step", "where": "What not to do", "proof": "How to show it"}

LEGAL = (
    "This is information, not legal advice. For your own case ask the program's GME office, ECFMG for a J-1, "
    "or an immigration attorney."
)

ANSWERS = {"yes": "Yes, it was", "no": "No, another page", "more": "Yes, but something is missing"}
"""What can be answered to "Was this the right page?": the word that is counted, and its button."""

STANCES = {"yes": "Yes.", "briefly": "Briefly.", "only if asked": "Only if they ask.", "no": "No."}


def page_card(topic: Topic, part: Part, catalog: Catalog, today: date, about: About | None = None) -> Card:
    """One part of a page, with buttons to the others. `today` decides which facts are marked as out of date.

    `about` leaves out the paragraphs that are not for this person, and asks for what is not known where there is
    room; None shows everything, as editors see it.
    """
    known = about or About()
    blocks: list[Block] = [Text(keep(text)) for text in _texts(topic, part, today) if text]
    shown = (variant for variant in topic.variants if variant.part == part and applies(variant.applies, known, today))
    blocks.extend(Text(keep(_variant(variant))) for variant in shown)
    blocks.append(Buttons(tuple(_part_button(topic, other) for other, _ in PARTS if other != part)))
    if part in ("overview", "proof"):
        blocks.extend(_further(topic, catalog))
    if part == "sources":
        blocks.append(Text("**Was this the right page?**"))
        answers = (Button(label, encode("guidance.helped", topic.id, name)) for name, label in ANSWERS.items())
        blocks.append(Buttons(tuple(answers)))
    card = Card(
        f"{topic.title}: {part_label(topic, part).lower()}" if part != "overview" else topic.title,
        tuple(blocks),
        footer=LEGAL if topic.legal else None,
        preview="The page you asked for",
    )
    return card if about is None else _offer_to_fit(card, topic, part, about)


def _offer_to_fit(card: Card, topic: Topic, part: Part, about: About) -> Card:
    """A button to the form that asks what this page could use, at the foot, if the card has room for it."""
    missing = unknown((variant.applies for variant in topic.variants), about)
    if not missing:
        return card
    form = "profile.exams" if missing <= EXAMS else "profile.about"
    button = Button("Fit this page to me", encode(form, f"guidance.page+{topic.id}+{part}"))
    try:
        return replace(card, blocks=(*card.blocks, Buttons((button,))))
    except OverBudget:
        return card


def part_label(topic: Topic, part: Part) -> str:
    """What the part is called on this kind of page."""
    label = dict(PARTS)[part]
    if isinstance(topic, Strategy):
        label = STRATEGY_LABELS.get(part, label)
        if part == "where" and topic.where is not None:
            label = dict(PARTS)["where"]
    return label


def _part_button(topic: Topic, part: Part) -> Button:
    style: ButtonStyle = "primary" if part == "explain" else "default"
    return Button(part_label(topic, part), encode("guidance.page", topic.id, part), style)


def _further(topic: Topic, catalog: Catalog) -> list[Block]:
    """Where to go from here: related pages, the checklist and the nudges that belong to it."""
    blocks: list[Block] = []
    related = [other for name in topic.related if (other := catalog.topic(name))]
    if related:
        options = tuple(Option(other.title, other.id) for other in related)
        blocks.append(Select("Read a related page", encode("guidance.open"), options))
    buttons: list[Button] = []
    if topic.checklist and (checklist := catalog.checklists.get(topic.checklist)):
        buttons.append(Button(f"Start the checklist: {checklist.title}", encode("checklist.start", checklist.id)))
    if topic.nudge and (kind := catalog.nudges.get(topic.nudge)):
        buttons.append(Button(f"Remind me: {kind.title}", encode("nudges.on", kind.id)))
    if buttons:
        blocks.append(Buttons(tuple(buttons)))
    return blocks


def _texts(topic: Topic, part: Part, today: date) -> tuple[str, ...]:
    match part:
        case "overview":
            return (topic.what, "**What program directors ask themselves**\n\n" + _list(topic.directors_ask))
        case "explain":
            return _explain(topic)
        case "examples":
            return tuple(
                f"**{sample.kind.capitalize()}: {sample.person}**\n\n*{sample.text}*\n\n"
                f"**What a director hears:** {sample.heard}"
                for sample in topic.examples
            )
        case "where":
            stances = _where(topic.where) if isinstance(topic, RedFlag | Strategy) and topic.where else ""
            return (stances, "**What not to do**\n\n" + _list(topic.avoid))
        case "proof":
            offsets = "**What offsets it**\n\n" + _list(topic.offsets) if topic.offsets else ""
            return ("**Gather this**\n\n" + _list(topic.evidence), offsets)
        case "sources":
            return _sources(topic, today)


def _explain(topic: Topic) -> tuple[str, ...]:
    if isinstance(topic, RedFlag):
        frame = topic.frame
        steps = (
            ("1. Say it plainly", frame.state),
            ("2. Give the cause, no excuse", frame.explain),
            ("3. Show what you changed", frame.act),
            ("4. Prove it is solved", frame.prove),
        )
        return tuple(
            f"**{escape(title)}**\n\n{step.do}" + (f'\n\nFor example: *"{step.say}"*' if step.say else "")
            for title, step in steps
        )
    if isinstance(topic, Strategy):
        return tuple(f"**{number}\\. {step.title}**\n\n{step.text}" for number, step in enumerate(topic.steps, start=1))
    return ()


def _where(where: Where) -> str:
    places = (
        ("Personal statement", where.statement),
        ("ERAS experiences", where.experiences),
        ("Interview", where.interview),
        ("When they ask", where.when_asked),
    )
    return "\n\n".join(f"**{place}: {_stance(stance)}** {stance.how}" for place, stance in places)


def _stance(stance: Stance) -> str:
    return STANCES[stance.stance]


def _sources(topic: Topic, today: date) -> tuple[str, ...]:
    facts = "\n".join(f"- {_fact(fact, topic, today)}" for fact in topic.facts)
    sources = "\n".join(
        f"- {f'[{source.title}]({source.url})' if source.url else source.title}, checked {_day(source.checked)}"
        for source in topic.sources.values()
    )
    return (f"**Facts**\n\n{facts}" if facts else "", f"**Where this page comes from**\n\n{sources}")


def _fact(fact: Fact, topic: Topic, today: date) -> str:
    text = fact.text
    if fact.season:
        text += f" (Season {fact.season}.)"
    if fact.source and fact.source in topic.sources:
        source = topic.sources[fact.source]
        text += f" ([Source]({source.url}))" if source.url else ""
    if fact.check_at:
        text += f" **Check at the source:** [{_site(fact.check_at)}]({fact.check_at})"
    if fact.valid_until and fact.valid_until < today:
        text += f" **May be out of date: it was valid until {_day(fact.valid_until)}.**"
    return text


def _variant(variant: Variant) -> str:
    return f"**{variant.label}:** {variant.text}"


def _list(lines: tuple[str, ...]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _site(url: str) -> str:
    return url.split("/")[2].removeprefix("www.")
