"""The contract with which a service is compared: operations and response schemas."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import resources
from typing import Any, TypeAlias

Schema: TypeAlias = "Mapping[str, Any]"

_JWT: list[dict[str, list[str]]] = [{"jwtAuth": []}]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A required parameter.

    Attributes:
        name: its name.
        location: `path` or `query`.
        values: its known values, else examples of the contract.
        closed: whether no other value is valid.
    """

    name: str
    location: str
    values: tuple[str, ...] = ()
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation.

    Attributes:
        id: its name, such as `workflows.list`.
        method: the HTTP method, in upper case.
        path: the path with its parameters in braces.
        tag: the tag, which determines its rate limit.
        provenance: source of its description in the contract: `documented`, `sdk`, `cookbook`, `inferred` or
            `observed`.
        safe: whether it is a GET without side effects.
        auth: `key`, `jwt` (keys are not accepted) or `none`.
        required: the required parameters.
        optional: names of the other query parameters.
        responses: schemas by status and media type; None for a body without a schema.
    """

    id: str
    method: str
    path: str
    tag: str
    provenance: str
    safe: bool
    auth: str
    required: tuple[Parameter, ...]
    optional: frozenset[str]
    responses: Mapping[str, Mapping[str, Schema | None]] = field(repr=False)

    def success(self) -> tuple[int, Mapping[str, Schema | None]]:
        """Status and media types of the first successful response."""
        status = min(one for one in self.responses if one.startswith("2"))
        return int(status), self.responses[status]


class Contract:
    """Operations by id and by path, schemas with their references resolved.

    Args:
        data: the contract written by the generator for this package.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._schemas: Mapping[str, Schema] = data["schemas"]
        self.version: str = data["info"]["version"]
        self.base_url: str = data["servers"][0]["url"]
        self.words: frozenset[str] = frozenset(data["words"])
        self.operations: dict[str, Operation] = {
            one.id: one
            for path, item in data["paths"].items()
            for one in (_operation(method, path, given) for method, given in item.items())
        }
        self._routes = [(_pattern(one.path), one) for one in self.operations.values()]
        # A static segment takes precedence over a parameter.
        self._routes.sort(key=lambda route: route[1].path.count("{"))

    def find(self, method: str, path: str) -> Operation | None:
        """The operation of a request; None if it is not in the contract."""
        for pattern, operation in self._routes:
            if operation.method == method and pattern.fullmatch(path):
                return operation
        return None

    def entries_key(self, operation: Operation) -> str:
        """The field of a response that holds the entries of a list; empty if there is none."""
        schema = self.flat(operation.success()[1].get("application/json"))
        for name, one in schema.get("properties", {}).items():
            known = self.flat(one)
            if "array" in types_of(known) and "properties" in self.flat(known.get("items")):
                return str(name)
        return ""

    def flat(self, schema: Schema | None) -> Schema:
        """A schema with references resolved and alternatives merged.

        It allows the properties of any alternative, and requires those that all alternatives require.
        """
        if schema is None:
            return {}
        if "$ref" in schema:
            return self.flat(self._schemas[schema["$ref"].rpartition("/")[2]])
        branches = [self.flat(one) for key in ("anyOf", "oneOf") for one in schema.get(key, ())]
        found = dict(schema)
        if branches:
            alternatives = branches[0]
            for one in branches[1:]:
                alternatives = _either(alternatives, one)
            found |= alternatives
        for one in schema.get("allOf", ()):
            found = _both(found, self.flat(one))
        return found


@functools.cache
def load() -> Contract:
    """The contract of this version of the SDK."""
    file = resources.files("lvng_verify") / "_generated/contract.json"
    return Contract(json.loads(file.read_text(encoding="utf-8")))


def types_of(schema: Schema) -> frozenset[str]:
    """The types allowed by a schema; empty for any."""
    given = schema.get("type", ())
    return frozenset([given] if isinstance(given, str) else given)


def _operation(method: str, path: str, data: Mapping[str, Any]) -> Operation:
    security = data.get("security")
    return Operation(
        id=data["operationId"],
        method=method.upper(),
        path=path,
        tag=data["tags"][0],
        provenance=data.get("x-provenance", ""),
        safe=method == "get" and not data.get("x-side-effects"),
        auth="jwt" if security == _JWT else "none" if security == [] else "key",
        required=tuple(_parameters(data["parameters"])),
        optional=frozenset(
            one["name"]
            for one in data["parameters"]
            if one["in"] == "query" and not one.get("required")
        ),
        responses=data["responses"],
    )


def _parameters(given: list[Mapping[str, Any]]) -> Iterator[Parameter]:
    for one in given:
        if one.get("required"):
            values = one.get("enum") or one.get("examples") or ()
            yield Parameter(one["name"], one["in"], tuple(map(str, values)), "enum" in one)


def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"(\{[^}]*\})", path)
    return re.compile("".join("[^/]+" if one[:1] == "{" else re.escape(one) for one in parts))


def _either(a: Schema, b: Schema) -> Schema:
    """A schema that allows the values of either schema."""
    found = {**a, **b, "type": sorted(types_of(a) | types_of(b))}
    if "properties" in a and "properties" in b:
        found["properties"] = {**a["properties"], **b["properties"]}
        found["required"] = [one for one in a.get("required", ()) if one in b.get("required", ())]
    return found


def _both(a: Schema, b: Schema) -> dict[str, Any]:
    """A schema that requires both schemas."""
    found = {**a, **b}
    if "properties" in a and "properties" in b:
        found["properties"] = {**a["properties"], **b["properties"]}
        found["required"] = [*a.get("required", ()), *b.get("required", ())]
    return found
