"""Drawing what lies over all lists: the menu, the lists to start, what is next. Pure: views in, cards out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TypeVar

from commands.actions import base36, encode
from commands.checklist.drawing.picture import Bar, bar_words
from commands.checklist.model.state import ROWS_A_PAGE, Item, View, whats_next
from commands.fitting import applies
from commands.markup import escape, when
from commands.ui import Block, Button, Buttons, Card, Option, OverBudget, Row, Select, Text
from commands.words import day_words, fitted, label
from content.plans import Checklist as Template
from storage.profiles import About

T = TypeVar("T")

TITLE = 150
"""What a step's title may cost in a line, see `markup.cost`."""
SOON = 14
"""Days ahead that are also told as a number of days."""
WEEK_AHEAD = timedelta(days=7)
_CELLS = 10

SEE_ALL = Button("See all my lists", encode("lists.menu", 0))
WEEK = Button("What's next for me", encode("lists.week"), "primary")
SEASON = Button("Show my progress", encode("lists.season", False))


def title_of(item: Item) -> str:
    """A step's title as Markdown, on one line."""
    return escape(fitted(item.title, TITLE))


def due_words(item: Item, today: date) -> str:
    """When it is due, kindly; "" without a day. `today` is the person's calendar day."""
    if item.due is None:
        return ""
    sure = " (not confirmed)" if item.milestone is not None and item.milestone.status != "verified" else ""
    if item.late:
        return f"Was due {day_words(item.due)}{sure}: it can still be done"
    left = (item.due - today).days
    soon = {0: ", today", 1: ", tomorrow"}.get(left, f", in {left} days" if 0 < left <= SOON else "")
    return f"Due {when(item.due_at) if item.due_at else day_words(item.due)}{sure}{soon}"


def bar_of(mine: View) -> Bar:
    """The list as a bar."""
    return Bar(mine.template.title, mine.done, mine.total, sum(item.late for item in mine.items))


def bar_text(mine: View) -> str:
    """The list as a bar of ten squares, and in words."""
    bar = bar_of(mine)
    full = _CELLS * bar.done // bar.total if bar.total else 0
    return f"`{'■' * full}{'□' * (_CELLS - full)}` {bar_words(bar)}"


def menu_card(views: Sequence[View], today: date, number: int = 0, said: str = "") -> Card:
    """The person's lists, eight a page, each with how far it is and what is due next."""
    if not views:
        return none_card()
    shown, number, last = page_of(views, number)
    files = Select(
        "Pick a list to save it, start it again or put it away",
        encode("checklist.more"),
        tuple(Option(mine.template.title, base36(mine.id)) for mine in shown),
    )
    blocks: list[Block] = [Text(said or "Each list stands in your direct messages. Open the one you want to work on.")]
    blocks += [_list_row(mine, today) for mine in shown]
    blocks += [
        Buttons(
            (
                WEEK,
                Button("Start another list", encode("lists.templates", 0)),
                SEASON,
                Button("Show lists that I put away", encode("lists.archived", 0)),
                Button("Bring a list back from a file", encode("lists.importing")),
            )
        ),
        files,
        *turning("lists.menu", number, last, "lists"),
    ]
    title = "Your list" if len(views) == 1 else f"Your {len(views)} lists"
    return Card(title, tuple(blocks), footer=_page_words(number, last) or None, preview="Your lists")


def none_card() -> Card:
    """For somebody without a list."""
    text = "You have no list yet. A list takes one part of the application in small steps, one sitting each."
    start = Buttons(
        (
            Button("Choose a list to start", encode("lists.templates", 0), "primary"),
            Button("Show lists that I put away", encode("lists.archived", 0)),
            Button("Bring a list back from a file", encode("lists.importing")),
        )
    )
    return Card("Your lists", (Text(text), start), preview="Your lists")


def templates_card(
    templates: Sequence[Template], views: Sequence[View], about: About, today: date, number: int = 0
) -> Card:
    """The lists that can be started, then those that are there already. Left out: what is not for this person."""
    mine = {each.template.id: each for each in views}
    order = sorted(templates, key=lambda each: (each.id in mine, each.order, each.id))
    fit = [each for each in order if each.id in mine or applies(each.applies, about, today)]
    shown, number, last = page_of(fit, number)
    blocks: list[Block] = []
    heading = ""
    for each in shown:
        wanted = "You have these" if each.id in mine else "Not started yet"
        if wanted != heading:
            heading = wanted
            blocks.append(Text(f"**{heading}**"))
        blocks.append(_open_row(each, mine[each.id]) if each.id in mine else _start_row(each, about, today))
    ways = [*turning("lists.templates", number, last, "of the lists to choose from"), Buttons((SEE_ALL,))]
    hidden = len(order) - len(fit)
    left_out = f"Not shown by what you told in /profile: {hidden}." if hidden else ""
    footer = " ".join(part for part in (_page_words(number, last), left_out) if part)
    return Card("Choose a list", (*blocks, *ways), footer=escape(footer) or None, preview="Lists to start")


