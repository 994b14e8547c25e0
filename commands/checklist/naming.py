"""What a person types after `/checklist`: a word for something that lies over all lists, or the name of a list."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from content.plans import Checklist as Template

WORDS: Mapping[str, str] = {
    "next": "What's next: up to three steps",
    "progress": "My progress, as a picture and in words",
    "lists": "All my lists",
    "new": "Start another list",
    "export": "Save a list as a file",
    "import": "Bring a list back from a file",
    "archived": "Lists that I put away",
}
"""Each word with what it shows. None of them is the name of a list."""

_SURE, _CLOSE, _AHEAD = 90, 60, 5
_NEAREST = 3
_MOST = 25
_BEFORE = ("open ", "start ")


@dataclass(frozen=True, slots=True)
class Named:
    """What was meant: the id of a template; or else the nearest, best first, and the nearest word ("" for none)."""

    template: str = ""
    near: tuple[str, ...] = ()
    word: str = ""


def named(typed: str, templates: Mapping[str, Template]) -> Named:
    """The list that somebody typed, by its id or by words of its title."""
    words = " ".join(typed.lower().split())
    for before in _BEFORE:
        words = words.removeprefix(before)
    names = _names(templates.values())
    if words in names:
        return Named(names[words])
    scores: dict[str, float] = {}
    for name, score, _ in process.extract(words, list(names), scorer=fuzz.WRatio, limit=None, score_cutoff=_CLOSE):
        scores.setdefault(names[name], score)
    best = list(scores.items())[:_NEAREST]
    if best and best[0][1] >= _SURE and (len(best) == 1 or best[0][1] - best[1][1] >= _AHEAD):
        return Named(best[0][0])
    word = process.extractOne(words, list(WORDS), scorer=fuzz.ratio, score_cutoff=_CLOSE)
    return Named("", tuple(template for template, _ in best), word[0] if word else "")


def offered(typed: str, templates: Iterable[Template], started: Collection[str]) -> tuple[tuple[str, str], ...]:
    """Labels and values for autocomplete: the words, then the lists, each opened or started; 25 at most."""
    found = [(label, word, word) for word, label in WORDS.items()]
    for each in sorted(templates, key=lambda each: (each.id not in started, each.order, each.id)):
        label = f"{'Open' if each.id in started else 'Start'}: {each.title}"
        found.append((label, each.id, f"{each.id} {each.title}"))
    words = typed.lower().strip()
    if words:
        names = [name.lower() for _, _, name in found]
        near = process.extract(words, names, scorer=fuzz.WRatio, limit=_MOST, score_cutoff=_CLOSE)
        found = [found[index] for _, _, index in near]
    return tuple((label, value) for label, value, _ in found[:_MOST])


def _names(templates: Iterable[Template]) -> dict[str, str]:
    names: dict[str, str] = {}
    for each in templates:
        for name in (each.id, each.id.replace("-", " "), each.title.lower()):
            names.setdefault(name, each.id)
    return names
