"""The loopback Slack's Web API and its faults, called by slack_sdk's own client."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from tests.end_to_end.bare_bolt import goal_form, section
from tests.peers.slack import SlackPeer, User, specs

ABOUT = {"event_type": "outbox", "event_payload": {"id": "42"}}


@pytest.fixture
async def peer() -> AsyncIterator[SlackPeer]:
    async with SlackPeer() as peer:
        yield peer


@pytest.fixture
def client(peer: SlackPeer) -> AsyncWebClient:
    """Without its retries: what the peer says is what a test sees."""
    return AsyncWebClient(peer.bot_token, base_url=peer.api_base, timeout=1, retry_handlers=[])


@pytest.fixture
def amina(peer: SlackPeer) -> User:
    return peer.user("amina", tz="Asia/Karachi")


def refused(error: str) -> pytest.RaisesExc[SlackApiError]:
    return pytest.RaisesExc(SlackApiError, match=f"'error': '{error}'")


# Who calls


async def test_who_am_i(peer: SlackPeer, client: AsyncWebClient) -> None:
    me = await client.auth_test()
    assert me["user_id"] == peer.world.identity.bot_user
    assert "chat:write" in me.headers["x-oauth-scopes"].split(",")
    assert (await client.team_info())["team"]["id"] == me["team_id"]
    assert [request.method for request in peer.requests] == ["auth.test", "team.info"]


async def test_tokens_are_checked(peer: SlackPeer, client: AsyncWebClient) -> None:
    with refused("invalid_auth"):
        await client.auth_test(token="xoxb-stranger")
    with refused("not_allowed_token_type"):
        await client.apps_connections_open(app_token=peer.bot_token)
    with refused("unknown_method"):
        await client.api_call("chat.sing")
    async with aiohttp.ClientSession() as session, session.post(f"{peer.api_base}auth.test") as answer:
        assert (await answer.json())["error"] == "not_authed"
    await client.auth_revoke()
    with refused("token_revoked"):
        await client.auth_test()


async def test_a_missing_scope_is_named(peer: SlackPeer, client: AsyncWebClient, amina: User) -> None:
    peer.world.scopes.discard("users:read")
    with refused("missing_scope") as caught:
        await client.users_info(user=amina.id)
    assert caught.value.response["needed"] == "users:read"


# People and places


async def test_people(client: AsyncWebClient, amina: User) -> None:
    person = (await client.users_info(user=amina.id))["user"]
    assert (person["tz"], person["tz_offset"], person["deleted"]) == ("Asia/Karachi", 5 * 3600, False)
    with refused("user_not_found"):
        await client.users_info(user="U0NOBODY")


async def test_slack_says_ok_to_messages_for_a_deactivated_person(peer: SlackPeer, client: AsyncWebClient,
                                                                  amina: User) -> None:  # fmt: skip
    opened = await client.conversations_open(users=amina.id)
    peer.connect_http("http://127.0.0.1:9/")
    await amina.deactivate()
    assert (await client.chat_postMessage(channel=opened["channel"]["id"], text="hi"))["ok"]
    person = (await client.users_info(user=amina.id))["user"]
    assert person["deleted"] is True
    assert "tz" not in person
    stranger = peer.user("bilal")
    await stranger.deactivate()
    with refused("user_disabled"):
        await client.conversations_open(users=stranger.id)


async def test_conversations(peer: SlackPeer, client: AsyncWebClient, amina: User) -> None:
    cohort = peer.channel("cohort", bot=True)
    first = await client.conversations_open(users=amina.id)
    again = await client.conversations_open(users=amina.id)
    assert first["channel"]["id"] == again["channel"]["id"]
    assert again["already_open"] is True
    assert (await client.conversations_info(channel=cohort.id))["channel"]["is_member"] is True
    mine = (await client.users_conversations(types="public_channel,im"))["channels"]
    assert {channel["id"] for channel in mine} == {cohort.id, first["channel"]["id"]}
    for users, error in (("U0NOBODY", "user_not_found"), ("", "users_list_not_supplied"),
                         (peer.world.identity.bot_user, "cannot_dm_bot")):  # fmt: skip
        with refused(error):
            await client.conversations_open(users=users)


async def test_places_where_the_bot_may_not_write(peer: SlackPeer, client: AsyncWebClient, amina: User) -> None:
    with refused("not_in_channel"):
        await client.chat_postMessage(channel="general", text="hi")
    with refused("not_in_channel"):
        await client.chat_postEphemeral(channel="general", user=amina.id, text="hi")
    peer.channel("old", bot=True)
    peer.archive("old")
    with refused("is_archived"):
        await client.chat_postMessage(channel="old", text="hi")
    with refused("channel_not_found"):
        await client.chat_postMessage(channel="C0NOWHERE", text="hi")


# Messages


async def test_history_newest_first_with_metadata_only_when_asked(client: AsyncWebClient, amina: User) -> None:
    for number in range(3):
        sent = await client.chat_postMessage(channel=amina.id, text=f"nudge {number}", metadata=ABOUT)
    bare = await client.conversations_history(channel=sent["channel"])
    assert [message["text"] for message in bare["messages"]] == ["nudge 2", "nudge 1", "nudge 0"]
    assert "metadata" not in bare["messages"][0]
    full = await client.conversations_history(channel=sent["channel"], include_all_metadata=True, limit=2)
    assert full["messages"][0]["metadata"] == ABOUT
    assert full["has_more"] is True
    cursor = full["response_metadata"]["next_cursor"]
    rest = await client.conversations_history(channel=sent["channel"], cursor=cursor)
    assert [message["text"] for message in rest["messages"]] == ["nudge 0"]
    since = await client.conversations_history(channel=sent["channel"], oldest=sent["ts"], inclusive=True)
    assert [message["ts"] for message in since["messages"]] == [sent["ts"]]


async def test_messages_change_and_go(peer: SlackPeer, client: AsyncWebClient, amina: User) -> None:
    sent = await client.chat_postMessage(channel=amina.id, text="one", blocks=[section("one")], metadata=ABOUT)
    await client.chat_update(channel=sent["channel"], ts=sent["ts"], text="two")
    assert peer.direct_messages(amina)[0].words == "two"
    assert peer.direct_messages(amina)[0].metadata == ABOUT
    await client.chat_delete(channel=sent["channel"], ts=sent["ts"])
    assert peer.direct_messages(amina) == ()
    with refused("message_not_found"):
        await client.chat_update(channel=sent["channel"], ts=sent["ts"], text="three")
    with refused("no_text"):
        await client.api_call("chat.postMessage", json={"channel": amina.id})
    with refused("invalid_metadata_format"):
        await client.chat_postMessage(channel=amina.id, text="x", metadata={"event_type": "x"})


async def test_a_file_in_three_steps_and_a_picture_of_it(peer: SlackPeer, client: AsyncWebClient, amina: User) -> None:
    opened = await client.conversations_open(users=amina.id)
    shared = await client.files_upload_v2(
        channel=opened["channel"]["id"], filename="export.json", content="{}", initial_comment="Your data"
    )
    file_id = shared["file"]["id"]
    assert peer.world.files[file_id].content == b"{}"
    assert peer.direct_messages(amina)[0].files == (file_id,)
    picture = {"type": "image", "slack_file": {"id": file_id}, "alt_text": "Your progress"}
    await client.chat_postMessage(channel=amina.id, text="Progress", blocks=[picture])
    await client.files_delete(file=file_id)
    with refused("invalid_blocks"):
        await client.chat_postMessage(channel=amina.id, text="Progress", blocks=[picture])
    assert peer.violations == []


# Views


async def test_home_has_a_hash_and_external_ids_are_unique(
    client: AsyncWebClient, amina: User, peer: SlackPeer
) -> None:
    home = {"type": "home", "external_id": "home-1", "blocks": [section("hello")]}
    first = (await client.views_publish(user_id=amina.id, view=home))["view"]
    second = (await client.views_publish(user_id=amina.id, view=home, hash=first["hash"]))["view"]
    assert second["id"] == first["id"]
    with refused("hash_conflict"):
        await client.views_publish(user_id=amina.id, view=home, hash=first["hash"])
    with refused("duplicate_external_id"):
        await client.views_publish(user_id=peer.user("bilal").id, view=home)
    with refused("not_found"):
        await client.views_update(view_id="V0NONE", view=goal_form())
    assert amina.home is not None
    assert amina.home.says("hello")


# Arguments


@pytest.mark.skipif(not specs.available(), reason=specs.missing_notice())
async def test_arguments_are_held_against_slacks_reference(peer: SlackPeer, client: AsyncWebClient) -> None:
    with refused("invalid_arguments") as caught:
        await client.api_call("chat.update", json={"channel": "C1", "text": "x"})
    assert caught.value.response["response_metadata"]["messages"] == ["[ERROR] missing required field: ts"]
    await client.api_call("auth.test", json={"colour": "red"})
    await client.api_call("users.conversations", params={"limit": "many", "color": "red"})
    assert [str(violation) for violation in peer.violations] == [
        "chat.update: missing: ts",
        "users.conversations: limit: 'many' is not a number",
        "users.conversations: unknown argument 'color'",
    ]


# Faults


async def test_errors_strike_so_often_and_only_whom_they_should(peer: SlackPeer, client: AsyncWebClient,
                                                                amina: User) -> None:  # fmt: skip
    fault = peer.faults.fail("chat.postMessage", "is_archived", times=2, user=amina.id)
    await client.chat_postMessage(channel=peer.user("bilal").id, text="x")
    direct = peer.world.direct(amina.id).id
    for channel in (amina.id, direct):
        with refused("is_archived"):
            await client.chat_postMessage(channel=channel, text="x")
    await client.chat_postMessage(channel=direct, text="x")
    assert (fault.hits, len(amina.inbox), peer.refused) == (2, 1, [])


async def test_rate_limits_and_outages(peer: SlackPeer, client: AsyncWebClient, amina: User) -> None:
    peer.faults.throttle("users.info", retry_after=0)
    client.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=1))
    assert (await client.users_info(user=amina.id))["ok"]
    assert [request.status for request in peer.calls("users.info")] == [429, 200]
    peer.faults.outage("users.info", status=502)
    with pytest.raises(SlackApiError, match="502"):
        await client.users_info(user=amina.id)
    peer.faults.limit("chat.postMessage", 1, 1.0, by="channel")
    client.retry_handlers.clear()
    await client.chat_postMessage(channel=amina.id, text="x")
    with refused("ratelimited") as caught:
        await client.chat_postMessage(channel=amina.id, text="x")
    assert caught.value.response.headers["Retry-After"] == "1"
    peer.clock.forward(1.1)
    await client.chat_postMessage(channel=amina.id, text="x")


async def test_an_answer_may_be_lost_after_the_call_was_carried_out(peer: SlackPeer, client: AsyncWebClient,
                                                                    amina: User) -> None:  # fmt: skip
    peer.faults.drop("chat.postMessage")
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=amina.id, text="once")
    peer.faults.hang("chat.postMessage")
    client.timeout = 0.05  # type: ignore[assignment]
    with pytest.raises(asyncio.TimeoutError):
        await client.chat_postMessage(channel=amina.id, text="twice")
    assert [message.text for message in amina.inbox] == ["once", "twice"]
    assert [request.error for request in peer.calls("chat.postMessage")] == [None, None]


async def test_what_a_bot_process_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.invalid:3128")
    async with SlackPeer("socket", check=False) as peer:
        assert "HTTPS_PROXY" not in os.environ
        assert peer.settings() == {
            "SLACK_API_BASE": peer.api_base,
            "SLACK_BOT_TOKEN": peer.bot_token,
            "SLACK_APP_TOKEN": peer.app_token,
        }
    assert os.environ["HTTPS_PROXY"] == "http://proxy.invalid:3128"


async def test_checks_can_be_switched_off_for_a_benchmark() -> None:
    async with SlackPeer(check=False) as peer:
        client = AsyncWebClient(peer.bot_token, base_url=peer.api_base)
        await client.chat_postMessage(channel=peer.user("amina").id, text="x", blocks=[{"type": "nonsense"}])
    assert peer.violations == []
