"""A person's lists from the database to the view: few queries, and each list brought to the template of today."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from sqlalchemy import event

from commands.checklist.lists import mine, started, started_again, views
from commands.context import Ctx
from content.catalog import Catalog
from content.loader import load_pack
from content.paths import CORE_PACK
from content.plans import Change
from storage.db import Database, Uow
from storage.people import Person
from tests.storage.people import NOW, arrive


def ctx_of(uow: Uow, catalog: Catalog, person: Person) -> Ctx:
    """As much of an invocation as reading a list takes."""
    return cast(Ctx, SimpleNamespace(uow=uow, catalog=catalog, person=person, now=NOW))


def of_tomorrow(catalog: Catalog) -> Catalog:
    """The same collection with a newer strategy list, whose first step has another name."""
    old = catalog.checklists["strategy"]
    first = old.steps[0].model_copy(update={"id": "concerns-written"})
    change = Change(version=old.version + 1, renamed={old.steps[0].id: first.id})
    newer = old.model_copy(
        update={"version": old.version + 1, "steps": (first, *old.steps[1:]), "changes": (*old.changes, change)}
    )
    return cast(Catalog, SimpleNamespace(checklists={"strategy": newer}, season=catalog.season))


async def test_all_lists_are_read_by_four_statements_in_the_order_of_the_menu(database: Database) -> None:
    person, catalog = await arrive(database), load_pack(CORE_PACK)
    async with database.write() as uow:
        for template in reversed(list(catalog.checklists)):
            await started(ctx_of(uow, catalog, person), template)
    statements: list[str] = []
    async with database.read() as uow:

        @event.listens_for(uow.connection.sync_connection, "before_cursor_execute")
        def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            statements.append(statement)

        found = await views(uow, catalog, person, NOW)
    assert len(statements) == 4
    orders = [mine.template.order for mine in found]
    assert len(found) == len(catalog.checklists)
    assert orders == sorted(orders)


async def test_a_list_follows_its_template_when_it_is_read_and_when_it_is_written(database: Database) -> None:
    person, catalog = await arrive(database), load_pack(CORE_PACK)
    newer = of_tomorrow(catalog)
    async with database.write() as uow:
        first = (await started(ctx_of(uow, catalog, person), "strategy")).items[0]
        await uow.checklists.set_state(person.id, first.row.id, "done", NOW)
    async with database.read() as uow:
        (read,) = await views(uow, newer, person, NOW)
    async with database.write() as uow:
        (written,) = await mine(ctx_of(uow, newer, person))
        assert [(item.key, item.done) for item in read.items] == [(item.key, item.done) for item in written.items]
        assert (written.items[0].key, written.items[0].done) == ("concerns-written", True)
        (stored,) = await uow.checklists.of(person.id)
        assert stored.version == newer.checklists["strategy"].version
        assert await uow.checklists.undo(person.id, stored.id) is not None
        (undone,) = await views(uow, newer, person, NOW)
        assert undone.items[0].open


async def test_a_list_is_started_again_once_however_often_it_is_pressed(database: Database) -> None:
    person, catalog = await arrive(database), load_pack(CORE_PACK)
    async with database.write() as uow:
        ctx = ctx_of(uow, catalog, person)
        old = await started(ctx, "strategy")
        await uow.checklists.set_state(person.id, old.items[0].row.id, "done", NOW)
        new = await started_again(ctx, old.id)
        assert (new.id != old.id, new.done) == (True, 0)
        assert await started_again(ctx, old.id) == new
