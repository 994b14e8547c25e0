"""The parts of the search: words made plain, issues taken apart, other languages, the tokenizer and the model."""

from __future__ import annotations

import numpy as np
import pytest

from content.search.encoder import Encoder
from content.search.language import is_foreign
from content.search.model import features, fit, rarity_of
from content.search.words import Speller, clauses, plain


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder()


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("My PD wants a LOR", "my program director wants a letter of recommendation"),
        ("J-1 or H1-B?", "j1 visa or h1b visa?"),
        ("step2ck", "step 2 ck"),
        ("IM and FM", "internal medicine and family medicine"),
        ("im tired", "i'm tired"),
        ("soooo   late", "soo late"),
        ("he\u200bllo", "hello"),
        ("didn’t", "didn't"),
        ("", ""),
    ],
)
def test_words_are_made_plain(typed: str, read: str) -> None:
    assert plain(typed) == read


def test_a_slip_becomes_the_word_that_the_pages_know() -> None:
    phrases = ["academic probation", "probation in school", "academic warning", "school"] * 2
    mend = Speller(phrases, frozenset({"medicine"}))
    assert mend("acadmic probtion") == "academic probation"
    assert mend("medicine") == "medicine"
    assert mend("xqzt") == "xqzt"


def test_issues_are_taken_apart() -> None:
    assert clauses("failed step 1, graduated in 2014, need a visa") == (
        "failed step 1",
        "graduated in 2014",
        "need a visa",
    )
    assert clauses("failed step 1 in 2014") == ()
    assert len(clauses("one two three, " * 40)) == 5


@pytest.mark.parametrize(
    "text",
    [
        "¿Cómo puedo pedir una carta?",
        "Ich habe eine Frage zu der Prüfung",
        "как дела",
        "明日は何時ですか",
        "kya haal hai bhai",
    ],
)
def test_other_languages_are_told(text: str) -> None:
    assert is_foreign(text)


@pytest.mark.parametrize(
    "text",
    ["I failed step 1", "résumé gap, what do I say", "my name is Müller and I need a letter", "CK 210", "lol", "42"],
)
def test_english_stays_english(text: str) -> None:
    assert not is_foreign(text)


def test_the_tokenizer_gives_the_numbers_of_the_model(encoder: Encoder) -> None:
    # From the model's published tokenizer: [CLS] hello , world ! [SEP], and a word in pieces.
    assert encoder.pieces.numbers("Hello, wörld!", 20) == [101, 7592, 1010, 2088, 999, 102]
    assert encoder.pieces.numbers("unaffable", 20) == [101, 14477, 20961, 3468, 102]
    assert len(encoder.pieces.numbers("word " * 500, 20)) == 20


def test_a_vector_has_length_one_and_does_not_depend_on_its_neighbours(encoder: Encoder) -> None:
    alone = encoder.encode(["I failed step 1"])
    together = encoder.encode(["a much longer sentence about something else", "I failed step 1"])
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    assert np.allclose(alone[0], together[1], atol=1e-4)


def test_meaning_is_nearer_than_words(encoder: Encoder) -> None:
    asked, same, other = encoder.encode(
        ["I did not pass my exam", "the test was a failure for me", "I did not pass my neighbour in the street"]
    )
    assert asked @ same > asked @ other - 0.1
    assert asked @ same > 0.4


def test_nothing_to_encode(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, 384)


def test_a_fit_finds_its_own_lessons(encoder: Encoder) -> None:
    texts = ["failed the exam", "exam not passed", "visa refused", "embassy said no", "hello there", "good night"]
    taught = ["exam", "exam", "visa", "visa", "_none", "_none"]
    linear = fit(encoder.encode(texts), texts, taught)
    scores = linear.scores(encoder.encode(texts), texts)
    assert linear.labels == ("exam", "visa")
    assert scores.topics.argmax(axis=1).tolist()[:4] == [0, 0, 1, 1]
    assert (scores.none[4:] > scores.topics[4:].max(axis=1)).all()


def test_features_of_a_text_without_letters() -> None:
    table = features(np.zeros((1, 384), np.float32), ["..."], rarity_of(["one", "two"]))
    assert np.isfinite(table).all()
