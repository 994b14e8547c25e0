"""One message of nudges, written at the moment it is sent: what is true now, and nothing that was done already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from commands.composing import Composed
from commands.nudges import cards
from commands.nudges.writing import Said, Unsaid, Writer, writer_for
from content.catalog import Catalog
from scheduler.messages import NUDGES, Silent
from storage.db import Uow
from storage.ledger import NewNudge, NudgeRow, SentNudge
from storage.nudges import Rule, family
from storage.outbox import OutboxRow
from storage.people import Person

LATE = timedelta(minutes=15)
"""From here on a nudge says when it was due."""
CAP_WINDOW = timedelta(days=6, hours=23)
"""The week of the weekly cap: an hour short, so that the same moment next week is the next week."""

AGAIN = "again:"
"""How the keys begin of those that were put off."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A nudge with its words, its rule, and the time it was due when it comes late."""

    row: NudgeRow
    said: Said
    rule: Rule | None
    late: datetime | None = None


class NudgesComposer:
    """Writes rows of key "nudges": one nudge is a card, several are a list."""

    key = NUDGES

    def __init__(self, writers: Mapping[str, Writer]) -> None:
        self._writers = writers

    async def compose(
        self, uow: Uow, catalog: Catalog, row: OutboxRow, now: datetime, *, demo: bool = False
    ) -> Composed | Silent | None:
        """What there is to say, or why there is nothing."""
        person = await uow.people.known(row.person_id, row.account_id)
        planned = [each for each in await uow.ledger.of_outbox(row.id) if each.state == "planned"]
        if person is None or not planned:
            return None
        spoken, unsaid = await self._spoken(uow, catalog, person, planned, now, demo)
        if not spoken:
            return Silent(unsaid)
        dropped = await uow.ledger.dropped(person.id, await uow.ledger.last_sent(person.id))
        note = {
            "said": [[one.row.id, one.said.item, one.said.season, one.said.told_day] for one in spoken],
            "unsaid": [[number, reason] for number, reason in unsaid.items()],
        }
        return Composed(cards.message(spoken, row.id, dropped, demo), note)

    async def settled(self, uow: Uow, row: OutboxRow, composed: Composed, now: datetime) -> None:
        """Write down what was said, and why the others were not."""
        await uow.ledger.sent([SentNudge(*one) for one in composed.note["said"]], now)
        await uow.ledger.unsaid({number: reason for number, reason in composed.note["unsaid"]})  # noqa: C416

    async def _spoken(
        self, uow: Uow, catalog: Catalog, person: Person, planned: Sequence[NudgeRow], now: datetime, demo: bool
    ) -> tuple[list[Spoken], dict[int, str]]:
        left = person.nudge_cap - await uow.ledger.curated_since(person.id, now - CAP_WINDOW)
        rules = {rule.id: rule for rule in await uow.nudges.of(person.id)}
        spoken: list[Spoken] = []
        unsaid: dict[int, str] = {}
        for row in planned:
            rule = rules.get(row.rule_id) if row.rule_id is not None else None
            # One that the person put off is their own wish: it comes also when the series is off by then.
            again = row.key.startswith(AGAIN)
            counts = family(row.kind) == "curated" and not again and not demo
            if not again and row.rule_id is not None and (rule is None or not rule.enabled):
                words: Said | Unsaid = Unsaid("off")
            elif counts and left <= 0:
                words = Unsaid("cap")
            else:
                writer = writer_for(self._writers, row.kind)
                words = await writer.write(uow, catalog, person, row, rule, now, demo=demo)
            if isinstance(words, Unsaid):
                unsaid[row.id] = words.reason
                continue
            left -= counts
            spoken.append(Spoken(row, words, rule, row.due_at if now - row.due_at >= LATE else None))
        return spoken, unsaid


class OldNudgeComposer:
    """Writes rows of key "nudge", which older versions made: the kind, perhaps the text, and no row of the ledger."""

    key = "nudge"

    def __init__(self, writers: Mapping[str, Writer]) -> None:
        self._writers = writers

    async def compose(
        self, uow: Uow, catalog: Catalog, row: OutboxRow, now: datetime, *, demo: bool = False
    ) -> Composed | None:
        """The text that it names or the next one; its buttons carry the number of the message."""
        payload = row.payload or {}
        kind, person = str(payload.get("kind")), await uow.people.known(row.person_id, row.account_id)
        rule = await uow.nudges.owned(row.person_id, row.rule_id) if row.rule_id is not None else None
        if person is None or kind not in catalog.nudges or (row.rule_id is not None and not (rule and rule.enabled)):
            return None
        planned = as_ledger(row, kind, payload.get("text"))
        words = await writer_for(self._writers, kind).write(uow, catalog, person, planned, rule, now, demo=demo)
        if isinstance(words, Unsaid) or words.item is None:
            return None
        note = {"kind": kind, "text": words.item, "season": words.season}
        return Composed(cards.single(Spoken(planned, words, rule), (row.id, words.item), demo), note)

    async def settled(self, uow: Uow, row: OutboxRow, composed: Composed, now: datetime) -> None:
        """From now on it is in the ledger like any other."""
        kind, text, season = (composed.note[name] for name in ("kind", "text", "season"))
        await adopt(uow, row, kind, text, season, now)


def as_ledger(row: OutboxRow, kind: str, item: str | None) -> NudgeRow:
    """What the ledger would say of a message of an older version; it has no number there."""
    return NudgeRow(
        id=0, person_id=row.person_id, rule_id=row.rule_id, outbox_id=row.id, key=f"outbox:{row.id}", kind=kind,
        item=item, season=None, slot_at=row.due_at, due_at=row.due_at, state="planned", reason=None, told_day=None,
        sent_at=None, answer=None, answered_at=None,
    )  # fmt: skip


async def adopt(
    uow: Uow, row: OutboxRow, kind: str, item: str, season: int | None, sent_at: datetime
) -> NudgeRow | None:
    """The ledger's row of a message of an older version, made when it is not there yet."""
    new = NewNudge(
        row.person_id, row.rule_id, f"outbox:{row.id}", kind, row.due_at, row.due_at, item, season, outbox_id=row.id
    )
    for made in await uow.ledger.plan((new,)):
        await uow.ledger.sent((SentNudge(made.id, item, season),), sent_at)
    return next(iter(await uow.ledger.of_outbox(row.id)), None)
