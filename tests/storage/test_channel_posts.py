"""Posts in channels and numbers of people, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from scheduler.clock import ManualClock
from scheduler.posts import CLOSED, TOLD, TROUBLE, PostPlanner
from storage.channel_posts import MOST, POST
from storage.db import Database
from storage.retention import FROZEN, housekeeping
from tests.storage.people import waiting

NOW = datetime(2026, 9, 21, 9, 0, tzinfo=UTC)
SPEC = {"every": "day", "at": "09:00", "zone": "UTC", "start": "2026-09-01", "interval": 1}
PLACE = "880000000000000001"


async def made(database: Database, count: int = 1, next_at: datetime = NOW) -> tuple[int, int, list[int | None]]:
    """A community, its admin, and so many posts."""
    async with database.write() as uow:
        place = await uow.communities.find_or_create("discord", PLACE, NOW)
        admin = await uow.people.find_or_create("discord", "", "1", now=NOW)
        values = {"channel": "5", "kind": "own", "words": "A\nb", "mention": None, "spec": SPEC, "zone": "UTC"}
        posts = [
            await uow.channel_posts.add(place.id, admin.id, admin.account, NOW, next_at=next_at, **values)
            for _ in range(count)
        ]
    return place.id, admin.id, posts


async def test_ten_a_community_and_another_communitys_is_not_found(database: Database) -> None:
    place, _, posts = await made(database, MOST + 1)
    assert posts[-1] is None
    first = posts[0]
    assert first is not None
    async with database.write() as uow:
        assert await uow.channel_posts.owned(place + 1, first) is None
        assert not await uow.channel_posts.change(place + 1, first, enabled=False)
        assert not await uow.channel_posts.remove(place + 1, first)
        assert len(await uow.channel_posts.of(place)) == MOST


async def test_a_turn_plans_each_slot_once_and_tells_of_a_refusal_once(database: Database) -> None:
    place, admin, _ = await made(database)
    clock = ManualClock(NOW)
    planner = PostPlanner(database, clock, lambda now: ())
    assert await planner.turn() == 1
    assert await planner.turn() == 0
    async with database.write() as uow:
        [row] = await uow.outbox.claim("w", NOW, timedelta(seconds=60), 5, ("discord",))
        assert (row.compose, row.due_at) == (POST, NOW)
        assert await uow.outbox.dead(row, f"{CLOSED}50001")
    assert await planner.turn() == 1
    assert await planner.turn() == 0
    async with database.read() as uow:
        [post] = await uow.channel_posts.of(place)
        assert (post.enabled, post.last_error, post.next_at) == (False, f"{CLOSED}50001", NOW + timedelta(days=1))
        [told] = await waiting(uow, admin)
        assert (told.compose, told.dedupe_key) == (TROUBLE, f"{TOLD}{row.id}")


async def test_a_frozen_community_and_an_unreadable_post_plan_nothing(database: Database) -> None:
    place, _, posts = await made(database, 2)
    first = posts[0]
    assert first is not None
    planner = PostPlanner(database, ManualClock(NOW), lambda now: ())
    async with database.write() as uow:
        await uow.channel_posts.change(place, first, spec={"every": "nonsense"})
        await uow.communities.freeze("discord", PLACE, NOW)
    assert await planner.turn() == 0
    async with database.write() as uow:
        await uow.communities.thaw("discord", PLACE)
    assert await planner.turn() == 1
    async with database.read() as uow:
        broken = await uow.channel_posts.owned(place, first)
        assert broken is not None
        assert (broken.enabled, broken.last_error) == (False, "unreadable")


async def test_what_a_purged_admin_set_up_goes_to_another_one(database: Database) -> None:
    place, gone, _ = await made(database, 2)
    async with database.write() as uow:
        elsewhere = await uow.communities.find_or_create("discord", "88", NOW)
        people = [await uow.people.find_or_create("discord", "", str(at), now=NOW) for at in range(2, 6)]
        await uow.people.join(people[0].id, place, "member", NOW)
        await uow.people.join(people[1].id, place, "admin", NOW)
        await uow.communities.member_left("discord", PLACE, "", people[1].user_id, NOW + timedelta(days=9))
        await uow.people.join(people[2].id, elsewhere.id, "admin", NOW)
        await uow.people.join(people[3].id, place, "admin", NOW)
        await uow.people.freeze(gone, NOW)
    assert (await housekeeping(database, NOW + FROZEN + timedelta(days=1)))["person"] == 1
    async with database.read() as uow:
        posts = await uow.channel_posts.of(place)
        assert [(post.person_id, post.account_id, post.enabled) for post in posts] == [
            (people[3].id, people[3].account, True)
        ] * 2


async def test_whoever_posts_there_too_runs_it(database: Database) -> None:
    place, gone, _ = await made(database)
    async with database.write() as uow:
        other = await uow.people.find_or_create("discord", "", "2", now=NOW)
        await uow.people.join(other.id, place, "member", NOW)
        values = {"channel": "5", "kind": "own", "words": "A\nb", "mention": None, "spec": SPEC, "zone": "UTC"}
        await uow.channel_posts.add(place, other.id, other.account, NOW, next_at=NOW, **values)
        await uow.channel_posts.hand_over(gone)
        assert {post.person_id for post in await uow.channel_posts.of(place)} == {other.id}


async def test_people_out_of_reach_are_counted_by_reason(database: Database) -> None:
    place, _, _ = await made(database)
    async with database.write() as uow:
        people = [await uow.people.find_or_create("discord", "", str(at), now=NOW) for at in range(2, 8)]
        for each in people:
            await uow.people.join(each.id, place, "member", NOW)
        await uow.people.pause_nudges(people[0].id, "unreachable", NOW)
        await uow.people.pause_nudges(people[1].id, "asked", NOW)
        await uow.people.freeze(people[2].id, NOW)
        await uow.communities.member_left("discord", PLACE, "", people[3].user_id, NOW)
    async with database.read() as uow:
        assert await uow.reach.out_of_reach(place) == {"unreachable": 1, "left": 1, "gone": 1}
        assert await uow.reach.failed(place, NOW, str) == {}
