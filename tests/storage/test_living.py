"""Which message shows what: one message shows one thing, and its age counts from its sending."""

from __future__ import annotations

from datetime import timedelta

from storage.db import Database
from tests.storage.people import NOW, arrive

DAY = timedelta(days=1)


async def test_a_message_that_shows_something_else_is_no_longer_the_first_ones(database: Database) -> None:
    person, stranger = await arrive(database), await arrive(database, user="U2")
    mine, theirs = (person.id, person.account), (stranger.id, stranger.account)
    async with database.write() as uow:
        await uow.living.put(*theirs, "list:9", "D1:1", NOW)
        await uow.living.put(*mine, "list:7", "D1:1", NOW)
        await uow.living.put(*mine, "list:6", "D1:2", NOW)
        await uow.living.put(*mine, "list:8", "D1:1", NOW)
        assert await uow.living.get(*mine, "list:7") is None
        assert await uow.living.get(*mine, "list:8") == ("D1:1", NOW)
        assert await uow.living.get(*mine, "list:6") == ("D1:2", NOW)
        assert await uow.living.get(*theirs, "list:9") == ("D1:1", NOW)


async def test_however_often_a_message_changes_it_grows_older(database: Database) -> None:
    person = await arrive(database)
    mine = (person.id, person.account)
    async with database.write() as uow:
        await uow.living.put(*mine, "list:7", "D1:1", NOW)
        await uow.living.put(*mine, "list:7", "D1:1", NOW + 5 * DAY)
        assert await uow.living.get(*mine, "list:7") == ("D1:1", NOW)
        await uow.living.put(*mine, "list:8", "D1:1", NOW + 6 * DAY)
        assert await uow.living.get(*mine, "list:8") == ("D1:1", NOW)
        await uow.living.put(*mine, "list:8", "D1:2", NOW + 9 * DAY)
        assert await uow.living.get(*mine, "list:8") == ("D1:2", NOW + 9 * DAY)
