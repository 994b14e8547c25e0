"""What Slack sends us, as the neutral `Invocation`. Nothing else of Slack's payloads goes further in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.slack_adapter.manifest import command_name
from bot.slack_adapter.people import Profile
from bot.uploads import Upload, Uploads
from commands.context import Invocation, What, Where

Json = Mapping[str, Any]

_ADDRESS = re.compile(r"<((?:https?|mailto):[^|>]+)(?:\|[^>]*)?>")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where something was done, so that the answer finds its way back.

    `ts` is the message that was used, when it can be changed by the Web API; `response_url` answers anywhere.
    """

    channel: str = ""
    ts: str = ""
    response_url: str = ""
    home: bool = False

    @property
    def where(self) -> Where:
        """The ids of direct messages begin with D."""
        if self.home:
            return "home"
        return "dm" if self.channel.startswith("D") else "channel"

    def kept(self) -> dict[str, str]:
        """What a form that is opened here carries along."""
        if self.home:
            return {"home": "1"}
        if self.where == "dm" and self.ts:
            return {"channel": self.channel, "ts": self.ts}
        return {"channel": self.channel, "response_url": self.response_url}


def command_origin(body: Json) -> Origin:
    """Where a command was typed."""
    return Origin(str(body.get("channel_id", "")), "", str(body.get("response_url", "")))


def press_origin(body: Json) -> Origin:
    """Where a button or menu was used: a message, one that only the person sees, or the Home tab."""
    container = body.get("container") or {}
    if container.get("type") == "view":
        return Origin(home=True)
    channel = str(container.get("channel_id") or (body.get("channel") or {}).get("id", ""))
    ts = "" if container.get("is_ephemeral") else str(container.get("message_ts", ""))
    return Origin(channel, ts, str(body.get("response_url", "")))


def form_origin(body: Json) -> Origin:
    """Where the form was opened, as it says itself."""
    try:
        kept = json.loads((body.get("view") or {}).get("private_metadata") or "{}")
    except ValueError:
        kept = {}
    if not isinstance(kept, dict):
        kept = {}
    return Origin(
        str(kept.get("channel", "")), str(kept.get("ts", "")), str(kept.get("response_url", "")), "home" in kept
    )


def from_command(body: Json, profile: Profile, prefix: str) -> Invocation:
    """A slash command; its words are split by the registry."""
    name = command_name(str(body.get("command", "")), prefix)
    words = {"": plain(str(body.get("text", "")))}
    return _invocation(body, profile, "command", name, command_origin(body), options=words)


def from_press(body: Json, profile: Profile) -> Invocation:
    """A pressed button or a picked option."""
    act = used(body)
    option = act.get("selected_option") or {}
    values = {"picked": str(option["value"])} if "value" in option else {}
    return _invocation(body, profile, "action", str(act.get("action_id", "")), press_origin(body), values=values)


def from_form(body: Json, profile: Profile) -> Invocation:
    """A sent form. Its files are not here yet: see `uploads_of`."""
    values = {name: _value(entry) for name, entry in _inputs(body)}
    name = str((body.get("view") or {}).get("callback_id", ""))
    return _invocation(body, profile, "form", name, form_origin(body), values=values)


def uploads_of(body: Json) -> Uploads:
    """The files that were sent with a form. One that Slack does not show us has no address."""
    sent = {name: (entry.get("files") or [None])[0] for name, entry in _inputs(body)}
    return {
        name: Upload(str(file.get("url_private_download") or file.get("url_private") or ""), int(file.get("size") or 0))
        for name, file in sent.items()
        if file
    }


def from_message(body: Json, profile: Profile) -> Invocation:
    """A plain direct message."""
    said = body["event"]
    return _of_event(body, profile, "text", "text", "dm", options={"": plain(str(said.get("text", "")))})


def from_home(body: Json, profile: Profile) -> Invocation:
    """The Home tab was opened."""
    return _of_event(body, profile, "home", "home", "home")


def event(
    name: str, *, team: str, user: str = "", delivery: str = "", options: Mapping[str, str] | None = None
) -> Invocation:
    """Something that Slack reports and nobody asked us."""
    return Invocation(
        "slack",
        user,
        "event",
        name,
        where="channel",
        team=team,
        community=team,
        delivery=delivery,
        options=options or {},
    )


def used(body: Json) -> Json:
    """The button or menu that was used."""
    acts = body.get("actions") or [{}]
    first = acts[0]
    return first if isinstance(first, Mapping) else {}


def team_of(body: Json) -> str:
    """The workspace. Interactions of an organisation name it under the user."""
    team = body.get("team_id") or (body.get("team") or {}).get("id")
    return str(team or _user(body).get("team_id", ""))


def user_of(body: Json) -> str:
    """Who did it."""
    return str(body.get("user_id") or _user(body).get("id", ""))


def plain(text: str) -> str:
    """Words as they were typed: Slack escapes three letters and wraps addresses."""
    text = _ADDRESS.sub(r"\1", text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _invocation(
    body: Json,
    profile: Profile,
    what: What,
    name: str,
    origin: Origin,
    *,
    options: Mapping[str, str] | None = None,
    values: Mapping[str, str] | None = None,
) -> Invocation:
    team = team_of(body)
    return Invocation(
        "slack",
        user_of(body),
        what,
        name,
        where=origin.where,
        team=team,
        community=team,
        message=f"{origin.channel}:{origin.ts}" if origin.where == "dm" and origin.ts else "",
        channel=origin.channel if origin.where == "channel" else "",
        delivery=str(body.get("trigger_id", "")),
        options=options or {},
        values=values or {},
        zone=profile.zone,
        is_admin=profile.is_admin,
    )


def _of_event(
    body: Json, profile: Profile, what: What, name: str, where: Where, options: Mapping[str, str] | None = None
) -> Invocation:
    team = team_of(body)
    return Invocation(
        "slack",
        str(body["event"].get("user", "")),
        what,
        name,
        where=where,
        team=team,
        community=team,
        delivery=str(body.get("event_id", "")),
        options=options or {},
        zone=profile.zone,
        is_admin=profile.is_admin,
    )


def _user(body: Json) -> Json:
    user = body.get("user")
    return user if isinstance(user, Mapping) else {}


def _inputs(body: Json) -> Iterator[tuple[str, Json]]:
    """Name and state of each input of a sent form."""
    state = ((body.get("view") or {}).get("state") or {}).get("values") or {}
    for name, inputs in state.items():
        yield name, next(iter(inputs.values()), {})


def _value(entry: Json) -> str:
    option = entry.get("selected_option")
    return str((option or {}).get("value", "") if "selected_option" in entry else entry.get("value") or "")
