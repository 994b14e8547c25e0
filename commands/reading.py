"""How a person writes a date in numbers, once they have said so: whether "3/4" is 3 April or March 4.

What a platform reports as somebody's language does not count: most people never chose that one.
"""

from __future__ import annotations

from functools import cache

from babel import Locale

from scheduler.dates import Order
from storage.people import Person

EXAMPLES: dict[Order, str] = {"day": "3 April", "month": "March 4"}
"""What "3/4" is in either order."""


def date_order(person: Person) -> Order | None:
    """The order in which this person writes the day and the month; None, so that we ask, until they chose one."""
    return order_of(person.about.dates) if person.about.dates else None


@cache
def order_of(language: str) -> Order:
    """The order of a language tag, from its short date. Raises `UnknownLocaleError` for one that Babel lacks."""
    pattern = Locale.parse(language, sep="-").date_formats["short"].pattern
    return "day" if pattern.index("d") < pattern.index("M") else "month"
