"""How long each table keeps what, in one place: for housekeeping, for `/privacy`, and for whoever adds a table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, and_, delete, exists

from storage.db import Database, Uow
from storage.nudges import OWN
from storage.tables import draft, nudge, outbox, rule, rule_offer, seen

FROZEN = timedelta(days=30)
"""From leaving (a community that removes the bot, a member who leaves, a closed account) to deletion."""

OVER = timedelta(days=60)
"""From the last time that a finished reminder came to its deletion: until then "later" still needs its words."""

COPIES = timedelta(days=7)
"""From a migration to the end of the copy of the SQLite file: until then it still holds what was deleted since."""


@dataclass(frozen=True, slots=True)
class Retention:
    """How long a table keeps a row. `personal`: it holds a person's words, ids or doings.

    `after` counts from `since`; without it a row stays until the person deletes everything or was gone for `FROZEN`.
    `keeps` says in plain words what it is, for people.
    """

    keeps: str
    personal: bool
    after: timedelta | None = None
    since: Column[Any] | None = None


RETENTION: dict[str, Retention] = {
    "person": Retention("when you first came, your time zone, language and hours", personal=True),
    "profile": Retention("what you told me of your specialty, graduation, exams and visa", personal=True),
    "account": Retention("your Discord or Slack id, so that I know you again", personal=True),
    "membership": Retention("in which communities with me you are", personal=True),
    "community": Retention("the communities that installed me, and who did", personal=True),
    "checklist": Retention("the checklists that you started", personal=True),
    "checklist_step": Retention("how far you are, your notes and reasons", personal=True),
    "rule": Retention(
        "the nudges that you turned on; your own reminders with their words, until 60 days after they end",
        personal=True,
    ),
    "nudge": Retention(
        "each nudge planned for you: when it came, and what you pressed",
        personal=True,
        after=timedelta(days=400),
        since=nudge.c.due_at,
    ),
    "rule_offer": Retention("nudges that a mentor proposed to you", personal=True),
    "checklist_line": Retention("the lines of your lists: writers, hosts, concerns, strengths", personal=True),
    "checklist_act": Retention("your last ten changes of each list, so that you can undo them", personal=True),
    "step_author": Retention("which mentor added a step to your list", personal=True),
    "living_message": Retention("which message shows your list", personal=True),
    "own_date": Retention("the dates that you wrote down", personal=True),
    "community_date": Retention("dates that a community's admin added for all", personal=False),
    "channel_post": Retention(
        "what you let me say in a channel as its admin, and when; it stays with the community when you leave",
        personal=True,
    ),
    "draft": Retention(
        "what you typed into a form that I could not take",
        personal=True,
        after=timedelta(days=1),
        since=draft.c.created_at,
    ),
    "outbox": Retention(
        "messages to you, and whether they arrived", personal=True, after=timedelta(days=400), since=outbox.c.due_at
    ),
    "seen": Retention(
        "numbers of deliveries that I answered", personal=False, after=timedelta(hours=1), since=seen.c.at
    ),
    "page_feedback": Retention("how often a page helped; not whom", personal=False),
}


async def housekeeping(database: Database, now: datetime) -> dict[str, int]:
    """Delete what is past its time, persons who have been gone for `FROZEN`, and old copies of the file.

    How many, by table ("person": with all their rows; "copies": files), without those that had none.
    """
    counts: dict[str, int] = {}
    async with database.write() as uow:
        for name, kept in RETENTION.items():
            if kept.after is None or kept.since is None:
                continue
            over = kept.since < now - kept.after
            if kept.since.table is outbox:
                over = and_(over, outbox.c.state != "pending")
            result: Any = await uow.connection.execute(delete(kept.since.table).where(over))
            counts[name] = result.rowcount
        counts["rule"] = await _forget_finished(uow, now - OVER)
        counts["person"] = await uow.communities.purge_due(now - FROZEN)
    counts["copies"] = await database.forget_copies(now - COPIES)
    await database.checkpoint()
    return {name: number for name, number in counts.items() if number}


async def _forget_finished(uow: Uow, before: datetime) -> int:
    """Delete a person's own reminders that have ended, with their words, unless one came or is due since `before`.

    One that a mentor offered, and that waits for an answer, has not begun.
    """
    offered = exists().where(rule_offer.c.rule_id == rule.c.id, rule_offer.c.answered_at.is_(None))
    came_since = exists().where(nudge.c.rule_id == rule.c.id, nudge.c.due_at >= before)
    finished = and_(rule.c.kind.startswith(OWN, autoescape=True), rule.c.next_at.is_(None), rule.c.created_at < before)
    result: Any = await uow.connection.execute(delete(rule).where(finished, ~came_since, ~offered))
    return int(result.rowcount)
