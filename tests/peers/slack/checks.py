"""Would Slack take this message or view, and would a person read it as it was meant?

    check_message({"text": ..., "blocks": [...]}) -> []          fine
    check_view({"type": "modal", ...}) -> ["/submit: a view with ..."]

No server is needed. Two kinds of fault: what Slack refuses (structure and limits) and what it accepts but a
person should never see (another platform's markup, a missing notification text) or feel (a live mention).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.peers.slack import limits, schema, specs
from tests.peers.slack.specs import Json

_TEXT_ADVISED = 4000  # chat.update refuses more; chat.postMessage takes up to 40,000 and then cuts

_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
_LEAKS = (
    ("bold is *one* star on Slack", re.compile(r"\*\*[^*\s](?:[^*\n]*[^*\s])?\*\*")),
    ("a link is <address|words> on Slack", re.compile(r"\]\((?:https?|mailto):")),
    ("Slack has no # headings", re.compile(r"^[ \t]*#{1,6} \S", re.MULTILINE)),
    ("strike is ~one~ tilde on Slack", re.compile(r"~~[^~\s][^~\n]*~~")),
    ("a Discord time shows as typed", re.compile(r"<t:-?\d+(?::[a-zA-Z])?>")),
    ("Discord's small text shows as typed", re.compile(r"^-# \S", re.MULTILINE)),
)
_MENTION = re.compile(r"<!(?:channel|here|everyone|subteam\^)[^>]*>|<@[UW][A-Z0-9]*[^>]*>")


class SpecsMissingError(RuntimeError):
    """The checks were asked for, but Slack's specifications are not on this machine."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, and whether Slack itself would refuse it."""

    at: str
    text: str
    refused: bool

    def __str__(self) -> str:
        return f"{self.at}: {self.text}"


def check_message(payload: Json) -> list[str]:
    """All faults of a message: `text`, `blocks` and the options of chat.postMessage that can ping people.

    Raises SpecsMissingError without the specifications.
    """
    return [str(fault) for fault in message_faults(payload)]


def check_view(view: Json) -> list[str]:
    """All faults of a modal or Home tab. Raises SpecsMissingError without the specifications."""
    return [str(fault) for fault in view_faults(view)]


def message_faults(payload: Json) -> list[Fault]:
    """The same as check_message, saying of each fault whether Slack refuses it."""
    _need_specs()
    blocks, text = payload.get("blocks"), payload.get("text")
    body: Json = {"blocks": blocks if blocks is not None else []}
    if text is not None:
        body["text"] = text
    faults = _refusals("message", body, limits.message_findings)
    if not text:
        silent = not blocks and not payload.get("attachments")
        faults.append(Fault("/text", "no_text" if silent else "no text for the notification", refused=silent))
    elif isinstance(text, str):
        if len(text) > _TEXT_ADVISED:
            faults.append(Fault("/text", f"over the {_TEXT_ADVISED} characters that Slack advises", refused=False))
        faults += _read_by_people(text, "/text")
    if payload.get("link_names") or payload.get("parse") == "full":
        faults.append(Fault("/parse", "Slack would turn @names in the text into mentions", refused=False))
    return faults + _block_texts(blocks)


def view_faults(view: Json) -> list[Fault]:
    """The same as check_view, saying of each fault whether Slack refuses it."""
    _need_specs()
    kind = view.get("type")
    if kind not in ("modal", "home"):
        return [Fault("/type", f"{kind!r} is no view type: modal or home", refused=True)]
    faults = _refusals(kind, view, limits.view_findings)
    titles = {name: view[name] for name in ("title", "submit", "close") if isinstance(view.get(name), dict)}
    return faults + _block_texts([titles]) + _block_texts(view.get("blocks"))


def _need_specs() -> None:
    if not specs.available():
        raise SpecsMissingError(specs.missing_notice())


def _refusals(kind: str, payload: Json, findings: Callable[[Json], list[tuple[str, str]]]) -> list[Fault]:
    """Structure first; limits only of a payload that has the right structure, or they would trip over it."""
    found = schema.structure_faults(kind, payload)
    try:
        found += findings(payload)
    except (AttributeError, TypeError, KeyError):
        if not found:
            raise
    return [Fault(at, text, refused=True) for at, text in found]


def _block_texts(blocks: Any) -> list[Fault]:
    if not isinstance(blocks, list):
        return []
    return [fault for number, block in enumerate(blocks) for fault in _texts_in(block, f"/blocks/{number}")]


def _texts_in(node: Any, at: str) -> Iterator[Fault]:
    if isinstance(node, list):
        for number, child in enumerate(node):
            yield from _texts_in(child, f"{at}/{number}")
    elif isinstance(node, dict):
        kind, text = node.get("type"), node.get("text")
        if kind in ("user", "usergroup", "broadcast") and "action_id" not in node:
            yield Fault(at, "a live mention", refused=False)
        if kind in ("mrkdwn", "plain_text", "markdown") and isinstance(text, str):
            yield from _read_by_people(text, f"{at}/text", markdown=kind == "markdown")
        for key, child in node.items():
            if isinstance(child, (dict, list)):
                yield from _texts_in(child, f"{at}/{key}")


def _read_by_people(text: str, at: str, *, markdown: bool = False) -> Iterator[Fault]:
    """Markup of another platform, and mentions that would reach people."""
    if found := _MENTION.search(text):
        yield Fault(at, f"a live mention: {found.group()}", refused=False)
    if markdown:
        return
    prose = _CODE.sub(" ", text)
    for why, pattern in _LEAKS:
        if found := pattern.search(prose):
            yield Fault(at, f"{why}: {found.group()[:60]!r}", refused=False)
