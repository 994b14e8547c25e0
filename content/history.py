"""What was served, load by load: kept in a folder as compressed copies of the YAML, the newest twenty.

A copy holds the files of the core pack and of the community's folder as they were written, so that a load can be
compared with the one before it, and the community's folder can be brought back. Files that are not served (their
name starts with a dot or an underscore, or does not end in .yaml) are neither kept nor touched.
"""

from __future__ import annotations

import gzip
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from content.documents import PackFaults
from content.loader import load_pack

KEPT = 20
FOLDER = "content-history"
Files = Mapping[str, str]
"""Path inside its folder, with slashes -> the file's text."""


@dataclass(frozen=True, slots=True)
class Load:
    """One state of the content. `good`: it was fit to serve; the others were kept before a rollback replaced them."""

    number: int
    at: datetime
    version: str
    good: bool
    core: Files
    overlay: Files | None


@dataclass(frozen=True, slots=True)
class Changes:
    """The pages of one load against those of the load before it, as `topics/step-failure`, in order."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Restored:
    """What a rollback did: where the present state was kept, which one is back, and the pages that differ by it."""

    kept: Load
    back: Load
    changes: Changes


class NoWayBack(Exception):
    """There is no earlier state of the community's folder that differs and can be served."""


def read_files(folder: Path) -> Files:
    """The served YAML files of a pack's folder, as written. Bytes that are not UTF-8 survive the round trip."""
    found: dict[str, str] = {}
    for path in yaml_files(folder):
        name = path.relative_to(folder).as_posix()
        found[name] = path.read_bytes().decode("utf-8", "surrogateescape")
    return found


def yaml_files(folder: Path) -> Iterator[Path]:
    """The files of a folder that are served, in order."""
    for path in sorted(folder.rglob("*.yaml")):
        if path.is_file() and not any(part.startswith((".", "_")) for part in path.relative_to(folder).parts):
            yield path


def changes(before: Load | None, after: Load) -> Changes:
    """What a reader can find in `after` and not in `before`, the other way round, and what reads differently."""
    old, new = _served(before) if before else {}, _served(after)
    return Changes(
        added=tuple(sorted(new.keys() - old.keys())),
        removed=tuple(sorted(old.keys() - new.keys())),
        changed=tuple(sorted(name for name in new.keys() & old.keys() if new[name] != old[name])),
    )


def _served(load: Load) -> dict[str, str]:
    """Page -> text. Of what the community's files are laid over and do not replace, both packs' own files count."""
    own = {(_beside(name) if _is_layered(name) else name): text for name, text in (load.overlay or {}).items()}
    return {name.removesuffix(".yaml"): text for name, text in {**load.core, **own}.items()}


def _is_layered(name: str) -> bool:
    return name == "pack.yaml" or name.startswith("seasons/")


def _beside(name: str) -> str:
    return f"{name.removesuffix('.yaml')} (community)"


def _digest(core: Files, overlay: Files | None) -> str:
    return sha256(json.dumps([dict(core), overlay and dict(overlay)], sort_keys=True).encode()).hexdigest()[:16]


class History:
    """The loads kept in one folder. Several processes may share it: a file is written whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def loads(self) -> tuple[Load, ...]:
        """All that is kept, oldest first. A file that cannot be read is left out: it is no state to go back to."""
        found = (_read(path) for path in self._paths())
        return tuple(load for load in found if load is not None)

    def keep(self, core: Files, overlay: Files | None, *, version: str, at: datetime, good: bool = True) -> Load:
        """Keep this state as the newest, unless the newest is the same. Raises `OSError` when it cannot be written."""
        digest = f"{_digest(core, overlay)}{'' if good else '-faulty'}"
        paths = self._paths()
        number = _number(paths[-1]) if paths else 0
        if paths and paths[-1].name == _name(number, digest) and (newest := _read(paths[-1])):
            return newest
        load = Load(number + 1, at, version, good, core, overlay)
        self._folder.mkdir(parents=True, exist_ok=True)
        _write(self._folder / _name(load.number, digest), _packed(load))
        for path in self._paths()[:-KEPT]:
            path.unlink(missing_ok=True)
        return load

    def _paths(self) -> list[Path]:
        return sorted(self._folder.glob(f"{'[0-9]' * 6}-*.json.gz"))

    def roll_back(self, core: Path, overlay: Path, at: datetime) -> Restored:
        """Bring the overlay folder back to the newest good state that differs from the present one.

        The present one is kept first. A state that cannot be served over the present core pack is passed over.
        Raises `NoWayBack` when there is none, with nothing changed, and `OSError` when a file cannot be written.
        """
        base, present = read_files(core), read_files(overlay)
        past = [load for load in self.loads() if load.good and load.overlay is not None and load.overlay != present]
        back = next((load for load in reversed(past) if _version(core, load.overlay or {}) is not None), None)
        if back is None or back.overlay is None:
            raise NoWayBack
        version = _version(core, present)
        kept = self.keep(base, present, version=version or "", at=at, good=version is not None)
        _restore(overlay, back.overlay)
        after = Load(0, at, back.version, True, base, back.overlay)
        return Restored(kept, back, changes(kept, after))


def _version(core: Path, overlay: Files) -> str | None:
    """The version of the core pack under these files; None when they are not fit to serve."""
    with tempfile.TemporaryDirectory() as folder:
        _restore(Path(folder), overlay)
        try:
            return load_pack(core, Path(folder)).version
        except PackFaults:
            return None


def _restore(folder: Path, files: Files) -> None:
    """Make the served files of a folder these. New texts first, so that no page is missing in between."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, text.encode("utf-8", "surrogateescape"))
    for path in list(yaml_files(folder)):
        if path.relative_to(folder).as_posix() not in files:
            path.unlink()


def _write(path: Path, content: bytes) -> None:
    """Write beside it and rename: a reader sees the old file or the new one, never half of it."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _name(number: int, digest: str) -> str:
    return f"{number:06d}-{digest}.json.gz"


def _number(path: Path) -> int:
    return int(path.name.split("-")[0])


def _packed(load: Load) -> bytes:
    overlay = None if load.overlay is None else dict(load.overlay)
    kept = {"at": load.at.isoformat(), "version": load.version, "good": load.good}
    # ASCII, so that bytes which were not UTF-8 stay as they are.
    return gzip.compress(json.dumps({**kept, "core": dict(load.core), "overlay": overlay}).encode("ascii"), mtime=0)


def _read(path: Path) -> Load | None:
    try:
        kept = json.loads(gzip.decompress(path.read_bytes()))
        at = datetime.fromisoformat(kept["at"])
        return Load(_number(path), at, kept["version"], kept["good"], kept["core"], kept["overlay"])
    except (OSError, EOFError, ValueError, KeyError, TypeError):
        return None
