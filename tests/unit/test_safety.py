"""What must be heard, and what must not be mistaken for it: the rules alone, in words that no file of ours holds."""

from __future__ import annotations

import pytest

from content.search.safety import is_figure_of_speech, says_distress, says_harm
from content.search.words import plain


@pytest.mark.parametrize(
    "text",
    [
        "I don't want to live anymore",
        "I do not want to be alive after this result, how do I apply next year",
        "i wanna die",
        "I want to kill myself.",
        "thinking about ending my life",
        "I’m suicidal",
        "my friend said she wants to end her life, what do I do",
        "he told us he'd rather be dead",
        "no reason to keep living",
        "everyone would be better off without me",
        "I keep hurting myself since March",
        "she posted a farewell message and doesn't answer",
        "tired of living like this",
        "what is the point of living",
        "failed CK twice, can't go on living, is family medicine possible",
        "quiero morir",
        "मैं मरना चाहता हूँ",
    ],
)
def test_distress_is_heard(text: str) -> None:
    assert says_distress(plain(text))


@pytest.mark.parametrize(
    "text",
    [
        "this exam is killing me",
        "this waiting will be the death of me",
        "I'm dying to know my score",
        "I nearly died of embarrassment on zoom",
        "is it career suicide to leave my residency",
        "my poster is about suicide prevention in students",
        "a patient of mine died by suicide and I took two months off",
        "my father died in my final year and I failed",
        "the deadline is killing us lol",
        "I don't want to live in a small town",
        "I don't want to be here at Christmas, can I move the interview",
        "I am done with this application",
        "my phone died during the interview",
        "no reason to apply to surgery again",
        "nobody replies to my emails",
    ],
)
def test_a_figure_of_speech_is_not_distress(text: str) -> None:
    assert not says_distress(plain(text))


@pytest.mark.parametrize(
    "text",
    [
        "I was sexually harassed by my preceptor",
        "the resident groped me in the elevator",
        "my attending touched my leg",
        "he threatened to ruin my visa",
        "racist remarks from the senior resident every day",
        "I am being bullied on my rotation",
        "she slapped me in the OR",
    ],
)
def test_harm_is_heard(text: str) -> None:
    assert says_harm(plain(text))


@pytest.mark.parametrize(
    "text",
    [
        "I argued with my preceptor about a plan",
        "I was accused of harassment and suspended",
        "did I harass the coordinator with three emails",
        "my research is about workplace harassment",
        "do programs discriminate by year of graduation",
        "the attending was strict and gave me a low grade",
    ],
)
def test_conflict_and_ones_own_conduct_are_not_harm(text: str) -> None:
    assert not says_harm(plain(text))


def test_what_is_thrown_at_the_bot_is_not_a_call_for_help() -> None:
    assert is_figure_of_speech(plain("stupid bot, go and die"))
