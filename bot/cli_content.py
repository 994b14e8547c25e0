"""`find`, `when`, `content ...`: questions to the content and to the dates, without a platform or a database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from bot.cli_io import FAULT, answer_lines, as_json, data, tell, wrong_use

if TYPE_CHECKING:
    from datetime import date, datetime

    from bot.picture import Sheet
    from content.catalog import Catalog
    from content.history import Changes, History
    from content.lint import Report
    from content.schema import Topic
    from content.seasons import SeasonDay

content = typer.Typer(no_args_is_help=True, help="Check and look at the content packs.")

FREE_TEXT = {"ignore_unknown_options": True}
"""A text may begin with a hyphen: "-5 days" is what a person typed, not an option."""
Words = Annotated[list[str] | None, typer.Argument(help="The words, as a person would type them.")]
JsonLines = Annotated[bool, typer.Option("--jsonl", help="Answer JSON Lines from standard input, a line for each.")]


def find(words: Words = None, jsonl: JsonLines = False) -> None:
    """Find the pages for a person's words: id, score, title and the nearest phrases of the page, best first."""
    if jsonl == bool(words):
        wrong_use('Give words, or --jsonl with lines such as {"id": 1, "text": "gap after graduation"}.')
    from content.search import answer_question_line

    catalog = _catalog()
    if jsonl:
        answer_lines(lambda line: answer_question_line(line, catalog))
        return
    finding = catalog.find(" ".join(words or ()))
    if finding.distress:
        tell("Distress: the person gets the card with people to talk to, and no page.")
    elif finding.harm:
        tell("Harm: the person gets the card for those who were wronged, and no page. Without it:")
    elif not finding.topics:
        tell("I have no page for that.")
    elif finding.issues:
        tell(f"Several issues, the heaviest first: {', '.join(finding.issues)}. The scores:")
    else:
        tell("This is the page:" if finding.sure else "Not sure. Do you mean:")
    for hit in finding.topics:
        data(f"{hit.id}\t{hit.score:.2f}\t{catalog.topics[hit.id].title}\t{' | '.join(hit.why)}")


def when(
    text: Annotated[list[str] | None, typer.Argument(help='The text, such as "fri 9am".')] = None,
    tz: Annotated[str, typer.Option(help="The person's zone, such as Asia/Karachi.")] = "UTC",
    now: Annotated[str | None, typer.Option(help="The present, ISO 8601 with an offset. Default: now.")] = None,
    jsonl: JsonLines = False,
) -> None:
    """Read a date as a person types it: the instant, in the person's zone."""
    if jsonl == bool(text):
        wrong_use('Give a text, or --jsonl with lines such as {"now": "...", "tz": "Asia/Karachi", "text": "fri 9am"}.')
    from scheduler.clock import SystemClock
    from scheduler.dates import answer_line

    if jsonl:
        answer_lines(answer_line)
        return
    present = now or SystemClock().now().isoformat()
    answer = answer_line({"now": present, "tz": tz, "text": " ".join(text or ())})
    if "error" in answer:
        wrong_use(f"{answer['error']}: give --now such as 2026-11-25T09:00:00+00:00.")
    tell(answer["message"])
    if answer["result"] == "error":
        raise typer.Exit(FAULT)
    data(answer["result"])


