"""Changed content is served without a restart, a broken one never; what was served is kept."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot import app as composition
from bot.app import App
from bot.settings import Settings
from content.history import History
from content.watch import Watch
from scheduler.clock import ManualClock
from tests.unit.packs import TOPIC, spoil, topic_file, write_pack

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
_later = count(1)


def now() -> datetime:
    return NOW


def touch(path: Path) -> None:
    """As if saved a second later than the time before: file systems with coarse clocks must not hide it."""
    at = 1_800_000_000 + next(_later)
    os.utime(path, (at, at))


def retitle(core: Path, old: str, new: str) -> None:
    spoil(core, f"title: {old}", f"title: {new}")
    touch(topic_file(core))


@pytest.fixture
def core(tmp_path: Path) -> Path:
    return write_pack(tmp_path / "core")


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "kept")


def test_nothing_changed_is_no_reload_and_is_kept_once(core: Path, history: History) -> None:
    watch = Watch(core, None, history)
    served = watch.holder.current
    assert not any(watch.look(now).reloaded for _ in range(3))
    assert watch.holder.current is served
    (load,) = history.loads()
    assert (load.at, load.version, load.good, load.overlay) == (NOW, "2026.11.1", True, None)


def test_a_changed_page_is_served_at_the_next_look(core: Path, history: History) -> None:
    watch = Watch(core, None, history)
    watch.look(now)
    retitle(core, "A failed Step", "A Step twice")
    assert watch.look(now).reloaded
    assert watch.holder.current.topics["step-failure"].title == "A Step twice"
    assert not watch.look(now).reloaded
    assert [load.number for load in history.loads()] == [1, 2]


def test_a_broken_pack_never_replaces_a_good_one_and_is_told_once(core: Path, history: History) -> None:
    watch = Watch(core, None, history)
    watch.look(now)
    served = watch.holder.current
    spoil(core, "weight: 90", "weight: heavy")
    touch(topic_file(core))
    turn = watch.look(now)
    assert [fault.field for fault in turn.faults] == ["weight"]
    assert watch.look(now).faults == ()
    assert watch.holder.current is served
    assert len(history.loads()) == 1
    topic_file(core).write_text(TOPIC)
    touch(topic_file(core))
    assert watch.look(now).reloaded
    assert len(history.loads()) == 1, "it is the state that was kept already"


def test_a_page_added_to_and_removed_from_the_communitys_folder(core: Path, history: History, tmp_path: Path) -> None:
    overlay = tmp_path / "ours"
    overlay.mkdir()
    watch = Watch(core, overlay, history)
    (overlay / "topics").mkdir()
    page = overlay / "topics" / "night-shifts.yaml"
    own = TOPIC.replace("id: step-failure", "id: night-shifts").replace("title: A failed Step", "title: Nights")
    page.write_text(own.replace("[failed step]", "[nights]").replace("I failed step 1", "a year of nights"))
    assert watch.look(now).faults == ()
    assert set(watch.holder.current.topics) == {"step-failure", "night-shifts"}
    page.unlink()
    assert watch.look(now).reloaded
    assert set(watch.holder.current.topics) == {"step-failure"}


def test_a_fault_that_goes_with_a_file_of_the_wrong_ending_is_noticed(core: Path, history: History) -> None:
    watch = Watch(core, None, history)
    stray = core / "topics" / "more.yml"
    stray.write_text("id: more\n")
    assert [fault.field for fault in watch.look(now).faults] == ["file"]
    stray.unlink()
    assert watch.look(now).reloaded


def test_a_history_that_cannot_be_written_does_not_stop_the_pages(core: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "kept"
    blocked.write_text("a file where the folder should be")
    watch = Watch(core, None, History(blocked))
    assert watch.look(now).unkept in ("FileExistsError", "NotADirectoryError")
    retitle(core, "A failed Step", "A Step twice")
    assert watch.look(now).reloaded


@pytest.fixture
def running(core: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> App:
    monkeypatch.setattr(composition, "CORE_PACK", core)
    return App(Settings(data_dir=tmp_path / "data"), ManualClock(NOW))


async def test_the_bot_says_in_one_line_what_it_took_in_or_refused(running: App, core: Path) -> None:
    retitle(core, "A failed Step", "A Step twice")
    with capture_logs() as told:
        await running.look_at_content()
        spoil(core, "weight: 90", "weight: heavy")
        touch(topic_file(core))
        await running.look_at_content()
        await running.look_at_content()
    assert [line["event"] for line in told] == ["content_reloaded", "content_refused"]
    assert "step-failure.yaml:6: weight:" in told[1]["first"]
    assert running.holder.current.topics["step-failure"].title == "A Step twice"
    await running.database.dispose()


async def test_the_content_is_one_of_the_jobs_of_the_runner(running: App) -> None:
    await running.prepare()
    await running.start_background(())
    assert running.runner is not None
    assert "content" in running.runner.ages()
    await running.stop()
