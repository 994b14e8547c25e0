"""What came of something that a person did: the app's ack, and everything that became visible to them since."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, TypeVar

from tests.peers.slack.records import Ack, Effect, Message, Sent, View
from tests.peers.slack.state import Errand, World

Ending = Literal["closed", "errors", "updated", "pushed", "cleared", "failed", "blocked"]

T = TypeVar("T")

_SHOWS_VIEW = ("opened", "pushed", "changed")


class Answer:
    """Grows as more arrives: read it again, or wait with `until`.

    Counted are effects that this act caused for sure (by its response_url or trigger_id) and those of which
    Slack tells no cause, as far as this person sees them: direct messages, messages in the same channel, Home.
    """

    def __init__(self, world: World, errand: Errand, start: int, sent: Sent, patience: float) -> None:
        self.sent = sent
        self._world = world
        self._errand = errand
        self._start = start
        self._patience = patience

    @property
    def ack(self) -> Ack:
        """How the app took the delivery itself."""
        return self.sent.ack

    @property
    def effects(self) -> tuple[Effect, ...]:
        """Everything that became visible, in order."""
        return tuple(effect for effect in self._world.effects[self._start :] if self._mine(effect))

    @property
    def messages(self) -> tuple[Message, ...]:
        """The messages that were posted or changed, each as it stands now; deleted ones left out."""
        touched = {(each.message.channel, each.message.ts): each.message for each in self.effects if each.message}
        return tuple(now for message in touched.values() if (now := self._world.current(message)) is not None)

    @property
    def message(self) -> Message:
        """The latest message. Raises AssertionError when there is none."""
        return _last(self.messages, "no message came")

    @property
    def private(self) -> Message:
        """The latest message that only this person sees in the channel. Raises AssertionError without one."""
        return _last([one for one in self.messages if one.only_for], "no ephemeral message came")

    @property
    def direct(self) -> Message:
        """The latest ordinary message in the person's direct messages. Raises AssertionError without one."""
        home = self._world.direct(self._errand.user).id
        found = [one for one in self.messages if one.channel == home and not one.only_for]
        return _last(found, "no direct message came")

    @property
    def updated(self) -> Message:
        """The latest message that was changed in place. Raises AssertionError without one."""
        found = [effect.message for effect in self.effects if effect.doing == "updated" and effect.message]
        return _last(found, "no message was changed")

    @property
    def view(self) -> View:
        """The modal that was opened or changed last. Raises AssertionError without one."""
        found = [effect.view for effect in self.effects if effect.doing in _SHOWS_VIEW and effect.view]
        return _last(found, "no modal was opened")

    def says(self, *parts: str) -> bool:
        """Is each of these to be read somewhere in what came?"""
        shown = [message.words for message in self.messages]
        shown += [effect.view.words for effect in self.effects if effect.view]
        return all(any(part in words for words in shown) for part in parts)

    async def until(self, holds: Callable[[Answer], object], what: str = "", timeout: float | None = None) -> Answer:
        """Wait until `holds(answer)`; an AssertionError in it means not yet. Raises NoAnswerError after the time."""
        await self._world.signal.until(
            lambda: _holds(holds, self), timeout or self._patience, lambda: f"{what or 'it'} did not come; {self}"
        )
        return self

    async def more(self, count: int = 1) -> Answer:
        """Wait until `count` further effects came."""
        seen = len(self.effects) + count
        return await self.until(lambda answer: len(answer.effects) >= seen, f"{count} more")

    async def heard(self) -> Answer:
        """Wait until anything came."""
        return await self.until(lambda answer: answer.effects, "an answer")

    def _mine(self, effect: Effect) -> bool:
        if effect.cause is not None:
            return effect.cause == self._errand.cause
        if effect.message is not None and effect.message.author == self._errand.user:
            return False
        return effect.reader == self._errand.user or (effect.reader is None and effect.channel == self._errand.channel)

    def __repr__(self) -> str:
        doings = ", ".join(effect.doing for effect in self.effects) or "nothing"
        return f"ack {self.ack.status}, then {doings}"


class Submitted(Answer):
    """What came of sending a form; `errors` are texts by block id, `blocked` means Slack's client did not send it."""

    def __init__(self, world: World, errand: Errand, start: int, sent: Sent, patience: float) -> None:
        super().__init__(world, errand, start, sent, patience)
        self.ending: Ending = "failed"
        self.errors: dict[str, str] = {}

    @property
    def closed(self) -> bool:
        """Did the form go away?"""
        return self.ending in ("closed", "cleared")

    def __repr__(self) -> str:
        return f"{self.ending} {self.errors or ''}".strip() + f", {super().__repr__()}"


def _holds(probe: Callable[[Answer], object], answer: Answer) -> object:
    try:
        return probe(answer)
    except AssertionError:
        return False


def _last(found: Sequence[T], otherwise: str) -> T:
    if not found:
        raise AssertionError(otherwise)
    return found[-1]
