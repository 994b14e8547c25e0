"""Reads the folders of a content pack. The only file that knows YAML.

Files are composed, not loaded: the nodes keep their lines, so every fault names its place and all are told
at once. YAML's own readings of `NO`, `10:00`, `007` or `1.10` are kept as traps and become faults where a
text is wanted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from content.catalog import Catalog
from content.documents import Contents, Document, Entry, Fault, PackFaults, Place, name_of
from content.messages import did_you_mean, faults_of
from content.plans import Checklist, Milestone, NudgeKind, SeasonDates
from content.reading import Unreadable, is_cut_by_hash, layout_faults, read_text
from content.rules import integrity
from content.scalars import READINGS, trap, typed
from content.schema import AnyTopic, Group, Model, Pack
from content.seasons import merged

FOLDERS: dict[str, Any] = {
    "topics": AnyTopic,
    "checklists": Checklist,
    "nudges": NudgeKind,
    "milestones": Milestone,
    "seasons": SeasonDates,
}
OTHER_FOLDERS = ("emails", "search")
"""Folders that belong to a pack and are read elsewhere."""

_ADAPTERS: dict[str, TypeAdapter[Any]] = {name: TypeAdapter(model) for name, model in FOLDERS.items()}
_PACK: TypeAdapter[Pack] = TypeAdapter(Pack)
M = TypeVar("M", bound=Model)


def load_pack(core: Path, overlay: Path | None = None) -> Catalog:
    """The catalog of the core pack with a community's folder laid over it.

    Raises `PackFaults` when anything in either makes the result unfit to serve.
    """
    contents, faults = read_packs(core, overlay)
    faults = [*faults, *integrity(contents)]
    if faults or contents.pack is None:
        raise PackFaults(faults)
    return catalog_of(contents)


def catalog_of(contents: Contents) -> Catalog:
    """The catalog of contents that were found in order."""
    pack = contents.pack.model if contents.pack else None
    return Catalog.build(
        name=pack.name if pack else "",
        version=pack.version if pack else "",
        support=contents.support.model.support if contents.support else None,
        groups=tuple(contents.groups.values()),
        topics={key: entry.model for key, entry in contents.topics.items()},
        checklists={key: entry.model for key, entry in contents.checklists.items()},
        nudges={key: entry.model for key, entry in contents.nudges.items()},
        milestones={key: entry.model for key, entry in contents.milestones.items()},
        seasons={int(key): merged([layer.model for layer in layers]) for key, layers in contents.seasons.items()},
    )


def read_packs(core: Path, overlay: Path | None = None) -> tuple[Contents, list[Fault]]:
    """What both folders hold, merged, and the faults of single files. The overlay needs no pack.yaml."""
    contents, faults = read_folder(core, whole=True)
    if overlay is not None:
        over, more = read_folder(overlay, whole=False)
        contents, faults = contents.under(over), [*faults, *more]
    return contents, faults


def read_folder(folder: Path, *, whole: bool) -> tuple[Contents, list[Fault]]:
    """What one folder holds, and its faults. `whole`: a pack of its own, which must have a pack.yaml."""
    if not folder.is_dir():
        return Contents(), [Fault(_shown(folder), 1, "folder", "there is no such folder")]
    faults = list(_layout_of(folder))
    pack = None
    if whole or (folder / "pack.yaml").exists():
        pack = _entry(folder / "pack.yaml", _PACK, Pack, faults)
    found = {name: _entries(folder / name, name, faults) for name in FOLDERS}
    groups = _groups(pack, faults)
    files = ((name, path.stem) for name in FOLDERS for path in (folder / name).glob("*.yaml"))
    unread = frozenset(stem for name, stem in files if stem not in found[name])
    support = pack if pack and pack.model.support else None
    return replace(_contents(found, pack, groups), support=support, unread=unread), faults


def read_one(path: Path, kind: str) -> tuple[Contents, list[Fault]]:
    """A single file of one kind (a name in `FOLDERS`), like a folder that holds only this."""
    faults: list[Fault] = []
    entry = _entry(path, _ADAPTERS[kind], FOLDERS[kind], faults)
    faults.extend(_misnamed(entry, path) if entry else ())
    found = {kind: {entry.model.id: entry}} if entry else {}
    return _contents(found), faults


def _contents(
    found: dict[str, dict[str, Entry[Any]]],
    pack: Entry[Pack] | None = None,
    groups: dict[str, Group] | None = None,
) -> Contents:
    return Contents(
        pack=pack,
        groups=groups or {},
        topics=found.get("topics", {}),
        checklists=found.get("checklists", {}),
        nudges=found.get("nudges", {}),
        milestones=found.get("milestones", {}),
        seasons={year: (entry,) for year, entry in found.get("seasons", {}).items()},
    )


def _shown(path: Path) -> str:
    """The path as an editor would type it from here."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def _layout_of(folder: Path) -> Iterator[Fault]:
    known = [*FOLDERS, *OTHER_FOLDERS]
    for item in sorted(folder.iterdir()):
        if item.is_dir() and item.name not in known and not item.name.startswith((".", "_")):
            hint = did_you_mean(item.name, known)
            yield Fault(_shown(item), 1, "folder", f"is not a folder of a pack, nothing in it is read{hint}")
    for item in sorted(folder.rglob("*.yml")):
        yield Fault(_shown(item), 1, "file", "is not read: its name must end in .yaml")


