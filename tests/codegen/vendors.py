"""The API as its vendor may describe it: four documents, made of the contract."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from typing import Any

METHODS = ("get", "put", "post", "delete", "patch")

REMOVED = (
    "contacts.merge",
    "contacts.graph",
    "calendar.sync",
    "audit_log.export",
    "analytics.export",
    "swarm.send_message",
)
TUNED_AWAY = "workflows.get_run"
"""An operation that hand-written code calls."""


def operations(document: Any) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, item[method])
        for path, item in document["paths"].items()
        for method in METHODS
        if method in item
    ]


def without_extensions(document: Any) -> Any:
    """A vendor's document says nothing of an SDK."""
    for _, _, operation in operations(document):
        for key in [key for key in operation if key.startswith("x-")]:
            del operation[key]
    document["tags"] = []
    for key in [key for key in document if key.startswith("x-")]:
        del document[key]
    return document


def camel(name: str) -> str:
    return "".join(part.capitalize() for part in re.split(r"[_.]", name))


def with_named_envelopes(document: Any) -> None:
    """Responses as components, as most generators of documents write them."""
    schemas = document["components"]["schemas"]
    for _, _, operation in operations(document):
        for status, response in operation["responses"].items():
            content = response.get("content", {}).get("application/json", {})
            if status.startswith("2") and "properties" in content.get("schema", {}):
                name = f"{camel(operation['operationId'])}Envelope"
                schemas[name] = content["schema"]
                content["schema"] = {"$ref": f"#/components/schemas/{name}"}


def as_3_0(value: Any, *, named: bool = False) -> Any:
    """Schemas in the way of OpenAPI 3.0."""
    if isinstance(value, list):
        return [as_3_0(one) for one in value]
    if not isinstance(value, dict):
        return value
    found = {
        key: one
        if key in {"examples", "example", "default", "enum"} and not named
        else as_3_0(one, named=key in {"properties", "schemas", "paths", "responses"} and not named)
        for key, one in value.items()
    }
    if named:
        return found
    types = found.get("type")
    if isinstance(types, list):
        (found["type"],) = (one for one in types if one != "null")
        found["nullable"] = "null" in types
        if "enum" in found:
            found["enum"] = [one for one in found["enum"] if one is not None]
    alternatives = found.get("anyOf")
    if alternatives and {"type": "null"} in alternatives:
        found["allOf"] = [one for one in alternatives if one != {"type": "null"}]
        found["nullable"] = True
        del found["anyOf"]
    if "const" in found:
        found["enum"] = [found.pop("const")]
    if isinstance(found.get("examples"), list):
        found["example"] = found.pop("examples")[0]
    return found


def gateway(document: Any) -> Any:
    """OpenAPI 3.0; ids and tags of controllers, other names of parameters, a prefix before every path."""
    document = without_extensions(copy.deepcopy(document))
    with_named_envelopes(document)
    for _, _, operation in operations(document):
        tag, _, method = operation["operationId"].partition(".")
        operation["operationId"] = f"{camel(tag)}Controller_{method}"
        operation["tags"] = [f"{camel(tag)}"]
        for parameter in operation.get("parameters", ()):
            if parameter.get("in") == "path":
                parameter["name"] = camel(parameter["name"])
    paths = {}
    for path, item in document["paths"].items():
        renamed = re.sub(r"\{(\w+)\}", lambda found: f"{{{camel(found[1])}}}", path)
        paths[f"/gateway/public{renamed}"] = item
    document["paths"] = paths
    document["openapi"] = "3.0.3"
    return {**as_3_0(document), "openapi": "3.0.3"}


def anonymous(document: Any) -> Any:
    """OpenAPI 3.2; no operation has an id, and the server's address ends with the beginning of the paths."""
    document = without_extensions(copy.deepcopy(document))
    with_named_envelopes(document)
    for _, _, operation in operations(document):
        del operation["operationId"]
    document["servers"] = [{"url": "https://api.lvng.ai/api"}]
    document["paths"] = {
        path.removeprefix("/api"): item for path, item in document["paths"].items()
    }
    document["openapi"] = "3.2.0"
    return document


def rename_components(document: Any, name_of: Callable[[str], str]) -> None:
    """Give all components other names."""
    schemas = document["components"]["schemas"]
    document["components"]["schemas"] = {name_of(name): one for name, one in schemas.items()}

    def replace(value: Any) -> None:
        for one in value.values() if isinstance(value, dict) else value:
            if isinstance(one, (dict, list)):
                replace(one)
        if isinstance(value, dict) and isinstance(value.get("$ref"), str):
            kind, _, name = value["$ref"].rpartition("/")
            if kind.endswith("schemas"):
                value["$ref"] = f"{kind}/{name_of(name)}"

    replace(document)


def without_descriptions(value: Any) -> Any:
    """No schema says what it is."""
    if isinstance(value, list):
        return [without_descriptions(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        key: without_descriptions(one)
        for key, one in value.items()
        if not (key == "description" and isinstance(one, str))
    }


def renamed(document: Any) -> Any:
    """Other names of components, without descriptions; envelopes as references, another prefix."""
    document = without_extensions(copy.deepcopy(document))
    with_named_envelopes(document)
    rename_components(document, lambda name: f"{name}Dto")
    schemas = document["components"]["schemas"]
    document["components"]["schemas"] = without_descriptions(schemas)
    document["paths"] = {f"/v9/lvng{path}": item for path, item in document["paths"].items()}
    return document


def later(document: Any) -> Any:
    """A later version: 40 operations more, 30 fewer, 25 renamed fields."""
    document = without_extensions(copy.deepcopy(document))
    remove(document, 30)
    rename(document, 25)
    add(document, 40)
    return document


def remove(document: Any, count: int) -> list[str]:
    ids = [operation["operationId"] for _, _, operation in operations(document)]
    gone = [TUNED_AWAY, *ids[11::13]][:count]
    for path, method, operation in operations(document):
        if operation["operationId"] in gone:
            del document["paths"][path][method]
    document["paths"] = {path: item for path, item in document["paths"].items() if item}
    return gone


def rename(document: Any, count: int) -> None:
    done = 0
    for schema in document["components"]["schemas"].values():
        properties = schema.get("properties", {})
        if done < count and "created_at" in properties:
            properties["creation_time"] = properties.pop("created_at")
            schema["required"] = [
                "creation_time" if name == "created_at" else name for name in schema["required"]
            ]
            done += 1
    assert done == count


def add(document: Any, count: int) -> None:
    new = ("widgets", "billing_reports", "notes", "zebras")
    response = {
        "description": "Done.",
        "content": {"application/json": {"schema": {"type": "object", "properties": {}}}},
    }
    for number in range(count):
        tag = new[number % len(new)]
        begin = {"billing_reports": "/api/v2/billing/reports", "notes": "/api/v2/notes"}
        path = f"{begin.get(tag, f'/api/v2/{tag}')}/kind-{number}"
        operation = {
            "operationId": f"{camel(tag)}Controller_kind{number}",
            "tags": [camel(tag)],
            "summary": f"Read kind {number}",
            "responses": {"200": response},
        }
        document["paths"][path] = {"get": operation}


VENDORS = {"gateway": gateway, "anonymous": anonymous, "renamed": renamed, "later": later}
