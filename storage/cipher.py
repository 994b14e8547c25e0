"""Encryption of what people write, with the key of the installation (`MATCHMENTOR_KEY`).

Fernet of the `cryptography` package: AES-128-CBC with an HMAC-SHA256, so a changed byte is noticed. Several keys,
separated by commas: the first one writes, all of them read.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy.engine import Dialect

from storage.errors import BadKey

_ENCRYPTED = "fernet:"
_PLAIN = "plain:"


class Cipher:
    """Seals and opens text. Without a key it stores plain text, and still says so when sealed text needs a key."""

    def __init__(self, keys: str | None = None) -> None:
        parts = [part.strip() for part in (keys or "").split(",") if part.strip()]
        try:
            self._fernet = MultiFernet([Fernet(part) for part in parts]) if parts else None
        except ValueError:
            # "from None": the library's own words may hold a part of the key.
            raise BadKey(
                "MATCHMENTOR_KEY is not a key. Make one: "
                'python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'
            ) from None

    def seal(self, text: str) -> str:
        """The text as it is stored."""
        if self._fernet is not None:
            return _ENCRYPTED + self._fernet.encrypt(text.encode()).decode()
        # A person's text may begin like our own marks: then it is marked as plain, so that it is read as it was.
        return _PLAIN + text if text.startswith((_ENCRYPTED, _PLAIN)) else text

    def open(self, stored: str) -> str:
        """The text that was sealed, also one from before a key was set. Raises `BadKey`."""
        if stored.startswith(_PLAIN):
            return stored.removeprefix(_PLAIN)
        if not stored.startswith(_ENCRYPTED):
            return stored
        if self._fernet is None:
            raise BadKey("Stored text is encrypted and MATCHMENTOR_KEY is not set. Set the key that wrote it.")
        try:
            return self._fernet.decrypt(stored.removeprefix(_ENCRYPTED).encode()).decode()
        except InvalidToken:
            raise BadKey from None


# A column type is the same object for every engine; the dialect is the engine's own, and each column value passes it.
_of_dialect: WeakKeyDictionary[Dialect, Cipher] = WeakKeyDictionary()
_without_key = Cipher()


def use(dialect: Dialect, cipher: Cipher) -> None:
    """Let every `EncryptedText` column that is used through this dialect (one engine's) use this cipher."""
    _of_dialect[dialect] = cipher


def of(dialect: Dialect) -> Cipher:
    """The cipher of an engine's dialect; one without a key when none was given."""
    return _of_dialect.get(dialect, _without_key)
