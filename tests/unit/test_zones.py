import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.zones import MOST_CHOICES, UnknownZone, ZoneAnswer, city, find_zone, guess_zones, is_zone, tables, zone
from scheduler.zones.places import COUNTRY_NAMES, LOCALE_GUESSES, PLACES, SAME_AS, SHORT_FORMS

WINTER = datetime(2026, 12, 1, 6, tzinfo=UTC)
SUMMER = datetime(2027, 7, 1, 6, tzinfo=UTC)
ROOT = Path(__file__).parents[2]

# The languages that Discord sends: https://discord.com/developers/docs/reference#locales
DISCORD_LOCALES = (
    "id", "da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt", "hu", "nl", "no", "pl", "pt-BR",
    "ro", "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi", "th", "zh-CN", "ja", "zh-TW", "ko",
)  # fmt: skip


def found(text: str, now: datetime = WINTER) -> ZoneAnswer:
    return find_zone(text, now=now)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Asia/Karachi", "Asia/Karachi"),
        ("asia/karachi", "Asia/Karachi"),
        (" ASIA / KARACHI ", "Asia/Karachi"),
        ("america/new york", "America/New_York"),
        ("America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("new york", "America/New_York"),
        ("New_York", "America/New_York"),
        ("karachi", "Asia/Karachi"),
        ("Lagos", "Africa/Lagos"),
        ("lagos, nigeria", "Africa/Lagos"),
        ("lagos nigeria", "Africa/Lagos"),
        ("hyderabad, pakistan", "Asia/Karachi"),
        ("Hyderabad India", "Asia/Kolkata"),
        ("Mumbai", "Asia/Kolkata"),
        ("São Paulo", "America/Sao_Paulo"),
        ("sao paulo", "America/Sao_Paulo"),
        ("Bogotá", "America/Bogota"),
        ("karachi time", "Asia/Karachi"),
        ("New York City", "America/New_York"),
        ("Houston, TX", "America/Chicago"),
        ("new jersey", "America/New_York"),
        ("Washington State", "America/Los_Angeles"),
        ("india", "Asia/Kolkata"),
        ("INDIA", "Asia/Kolkata"),
        ("pakistan", "Asia/Karachi"),
        ("Pakistan Standard Time", "Asia/Karachi"),
        ("nigeria", "Africa/Lagos"),
        ("egypt", "Africa/Cairo"),
        ("nepal", "Asia/Kathmandu"),
        ("the philippines", "Asia/Manila"),
        ("bangladesh", "Asia/Dhaka"),
        ("sri lanka", "Asia/Colombo"),
        ("UAE", "Asia/Dubai"),
        ("saudi arabia", "Asia/Riyadh"),
        ("uk", "Europe/London"),
        ("England", "Europe/London"),
        ("Türkiye", "Europe/Istanbul"),
        ("turkey", "Europe/Istanbul"),
        ("Côte d’Ivoire", "Africa/Abidjan"),
        ("germany", "Europe/Berlin"),
        ("norway", "Europe/Oslo"),
        ("grenada", "America/Grenada"),
        ("dominica", "America/Dominica"),
        ("singapore", "Asia/Singapore"),
        ("argentina", "America/Argentina/Buenos_Aires"),
        ("US/Eastern", "America/New_York"),
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("Europe/Kiev", "Europe/Kyiv"),
        ("PKT", "Asia/Karachi"),
    ],
)
def test_places_are_found_as_people_type_them(typed: str, name: str) -> None:
    assert found(typed) == ZoneAnswer("found", name)


@pytest.mark.parametrize("typed", ["EST", "est", "PST", "IST", "BST", "CST", "MST", "GMT", "ET", "Eastern Time", "CET"])
@pytest.mark.parametrize("now", [WINTER, SUMMER])
def test_short_forms_lead_to_real_places_and_never_to_an_offset(typed: str, now: datetime) -> None:
    answer = found(typed, now)  # E18
    assert answer.kind == "choose"
    assert answer.zone is None
    assert len(answer.choices) > 1
    assert answer.message
    for name in answer.choices:
        assert "/" in name
        assert not tables.is_fixed(name)


