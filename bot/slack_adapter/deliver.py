"""Messages to a person's direct messages and to channels, and what Slack's refusals mean for the outbox.

Slack has no key that would keep `chat.postMessage` from posting twice. So each message carries the outbox row's id as
metadata, and a row that may have gone out before is looked for first. In channels we read nothing, so there it cannot
be looked for, and in a rare case a post comes twice.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.ports import Outgoing, Sent
from bot.slack_adapter.api import Api, Json, error_of, status_of
from bot.slack_adapter.people import People
from bot.uploads import NETWORK
from commands.composing import Place
from commands.ui import Card
from scheduler.posts import ChannelClosed
from scheduler.retry import DeliveryError, Misconfigured, Rejected, Throttled, Transient, Unreachable

UNREACHABLE = {
    "cannot_dm_bot",
    "channel_not_found",
    "is_archived",
    "not_in_channel",
    "user_disabled",
    "user_not_found",
    "user_not_visible",
}
MISCONFIGURED = {
    "access_denied",
    "account_inactive",
    "invalid_auth",
    "messages_tab_disabled",
    "missing_scope",
    "no_permission",
    "not_allowed_token_type",
    "not_authed",
    "team_access_not_granted",
    "token_expired",
    "token_revoked",
}
CHANNEL_CLOSED = {
    "channel_not_found",
    "ekm_access_denied",
    "is_archived",
    "missing_scope",
    "no_permission",
    "not_in_channel",
    "restricted_action",
    "restricted_action_read_only_channel",
    "restricted_action_thread_only_channel",
    "team_access_not_granted",
}
TRANSIENT = {"fatal_error", "internal_error", "request_timeout", "service_unavailable", "team_added_to_org"}
THROTTLED = {"message_limit_exceeded", "rate_limited", "ratelimited"}
GONE = {"cant_update_message", "edit_window_closed", "message_not_found"}
"""The message to edit is no longer there, or no longer ours to change: a new one is sent."""
RECENT = 50
"""Messages looked through for one that may have gone out before."""
UNNAMED_PAUSE = timedelta(seconds=60)
MARK = "matchmentor_message"


async def deliver(api: Api, people: People, message: Outgoing) -> Sent:
    """Send to a person or a channel, or edit. Raises the delivery errors of `scheduler.retry`, and `ChannelClosed`."""
    if (
        message.place is None and (await people.get(message.user)).deleted
    ):  # Slack says ok to messages that nobody will read
        raise Unreachable("user_deleted")
    try:
        if message.place is not None:
            return await _post(api, message, message.place)
        return await _deliver(api, message)
    except SlackApiError as fault:
        raise (named(fault) if message.place is None else named_in_channel(fault)) from fault
    except NETWORK as fault:
        raise Transient(type(fault).__name__) from fault


def named(fault: SlackApiError) -> DeliveryError:
    """The delivery error that a refusal of Slack means."""
    status, reason = status_of(fault), error_of(fault)
    if status == 429 or reason in THROTTLED:
        return Throttled(_pause(fault), reason or "429")
    if status >= 500 or reason in TRANSIENT:
        return Transient(reason or str(status))
    if reason in UNREACHABLE:
        return Unreachable(reason)
    if status == 401 or reason in MISCONFIGURED:
        return Misconfigured(reason or str(status))
    return Rejected(reason)


def named_in_channel(fault: SlackApiError) -> DeliveryError:
    """The same in a channel: what says that this one is closed to us says nothing of a person or of the lane."""
    reason = error_of(fault)
    return ChannelClosed(reason) if reason in CHANNEL_CLOSED else named(fault)


async def _deliver(api: Api, message: Outgoing) -> Sent:
    if message.channel is not None:
        try:
            return await _in_channel(api, message.channel, message)
        except SlackApiError as fault:
            if error_of(fault) != "channel_not_found":
                raise
            api.forget(message.user)
    return await _in_channel(api, await api.direct(message.user, api.patient), message)


async def _post(api: Api, message: Outgoing, place: Place) -> Sent:
    """A post, with the name of the group that is called first."""

    async def send(body: Json) -> Any:
        if place.mention:
            call = f"<!subteam^{place.mention}>"
            body["text"] = f"{call} {body['text']}"
            body["blocks"].insert(0, {"type": "section", "text": {"type": "mrkdwn", "text": call}})
        return await api.patient.chat_postMessage(channel=place.channel, unfurl_links=False, unfurl_media=False, **body)

    return Sent(place.channel, str((await api.show(message.card, send))["ts"]))


async def _in_channel(api: Api, channel: str, message: Outgoing) -> Sent:
    mark = {"event_type": MARK, "event_payload": {"key": message.key}}
    if message.edit is not None and await _edited(api, channel, message.edit, message.card, mark):
        return Sent(channel, message.edit)
    if message.repeated and (earlier := await _earlier(api, channel, message.key)) is not None:
        return Sent(channel, earlier)
    await api.send_files(message.card.files, channel)

    async def send(body: Json) -> Any:
        return await api.patient.chat_postMessage(
            channel=channel, unfurl_links=False, unfurl_media=False, metadata=mark, **body
        )

    return Sent(channel, str((await api.show(message.card, send))["ts"]))


async def _edited(api: Api, channel: str, ts: str, card: Card, mark: Json) -> bool:
    try:
        await api.show(card, lambda body: api.patient.chat_update(channel=channel, ts=ts, metadata=mark, **body))
    except SlackApiError as fault:
        if error_of(fault) not in GONE:
            raise
        return False
    return True


async def _earlier(api: Api, channel: str, key: str) -> str | None:
    """The message that an earlier attempt left."""
    past = await api.patient.conversations_history(channel=channel, limit=RECENT, include_all_metadata=True)
    for message in past.get("messages") or ():
        mark = message.get("metadata") or {}
        if mark.get("event_type") == MARK and (mark.get("event_payload") or {}).get("key") == key:
            return str(message["ts"])
    return None


def _pause(fault: SlackApiError) -> timedelta:
    headers: Any = getattr(fault.response, "headers", None) or {}
    given = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    try:
        return timedelta(seconds=float(given[0] if isinstance(given, list) else given))
    except ValueError:
        return UNNAMED_PAUSE
