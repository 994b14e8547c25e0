"""A small Bolt app of every kind of answer, to prove the loopback Slack with a client that we did not write."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from tests.peers.slack import SlackPeer

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def button(label: str, action_id: str, value: str = "1") -> Json:
    return {"type": "button", "text": plain(label), "action_id": action_id, "value": value}


def section(text: str, accessory: Json | None = None) -> Json:
    block: Json = {"type": "section", "text": {"type": "mrkdwn", "text": text}}
    return block if accessory is None else block | {"accessory": accessory}


def goal_form(title: str = "Add a goal") -> Json:
    menu = {"type": "static_select", "action_id": "kind", "options": [_option("Exam"), _option("Letter")]}
    mentors = {"type": "external_select", "action_id": "mentor", "min_query_length": 0}
    return {
        "type": "modal", "callback_id": "goal", "title": plain(title), "submit": plain("Save"),
        "notify_on_close": True, "private_metadata": "from the form",
        "blocks": [
            {"type": "input", "block_id": "goal", "label": plain("Goal"),
             "element": {"type": "plain_text_input", "action_id": "text", "max_length": 40}},
            {"type": "input", "block_id": "kind", "label": plain("Kind"), "optional": True, "element": menu},
            {"type": "input", "block_id": "mentor", "label": plain("Mentor"), "optional": True, "element": mentors},
            {"type": "actions", "block_id": "more", "elements": [button("Explain", "explain")]},
        ],
    }  # fmt: skip


def _option(label: str) -> Json:
    return {"text": plain(label), "value": label.lower()}


class BareBolt:
    """The app, what reached it (`seen`: type or event type), and a gate behind which one command waits."""

    def __init__(self, peer: SlackPeer, *, rate_retries: int = 1) -> None:
        self.client = AsyncWebClient(peer.bot_token, base_url=peer.api_base, timeout=5)
        self.client.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=rate_retries))
        self.app = AsyncApp(client=self.client, signing_secret=peer.signing_secret)
        self.seen: list[str] = []
        self.bodies: list[Json] = []
        self.retries: list[str] = []
        self.gate = asyncio.Event()
        self.app.middleware(self._watch)
        self.app.command("/mentor")(self._command)
        for name in ("done", "swap", "pick", "explain"):
            self.app.action(name)(getattr(self, f"_{name}"))
        self.app.view("goal")(self._goal)
        self.app.view_closed("goal")(self._ack)
        self.app.options("mentor")(self._mentors)
        self.app.shortcut("about")(self._about)
        self.app.event("app_home_opened")(self._home)
        self.app.event("message")(self._message)
        for name in ("user_change", "team_join", "member_joined_channel", "tokens_revoked", "app_uninstalled"):
            self.app.event(name)(self._ack)

    def listen_to_everything(self) -> None:
        """Acknowledge whatever the listeners above do not take."""
        anything = re.compile(".*")
        for listen in (self.app.command, self.app.action, self.app.view, self.app.view_closed, self.app.options):
            listen(anything)(self._ack)
        self.app.shortcut(anything)(self._ack)
        self.app.event(anything)(self._ack)
        for subtype in ("bot_message", "message_changed", "message_deleted", "thread_broadcast"):
            self.app.event({"type": "message", "subtype": subtype})(self._ack)

    @asynccontextmanager
    async def running(self, peer: SlackPeer, *, ping_interval: float = 10) -> AsyncIterator[BareBolt]:
        if peer.mode == "http":
            runner = web.AppRunner(self.app.web_app(path="/slack/events"), access_log=None)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            peer.connect_http(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
            yield self
            await runner.cleanup()
        else:
            handler = AsyncSocketModeHandler(self.app, peer.app_token, ping_interval=ping_interval)
            await handler.connect_async()  # type: ignore[no-untyped-call]
            await peer.ready()
            yield self
            await handler.close_async()  # type: ignore[no-untyped-call]

    async def _watch(self, body: Json, req: Any, next_: Any) -> None:
        kind = body.get("event", {}).get("type") or body.get("type") or body.get("command") or ""
        self.seen.append(kind)
        self.bodies.append(body)
        self.retries += req.headers.get("x-slack-retry-num", [])
        await next_()

    async def _ack(self, ack: Any) -> None:
        await ack()

    async def _command(self, ack: Any, command: Json, respond: Any) -> None:
        words, user, channel = command["text"], command["user_id"], command["channel_id"]
        match words:
            case "modal":
                await ack()
                await self.client.views_open(trigger_id=command["trigger_id"], view=goal_form())
            case "late modal":
                await ack()
                await self.gate.wait()
                await self.client.views_open(trigger_id=command["trigger_id"], view=goal_form())
            case "later":
                await ack()
                await respond("via response_url", blocks=[section("*later*", button("Swap", "swap"))])
            case "whisper":
                await ack()
                with suppress(SlackApiError):  # Bolt forgets an ack() when the listener fails within 10 ms of it
                    await self.client.chat_postEphemeral(channel=channel, user=user, text="only you")
            case "dm":
                await ack()
                await self._checklist(user)
                await respond("The list is in your direct messages.")
            case "slow":
                await self.gate.wait()
                await ack("late")
            case "many":
                await ack()
                for number in range(6):
                    await respond(f"answer {number}")
            case _:
                await ack({"text": f"hello {words}", "blocks": [section(f"hello *{words}*")]})

    async def _checklist(self, user: str) -> None:
        opened = await self.client.conversations_open(users=user)
        menu = {"type": "static_select", "action_id": "pick", "options": [_option("Today"), _option("Monday")]}
        blocks = [
            section("Ask for the letter", button("Done: letter", "done")),
            {"type": "actions", "elements": [menu]},
        ]
        about = {"event_type": "outbox", "event_payload": {"id": "42"}}
        await self.client.chat_postMessage(
            channel=opened["channel"]["id"], text="Your checklist", blocks=blocks, metadata=about
        )

    async def _done(self, ack: Any, body: Json, respond: Any) -> None:
        await ack()
        where = {"channel": body["channel"]["id"], "ts": body["message"]["ts"]}
        await self.client.chat_update(**where, text="Done", blocks=[section("~Ask for the letter~")])
        await respond("noted", replace_original=False)

    async def _swap(self, ack: Any, respond: Any) -> None:
        await ack()
        await respond("swapped", replace_original=True)

    async def _pick(self, ack: Any, action: Json, respond: Any) -> None:
        await ack()
        await respond(f"picked {action['selected_option']['value']}", replace_original=False)

    async def _explain(self, ack: Any, body: Json) -> None:
        await ack()
        with suppress(SlackApiError):  # as above
            await self.client.views_push(trigger_id=body["trigger_id"], view=goal_form("Explained"))

    async def _goal(self, ack: Any, view: Json, body: Json) -> None:
        text = view["state"]["values"]["goal"]["text"]["value"]
        match text:
            case "ab":
                await ack(response_action="errors", errors={"goal": "Please write three letters or more."})
            case "bad errors":
                await ack(response_action="errors", errors={"nowhere": "lost"})
            case "update" | "push":
                await ack(response_action=text, view=goal_form(f"After {text}"))
            case "clear":
                await ack(response_action="clear")
            case _:
                await ack()
                await self.client.chat_postMessage(channel=body["user"]["id"], text=f"Saved: {text}")

    async def _mentors(self, ack: Any, payload: Json) -> None:
        await ack(options=[_option(f"Dr. {payload['value']}")])

    async def _about(self, ack: Any, body: Json) -> None:
        await ack()
        await self.client.views_open(trigger_id=body["trigger_id"], view=goal_form("About"))

    async def _home(self, event: Json) -> None:
        if event["tab"] == "home":
            view = {"type": "home", "blocks": [section("Your checklist")]}
            await self.client.views_publish(user_id=event["user"], view=view)

    async def _message(self, event: Json, say: Any) -> None:
        if "bot_id" not in event and "subtype" not in event:
            with suppress(SlackApiError):  # as above; the samples come from channels that are not there
                await say(f"you said {event['text']}")
