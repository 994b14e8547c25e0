"""Rules for single components and for the tree they form, in messages and in modals.

Source: Discord's component reference (nesting, lengths, counts) and its overview (unique custom ids, unique
numeric ids). Lengths stand here too although the OpenAPI document has them, so that a card can be checked on
a machine without that document.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.peers.discord.wire import SELECTS, Json, Part, children, walk

ROW_PARTS = frozenset({Part.BUTTON, *SELECTS})
IN_CONTAINER = frozenset({Part.ROW, Part.SECTION, Part.TEXT, Part.GALLERY, Part.FILE, Part.SEPARATOR})
IN_LABEL = frozenset({Part.INPUT, *SELECTS, Part.UPLOAD, Part.RADIO_GROUP, Part.CHECKBOX_GROUP, Part.CHECKBOX})
TOP_OF_MESSAGE = frozenset({*IN_CONTAINER, Part.CONTAINER})
TOP_OF_MODAL = frozenset({Part.ROW, Part.TEXT, Part.LABEL})

# which parts may stand under "components" of which, how many at least and at most
INSIDE: dict[int, tuple[frozenset[int], int, int]] = {
    Part.ROW: (ROW_PARTS, 1, 5),
    Part.SECTION: (frozenset({Part.TEXT}), 1, 3),
    Part.CONTAINER: (IN_CONTAINER, 1, 40),
}
BESIDE: dict[int, tuple[str, frozenset[int]]] = {
    Part.SECTION: ("accessory", frozenset({Part.BUTTON, Part.THUMBNAIL})),
    Part.LABEL: ("component", IN_LABEL),
}
REQUIRED: dict[int, tuple[str, ...]] = {
    Part.BUTTON: ("style",),
    Part.SELECT: ("custom_id", "options"),
    Part.INPUT: ("custom_id", "style"),
    Part.TEXT: ("content",),
    Part.THUMBNAIL: ("media",),
    Part.GALLERY: ("items",),
    Part.FILE: ("file",),
    Part.LABEL: ("label",),
    **dict.fromkeys(SELECTS - {Part.SELECT}, ("custom_id",)),
    **dict.fromkeys((Part.UPLOAD, Part.RADIO_GROUP, Part.CHECKBOX_GROUP, Part.CHECKBOX), ("custom_id",)),
}
TEXTS: dict[int, dict[str, tuple[int, int]]] = {
    Part.BUTTON: {"label": (0, 80), "url": (1, 512)},
    Part.INPUT: {"label": (1, 45), "placeholder": (0, 100), "value": (0, 4000)},
    Part.TEXT: {"content": (1, 4000)},
    Part.THUMBNAIL: {"description": (1, 1024)},
    Part.LABEL: {"label": (1, 45), "description": (1, 100)},
    **{kind: {"placeholder": (0, 150)} for kind in SELECTS},
}
OPTION_TEXTS = {"label": (1, 100), "value": (1, 100), "description": (0, 100)}
OPTION_COUNTS = {Part.SELECT: (1, 25), Part.RADIO_GROUP: (2, 10), Part.CHECKBOX_GROUP: (1, 10)}


def text_problem(holder: Json, name: str, least: int, most: int) -> str | None:
    """Why the text `name` of `holder` is not one of `least` to `most` characters; an absent one passes."""
    value = holder.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        return f"{name} is not a text"
    if not least <= len(value) <= most:
        return f"{name} has {len(value)} characters, {least} to {most} are allowed"
    if least and not value.strip():
        return f"{name} is blank"
    return None


def list_of(holder: Json, name: str) -> list[Any]:
    """The list `name` of `holder`; an absent or malformed one is empty."""
    value = holder.get(name)
    return value if isinstance(value, list) else []


def whole(holder: Json, name: str, default: int) -> int:
    """The whole number `name` of `holder`; -1, which fits nowhere, when it is something else."""
    value = holder.get(name)
    if value is None:
        return default
    return value if isinstance(value, int) else -1


def tree_problems(holder: Json, top: frozenset[int]) -> list[str]:
    """Everything wrong with the components below `holder`, where `top` may stand at the top."""
    found = [f"{step}: {_named(child)} may not stand here" for step, child in children(holder) if _odd(child, top)]
    for path, component, _ in walk(holder):
        found += [f"{path}: {problem}" for problem in _part_problems(component)]
    found += _twice(holder, "custom_id") + _twice(holder, "id")
    return found


def _odd(component: Json, allowed: frozenset[int]) -> bool:
    return component.get("type") not in allowed


def _named(component: Json) -> str:
    kind = component.get("type")
    return Part(kind).name if isinstance(kind, int) and kind in set(Part) else f"type {kind!r}"


def _twice(holder: Json, name: str) -> list[str]:
    """Custom ids are unique in a message; so are numeric ids, where 0 stands for "none"."""
    seen = Counter(str(part[name]) for _, part, _ in walk(holder) if part.get(name) not in (None, 0))
    return [f"{name} {value!r} appears {count} times" for value, count in seen.items() if count > 1]


def _part_problems(part: Json) -> Iterator[str]:
    kind = part.get("type")
    if not isinstance(kind, int):
        yield "no type"
        return
    for name in REQUIRED.get(kind, ()):
        if part.get(name) is None:
            yield f"{name} is missing"
    texts = {"custom_id": (1, 100), **TEXTS.get(kind, {})}
    yield from filter(None, (text_problem(part, name, *span) for name, span in texts.items()))
    yield from _nesting(part, kind)
    yield from _particular(part, kind)


def _nesting(part: Json, kind: int) -> Iterator[str]:
    if kind in INSIDE:
        allowed, least, most = INSIDE[kind]
        inside = list_of(part, "components")
        if not least <= len(inside) <= most:
            yield f"{len(inside)} components inside, {least} to {most} are allowed"
        if kind == Part.ROW and any(_odd(child, allowed | {Part.INPUT}) for child in inside):
            yield "an action row holds buttons or a select"
        elif kind != Part.ROW and any(_odd(child, allowed) for child in inside):
            yield f"{_named(part)} holds a component that may not stand in it"
    if kind in BESIDE:
        name, allowed = BESIDE[kind]
        beside = part.get(name)
        if not isinstance(beside, dict):
            yield f"{name} is missing"
        elif _odd(beside, allowed):
            yield f"{name}: {_named(beside)} may not stand here"


def _particular(part: Json, kind: int) -> Iterator[str]:
    if kind == Part.ROW:
        inside = list_of(part, "components")
        if len(inside) > 1 and any(child.get("type") != Part.BUTTON for child in inside):
            yield "a select or an input shares its action row"
    elif kind == Part.BUTTON:
        yield from _button(part)
    elif kind in SELECTS or kind in (Part.RADIO_GROUP, Part.CHECKBOX_GROUP, Part.UPLOAD):
        yield from _selection(part, kind)
    elif kind == Part.INPUT:
        yield from _input(part)
    elif kind == Part.GALLERY:
        yield from _gallery(part)
    elif kind == Part.SEPARATOR and part.get("spacing") not in (None, 1, 2):
        yield "spacing is neither 1 nor 2"
    elif kind == Part.CONTAINER:
        colour = part.get("accent_color")
        if colour is not None and not (isinstance(colour, int) and 0 <= colour <= 0xFFFFFF):
            yield "accent_color is not between 0 and 0xFFFFFF"


def _button(part: Json) -> Iterator[str]:
    style, custom_id, url = part.get("style"), part.get("custom_id"), part.get("url")
    if style in (1, 2, 3, 4):
        if not custom_id or url:
            yield "a button that acts has a custom_id and no url"
    elif style == 5:
        if not url or custom_id:
            yield "a link button has a url and no custom_id"
        elif not str(url).startswith(("http://", "https://", "discord://")):
            yield "url is neither http, https nor discord"
    elif style != 6:
        yield f"style {style!r} is unknown"
    if style != 6 and not (part.get("label") or part.get("emoji")):
        yield "a button has a label or an emoji"


def _selection(part: Json, kind: int) -> Iterator[str]:
    least, most = whole(part, "min_values", 1), whole(part, "max_values", 1)
    if not 0 <= least <= most or not 1 <= most <= 25:
        yield f"min_values {least} and max_values {most} do not fit"
    if kind not in OPTION_COUNTS:
        return
    options = [option for option in list_of(part, "options") if isinstance(option, dict)]
    fewest, greatest = OPTION_COUNTS[Part(kind)]
    if not fewest <= len(options) <= greatest:
        yield f"{len(options)} options, {fewest} to {greatest} are allowed"
    if kind != Part.RADIO_GROUP and most > max(len(options), 1):
        yield f"max_values {most} of {len(options)} options"
    for index, option in enumerate(options):
        for name, span in OPTION_TEXTS.items():
            problem = text_problem(option, name, *span)
            if problem or (name != "description" and option.get(name) is None):
                yield f"option {index}: {problem or f'{name} is missing'}"
    if len({option.get("value") for option in options}) != len(options):
        yield "two options have the same value"
    if sum(1 for option in options if option.get("default")) > most:
        yield "more options are chosen beforehand than may be chosen"


def _input(part: Json) -> Iterator[str]:
    if part.get("style") not in (1, 2):
        yield "style is neither 1 (short) nor 2 (paragraph)"
    least, most = whole(part, "min_length", 0), whole(part, "max_length", 4000)
    value = str(part.get("value") or "")
    if not 0 <= least <= most or not 1 <= most <= 4000:
        yield f"min_length {least} and max_length {most} do not fit"
    if len(value) > most:
        yield f"value has {len(value)} characters, max_length is {most}"


def _gallery(part: Json) -> Iterator[str]:
    items = list_of(part, "items")
    if not 1 <= len(items) <= 10:
        yield f"{len(items)} pictures, 1 to 10 are allowed"
    for index, item in enumerate(items):
        problem = text_problem(item, "description", 1, 1024) if isinstance(item, dict) else "not an object"
        if problem:
            yield f"picture {index}: {problem}"
