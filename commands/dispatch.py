"""Run a handler and add what every answer carries: the line for a newcomer, and what could not be delivered."""

from __future__ import annotations

from commands.context import Ctx
from commands.notices import with_notices
from commands.outcomes import Outcome
from commands.registry import Route


async def dispatch(route: Route, ctx: Ctx) -> Outcome | None:
    """The handler's outcome, with notices where the answer is a card."""
    outcome = await route.run(ctx)
    if outcome is None or ctx.invocation.what in ("event", "complete"):
        return outcome
    return await with_notices(ctx, outcome)
