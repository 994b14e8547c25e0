"""What Slack sends to an app, key by key as its samples have it."""

from __future__ import annotations

import secrets
from typing import Any

from tests.peers.slack import blocks as kit
from tests.peers.slack.records import Channel, Identity, Member, Message, View
from tests.peers.slack.shapes import message_json, view_json
from tests.peers.slack.specs import Json
from tests.peers.slack.state import Errand

Filled = dict[tuple[str, str], Any]

_VERIFICATION = "loopback-verification"


def slash(me: Identity, member: Member, channel: Channel, errand: Errand, command: str, text: str) -> Json:
    """A slash command: a form, every value a text."""
    return {
        "token": _VERIFICATION,
        "team_id": me.team_id,
        "team_domain": me.team_domain,
        "channel_id": channel.id,
        "channel_name": channel.name,
        "user_id": member.id,
        "user_name": member.name,
        "command": command,
        "text": text,
        "api_app_id": me.app_id,
        "is_enterprise_install": "false",
        "response_url": errand.response_url,
        "trigger_id": errand.trigger_id,
    }


def _interaction(kind: str, me: Identity, member: Member, trigger_id: str | None) -> Json:
    shape: Json = {
        "type": kind,
        "user": {"id": member.id, "username": member.name, "name": member.name, "team_id": me.team_id},
        "api_app_id": me.app_id,
        "token": _VERIFICATION,
        "team": {"id": me.team_id, "domain": me.team_domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }
    return shape if trigger_id is None else shape | {"trigger_id": trigger_id}


def action(control: kit.Control, at: str, value: Any = None) -> Json:
    """One entry of `actions`: a pressed button, or what was chosen."""
    element = control.element
    shape: Json = {
        "action_id": element.get("action_id", ""),
        "block_id": control.block["block_id"],
        "type": element["type"],
        "action_ts": at,
    }
    if element["type"] == "button":
        shape["text"] = element["text"]
        return shape | {key: element[key] for key in ("value", "style", "url") if key in element}
    if element["type"] in kit.INPUTS:
        return shape | {"value": value}
    return shape | kit.state_value(element, value)


def message_action(me: Identity, member: Member, channel: Channel, message: Message, errand: Errand,
                   act: Json, filled: Filled) -> Json:  # fmt: skip
    """block_actions on a message. An ephemeral message is not sent along: the payload only says where it was."""
    shape = _interaction("block_actions", me, member, errand.trigger_id)
    ephemeral = message.only_for is not None
    shape["container"] = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": ephemeral,
    }
    shape["channel"] = {"id": channel.id, "name": channel.name}
    if not ephemeral:
        shape["message"] = message_json(me, message)
    values = kit.state_values(message.blocks, filled)
    return shape | {"state": {"values": values}, "response_url": errand.response_url, "actions": [act]}


def view_action(me: Identity, member: Member, view: View, errand: Errand, act: Json, filled: Filled) -> Json:
    """block_actions in a modal or Home tab: no channel, no response_url."""
    shape = _interaction("block_actions", me, member, errand.trigger_id)
    return shape | {
        "container": {"type": "view", "view_id": view.id},
        "view": view_json(me, view, filled),
        "actions": [act],
    }


def view_submission(me: Identity, member: Member, view: View, errand: Errand, filled: Filled) -> Json:
    """A form that was sent."""
    shape = _interaction("view_submission", me, member, errand.trigger_id)
    return shape | {"view": view_json(me, view, filled), "response_urls": []}


def view_closed(me: Identity, member: Member, view: View, *, cleared: bool) -> Json:
    """A modal that was closed without sending it."""
    shape = _interaction("view_closed", me, member, None)
    return shape | {"view": view_json(me, view), "is_cleared": cleared}


def shortcut(me: Identity, member: Member, errand: Errand, callback_id: str, at: str) -> Json:
    """A global shortcut."""
    shape = _interaction("shortcut", me, member, errand.trigger_id)
    return shape | {"callback_id": callback_id, "action_ts": at}


def message_shortcut(me: Identity, member: Member, channel: Channel, message: Message, errand: Errand,
                     callback_id: str, at: str) -> Json:  # fmt: skip
    """A shortcut in the menu of a message."""
    shape = _interaction("message_action", me, member, errand.trigger_id)
    return shape | {
        "callback_id": callback_id,
        "action_ts": at,
        "channel": {"id": channel.id, "name": channel.name},
        "message_ts": message.ts,
        "message": message_json(me, message),
        "response_url": errand.response_url,
    }


def suggestion(me: Identity, member: Member, where: Message | View, control: kit.Control, typed: str) -> Json:
    """What a person types into a menu whose options the app gives."""
    shape = _interaction("block_suggestion", me, member, None)
    shape |= {
        "action_id": control.element.get("action_id", ""),
        "block_id": control.block["block_id"],
        "value": typed,
    }
    if isinstance(where, View):
        return shape | {"container": {"type": "view", "view_id": where.id}, "view": view_json(me, where)}
    container = {"type": "message", "message_ts": where.ts, "channel_id": where.channel, "is_ephemeral": False}
    return shape | {"container": container, "message": message_json(me, where)}


def event(me: Identity, body: Json, now: float, event_id: str | None = None) -> Json:
    """The envelope around an event."""
    return {
        "token": _VERIFICATION,
        "team_id": me.team_id,
        "api_app_id": me.app_id,
        "event": body,
        "type": "event_callback",
        "event_id": event_id or "Ev" + secrets.token_hex(5).upper(),
        "event_time": int(now),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": me.team_id,
                "user_id": me.bot_user,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-{secrets.token_hex(8)}",
    }


def said(me: Identity, message: Message, channel: Channel) -> Json:
    """The event of a person's message."""
    line = [{"type": "text", "text": message.text}]
    written = [{"type": "rich_text_section", "elements": line}]
    body = {
        "client_msg_id": secrets.token_hex(16),
        "type": "message",
        "text": message.text,
        "user": message.author,
        "ts": message.ts,
        "team": me.team_id,
        "blocks": [{"type": "rich_text", "block_id": f"t{message.ts[-4:]}", "elements": written}],
        "channel": channel.id,
        "event_ts": message.ts,
        "channel_type": "im" if channel.im_of else "group" if channel.private else "channel",
    }
    return body if message.thread_ts is None else body | {"thread_ts": message.thread_ts}
