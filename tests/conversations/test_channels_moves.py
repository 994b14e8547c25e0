"""A date of the season moves: the posts of a channel move with it."""

from __future__ import annotations

from datetime import UTC, date, datetime

from tests.chat import Chat
from tests.conversations.test_channels import jump, posted, posts, runs_it
from tests.conversations.test_season import WINTER
from tests.conversations.test_season_moves import publish, with_day


async def test_a_post_before_a_date_follows_when_it_moves(chat: Chat) -> None:
    chat.clock.set(WINTER)
    admin = await runs_it(chat)
    await admin.press("Post the dates of the season here")
    await admin.submit({"time": "10:00"})
    await admin.press("Yes: save and post this")
    assert (await posts(admin))[0].next_at == datetime(2027, 2, 25, 9, tzinfo=UTC)  # the day in Lagos
    await admin.settle()
    publish(admin, with_day("rank-list-due", date(2027, 3, 2)))
    await admin.settle()
    assert (await posts(admin))[0].next_at == datetime(2027, 2, 24, 9, tzinfo=UTC)
    await jump(admin, "Wed 10:00")
    (card,) = posted(admin)
    assert "Wednesday 3 March 2027, 02:00 UTC" in card.plain()
    await jump(admin, "Thu 10:00")
    assert len(posted(admin)) == 1
