"""Generic operations: create, get, list, update and delete for every kind in the contract."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from lvng_sandbox import Sandbox
from support.arguments import example
from support.contract import DOCUMENT, Node, resolve
from support.sandbox import Api, Connect


@dataclass(frozen=True)
class Kind:
    """A collection that can be written to, and its single entries."""

    tag: str
    collection: str
    item: str
    list_key: str

    @property
    def create(self) -> Node:
        operation: Node = DOCUMENT["paths"][self.collection]["post"]
        return operation

    @property
    def single(self) -> Node:
        operation: Node = DOCUMENT["paths"][self.item]
        return operation

    @property
    def path(self) -> str:
        """The collection's address below the records of the contract's examples."""
        path = self.collection
        for parameter in map(resolve, self.create.get("parameters", ())):
            if parameter["in"] == "path":
                path = path.replace(f"{{{parameter['name']}}}", str(example(parameter["schema"])))
        return path


def kinds() -> Iterator[Kind]:
    for path, methods in DOCUMENT["paths"].items():
        items = [
            p
            for p in DOCUMENT["paths"]
            if p.startswith(f"{path}/{{") and p.count("/") == path.count("/") + 1
        ]
        if (
            {"get", "post"} <= methods.keys()
            and items
            and {"get", "delete"} <= DOCUMENT["paths"][items[0]].keys()
        ):
            media, answer = body_of(methods["post"]), answer_of(methods["get"])
            lists = [
                name for name, one in answer["properties"].items() if one.get("type") == "array"
            ]
            if media == "application/json" and lists:
                yield Kind(methods["post"]["tags"][0], path, items[0], lists[0])


def body_of(operation: Node) -> str | None:
    return next(iter(operation.get("requestBody", {}).get("content", {})), None)


def answer_of(operation: Node) -> Node:
    status = next(one for one in operation["responses"] if one.startswith("2"))
    return resolve(operation["responses"][status]["content"]["application/json"]["schema"])


def record_in(answer: Any) -> dict[str, Any]:
    """The record in an answer, whatever its envelope is called."""
    found = [
        one for one in answer.values() if isinstance(one, dict) and ("id" in one or len(one) > 3)
    ]
    return found[0] if found else answer


KINDS = list(kinds())


def test_generic_kinds_are_found() -> None:
    assert len({kind.tag for kind in KINDS}) > 15


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.collection)
def test_create_get_update_list_and_delete(kind: Kind, sandbox: Sandbox, connect: Connect) -> None:
    jwt_alone = kind.create.get("security") == [{"jwtAuth": []}]
    api = connect(sandbox, sandbox.jwt if jwt_alone else sandbox.api_key)
    created = record_in(api.post(kind.path, fresh(kind)))
    key = key_of(kind, created)
    address = f"{kind.path}/{created[key]}"

    found = record_in(api.get(address))
    assert found[key] == created[key]
    assert created[key] in keys_listed(api, kind, key)

    if "patch" in kind.single:
        change(api, kind, address)

    api.delete(address)
    api.get(address, status=404)
    api.delete(address, status=404)
    assert created[key] not in keys_listed(api, kind, key)


def fresh(kind: Kind) -> dict[str, Any]:
    """A body for a new record: the contract's example, with a name that nothing else has."""
    schema = resolve(kind.create["requestBody"]["content"]["application/json"]["schema"])
    body: dict[str, Any] = example(schema, every=False)
    for name in ("name", "slug", "title"):
        if name in body:
            body[name] = f"{body[name]}-fresh".lower()
    return body


def key_of(kind: Kind, record: dict[str, Any]) -> str:
    name = kind.item.rpartition("{")[2].rstrip("}")
    return name if name in record else "id"


def keys_listed(api: Api, kind: Kind, key: str) -> list[Any]:
    parameters = map(resolve, DOCUMENT["paths"][kind.collection]["get"].get("parameters", ()))
    needed = {
        one["name"]: example(one["schema"])
        for one in parameters
        if one["in"] == "query" and one.get("required")
    }
    return [entry[key] for entry in api.get(kind.path, **needed)[kind.list_key]]


def change(api: Api, kind: Kind, address: str) -> None:
    """Change each text that an update takes, and find it changed."""
    schema = resolve(kind.single["patch"]["requestBody"]["content"]["application/json"]["schema"])
    free = {"name", "title", "description", "content", "notes", "topic"} & schema[
        "properties"
    ].keys()
    if not free:
        return
    body = {name: f"changed-{name}" for name in sorted(free)}
    changed = record_in(api.patch(address, body))
    assert changed | body == changed
    assert record_in(api.get(address)) | body == record_in(api.get(address))
