"""What a community posts does not end with the admin who set it up."""

from __future__ import annotations

from datetime import timedelta

from commands.actions import base36, encode
from storage.retention import FROZEN, housekeeping
from tests.chat import Chat
from tests.conversations.test_channels import jump, posted, posts, runs_it, saved
from tests.turns import next_moment


async def test_a_post_goes_on_when_the_admin_who_set_it_up_has_left(chat: Chat) -> None:
    admin = await saved(await runs_it(chat))
    admin.clock.forward(next_moment("Mon 18:30", "Africa/Lagos", admin.clock.now()) - admin.clock.now())
    assert await admin.world.turns.posts.turn() == 1
    await admin.event("member_left")  # planned already
    await admin.settle()
    assert len(posted(admin)) == 1
    await jump(admin, "Mon 18:30")
    assert len(posted(admin)) == 2
    assert admin.direct.messages == []


async def test_nobodys_post_is_off_and_says_why_until_another_admin_turns_it_on(chat: Chat) -> None:
    admin = await saved(await runs_it(chat))
    await admin.event("member_left")
    admin.clock.forward(FROZEN + timedelta(days=1))
    await housekeeping(admin.world.database, admin.clock.now())
    [post] = await posts(admin)
    assert (post.enabled, post.person_id) == (False, None)
    other = await runs_it(admin.person("b"))
    assert other.last.says("off: it could not be sent")
    await other.act(encode("channels.open"), {"picked": base36(post.id)}, source=other.messages[-1])
    assert other.last.says("The admin who set it up has left.")
    await other.press("Turn this post on")
    assert not other.last.says("has left")
    await jump(other, "Mon 18:30")
    assert len(posted(other)) == 1
    known = await other.known()
    assert known is not None
    assert [post.person_id for post in await posts(other)] == [known.id]
