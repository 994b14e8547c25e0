"""Pressing a button of a checklist: from the press to the changed message, ready to be sent, on both databases.

Measured at the boundary and the Discord renderer, without a network: the transaction, the handler, the drawing. Once
with an empty database, once with 10,000 people and half a million steps there.
"""

from __future__ import annotations

import statistics
import time
import tracemalloc
from dataclasses import dataclass
from itertools import count

from sqlalchemy import insert, literal, select, union_all

from bot.boundary import Boundary
from bot.discord_adapter.render import draw
from commands.actions import encode
from commands.context import Invocation
from commands.features import REGISTRY
from commands.outcomes import Update
from content.catalog import Catalog, CatalogHolder
from content.loader import load_pack
from content.paths import CORE_PACK
from scheduler.clock import SystemClock
from storage.db import Database
from storage.tables import account, checklist, checklist_step, person
from tests.databases import Kind, make_address

PEOPLE, PRESSES = 10_000, 300
LISTS = ("strategy", "letters", "usce")
ME = "me"


@dataclass(frozen=True, slots=True)
class Presses:
    """Milliseconds from a press to the drawn message; `rows` steps were stored; KiB at the peak of one press."""

    rows: int
    p50: float
    p99: float
    peak: float


async def presses(kind: Kind, *, full: bool) -> Presses:
    """Press "done" and "undo" in turns, and turn pages between."""
    catalog = load_pack(CORE_PACK)
    async with make_address(kind) as url:
        database = Database(url)
        try:
            rows = await _fill(database, catalog, PEOPLE if full else 0)
            boundary = Boundary(REGISTRY, database, CatalogHolder(lambda: catalog), SystemClock())
            return await _press(boundary, database, rows)
        finally:
            await database.dispose()


async def _press(boundary: Boundary, database: Database, rows: int) -> Presses:
    numbers = count(1)

    async def one(name: str, what: str = "action") -> None:
        sent = Invocation(
            "discord", ME, "command" if what == "command" else "action", name, delivery=f"b{next(numbers)}"
        )
        outcome = await boundary.run(sent)
        if isinstance(outcome, Update):
            draw(outcome.card).view.stop()
        elif what != "command":
            raise RuntimeError(f"{name} was answered by {type(outcome).__name__}")

    await one("checklist", "command")
    await boundary.run(Invocation("discord", ME, "action", encode("checklist.start", LISTS[0]), delivery="start"))
    async with database.read() as uow:
        me = await uow.people.find("discord", "", ME)
        if me is None:
            raise RuntimeError("the person who presses is not there")
        (mine,) = [each for each in await uow.checklists.of(me.id) if each.template == LISTS[0]]
    acts = [encode("checklist.set", mine.steps[3].id, True), encode("checklist.page", mine.id, 0)]
    acts += [encode("checklist.set", mine.steps[3].id, False), encode("checklist.page", mine.id, 1)]
    for act in acts:
        await one(act)
    spent = []
    for number in range(PRESSES):
        begun = time.perf_counter()
        await one(acts[number % len(acts)])
        spent.append((time.perf_counter() - begun) * 1000)
    tracemalloc.start()
    await one(acts[1])
    peak = tracemalloc.get_traced_memory()[1] / 1024
    tracemalloc.stop()
    cuts = statistics.quantiles(spent, n=100)
    return Presses(rows, statistics.median(spent), cuts[98], peak)


async def _fill(database: Database, catalog: Catalog, people: int) -> int:
    """Everybody with every list of `LISTS`, all at once: rows from rows, as the database does best."""
    if not people:
        return 0
    now = SystemClock().now()
    steps = [(name, step.id) for name in LISTS for step in catalog.checklists[name].steps]
    steps += [(name, f"own:{number}") for name in LISTS for number in range(1, 3)]
    names = union_all(*(select(literal(name).label("template")) for name in LISTS)).subquery()
    rows = union_all(
        *(select(literal(name).label("template"), literal(step).label("step")) for name, step in steps)
    ).subquery()
    async with database.write() as uow:
        run = uow.connection.execute
        await run(insert(person), [{"created_at": now, "welcomed_at": now, "zone": "Asia/Karachi"}] * people)
        who = select(person.c.id, literal("discord"), literal(""), literal("p").concat(person.c.id))
        await run(insert(account).from_select(["person_id", "platform", "team", "user_id"], who))
        lists = select(person.c.id, names.c.template, literal(1), literal(now, checklist.c.started_at.type))
        lists = lists.select_from(person.join(names, names.c.template != ""))
        await run(insert(checklist).from_select(["person_id", "template", "version", "started_at"], lists))
        each = select(checklist.c.id, rows.c.step, literal(now, checklist_step.c.changed_at.type))
        each = each.select_from(checklist.join(rows, rows.c.template == checklist.c.template))
        await run(insert(checklist_step).from_select(["checklist_id", "step", "changed_at"], each))
    return people * len(steps)
