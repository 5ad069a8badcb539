"""The kinds of records, read off the contract: every list of the API is a kind with a collection of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from ..contract.document import Contract, Operation, Schema, placeholders
from .registry import FURTHER_KINDS

Action: TypeAlias = Literal["list", "create", "get", "update", "delete"]

_ITEM_ACTIONS: dict[str, Action] = {
    "GET": "get",
    "PATCH": "update",
    "PUT": "update",
    "DELETE": "delete",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of records.

    `channels.list` makes the kind `channels`, `channels.list_members` the kind `channels.members`.
    """

    name: str
    path: str
    """Path template of the collection."""
    key: str
    """The property that a record is found by in the path."""
    schema: Schema
    noun: str

    @property
    def parents(self) -> tuple[str, ...]:
        """Names of the path parameters that lead to the collection."""
        return placeholders(self.path)


def read_kinds(contract: Contract) -> dict[str, Kind]:
    """All kinds by name."""
    found: dict[str, Kind] = {}
    for operation in contract.operations.values():
        if operation.method == "GET" and (schema := _entries(contract, operation)) is not None:
            suffix = operation.id.partition(".")[2].removeprefix("list").strip("_")
            name = f"{operation.tag}.{suffix}" if suffix else operation.tag
            key = _key(contract, operation.path, schema)
            if key:  # else its entries are figures, such as tags with their counts
                found[name] = Kind(name, operation.path, key, schema, _noun(schema))
    for name, kind in FURTHER_KINDS.items():
        schema = {"$ref": f"#/components/schemas/{kind.schema}"}
        found[name] = Kind(name, kind.path, kind.key, schema, _noun(schema))
    return found


def classify(by_path: Mapping[str, Kind], operation: Operation) -> tuple[Kind, Action] | None:
    """What an operation does to which kind; None where it is something else."""
    if kind := by_path.get(operation.path):
        action: Action | None = {"GET": "list", "POST": "create"}.get(operation.method)  # type: ignore[assignment]  # its values are actions
        return (kind, action) if action else None
    above, _, last = operation.path.rpartition("/")
    if last.startswith("{") and (kind := by_path.get(above)) and operation.method in _ITEM_ACTIONS:
        return kind, _ITEM_ACTIONS[operation.method]
    return None


def record_key(contract: Contract, operation: Operation) -> str | None:
    """The property of an answer that holds the record; None where the answer has none, or is the record."""
    if "$ref" in operation.answer_schema:
        return None
    properties = contract.resolve(operation.answer_schema).get("properties", {})
    for name, schema in properties.items():
        if "$ref" in schema and not schema["$ref"].endswith(("/Meta", "Pagination")):
            return str(name)
    return None


def entries_key(contract: Contract, operation: Operation) -> str | None:
    """The property of an answer that holds a list of records; None where it has none."""
    if operation.items:
        return operation.items
    properties = contract.resolve(operation.answer_schema).get("properties", {})
    for name, schema in properties.items():
        if schema.get("type") == "array" and "$ref" in schema["items"]:
            return str(name)
    return None


def _entries(contract: Contract, operation: Operation) -> Schema | None:
    """The schema of the entries of a list; None for what is no list."""
    is_list = operation.id.partition(".")[2].startswith("list")
    if not is_list or (name := entries_key(contract, operation)) is None:
        return None
    answer = contract.resolve(operation.answer_schema)
    items: Schema = answer["properties"][name]["items"]
    return items


def _key(contract: Contract, path: str, schema: Schema) -> str:
    """The property that an entry is found by; empty where there is none."""
    properties: dict[str, Any] = contract.resolve(schema).get("properties", {})
    names = [*_item_names(contract, path), "id"]
    return next((name for name in names if name in properties), "")


def _item_names(contract: Contract, path: str) -> Iterator[str]:
    """Names of the parameters that come right after a collection's path."""
    item = re.compile(re.escape(path) + r"/{([^}]+)}(/|$)")
    for other in contract.operations.values():
        if match := item.match(other.path):
            yield match[1]


def _noun(schema: Schema) -> str:
    """`ChannelMember` as a reader says it: `Channel member`."""
    words = re.findall(r"[A-Z][a-z]*", str(schema.get("$ref", "/Entry")).rpartition("/")[2])
    return " ".join(words).capitalize()
