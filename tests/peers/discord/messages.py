"""The messages of the simulated Discord: made, edited, deleted, found again by nonce, with their files.

A stored message is never changed: an edit puts a new object in its place, so that whoever holds the old one
still sees what was shown then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from mimetypes import guess_type

from tests.peers.discord.wire import (
    COMPONENTS_V2,
    EPHEMERAL,
    LOADING,
    SELECTS,
    Json,
    Part,
    RefusalError,
    walk,
)
from tests.peers.discord.world import Account, Channel, World

NONCE_SECONDS = 300.0  # "the past few minutes" of the documentation
KEPT_FLAGS = EPHEMERAL | COMPONENTS_V2


@dataclass(frozen=True, slots=True)
class Upload:
    """A file: one that the bot sends, or one that a person picks in a form."""

    name: str
    content: bytes


@dataclass(slots=True, eq=False)
class Messages:
    """All messages by id, and the contents of all files by attachment id."""

    world: World
    announce: Callable[[str, Json], None]
    origin: str = ""
    by_id: dict[str, Json] = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)
    _nonces: dict[tuple[str, str], tuple[float, str]] = field(default_factory=dict)

    def create(
        self, channel: Channel, author: Account, body: Json, uploads: Mapping[int, Upload], **more: object
    ) -> Json:
        """A new message as Discord would answer it; `more` are further fields, such as its type."""
        message: Json = {
            "id": self.world.new_id(),
            "channel_id": channel.id,
            "author": author.wire(),
            "content": "",
            "timestamp": self.world.timestamp(),
            "edited_timestamp": None,
            "tts": False,
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": [],
            "attachments": [],
            "pinned": False,
            "type": 0,
            "flags": 0,
            "embeds": [],
            "components": [],
            **more,
        }
        self._fill(message, body, uploads)
        if body.get("nonce") is not None:
            message["nonce"] = body["nonce"]
            self._nonces[channel.id, str(body["nonce"])] = (self.world.clock.seconds(), message["id"])
        channel.last_message_id = message["id"]
        self.by_id[message["id"]] = message
        self._tell("MESSAGE_CREATE", message)
        return message

    def edit(self, message_id: str, body: Json, uploads: Mapping[int, Upload]) -> Json:
        """The message after an edit: what the body does not name stays."""
        message = dict(self.by_id[message_id])
        if message["flags"] & LOADING:
            message["flags"] &= ~LOADING
        else:
            message["edited_timestamp"] = self.world.timestamp()
        self._fill(message, body, uploads)
        self.by_id[message_id] = message
        self._tell("MESSAGE_UPDATE", message)
        return message

    def twin(self, channel: Channel, body: Json) -> Json | None:
        """The message that already has this nonce, when the body insists on it being sent once."""
        nonce = body.get("nonce")
        if nonce is None or not body.get("enforce_nonce"):
            return None
        sent_at, message_id = self._nonces.get((channel.id, str(nonce)), (0.0, ""))
        if self.world.clock.seconds() - sent_at > NONCE_SECONDS:
            return None
        return self.by_id.get(message_id)

    def delete(self, message_id: str) -> None:
        """Remove a message and its files."""
        message = self.by_id.pop(message_id)
        for attachment in message["attachments"]:
            self.files.pop(attachment["id"], None)
        self._tell("MESSAGE_DELETE", message)

    def visible(self, channel_id: str, message_id: str) -> Json:
        """A message by channel and id as the bot may ask for it: ephemeral ones are not there for it."""
        message = self.by_id.get(message_id)
        if message is None or message["channel_id"] != channel_id or message["flags"] & EPHEMERAL:
            raise RefusalError(404, 10008, "Unknown Message")
        return message

    def of(self, channel_id: str) -> Iterator[Json]:
        """The lasting messages of a channel, oldest first."""
        for message in self.by_id.values():
            if message["channel_id"] == channel_id and not message["flags"] & EPHEMERAL:
                yield message

    def store(self, upload: Upload, channel_id: str, *, ephemeral: bool = False) -> Json:
        """Keep a file; its attachment object, with an address that serves it."""
        file_id = self.world.new_id()
        self.files[file_id] = upload
        url = f"{self.origin}/attachments/{channel_id}/{file_id}/{upload.name}"
        kind = guess_type(upload.name)[0]
        return {
            "id": file_id,
            "filename": upload.name,
            "size": len(upload.content),
            "url": url,
            "proxy_url": url,
            **({"content_type": kind} if kind else {}),
            **({"ephemeral": True} if ephemeral else {}),
        }

    def _tell(self, event: str, message: Json) -> None:
        """Clients hear of every message but the ephemeral ones."""
        if not message["flags"] & EPHEMERAL:
            self.announce(event, message)

    def _fill(self, message: Json, body: Json, uploads: Mapping[int, Upload]) -> None:
        if body.get("flags") is not None:
            message["flags"] = message["flags"] & KEPT_FLAGS | body["flags"]
        if "attachments" in body or uploads:
            message["attachments"] = self._attachments(message, body, uploads)
        if "content" in body:
            message["content"] = body["content"] or ""
        if "embeds" in body:
            message["embeds"] = [{"type": "rich", **_without_blanks(embed)} for embed in body["embeds"] or ()]
        if "components" in body:
            message["components"] = self._components(body["components"] or [], message["attachments"])

    def _attachments(self, message: Json, body: Json, uploads: Mapping[int, Upload]) -> list[Json]:
        """The kept files and the new ones, in the order of the body; without a list there, all of them."""
        kept = {attachment["id"]: attachment for attachment in message["attachments"]}
        wanted = body.get("attachments")
        if wanted is None:
            wanted = [*({"id": key} for key in kept), *({"id": index} for index in uploads)]
        found = []
        for one in wanted:
            if str(one["id"]) in kept:
                found.append(kept[str(one["id"])])
                continue
            upload = uploads.get(int(one["id"]))
            if upload is None:
                raise RefusalError(400, 50035, "Invalid Form Body", (f"attachment {one['id']} was not uploaded",))
            named = Upload(one.get("filename") or upload.name, upload.content)
            stored = self.store(named, message["channel_id"], ephemeral=bool(message["flags"] & EPHEMERAL))
            found.append(stored | ({"description": one["description"]} if one.get("description") else {}))
        return found

    def _components(self, components: list[Json], attachments: list[Json]) -> list[Json]:
        """Components as Discord gives them back: numbered, with its defaults, pictures with addresses."""
        taken = {part["id"] for _, part, _ in walk({"components": components}) if part.get("id")}
        numbers = (number for number in count(1) if number not in taken)
        urls = {f"attachment://{file['filename']}": file for file in attachments}
        return [_component(part, numbers, urls) for part in components]


def _without_blanks(holder: Json) -> Json:
    return {name: value for name, value in holder.items() if value is not None}


def _component(part: Json, numbers: Iterator[int], files: Mapping[str, Json]) -> Json:
    shown = _without_blanks(part)
    shown["id"] = part.get("id") or next(numbers)
    kind = part["type"]
    if kind in SELECTS:
        shown = {"min_values": 1, "max_values": 1, **shown}
        shown.pop("required", None)
    elif kind == Part.CONTAINER:
        shown = {"accent_color": None, "spoiler": False, **shown}
    elif kind == Part.SEPARATOR:
        shown = {"spacing": 1, "divider": True, **shown}
    elif kind == Part.GALLERY:
        shown["items"] = [_picture(item, files) for item in part["items"]]
    elif kind == Part.THUMBNAIL:
        shown |= _picture(part, files)
    elif kind == Part.FILE:
        file = files.get(part["file"]["url"], {})
        shown |= {"file": _media(part["file"]["url"], files), "spoiler": bool(part.get("spoiler"))}
        shown |= {"name": file.get("filename"), "size": file.get("size")}
    if "components" in part:
        shown["components"] = [_component(child, numbers, files) for child in part["components"]]
    if "accessory" in part:
        shown["accessory"] = _component(part["accessory"], numbers, files)
    return shown


def _picture(item: Json, files: Mapping[str, Json]) -> Json:
    return {
        "media": _media(item["media"]["url"], files),
        "description": item.get("description"),
        "spoiler": bool(item.get("spoiler")),
    }


def _media(url: str, files: Mapping[str, Json]) -> Json:
    file = files.get(url)
    if file is None:
        return {"id": "0", "url": url, "proxy_url": url, "width": None, "height": None, "content_type": None}
    return {
        "id": file["id"],
        "url": file["url"],
        "proxy_url": file["proxy_url"],
        "width": None,
        "height": None,
        "content_type": file.get("content_type"),
        "attachment_id": file["id"],
    }
