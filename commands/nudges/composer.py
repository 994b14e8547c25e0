"""The text of a nudge, chosen at the moment it is sent: the first one that this person has not had."""

from __future__ import annotations

from datetime import datetime

from commands.composing import Composed
from commands.nudges import drawing
from content.catalog import Catalog
from content.plans import NudgeKind, NudgeText
from storage.db import Uow
from storage.outbox import OutboxRow


class NudgeComposer:
    """Writes rows of key "nudge". A snoozed one carries its text; a planned one finds its text now."""

    key = "nudge"

    async def compose(
        self, uow: Uow, catalog: Catalog, row: OutboxRow, now: datetime, *, demo: bool = False
    ) -> Composed | None:
        """The next unsent text of the kind, or None when all were sent or the kind is gone or turned off."""
        payload = row.payload or {}
        kind = catalog.nudges.get(str(payload.get("kind")))
        if kind is None or await _turned_off(uow, row):
            return None
        text = by_id(kind, payload.get("text")) if payload.get("text") else await _unsent(uow, row, kind)
        if text is None:
            return None
        return Composed(drawing.nudge(kind, text, row.id, demo), {"kind": kind.id, "text": text.id})

    async def settled(self, uow: Uow, row: OutboxRow, composed: Composed, now: datetime) -> None:
        """Remember which text was sent: no repeat."""
        await uow.nudges.record_sent(row.person_id, composed.note["kind"], composed.note["text"], now)


def by_id(kind: NudgeKind, text_id: object) -> NudgeText | None:
    """The text with this id."""
    return next((text for text in kind.texts if text.id == text_id), None)


async def _unsent(uow: Uow, row: OutboxRow, kind: NudgeKind) -> NudgeText | None:
    sent = {each.text_id for each in await uow.nudges.sent_texts(row.person_id, kind.id)}
    return next((text for text in kind.texts if text.id not in sent), None)


async def _turned_off(uow: Uow, row: OutboxRow) -> bool:
    if row.rule_id is None:
        return False
    rule = await uow.nudges.owned(row.person_id, row.rule_id)
    return rule is None or not rule.enabled
