"""The community's own line for people in distress: written in pack.yaml, checked, and shown last on the card."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from commands.context import Ctx
from commands.guidance.answers import distress
from commands.guidance.handlers import look_up
from commands.ui import Text
from content.documents import PackFaults
from content.lint import lint, lint_path
from content.loader import load_pack
from tests.unit.packs import write_pack

HEAD = 'name: Ours\nversion: "2026.11.1"\nextends: core\n'
LINE = "Dr Rao answers at any hour: **write to #care**."


@pytest.fixture
def core(tmp_path: Path) -> Path:
    return write_pack(tmp_path / "core")


def overlay_saying(tmp_path: Path, line: str) -> Path:
    folder = tmp_path / "ours"
    folder.mkdir()
    (folder / "pack.yaml").write_text(f'{HEAD}support: "{line}"\n')
    return folder


def test_without_a_line_the_card_has_only_the_lines_that_hold_everywhere(core: Path) -> None:
    assert load_pack(core).support is None
    assert "From your community" not in distress(None).plain()
    assert distress() == distress(None)


def test_the_communitys_line_is_the_last_text_of_the_card(core: Path, tmp_path: Path) -> None:
    catalog = load_pack(core, overlay_saying(tmp_path, LINE))
    assert catalog.support == LINE
    texts = [block.md for block in distress(catalog.support).blocks if isinstance(block, Text)]
    assert texts[-1] == f"**From your community:** {LINE}"
    assert texts[:-1] == [block.md for block in distress().blocks if isinstance(block, Text)]


async def test_who_writes_in_distress_gets_the_communitys_line(core: Path, tmp_path: Path) -> None:
    catalog = load_pack(core, overlay_saying(tmp_path, LINE))
    ctx = cast(Ctx, SimpleNamespace(catalog=catalog))
    card = await look_up(ctx, "I want to kill myself")
    assert card == distress(LINE)


def test_the_overlays_line_wins_and_the_cores_stays_without_one(core: Path, tmp_path: Path) -> None:
    pack = core / "pack.yaml"
    pack.write_text(pack.read_text() + "support: Call the office of the core.\n")
    assert load_pack(core).support == "Call the office of the core."
    assert load_pack(core, overlay_saying(tmp_path, LINE)).support == LINE
    (tmp_path / "ours" / "pack.yaml").write_text(HEAD)
    assert load_pack(core, tmp_path / "ours").support == "Call the office of the core."


def test_a_line_of_280_characters_fits_the_card_and_one_more_is_a_fault(core: Path, tmp_path: Path) -> None:
    overlay = overlay_saying(tmp_path, "." * 280)
    assert "." * 280 in distress(load_pack(core, overlay).support).plain()
    (overlay / "pack.yaml").write_text(f'{HEAD}support: "{"." * 281}"\n')
    with pytest.raises(PackFaults) as caught:
        load_pack(core, overlay)
    (fault,) = caught.value.faults
    assert (fault.line, fault.field) == (4, "support")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("Write to @everyone, they listen.", "live mention"),
        ("You will match, do not worry.", "promise"),
        ("See <b>us</b> at once.", "HTML"),
    ],
)
def test_the_line_is_checked_like_every_text(core: Path, tmp_path: Path, line: str, told: str) -> None:
    overlay = overlay_saying(tmp_path, line)
    for report in (lint(core, overlay), lint_path(overlay, core)):
        (fault,) = report.faults
        assert (fault.line, fault.field) == (4, "support")
        assert told in fault.message
