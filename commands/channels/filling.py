"""From the form to a post and back: days, times, the role or group to call, and the draft between form and "yes".

Pure. A draft is a JSON object under the names of `Draft`; it waits in the drafts' table, sealed like every draft.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, time
from typing import Any

from commands.actions import encode
from commands.channels.saying import OWN, Plan
from commands.context import Platform
from commands.markup import clean
from commands.nudges.handlers import read_time
from commands.ui import OPTIONS, Field, Form, Option
from content.catalog import Catalog
from scheduler import recurrence
from scheduler.clock import to_wall
from scheduler.posts import SEASON
from scheduler.recurrence import Every
from scheduler.zones import city, zone
from storage.channel_posts import ChannelPost

HEADING, WORDS, TYPED = 80, 1_500, 40
KIND = "kind"
"""What a post can be: OWN, KIND, SEASON."""
WHATS = (OWN, KIND, SEASON)
WEEKDAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
DAYS = (("daily", "Every day"), ("workdays", "Monday to Friday"), *((str(at), day) for at, day in enumerate(WEEKDAYS)))

_MENTION: dict[Platform, re.Pattern[str]] = {
    "discord": re.compile(r"(?:<@&)?(\d{15,20})>?"),
    "slack": re.compile(r"(?:<!subteam\^)?(S[A-Z0-9]{6,14})(?:\|[^>]*)?>?"),
}
_MENTION_FIELD: dict[Platform, tuple[str, str]] = {
    "discord": ("Role to call by name (its id), or empty", "Developer Mode, then the role's menu: Copy Role ID"),
    "slack": ("User group to call (its id), or empty", "In the group's menu: Copy group ID. It begins with S"),
}


@dataclass(frozen=True, slots=True)
class Draft:
    """A filled form that waits for "yes". `community` is our row; `edit` the post that it changes, 0 for a new one."""

    kind: str
    words: str
    mention: str
    days: str
    at: str
    zone: str
    channel: str
    community: int
    edit: int

    def to_json(self) -> dict[str, Any]:
        """For the drafts' table."""
        return asdict(self)

    @property
    def what(self) -> str:
        """Which of the three forms it was filled in with."""
        return self.kind if self.kind in (OWN, SEASON) else KIND

    def plan(self, now: datetime, said: int = 0) -> Plan:
        """The post that it makes, from now on."""
        spec = spec_of(self.kind, self.days, self.at, self.zone, now)
        return Plan(self.kind, self.words or None, self.mention or None, spec, self.zone, self.channel, said)


def form(what: str, catalog: Catalog, platform: Platform, edit: int = 0, filled: Draft | None = None) -> Form:
    """The form of one of the three, empty or filled."""
    heading, _, text = (filled.words if filled else "").partition("\n")
    label, hint = _MENTION_FIELD[platform]
    at = Field("time", "Time of day", "line", True, 10, filled.at if filled else "09:00", "24-hour clock: 09:00")
    call = Field("mention", label, "line", False, TYPED, filled.mention if filled else "", hint)
    day_options = tuple(Option(name, value) for value, name in DAYS)
    days = Field("days", "When it comes", "choice", True, value=filled.days if filled else "0", options=day_options)
    submit = encode("channels.draft", what, edit)
    if what == SEASON:
        return Form("Dates of the season", (at, call), submit)
    if what == OWN:
        first = Field("heading", "Heading", "line", True, HEADING, heading[:HEADING])
        words = Field("words", "Text, for everybody in the channel", "paragraph", True, WORDS, text[:WORDS])
        return Form("A post of your own", (first, words, days, at, call), submit)
    kinds = tuple(Option(kind.title, kind.id) for kind in catalog.nudges.values())[:OPTIONS]
    chosen = filled.kind if filled else kinds[0].value
    return Form(
        "Nudges for a channel",
        (Field("kind", "Which", "choice", True, value=chosen, options=kinds), days, at, call),
        submit,
    )


def read(
    what: str, values: Mapping[str, str], catalog: Catalog, platform: Platform, community: str
) -> tuple[dict[str, str], dict[str, str]]:
    """What was filled in, under the names of `Draft`, and what is wrong by field. `community`: the platform's id."""
    found = {"kind": what, "words": "", "mention": "", "days": "", "at": ""}
    errors: dict[str, str] = {}
    if what == KIND:
        found["kind"] = values.get("kind", "")
        if found["kind"] not in catalog.nudges:
            errors["kind"] = "Please pick one of the list."
    if what == OWN:
        heading = " ".join(clean(values.get("heading", "")).split())[:HEADING]
        text = clean(values.get("words", "")).strip()[:WORDS]
        errors |= {} if heading else {"heading": "Please write a heading."}
        errors |= {} if text else {"words": "Please write what I should post."}
        found["words"] = f"{heading}\n{text}"
    if what != SEASON:
        found["days"] = values.get("days", "")
        errors |= {} if found["days"] in dict(DAYS) else {"days": "Please pick when it comes."}
    found["at"] = read_time(values.get("time", "")) or ""
    errors |= {} if found["at"] else {"time": "I could not read this time. Write it like 09:00."}
    mention = values.get("mention", "").strip()
    if mention:
        found["mention"] = _mention(mention, platform, community)
        errors |= (
            {}
            if found["mention"]
            else {"mention": "This is not the id of one that I may call. Leave it empty to call nobody."}
        )
    return found, errors


def _mention(typed: str, platform: Platform, community: str) -> str:
    """The id of a role or user group; "" for everything else, and for the role that is everybody."""
    match = _MENTION[platform].fullmatch(typed)
    return match[1] if match and match[1] != community else ""


def spec_of(kind: str, days: str, at: str, zone_name: str, now: datetime) -> dict[str, Any]:
    """The repeat as it is stored."""
    if kind == SEASON:
        return {"at": at}
    today, clock = to_wall(now, zone(zone_name)).date(), time.fromisoformat(at)
    if days == "daily":
        return recurrence.daily(clock, zone_name, today).to_json()
    if days == "workdays":
        return recurrence.on_weekdays(clock, zone_name, today).to_json()
    return recurrence.weekly(clock, zone_name, today, (int(days),)).to_json()


def draft_of(post: ChannelPost) -> Draft:
    """A saved post as it was filled in."""
    days = "" if post.kind == SEASON else _days_of(post.spec)
    return Draft(
        post.kind,
        post.words or "",
        post.mention or "",
        days,
        str(post.spec["at"]),
        post.zone,
        post.channel,
        post.community_id,
        post.id,
    )


def _days_of(spec: Mapping[str, Any]) -> str:
    weekdays = tuple(spec.get("weekdays", ()))
    if spec["every"] == Every.DAY:
        return "daily"
    return "workdays" if len(weekdays) > 1 else str(weekdays[0])


def rhythm(kind: str, spec: Mapping[str, Any], zone_name: str) -> str:
    """The repeat in words."""
    clock = f"at {spec['at']}, {city(zone_name)} time"
    if kind == SEASON:
        return f"7 days and 1 day before each date, {clock}"
    name = dict(DAYS)[_days_of(spec)]
    return f"{name[0].lower() + name[1:] if name == 'Every day' else name} {clock}"
