"""What became of a checklist's steps since the version that a person's progress was written in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from content.plans import Change


def moved(changes: Iterable[Change], from_version: int, states: Mapping[str, object]) -> dict[str, tuple[str, ...]]:
    """For each stored step id the ids of today that take over its state, through every version since.

    `states` is keyed by the ids of `from_version`. An id that did not change stays itself; a removed one becomes ().
    Two ids may end in the same one; what then counts is the caller's choice.
    """
    became: dict[str, tuple[str, ...]] = {step: (step,) for step in states}
    for change in sorted(changes, key=lambda change: change.version):
        if change.version > from_version:
            for old, now in became.items():
                # Two parts may have been joined again: each id once, in order.
                became[old] = tuple(dict.fromkeys(new for step in now for new in _after(change, step)))
    return became


def former_steps(changes: Iterable[Change]) -> frozenset[str]:
    """The ids that steps of older versions had: what was done under them may still be kept."""
    return frozenset(old for change in changes for old in (*change.renamed, *change.split, *change.removed))


def _after(change: Change, step: str) -> tuple[str, ...]:
    if step in change.removed:
        return ()
    return change.split.get(step) or (change.renamed.get(step, step),)
