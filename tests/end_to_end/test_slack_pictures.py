"""Pictures on Slack, which has them a moment before it can show them; and what is said where it never can."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from bot.slack_adapter import SlackAdapter
from commands.actions import encode
from commands.context import Ctx
from commands.outcomes import Reply, Update
from commands.registry import Feature, Registry
from commands.ui import Button, Buttons, Card, Picture, Text
from tests.end_to_end.slack_stage import SlackDesk, Stage, nudge, opened
from tests.peers.slack import User, specs

pytestmark = pytest.mark.skipif(not specs.available(), reason=specs.missing_notice())

NEVER = 1_000
ALT = "3 of 12 steps are done"
feature = Feature("gallery")


def gallery(title: str) -> Card:
    """A card with a picture and a button that draws it again."""
    return Card(title, (Text("Look"), Picture(b"a picture", ALT), Buttons((Button("Again", encode("gallery.again")),))))


@feature.command("gallery", "Show a picture", reads=True)
async def show(ctx: Ctx) -> Reply:
    """A new message."""
    return Reply(gallery("Progress"))


@feature.action("gallery.again")
async def again(ctx: Ctx) -> Update:
    """The message or the tab, changed."""
    return Update(gallery("Progress again"))


@feature.on_home
async def home(ctx: Ctx) -> Reply:
    """The Home tab."""
    return Reply(gallery("Progress"))


@dataclass
class Wait:
    """How the bot waits here: not at all."""

    seconds: list[float] = field(default_factory=list)

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with opened("http") as made:
        made.desk = SlackDesk(Registry([feature]))
        yield made


@pytest.fixture
def wait() -> Wait:
    return Wait()


@pytest.fixture
async def bot(stage: Stage, wait: Wait) -> AsyncIterator[SlackAdapter]:
    async with stage.running(wait=wait) as adapter:
        yield adapter


@pytest.fixture
async def amina(stage: Stage, bot: SlackAdapter) -> User:
    return stage.peer.user("amina")


def pictures(blocks: tuple[dict[str, object], ...]) -> int:
    return len([block for block in blocks if block["type"] == "image"])


@pytest.mark.parametrize("channel", ["general", None])
async def test_a_picture_is_waited_for(stage: Stage, amina: User, wait: Wait, channel: str | None) -> None:
    stage.peer.world.slow_files = 3
    answer = await amina.slash("/gallery", channel=channel)
    assert pictures(answer.message.blocks) == 1
    assert len(wait.seconds) == 3
    changed = await amina.press(answer.message, "Again")
    assert pictures(changed.updated.blocks) == 1
    assert len(stage.peer.calls("upload")) == 1


@pytest.mark.parametrize("channel", ["general", None])
async def test_where_it_cannot_be_shown_its_words_are(
    stage: Stage, amina: User, wait: Wait, channel: str | None
) -> None:
    stage.peer.world.slow_files = NEVER
    answer = await amina.slash("/gallery", channel=channel)
    assert answer.says(f"Picture: {ALT}")
    assert sum(wait.seconds) < 2
    changed = await amina.press(answer.message, "Again")
    assert changed.updated.says("Progress again", f"Picture: {ALT}")
    assert len(amina.sees(channel)) == 1
    stage.peer.world.slow_files = 0
    assert pictures((await amina.press(changed.updated, "Again")).updated.blocks) == 1


async def test_the_home_tab_does_the_same(stage: Stage, amina: User) -> None:
    stage.peer.world.slow_files = NEVER
    assert (await amina.open_home()).says(f"Picture: {ALT}")
    stage.peer.world.slow_files = 1
    assert pictures((await amina.open_home()).blocks) == 1


async def test_a_picture_that_was_deleted_at_slack_is_uploaded_again_the_next_time(
    stage: Stage, bot: SlackAdapter, amina: User
) -> None:
    answer = await amina.slash("/gallery")
    stage.peer.world.files.clear()
    changed = await amina.press(answer.message, "Again")
    assert changed.updated.says(f"Picture: {ALT}")
    assert pictures((await amina.press(changed.updated, "Again")).updated.blocks) == 1


async def test_a_message_of_the_outbox_goes_out_in_words(stage: Stage, bot: SlackAdapter, amina: User) -> None:
    stage.peer.world.slow_files = NEVER
    message = nudge(amina)
    sent = await bot.deliver(type(message)(message.user, "", gallery("Progress"), "ob1"))
    assert amina.inbox[0].says(f"Picture: {ALT}")
    changed = type(message)(message.user, "", gallery("Later"), "ob2", channel=sent.channel, edit=sent.ref)
    assert await bot.deliver(changed) == sent
    assert amina.inbox[0].says("Later", f"Picture: {ALT}")


async def test_an_answer_that_slack_refuses_is_no_late_one(stage: Stage, bot: SlackAdapter, amina: User) -> None:
    """A 404 with `invalid_blocks` is about the message: the person is told where they are, not in another place."""
    stage.peer.faults.fail("files.info", "missing_scope", times=9)
    stage.peer.world.slow_files = NEVER
    answer = await amina.slash("/gallery", channel="general")
    assert answer.private.says(f"Picture: {ALT}")
    assert amina.inbox == ()