@content.command()
def lint(
    path: Annotated[
        Path | None, typer.Argument(help="A pack, an overlay or one file. Default: all in service.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="The report as JSON.")] = False,
) -> None:
    """Check the content: what is wrong, in which file and line, and what to do."""
    if path is not None and not path.exists():
        wrong_use(f"{path}: there is no such file or folder.")
    report = lint_report(path, None if path else _overlay())
    if json:
        data(as_json(report.to_json()))
    else:
        for fault in report.faults:
            data(str(fault))
        for warning in report.warnings:
            tell(f"warning: {warning}")
        counts = f"{report.topics} topics, {report.checklists} checklists, {report.nudges} kinds of nudges"
        tell(f"{counts}: {len(report.faults)} faults, {len(report.warnings)} warnings.")
    if not report.ok:
        raise typer.Exit(FAULT)


@content.command()
def preview(
    name: Annotated[str, typer.Argument(metavar="ID", help="A topic, checklist, kind of nudges, milestone or season.")],
    png: Annotated[Path | None, typer.Option(metavar="FILE", help="Draw it into this PNG file instead.")] = None,
) -> None:
    """Show a page, a checklist, nudges or the dates of a season as a person sees them, as text or as a picture."""
    catalog = _catalog()
    cards = preview_texts(catalog, name)
    if not cards:
        near = ", ".join(topic.id for topic in catalog.nearest(name, 3))
        wrong_use(f"Nothing has the id {name!r}." + (f" Is one of these meant: {near}?" if near else ""))
    if png is None:
        data("\n\n".join(cards))
        return
    from bot.picture import draw

    sheets = preview_sheets(catalog, name)
    try:
        png.write_bytes(draw(sheets))
    except OSError as fault:
        tell(f"{png} cannot be written: {fault.strerror or fault}.")
        raise typer.Exit(FAULT) from None
    tell(f"{png}: drawn, {len(sheets)} {'part' if len(sheets) == 1 else 'parts'}.")


@content.command()
def history() -> None:
    """List what was served, newest first: number, instant, version, state; below each what it changed."""
    from content.history import changes

    loads = _history().loads()
    if not loads:
        tell("Nothing is kept yet: the bot keeps each load of the content while it runs.")
    befores = (None, *loads)
    for before, load in reversed(list(zip(befores, loads, strict=False))):
        state = "served" if load.good else "faulty"
        data(f"{load.number}\t{load.at.isoformat(timespec='minutes')}\t{load.version or '-'}\t{state}")
        if before is None:
            pages = len(changes(None, load).added)
            data(f"\tfirst\t{pages} files")
        else:
            _show(changes(before, load))


@content.command()
def rollback() -> None:
    """Bring the community's folder back to the last good state that differs; the present one is kept."""
    from content.history import NoWayBack
    from content.paths import CORE_PACK

    overlay = _overlay()
    if overlay is None:
        tell("MATCHMENTOR_CONTENT_DIR is not set: only the pages that come with the bot are served, as installed.")
        raise typer.Exit(FAULT)
    try:
        done = _history().roll_back(CORE_PACK, overlay, _now())
    except NoWayBack:
        tell("No good state that differs from the present one is kept. Nothing was changed.")
        raise typer.Exit(FAULT) from None
    except OSError as fault:
        tell(f"A file could not be read or written ({fault.strerror}): {fault.filename}. Call it again after mending.")
        raise typer.Exit(FAULT) from None
    _show(done.changes)
    tell(
        f"{overlay} is as it was in load {done.back.number} ({done.back.at:%Y-%m-%d}). The state before is kept as "
        f"load {done.kept.number}. A running bot takes it in within a minute."
    )


def _show(found: Changes) -> None:
    """A line for each page: what happened to it, and its id."""
    for word, names in (("added", found.added), ("removed", found.removed), ("changed", found.changed)):
        for name in names:
            data(f"\t{word}\t{name}")


def _history() -> History:
    from bot.settings import Settings
    from content.history import FOLDER, History

    return History(Settings.load().data_dir / FOLDER)


def lint_report(path: Path | None, overlay: Path | None = None) -> Report:
    """The report on `path`; without one on all that is served, the core pack under `overlay`."""
    from commands.card_rule import cards_fit
    from content.lint import lint, lint_path
    from content.paths import CORE_PACK

    if path is None:
        return lint(CORE_PACK, overlay, today=_today(), rules=(cards_fit,))
    return lint_path(path, CORE_PACK, today=_today(), rules=(cards_fit,))


def preview_texts(catalog: Catalog, name: str) -> list[str]:
    """What has this id, as the texts of its cards in reading order; none when nothing has it."""
    from commands.guidance.pages import PARTS, page_card
    from commands.markup import plain

    if topic := _page(catalog, name):
        return [page_card(topic, part, catalog, _today()).plain() for part, _ in PARTS]
    if checklist := catalog.checklists.get(name):
        steps = [
            f"{step.title}\n{plain(step.do)}\n{plain(step.why)}\n{plain(step.done_when)}" for step in checklist.steps
        ]
        return [checklist.title, *steps]
    if kind := catalog.nudges.get(name):
        return [kind.title, *(plain(text.text) for text in kind.texts)]
    return [plain(text) for text in _dated(catalog, name)]


def preview_sheets(catalog: Catalog, name: str) -> list[Sheet]:
    """The same, as what can be drawn: the parts of a page, the steps of a checklist, or all nudges on one."""
    from bot.picture import Sheet
    from commands.guidance.pages import PARTS, page_card
    from commands.ui import Text

    if topic := _page(catalog, name):
        cards = (page_card(topic, part, catalog, _today()) for part, _ in PARTS)
        return [Sheet(card.title, card.blocks, card.footer) for card in cards]
    if checklist := catalog.checklists.get(name):
        first = Sheet(checklist.title, (Text(checklist.short),))
        steps = ((s.title, s.do, f"**Why:** {s.why}", f"**Done when:** {s.done_when}") for s in checklist.steps)
        return [first, *(Sheet(title, tuple(map(Text, texts))) for title, *texts in steps)]
    if kind := catalog.nudges.get(name):
        return [Sheet(kind.title, tuple(Text(f"{text.text}\n\n**To do:** {text.do}") for text in kind.texts))]
    if dated := _dated(catalog, name):
        return [Sheet(dated[0], tuple(map(Text, dated[1:])))]
    return []


def _page(catalog: Catalog, name: str) -> Topic | None:
    """The page of this name; the id of a milestone is not read as another name of a page ("match-day")."""
    return catalog.topic(name) or (None if name in catalog.milestones else catalog.by_alias(name))


def _dated(catalog: Catalog, name: str) -> list[str]:
    """A milestone or a season (its year), as paragraphs in Markdown with the title first; none when it is neither."""
    from content.seasons import season_of

    if milestone := catalog.milestones.get(name):
        days = [day for day in catalog.season(season_of(_now())) if day.milestone.id == name]
        nudges = [f"**{_distance(nudge.days)}:** {nudge.text}\n\n**To do:** {nudge.do}" for nudge in milestone.nudges]
        return [milestone.title, milestone.short, *map(_day_line, days), *nudges]
    if name.isascii() and name.isdigit() and 2020 <= int(name) <= 2100:
        return [
            f"Season {name}",
            *(f"**{day.milestone.title}:** {_day_line(day)}" for day in catalog.season(int(name))),
        ]
    return []


def _distance(days: int) -> str:
    if days == 0:
        return "On the day"
    return f"{abs(days)} {'day' if abs(days) == 1 else 'days'} {'before' if days < 0 else 'after'}"


def _day_line(day: SeasonDay) -> str:
    wall = day.at.astimezone(ZoneInfo(day.milestone.zone))
    checked = f", checked {day.checked.day} {day.checked:%B %Y}" if day.checked else ""
    when = f"{wall:%a} {wall.day} {wall:%B %Y, %H:%M} {day.milestone.zone}"
    return f"{when} ({day.status}{checked}). Check at {day.check_at}"


def _catalog() -> Catalog:
    from content.loader import load_pack
    from content.paths import CORE_PACK

    return load_pack(CORE_PACK, _overlay())


def _overlay() -> Path | None:
    from bot.settings import Settings

    return Settings.load().content_dir


def _today() -> date:
    return _now().date()


def _now() -> datetime:
    from scheduler.clock import SystemClock

    return SystemClock().now()
