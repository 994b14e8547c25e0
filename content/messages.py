"""pydantic's errors in plain English, each at the line of the file it belongs to.

The reader is a physician who writes pages, not a programmer: a message says what is wanted, then what to do.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from rapidfuzz import fuzz, process

from content.documents import Document, Fault

PATTERNS = {
    r"^[a-z0-9]+(-[a-z0-9]+)*$": "may hold only small letters, digits and single hyphens, like `low-scores`",
    r"^https?://[^\s<>()|]+$": "must be one web address like https://www.nrmp.org, without spaces",
    r"^([01]\d|2[0-3]):[0-5]\d$": 'must be a time like "09:00" or "21:00", in quotes',
    r"^[A-Za-z_-]+(/[A-Za-z_-]+)+$": "must be a time zone like America/New_York",
    r"^[a-z0-9-]+\.[a-z0-9-]+$": "must be a list and one of its steps with a dot between, like `letters.ask-writers`",
    r"^\d{4}$": 'must be the year of the Match in quotes, like "2027"',
    r"^\d{4}\.\d{1,2}\.\d{1,3}$": 'must be a version like "2026.11.1", in quotes',
}


def nearest(word: str, names: list[str]) -> str | None:
    """The name that `word` was probably meant to be, or None when nothing is close."""
    # A short word is part of many names by chance, so it has to be like the whole of one.
    scorer = fuzz.WRatio if len(word) > 4 else fuzz.ratio
    best = process.extractOne(word, names, scorer=scorer, score_cutoff=60)
    return best[0] if best else None


def did_you_mean(word: str, names: list[str]) -> str:
    """A closing sentence with the nearest name; empty when nothing is close."""
    name = nearest(word, names)
    return f"; did you mean `{name}`?" if name else ""


def faults_of(error: ValidationError, document: Document, model: object) -> Iterator[Fault]:
    """Every error as a fault; a missing field is not told when its misspelling is there and told."""
    details = error.errors(include_url=False, include_context=True)
    guessed: set[tuple[str | int, ...]] = set()
    kept: list[tuple[ErrorDetails, tuple[str | int, ...]]] = []
    for detail in details:
        path = _path(detail["type"], detail["loc"], document)
        kept.append((detail, path))
        if detail["type"] == "extra_forbidden":
            name = nearest(str(path[-1]), _fields(model, path[:-1], document))
            if name:
                guessed.add((*path[:-1], name))
    for detail, path in kept:
        if detail["type"] == "missing" and path in guessed:
            continue
        if detail["type"] == "too_short" and any(p[: len(path)] == path and p != path for _, p in kept):
            continue  # entries are missing only because they are faulty themselves
        yield document.fault(path, _message(detail, path, document, model))


def _path(kind: str, location: tuple[str | int, ...], document: Document) -> tuple[str | int, ...]:
    """The error's location without pydantic's own marks: the name of a union's member, `[key]`."""
    path: list[str | int] = []
    place = document.place
    for index, step in enumerate(location):
        if step == "[key]":
            continue
        if index == 0 and step not in place.children and step == document.data.get("kind"):
            continue
        path.append(step)
        place = place.children.get(step, place)
    if kind.startswith("union_tag"):
        path.append("kind")
    return tuple(path)


def _message(detail: ErrorDetails, path: tuple[str | int, ...], document: Document, model: object) -> str:
    kind = detail["type"]
    place = document.at(path)
    if kind == "extra_forbidden":
        return f"there is no such field here{did_you_mean(str(path[-1]), _fields(model, path[:-1], document))}"
    if place.trap and kind in ("string_type", "literal_error", "union_tag_invalid"):
        return place.trap
    context: Mapping[str, Any] = detail.get("ctx", {})
    teller = _TELLERS.get(kind)
    if teller is not None:
        return teller(context, place.written)
    if kind in _WANTED:
        here = f"`{place.written}`" if place.written else _kind_of(detail["input"])
        return f"{_WANTED[kind]}, but here is {here}"
    return detail["msg"]


def _kind_of(value: object) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case Mapping():
            return "a block of `name: value` (a colon followed by a space does that; put the text in quotes)"
        case list() | tuple():
            return "a list"
        case _:
            return "something else"


def _one_of(context: Mapping[str, Any], written: str) -> str:
    allowed = str(context.get("expected") or context.get("expected_tags"))
    names = [name.strip(" '") for name in allowed.replace(" or ", ", ").split(",")]
    return f"must be one of {', '.join(names)}{did_you_mean(written, names)}"


def _count(least: str) -> Callable[[Mapping[str, Any], str], str]:
    def tell(context: Mapping[str, Any], written: str) -> str:
        wanted = context["min_length" if least == "least" else "max_length"]
        return f"needs at {least} {wanted:,} entries and has {context['actual_length']:,}"

    return tell


_TELLERS: dict[str, Callable[[Mapping[str, Any], str], str]] = {
    "missing": lambda c, w: "is missing",
    "string_too_short": lambda c, w: f"is too short: {len(w.strip()):,} characters, at least {c['min_length']:,}",
    "string_too_long": lambda c, w: f"is too long: {len(w.strip()):,} characters, at most {c['max_length']:,}",
    "string_pattern_mismatch": lambda c, w: PATTERNS.get(c["pattern"], "is not in the form wanted here"),
    "literal_error": _one_of,
    "union_tag_invalid": _one_of,
    "union_tag_not_found": lambda c, w: "`kind` is missing: write `kind: red-flag` or `kind: strategy`",
    "greater_than_equal": lambda c, w: f"must be {c['ge']:,} or more",
    "less_than_equal": lambda c, w: f"must be {c['le']:,} or less",
    "too_short": _count("least"),
    "too_long": _count("most"),
    "value_error": lambda c, w: str(c["error"]),
}

_TEXT = "must be a text"
_LIST = 'must be a list, one entry a line, each starting with "- "'
_BLOCK = "must be a block of indented `name: value` lines"
_DAY = "must be a day like 2026-11-25"
_NUMBER = "must be a whole number"
_WANTED = {
    "string_type": _TEXT,
    "tuple_type": _LIST,
    "list_type": _LIST,
    "model_type": _BLOCK,
    "model_attributes_type": _BLOCK,
    "dict_type": _BLOCK,
    "date_type": _DAY,
    "date_parsing": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": _DAY,
    "int_type": _NUMBER,
    "int_parsing": _NUMBER,
    "int_from_float": _NUMBER,
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
}


def _fields(model: object, path: tuple[str | int, ...], document: Document) -> list[str]:
    """The fields allowed at `path`; for a union, those of the member that the file's `kind` names."""
    for step in path:
        model = _inner(_choose(model, document), step)
    chosen = _choose(model, document)
    return list(chosen.model_fields) if chosen is not None else []


def _choose(annotation: object, document: Document) -> type[BaseModel] | None:
    models = list(_models(annotation))
    for model in models:
        kind = model.model_fields.get("kind")
        if kind is not None and document.data.get("kind") in get_args(kind.annotation):
            return model
    return models[0] if models else None


def _models(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) is Annotated:
        yield from _models(get_args(annotation)[0])
    elif get_origin(annotation) in (Union, types.UnionType, tuple, dict):
        for argument in get_args(annotation):
            yield from _models(argument)


def _inner(model: type[BaseModel] | None, step: str | int) -> object:
    """The annotation of one field; a position in a list or a key leads back to the model itself."""
    if model is None or isinstance(step, int) or step not in model.model_fields:
        return model
    return model.model_fields[step].annotation
