"""For whom a paragraph of a page is: a table of what is wanted, what was told, and whether it is shown."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from commands.fitting import application, applies, unknown, years_since
from commands.guidance.pages import PARTS, page_card
from commands.profile_forms import SPECIALTIES
from content.schema import Applies
from storage.profiles import About
from tests.chat import core_catalog

TODAY = date(2026, 9, 23)


@pytest.mark.parametrize(
    ("wanted", "about", "shown"),
    [
        ({}, About(), True),
        ({}, About("neurology", 2015, "graduate", False, 2, "h1b"), True),
        ({"specialty": ["neurology", "psychiatry"]}, About(), True),
        ({"specialty": ["neurology", "psychiatry"]}, About("psychiatry"), True),
        ({"specialty": ["neurology", "psychiatry"]}, About("other"), False),
        ({"visa": ["j1"]}, About(visa="j1"), True),
        ({"visa": ["j1"]}, About(visa="none"), False),
        ({"visa": ["none"]}, About(), True),
        ({"years_since_graduation": {"least": 5}}, About(), True),
        ({"years_since_graduation": {"least": 5}}, About(graduation_year=2021), True),
        ({"years_since_graduation": {"least": 5}}, About(graduation_year=2022), False),
        ({"years_since_graduation": {"most": 2}}, About(graduation_year=2024), True),
        ({"years_since_graduation": {"most": 2}}, About(graduation_year=2023), False),
        ({"years_since_graduation": {"most": 0}}, About(graduation_year=2029), True),
        ({"attempts": {"least": 2}}, About(attempts=0), False),
        ({"attempts": {"least": 2, "most": 3}}, About(attempts=3), True),
        ({"attempts": {"least": 2, "most": 3}}, About(attempts=4), False),
        ({"status": "student"}, About(status="student"), True),
        ({"status": "student"}, About(status="graduate"), False),
        ({"in_us": False}, About(), True),
        ({"in_us": False}, About(in_us=False), True),
        ({"in_us": False}, About(in_us=True), False),
        ({"in_us": True}, About(in_us=False), False),
        ({"application": "eras"}, About(), True),
        ({"application": "eras"}, About("neurology"), True),
        ({"application": "eras"}, About("other"), True),
        ({"application": "eras"}, About("emergency-medicine"), False),
        ({"application": "residencycas"}, About("obstetrics-gynecology"), True),
        ({"application": "residencycas"}, About("internal-medicine"), False),
        ({"visa": ["h1b"], "attempts": {"least": 2}}, About(visa="h1b"), True),
        ({"visa": ["h1b"], "attempts": {"least": 2}}, About(visa="h1b", attempts=1), False),
    ],
)
def test_a_paragraph_is_left_out_only_when_it_contradicts(wanted: dict[str, Any], about: About, shown: bool) -> None:
    assert applies(Applies.model_validate(wanted), about, TODAY) is shown


def test_a_year_to_come_counts_as_none_passed() -> None:
    assert [years_since(year, TODAY) for year in (None, 2015, 2026, 2030)] == [None, 11, 0, 0]


def test_what_would_help_is_what_is_wanted_and_was_not_told() -> None:
    wishes = [
        Applies.model_validate(wanted) for wanted in ({"visa": ["j1"]}, {"in_us": False, "specialty": ["neurology"]})
    ]
    assert unknown(wishes, About()) == {"visa", "in_us", "specialty"}
    assert unknown(wishes, About("other")) == {"visa", "in_us"}
    assert unknown(wishes, About("other", in_us=True, visa="none")) == frozenset()
    assert unknown([Applies(application="eras")], About()) == {"specialty"}
    assert unknown((), About()) == frozenset()


def test_the_specialties_of_residencycas_can_be_told() -> None:
    told = {value for value, _ in SPECIALTIES}
    assert {value for value in told if application(value) == "residencycas"} == {
        "emergency-medicine", "obstetrics-gynecology",
    }  # fmt: skip


def test_every_specialty_that_a_page_names_can_be_told() -> None:
    named = {
        name for topic in core_catalog().topics.values() for each in topic.variants for name in each.applies.specialty
    }
    assert named <= {value for value, _ in SPECIALTIES} - {"other"}


def test_with_nothing_told_every_paragraph_is_there() -> None:
    catalog = core_catalog()
    for topic in catalog.topics.values():
        for part, _ in PARTS:
            texts = [page_card(topic, part, catalog, TODAY, about).plain() for about in (None, About())]
            for each in topic.variants:
                if each.part == part:
                    assert all(f"{each.label}:" in text for text in texts)


def test_the_question_stands_at_the_foot_and_only_where_an_answer_would_change_the_page() -> None:
    catalog = core_catalog()
    everything = About("neurology", 2015, "graduate", False, 2, "h1b")
    offered = 0
    for topic in catalog.topics.values():
        for part, _ in PARTS:
            labels = [button.label for button in page_card(topic, part, catalog, TODAY, About()).buttons()]
            assert "Fit this page to me" not in labels[:-1]
            assert topic.variants or "Fit this page to me" not in labels
            offered += labels[-1] == "Fit this page to me"
            full = page_card(topic, part, catalog, TODAY, everything)
            assert "Fit this page to me" not in [button.label for button in full.buttons()]
    assert offered >= len([topic for topic in catalog.topics.values() if topic.variants])
