"""Slack's Block Kit schema, compiled once so that one message costs well under a millisecond.

The schema offers each block as one of twenty alternatives. Tried one after the other that costs 5 ms a
message and ends in "is not valid under any of the given schemas". Here every list of alternatives that
differ by their `type` becomes a table from `type` to schema: one look, and an error that names the field.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from jsonschema import Draft7Validator, ValidationError
from jsonschema.validators import extend

from tests.peers.slack import specs
from tests.peers.slack.specs import Json

_BY_TYPE = "byType"


def structure_faults(kind: str, payload: Json) -> list[tuple[str, str]]:
    """What is wrong with the structure of a `message`, `modal` or `home`: (JSON pointer, text) of each fault."""
    return [
        ("/" + "/".join(str(part) for part in error.absolute_path), error.message[:200])
        for error in _compiled(kind).iter_errors(payload)
    ]


@lru_cache(maxsize=8)
def _compiled(kind: str) -> Any:
    name = {"message": "SlackMessage", "modal": "SlackModal", "home": "SlackHome"}[kind]
    return _Validator(_Compiler(specs.block_kit_schema()["definitions"]).definition(name))


class _Compiler:
    """Rewrites the schema: references become the very object they name, alternatives a table by `type`."""

    def __init__(self, definitions: Json) -> None:
        self._definitions = definitions
        self._done: dict[str, Json] = {}

    def definition(self, name: str) -> Json:
        """One named definition; a definition that contains itself ends in a loop of objects, not of calls."""
        if name not in self._done:
            target = self._done[name] = {}
            target.update(self._rewrite(self._definitions[name]))
        return self._done[name]

    def _rewrite(self, schema: Json) -> Json:
        if "$ref" in schema:
            return self.definition(schema["$ref"].rsplit("/", 1)[-1])
        rewritten = {key: value for key, value in schema.items() if key != "description"}
        if "properties" in schema:
            rewritten["properties"] = {key: self._rewrite(part) for key, part in schema["properties"].items()}
        if "items" in schema:
            rewritten["items"] = self._rewrite(schema["items"])
        if "anyOf" in schema:
            table = self._table(schema["anyOf"])
            rewritten.pop("anyOf")
            rewritten.update(
                {_BY_TYPE: table} if table else {"anyOf": [self._rewrite(branch) for branch in schema["anyOf"]]}
            )
        return rewritten

    def _table(self, branches: list[Json]) -> dict[str, list[Json]] | None:
        """`type` -> the alternatives that carry it; None when one of them does not say its type."""
        table: dict[str, list[Json]] = {}
        for branch, resolved in self._flat(branches):
            kind = resolved.get("properties", {}).get("type", {}).get("const")
            if kind is None:
                return None
            table.setdefault(kind, []).append(self._rewrite(branch))
        return table

    def _flat(self, branches: list[Json]) -> Iterator[tuple[Json, Json]]:
        """Each alternative as it is written and as it reads once its reference is followed."""
        for branch in branches:
            resolved = branch
            while "$ref" in resolved:
                resolved = self._definitions[resolved["$ref"].rsplit("/", 1)[-1]]
            if "anyOf" in resolved:
                yield from self._flat(resolved["anyOf"])
            else:
                yield branch, resolved


def _by_type(validator: Any, table: dict[str, list[Json]], instance: Any, _: Json) -> Iterator[ValidationError]:
    if not isinstance(instance, dict):
        yield ValidationError(f"{str(instance)[:60]!r} is not an object")
        return
    kind = instance.get("type")
    alternatives = table.get(kind, []) if isinstance(kind, str) else []
    if not alternatives:
        yield ValidationError(f"type {kind!r} is not allowed here")
        return
    shortest: list[ValidationError] | None = None
    for alternative in alternatives:
        errors = list(validator.descend(instance, alternative))
        if not errors:
            return
        if shortest is None or len(errors) < len(shortest):
            shortest = errors
    yield from shortest or []


_Validator: Any = extend(Draft7Validator, {_BY_TYPE: _by_type})  # type: ignore[no-untyped-call]
