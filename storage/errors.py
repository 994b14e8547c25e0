"""What can be wrong with the database, each in one line that says what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted


class StorageError(Exception):
    """The database cannot do what was asked. Its text is one line for the operator, without anybody's words."""

    advice = "The database failed. Run `matchmentor doctor` to see what is wrong."

    def __init__(self, advice: str | None = None) -> None:
        super().__init__(advice or self.advice)


class DatabaseBusy(StorageError):
    """Another process holds the lock for longer than we wait, or every connection is in use."""

    advice = "The database is locked by another process. Nothing was changed; close what holds it, then try again."


class DatabaseReadOnly(StorageError):
    """The file, its folder or the server refuses writing."""

    advice = "The database is read-only. Make the file and its folder writable for the bot, or use the primary server."


class DatabaseUnreachable(StorageError):
    """No file there that can be opened, or no server that answers."""

    advice = "The database cannot be reached. Check DATABASE_URL, that its folder exists, or that its server runs."


class SchemaBehind(StorageError):
    """The tables are older than this program."""

    advice = "The database is older than this program. Run `matchmentor migrate up`, then start again."


class SchemaAhead(StorageError):
    """The tables are newer than this program."""

    advice = "The database is newer than this program. Install the newer MatchMentor, or restore the copy made before."


class BadKey(StorageError):
    """`MATCHMENTOR_KEY` is not a key, or not the one with which stored text was encrypted."""

    advice = (
        "MATCHMENTOR_KEY does not open the stored text. Put the key back that wrote it, after a comma if it is old."
    )


# SQLite says what is wrong in words, PostgreSQL in codes (its manual, appendix A).
_SQLITE_WORDS: tuple[tuple[str, type[StorageError]], ...] = (
    ("is locked", DatabaseBusy),
    ("readonly database", DatabaseReadOnly),
    ("no such table", SchemaBehind),
    ("no such column", SchemaBehind),
    ("has no column named", SchemaBehind),
    ("unable to open database", DatabaseUnreachable),
    ("disk i/o error", DatabaseUnreachable),
    ("not a database", DatabaseUnreachable),
)
_POSTGRES_CODES: tuple[tuple[str, type[StorageError]], ...] = (
    ("55P03", DatabaseBusy),
    ("57014", DatabaseBusy),
    ("40", DatabaseBusy),
    ("53300", DatabaseBusy),
    ("25006", DatabaseReadOnly),
    ("42P01", SchemaBehind),
    ("42703", SchemaBehind),
    ("08", DatabaseUnreachable),
    ("28", DatabaseUnreachable),
    ("3D000", DatabaseUnreachable),
    ("57P", DatabaseUnreachable),
)


@contextmanager
def translated(*, opening: bool = False, reading: bool = False) -> Iterator[None]:
    """Turn the libraries' errors into ours where an operator can do something about them; let the others pass.

    opening   a connection is being opened: a system error (refused, no such host, timeout) means the database
    reading   in a transaction that only looks, a refused write is our own mistake and not the operator's
    """
    try:
        yield
    except Exception as error:
        kind = _kind(error, opening)
        if kind is None or (reading and kind is DatabaseReadOnly):
            raise
        raise kind from error


def _kind(error: Exception, opening: bool) -> type[StorageError] | None:
    if isinstance(error, PoolExhausted):
        return DatabaseBusy
    cause = (error.orig if isinstance(error, DBAPIError) else error) or error
    if isinstance(cause, OSError):
        return DatabaseUnreachable if opening else None
    # A new connection's pragmas run below SQLAlchemy, and asyncpg connects below it: their errors come bare.
    if type(cause).__module__ == "sqlite3":
        words = str(cause).lower()
        return next((kind for part, kind in _SQLITE_WORDS if part in words), None)
    code = getattr(cause, "sqlstate", None)
    if isinstance(code, str):
        return next((kind for start, kind in _POSTGRES_CODES if code.startswith(start)), None)
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return DatabaseUnreachable
    return None
