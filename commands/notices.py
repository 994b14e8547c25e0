"""Lines added under an answer, so that they are read at the next contact and nobody gets a message for them alone."""

from __future__ import annotations

from dataclasses import replace

from commands.actions import encode
from commands.cards import newcomer_row
from commands.context import Ctx
from commands.outcomes import Direct, Outcome, Reply, Update
from commands.ui import Button, Card, OverBudget, Row, Text


async def with_notices(ctx: Ctx, outcome: Outcome) -> Outcome:
    """The outcome with what this person has to know under its card. A full card goes without: the next one has room."""
    match outcome:
        case Reply(card=card):
            return replace(outcome, card=await _noticed(ctx, card))
        case Direct(card=card, edit=None) if ctx.invocation.where != "channel":
            return replace(outcome, card=await _noticed(ctx, card))  # the note is not shown there
        case Direct(note=note):
            return replace(outcome, note=await _noticed(ctx, note))
        case Update() | _:
            return outcome


async def _noticed(ctx: Ctx, card: Card) -> Card:
    rows: list[tuple[Row, str]] = []
    newcomer = ctx.person.welcomed_at is None
    if newcomer and encode("guidance.menu") not in card.actions():
        rows.append((newcomer_row(), "Send `/matchmentor` to see what I do."))
    paused = ctx.person.nudges_paused_at is not None
    if paused and await _unreachable(ctx):
        rows.append(
            (
                Row(
                    f"**Your nudges are paused.** I could not write to you directly; {ctx.missed} did not reach you.",
                    Button("Resume my nudges", encode("nudges.resume")),
                ),
                "Send `/nudges` to resume them.",
            )
        )
    elif ctx.missed and not paused:
        rows.append(
            (
                Row(
                    f"**{ctx.missed} of your reminders did not reach you.** Your history says which, and why.",
                    Button("See what did not come", encode("nudges.history")),
                ),
                "Send `/nudges history` to read it.",
            )
        )
    noticed = _under(card, rows) if rows else card
    if noticed is None:
        return card
    if newcomer:
        await ctx.uow.people.welcome(ctx.person.id, ctx.now)
    if ctx.missed and not paused:
        # Said once; a pause is said until it ends, and `nudges.resume` tells the number.
        await ctx.uow.ledger.told_missed(ctx.person.id, ctx.now)
    return noticed


def _under(card: Card, rows: list[tuple[Row, str]]) -> Card | None:
    """The card with these rows; as one text that says what to send, where it has no room for them; else None."""
    short = Text("\n\n".join(f"{row.md} {instead}" for row, instead in rows))
    for blocks in ([row for row, _ in rows], [short]):
        try:
            return replace(card, blocks=(*card.blocks, *blocks))
        except OverBudget:
            continue
    return None


async def _unreachable(ctx: Ctx) -> bool:
    """Whether their nudges are paused still: the press that is answered here may have ended it."""
    person = await ctx.uow.people.known(ctx.person.id)
    return person is not None and person.nudges_paused_reason == "unreachable"
