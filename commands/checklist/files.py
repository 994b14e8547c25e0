"""A list as a file, to keep or to carry elsewhere, and a file that brings a list back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from commands.actions import Ref, encode
from commands.calendar import owner
from commands.checklist.archive import today
from commands.checklist.drawing import overview
from commands.checklist.drawing.picture import bar_words
from commands.checklist.formats import export
from commands.checklist.formats.importing import ImportedList, parse
from commands.checklist.lists import GONE, own, restore
from commands.checklist.model.state import View
from commands.checklist.showing import feature
from commands.context import Ctx
from commands.errors import BadInput, NotFound, OutOfDate
from commands.forms import file_text, refused
from commands.markup import escape
from commands.outcomes import Direct, FormErrors, OpenForm, Update
from commands.registry import Values
from commands.ui import Attachment, Button, Buttons, Card, Field, Form, Row, Text
from scheduler.zones import zone
from storage.checklists import Checklist

_PASTED = "import"
"""What a draft is called that keeps a file's text until it is answered whether it takes a list's place."""

_KINDS: Mapping[str, tuple[str, str]] = {
    "md": ("Text to read or print (Markdown)", "A text that you can read, print or paste into your notes."),
    "csv": ("Table for Excel or Sheets (CSV)", "A table, a line for each step. It opens in Excel and Sheets."),
    "ics": ("Dates for my calendar (.ics)", "The steps that have a day. Open the file, and your calendar takes them."),
    "json": (
        "Copy to bring back (JSON)",
        "The whole list: `/checklist import` brings it back, here or elsewhere.",
    ),
}


@feature.action("checklist.more", reads=True)
async def manage(ctx: Ctx, list_id: Ref) -> Update:
    """Save a list, start it again or put it away."""
    return Update(manage_card(await own(ctx, list_id)))


@feature.action("checklist.export", reads=True)
async def save(ctx: Ctx, list_id: Ref, kind: str) -> Direct | Update:
    """The list as a file, in the direct messages only."""
    mine = await own(ctx, list_id)
    if kind not in _KINDS:
        raise OutOfDate
    if kind == "ics" and not any(item.due is not None for item in mine.items):
        return Update(no_days_card(mine))
    # The first calendar loads a library, which takes longer than an answer may.
    data = await asyncio.to_thread(_written(ctx, mine, kind))
    name = export.file_name(mine, today(ctx), kind)
    return Direct(file_card(mine, kind, Attachment(name, data)), sent_card())


def _written(ctx: Ctx, mine: View, kind: str) -> Callable[[], bytes]:
    day, whose, now = today(ctx), owner(ctx.person), ctx.now
    here = zone(ctx.person.zone or "UTC")
    writers: Mapping[str, Callable[[], bytes]] = {
        "md": lambda: export.markdown(mine, day),
        "csv": lambda: export.csv_file(mine, here),
        "ics": lambda: export.calendar_file(mine, whose, now),
        "json": lambda: export.json_file(mine),
    }
    return writers[kind]


@feature.action("lists.importing", reads=True)
async def importing(ctx: Ctx) -> Update:
    """How a file brings a list back."""
    return Update(import_card())


@feature.action("lists.paste", opens_form=True)
async def paste(ctx: Ctx) -> OpenForm:
    """Ask for the file."""
    return OpenForm(file_form())


@feature.form("lists.pasted")
async def pasted(ctx: Ctx, values: Values) -> Update | FormErrors:
    """Bring the list back; asks first when a list of that kind is there."""
    form = file_form()
    try:
        text = file_text(values, "file")
    except BadInput as wrong:
        return await refused(ctx, form, values, {"file": wrong.advice})
    found = parse(text, ctx.catalog.checklists)
    if not isinstance(found, ImportedList):
        return await refused(ctx, form, values, {"file": " ".join(found)})
    await ctx.uow.people.lock(ctx.person.id)
    there = await _living(ctx, found.template)
    if there is None:
        return await _brought_back(ctx, found)
    draft = await ctx.uow.drafts.save(ctx.person.id, _PASTED, {"text": text}, ctx.now)
    return Update(replace_card(await own(ctx, there.id), draft))


@feature.action("checklist.replace")
async def replace(ctx: Ctx, draft_id: Ref) -> Update:
    """The file's list takes the place of the one that is there, which is put away."""
    text = await _taken(ctx, draft_id)
    found = parse(text, ctx.catalog.checklists)
    if not isinstance(found, ImportedList):
        raise NotFound("This list has changed here since you sent the file. Please send the file again.")
    return await _brought_back(ctx, found)


@feature.action("checklist.keep")
async def keep(ctx: Ctx, draft_id: Ref) -> Update:
    """Nothing changes, and the file is forgotten."""
    await _taken(ctx, draft_id)
    text = Text("Nothing was changed, and I forgot the file.")
    return Update(Card("Your list stays as it is", (text, Buttons((overview.SEE_ALL,))), preview="Nothing was changed"))