def _groups(pack: Entry[Pack] | None, faults: list[Fault]) -> dict[str, Group]:
    groups: dict[str, Group] = {}
    for index, group in enumerate(pack.model.groups if pack else ()):
        if pack and group.id in groups:
            first = next(i for i, other in enumerate(pack.model.groups) if other.id == group.id)
            there = pack.line(("groups", first, "id"))
            faults.append(pack.fault(("groups", index, "id"), f"`{group.id}` is already used at {there}"))
        groups.setdefault(group.id, group)
    return groups


def _entries(folder: Path, kind: str, faults: list[Fault]) -> dict[str, Entry[Any]]:
    entries: dict[str, Entry[Any]] = {}
    for path in sorted(folder.glob("*.yaml")):
        if path.name.startswith((".", "_")):
            continue
        entry = _entry(path, _ADAPTERS[kind], FOLDERS[kind], faults)
        if entry is None:
            continue
        name = entry.model.id
        faults.extend(_misnamed(entry, path))
        if name in entries:
            faults.append(entry.fault(("id",), f"`{name}` is already used at {entries[name].line(('id',))}"))
        entries.setdefault(name, entry)
    return entries


def _misnamed(entry: Entry[Any], path: Path) -> Iterator[Fault]:
    name = entry.model.id
    if name != path.stem:
        wrong = f"is `{name}` but the file is {path.name}; the id and the file's name must be the same"
        yield entry.fault(("id",), wrong)


def _entry(path: Path, adapter: TypeAdapter[M], model: object, faults: list[Fault]) -> Entry[M] | None:
    name = _shown(path)
    try:
        document = read_document(path, name, faults)
    except Unreadable as unreadable:
        faults.extend(unreadable.faults)
        return None
    try:
        return Entry(adapter.validate_python(document.data), document)
    except ValidationError as error:
        faults.extend(faults_of(error, document, model))
        return None


