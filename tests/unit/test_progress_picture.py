"""The picture of a person's progress: what it shows in both themes, for every script, and how it reads aloud."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from commands.checklist.drawing import painting
from commands.checklist.drawing.painting import WIDTH, draw, label
from commands.checklist.drawing.picture import (
    MOST_BARS,
    MOST_MARKS,
    Bar,
    Mark,
    MarkKind,
    Progress,
    alt,
    progress_of,
    progress_picture,
)
from commands.checklist.model.due import standpoint
from commands.checklist.model.state import view
from commands.ui import ALT, Picture
from content.loader import load_pack
from content.paths import CORE_PACK
from storage.checklists import Checklist, StepRow
from storage.own_dates import OwnDate
from storage.people import Person
from storage.profiles import About

TODAY = date(2026, 11, 27)
LETTERS = Bar("Letters of recommendation", 5, 12, 2)
RANK = Mark("Rank lists are due", date(2027, 3, 3))
PROGRESS = Progress("Your season 2027", TODAY, (LETTERS, Bar("MyERAS application", 1, 14)), (RANK,))
SCRIPTS = ("رسالة توصية", "מכתב", "推薦状", "\U0001f469\u200d⚕\ufe0f", "письмо", "\u200b", "पत्र")


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGBA")


def share(image: Image.Image, colour: str) -> int:
    """How many pixels have about this colour: the file has few shades."""
    off = ImageChops.difference(image.convert("RGB"), Image.new("RGB", image.size, colour))
    red, green, blue = off.split()
    worst = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return sum(worst.histogram()[:7])


@pytest.mark.parametrize("dark", [False, True])
def test_it_is_small_and_stands_on_a_panel_of_its_own(dark: bool) -> None:
    png = draw(PROGRESS, dark)
    image = opened(png)
    assert len(png) < 80_000
    assert image.width == WIDTH
    assert 350 < image.height < 700
    assert image.getpixel((0, 0))[3] == 0  # type: ignore[index]
    middle = image.getpixel((WIDTH // 2, 12))
    assert middle[3] > 240  # type: ignore[index]
    assert (sum(middle[:3]) < 200) == dark  # type: ignore[index]


def luminance(colour: str) -> float:
    parts = [part / 255 for part in bytes.fromhex(colour[1:])]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", [painting._LIGHT, painting._DARK])
def test_every_ink_stands_out_from_its_panel(theme: painting._Theme) -> None:
    ground = luminance(theme.panel)
    for ink, least in ((theme.ink, 7), (theme.soft, 4.5), (theme.done, 4.5), (theme.late, 4.5), (theme.edge, 3)):
        bright, dim = sorted((luminance(ink), ground), reverse=True)
        assert (bright + 0.05) / (dim + 0.05) >= least, ink


def test_more_done_is_more_of_the_bar() -> None:
    def drawn(done: int) -> Image.Image:
        return opened(draw(replace(PROGRESS, bars=(Bar("Letters", done, 12),))))

    blue = [share(drawn(done), painting._LIGHT.done) for done in (0, 1, 6, 12)]
    assert all(less < more for less, more in pairwise(blue))


def test_late_is_hatched_and_not_only_shaded() -> None:
    def drawn(late: int) -> int:
        return share(opened(draw(replace(PROGRESS, bars=(Bar("Letters", 0, 10, late),)))), painting._LIGHT.late)

    few, many = drawn(1), drawn(10)
    assert few < many
    area = (painting._WORDS_LEFT - painting._BAR_LEFT - 16) * painting._BAR
    assert many < area * 0.7, "a hatched bar leaves panel between its lines"


@pytest.mark.parametrize("words", SCRIPTS)
def test_words_that_the_font_cannot_write_get_a_plain_name(words: str) -> None:
    assert label(words, "List 1") == "List 1"


@pytest.mark.parametrize("words", [words for words in SCRIPTS if words.isprintable()])
def test_such_words_leave_no_trace_in_the_picture(words: str) -> None:
    def drawn(title: str) -> bytes:
        mark = Mark(title, TODAY + timedelta(days=9), "own")
        return draw(Progress(title, TODAY, (Bar(title, 1, 3),), (mark,)))

    assert drawn(words) == drawn("字")


def test_what_differs_by_an_accent_only_is_written_without() -> None:
    assert label("Lettre de Zoé – no", "List 1") == "Lettre de Zoe - no"
    assert label("two\n lines", "List 1") == "two lines"


def test_every_title_of_ours_can_be_written() -> None:
    catalog = load_pack(CORE_PACK)
    titles = {each.title for each in catalog.checklists.values()} | {each.title for each in catalog.milestones.values()}
    assert all(label(title, "") for title in titles)


bars = st.builds(
    lambda title, done, late, rest: Bar(title, done, done + late + rest, late),
    st.text(max_size=80), st.integers(0, 60), st.integers(0, 60), st.integers(0, 60),
)  # fmt: skip
marks = st.builds(Mark, st.text(max_size=80), st.dates(date(2020, 1, 1), date(2035, 12, 31)), st.just("own"))
anything = st.builds(
    Progress,
    st.text(max_size=90),
    st.dates(date(2024, 1, 1), date(2030, 12, 31)),
    st.lists(bars, max_size=15).map(tuple),
    st.lists(marks, max_size=25).map(tuple),
)


@settings(max_examples=25, deadline=None)
@given(anything, st.booleans())
def test_anything_can_be_drawn_and_nothing_leaves_the_panel(progress: Progress, dark: bool) -> None:
    image = opened(draw.__wrapped__(progress, dark))
    assert image.height < 1_200
    panel = image.getpixel((WIDTH // 2, 12))
    strip = image.crop((WIDTH - 30, 60, WIDTH - 8, image.height - 30)).convert("RGB").getcolors() or []
    assert [colour for _, colour in strip] == [panel[:3]]  # type: ignore[index]


@given(anything)
def test_it_reads_aloud_within_the_limit(progress: Progress) -> None:
    words = alt(progress)
    assert Picture(b"", words).alt == words
    assert "\n" not in words
    assert words.endswith(".")


def test_the_words_tell_the_sum_the_next_day_and_each_list() -> None:
    assert alt(PROGRESS) == (
        "Your season 2027 on Fri 27 November 2026. 6 of 26 steps are done. 2 are late and can still be done. "
        "Next: Rank lists are due, Wed 3 March 2027. Letters of recommendation: 5 of 12 done, 2 late. "
        "MyERAS application: 1 of 14 done."
    )


def test_the_words_say_how_many_lists_they_left_out() -> None:
    many = replace(PROGRESS, bars=tuple(replace(LETTERS, title=f"List of the season number {n}") for n in range(30)))
    words = alt(many)
    told = words.count("List of the season")
    assert 3 < told < 30
    assert words.endswith(f" And {30 - told} more lists.")
    assert len(words) <= ALT


def test_nothing_yet_is_said_in_words() -> None:
    nothing = Progress("Your season", TODAY, ())
    assert alt(nothing) == "Your season on Fri 27 November 2026. No steps yet."
    assert opened(draw(nothing)).height < 200


def test_the_days_ahead_come_before_those_gone_by() -> None:
    days = [TODAY + timedelta(days=10 * n) for n in range(-6, 6)]
    shown = replace(PROGRESS, marks=tuple(Mark("x", day) for day in reversed(days))).shown_marks()
    assert [mark.day for mark in shown] == days[-MOST_MARKS:]
    far = replace(PROGRESS, marks=tuple(Mark("x", TODAY + timedelta(days=n)) for n in range(20))).shown_marks()
    assert [mark.day for mark in far] == [TODAY + timedelta(days=n) for n in range(MOST_MARKS)]


def test_what_is_not_confirmed_is_said_below_the_days() -> None:
    def height(*kinds: MarkKind) -> int:
        return opened(draw(replace(PROGRESS, marks=tuple(replace(RANK, kind=kind) for kind in kinds)))).height

    assert height("season", "season") < height("season", "unconfirmed") == height("unconfirmed", "unconfirmed")
    assert height("season", "own") == height("season", "unconfirmed") < height("own", "unconfirmed")
    assert "due (not confirmed yet), Wed" in alt(replace(PROGRESS, marks=(replace(RANK, kind="unconfirmed"),)))


def test_more_lists_than_there_is_room_for_are_counted() -> None:
    def height(count: int) -> int:
        return opened(draw(replace(PROGRESS, bars=(LETTERS,) * count))).height

    assert height(MOST_BARS) < height(MOST_BARS + 1) == height(MOST_BARS + 9)


def test_markers_that_would_touch_stand_above_each_other() -> None:
    assert painting._lanes([100, 110, 200, 205, 240]) == [0, 1, 0, 1, 0]


@pytest.mark.parametrize(("done", "total", "late"), [(3, 2, 0), (1, 2, 2), (-1, 2, 0), (0, 2, -1)])
def test_parts_that_are_more_than_the_whole_are_refused(done: int, total: int, late: int) -> None:
    with pytest.raises(ValueError, match="parts of the whole"):
        Bar("x", done, total, late)


async def test_the_same_content_is_drawn_once() -> None:
    draw.cache_clear()
    first = await progress_picture(PROGRESS)
    assert await progress_picture(replace(PROGRESS)) is first
    assert await progress_picture(PROGRESS, dark=True) != first
    assert draw.cache_info().misses == 2


def test_what_a_person_has_becomes_bars_and_marks() -> None:
    catalog = load_pack(CORE_PACK)
    now = datetime(2026, 11, 27, 3, tzinfo=UTC)
    mine = Person(
        1, 1, "discord", "", "u", None, None, now, "America/New_York", True, None, None, None, "09:00", "21:00",
        "08:00", None, None, 3, False, 1, (), About(specialty="internal-medicine"),
    )  # fmt: skip
    exam = OwnDate(1, 1, "exam", "Step 3", datetime(2026, 12, 9, 23, tzinfo=UTC), "Asia/Karachi", True, now, now)
    here = standpoint(mine, catalog, (exam,), now)
    template = catalog.checklists["strategy"]
    old = now - timedelta(days=40)
    states = ("done", "notforme", *["todo"] * (len(template.steps) - 2))
    rows = tuple(
        StepRow(n, 7, step.id, state, None, None, old)  # type: ignore[arg-type]
        for n, (step, state) in enumerate(zip(template.steps, states, strict=True))
    )
    seen = view(template, Checklist(7, 1, template.id, template.version, old, None, rows), (), here)
    made = progress_of("Your season", (seen,), here, (exam,))
    (bar,) = made.bars
    assert made.today == date(2026, 11, 26)
    assert (bar.title, bar.done, bar.total) == (template.title, 1, seen.total)
    assert 0 < bar.late == sum(item.late for item in seen.items)
    assert Mark("Step 3", date(2026, 12, 10), "own") in made.marks
    titles = {mark.title for mark in made.marks}
    assert {day.milestone.title for day in here.days.values() if not day.milestone.applies.application} <= titles
    assert draw(made) != draw(PROGRESS)
