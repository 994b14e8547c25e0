from __future__ import annotations

from datetime import timedelta

from storage.db import Database
from tests.storage.people import NOW, arrive, fill

DAY = timedelta(days=1)


async def test_a_community_is_made_once_and_keeps_who_installed_it(database: Database) -> None:
    person, other = await arrive(database), await arrive(database, user="U2")
    async with database.write() as uow:
        made = await uow.communities.find_or_create("discord", "77", NOW)
        assert (made.installed_by, made.installed_at) == (None, NOW)
        filled = await uow.communities.find_or_create("discord", "77", NOW + DAY, installed_by=person.id)
        assert (filled.id, filled.installed_by, filled.installed_at) == (made.id, person.id, NOW)
        assert await uow.communities.find_or_create("discord", "77", NOW, installed_by=other.id) == filled
        assert await uow.communities.find("slack", "77") is None


async def test_a_removed_community_freezes_its_members_and_a_return_thaws_them(database: Database) -> None:
    here, both = await arrive(database), await arrive(database, user="U2")
    await fill(database, here)
    async with database.write() as uow:
        other = await uow.communities.find_or_create("discord", "77", NOW)
        await uow.people.join(both.id, other.id, role="mentor", now=NOW)
        await uow.communities.freeze("slack", "T1", NOW)
        frozen, living = await uow.people.of(here.id), await uow.people.of(both.id)
        assert (frozen.frozen_at, frozen.memberships) == (NOW, ())
        assert living.frozen_at is None
        assert [each.external_id for each in living.memberships] == ["77"]
        assert await uow.outbox.counts() == {"cancelled": 1}
        # Told again a day later, the day of the first time counts.
        await uow.communities.freeze("slack", "T1", NOW + DAY)
        assert (await uow.people.of(here.id)).frozen_at == NOW

        await uow.communities.thaw("slack", "T1")
        back = await uow.people.of(here.id)
        assert back.frozen_at is None
        assert back.is_member("slack", "T1")


async def test_who_had_left_before_does_not_come_back_with_the_community(database: Database) -> None:
    left, stays = await arrive(database), await arrive(database, user="U2")
    async with database.write() as uow:
        await uow.communities.member_left("slack", "T1", "T1", "U1", NOW)
        assert (await uow.people.of(left.id)).frozen_at == NOW
        assert (await uow.people.of(stays.id)).frozen_at is None
        await uow.communities.freeze("slack", "T1", NOW + DAY)
        await uow.communities.thaw("slack", "T1")
        assert (await uow.people.of(left.id)).frozen_at == NOW
        assert (await uow.people.of(stays.id)).frozen_at is None


async def test_who_comes_back_alone_is_a_member_again(database: Database) -> None:
    person = await arrive(database)
    async with database.write() as uow:
        await uow.communities.member_left("slack", "T1", "T1", "U1", NOW)
        place = await uow.communities.find_or_create("slack", "T1", NOW)
        await uow.people.thaw(person.id)
        await uow.people.join(person.id, place.id, role="member", now=NOW + DAY)
        assert (await uow.people.of(person.id)).is_member("slack", "T1")


async def test_what_was_frozen_long_enough_goes_with_everything(database: Database) -> None:
    person, other = await arrive(database), await arrive(database, user="U2", team="T2", community="T2")
    await fill(database, person)
    async with database.write() as uow:
        await uow.communities.freeze("slack", "T1", NOW)
        assert await uow.communities.purge_due(NOW) == 0
        assert await uow.communities.purge_due(NOW + DAY) == 1
        assert await uow.people.known(person.id) is None
        assert await uow.privacy.export(person.id) == {}
        assert await uow.communities.find("slack", "T1") is None
        assert await uow.people.known(other.id) == other
