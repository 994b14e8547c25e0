"""Progress of an older version finds its steps of today."""

from __future__ import annotations

from content.plans import Change
from content.upgrades import moved

CHANGES = (
    # Not in order: the version counts, not the place in the file.
    Change(version=4, split={"email": ("email-draft", "email-send")}, removed=("fax",)),
    Change(version=2, renamed={"letter": "email"}),
    Change(version=3, renamed={"call": "phone"}),
    Change(version=5, renamed={"email-draft": "message", "email-send": "message"}),
)


def test_every_version_since_is_followed() -> None:
    states = {"letter": 1, "call": 2, "fax": 3, "other": 4}
    assert moved(CHANGES[:3], 1, states) == {
        "letter": ("email-draft", "email-send"),
        "call": ("phone",),
        "fax": (),
        "other": ("other",),
    }


def test_what_was_changed_before_is_not_changed_again() -> None:
    assert moved(CHANGES, 4, {"letter": 1, "email": 2, "call": 3}) == {
        "letter": ("letter",),
        "email": ("email",),
        "call": ("call",),
    }
    assert moved(CHANGES[:3], 2, {"email": 1, "call": 2}) == {
        "email": ("email-draft", "email-send"),
        "call": ("phone",),
    }


def test_the_present_version_moves_nothing() -> None:
    assert moved(CHANGES, 5, {"message": 1}) == {"message": ("message",)}
    assert moved((), 1, {"a": 1}) == {"a": ("a",)}


def test_parts_that_were_joined_again_are_named_once() -> None:
    assert moved(CHANGES, 1, {"letter": 1}) == {"letter": ("message",)}


def test_a_part_may_keep_the_old_id() -> None:
    change = Change(version=2, split={"cv": ("cv", "cv-check")})
    assert moved([change], 1, {"cv": 1}) == {"cv": ("cv", "cv-check")}


def test_a_part_that_was_removed_later_is_gone_and_the_others_stay() -> None:
    changes = [Change(version=2, split={"a": ("b", "c")}), Change(version=3, removed=("b",))]
    assert moved(changes, 1, {"a": 1}) == {"a": ("c",)}


def test_names_that_change_places_in_one_version_are_not_followed_twice() -> None:
    changes = [Change(version=2, renamed={"a": "b", "b": "c"})]
    assert moved(changes, 1, {"a": 1, "b": 2}) == {"a": ("b",), "b": ("c",)}
