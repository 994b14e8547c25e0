"""The days of a season: a date in its file beats the rule, and the rules give the dates that are known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from content.catalog import Catalog
from content.loader import load_pack
from content.paths import CORE_PACK
from content.plans import DayRule, Milestone
from content.seasons import SeasonDay, days_of, season_of, weekday_of
from tests.unit.packs import write_pack

KNOWN = {
    "eras-opens": ["2024-06-05", "2025-06-04", "2026-06-03", "2027-06-02"],
    "token-on-sale": ["2023-06-28", "2026-06-24"],
    "submit-opens": ["2023-09-06", "2024-09-04", "2025-09-03", "2026-09-02", "2027-09-01"],
    "documents-in": ["2024-09-17", "2026-09-15", "2027-09-14"],
    "nrmp-opens": ["2022-09-15", "2023-09-15", "2024-09-16", "2025-09-15", "2026-09-15", "2027-09-15"],
    "review-opens": ["2023-09-27", "2024-09-25", "2025-09-24", "2026-09-23", "2027-09-22"],
    # Not 2024: it was 31 December 2023, and then reopened. No rule gives that.
    "pathways-close": ["2023-01-31", "2026-01-31", "2027-01-31", "2028-01-31"],
    "nrmp-standard-ends": ["2023-01-31", "2024-01-31", "2025-01-31", "2026-01-30", "2027-01-29", "2028-01-31"],
    "ranking-opens": ["2023-02-01", "2024-02-01", "2026-02-02", "2027-02-01", "2028-02-01"],
    "rank-list-due": ["2023-03-01", "2024-02-28", "2025-03-05", "2026-03-04", "2027-03-03", "2028-03-01"],
    "match-week": ["2023-03-13", "2024-03-11", "2025-03-17", "2026-03-16", "2027-03-15", "2028-03-13"],
    "soap-starts": ["2023-03-13", "2024-03-11", "2025-03-17", "2026-03-16", "2027-03-15", "2028-03-13"],
    "soap-rounds": ["2023-03-16", "2024-03-14", "2025-03-20", "2026-03-19", "2027-03-18", "2028-03-16"],
    "match-day": ["2023-03-17", "2024-03-15", "2025-03-21", "2026-03-20", "2027-03-19", "2028-03-17"],
    "eras-ends": ["2025-05-31", "2026-05-31", "2027-05-31", "2028-05-31"],
}
"""The dates that were read or worked out by hand, by milestone."""

HOURS = {
    "eras-opens": "09:00",
    "submit-opens": "09:00",
    "review-opens": "09:00",
    "nrmp-opens": "12:00",
    "nrmp-standard-ends": "23:59",
    "ranking-opens": "12:00",
    "rank-list-due": "21:00",
    "match-week": "10:00",
    "soap-rounds": "09:00",
    "match-day": "12:00",
    "eras-ends": "17:00",
}

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = range(5)
WEEKDAYS = {
    "eras-opens": WEDNESDAY,
    "token-on-sale": WEDNESDAY,
    "submit-opens": WEDNESDAY,
    "documents-in": TUESDAY,
    "review-opens": WEDNESDAY,
    "rank-list-due": WEDNESDAY,
    "match-week": MONDAY,
    "soap-starts": MONDAY,
    "soap-rounds": THURSDAY,
    "match-day": FRIDAY,
}


KNOWN_DATES = [(name, date.fromisoformat(day)) for name, days in KNOWN.items() for day in days]


def season_with(day: date) -> int:
    return day.year + (day.month >= 6)


@pytest.fixture(scope="module")
def core() -> Catalog:
    return load_pack(CORE_PACK)


def test_the_core_pack_has_exactly_the_milestones_of_the_table(core: Catalog) -> None:
    assert {key for key, milestone in core.milestones.items() if milestone.kind == "season"} == set(KNOWN)


@pytest.mark.parametrize(("name", "day"), KNOWN_DATES)
def test_the_rules_give_the_dates_that_are_known(core: Catalog, name: str, day: date) -> None:
    season = season_with(day)
    (found,) = [found for found in days_of(season, core.milestones, None) if found.milestone.id == name]
    assert (found.day, found.season, found.status) == (day, season, "projected")


@pytest.mark.parametrize("year", range(2023, 2036))
def test_every_season_has_its_pattern(core: Catalog, year: int) -> None:
    days = days_of(year, core.milestones, None)
    by_name = {found.milestone.id: found.day for found in days}
    assert {name: by_name[name].weekday() for name in WEEKDAYS} == WEEKDAYS
    assert list(days) == sorted(days, key=lambda found: found.at)
    assert by_name["review-opens"] - by_name["submit-opens"] == timedelta(days=21)
    assert 15 <= by_name["match-day"].day <= 21
    assert by_name["match-day"] - by_name["rank-list-due"] == timedelta(days=16)
    assert all(by_name[name].weekday() < 5 for name in ("nrmp-opens", "nrmp-standard-ends", "ranking-opens"))
    assert all(date(year - 1, 6, 1) <= found.day <= date(year, 6, 30) for found in days)


@pytest.mark.parametrize("year", [2027, 2028])
def test_the_files_of_the_core_pack_agree_with_the_table(core: Catalog, year: int) -> None:
    dated = {entry.milestone: entry.day for entry in core.seasons[year].dates}
    expected = {name: day for name, day in KNOWN_DATES if season_with(day) == year and name in dated}
    assert expected
    assert {name: dated[name] for name in expected} == expected


def test_the_hours_are_those_of_the_official_zone(core: Catalog) -> None:
    assert {name: core.milestones[name].time for name in HOURS} == HOURS
    assert {milestone.zone for milestone in core.milestones.values()} == {"America/New_York"}


def test_no_date_of_the_core_pack_is_called_verified_without_a_source(core: Catalog) -> None:
    for year in core.seasons:
        for found in core.season(year):
            assert found.check_at.startswith("https://")
            assert found.status != "verified" or found.source is not None


@pytest.mark.parametrize(
    ("now", "season"),
    [
        ("2026-11-25T12:00:00+00:00", 2027),
        ("2027-03-19T16:00:00+00:00", 2027),
        ("2027-06-01T03:59:00+00:00", 2027),  # still 31 May in New York
        ("2027-06-01T04:00:00+00:00", 2028),
        ("2027-06-01T08:00:00+05:00", 2027),
        ("2026-12-31T23:59:00-05:00", 2027),
        ("2027-01-01T00:00:00-05:00", 2027),
    ],
)
def test_the_season_that_is_under_way(now: str, season: int) -> None:
    assert season_of(datetime.fromisoformat(now)) == season


def milestone(name: str, rule: Mapping[str, object], time: str = "09:00", zone: str = "America/New_York") -> Milestone:
    return Milestone.model_validate(
        {
            "id": name,
            "kind": "season",
            "title": "A milestone",
            "short": "Something opens.",
            "time": time,
            "zone": zone,
            "rule": rule,
            "check_at": "https://www.nrmp.org",
        }
    )


def only(year: int, *milestones: Milestone) -> SeasonDay:
    return days_of(year, {found.id: found for found in milestones}, None)[0]


@pytest.mark.parametrize(
    ("time", "rule", "instant"),
    [
        ("02:30", {"month": 3, "day": 14}, "2027-03-14T07:30"),  # there is no 02:30: an hour on, 03:30
        ("01:30", {"month": 11, "day": 1}, "2026-11-01T05:30"),  # there are two: the first
        ("12:00", {"month": 3, "day": 13}, "2027-03-13T17:00"),
        ("12:00", {"month": 3, "day": 15}, "2027-03-15T16:00"),
    ],
)
def test_an_hour_that_the_clocks_skip_or_show_twice(time: str, rule: dict[str, int], instant: str) -> None:
    found = only(2027, milestone("x", rule, time))
    assert found.at == datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert found.at.tzinfo is UTC


def test_a_milestone_has_a_zone_of_its_own() -> None:
    assert only(2027, milestone("x", {"month": 3, "day": 15}, zone="Asia/Karachi")).at.hour == 4


@pytest.mark.parametrize(
    ("year", "rule", "day"),
    [
        (2027, {"month": 1, "day": 31, "weekend": "before"}, date(2027, 1, 29)),  # a Sunday
        (2026, {"month": 1, "day": 31, "weekend": "before"}, date(2026, 1, 30)),  # a Saturday
        (2026, {"month": 1, "day": 31, "weekend": "after"}, date(2026, 2, 2)),
        (2027, {"month": 1, "day": 31, "weekend": "after"}, date(2027, 2, 1)),
        (2028, {"month": 1, "day": 31, "weekend": "before"}, date(2028, 1, 31)),
        (2027, {"month": 1, "day": 31}, date(2027, 1, 31)),
        (2027, {"month": 5, "day": 31}, date(2027, 5, 31)),
        (2027, {"month": 6, "day": 1}, date(2026, 6, 1)),
        (2027, {"month": 6, "weekday": 2, "nth": -1}, date(2026, 6, 24)),
        (2028, {"month": 2, "weekday": 1, "nth": -1}, date(2028, 2, 29)),
        (2027, {"month": 9, "weekday": 1, "nth": 1}, date(2026, 9, 1)),
    ],
)
def test_a_rule_of_each_kind(year: int, rule: dict[str, object], day: date) -> None:
    assert only(year, milestone("x", rule)).day == day


def test_a_distance_follows_what_it_hangs_on_through_a_chain() -> None:
    chain = {
        "c": milestone("c", {"of": "b", "days": -3}),
        "b": milestone("b", {"of": "a", "days": 7}),
        "a": milestone("a", {"month": 3, "weekday": FRIDAY, "nth": 3}),
    }
    days = {found.milestone.id: found.day for found in days_of(2027, chain, None)}
    assert days == {"a": date(2027, 3, 19), "b": date(2027, 3, 26), "c": date(2027, 3, 23)}
    assert [weekday_of(name, chain) for name in "abc"] == [FRIDAY, FRIDAY, TUESDAY]


def test_a_rule_that_leads_in_a_circle_or_nowhere_is_an_error_and_not_a_hang() -> None:
    for chain in ([("a", "b"), ("b", "a")], [("a", "a")], [("a", "nowhere")]):
        with pytest.raises(ValueError, match="no rule that leads to a day"):
            days_of(2027, {name: milestone(name, {"of": other}) for name, other in chain}, None)


@pytest.mark.parametrize(
    "rule",
    [
        {"month": 3},
        {"month": 3, "day": 1, "of": "match-day"},
        {"month": 3, "day": 1, "nth": 1},
        {"month": 3, "day": 1, "days": 2},
        {"of": "match-day", "nth": 2},
        {"month": 6, "day": 31},
        {"month": 2, "day": 29},
        {"month": 3, "weekday": 4, "nth": 5},
        {"month": 3, "weekday": 4, "nth": 0},
        {},
    ],
)
def test_a_rule_that_is_none_or_two_is_refused(rule: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        DayRule.model_validate(rule)


MATCH_DAY = """\
id: match-day
kind: season
title: Match Day
short: Noon, and everybody knows.
time: "12:00"
rule: {month: 3, weekday: 4, nth: 3}
check_at: https://www.nrmp.org
"""
RANK_LIST = """\
id: rank-list
kind: season
title: Rank list due
short: The list has to be certified.
time: "21:00"
rule: {of: match-day, days: -16}
check_at: https://www.nrmp.org
"""
EXAM = "id: exam\nkind: own\ntitle: An exam\nshort: A Step or OET.\n"
SEASON = """\
id: "2027"
season: 2027
sources:
  nrmp: {title: NRMP, url: "https://www.nrmp.org", checked: 2026-11-20}