def week_card(views: Sequence[View], today: date) -> Card:
    """Up to three steps over all lists, each with its list and why now."""
    if not views:
        return none_card()
    found = whats_next(views, today)
    ways = Buttons((SEE_ALL, SEASON))
    if not found:
        text = Text("Nothing waits for you: every step of your lists is closed. Well done.")
        return Card("What's next", (text, ways), tone="success", preview="What is next for you")
    title = _week_title([item for _, item in found], today)
    rows = step_rows(found, today)
    return Card(title, (*rows, ways), footer="Only you see this.", preview="What is next for you")


def _week_title(items: Sequence[Item], today: date) -> str:
    """How many there are; and that they are for this week where all of them are."""
    if len(items) < 2:
        return "What's next"
    many = "three" if len(items) > 2 else "two"
    this_week = all(item.due is not None and item.due <= today + WEEK_AHEAD for item in items)
    return f"What's next: {many} for this week" if this_week else f"What's next: {many} steps"


def step_rows(found: Sequence[tuple[View, Item]], today: date) -> tuple[Row, ...]:
    """A row for each step: its title, its list, why now, and a button that opens it."""
    labels = labels_of([item for _, item in found])
    return tuple(_step_row(mine, item, says, today) for (mine, item), says in zip(found, labels, strict=True))


def labels_of(items: Sequence[Item]) -> tuple[str, ...]:
    """What the buttons that open these steps say; two of the same title are told apart by a number."""
    plain = [label(f"Open: {item.title}") for item in items]
    return tuple(
        text if plain.count(text) == 1 else label(f"Open {number}: {item.title}")
        for number, (text, item) in enumerate(zip(plain, items, strict=True), start=1)
    )


def unknown_card(near: Sequence[Template], word: str, views: Sequence[View]) -> Card:
    """For words that name neither a list nor anything else that I know here. `word`: the nearest that I know."""
    mine = {each.template.id: each for each in views}
    meant = f" Did you mean `{word}`?" if word else ""
    text = f"I know the names of lists, and `next`, `progress`, `lists`, `new`, `export`, `import`, `archived`.{meant}"
    rows = tuple(_open_row(each, mine[each.id]) if each.id in mine else _named_row(each) for each in near)
    ways = Buttons((SEE_ALL, Button("Choose from all lists", encode("lists.templates", 0))))
    return Card("I do not know that word", (Text(text), *rows, ways), tone="warning", preview="One question")


def _list_row(mine: View, today: date) -> Row:
    bar = bar_words(bar_of(mine))
    ahead = next(iter(whats_next((mine,), today)), None)
    if ahead is None:
        said = "Every step is closed." if mine.next() is None else "What is left waits for other steps."
    else:
        due = due_words(ahead[1], today)
        said = f"Next: {title_of(ahead[1])}." + (f" {due}." if due else "")
    open_ = Button(f"Open: {mine.template.title}", encode("checklist.here", mine.id))
    return Row(f"**{escape(mine.template.title)}**\n{bar}. {said}", open_)


def _open_row(template: Template, mine: View) -> Row:
    open_ = Button(f"Open: {template.title}", encode("checklist.here", mine.id))
    return Row(f"**{escape(template.title)}**\n{bar_words(bar_of(mine))}.", open_)


def _start_row(template: Template, about: About, today: date) -> Row:
    steps = sum(applies(step.applies, about, today) for step in template.steps)
    return _named_row(template, f" {steps} steps for you.")


def _named_row(template: Template, more: str = "") -> Row:
    start = Button(f"Start: {template.title}", encode("checklist.start", template.id))
    return Row(f"**{escape(template.title)}**\n{template.short}{more}", start)


def _step_row(mine: View, item: Item, says: str, today: date) -> Row:
    due = due_words(item, today)
    text = f"**{title_of(item)}**\n{escape(mine.template.title)}. {due or 'The next step, on no fixed day'}."
    button = Button(says, encode("checklist.step", item.row.id))
    if item.late and item.step and item.step.late:
        try:
            return Row(f"{text}\n{item.step.late}", button)
        except OverBudget:  # it stands on the step's own card too
            pass
    return Row(text, button)


def page_of(things: Sequence[T], number: int) -> tuple[Sequence[T], int, int]:
    """The things of a page, which page that is, and which is the last, from 0."""
    last = max(0, (len(things) - 1) // ROWS_A_PAGE)
    number = min(number, last)
    return things[number * ROWS_A_PAGE : (number + 1) * ROWS_A_PAGE], number, last


def turning(verb: str, number: int, last: int, what: str) -> tuple[Buttons, ...]:
    """The buttons to the pages beside page `number` of things that `what` names; none where there is one page."""
    buttons = []
    if number > 0:
        buttons.append(Button(f"Back to page {number} {what}".strip(), encode(verb, number - 1)))
    if number < last:
        buttons.append(Button(f"On to page {number + 2} {what}".strip(), encode(verb, number + 1)))
    return (Buttons(tuple(buttons)),) if buttons else ()


def _page_words(number: int, last: int) -> str:
    return f"Page {number + 1} of {last + 1}." if last else ""
