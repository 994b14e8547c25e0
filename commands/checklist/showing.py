"""What all parts of the checklist share: the feature itself, and a list as it is shown to whoever asked.

A list is one message in the direct messages. A press on a button in a message makes that message the one; a list that
is asked for by a command is brought up to date where it stands.
"""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

from commands import living
from commands.checklist.drawing.lists import Around, above_note, list_card, sent_note, undo_button
from commands.checklist.drawing.step import step_card
from commands.checklist.lists import GONE, mine, views
from commands.checklist.model.state import Item, View
from commands.composing import Composed
from commands.context import Ctx
from commands.errors import NotFound
from commands.outcomes import Direct, Update
from commands.registry import Feature
from commands.ui import Button, Card
from content.catalog import Catalog
from storage.db import Uow
from storage.outbox import OutboxRow
from storage.people import Person

feature = Feature("checklist")
T = TypeVar("T")

FIRST_LIST = "strategy"


def key(list_id: int) -> str:
    """The name of the message that shows a list, see `commands.living`."""
    return f"list:{list_id}"


def list_of(name: str) -> int | None:
    """The list that a living message of this name shows; None when it shows something else."""
    kind, _, number = name.partition(":")
    return int(number) if kind == "list" and number.isdecimal() else None


async def first(ctx: Ctx) -> View | None:
    """The person's first list, if there is any."""
    lists = await mine(ctx)
    return lists[0] if lists else None


async def around(uow: Uow, person: Person, mine: View, said: str = "") -> Around:
    """What stands around a list: the newest change can be undone; nudges are offered until some are on.

    Whose season is not known is asked for it once a day of the one under way has gone by.
    """
    has_nudges = any(rule.enabled for rule in await uow.nudges.of(person.id))
    passed = any(item.late and item.milestone for item in mine.items)
    unknown = passed and person.about.season is None
    return Around(said, await undo_of(uow, person.id, mine), not has_nudges, unknown)


async def undo_of(uow: Uow, person_id: int, mine: View) -> Button | None:
    """The button that takes back the newest change of a list."""
    act = await uow.checklists.newest_act(person_id, mine.id)
    return undo_button(mine, act.id, act.what, act.step_ids, act.line_ids) if act else None


async def drawn(uow: Uow, person: Person, mine: View, number: int | None = None, said: str = "") -> Card:
    """A page of the list; without a number the one with the next step."""
    number = next_page(mine) if number is None else number
    return list_card(mine, number, await around(uow, person, mine, said))


def next_page(mine: View) -> int:
    """The page on which the next step stands."""
    following = mine.next()
    return mine.page_of(following) if following else 0


async def shown(ctx: Ctx, mine: View, number: int | None = None, said: str = "") -> Update:
    """A page of the list in the message whose button was pressed, which shows the list from now on."""
    await living.adopt(ctx, key(mine.id))
    return Update(await drawn(ctx.uow, ctx.person, mine, number, said))


async def shown_step(ctx: Ctx, mine: View, item: Item, said: str = "") -> Update:
    """The same for a step of the list."""
    return await replaced(ctx, mine, step_card(mine, item, said))


async def replaced(ctx: Ctx, mine: View, card: Card) -> Update:
    """The same for any card that belongs to the list."""
    await living.adopt(ctx, key(mine.id))
    return Update(card)


async def shown_next(ctx: Ctx, mine: View) -> Update:
    """The step that is next, or the list when there is none."""
    following = mine.next()
    return await shown_step(ctx, mine, following) if following else await shown(ctx, mine)


async def sent(ctx: Ctx, mine: View, said: str = "", card: Card | None = None) -> Direct | Update:
    """The list in the direct messages, where it stands already if that is near; or `card` in its place."""
    card = card or await drawn(ctx.uow, ctx.person, mine, said=said)
    at = await living.stands_at(ctx, key(mine.id))
    if at is not None and at == ctx.invocation.message:
        return Update(card)
    note = sent_note(mine) if at is None else above_note(mine, ctx.invocation.where == "dm")
    return Direct(card, note, key(mine.id), at)


class Refresher:
    """Writes rows of key "living.refresh": brings the message of a list up to date after a change elsewhere."""

    key = living.REFRESH

    async def compose(
        self, uow: Uow, catalog: Catalog, row: OutboxRow, now: datetime, *, demo: bool = False
    ) -> Composed | None:
        """The list as it is now, when it is there and has a message that is near."""
        name = str((row.payload or {}).get("key", ""))
        person = await uow.people.known(row.person_id, row.account_id)
        list_id = list_of(name)
        if person is None or list_id is None:
            return None
        mine = next((each for each in await views(uow, catalog, person, now) if each.id == list_id), None)
        at = await living.place(uow, person.id, row.account_id, name, now)
        if mine is None or at is None:
            return None
        return Composed(await drawn(uow, person, mine), living=name, edit=at)

    async def settled(self, uow: Uow, row: OutboxRow, composed: Composed, now: datetime) -> None:
        """Where it stands is kept by whoever sent it."""


feature.composes(Refresher())


def there(found: T | None) -> T:
    """What storage found. Raises `NotFound` for what is gone or somebody else's."""
    if found is None:
        raise NotFound(GONE)
    return found
