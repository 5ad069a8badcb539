"""A plain reading of an OpenAPI document: its operations as they are written, with references followed.

It shares no code with the generator, so that a mistake of one is not that of both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
# OpenAPI gives the first three to others, and HTTP the rest.
_NOT_ARGUMENTS = {"accept", "authorization", "content-type", "connection", "content-length", "host"}
_BRACES = re.compile(r"{[^{}]*}")

Data = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Parameter:
    """A parameter as a request carries it: by style, or as the text of a media type."""

    name: str
    place: str
    required: bool
    schema: Any
    style: str = ""
    explode: bool = False
    reserved: bool = False
    media_type: str = ""


@dataclass(frozen=True, eq=False)
class Operation:
    """One operation.

    Attributes:
        path: without the query that its key may have; `query` has that.
        key: its method and path without the names of placeholders; `title` has those.
        bodies: schema and encoding by media type.
        security: alternatives of schemes; None where the document names none at all.
        successes: the media types of each 2xx response, or of `default`, by status.
        prefix: before the path on the same host, where it has a server of its own.
    """

    method: str
    path: str
    key: str
    title: str
    query: tuple[tuple[str, str], ...]
    parameters: tuple[Parameter, ...]
    bodies: dict[str, Data]
    body_required: bool
    security: list[list[str]] | None
    successes: list[tuple[int, dict[str, Data]]]
    prefix: str = ""


class Reading:
    """A document as plain data.

    Args:
        data: the document; all its references are pointers into itself.
    """

    def __init__(self, data: Data) -> None:
        self.data = data
        self.old = str(data["openapi"]).startswith("3.0")
        self.schemas: Data = data.get("components", {}).get("schemas", {})
        self.schemes: dict[str, Data] = {
            name: self.resolve(one)
            for name, one in data.get("components", {}).get("securitySchemes", {}).items()
        }

    def at(self, reference: str) -> Any:
        """The target of a reference."""
        assert reference.startswith("#"), f"a reference to another file: {reference}"
        value: Any = self.data
        for part in reference.removeprefix("#").split("/")[1:]:
            key = part.replace("~1", "/").replace("~0", "~")
            key = re.sub(r"%([0-9A-Fa-f]{2})", lambda match: chr(int(match[1], 16)), key)
            value = value[int(key)] if isinstance(value, list) else value[key]
        return value

    def resolve(self, value: Any) -> Any:
        """The value behind references."""
        while isinstance(value, dict) and isinstance(value.get("$ref"), str):
            value = self.at(value["$ref"])
        return value

    def operations(self) -> Iterator[Operation]:
        """Every operation of the document."""
        for key, item in self.data["paths"].items():
            if key.startswith("x-"):
                continue
            shared = self.resolve(item)
            parameters = [*shared.get("parameters", []), *item.get("parameters", [])]
            item = {
                **shared,
                **{k: v for k, v in item.items() if k != "$ref"},
                "parameters": parameters,
            }
            found = {http.upper(): item[http] for http in METHODS if http in item}
            for http, operation in {**found, **item.get("additionalOperations", {})}.items():
                yield self._operation(http, key, item, operation)

    def _operation(self, http: str, key: str, item: Data, operation: Data) -> Operation:
        path, _, query = key.partition("#")[0].partition("?")
        body = self.resolve(operation.get("requestBody", {}))
        return Operation(
            http,
            path,
            f"{http} {_BRACES.sub('{}', key)}",
            f"{http} {key}",
            tuple(parse_qsl(query, keep_blank_values=True)),
            tuple(self._parameters(item, operation)),
            {kind: self.resolve(media) for kind, media in body.get("content", {}).items()},
            body.get("required", False),
            self._security(operation),
            list(self._successes(operation)),
            self._prefix(item, operation),
        )

    def _parameters(self, item: Data, operation: Data) -> Iterator[Parameter]:
        found: dict[tuple[str, str], Data] = {}
        for owner in (item, operation):
            for one in owner.get("parameters", []):
                one = self.resolve(one)
                found[one["in"], one["name"]] = one
        for (place, name), one in found.items():
            content = one.get("content", {})
            if not name or (place == "header" and name.lower() in _NOT_ARGUMENTS):
                continue
            style = one.get("style") or {"path": "simple", "header": "simple"}.get(place, "form")
            media_type, media = next(iter(content.items()), ("", {}))
            yield Parameter(
                name,
                place,
                place == "path" or one.get("required", False),
                self.resolve(media).get("schema", {}) if content else one.get("schema", {}),
                style,
                one.get("explode", style == "form"),
                one.get("allowReserved", False),
                media_type,
            )

    def _security(self, operation: Data) -> list[list[str]] | None:
        owner = operation if "security" in operation else self.data
        said = owner.get("security")
        if said is not None:
            return [list(one) for one in said] or [[]]
        others = (
            one
            for item in self.data["paths"].values()
            for one in self.resolve(item).values()
            if isinstance(one, dict)
        )
        return [[]] if any("security" in one for one in others) else None

    def _successes(self, operation: Data) -> Iterator[tuple[int, dict[str, Data]]]:
        responses = operation.get("responses", {})
        good = {status: one for status, one in responses.items() if str(status).startswith("2")}
        redirects = any(str(status).startswith("3") for status in responses)
        if not good and not redirects and "default" in responses:
            good = {"default": responses["default"]}
        for status, response in good.items():
            content = self.resolve(response).get("content", {})
            number = int(status) if str(status).isdecimal() else 200
            yield number, {kind: self.resolve(media) for kind, media in content.items()}

    def _prefix(self, item: Data, operation: Data) -> str:
        for owner in (operation, item):
            for server in owner.get("servers", []):
                url: str = server["url"]
                return url.rstrip("/") if url.startswith("/") else ""
        return ""

    # Schemas

    def merged(self, schema: Any) -> Data:
        """A schema with its references and `allOf` members folded into it."""
        if not isinstance(schema, dict):
            return {}
        layers: list[Data] = []
        if "$ref" in schema:
            layers.append(self.merged(self.at(schema["$ref"])))
            if self.old:
                return layers[0]
        layers += [self.merged(one) for one in schema.get("allOf", [])]
        layers.append({k: v for k, v in schema.items() if k not in {"$ref", "allOf"}})
        made: Data = {}
        for layer in layers:
            for key, value in layer.items():
                self._add(made, key, value)
        return made

    def _add(self, made: Data, key: str, value: Any) -> None:
        """Fold a keyword into those that hold already."""
        if key == "properties":
            made[key] = self._properties(made.get(key, {}), value)
        elif key == "required":
            made[key] = [*made.get(key, []), *value]
        elif key in {"oneOf", "anyOf"} and key in made:
            made["more"] = [*made.get("more", []), value]
        elif key == "enum" and key in made:
            made[key] = [one for one in made[key] if one in value] or value
        elif key == "type" and key in made:
            made[key] = _common(made[key], value)
        else:
            made[key] = value

    def _properties(self, known: Data, more: Data) -> Data:
        """Properties that several schemas describe have to fit all of them."""
        both = {name: {"allOf": [known[name], more[name]]} for name in known.keys() & more.keys()}
        return {**known, **more, **both}

    def is_union(self, schema: Any) -> bool:
        """Whether an object is one of several alternatives."""
        merged = self.merged(schema)
        choices = [self.merged(one) for one in [*merged.get("oneOf", []), *merged.get("anyOf", [])]]
        objects = [one.get("type") == "object" or "properties" in one for one in choices]
        return any(objects) and not all(objects)

    def children(self, schema: Any) -> dict[str, Data]:
        """The schemas that a discriminator tells apart, by its value."""
        mapping = schema.get("discriminator", {}).get("mapping")
        if mapping:
            return {value: {"$ref": self._reference(target)} for value, target in mapping.items()}
        found = {}
        for name, one in self.schemas.items():
            for member in one.get("allOf", []) if isinstance(one, dict) else ():
                if "$ref" in member and self.resolve(member) is schema:
                    found[name] = {"$ref": f"#/components/schemas/{name}"}
        return found

    def _reference(self, target: str) -> str:
        return f"#/components/schemas/{target}" if target in self.schemas else target


def _common(first: Any, second: Any) -> Any:
    one = first if isinstance(first, list) else [first]
    other = second if isinstance(second, list) else [second]
    return [kind for kind in other if kind in one] or second
