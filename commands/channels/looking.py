"""Every text of a kind of nudges, sent to the admin who wants to look at them: nothing can be answered or counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from commands.channels import drawing
from commands.channels.handlers import feature, here
from commands.channels.saying import text_card
from commands.composing import Composed
from commands.context import Ctx
from commands.errors import BadInput, NotFound
from commands.outcomes import Reply
from content.catalog import Catalog
from content.plans import MilestoneNudge, NudgeText
from scheduler.posts import SEASON
from storage.db import Uow
from storage.outbox import OutboxRow

APART = timedelta(seconds=2)
USEFUL_FOR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Look:
    """A text of the content under its heading. `when`: how far from its date it is said, for the footer."""

    id: str
    title: str
    text: NudgeText | MilestoneNudge
    when: str = ""


def to_look_at(catalog: Catalog, kind_id: str) -> tuple[Look, ...]:
    """Every text of a series, or of the nudges before and after dates; none for a kind that is not there."""
    if kind_id == SEASON:
        return tuple(
            Look(f"{date.id}:{number}", date.title, nudge, f", {_distance(nudge.days)}")
            for date in catalog.milestones.values()
            for number, nudge in enumerate(date.nudges)
        )
    kind = catalog.nudges.get(kind_id)
    return tuple(Look(text.id, kind.title, text) for text in kind.texts) if kind else ()


def _distance(days: int) -> str:
    if days == 0:
        return "on the day"
    return f"{abs(days)} {'day' if abs(days) == 1 else 'days'} {'before' if days < 0 else 'after'}"


class TextComposer:
    """Writes rows of key "kind.preview"; the payload is `{"kind", "text"}`, ids of the content."""

    key = "kind.preview"

    async def compose(
        self, uow: Uow, catalog: Catalog, row: OutboxRow, now: datetime, *, demo: bool = False
    ) -> Composed | None:
        """The text as it is in the content now; None when it is gone."""
        payload = row.payload or {}
        looks = to_look_at(catalog, str(payload.get("kind")))
        at = next((number for number, look in enumerate(looks) if look.id == payload.get("text")), None)
        if at is None:
            return None
        look = looks[at]
        footer = (
            f"To look at: text {at + 1} of {len(looks)}{look.when}. It counts for nobody, and nothing is kept of it."
        )
        return Composed(text_card(look.title, look.text, footer))

    async def settled(self, uow: Uow, row: OutboxRow, composed: Composed, now: datetime) -> None:
        """Nothing is remembered: it was no nudge."""


feature.composes(TextComposer())


@feature.action("channels.texts")
async def texts(ctx: Ctx, kind_id: str) -> Reply:
    """Send all of them, one message each; asked again within a minute, none comes twice."""
    await here(ctx)
    looks = to_look_at(ctx.catalog, kind_id)
    if not looks:
        raise NotFound
    if ctx.person.dm_closed_at is not None:
        raise BadInput("Your direct messages are closed to me. Open them first.", title="I cannot write to you")
    for number, look in enumerate(looks):
        due = ctx.now + number * APART
        await ctx.uow.outbox.add(
            person_id=ctx.person.id,
            account_id=ctx.person.account,
            platform=ctx.invocation.platform,
            compose=TextComposer.key,
            dedupe_key=f"look:{ctx.person.id}:{kind_id}:{look.id}:{ctx.now:%Y-%m-%dT%H:%M}",
            due_at=due,
            expires_at=due + USEFUL_FOR,
            now=ctx.now,
            payload={"kind": kind_id, "text": look.id},
        )
    return Reply(drawing.on_their_way(drawing.kind_title(kind_id, ctx.catalog), len(looks)))
