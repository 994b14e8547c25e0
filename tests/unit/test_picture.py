"""A page as a picture: all of it, in letters that the font has, with nothing outside the card."""

from __future__ import annotations

import io
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from bot import picture
from bot.__main__ import app
from bot.cli_content import preview_sheets
from bot.picture import GROUND, TALLEST, WIDTH, Sheet, draw
from bot.settings import variables
from commands.glyphs import drawable
from commands.guidance.pages import PARTS
from commands.ui import Buttons, LinkButton, Text
from content.loader import load_pack
from content.paths import CORE_PACK

LINES = "One line of text that is long enough to be seen."


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in variables():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def call(*words: str) -> Result:
    return CliRunner().invoke(app, ["content", "preview", *words], prog_name="matchmentor")


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


def ink(image: Image.Image) -> int:
    """How many pixels are dark."""
    return sum(image.convert("L").histogram()[:100])


def test_the_command_draws_all_parts_into_the_file(tmp_path: Path) -> None:
    file = tmp_path / "page.png"
    done = call("step-failure", "--png", str(file))
    assert (done.exit_code, done.stdout) == (0, "")
    assert f"{len(PARTS)} parts" in done.stderr
    assert file.read_bytes().startswith(b"\x89PNG")
    image = opened(file.read_bytes())
    assert image.width == WIDTH
    assert 2_000 < image.height < TALLEST
    assert 50_000 < file.stat().st_size < 3_000_000


@pytest.mark.parametrize("name", ["strategy", "letters", "match-day", "2027"])
def test_checklists_nudges_and_dates_are_drawn_too(name: str, tmp_path: Path) -> None:
    file = tmp_path / "list.png"
    assert call(name, "--png", str(file)).exit_code == 0
    assert 500 < opened(file.read_bytes()).height < TALLEST


def test_an_unknown_page_and_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    assert call("nope", "--png", "x.png").exit_code == 2
    assert not (tmp_path / "x.png").exists()
    done = call("step-failure", "--png", str(tmp_path / "none" / "x.png"))
    assert (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (1, "", 1)


def test_each_part_adds_to_the_picture() -> None:
    sheets = preview_sheets(load_pack(CORE_PACK), "step-failure")
    assert len(sheets) == len(PARTS)
    heights = [opened(draw(sheets[:n])).height for n in (1, 2, 5, 6)]
    assert heights == sorted(set(heights))


def test_each_block_leaves_its_ink() -> None:
    link = Buttons((LinkButton("Open it", "https://example.org"),))
    blocks = (Text(LINES), Text(f"- {LINES}\n- {LINES}"), Text(f"**{LINES}**"), link)
    inks = [ink(opened(draw([Sheet("A title", blocks[:n])]))) for n in range(len(blocks) + 1)]
    assert all(less < more for less, more in pairwise(inks))
    plain_text, bold = (ink(opened(draw([Sheet("T", (Text(text),))]))) for text in (LINES, f"**{LINES}**"))
    assert bold > plain_text


@pytest.mark.parametrize("text", ["x" * 2_000, "word " * 400, "a (" + "[b](https://example.org)" * 50 + ")"])
def test_nothing_runs_out_of_the_card(text: str) -> None:
    image = opened(draw([Sheet("T" * 120, (Text(text),))]))
    edge = image.crop((WIDTH - picture.MARGIN // 2 + 1, 0, WIDTH, image.height))
    assert edge.getcolors() == [(edge.width * edge.height, tuple(bytes.fromhex(GROUND[1:])))]
    inside = image.crop((WIDTH - picture.MARGIN + 2, 80, WIDTH - picture.MARGIN // 2 - 2, image.height - 80))
    assert ink(inside) == 0


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("Zoë – a résumé", "Zoe - a resume"),
        ("2 ≥ 1 → yes", "2 >= 1 -> yes"),
        ("½", "?"),
        ("字", "?"),
        ("a\u200bb", "ab"),
    ],
)
def test_what_the_font_lacks_becomes_close_ascii(text: str, drawn: str) -> None:
    assert drawable(text) == drawn


def test_every_page_can_be_drawn_without_a_question_mark_of_ours() -> None:
    catalog = load_pack(CORE_PACK)
    for name in (*catalog.topics, *catalog.checklists, *catalog.nudges):
        for sheet in preview_sheets(catalog, name):
            for text in (sheet.title, *(block.md for block in sheet.blocks if isinstance(block, Text))):
                assert drawable(text).count("?") == text.count("?"), (name, text)


def test_a_list_without_end_is_cut_off() -> None:
    sheets = [Sheet("A step", (Text(LINES * 20),))] * 60
    assert opened(draw(sheets)).height == TALLEST
