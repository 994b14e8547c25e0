"""Every text of a kind of nudges, sent to the admin who wants to look at them: nothing can be answered or counted."""

from __future__ import annotations

from datetime import datetime, timedelta

from commands.channels import drawing
from commands.channels.handlers import feature, here
from commands.channels.saying import text_card
from commands.composing import Composed
from commands.context import Ctx
from commands.errors import BadInput, NotFound
from commands.outcomes import Reply
from content.catalog import Catalog
from storage.db import Uow
from storage.outbox import OutboxRow

APART = timedelta(seconds=2)
USEFUL_FOR = timedelta(hours=1)


class TextComposer:
    """Writes rows of key "kind.preview"; the payload is `{"kind", "text"}`, ids of the content."""

    key = "kind.preview"

    async def compose(
        self, uow: Uow, catalog: Catalog, row: OutboxRow, now: datetime, *, demo: bool = False
    ) -> Composed | None:
        """The text as it is in the content now; None when it is gone."""
        payload = row.payload or {}
        kind = catalog.nudges.get(str(payload.get("kind")))
        texts = list(kind.texts) if kind else []
        at = next((number for number, text in enumerate(texts) if text.id == payload.get("text")), None)
        if kind is None or at is None:
            return None
        footer = f"To look at: text {at + 1} of {len(texts)}. It counts for nobody, and nothing is kept of it."
        return Composed(text_card(kind, texts[at], footer))

    async def settled(self, uow: Uow, row: OutboxRow, composed: Composed, now: datetime) -> None:
        """Nothing is remembered: it was no nudge."""


feature.composes(TextComposer())


@feature.action("channels.texts")
async def texts(ctx: Ctx, kind_id: str) -> Reply:
    """Send all of them, one message each; asked again within a minute, none comes twice."""
    await here(ctx)
    kind = ctx.catalog.nudges.get(kind_id)
    if kind is None:
        raise NotFound
    if ctx.person.dm_closed_at is not None:
        raise BadInput("Your direct messages are closed to me. Open them first.", title="I cannot write to you")
    for number, text in enumerate(kind.texts):
        due = ctx.now + number * APART
        await ctx.uow.outbox.add(
            person_id=ctx.person.id,
            account_id=ctx.person.account,
            platform=ctx.invocation.platform,
            compose=TextComposer.key,
            dedupe_key=f"look:{ctx.person.id}:{kind.id}:{text.id}:{ctx.now:%Y-%m-%dT%H:%M}",
            due_at=due,
            expires_at=due + USEFUL_FOR,
            now=ctx.now,
            payload={"kind": kind.id, "text": text.id},
        )
    return Reply(drawing.on_their_way(kind.title, len(kind.texts)))
