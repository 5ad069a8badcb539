"""Kinds of records, read from the contract: each list of the API is a kind with its own collection."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from ..contract.document import Contract, Operation, Schema, placeholders

Action: TypeAlias = Literal["list", "create", "get", "update", "delete"]

_ITEM_ACTIONS: dict[str, Action] = {
    "GET": "get",
    "PATCH": "update",
    "PUT": "update",
    "DELETE": "delete",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """The rules for records of a kind, in addition to their schema."""

    visible: Literal["tenant", "user", "all"] = "tenant"
    """Visibility of records: for the caller's organization, for their user only, or for everybody."""
    private: tuple[str, str] | None = None
    """For records that may be private: the property that makes one public, and the property with its owner."""
    unique: tuple[tuple[str, ...], ...] = ()
    """Properties that must be unique together; a second record with the same values is a conflict."""
    references: Mapping[str, str] = field(default_factory=dict)
    """Properties that refer to another record, which must exist, with its kind."""
    text: tuple[str, ...] = ()
    """Properties in the full-text index; the first is the title."""
    newest_first: bool = False
    by_membership: bool = False
    """Whether only their members see the records, also those of another organization."""
    event: str = ""
    """Prefix of the events of its changes: `message` for `message.created` and so on."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of records.

    `channels.list` makes the kind `channels`, `channels.list_members` the kind `channels.members`.
    """

    name: str
    path: str
    """Path template of the collection."""
    key: str
    """The property that identifies a record in the path."""
    schema: Schema
    label: str
    """Its name for messages."""
    rule: Rule
    workspace: str = ""
    """The property with the workspace of a record; only its members see the record."""

    @property
    def parents(self) -> tuple[str, ...]:
        """Names of the path parameters that lead to the collection."""
        return placeholders(self.path)

    def concrete_path(self, *parents: str) -> str:
        """The path of one collection."""
        if "{" not in self.path:
            return self.path
        ids = iter(parents)
        parts = self.path.split("/")
        return "/".join(next(ids) if part.startswith("{") else part for part in parts)


@dataclass(frozen=True, slots=True)
class ExtraKind:
    """A kind of records without a list in the contract, or whose list does not show the id of an entry."""

    path: str
    """Path template of the collection."""
    key: str
    """The property that identifies a record."""
    schema: str
    """Name of the schema in the contract."""


def read_kinds(
    contract: Contract, extra: Mapping[str, ExtraKind], rules: Mapping[str, Rule]
) -> dict[str, Kind]:
    """All kinds by name: those of the contract, and the extra ones."""
    found: dict[str, Kind] = {}

    def add(name: str, path: str, key: str, schema: Schema) -> None:
        rule = rules.get(name, Rule())
        workspace = _workspace_property(contract, path, schema, rule)
        found[name] = Kind(name, path, key, schema, _label(schema), rule, workspace)

    for operation in contract.operations.values():
        if operation.method == "GET" and (schema := _entries(contract, operation)) is not None:
            suffix = operation.id.partition(".")[2].removeprefix("list").strip("_")
            name = f"{operation.tag}.{suffix}" if suffix else operation.tag
            key = _key(contract, operation.path, schema)
            if key:  # lists without a key contain aggregates, such as tags with their counts
                add(name, operation.path, key, schema)
    for name, kind in extra.items():
        add(name, kind.path, kind.key, {"$ref": f"#/components/schemas/{kind.schema}"})
    return found


def classify(by_path: Mapping[str, Kind], operation: Operation) -> tuple[Kind, Action] | None:
    """The kind and action of a generic operation; None for any other operation."""
    if kind := by_path.get(operation.path):
        action: Action | None = {"GET": "list", "POST": "create"}.get(operation.method)  # type: ignore[assignment]  # its values are actions
        return (kind, action) if action else None
    above, _, last = operation.path.rpartition("/")
    if last.startswith("{") and (kind := by_path.get(above)) and operation.method in _ITEM_ACTIONS:
        return kind, _ITEM_ACTIONS[operation.method]
    return None


def record_key(contract: Contract, operation: Operation) -> str | None:
    """The property of a response with the record; None if there is none, or the response is the record."""
    if "$ref" in operation.response_schema:
        return None
    properties = contract.resolve(operation.response_schema).get("properties", {})
    for name, schema in properties.items():
        if "$ref" in schema and not schema["$ref"].endswith(("/Meta", "Pagination")):
            return str(name)
    return None


def entries_key(contract: Contract, operation: Operation) -> str | None:
    """The property of a response with a list of records; None if there is none."""
    if operation.items:
        return operation.items
    properties = contract.resolve(operation.response_schema).get("properties", {})
    for name, schema in properties.items():
        if schema.get("type") == "array" and "$ref" in schema["items"]:
            return str(name)
    return None


def _entries(contract: Contract, operation: Operation) -> Schema | None:
    """The schema of the entries of a list; None for an operation that is not a list."""
    is_list = operation.id.partition(".")[2].startswith("list")
    if not is_list or (name := entries_key(contract, operation)) is None:
        return None
    response = contract.resolve(operation.response_schema)
    items: Schema = response["properties"][name]["items"]
    return items


def _key(contract: Contract, path: str, schema: Schema) -> str:
    """The property that identifies an entry; empty if there is none."""
    properties: dict[str, Any] = contract.resolve(schema).get("properties", {})
    names = [*_item_names(contract, path), "id"]
    return next((name for name in names if name in properties), "")


def _item_names(contract: Contract, path: str) -> Iterator[str]:
    """Names of the parameters that directly follow a collection's path."""
    item = re.compile(re.escape(path) + r"/{([^}]+)}(/|$)")
    for other in contract.operations.values():
        if match := item.match(other.path):
            yield match[1]


def _workspace_property(contract: Contract, path: str, schema: Schema, rule: Rule) -> str:
    """The property with the workspace of a record; empty for records of a user, and for workspaces themselves."""
    if rule.visible != "tenant" or path.startswith("/api/v2/workspaces/"):
        return ""
    properties = contract.resolve(schema).get("properties", {})
    return next((name for name in ("workspace_id", "workspaceId") if name in properties), "")


def _label(schema: Schema) -> str:
    """`ChannelMember` as words: `Channel member`."""
    words = re.findall(r"[A-Z][a-z]*", str(schema.get("$ref", "/Entry")).rpartition("/")[2])
    return " ".join(words).capitalize()
