"""What an admin lets the bot say in a channel: shown before it is saved, sent on time, and never anything private."""

from __future__ import annotations

import pytest

from commands.actions import base36, encode
from commands.channels.drawing import failure
from commands.composing import Place
from commands.ui import Card, Text
from scheduler.posts import USEFUL_FOR, ChannelClosed
from storage.channel_posts import ChannelPost
from storage.ledger import NewNudge
from tests.chat import CHANNEL, COMMUNITY, Chat, core_catalog
from tests.turns import next_moment

MENTIONS = {"discord": "990000000000000001", "slack": "S0123ABCD"}


@pytest.fixture
async def admin(chat: Chat) -> Chat:
    """Somebody who runs the community, in one of its channels, whose clock is known."""
    return await runs_it(chat)


async def runs_it(chat: Chat) -> Chat:
    """In front of the community's card."""
    chat.where, chat.is_admin, chat.zone = "channel", True, "Africa/Lagos"
    await chat.say("/profile")
    await chat.act(encode("profile.zone", "Africa~Lagos"))
    await chat.say("/community")
    assert chat.last.title == "Your community"
    return chat


async def own(admin: Chat, **changed: str) -> Chat:
    """A text of their own, filled in: every Monday at 18:30."""
    await admin.press("Post a text of my own here")
    values = {"heading": "Office hours", "words": "Come at 19:00: https://example.org/room.", "time": "18:30"}
    await admin.submit(values | {"days": "0"} | changed)
    return admin


async def saved(admin: Chat, **changed: str) -> Chat:
    await own(admin, **changed)
    await admin.press("Yes: save and post this")
    return admin


async def posts(admin: Chat) -> tuple[ChannelPost, ...]:
    async with admin.world.database.read() as uow:
        place = await uow.communities.find(admin.world.platform, COMMUNITY[admin.world.platform])
        assert place is not None
        return await uow.channel_posts.of(place.id)


async def jump(admin: Chat, moment: str) -> None:
    """To the next such moment in Lagos, in one step, with a second turn for what the first one brought about."""
    admin.clock.forward(next_moment(moment, "Africa/Lagos", admin.clock.now()) - admin.clock.now())
    await admin.settle()
    await admin.settle()


def posted(admin: Chat) -> list[Card]:
    return [message.card for message in admin.world.turns.postman.posted]


async def test_it_is_shown_as_it_will_stand_and_saved_by_one_press(admin: Chat) -> None:
    await own(admin)
    shown = admin.card
    assert shown.title == "Office hours"
    assert admin.last.says("Monday 28 September 2026, 17:30 UTC")
    assert admin.last.says("then Mondays at 18:30, Lagos time")
    assert await posts(admin) == ()
    await admin.press("Yes: save and post this")
    assert admin.last.says("Saved.")
    await jump(admin, "Mon 18:29")
    assert posted(admin) == []
    await jump(admin, "Mon 18:30")
    [card] = posted(admin)
    assert (card.title, card.blocks) == (shown.title, shown.blocks[:1])
    await jump(admin, "Mon 18:30")
    assert len(posted(admin)) == 2


async def test_it_goes_to_the_channel_and_the_direct_messages_stay_where_they_were(admin: Chat) -> None:
    await saved(admin)
    before = await admin.known()
    await jump(admin, "Mon 18:30")
    [message] = admin.world.turns.postman.posted
    assert message.place == Place(CHANNEL[admin.world.platform])
    after = await admin.known()
    assert before is not None
    assert after is not None
    assert after.dm_channel == before.dm_channel
    assert admin.direct.messages == []


async def test_an_admin_whose_direct_messages_are_closed_still_posts(admin: Chat) -> None:
    await saved(admin)
    await admin.event("dm_closed")
    await jump(admin, "Mon 18:30")
    assert len(posted(admin)) == 1
    known = await admin.known()
    assert known is not None
    assert (known.dm_closed_at is not None, known.nudges_paused_at) == (True, None)


async def test_an_address_can_be_followed_and_nothing_else_is_read_as_a_mark(admin: Chat) -> None:
    await own(admin, words="**Now** @everyone <!channel> https://example.org/a_b?c=1.")
    text = admin.card.plain()
    assert "**Now** @everyone <!channel> https://example.org/a_b?c=1 (https://example.org/a_b?c=1)." in text