async def _taken(ctx: Ctx, draft_id: Ref) -> str:
    await ctx.uow.people.lock(ctx.person.id)
    draft = await ctx.uow.drafts.get(ctx.person.id, draft_id)
    if draft is None or draft.form != _PASTED:
        raise NotFound(GONE)
    await ctx.uow.drafts.delete(ctx.person.id, draft_id)
    return str(draft.values["text"])


async def _living(ctx: Ctx, template: str) -> Checklist | None:
    lists = await ctx.uow.checklists.of(ctx.person.id)
    return next((each for each in lists if each.template == template), None)


async def _brought_back(ctx: Ctx, found: ImportedList) -> Update:
    template = ctx.catalog.checklists[found.template]
    new = await restore(ctx.uow, ctx.person.id, found, template, ctx.now)
    return Update(back_card(await own(ctx, new.id)))


def export_card(views: Sequence[View], today: date) -> Card:
    """The ways to save the only list, or the question which of them."""
    if len(views) == 1:
        return manage_card(views[0])
    return overview.menu_card(views, today, said="Pick the list that you want to save from the menu below the lists.")


def manage_card(mine: View) -> Card:
    """What can be done with a whole list."""
    kinds = (Button(f"Save: {label}", encode("checklist.export", mine.id, kind)) for kind, (label, _) in _KINDS.items())
    return Card(
        mine.template.title,
        (
            Text(f"{bar_words(overview.bar_of(mine))}.\n\n**Save it as a file.** I send it to your direct messages."),
            Buttons(tuple(kinds)),
            Text("**Begin anew, or make room.** The list as it is now is put away, and you can bring it back."),
            Buttons(
                (
                    Button("Start this list again", encode("checklist.ask_again", mine.id)),
                    Button("Put this list away", encode("checklist.archive", mine.id)),
                    Button("Open the list", encode("checklist.here", mine.id), "primary"),
                    overview.SEE_ALL,
                )
            ),
        ),
        preview="One of your lists",
    )


def file_card(mine: View, kind: str, file: Attachment) -> Card:
    """The file, with what it is good for."""
    private = "Your notes are not in it." if kind == "ics" else "Your own notes are in it: mind where you keep it."
    back = Buttons((Button("Open the list", encode("checklist.here", mine.id)), overview.SEE_ALL))
    return Card(
        f"{mine.template.title}: your file",
        (Text(f"{_KINDS[kind][1]} {private}"), back),
        tone="success",
        preview="Your file",
        files=(file,),
    )


def sent_card() -> Card:
    """What is said in place when a file went to the direct messages."""
    text = Text("I sent it there, because only you may see it.")
    return Card("Your file is in your direct messages", (text,), tone="success", preview="Your file is there")


def no_days_card(mine: View) -> Card:
    """There is nothing for a calendar."""
    text = "No step of this list has a day yet, so there is nothing for a calendar. Open a step to give it a day."
    ways = Buttons((Button("Open the list", encode("checklist.here", mine.id)), overview.SEE_ALL))
    return Card(mine.template.title, (Text(text), ways), preview="One of your lists")


def import_card() -> Card:
    """How a file brings a list back."""
    text = (
        "I can bring back a list that you saved as a copy (the file ends in `.json`). Choose it in the form, just as "
        "I sent it. Nothing of yours is overwritten: if you have a list of that kind, I ask first."
    )
    ways = Buttons((Button("Choose the file", encode("lists.paste"), "primary"), overview.SEE_ALL))
    return Card("Bring a list back from a file", (Text(text), ways), preview="Bring a list back")


def file_form() -> Form:
    """One field, for the file."""
    return Form("Bring a list back", (Field("file", "Your file", "file", required=True),), encode("lists.pasted"))


def replace_card(mine: View, draft: int) -> Card:
    """The question before a file's list takes the place of another."""
    title = escape(mine.template.title)
    text = (
        f"You have a list **{title}** already: {bar_words(overview.bar_of(mine))}. I can put it away and take the one "
        "from the file. What is put away is kept, and you can bring it back."
    )
    ways = Buttons(
        (
            Button("Replace my list with the file's", encode("checklist.replace", draft), "primary"),
            Button("Keep my list as it is", encode("checklist.keep", draft)),
        )
    )
    return Card("Replace the list that you have?", (Text(text), ways), tone="warning", preview="One question")


def back_card(mine: View) -> Card:
    """A list that came back."""
    open_ = Button(f"Open: {mine.template.title}", encode("checklist.here", mine.id), "primary")
    row = Row(f"**{escape(mine.template.title)}**\n{bar_words(overview.bar_of(mine))}.", open_)
    return Card("Your list is back", (row, Buttons((overview.SEE_ALL,))), tone="success", preview="Your list is back")
