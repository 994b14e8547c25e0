"""Discord's own description of its API, as validators: the OpenAPI document and the gateway frames.

Both files lie in the folder named by TEST_SPECS_DIR (default: `../shared/specs` beside the repository).
Without it there is no description: `specs()` is None and who needs it says so.

Their unions of components, callbacks and channels are told apart by `type`. Told so, a fault names the one
field that is wrong instead of "not valid under any of the given schemas", and checking is much faster.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from jsonschema import Draft7Validator, Draft202012Validator, FormatChecker, ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend
from referencing import Registry
from referencing.jsonschema import DRAFT7, DRAFT202012

from tests.peers.discord.wire import Json

REPOSITORY = Path(__file__).resolve().parents[3]
API, GATEWAY = "discord-openapi.json", "discord-gateway.schema.json"
METHODS = ("get", "put", "post", "patch", "delete")

formats = FormatChecker(formats=())


@formats.checks("snowflake")
def _snowflake(value: object) -> bool:
    return not isinstance(value, str) or bool(re.fullmatch(r"0|[1-9][0-9]{0,19}", value))


@formats.checks("date-time", raises=ValueError)
def _moment(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@formats.checks("uri", raises=ValueError)
def _address(value: object) -> bool:
    return not isinstance(value, str) or (bool(urlsplit(value).scheme) and bool(urlsplit(value).netloc))


class Document:
    """One JSON document whose schemas can be asked for by pointer."""

    def __init__(self, contents: Json, uri: str, dialect: str) -> None:
        self.contents = contents
        self.uri = uri
        modern = dialect == "2020-12"
        resource = (DRAFT202012 if modern else DRAFT7).create_resource(contents)
        self._registry: Registry[Any] = Registry().with_resource(uri, resource)
        unions = {"oneOf": self._union, "anyOf": self._union}
        self._make: Any = extend(  # type: ignore[no-untyped-call]
            Draft202012Validator if modern else Draft7Validator, unions
        )
        self._plain = (Draft202012Validator if modern else Draft7Validator).VALIDATORS
        self._validators: dict[str, Validator] = {}
        self._types: dict[str, frozenset[Any] | None] = {}

    def problems(self, pointer: str, body: Any) -> list[str]:
        """Where and why `body` does not fit the schema at `pointer`."""
        validator = self._validators.get(pointer)
        if validator is None:
            schema = {"$ref": f"{self.uri}#{pointer}"}
            validator = self._make(schema, registry=self._registry, format_checker=formats)
            self._validators[pointer] = validator
        return [_worded(fault) for fault in validator.iter_errors(body)]

    def at(self, reference: str) -> Json:
        """The schema that a local "#/..." reference points to."""
        place: Any = self.contents
        for step in unquote(reference.partition("#")[2]).split("/")[1:]:
            place = place[step.replace("~1", "/").replace("~0", "~")]
        found: Json = place
        return found

    def _union(self, validator: Any, members: list[Json], body: Any, schema: Json) -> Iterator[ValidationError]:
        """Of a union whose members differ by "type" or by value, check only those that can be meant."""
        keyword = "oneOf" if schema.get("oneOf") is members else "anyOf"
        meant = [member for member in members if member.get("const", body) == body]
        if isinstance(body, dict) and "type" in body:
            meant = [member for member in members if self._may_mean(member, body["type"])]
        if body is not None:
            meant = [member for member in meant if member.get("type") != "null"]
        if len(meant) == 1:
            yield from validator.descend(body, meant[0])
        elif meant:
            yield from self._plain[keyword](validator, meant, body, schema)
        else:
            what = f"type {body.get('type')!r}" if isinstance(body, dict) else repr(body)
            yield ValidationError(f"{what} may not stand here")

    def _may_mean(self, member: Json, kind: Any) -> bool:
        types = self._types_of(member)
        return types is None or kind in types

    def _types_of(self, schema: Json) -> frozenset[Any] | None:
        """The values of "type" that a schema can accept; None when it does not say."""
        reference = schema.get("$ref")
        if isinstance(reference, str):
            if reference not in self._types:
                self._types[reference] = self._types_of(self.at(reference))
            return self._types[reference]
        for keyword in ("oneOf", "anyOf"):
            if keyword in schema:
                inner = [self._types_of(member) for member in schema[keyword]]
                return None if None in inner else frozenset().union(*(types for types in inner if types))
        if schema.get("type") == "null":
            return frozenset()
        kind = (schema.get("properties") or {}).get("type")
        if not isinstance(kind, dict):
            return None
        return frozenset([kind["const"]]) if "const" in kind else frozenset(kind["enum"]) if "enum" in kind else None


def _worded(fault: ValidationError) -> str:
    where = "/".join(map(str, fault.absolute_path)) or "(whole)"
    said = fault.message if len(fault.message) <= 160 else f"does not fit {fault.validator}"
    return f"{where}: {said}"


def pointer(*steps: str) -> str:
    """A JSON pointer as it stands in a URI fragment."""
    escapes = (("~", "~0"), ("/", "~1"), ("%", "%25"), ("{", "%7B"), ("}", "%7D"))

    def escaped(step: str) -> str:
        for plain, code in escapes:
            step = step.replace(plain, code)
        return step

    return "".join("/" + escaped(step) for step in steps)


class Specs:
    """The two documents, asked by route and by frame."""

    def __init__(self, folder: Path) -> None:
        text = (folder / API).read_text(encoding="utf-8")
        self._answers = Document(json.loads(text), "urn:discord:answers", "2020-12")
        # Discord takes ids as numbers too, and discord.py sends some so; it answers with texts only
        requests = json.loads(text)
        schemas = requests["components"]["schemas"]
        schemas["SnowflakeType"] = {"anyOf": [schemas["SnowflakeType"], {"type": "integer", "minimum": 0}]}
        self._requests = Document(requests, "urn:discord:requests", "2020-12")
        frames = json.loads((folder / GATEWAY).read_text(encoding="utf-8"))
        self._frames = Document(frames, "urn:discord:frames", "7")
        self._events: Json = frames["definitions"]["GatewayFrames"]["properties"]

    def schema_problems(self, name: str, body: Any) -> list[str]:
        """Faults of a body by the name of its schema, as in "MessageCreateRequest"."""
        return self._requests.problems(pointer("components", "schemas", name), body)

    def request_problems(self, method: str, route: str, query: str, body: Any) -> list[str]:
        """Faults of a request; `route` is a template, as in "/channels/{channel_id}/messages"."""
        item = self._requests.contents["paths"].get(route, {})
        operation = item.get(method.lower())
        if operation is None:
            return [f"{method} {route} is not part of the API"]
        parameters = [*item.get("parameters", ()), *operation.get("parameters", ())]
        known = {parameter["name"] for parameter in parameters if parameter["in"] == "query"}
        found = [f"unknown query parameter {name}" for name, _ in parse_qsl(query) if name not in known]
        expected = operation.get("requestBody")
        if expected is None:
            return found + (["takes no body"] if body else [])
        if body is None:
            return found + (["the body is missing"] if expected.get("required") else [])
        steps = ("paths", route, method.lower(), "requestBody", "content", "application/json", "schema")
        return found + self._requests.problems(pointer(*steps), body)

    def answer_problems(self, method: str, route: str, status: int, body: Any) -> list[str]:
        """Faults of an answer of the peer itself."""
        operation = self._answers.contents["paths"].get(route, {}).get(method.lower())
        if operation is None:
            return [f"{method} {route} is not part of the API"]
        keys = [key for key in (str(status), f"{status // 100}XX") if key in operation["responses"]]
        if not keys:
            return [f"status {status} is not among the answers"]
        steps = ["paths", route, method.lower(), "responses", keys[0]]
        answer = operation["responses"][keys[0]]
        if "$ref" in answer:
            steps = ["components", "responses", answer["$ref"].rsplit("/", 1)[1]]
            answer = self._answers.at(answer["$ref"])
        if "content" not in answer:
            return [] if body is None else ["a body where there is none"]
        return self._answers.problems(pointer(*steps, "content", "application/json", "schema"), body)

    def frame_problems(self, event: str, data: Any) -> list[str]:
        """Faults of a gateway frame of the peer itself; events without a schema pass."""
        if event not in self._events:
            return []
        return self._frames.problems(pointer("definitions", "GatewayFrames", "properties", event), data)

    def routes(self) -> Iterable[tuple[str, str]]:
        """Every (method, template) of the API."""
        paths: Json = self._answers.contents["paths"]
        return [(method.upper(), route) for route, item in paths.items() for method in METHODS if method in item]


def folder() -> Path:
    """Where the platforms' descriptions should lie."""
    named = os.environ.get("TEST_SPECS_DIR")
    return (REPOSITORY / (named or "../shared/specs")).resolve()


@cache
def specs() -> Specs | None:
    """The descriptions, read once a process; None when the folder is not there."""
    return Specs(folder()) if (folder() / API).is_file() else None