async def test_one_role_or_group_may_be_called_and_never_everybody(admin: Chat) -> None:
    wanted = MENTIONS[admin.world.platform]
    everybody = {"discord": COMMUNITY["discord"], "slack": "here"}[admin.world.platform]
    for bad in ("@everyone", "<!channel>", "Mentors", everybody):
        await admin.say("/community")
        await own(admin, mention=bad)
        if admin.window is not None:  # Slack shows it in the form
            assert "mention" in dict(admin.window.errors)
        else:
            assert admin.last.says("not the id of one that I may call")
    await admin.say("/community")
    await saved(admin, mention=wanted)
    await jump(admin, "Mon 18:30")
    assert admin.world.turns.postman.posted[0].place == Place(CHANNEL[admin.world.platform], wanted)


async def test_nudges_come_in_turn_and_their_button_answers_whoever_presses(admin: Chat) -> None:
    await admin.press("Post nudges here")
    await admin.submit({"kind": "letters", "days": "daily", "time": "9"})
    first = admin.card
    await admin.press("Yes: save and post this")
    for _ in range(3):
        await jump(admin, f"{_tomorrow(admin)} 09:00")
    texts = [card.blocks[0] for card in posted(admin)]
    assert len(texts) == len(set(texts)) == 3
    assert texts[0] == first.blocks[0]
    reader = admin.person("b")
    await reader.act(posted(admin)[0].actions()[0])
    assert reader.messages[-1].private


async def test_the_seasons_dates_come_a_week_and_a_day_before(admin: Chat) -> None:
    await admin.press("Post the dates of the season here")
    await admin.submit({"time": "10:00"})
    first = admin.card
    await admin.press("Yes: save and post this")
    for _ in range(3):
        upcoming = (await posts(admin))[0].next_at
        assert upcoming is not None
        admin.clock.forward(upcoming - admin.clock.now())
        await admin.settle()
    cards = posted(admin)
    assert len(cards) == 3
    assert cards[0].blocks[0] == first.blocks[0]
    assert all("In 7 days" in card.plain() or "Tomorrow" in card.plain() for card in cards)


async def test_a_post_is_paused_changed_and_deleted(admin: Chat) -> None:
    await saved(admin)
    await _open(admin)
    await admin.press("Pause this post")
    await jump(admin, "Mon 18:30")
    assert posted(admin) == []
    await admin.press("Turn this post on")
    await admin.press("Change this post")
    await admin.submit({"heading": "Office hours, later", "time": "20:00"})
    await admin.press("Change it before saving")
    await admin.submit({"time": "20:15"})
    await admin.press("Yes: save and post this")
    assert admin.last.says("Changed.")
    await jump(admin, "Mon 20:15")
    assert [card.title for card in posted(admin)] == ["Office hours, later"]
    await _open(admin)
    await admin.press("Delete this post")
    assert await posts(admin) == ()


async def test_what_was_not_wanted_is_not_kept(admin: Chat) -> None:
    await own(admin)
    await admin.press("Do not save this")
    assert admin.last.says("Nothing was saved")
    assert await posts(admin) == ()


async def test_a_second_yes_saves_nothing_more(admin: Chat) -> None:
    await saved(admin)
    await admin.again()
    assert len(await posts(admin)) == 1


async def test_ten_are_enough(admin: Chat) -> None:
    for number in range(10):
        await saved(admin, heading=f"Post {number}")
    assert admin.last.says("10 of 10 posts")
    assert all("here" not in button.label for button in admin.card.buttons())
    await admin.act(encode("channels.new", "own"))
    await admin.submit({"heading": "One more", "words": "text", "days": "0"})
    await admin.press("Yes: save and post this")
    assert admin.last.title == "That is one too many"
    assert len(await posts(admin)) == 10


async def test_a_text_that_no_message_holds_comes_back(admin: Chat) -> None:
    await own(admin, words="&" * 1_500)
    assert await posts(admin) == ()
    assert admin.window is not None or admin.last.says("too long for one post")


@pytest.mark.parametrize("reason", ["not_in_channel", "channel_not_found", "is_archived", "missing_scope", "50001"])
async def test_a_channel_that_takes_nothing_is_told_once_in_private(admin: Chat, reason: str) -> None:
    """Scenario E37."""
    await saved(admin)
    admin.world.turns.postman.closed = ChannelClosed(reason)
    await jump(admin, "Mon 18:45")
    [line] = admin.direct.messages
    assert line.title == "I could not post in a channel"
    assert line.says("Office hours")
    what_to_do = {"is_archived": "archived", "missing_scope": "chat:write.public", "50001": "permissions"}
    assert line.says(what_to_do.get(reason, "/invite"))
    [post] = await posts(admin)
    assert (post.enabled, post.last_error) == (False, f"channel:{reason}")
    known = await admin.known()
    assert known is not None
    assert (known.dm_closed_at, known.nudges_paused_at) == (None, None)
    admin.world.turns.postman.closed = None
    await jump(admin, "Mon 18:45")
    assert posted(admin) == []
    assert len(admin.direct.messages) == 1
    await admin.say("/community")
    await _open(admin)
    await admin.press("Turn this post on")
    await jump(admin, "Mon 18:45")
    assert len(posted(admin)) == 1


