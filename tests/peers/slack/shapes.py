"""How Slack writes its things in JSON: the same in a Web API answer as in a payload."""

from __future__ import annotations

import mimetypes
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.peers.slack import blocks as kit
from tests.peers.slack.records import Channel, Identity, Member, Message, StoredFile, View
from tests.peers.slack.specs import Json


def message_json(identity: Identity, message: Message, *, with_metadata: bool = True) -> Json:
    """A message as chat.postMessage answers it and as a pressed button carries it."""
    shape: Json = {"type": "message", "user": message.author, "ts": message.ts, "text": message.text}
    shape["team"] = identity.team_id
    if message.author == identity.bot_user:
        shape |= {"bot_id": identity.bot_id, "app_id": identity.app_id}
    if message.blocks:
        shape["blocks"] = list(message.blocks)
    if message.thread_ts:
        shape["thread_ts"] = message.thread_ts
    if message.edited:
        shape["edited"] = {"user": message.author, "ts": message.ts}
    if message.metadata and with_metadata:
        shape["metadata"] = message.metadata
    return shape


def view_json(identity: Identity, view: View, filled: dict[tuple[str, str], Any] | None = None) -> Json:
    """A view with the state of its fields: as they stand, or as `filled` in by (block id, action id)."""
    shape: Json = {
        "id": view.id,
        "team_id": identity.team_id,
        **view.content,
        "state": {"values": kit.state_values(view.blocks, filled)},
        "hash": view.hash,
        "previous_view_id": view.previous_id,
        "root_view_id": view.root_id,
        "app_id": identity.app_id,
        "app_installed_team_id": identity.team_id,
        "bot_id": identity.bot_id,
    }
    for name in ("title", "submit", "close"):
        shape.setdefault(name, None)
    return shape


def member_json(identity: Identity, member: Member, now: datetime) -> Json:
    """A person as users.info, user_change and team_join give them; a deactivated one has no zone any more."""
    shape: Json = {
        "id": member.id,
        "team_id": identity.team_id,
        "name": member.name,
        "deleted": member.deleted,
        "profile": {"real_name": member.real_name, "display_name": member.name, "team": identity.team_id},
        "is_bot": member.is_bot,
        "is_app_user": False,
        "updated": int(now.timestamp()),
    }
    if member.deleted:
        return shape
    local = now.astimezone(ZoneInfo(member.tz))
    offset = local.utcoffset()
    admin = member.is_admin
    return shape | {
        "real_name": member.real_name,
        "tz": member.tz,
        "tz_label": local.tzname() or "",
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "is_admin": admin,
        "is_owner": admin,
        "is_primary_owner": admin,
        "is_restricted": False,
        "is_ultra_restricted": False,
    }


def channel_json(channel: Channel, identity: Identity) -> Json:
    """A conversation as conversations.info and users.conversations give it."""
    if channel.im_of:
        return {"id": channel.id, "is_im": True, "is_org_shared": False, "user": channel.im_of}
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": not channel.private,
        "is_group": channel.private,
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.private,
        "is_archived": channel.archived,
        "is_general": channel.name == "general",
        "is_member": identity.bot_user in channel.members,
        "num_members": len(channel.members),
    }


def file_json(base_url: str, file: StoredFile) -> Json:
    """A file as files.completeUploadExternal and files.info give it."""
    return {
        "id": file.id,
        "name": file.name,
        "title": file.title or file.name,
        "mimetype": "" if file.looks else mimetypes.guess_type(file.name)[0] or "text/plain",
        "size": file.length,
        "user": file.owner,
        "url_private": f"{base_url}/files/{file.id}",
        "url_private_download": f"{base_url}/files/{file.id}",
    }