dates:
  - {milestone: match-day, day: 2027-03-26, status: verified, source: nrmp, checked: 2026-11-20}
"""


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = write_pack(tmp_path / "pack")
    put(folder, "milestones/match-day", MATCH_DAY)
    put(folder, "milestones/rank-list", RANK_LIST)
    put(folder, "milestones/exam", EXAM)
    put(folder, "seasons/2027", SEASON)
    return folder


def put(folder: Path, name: str, text: str) -> None:
    path = folder / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def shown(catalog: Catalog, year: int = 2027) -> list[tuple[str, str, str]]:
    return [(found.milestone.id, str(found.day), found.status) for found in catalog.season(year)]


class TestCatalog:
    def test_a_date_in_the_file_beats_the_rule_also_for_what_hangs_on_it(self, pack: Path) -> None:
        catalog = load_pack(pack)
        assert shown(catalog) == [("rank-list", "2027-03-10", "projected"), ("match-day", "2027-03-26", "verified")]
        rank_list, match_day = catalog.season(2027)
        assert match_day.source is not None
        assert (match_day.source.title, match_day.checked) == ("NRMP", date(2026, 11, 20))
        assert (rank_list.source, rank_list.checked, rank_list.check_at) == (None, None, "https://www.nrmp.org")

    def test_a_season_without_a_file_is_projected(self, pack: Path) -> None:
        assert shown(load_pack(pack), 2028) == [
            ("rank-list", "2028-03-01", "projected"),
            ("match-day", "2028-03-17", "projected"),
        ]

    def test_a_date_may_have_another_time_and_a_note(self, pack: Path) -> None:
        put(pack, "seasons/2027", SEASON.replace("status: verified", 'time: "13:30", note: Later., status: verified'))
        match_day = load_pack(pack).season(2027)[-1]
        assert (match_day.at, match_day.note) == (datetime(2027, 3, 26, 17, 30, tzinfo=UTC), "Later.")

    def test_a_season_is_worked_out_once_and_a_persons_own_dates_are_not_in_it(self, pack: Path) -> None:
        catalog = load_pack(pack)
        assert catalog.season(2027) is catalog.season(2027)
        assert [own.id for own in catalog.own_dates()] == ["exam"]
        assert set(catalog.milestones) == {"exam", "match-day", "rank-list"}

    def test_the_mappings_cannot_be_changed(self, pack: Path) -> None:
        catalog = load_pack(pack)
        with pytest.raises(TypeError):
            catalog.milestones["x"] = catalog.milestones["exam"]  # type: ignore[index]
        with pytest.raises(TypeError):
            catalog.seasons[2028] = catalog.seasons[2027]  # type: ignore[index]


class TestOverlay:
    def test_a_milestone_of_the_same_id_replaces(self, pack: Path, tmp_path: Path) -> None:
        put(tmp_path / "ours", "milestones/match-day", MATCH_DAY.replace("Match Day", "Our day"))
        catalog = load_pack(pack, tmp_path / "ours")
        assert catalog.milestones["match-day"].title == "Our day"
        assert set(catalog.milestones) == {"exam", "match-day", "rank-list"}

    def test_a_season_is_laid_over_date_by_date(self, pack: Path, tmp_path: Path) -> None:
        ours = SEASON.replace("nrmp", "ours").replace("title: NRMP", "title: Ours")
        ours = ours.replace("match-day, day: 2027-03-26", "rank-list, day: 2027-03-02")
        put(tmp_path / "ours", "seasons/2027", ours)
        catalog = load_pack(pack, tmp_path / "ours")
        assert shown(catalog) == [("rank-list", "2027-03-02", "verified"), ("match-day", "2027-03-26", "verified")]
        assert [found.source.title for found in catalog.season(2027) if found.source] == ["Ours", "NRMP"]

    def test_a_date_of_ours_replaces_and_may_name_a_source_of_the_core(self, pack: Path, tmp_path: Path) -> None:
        ours = "".join(line for line in SEASON.splitlines(keepends=True) if "title: NRMP" not in line)
        ours = ours.replace("sources:\n", "").replace("2027-03-26", "2027-03-19")
        put(tmp_path / "ours", "seasons/2027", ours)
        catalog = load_pack(pack, tmp_path / "ours")
        assert shown(catalog)[1] == ("match-day", "2027-03-19", "verified")
        assert [found.source.title for found in catalog.season(2027) if found.source] == ["NRMP"]

    def test_a_season_of_ours_alone_joins(self, pack: Path, tmp_path: Path) -> None:
        put(tmp_path / "ours", "seasons/2029", SEASON.replace("2027", "2029"))
        assert set(load_pack(pack, tmp_path / "ours").seasons) == {2027, 2029}
