"""Drawing the season: what is ahead, one date, the forms. Pure: records in, cards out.

A date is always said in words with its weekday and official clock, and as an instant that each reader sees in their own
zone; and how sure it is stands beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from urllib.parse import urlsplit

from commands.actions import encode
from commands.markup import escape, when
from commands.season.ahead import Entry
from commands.ui import Attachment, Block, Button, Buttons, Card, Field, Form, LinkButton, Option, Row, Text
from commands.words import day_words
from content.plans import Milestone
from content.seasons import SeasonDay
from scheduler.clock import to_wall
from scheduler.zones import city, zone

ROWS_A_PAGE = 8
FIRST = 3
WORDS = 60
"""Characters of a person's words for a date."""
TYPED = 80
"""Characters of a time or a place as it is typed."""
_EASTERN = "America/New_York"


@dataclass(frozen=True, slots=True)
class Page:
    """What `/season` shows. `entries` are ahead in time order, `past` is how many are behind.

    `on`: the nudges before these dates are on. `has_zone`: the person's zone is known. `runs_here`: the person runs the
    community in which they ask. `over`: the season that the person named, when it is over.
    """

    season: int
    entries: Sequence[Entry]
    past: int
    on: bool
    has_zone: bool
    runs_here: bool
    over: int | None = None


