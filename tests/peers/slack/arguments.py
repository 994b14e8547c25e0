"""Reading the arguments of a Web API call, and comparing them with what Slack's reference says of the method."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any

from aiohttp import web

from tests.peers.slack import specs
from tests.peers.slack.specs import Json

_IN_JSON = ("blocks", "attachments", "view", "metadata", "files")
_EVERYWHERE = ("team_id",)  # an org-wide token names the workspace; Bolt's say() always does
_TIMESTAMP = re.compile(r"\d{1,12}(\.\d+)?$")
_NUMBER = re.compile(r"-?\d+$")

# Methods that the specifications lack, from docs.slack.dev: argument -> (required, type).
_UNLISTED: dict[str, dict[str, tuple[bool, str]]] = {
    "files.getUploadURLExternal": {
        "filename": (True, "string"),
        "length": (True, "number"),
        "alt_txt": (False, "string"),
        "snippet_type": (False, "string"),
    },
    "files.completeUploadExternal": {
        "files": (True, "json"),
        "channel_id": (False, "channel"),
        "channels": (False, "string"),
        "initial_comment": (False, "string"),
        "thread_ts": (False, "string"),
        "blocks": (False, "json"),
    },
    "files.info": {"file": (True, "string"), "count": (False, "number"), "cursor": (False, "string"),
                   "limit": (False, "number"), "page": (False, "number")},
    "files.delete": {"file": (True, "string")},
}  # fmt: skip

# At least one of each group must be given, although the reference calls each of them optional.
_ONE_OF = {
    "views.open": ("trigger_id", "interactivity_pointer"),
    "views.push": ("trigger_id", "interactivity_pointer"),
    "views.update": ("view_id", "external_id"),
}


async def read(request: web.Request) -> tuple[str, Json]:
    """(token, arguments) of a call, from its header, address and body: JSON, form or multipart.

    Lists and objects that come as text in JSON are unpacked; what is not JSON stays text.
    """
    args: Json = dict(request.query)
    if request.content_type == "application/json":
        body = await request.json() if request.can_read_body else {}
        args.update(body if isinstance(body, dict) else {})
    elif request.can_read_body:
        args.update(await request.post())
    for name in _IN_JSON:
        if isinstance(args.get(name), str):
            try:
                args[name] = json.loads(args[name])
            except ValueError:
                continue
    in_body = str(args.pop("token", "") or "")
    token = request.headers.get("Authorization", "").removeprefix("Bearer ").strip() or in_body
    return token, args


def truth(value: Any) -> bool:
    """Slack's booleans in a form: true, 1."""
    return value in (True, 1) or str(value).lower() in ("true", "1")


def missing(method: str, args: Json) -> list[str]:
    """Required arguments that were not given."""
    found = [name for name, (required, _) in _table(method).items() if required and args.get(name) in (None, "")]
    group = _ONE_OF.get(method, ())
    if group and not any(args.get(name) for name in group):
        found.append(group[0])
    return found


def oddities(method: str, args: Json) -> list[str]:
    """Arguments that the method does not know, or whose value has the wrong shape."""
    table = _table(method)
    found = []
    for name, value in args.items():
        if not table:
            break
        if name not in table and name not in _EVERYWHERE:
            found.append(f"unknown argument {name!r}")
        elif value is not None and name in table and not _fits(table[name][1], value):
            found.append(f"{name}: {str(value)[:40]!r} is not a {table[name][1]}")
    return found


def _fits(kind: str, value: Any) -> bool:
    match kind:
        case "boolean":
            return isinstance(value, bool) or str(value).lower() in ("true", "false", "1", "0")
        case "number":
            return isinstance(value, int) or bool(_NUMBER.match(str(value)))
        case "timestamp":
            return isinstance(value, str) and bool(_TIMESTAMP.match(value))
        case "json":
            return isinstance(value, (dict, list))
        case "any":
            return True
        case _:
            return isinstance(value, str)


@lru_cache(maxsize=64)
def _table(method: str) -> dict[str, tuple[bool, str]]:
    if method in _UNLISTED:
        return _UNLISTED[method]
    listed = specs.methods().get(method, {}).get("args", {}) if specs.available() else {}
    return {name: (bool(about.get("required")), _kind(about)) for name, about in listed.items()}


def _kind(about: Json) -> str:
    if about.get("format") == "json":
        return "json"
    kind = about.get("type")
    return "any" if isinstance(kind, list) or kind in (None, "array") else str(kind)
