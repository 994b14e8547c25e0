"""Notices that somebody changed the content, and takes it into service when it is in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from stat import S_ISDIR

from content.catalog import Catalog, CatalogHolder
from content.documents import Fault
from content.history import History, read_files
from content.loader import load_pack

Fingerprint = tuple[tuple[str, int, int], ...]
"""Path, time of the last change in nanoseconds and size of each file: cheap, nothing is opened."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What one look found. `reloaded`: a new catalog is in service; `unkept`: why its history could not be written."""

    reloaded: bool = False
    faults: tuple[Fault, ...] = ()
    unkept: str | None = None


class Watch:
    """The folders of the core pack and of the community, looked at from time to time. For one thread at a time."""

    def __init__(self, core: Path, overlay: Path | None, history: History) -> None:
        """Reads the content now. Raises `PackFaults` when it is not in order."""
        self._core, self._overlay, self._history = core, overlay, history
        # Taken before reading: what is changed meanwhile is read again at the next look.
        self._seen = self._fingerprint()
        self._unkept = True
        self.holder = CatalogHolder(self._load)

    def _load(self) -> Catalog:
        return load_pack(self._core, self._overlay)

    def look(self, now: Callable[[], datetime]) -> Turn:
        """Reload when a file changed; keep what is served in the history when it is new. Opens files: off the loop."""
        fresh = self._fingerprint()
        changed = fresh != self._seen
        if changed:
            self._seen = fresh
            faults = self.holder.reload()
            if faults:
                self._unkept = False
                return Turn(faults=faults)
        if not (changed or self._unkept):
            return Turn()
        return Turn(reloaded=changed, unkept=self._keep(now()))

    def _keep(self, at: datetime) -> str | None:
        self._unkept = False
        try:
            core, overlay = read_files(self._core), None if self._overlay is None else read_files(self._overlay)
            if self._fingerprint() != self._seen:
                return None  # already something else; the next look keeps that
            self._history.keep(core, overlay, version=self.holder.current.version, at=at)
        except OSError as error:
            return type(error).__name__
        return None

    def _fingerprint(self) -> Fingerprint:
        return tuple(item for folder in (self._core, self._overlay) if folder for item in _stats(folder))


def _stats(folder: Path) -> Iterator[tuple[str, int, int]]:
    """Of a folder's YAML files; also of its folders and of `.yml`, since their names alone can be faults."""
    for path in sorted(folder.rglob("*")):
        if any(part.startswith(".") for part in path.relative_to(folder).parts):
            continue
        try:
            state = path.stat()
        except FileNotFoundError:
            continue  # removed since it was listed
        if S_ISDIR(state.st_mode):
            yield str(path), 0, 0
        elif path.suffix in (".yaml", ".yml"):
            yield str(path), state.st_mtime_ns, state.st_size
