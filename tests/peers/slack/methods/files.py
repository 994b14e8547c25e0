"""files.*: an upload in three steps, as Slack wants it since 2025: announce, send, complete.

A completed file is not yet one that can be shown (slackapi/python-slack-sdk#1521): see `World.slow_files`.
"""

from __future__ import annotations

from dataclasses import replace

from tests.peers.slack.methods.base import Method, Refused
from tests.peers.slack.methods.chat import open_channel
from tests.peers.slack.records import Message, StoredFile
from tests.peers.slack.shapes import file_json
from tests.peers.slack.specs import Json
from tests.peers.slack.state import World


def _upload_url(world: World, args: Json) -> Json:
    length = int(args["length"])
    if length <= 0:
        raise Refused("invalid_arguments", response_metadata={"messages": ["[ERROR] length must be over 0"]})
    file_id = f"F0FILE{world.serial():05d}"
    world.files[file_id] = StoredFile(file_id, str(args["filename"]), length, owner=world.identity.bot_user)
    return {"upload_url": f"{world.base_url}/upload/{file_id}", "file_id": file_id}


def _complete(world: World, args: Json) -> Json:
    named = args["files"]
    if not isinstance(named, list) or not named:
        raise Refused("invalid_arguments")
    files = [_uploaded(world, entry) for entry in named]
    if args.get("channel_id"):
        channel = open_channel(world, args["channel_id"])
        if world.identity.bot_user not in channel.members:
            raise Refused("not_in_channel")
        text = str(args.get("initial_comment") or "")
        shared = tuple(file.id for file in files)
        world.post(Message(channel.id, "", world.identity.bot_user, text, files=shared))
    for file in files:
        looks = 0 if args.get("channel_id") else world.slow_files
        world.files[file.id] = replace(file, complete=True, looks=looks)
    return {"files": [file_json(world.base_url, file) for file in files]}


def _uploaded(world: World, entry: Json) -> StoredFile:
    file = world.files.get(str(entry.get("id")))
    if file is None or file.content is None:
        raise Refused("file_not_found")
    return replace(file, title=str(entry.get("title") or file.name))


def _known(world: World, args: Json) -> StoredFile:
    file = world.files.get(args["file"])
    if file is None or not file.complete:
        raise Refused("file_not_found")
    return file


def _info(world: World, args: Json) -> Json:
    file = _known(world, args)
    world.files[file.id] = replace(file, looks=max(0, file.looks - 1))
    return {"file": file_json(world.base_url, file)}


def _delete(world: World, args: Json) -> Json:
    del world.files[_known(world, args).id]
    return {}


METHODS = {
    "files.getUploadURLExternal": Method(_upload_url, ("files:write",)),
    "files.completeUploadExternal": Method(_complete, ("files:write",)),
    "files.info": Method(_info, ("files:read",)),
    "files.delete": Method(_delete, ("files:write",)),
}
