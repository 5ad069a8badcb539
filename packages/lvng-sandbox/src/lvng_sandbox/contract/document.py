"""The operations of the API, read from `openapi.json`."""

from __future__ import annotations

import copy
import functools
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, Literal, TypeAlias

Schema: TypeAlias = Mapping[str, Any]
Access: TypeAlias = Literal["key", "jwt", "public"]

URI = "urn:lvng:openapi"
_METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter in the path, the query or a header."""

    name: str
    location: str
    required: bool
    schema: Schema


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation."""

    id: str
    tag: str
    method: str
    path: str
    summary: str
    access: Access
    scope: str
    parameters: tuple[Parameter, ...]
    body_media_type: str
    """Media type of the request body; empty if there is none."""
    body_schema: Schema
    body_required: bool
    aliases: Mapping[str, str]
    """By alternative name of a property of the body, the property."""
    defaults: Mapping[str, Any]
    """Defaults of the properties of the body; not of nested ones, as a nested object may be partial."""
    status: int
    response_media_type: str
    response_schema: Schema
    paging: str
    items: str
    """The property of a paged response that holds the entries."""
    has_secret: bool
    """Whether the response contains a secret that is shown once, such as a new key."""

    def query(self) -> Iterator[Parameter]:
        """The query parameters."""
        return (one for one in self.parameters if one.location == "query")


class Contract:
    """The document and its operations."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.operations: dict[str, Operation] = {
            operation.id: operation for operation in self._read()
        }

    def resolve(self, schema: Schema) -> Schema:
        """A schema with its `$ref` followed."""
        while "$ref" in schema:
            node: Any = self.document
            for part in str(schema["$ref"]).removeprefix("#/").split("/"):
                node = node[part.replace("~1", "/").replace("~0", "~")]
            schema = node
        return schema

    def _read(self) -> Iterator[Operation]:
        for path, item in self.document["paths"].items():
            for method in _METHODS:
                if method in item:
                    yield self._operation(path, method, item)

    def _operation(self, path: str, method: str, item: Mapping[str, Any]) -> Operation:
        raw = item[method]
        body = self.resolve(raw.get("requestBody", {}))
        body_media_type, body_content = _first(body)
        status, answer = next(
            (int(status), self.resolve(answer))
            for status, answer in raw["responses"].items()
            if status.startswith("2")
        )
        media, content = _first(answer)
        paging = raw.get("x-paging", {})
        body_schema = self.resolve(body_content.get("schema", {}))
        properties = {
            name: self.resolve(one) for name, one in body_schema.get("properties", {}).items()
        }
        return Operation(
            id=raw["operationId"],
            tag=raw["tags"][0],
            method=method.upper(),
            path=path,
            summary=raw.get("summary", ""),
            access=_access(raw.get("security")),
            scope=raw.get("x-scope", ""),
            parameters=tuple(
                self._parameters([*item.get("parameters", []), *raw.get("parameters", [])])
            ),
            body_media_type=body_media_type,
            body_schema=body_schema,
            body_required=bool(body.get("required")),
            aliases={
                alias: name
                for name, one in properties.items()
                for alias in one.get("x-aliases", ())
            },
            defaults={name: one["default"] for name, one in properties.items() if "default" in one},
            status=status,
            response_media_type=media,
            response_schema=content.get("schema", {}),
            paging=paging.get("style", ""),
            items=paging.get("items", ""),
            has_secret=self._has_secret(content.get("schema", {})),
        )

    def _has_secret(self, schema: Schema) -> bool:
        """Whether a response, or the record in it, has a secret property."""
        properties = self.resolve(schema).get("properties", {}).values()
        nested = [
            one for part in properties for one in self.resolve(part).get("properties", {}).values()
        ]
        return any(one.get("x-secret") for one in [*properties, *nested])

    def _parameters(self, found: list[Schema]) -> Iterator[Parameter]:
        for each in map(self.resolve, found):
            yield Parameter(each["name"], each["in"], bool(each.get("required")), each["schema"])


def _first(part: Schema) -> tuple[str, Schema]:
    """Media type and content of a body; the contract has one for each."""
    found: dict[str, Schema] = part.get("content", {})
    return next(iter(found.items()), ("", {}))


def _access(security: list[Mapping[str, Any]] | None) -> Access:
    """Who may call an operation. The document's default is anybody with a key or a JWT."""
    if security is None:
        return "key"
    if not security or {} in security:
        return "public"
    return "jwt" if all(list(one) == ["jwtAuth"] for one in security) else "key"


@functools.cache
def load() -> Contract:
    """The contract that this package contains: what the sandbox is seen to do."""
    return Contract(json.loads((_generated() / "openapi.json").read_text("utf-8")))


@functools.cache
def load_base() -> Contract:
    """The contract that the code of this package is written for.

    It is another one only where an overlay, or the vendor's own document, has changed the one that is served: the generator
    writes what differs to `base.json`.
    """
    file = _generated() / "base.json"
    return (
        Contract(_with_base(load().document, json.loads(file.read_text("utf-8"))))
        if file.is_file()
        else load()
    )


def _generated() -> Traversable:
    return resources.files("lvng_sandbox") / "_generated"


def _with_base(served: Mapping[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
    """A document with operations and components of another one in the place of its own."""
    document: dict[str, Any] = copy.deepcopy(dict(served))
    operations = [
        (path, method, item[method])
        for path, item in base["paths"].items()
        for method in _METHODS
        if method in item
    ]
    replaced = {operation["operationId"] for _, _, operation in operations}
    for item in document["paths"].values():
        for method in _METHODS:
            if method in item and item[method]["operationId"] in replaced:
                del item[method]
    for path, method, operation in operations:
        document["paths"].setdefault(path, {})[method] = operation
    for kind, components in base["components"].items():
        document["components"].setdefault(kind, {}).update(components)
    return document


@functools.cache
def placeholders(path: str) -> tuple[str, ...]:
    """The names of the parameters in a path template, in order."""
    return tuple(re.findall(r"{([^}]+)}", path))
