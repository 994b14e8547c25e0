"""Every kind of id that was ever shipped still parses and finds its handler: a button from last season works."""

from __future__ import annotations

from pathlib import Path

import pytest

from commands.actions import BadAction, base36, decode, encode, to_ref
from commands.context import Invocation, What
from commands.errors import OutOfDate
from commands.features import REGISTRY

IDS = (Path(__file__).parent / "golden_ids.txt").read_text(encoding="utf-8").split()
PICKED = {"m1:guidance.open": "step-failure", "m1:checklist.page:7k2q": "1", "m1:checklist.pair:7k2q:1a": "1b"}
"""Menus: the option that was picked comes last."""


@pytest.mark.parametrize("golden", IDS)
def test_an_id_once_shipped_still_routes(golden: str) -> None:
    verb = decode(golden).verb
    what: What = "form" if verb in {name for feature in REGISTRY.features for name in feature.forms} else "action"
    values = {"picked": PICKED[golden]} if golden in PICKED else {}
    assert REGISTRY.route(Invocation("discord", "1", what, golden, values=values)).handler is not None


def test_every_verb_has_a_golden_id() -> None:
    assert {decode(golden).verb for golden in IDS} == set(REGISTRY.verbs)


@pytest.mark.parametrize("bad", ["", "m1", "m1:", "m2:help.menu", "m1:nope.nope", "m1:checklist.set:x!:1", "m1:a b:c"])
def test_an_id_of_another_kind_is_out_of_date(bad: str) -> None:
    with pytest.raises(OutOfDate):
        REGISTRY.route(Invocation("discord", "1", "action", bad))


def test_references_go_there_and_back() -> None:
    for number in (0, 1, 35, 36, 10**12):
        assert to_ref(base36(number)) == number
    with pytest.raises(BadAction):
        to_ref("-1")


def test_an_id_above_the_limit_is_an_authors_mistake() -> None:
    with pytest.raises(ValueError, match="100"):
        encode("guidance.page", "a" * 100)