def read_document(path: Path, name: str, faults: list[Fault]) -> Document:
    """One file's values and places. Faults that leave the rest readable are added to `faults`.

    Raises `Unreadable` when nothing can be made of the file.
    """
    text = read_text(path, name)
    layout = list(layout_faults(text, name))
    faults.extend(layout)
    try:
        root = yaml.compose(text.expandtabs(2), Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        # A tab is most often the cause, and has been told already.
        raise Unreadable(*([] if layout else [_syntax_fault(error, name)])) from None
    except RecursionError:
        raise Unreadable(Fault(name, 1, "file", "is nested too deeply")) from None
    if not isinstance(root, yaml.MappingNode):
        raise Unreadable(Fault(name, 1, "file", "must be `name: value` lines at the top, starting with `id:`"))
    walk = _Walk(name, text.splitlines(), faults)
    place = Place(root.start_mark.line + 1)
    data = walk.mapping(root, place, ())
    return Document(name, data, place)


def _syntax_fault(error: yaml.YAMLError, name: str) -> Fault:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = str(getattr(error, "problem", "") or error)
    line = mark.line + 1 if mark else 1
    for sign, plain in _SYNTAX.items():
        if sign in problem:
            return Fault(name, line, "file", plain)
    return Fault(name, line, "file", f"is not YAML near here ({problem}); check quotes and indentation")


_SYNTAX = {
    "mapping values are not allowed": 'has a colon inside a text; put the text in "quotes" or after `>-`',
    "did not find expected key": "is not indented like its neighbours, or a quote above is not closed",
    "could not find expected ':'": "misses a colon after the field's name, or a quote above is not closed",
    "did not find expected '-' indicator": 'is not indented like the list above it, or misses its "- "',
    "unexpected end of stream": "ends inside a quoted text; a closing quote is missing",
    "cannot start any token": 'starts with a character that needs quotes; put the text in "quotes"',
    "found unknown escape character": "has a \\ inside double quotes; use single quotes instead",
    "undefined alias": 'starts with *, which YAML reads as a reference; put the text in "quotes"',
    "did not find expected alphabetic or numeric": 'starts with & or *; put the text in "quotes"',
    "but found another document": "has a second document after `---`; one file is one page",
    "expected <document start>": "has a second document after `---`; one file is one page",
}

_PREFIX = "tag:yaml.org,2002:"


@dataclass(slots=True)
class _Walk:
    """Turns nodes into values and places. A node met twice is an alias: refused, and so are alias bombs."""

    file: str
    lines: list[str]
    faults: list[Fault]
    seen: set[int] = field(default_factory=set)

    def value(self, node: yaml.Node, place: Place, path: tuple[str | int, ...]) -> object:
        if id(node) in self.seen:
            anchor = "uses an anchor (`&`, `*`); write the text again instead"
            self.faults.append(Fault(self.file, place.line, name_of(path), anchor))
            return None
        self.seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, place, path)
        if isinstance(node, yaml.SequenceNode):
            return self._sequence(node, place, path)
        assert isinstance(node, yaml.ScalarNode)  # noqa: S101 - YAML has no fourth kind of node
        return self._scalar(node, place, path)

    def mapping(self, node: yaml.MappingNode, place: Place, path: tuple[str | int, ...]) -> dict[str, Any]:
        self.seen.add(id(node))
        self._check_tag(node, path, "map")
        values: dict[str, Any] = {}
        for key, inner in node.value:
            name = self._key(key, path)
            if name is None:
                continue
            if name in values:
                first = place.children[name].line
                self._fault(key, (*path, name), f"is written twice, at line {first} and here; keep one")
                continue
            child = Place(key.start_mark.line + 1)
            place.children[name] = child
            values[name] = self.value(inner, child, (*path, name))
        return values

    def _key(self, key: yaml.Node, path: tuple[str | int, ...]) -> str | None:
        if not isinstance(key, yaml.ScalarNode):
            self._fault(key, path, 'has brackets where a field\'s name is wanted; put the text in "quotes"')
            return None
        if key.tag == _PREFIX + "merge":
            self._fault(key, path, "uses `<<`, which is not read here; write the fields out")
            return None
        if key.tag != _PREFIX + "str":
            told = f"YAML does not read the name `{key.value}` as a text; put it in quotes"
            self._fault(key, (*path, key.value), told)
        return str(key.value)

    def _sequence(self, node: yaml.SequenceNode, place: Place, path: tuple[str | int, ...]) -> list[Any]:
        self._check_tag(node, path, "seq")
        values = []
        for index, inner in enumerate(node.value):
            child = Place(inner.start_mark.line + 1)
            place.children[index] = child
            values.append(self.value(inner, child, (*path, index)))
        return values

    def _scalar(self, node: yaml.ScalarNode, place: Place, path: tuple[str | int, ...]) -> object:
        written = node.value
        place.written = written
        if not node.tag.startswith(_PREFIX) or node.tag[len(_PREFIX) :] not in READINGS:
            self._fault(node, path, f"has a tag (`{node.tag}`), which is not read here; delete it")
            return written
        if not node.style and is_cut_by_hash(self.lines, node.end_mark.line, node.end_mark.column):
            self._fault(node, path, 'is cut off before `#`, which starts a comment; put the text in "quotes"')
        reading = node.tag[len(_PREFIX) :]
        if reading == "str":
            return written
        place.trap = trap(reading, written)
        return typed(reading, written)

    def _check_tag(self, node: yaml.Node, path: tuple[str | int, ...], plain: str) -> None:
        if node.tag != _PREFIX + plain:
            self._fault(node, path, f"has a tag (`{node.tag}`), which is not read here; delete it")

    def _fault(self, node: yaml.Node, path: tuple[str | int, ...], message: str) -> None:
        self.faults.append(Fault(self.file, node.start_mark.line + 1, name_of(path), message))
