"""The proof of delivery itself: each scenario plays, in small, and no nudge is lost or doubled in it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date

import pytest

from bench.delivery import crowd, growth, kills, page, trouble, year
from bench.delivery.figures import Figure, Scenario, counted, missed
from tests.databases import Kind

Play = Callable[[Kind], Awaitable[list[Figure]]]
PLAYS: dict[str, Play] = {
    "crowd and kills": lambda kind: _at_once(crowd.on(kind, 30, 6), kills.on(kind, 4, 0, stops=0)),
    "growth": lambda kind: growth.on(kind, 200, 1_000),
    "trouble": lambda kind: trouble.on(kind, 6, 2),
    "year": lambda kind: year.on(kind, 4),
}


async def _at_once(*plays: Awaitable[list[Figure]]) -> list[Figure]:
    """Both mostly wait, for leases and for people who are due."""
    return [figure for figures in await asyncio.gather(*plays) for figure in figures]


@pytest.mark.parametrize("name", PLAYS)
async def test_a_scenario_in_small(name: str) -> None:
    figures = await PLAYS[name]("sqlite")
    assert [one for one in figures if one.vital and one.met is False] == []
    assert any(one.met for one in figures)


def test_the_oracle_of_the_year_knows_both_changes_of_the_clocks() -> None:
    (new_york,) = {one.last.year for one in year.reminders(365) if one.zone == "America/New_York"}
    assert new_york == 2027
    nights = {one.user for one in year.reminders(365) if one.user.startswith("America/New_York 02:30")}
    assert nights == {"America/New_York 02:30:00 2027-03-14", "America/New_York 02:30:00 2027-11-07"}


def test_a_lost_nudge_is_told_with_its_cause() -> None:
    lost = counted("Lost", "SQLite", 2, of=10, cause="The worker slept.")
    played = [Scenario("1. A crowd", "How.", [lost, counted("Doubled", "SQLite", 0, of=10)], 60.0)]
    assert missed(played) == [lost]
    text = page.document(played, date(2026, 11, 2), 0.5, quick=False)
    assert "**1 of 2 goals are met.** Missed:\n\n- Lost (SQLite): 2 of 10" in text
    assert "| Lost | SQLite | 2 of 10 | 0 | missed |" in text
    assert "- Lost: The worker slept." in text