def page(of: Page, number: int = 0, said: str = "") -> Card:
    """What is ahead, eight a page, the next three first."""
    last = max(0, (len(of.entries) - 1) // ROWS_A_PAGE)
    number = min(number, last)
    start = number * ROWS_A_PAGE
    shown = [(start + at, each) for at, each in enumerate(of.entries[start : start + ROWS_A_PAGE], start=1)]
    rows: tuple[Block, ...] = tuple(_row(position, each) for position, each in shown)
    if number == 0 and len(rows) > FIRST:
        rows = (*rows[:FIRST], Text("**After that**"), *rows[FIRST:])
    intro = said or _intro(of)
    footer = f"Page {number + 1} of {last + 1}. Only you see this." if last else "Only you see this."
    blocks = (Text(intro), *rows, Buttons(_main_buttons(of)), *_turning(of, number, last))
    return Card(f"Your season: Match {of.season}", blocks, footer=footer, preview="What is ahead for you")


def _intro(of: Page) -> str:
    if not of.entries:
        return "I know of nothing ahead for you. Add a date of your own, and it stands here."
    over = f"The season of {of.over} that you told me is over, so this is the one under way. " if of.over else ""
    return f"{over}**The next {min(FIRST, len(of.entries))}:**" if len(of.entries) > 1 else f"{over}**Next:**"


def _row(position: int, entry: Entry) -> Row:
    sure = f"\n{how_sure(entry.day)}" if entry.day else ""
    return Row(f"**{escape(entry.title)}**\n{in_words(entry)}{sure}", _open(position, entry))


def _open(position: int, entry: Entry) -> Button:
    """Two dates may have the same words: the number tells them apart, and leaves the words their room on a phone."""
    return Button(f"Open date {position}", opens(entry))


def opens(entry: Entry) -> str:
    """The action that opens a date."""
    if entry.day is not None and entry.milestone is not None:
        return encode("season.open", entry.milestone.id)
    return encode("season.mine" if entry.name.startswith("own:") else "season.shared", entry.ref)


def _main_buttons(of: Page) -> tuple[Button, ...]:
    add = encode("season.add") if of.has_zone else encode("profile.ask", "season.show")
    buttons = [
        Button("Stop the nudges before these dates", encode("season.off"))
        if of.on
        else Button("Nudge me before these dates", encode("season.on"), "primary"),
        Button("Add a date of my own", add),
        Button("Put all that is ahead into my calendar", encode("season.calendar")),
    ]
    if of.runs_here:
        add_here = encode("season.add_shared") if of.has_zone else encode("profile.ask", "season.page+0")
        buttons.append(Button("Add a date for this community", add_here))
    return tuple(buttons)


def file_card(file: Attachment) -> Card:
    """Everything ahead as a calendar file."""
    text = Text(
        "The dates of the season, your own and your community's, the steps of your lists that have a day, and your "
        "reminders of the next eight weeks. Open the file, and your calendar takes them. When a date has moved, "
        "ask for a new file: it moves in your calendar too. What you delete here, delete there as well.\n\n"
        "Your own words for dates, steps and reminders are in it. Mind who else sees your calendar."
    )
    back = Buttons((Button("See all that is ahead", encode("season.show")),))
    return Card("Your calendar file", (text, back), tone="success", preview="Your file", files=(file,))


def nothing_card() -> Card:
    """There is nothing for a calendar."""
    add = Buttons((Button("See all that is ahead", encode("season.show")),))
    return Card("Nothing to put into a calendar", (Text("I know of nothing ahead for you yet."), add),
                preview="Nothing ahead")  # fmt: skip


def _turning(of: Page, number: int, last: int) -> tuple[Buttons, ...]:
    buttons = []
    if number > 0:
        buttons.append(Button("Earlier dates", encode("season.page", number - 1)))
    if number < last:
        buttons.append(Button("Later dates", encode("season.page", number + 1)))
    if of.past:
        buttons.append(Button(f"Show what is past ({of.past})", encode("season.past")))
    return (Buttons(tuple(buttons)),) if buttons else ()


def past(season: int, entries: Sequence[Entry]) -> Card:
    """What is behind, the latest first, as many as fit: older ones have nothing left to be done."""
    lines = "\n".join(f"- {escape(entry.title)}: {day_words(entry.official)}" for entry in entries[:20])
    blocks = (Text(lines or "Nothing yet."), Buttons((Button("Back to what is ahead", encode("season.page", 0)),)))
    return Card(f"Past: Match {season}", blocks, footer="Only you see this.", preview="What is past")


def milestone(entry: Entry, day: SeasonDay, now: datetime) -> Card:
    """One milestone: what it is, when, how sure, the page behind it."""
    what = day.milestone
    note = f"\n\n{day.note}" if day.note else ""
    gone = "**It is past.** " if entry.ends <= now else ""
    buttons: list[Button | LinkButton] = []
    if what.topic:
        buttons.append(Button("Read the page behind it", encode("guidance.read", what.topic), "primary"))
    buttons.append(LinkButton(f"Check it at {_host(day.check_at)}", day.check_at))
    buttons.append(Button("See all that is ahead", encode("season.show")))
    text = f"{gone}{in_words(entry)}\n{how_sure(day)}{note}"
    return Card(what.title, (Text(what.short), Text(text), Buttons(tuple(buttons))), preview="A date of the season")


def own(entry: Entry, *, on: bool, next_at: datetime | None, said: str = "") -> Card:
    """A date of the person's own. `on`: nudges before dates are on; `next_at`: when the next one about it comes."""
    kind = entry.milestone
    nudged = "The nudges before dates are off, so I do not remind you of it."
    if on:
        nudged = f"I remind you {when(next_at)}." if next_at else "No reminder of it is to come any more."
    buttons = [
        Button("Change this date", encode("season.change", entry.ref)),
        Button("Remove this date", encode("season.remove", entry.ref)),
        Button("See all that is ahead", encode("season.show")),
    ]
    if kind and kind.topic:
        buttons.insert(0, Button("Read the page behind it", encode("guidance.read", kind.topic)))
    if not on:
        buttons.append(Button("Nudge me before these dates", encode("season.on"), "primary"))
    text = Text(f"{_before(said)}**{escape(entry.title)}**\n{in_words(entry)}\n\n{nudged}")
    title = kind.title if kind else whose(entry)
    return Card(title, (text, Buttons(tuple(buttons))), footer="Only you see this.", preview="Your date")


def _before(said: str) -> str:
    return f"**{said}**\n\n" if said else ""


def shared(entry: Entry, *, runs_here: bool, said: str = "") -> Card:
    """A date of a community. Who runs it can take it away."""
    buttons = [Button("See all that is ahead", encode("season.show"))]
    if runs_here:
        buttons.append(Button("Remove it for everybody", encode("season.unshare", entry.ref)))
    nudged = "An admin added it. Members who have these nudges on hear of it a week and a day before."
    text = Text(f"{_before(said)}**{escape(entry.title)}**\n{in_words(entry)}\n{nudged}")
    return Card(whose(entry), (text, Buttons(tuple(buttons))), preview="A date of your community")


def removed(entry: Entry, undo: str) -> Card:
    """After a date was removed, with the way back: the action `undo`."""
    buttons = (
        Button("Undo: put it back", undo),
        Button("See all that is ahead", encode("season.show")),
    )
    text = Text(f"**{escape(entry.title)}** is removed, and so are its nudges. You can undo this for a day.")
    return Card("Removed", (text, Buttons(buttons)), preview="Removed")


def date_form(kinds: Sequence[Milestone]) -> Form:
    """A new date of the person's own."""
    options = tuple(Option(kind.title, kind.id, "") for kind in kinds)
    kind = Field("kind", "What kind of date", "choice", True, value=kinds[0].id, options=options)
    return Form("A date of your own", (kind, *_date_fields()), encode("season.save"))


def change_form(entry: Entry, zone_name: str | None) -> Form:
    """The same for a date that is there, filled. `zone_name`: the person's own, which need not be written."""
    wall = to_wall(entry.at, zone(entry.zone))
    typed = f"{wall.day} {wall:%B %Y}" + ("" if entry.whole_day else f" {wall:%H:%M}")
    place = "" if entry.zone == zone_name else entry.zone
    return Form("Change your date", _date_fields(entry.title, typed, place), encode("season.changed", entry.ref))


def shared_form() -> Form:
    """A date for everybody in a community."""
    return Form("For this community", _date_fields(), encode("season.save_shared"))


def _date_fields(words: str = "", typed: str = "", place: str = "") -> tuple[Field, ...]:
    return (
        Field("words", "What it is, in a few words", "line", True, WORDS, words[:WORDS], "Such as: Step 2 CK"),
        Field("when", "When", "line", True, TYPED, typed, 'Such as "15 January 9:30 am"; a day alone is enough.'),
        Field("place", "Whose clock, if not yours: a city", "line", False, TYPED, place, "Such as: New York"),
    )


def moved(days: Sequence[tuple[Entry, SeasonDay, date]]) -> Card:
    """The person was told another day of these; each comes with the day that was told."""
    rows = tuple(
        Row(
            f"**{escape(entry.title)}**\nNow {in_words(entry)}\nI had told you {day_words(old)}. {how_sure(day)}",
            _open(at, entry),
        )
        for at, (entry, day, old) in enumerate(days[:ROWS_A_PAGE], start=1)
    )
    text = Text("The calendar of the season was corrected. Please change it in your own calendar too.")
    return Card("A date has moved", (text, *rows), tone="warning", preview="A date of the season has moved")


def whose(entry: Entry) -> str:
    """What a date is that no milestone names."""
    return "Your own date" if entry.name.startswith("own:") else "A date of your community"


def in_words(entry: Entry) -> str:
    """The day with its weekday, the official clock by name, and the instant on the reader's clock, in Markdown."""
    wall = to_wall(entry.at, zone(entry.zone))
    if entry.whole_day:
        return escape(day_words(wall.date()))
    where = "Eastern" if entry.zone == _EASTERN else f"in {city(entry.zone)}"
    official = escape(f"{day_words(wall.date())}, {clock_words(wall.time())} {where}")
    return f"{official}; for you {when(entry.at)}"


def clock_words(clock: time) -> str:
    """A time of day as people in the US write it: "9 p.m.", "11:59 p.m.", "noon"."""
    if (clock.hour, clock.minute) in ((0, 0), (12, 0)):
        return "noon" if clock.hour else "midnight"
    minutes = f":{clock:%M}" if clock.minute else ""
    return f"{(clock.hour - 1) % 12 + 1}{minutes} {'a.m.' if clock.hour < 12 else 'p.m.'}"


def how_sure(day: SeasonDay) -> str:
    """Where a date is from, and where to check it, in Markdown."""
    check = f"[{_host(day.check_at)}]({day.check_at})"
    match day.status:
        case "verified":
            url = (day.source.url if day.source else None) or day.check_at
            checked = f", checked on {day_words(day.checked)}" if day.checked else ""
            return f"From [{_host(str(url))}]({url}){checked}"
        case "second-hand":
            return f"Second-hand: confirm at {check}"
        case "projected":
            return f"Projected from past years: confirm at {check}"


def _host(url: str) -> str:
    return (urlsplit(url).hostname or url).removeprefix("www.")
