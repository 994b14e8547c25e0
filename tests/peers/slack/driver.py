"""A person at Slack: types, presses, chooses, fills in forms, and sees what comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.peers.slack import blocks as kit
from tests.peers.slack import forms
from tests.peers.slack.answers import Answer, Submitted
from tests.peers.slack.inbound import payloads
from tests.peers.slack.records import Ack, Kind, Member, Message, Sent, Signature, StoredFile, View
from tests.peers.slack.shapes import file_json, member_json, view_json
from tests.peers.slack.specs import Json
from tests.peers.slack.state import Errand

if TYPE_CHECKING:
    from tests.peers.slack.server import SlackPeer


class User:
    """One person. Everything they do waits until something came of it; `silent=True` waits for the ack only.

    `channel` is the name of a channel, None the direct messages with the bot. A message or view that was handed
    out earlier stands for an old screen: pressing on it twice is a double press.
    """

    def __init__(self, peer: SlackPeer, user_id: str) -> None:
        self.id = user_id
        self._peer = peer
        self._world = peer.world
        self._me = peer.world.identity

    @property
    def member(self) -> Member:
        """The person as the workspace knows them now."""
        return self._world.members[self.id]

    @property
    def home(self) -> View | None:
        """What the Home tab shows, None while nothing was published."""
        return self._world.views.home(self.id)

    @property
    def modal(self) -> View | None:
        """The modal on top, None when none is open."""
        return self._world.views.modal(self.id)

    @property
    def inbox(self) -> tuple[Message, ...]:
        """The bot's messages in the direct messages, oldest first."""
        return self._peer.direct_messages(self)

    def sees(self, channel: str | None = None) -> tuple[Message, ...]:
        """Everything this person sees in a place, oldest first, ephemeral messages included."""
        place = self._world.place(channel, self.id).id
        whispers = [one for one in self._world.whispers.values() if one.channel == place and one.only_for == self.id]
        return tuple(sorted([*self._world.history(place), *whispers], key=lambda message: message.ts))

    # Words

    async def slash(self, command: str, text: str = "", channel: str | None = None, *,
                    silent: bool = False, signature: Signature = "right") -> Answer:  # fmt: skip
        """Type a slash command."""
        place = self._world.place(channel, self.id)
        errand = self._world.errand(self.id, place.id)
        payload = payloads.slash(self._me, self.member, place, errand, command, text)
        return await self._act("slash", payload, errand, silent=silent, signature=signature)

    async def say(self, text: str, channel: str | None = None, *, thread_ts: str | None = None,
                  silent: bool = False) -> Answer:  # fmt: skip
        """Write a message; where the bot is not a member it hears nothing of it."""
        place = self._world.place(channel, self.id)
        errand = self._world.errand(self.id, place.id)
        message = self._world.post(Message(place.id, "", self.id, text, thread_ts=thread_ts))
        if self._me.bot_user not in place.members:
            unheard = Sent("event", {}, Ack(None, lost=True))
            return Answer(self._world, errand, len(self._world.effects), unheard, self._peer.patience)
        payload = self._peer.envelope(payloads.said(self._me, message, place))
        return await self._act("event", payload, errand, silent=silent)

    # Buttons and menus

    async def press(self, where: Message | View, name: str, *, values: dict[str, Any] | None = None,
                    silent: bool = False) -> Answer:  # fmt: skip
        """Press the button with this label or action id; `values` stand in the fields of the view meanwhile."""
        control = kit.find(where.blocks, name)
        act = payloads.action(control, self._world.ts())
        return await self._used(where, act, forms.fill(where, values or {}) if isinstance(where, View) else {}, silent)

    async def choose(self, where: Message | View, name: str, value: str | Sequence[str], *,
                     silent: bool = False) -> Answer:  # fmt: skip
        """Choose from a menu, boxes, a date or time picker; an option by its label or value."""
        control = kit.find(where.blocks, name)
        act = payloads.action(control, self._world.ts(), value)
        key = (control.block["block_id"], control.element.get("action_id", ""))
        return await self._used(where, act, {key: value}, silent)

    async def suggest(self, where: Message | View, name: str, typed: str) -> tuple[Json, ...]:
        """Type into a menu whose options come from the app; gives those options."""
        control = kit.find(where.blocks, name)
        payload = payloads.suggestion(self._me, self.member, where, control, typed)
        ack = (await self._peer.deliver("interactive", payload)).ack
        body = ack.body if isinstance(ack.body, dict) else {}
        groups = [option for group in body.get("option_groups") or [] for option in group["options"]]
        return tuple(body.get("options") or groups)

    async def _used(self, where: Message | View, act: Json, filled: forms.Filled, silent: bool) -> Answer:
        if isinstance(where, View):
            view = self._world.views.get(where.id) or where
            home = self._world.direct(self.id)
            errand = self._world.errand(self.id, home.id, view_id=view.id)
            payload = payloads.view_action(self._me, self.member, view, errand, act, filled)
        else:
            if not self._can_see(where):
                raise kit.NotThereError(f"{self.member.name} does not see this message")
            message = self._world.current(where) or where
            errand = self._world.errand(self.id, message.channel, source=message)
            place = self._world.channels[message.channel]
            payload = payloads.message_action(self._me, self.member, place, message, errand, act, filled)
        return await self._act("interactive", payload, errand, silent=silent)

    def _can_see(self, message: Message) -> bool:
        place = self._world.channels[message.channel]
        return message.only_for in (None, self.id) and place.im_of in (None, self.id)

    # Forms

    def file(self, name: str, content: bytes) -> Json:
        """A file that this person has ready for a form; a value of a `file_input` is a list of such."""
        stored = StoredFile(f"F0FILE{self._world.serial():05d}", name, len(content), content=content, complete=True,
                            owner=self.id)  # fmt: skip
        self._world.files[stored.id] = stored
        return file_json(self._world.base_url, stored)

    async def submit(self, view: View, values: dict[str, Any] | None = None, *, force: bool = False) -> Submitted:
        """Fill in fields (by "block/action", action id, block id or label) and send the form.

        Slack's client does not send a form with an empty required field or a text of a wrong length: then the
        ending is `blocked`, unless `force`. Returns as soon as the form was answered; see `more`, `until`.
        """
        filled = forms.fill(view, values or {})
        now = self._world.views.get(view.id) or view
        errand = self._world.errand(self.id, self._world.direct(self.id).id, view_id=view.id)
        start = len(self._world.effects)
        payload = payloads.view_submission(self._me, self.member, now, errand, filled)
        complaints = {} if force else forms.complaints(now, filled)
        if complaints:
            blocked = Submitted(
                self._world, errand, start, Sent("interactive", payload, Ack(None)), self._peer.patience
            )
            blocked.ending, blocked.errors = "blocked", complaints
            return blocked
        sent = await self._peer.deliver("interactive", payload)
        result = Submitted(self._world, errand, start, sent, self._peer.patience)
        forms.conclude(self._world, self._peer.inspector, now, result, errand.cause)
        return result

    async def close(self, view: View) -> Ack | None:
        """Close a modal without sending it; the app hears of it only when it asked for that."""
        now = self._world.views.get(view.id) or view
        cleared = bool(now.content.get("clear_on_close"))
        if cleared:
            self._world.views.close_all(self.id)
        else:
            self._world.views.close(now)
        if not now.content.get("notify_on_close"):
            return None
        payload = payloads.view_closed(self._me, self.member, now, cleared=cleared)
        return (await self._peer.deliver("interactive", payload)).ack

    # Shortcuts and tabs

    async def shortcut(self, callback_id: str, message: Message | None = None, *, silent: bool = False) -> Answer:
        """Use a global shortcut, or one in a message's menu."""
        at = self._world.ts()
        if message is None:
            errand = self._world.errand(self.id, self._world.direct(self.id).id)
            payload = payloads.shortcut(self._me, self.member, errand, callback_id, at)
        else:
            place = self._world.channels[message.channel]
            errand = self._world.errand(self.id, place.id, source=message)
            payload = payloads.message_shortcut(self._me, self.member, place, message, errand, callback_id, at)
        return await self._act("interactive", payload, errand, silent=silent)

    async def open_home(self) -> View:
        """Open the Home tab and wait until the app has published it anew."""
        answer = await self._open_tab("home", silent=True)
        await answer.until(lambda seen: any(effect.doing == "published" for effect in seen.effects), "the Home tab")
        shown = self.home
        assert shown is not None
        return shown

    async def open_messages(self, *, silent: bool = False) -> Answer:
        """Open the Messages tab, which many people see first."""
        return await self._open_tab("messages", silent=silent)

    async def _open_tab(self, tab: str, *, silent: bool) -> Answer:
        place = self._world.direct(self.id)
        errand = self._world.errand(self.id, place.id)
        body: Json = {"type": "app_home_opened", "user": self.id, "channel": place.id, "tab": tab}
        body["event_ts"] = self._world.ts()
        if tab == "home" and self.home:
            body["view"] = view_json(self._me, self.home)
        return await self._act("event", self._peer.envelope(body), errand, silent=silent)

    # Coming, changing, going

    async def change(self, *, tz: str | None = None, real_name: str | None = None, deleted: bool | None = None) -> Sent:
        """Change one's profile, or be deactivated; the app gets user_change."""
        old = self.member
        given = {"tz": tz, "real_name": real_name, "deleted": deleted}
        self._world.members[self.id] = replace(
            old, **{name: value for name, value in given.items() if value is not None}  # type: ignore[arg-type]
        )  # fmt: skip
        user = member_json(self._me, self.member, self._world.clock.now())
        return await self._peer.event({"type": "user_change", "user": user})

    async def deactivate(self) -> Sent:
        """The admins deactivate the account. Slack goes on saying ok to messages into its direct messages."""
        return await self.change(deleted=True)

    async def join_team(self) -> Sent:
        """The event that a person came to the workspace."""
        user = member_json(self._me, self.member, self._world.clock.now())
        return await self._peer.event({"type": "team_join", "user": user})

    async def join(self, channel: str, *, inviter: User | None = None) -> Sent:
        """Join a channel; the app hears of it where the bot is a member."""
        return await self._peer.joined(self.id, channel, inviter.id if inviter else None)

    async def _act(self, kind: Kind, payload: Json, errand: Errand, *, silent: bool,
                   signature: Signature = "right") -> Answer:  # fmt: skip
        start = len(self._world.effects)
        sent = await self._peer.deliver(kind, payload, signature=signature)
        answer = Answer(self._world, errand, start, sent, self._peer.patience)
        if kind == "slash":
            self._peer.take_ack(payload["command"], errand, sent.ack)
        if sent.ack.ok and not silent:
            await answer.heard()
        return answer
