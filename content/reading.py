"""One file's bytes to text, with the faults of encoding, size and layout that would surprise inside YAML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from content.documents import Fault

MOST_BYTES = 1_000_000

_UTF_16_OR_32 = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_HASH = re.compile(r"\s*#[^\s#]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f]")


class Unreadable(Exception):
    """A file that cannot be taken apart any further; carries the faults that say why."""

    def __init__(self, *faults: Fault) -> None:
        self.faults = faults
        super().__init__()


def read_text(path: Path, name: str) -> str:
    """The text of a UTF-8 file, with or without a byte-order mark.

    Raises `Unreadable` for anything else: another encoding, too large, not a file, not allowed.
    """
    try:
        if not path.is_file():
            raise Unreadable(Fault(name, 1, "file", "is not a file"))
        if path.stat().st_size > MOST_BYTES:
            raise Unreadable(Fault(name, 1, "file", "is larger than 1 MB; one page is a few kilobytes"))
        data = path.read_bytes()
    except OSError as error:
        raise Unreadable(Fault(name, 1, "file", f"cannot be read: {error.strerror}")) from None
    if data.startswith(_UTF_16_OR_32) or b"\x00" in data[:200]:
        raise Unreadable(Fault(name, 1, "file", "is not saved as UTF-8 (it looks like UTF-16); " + _SAVE))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable(Fault(name, line, "file", "has a letter that is not UTF-8; " + _SAVE)) from None
    bad = _CONTROL.search(text)
    if bad:
        line = text.count("\n", 0, bad.start()) + 1
        raise Unreadable(Fault(name, line, "file", "has an invisible control character; delete it"))
    if not text.strip():
        raise Unreadable(Fault(name, 1, "file", "is empty"))
    return text


_SAVE = "save it again with the encoding UTF-8"


def layout_faults(text: str, name: str) -> Iterator[Fault]:
    """What is wrong with the white space: tabs, and a word processor's spaces at the start of a line."""
    for number, line in enumerate(text.splitlines(), start=1):
        if "\t" in line:
            yield Fault(name, number, "file", "has a tab; use spaces")
        indent = line[: len(line) - len(line.lstrip())]
        if "\u00a0" in indent:
            yield Fault(name, number, "file", "starts with a word processor's space; use plain spaces")


def is_cut_by_hash(lines: list[str], line: int, column: int) -> bool:
    """Whether a plain text that ends at this line and column (from 0) goes on as `#1`, which YAML drops."""
    rest = lines[line][column:] if line < len(lines) else ""
    return bool(_HASH.match(rest))