def test_the_choices_for_a_short_form_are_the_places_that_use_it() -> None:
    assert {"America/New_York", "America/Jamaica"} <= set(found("EST").choices)
    assert {"Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"} == set(found("IST").choices)
    assert {"Europe/London", "Asia/Dhaka"} == set(found("BST").choices)


@pytest.mark.parametrize(
    ("typed", "fixed", "place"),
    [
        ("GMT+5", "Etc/GMT-5", "Asia/Karachi"),
        ("utc +5", "Etc/GMT-5", "Asia/Karachi"),
        ("+05:00", "Etc/GMT-5", "Asia/Karachi"),
        ("Etc/GMT-5", "Etc/GMT-5", "Asia/Karachi"),
        ("UTC+5:30", None, "Asia/Kolkata"),
        ("GMT+0545", None, "Asia/Kathmandu"),
        ("UTC−5", "Etc/GMT+5", "America/New_York"),
        ("UTC", "Etc/UTC", "Europe/London"),
        ("utc+0", "Etc/UTC", "Africa/Accra"),
    ],
)
def test_an_offset_is_taken_with_a_warning_and_places_at_hand(typed: str, fixed: str | None, place: str) -> None:
    answer = found(typed)  # E18
    assert answer.kind == "offset"
    assert answer.zone == fixed
    assert "summer" in answer.message
    assert place in answer.choices
    assert len(answer.choices) <= MOST_CHOICES
    clocks = {WINTER.astimezone(zone(name)).utcoffset() for name in answer.choices}
    assert len(clocks) == 1
    if fixed:
        assert {WINTER.astimezone(zone(fixed)).utcoffset()} == clocks


def test_the_places_at_an_offset_are_those_of_today() -> None:
    assert "America/New_York" in found("UTC-5", WINTER).choices
    assert "America/New_York" not in found("UTC-5", SUMMER).choices
    assert "America/Chicago" in found("UTC-5", SUMMER).choices


@pytest.mark.parametrize("typed", ["UTC+25", "GMT-13", "+5:75", "utc+99:99"])
def test_an_offset_that_no_place_has_is_refused(typed: str) -> None:
    assert found(typed).kind == "unknown"


@pytest.mark.parametrize(
    ("typed", "first", "count"),
    [("usa", "America/New_York", 8), ("canada", "America/Toronto", 10), ("brazil", "America/Sao_Paulo", 4)],
)
def test_a_country_with_several_clocks_leads_to_one_place_for_each(typed: str, first: str, count: int) -> None:
    answer = found(typed)
    assert answer.kind == "choose"
    assert answer.choices[0] == first
    assert len(answer.choices) == count
    year = [WINTER + timedelta(days=day) for day in range(0, 365, 7)]
    clocks = {tuple(day.astimezone(zone(name)).utcoffset() for day in year) for name in answer.choices}
    assert len(clocks) == len(answer.choices)


@pytest.mark.parametrize(
    ("typed", "choices"),
    [
        ("hyderabad", {"Asia/Karachi", "Asia/Kolkata"}),
        ("georgia", {"America/New_York", "Asia/Tbilisi"}),
        ("texas", {"America/Chicago", "America/Denver"}),
        ("tripoli", {"Africa/Tripoli", "Asia/Beirut"}),
    ],
)
def test_a_name_of_two_places_is_asked_back(typed: str, choices: set[str]) -> None:
    answer = found(typed)
    assert answer.kind == "choose"
    assert set(answer.choices) == choices


