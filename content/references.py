"""What every rule between parts is made of: names that lead nowhere, or to two places, or round in a circle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from content.documents import Entry, Fault, Path
from content.messages import did_you_mean


def known(entry: Entry[Any], path: Path, name: str | None, names: Iterable[str], what: str) -> Iterator[Fault]:
    """A fault when `name` is not one of `names`; None is nobody's name."""
    there = list(names)
    if name is not None and name not in there:
        yield entry.fault(path, f"there is no {what} `{name}`{did_you_mean(name, there)}")


def unique(entry: Entry[Any], field: Path, inner: str, values: Iterable[str]) -> Iterator[Fault]:
    """Each value of a list once; capitals do not make a difference, since they are also buttons' labels."""
    first: dict[str, Path] = {}
    for index, value in enumerate(values):
        path: Path = (*field, index, inner) if inner else (*field, index)
        if value.lower() in first:
            yield entry.fault(path, f"`{value}` is already used at {entry.line(first[value.lower()])}")
        first.setdefault(value.lower(), path)


def circles(onward: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, ...]]:
    """Every circle once, as the names on it from where it was entered: ("a", "b") is a -> b -> a."""
    done: set[str] = set()
    for start in onward:
        trail: list[str] = []
        # What is still to be looked at below each name of the trail.
        below: list[Iterator[str]] = [iter((start,))]
        while below:
            name = next(below[-1], None)
            if name is None:
                below.pop()
                if trail:
                    done.add(trail.pop())
            elif name in trail:
                yield tuple(trail[trail.index(name) :])
            elif name not in done:
                trail.append(name)
                below.append(iter(onward.get(name, ())))


def told_circle(names: tuple[str, ...], word: str) -> str:
    """The message for a circle: "goes round in a circle: `a` needs `b`, `b` needs `a`"."""
    pairs = zip(names, (*names[1:], names[0]), strict=True)
    return "goes round in a circle: " + ", ".join(f"`{one}` {word} `{other}`" for one, other in pairs)
