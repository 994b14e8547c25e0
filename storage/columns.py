"""Column types that keep a promise by themselves, so that no feature can forget it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Integer, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from storage import cipher

_LARGEST_ID = 2**63 - 1


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Aware in, UTC out; a naive value raises `ValueError`, because it names no instant.

    SQLite keeps text without a zone: UTC by our own rule, so that the machine's zone never matters.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC, and to what the database keeps."""
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError("a naive datetime names no instant: give it a zone")
        instant = value.astimezone(UTC)
        return instant.replace(tzinfo=None) if dialect.name == "sqlite" else instant

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To an aware instant in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class EncryptedText(TypeDecorator[str]):
    """What a person wrote. Encrypted when the installation has a key; compare such columns in Python, never in SQL.

    What no database keeps (NUL, half a surrogate pair) is dropped or replaced rather than refused.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Seal."""
        if value is None:
            return None
        storable = value.replace("\x00", "").encode("utf-8", "replace").decode()
        return cipher.of(dialect).seal(storable)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Open. Raises `BadKey`."""
        return None if value is None else cipher.of(dialect).open(value)


class EncryptedJson(TypeDecorator[Mapping[str, Any]]):
    """A JSON object with a person's words in it: `EncryptedText` around JSON."""

    impl = EncryptedText
    cache_ok = True

    def process_bind_param(self, value: Mapping[str, Any] | None, dialect: Dialect) -> str | None:
        """To JSON; the type below seals it."""
        return None if value is None else json.dumps(dict(value))

    def process_result_value(self, value: Any, dialect: Dialect) -> Mapping[str, Any] | None:
        """From JSON."""
        return None if value is None else json.loads(value)


class RowId(TypeDecorator[int]):
    """A row's own number, or a reference to one.

    An old or invented button can hold any number: one that no column can hold becomes 0, which no row has.
    """

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """SQLite counts by itself only in a column that is called INTEGER."""
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else BigInteger())

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:
        """As it is, or 0 when out of range."""
        return value if value is None or 0 < value <= _LARGEST_ID else 0


Json = JSON(none_as_null=True)
"""Machine-made JSON without a person's words: a rule's parts."""