async def test_after_a_long_stop_one_post_at_most(admin: Chat) -> None:
    await saved(admin, days="daily")
    admin.clock.forward(days=9)
    await admin.settle()
    assert len(posted(admin)) <= 1
    before = len(posted(admin))
    admin.clock.forward(USEFUL_FOR)
    await admin.settle()
    assert len(posted(admin)) == before + (before == 0)


async def test_only_whoever_runs_this_community_gets_in(admin: Chat) -> None:
    await saved(admin)
    [post] = await posts(admin)
    other = admin.person("b")
    await other.say("hi")
    for verb, *args in (("set", post.id, False), ("delete", post.id), ("open", post.id), ("reach",), ("new", "own")):
        await other.act(encode(f"channels.{verb}", *args))
        assert other.last.title == "This is not for everyone"
    await other.say("/community")
    assert other.last.title == "This is not for everyone"
    assert await posts(admin) == (post,)


async def test_a_removed_bot_posts_no_more(admin: Chat) -> None:
    await saved(admin)
    other = admin.person("b")
    await other.event("removed")
    await jump(admin, "Mon 18:45")
    assert posted(admin) == []


async def test_in_direct_messages_no_channel_is_meant(admin: Chat) -> None:
    admin.where = "dm"
    await admin.say("/community")
    if admin.world.platform == "slack":  # an admin of the workspace is one everywhere
        assert admin.last.says("send /community in the one that you mean")


async def test_every_text_of_a_kind_is_sent_to_be_looked_at(admin: Chat) -> None:
    kind = next(iter(core_catalog().nudges.values()))
    await admin.choose(kind.title)
    assert admin.last.says("on their way")
    await admin.again()
    for _ in kind.texts:
        admin.clock.forward(seconds=2)
        await admin.settle()
    assert [card.card.blocks[0] for card in admin.direct.messages] == [Text(text.text) for text in kind.texts]
    assert all(card.says("to look at") for card in admin.direct.messages)
    actions = [action for card in admin.direct.messages for action in card.card.actions()]
    assert all(action.startswith("m1:guidance.read:") for action in actions)
    known = await admin.known()
    assert known is not None
    async with admin.world.database.read() as uow:
        assert await uow.ledger.history(known.id, 10) == ()


async def test_every_text_before_a_date_is_sent_to_be_looked_at(admin: Chat) -> None:
    await admin.choose("Before and after dates")
    texts = [nudge.text for date in core_catalog().milestones.values() for nudge in date.nudges]
    assert admin.last.says(f"{len(texts)} messages are on their way")
    for _ in texts:
        admin.clock.forward(seconds=2)
        await admin.settle()
    assert [card.card.blocks[0] for card in admin.direct.messages] == [Text(text) for text in texts]
    assert all(
        card.says("before.") or card.says("after.") or card.says("on the day.") for card in admin.direct.messages
    )


async def test_numbers_below_three_are_not_told_and_names_never(admin: Chat) -> None:
    others = [admin.person(name) for name in "bcdef"]
    for other in others:
        await other.say("hi")
    world = admin.world
    async with world.database.write() as uow:
        for at, other in enumerate(others):
            team = COMMUNITY["slack"] if world.platform == "slack" else ""
            known = await uow.people.find(world.platform, team, other.user)
            assert known is not None
            if at < 3:
                await uow.people.pause_nudges(known.id, "unreachable", world.clock.now())
            row = NewNudge(known.id, None, f"k{at}", "letters", world.clock.now(), world.clock.now(), state="failed",
                           reason="50007")  # fmt: skip
            await uow.ledger.plan([row])
    await others[4].event("member_left")
    await admin.press("Whom nudges do not reach")
    assert admin.last.says("nudges paused: 3")
    assert admin.last.says("Left this community: fewer than 3")
    assert admin.last.says("Direct messages closed to me: 5")
    assert not any(other.user in admin.card.plain() for other in others)


def test_a_reason_has_plain_words() -> None:
    assert failure("user_deleted") == "Account closed"
    assert failure("made_up") == "The platform did not take it"


async def _open(admin: Chat) -> None:
    [post] = await posts(admin)
    await admin.act(encode("channels.open"), {"picked": base36(post.id)}, source=admin.messages[-1])


def _tomorrow(chat: Chat) -> str:
    days = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    return days[(chat.clock.now().weekday() + 1) % 7]
