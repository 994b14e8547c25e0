"""The catalog: found by id, alias and near miss, and frozen."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from content.catalog import Catalog
from content.loader import load_pack
from tests.unit.packs import TOPIC, write_pack

LOW = TOPIC.replace("id: step-failure", "id: low-scores").replace("A failed Step", "A low score")
LOW = LOW.replace("[failed step]", '["low CK", "poor score"]').replace("I failed step 1", "my score is low")


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    pack = write_pack(tmp_path)
    (pack / "topics" / "low-scores.yaml").write_text(LOW.replace("weight: 90", "weight: 40"))
    return load_pack(pack)


def ids(catalog: Catalog, text: str) -> list[str]:
    return [topic.id for topic in catalog.nearest(text, 5)]


def test_a_topic_is_found_by_its_id(catalog: Catalog) -> None:
    topic = catalog.topic("low-scores")
    assert topic is not None
    assert topic.title == "A low score"
    assert catalog.topic("nothing") is None


@pytest.mark.parametrize("text", ["low-scores", "Low Scores", "a low score", "low ck", " LOW  CK! "])
def test_every_name_leads_to_it(catalog: Catalog, text: str) -> None:
    topic = catalog.by_alias(text)
    assert topic is not None
    assert topic.id == "low-scores"


def test_an_alias_is_the_whole_text(catalog: Catalog) -> None:
    assert catalog.by_alias("low") is None
    assert catalog.by_alias("") is None


def test_a_group_has_its_heaviest_first(catalog: Catalog) -> None:
    assert [topic.id for topic in catalog.topics_in("exams")] == ["step-failure", "low-scores"]
    assert catalog.topics_in("visa") == ()


def test_the_picker_follows_what_is_typed(catalog: Catalog) -> None:
    assert ids(catalog, "low")[0] == "low-scores"
    assert ids(catalog, "faild stp")[0] == "step-failure"
    assert ids(catalog, "") == ["step-failure", "low-scores"]
    assert ids(catalog, "zzzzqqq") == []


def test_nothing_in_it_can_be_changed(catalog: Catalog) -> None:
    with pytest.raises(FrozenInstanceError):
        catalog.version = "1"  # type: ignore[misc]
    with pytest.raises(TypeError):
        catalog.topics["x"] = catalog.topics["low-scores"]  # type: ignore[index]