@pytest.mark.parametrize(
    ("typed", "near"), [("karachii", "Asia/Karachi"), ("lahor", "Asia/Karachi"), ("Kathmndu", "Asia/Kathmandu")]
)
def test_a_misspelt_place_is_offered_and_not_taken(typed: str, near: str) -> None:
    answer = found(typed)
    assert answer.kind == "unknown"
    assert answer.zone is None
    assert near in answer.choices


@pytest.mark.parametrize(
    "typed", ["", "   ", "🇵🇰", "zzzz", "x" * 10_000, "../../etc/passwd", "@everyone", "\u200b", "12345", "Factory"]
)
def test_what_is_no_place_gets_a_helpful_sentence(typed: str) -> None:
    answer = found(typed)
    assert answer.kind == "unknown"
    assert "city" in answer.message
    assert typed.strip() == "" or typed not in answer.message


@given(st.text(max_size=90))
def test_any_text_gets_an_answer_with_real_zones(typed: str) -> None:
    answer = found(typed)
    assert all(is_zone(name) for name in answer.choices)
    assert answer.zone is None or is_zone(answer.zone)
    assert (answer.kind == "found") == (not answer.message)


def test_zones_by_exact_name_only() -> None:
    assert is_zone("Asia/Karachi")
    assert not is_zone("asia/karachi")
    assert not is_zone("Factory")
    assert zone("Asia/Karachi") == ZoneInfo("Asia/Karachi")
    for name in ("", "Nowhere", "../../etc/passwd", "asia/karachi"):
        with pytest.raises(UnknownZone):
            zone(name)


def test_a_zone_has_a_name_for_a_button() -> None:
    assert city("America/New_York") == "New York"
    assert city("America/Argentina/Buenos_Aires") == "Buenos Aires"


def test_our_own_tables_name_zones_and_countries_that_exist() -> None:
    listed = [*PLACES, *(name for group in (SHORT_FORMS, LOCALE_GUESSES) for zones in group.values() for name in zones)]
    assert [name for name in listed if not is_zone(name)] == []
    assert set(COUNTRY_NAMES) <= set(tables.zones_of_country())
    assert set(SAME_AS.values()) <= set(SHORT_FORMS)


@pytest.mark.parametrize("locale", [*DISCORD_LOCALES, None, "", "xx", "tlh-001"])
def test_each_locale_has_a_handful_of_guesses(locale: str | None) -> None:
    guesses = guess_zones(locale)
    assert 1 <= len(guesses) <= 5
    assert all(is_zone(name) for name in guesses)


@pytest.mark.parametrize(
    ("locale", "first"),
    [
        ("en-US", "America/New_York"),
        ("en-GB", "Europe/London"),
        ("hi", "Asia/Kolkata"),
        ("pt-BR", "America/Sao_Paulo"),
        ("zh-TW", "Asia/Taipei"),
        ("sv-SE", "Europe/Stockholm"),
        ("uk", "Europe/Kyiv"),
        ("es-ES", "Europe/Madrid"),
        ("ar-EG", "Africa/Cairo"),
    ],
)
def test_the_first_guess_is_the_likeliest(locale: str, first: str) -> None:
    assert guess_zones(locale)[0] == first


def test_zones_work_without_the_systems_zone_files() -> None:
    """Scenarios E12 and E19: a slim image has none, and the machine's own zone never matters."""
    program = (
        "from datetime import datetime, timezone\n"
        "from scheduler.dates import read_when\n"
        "from scheduler.zones import find_zone\n"
        "now = datetime(2027, 7, 1, 6, tzinfo=timezone.utc)\n"
        "print(find_zone('new york', now=now).zone, find_zone('india', now=now).zone)\n"
        "print(read_when('tomorrow 9am', now=now, tz='America/New_York').isoformat())\n"
    )
    environment = {"PYTHONTZPATH": "", "TZ": "Pacific/Auckland"}
    run = subprocess.run(
        [sys.executable, "-c", program], env=environment, cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout.splitlines() == ["America/New_York Asia/Kolkata", "2027-07-02T09:00:00-04:00"]
