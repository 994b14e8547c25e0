"""How often a page was judged helpful or not. Counts only: nobody's row."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.sql import insert
from storage.tables import page_feedback


@dataclass(frozen=True, slots=True)
class PageFeedback:
    """How many people gave this answer (a machine word) about this page."""

    topic: str
    answer: str
    count: int


class Feedback:
    """Queries about feedback, in one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, topic: str, answer: str) -> None:
        """Count one more."""
        statement = insert(self._connection, page_feedback).values(topic=topic, answer=answer, count=1)
        more = {"count": page_feedback.c.count + 1}
        await self._connection.execute(statement.on_conflict_do_update(index_elements=("topic", "answer"), set_=more))

    async def totals(self) -> tuple[PageFeedback, ...]:
        """All counts, by topic and answer."""
        columns = (page_feedback.c.topic, page_feedback.c.answer, page_feedback.c.count)
        statement = select(*columns).order_by(page_feedback.c.topic, page_feedback.c.answer)
        return tuple(PageFeedback(*row) for row in await self._connection.execute(statement))
