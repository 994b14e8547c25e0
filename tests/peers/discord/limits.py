"""Documented limits of messages, modals and autocomplete answers that Discord's OpenAPI document lacks.

Sources: the message, component, modal and interaction pages of Discord's API reference: content 2,000; 6,000
over all embeds; 5 action rows without components v2; with it 40 components (nested ones counted), 4,000
characters over all text displays, no content, embeds, stickers or poll; an empty message is error 50006.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from tests.peers.discord.parts import TOP_OF_MESSAGE, TOP_OF_MODAL, list_of, text_problem, tree_problems, whole
from tests.peers.discord.wire import COMPONENTS_V2, SELECTS, Json, Part, children, walk

MOST_COMPONENTS = 40
MOST_TEXT = 4000
MOST_FILES = 10


def message_problems(
    payload: Json, *, edit: bool = False, was_v2: bool = False, attached: Collection[str] = ()
) -> list[str]:
    """What Discord refuses in a message body.

    `edit`: what is absent stays as it is. `was_v2`: the edited message uses components v2, which cannot be
    undone. `attached`: names of the files it already has.
    """
    v2 = was_v2 or bool(whole(payload, "flags", 0) & COMPONENTS_V2)
    found = list(_v2_body(payload, edit) if v2 else _plain_body(payload, edit))
    found += tree_problems({"components": list_of(payload, "components")}, TOP_OF_MESSAGE)
    found += [f"{path}: a text input stands in forms only" for path, part, _ in walk(payload) if _is_input(part)]
    found += _files(payload, attached)
    nonce = payload.get("nonce")
    if nonce is not None and len(str(nonce)) > 25:
        found.append(f"nonce has {len(str(nonce))} characters, 25 are allowed")
    if payload.get("enforce_nonce") and nonce is None:
        found.append("enforce_nonce without a nonce")
    return found


def modal_problems(data: Json) -> list[str]:
    """What Discord refuses in the `data` of a modal callback."""
    found = [p for p in (text_problem(data, "custom_id", 1, 100), text_problem(data, "title", 1, 45)) if p]
    found += [f"{name} is missing" for name in ("custom_id", "title", "components") if not data.get(name)]
    rows = list_of(data, "components")
    if not 1 <= len(rows) <= 5:
        found.append(f"{len(rows)} rows, 1 to 5 are allowed")
    found += tree_problems({"components": rows}, TOP_OF_MODAL)
    for path, part, parent in walk(data):
        found += [f"{path}: {problem}" for problem in _in_modal(part, parent)]
    return found


def choice_problems(data: Json) -> list[str]:
    """What Discord refuses in the `data` of an autocomplete callback."""
    choices = list_of(data, "choices")
    found = [f"{len(choices)} choices, at most 25 are allowed"] if len(choices) > 25 else []
    for index, choice in enumerate(choices):
        wrong = text_problem(choice, "name", 1, 100)
        if wrong is None and isinstance(choice.get("value"), str):
            wrong = text_problem(choice, "value", 0, 100)
        if wrong is None and (choice.get("name") is None or choice.get("value") is None):
            wrong = "name or value is missing"
        if wrong:
            found.append(f"choice {index}: {wrong}")
    return found


def _is_input(part: Json) -> bool:
    return part.get("type") == Part.INPUT


def _v2_body(payload: Json, edit: bool) -> Iterator[str]:
    others = [name for name in ("content", "embeds", "poll", "sticker_ids") if payload.get(name)]
    if others:
        yield f"{', '.join(others)} beside components v2"
    parts = [part for _, part, _ in walk(payload)]
    if len(parts) > MOST_COMPONENTS:
        yield f"{len(parts)} components with the nested ones, {MOST_COMPONENTS} are allowed"
    text = sum(len(str(part.get("content") or "")) for part in parts if part.get("type") == Part.TEXT)
    if text > MOST_TEXT:
        yield f"{text} characters over all text displays, {MOST_TEXT} are allowed"
    if not parts and not (edit and payload.get("components") is None):
        yield "components v2 without a component"


def _plain_body(payload: Json, edit: bool) -> Iterator[str]:
    content = str(payload.get("content") or "")
    if len(content) > 2000:
        yield f"content has {len(content)} characters, 2000 are allowed"
    if sum(map(_embed_text, list_of(payload, "embeds"))) > 6000:
        yield "more than 6000 characters over all embeds"
    rows = list_of(payload, "components")
    if len(rows) > 5:
        yield f"{len(rows)} action rows, 5 are allowed"
    if any(child.get("type") != Part.ROW for _, child in children({"components": rows})):
        yield "only action rows may stand at the top without the components v2 flag"
    told = ("embeds", "sticker_ids", "poll", "attachments", "message_reference")
    if not edit and not content.strip() and not any(payload.get(name) for name in told):
        yield "the message is empty (50006)"


def _embed_text(embed: Json) -> int:
    pieces = [embed.get("title"), embed.get("description")]
    pieces += [(embed.get("footer") or {}).get("text"), (embed.get("author") or {}).get("name")]
    for field in embed.get("fields") or ():
        pieces += [field.get("name"), field.get("value")]
    return sum(len(piece) for piece in pieces if piece)


def _files(payload: Json, attached: Collection[str]) -> Iterator[str]:
    sent = [file for file in list_of(payload, "attachments") if isinstance(file, dict)]
    if len(sent) > MOST_FILES:
        yield f"{len(sent)} files, {MOST_FILES} are allowed"
    names = {str(file.get("filename")) for file in sent} | set(attached)
    for path, part, _ in walk(payload):
        media = [
            part.get("media"),
            part.get("file"),
            *(item.get("media") for item in list_of(part, "items") if isinstance(item, dict)),
        ]
        for url in [str(place.get("url")) for place in media if isinstance(place, dict)]:
            scheme, _, rest = url.partition("://")
            if scheme == "attachment" and rest not in names:
                yield f"{path}: {url} is not among the files of the message"
            elif scheme not in ("attachment", "http", "https") or not rest:
                yield f"{path}: {url} is no address of a file"
            elif part.get("type") == Part.FILE and scheme != "attachment":
                yield f"{path}: a file component shows attachments only"


def _in_modal(part: Json, parent: Json) -> Iterator[str]:
    kind = part.get("type")
    if kind == Part.ROW:
        inside = list_of(part, "components")
        if len(inside) != 1 or inside[0].get("type") != Part.INPUT:
            yield "an action row in a modal holds exactly one text input"
    elif kind == Part.INPUT:
        if parent.get("type") == Part.ROW and not part.get("label"):
            yield "a text input in an action row has a label"
        if parent.get("type") == Part.LABEL and part.get("label"):
            yield "a text input in a label has no label of its own"
    elif kind in SELECTS and part.get("disabled"):
        yield "a select in a modal cannot be disabled"
