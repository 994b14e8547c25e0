"""Lines added under an answer, so that they are read at the next contact and nobody gets a message for them alone."""

from __future__ import annotations

from dataclasses import replace

from commands.actions import encode
from commands.cards import newcomer_row
from commands.context import Ctx
from commands.outcomes import Direct, Outcome, Reply, Update
from commands.ui import Block, Button, Card, OverBudget, Row


async def with_notices(ctx: Ctx, outcome: Outcome) -> Outcome:
    """The outcome with what this person has to know under its card. A full card goes without: the next one has room."""
    match outcome:
        case Reply(card=card):
            return replace(outcome, card=await _noticed(ctx, card))
        case Direct(note=note):
            return replace(outcome, note=await _noticed(ctx, note))
        case Update() | _:
            return outcome


async def _noticed(ctx: Ctx, card: Card) -> Card:
    rows: list[Block] = []
    newcomer = ctx.person.welcomed_at is None
    if newcomer and encode("guidance.menu") not in card.actions():
        rows.append(newcomer_row())
    if ctx.person.nudges_paused_reason == "unreachable":
        missed = len(await ctx.uow.ledger.missed(ctx.person.id))
        rows.append(
            Row(
                f"**Your nudges are paused.** I could not write to you directly; {missed} did not reach you.",
                Button("Resume my nudges", encode("nudges.resume")),
            )
        )
    try:
        noticed = replace(card, blocks=(*card.blocks, *rows)) if rows else card
    except OverBudget:
        return card
    if newcomer:
        await ctx.uow.people.welcome(ctx.person.id, ctx.now)
    return noticed
