"""Reminders that somebody else proposed. Nothing of them comes before the person has accepted."""

from __future__ import annotations

from datetime import datetime

from commands.actions import Ref, base36
from commands.context import Ctx
from commands.errors import NotFound
from commands.outcomes import Outcome, Reply, Update
from commands.profile import zone_card
from commands.remindme import drawing
from commands.remindme.handlers import feature
from commands.remindme.typed import rule_of
from scheduler.recurrence import Rule, next_after
from storage.db import Uow
from storage.nudges import OWN
from storage.nudges import Rule as Stored

OFFERED = "remindme.offered"


async def propose(uow: Uow, person_id: int, words: str, rule: Rule, by: int, now: datetime) -> Stored:
    """Keep an offer of person `by`; show it with `drawing.offer`. The rule is read on the clock of whoever accepts."""
    number = await uow.drafts.save(person_id, OFFERED, {}, now)  # a number that no other reminder has
    return await uow.reminders.propose(person_id, f"{OWN}{number}", words, rule.to_json(), rule.zone, by, now)


@feature.action("remindme.accept")
async def accept(ctx: Ctx, rule_id: Ref) -> Outcome:
    """From now on it is the person's own, on their clock."""
    offer = await ctx.uow.reminders.offer(ctx.person.id, rule_id)
    if offer is None or offer.accepted is False:
        raise NotFound
    if ctx.person.zone is None:
        return Reply(zone_card(ctx, f"remindme.accept+{base36(rule_id)}"))
    stored = offer.rule
    if offer.accepted is None:
        rule = rule_of(stored).moved_to(ctx.person.zone)
        upcoming = next_after(rule, ctx.now)
        if upcoming is None:
            raise NotFound("Its time has passed. Nothing was changed.")
        await ctx.uow.reminders.accept(ctx.person.id, rule_id, upcoming, ctx.now)
        await ctx.uow.reminders.change(ctx.person.id, rule_id, stored.words or "", rule.to_json(), rule.zone, upcoming)
    kept = await ctx.uow.reminders.owned(ctx.person.id, rule_id) or stored
    return Update(drawing.kept(kept, ctx.person, ctx.now, "Accepted", "It is yours now: you can change or delete it."))


@feature.action("remindme.decline")
async def decline(ctx: Ctx, rule_id: Ref) -> Update:
    """No, thank you."""
    offer = await ctx.uow.reminders.offer(ctx.person.id, rule_id)
    if offer is None or offer.accepted:
        raise NotFound
    await ctx.uow.reminders.decline(ctx.person.id, rule_id, ctx.now)
    return Update(drawing.declined())
