"""The table of operations, for command lines and MCP servers: a file for each tag.

An index has all tags with the summaries of their operations, so that a program that needs one operation reads two
small files.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from ..model.api import Api, Argument, Definition, Operation, Tag
from ..model.types import LiteralOf, Type, Union, without_null
from ..openapi.loader import JSON
from .docstrings import about, sentence
from .json_schema import SchemaWriter
from .shapes import shape

# Verbs of destructive operations whose HTTP method is not DELETE.
_DESTRUCTIVE = frozenset(
    {"clear", "delete", "disconnect", "merge", "remove", "reset", "revoke", "rotate"}
)
_READING = frozenset({"read", "knowledge:read"})
INDEX = "index.json"


def operation_table(api: Api) -> dict[str, str]:
    """The files of the table as JSON, by name."""
    index: JSON = {"version": api.version, "tags": {tag.name: _entry(tag) for tag in api.tags}}
    files = {INDEX: _text(index)}
    for tag in api.tags:
        files[f"{tag.name}.json"] = _text(
            {one.method: _operation(one, api.definitions) for one in tag.operations}
        )
    return files


def _text(data: JSON) -> str:
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def _entry(tag: Tag) -> JSON:
    return {
        "description": tag.description,
        "operations": {one.method: sentence(one.summary) for one in tag.operations},
    }


def _operation(operation: Operation, definitions: Mapping[str, Definition]) -> JSON:
    facts: dict[str, JSON] = {
        "http": operation.http,
        "path": operation.path,
        "summary": sentence(operation.summary),
        "description": operation.description.strip(),
        "returns": operation.response.returns,
        "shape": shape(operation.response.type, definitions),
        "encoding": operation.encoding,
        "auth": operation.auth,
        "scope": operation.scope,
        "provenance": operation.provenance,
        "deprecated": operation.deprecated,
        "read_only": operation.http == "GET" or operation.scope in _READING,
        "destructive": is_destructive(operation),
        "idempotent": operation.idempotent,
        "paging": _paging(operation),
        "arguments": [_argument(one, definitions) for one in operation.arguments],
    }
    return {name: value for name, value in facts.items() if value or name == "arguments"}


def is_destructive(operation: Operation) -> bool:
    """Whether it deletes or overwrites data."""
    return operation.http == "DELETE" or operation.method.split("_")[0] in _DESTRUCTIVE


def _paging(operation: Operation) -> JSON:
    plan = operation.paging
    return {"style": plan.style, "items": plan.items, "iter": plan.method} if plan else None


def _argument(argument: Argument, definitions: Mapping[str, Definition]) -> JSON:
    facts: dict[str, JSON] = {
        "name": argument.name,
        "wire": argument.wire if argument.wire != argument.name else "",
        "location": argument.location.removeprefix("optional_"),
        "kind": argument.kind,
        "required": argument.required,
        "nullable": argument.nullable,
        "doc": about(argument.docs),
        "choices": [*_choices(argument.type)],
        "known": [*argument.docs.known],
        "schema": SchemaWriter(definitions).schema(argument.type),
    }
    example = argument.docs.example
    kept = {name: value for name, value in facts.items() if value or name == "schema"}
    return {**kept, **({} if example is None else {"example": example})}


def _choices(type_: Type) -> list[str]:
    """The allowed values of an argument, or of the items of a list."""
    plain = without_null(type_)
    item = getattr(plain, "item", plain)
    members = item.members if isinstance(item, Union) else (item,)
    if all(isinstance(member, LiteralOf) for member in members):
        return [
            str(value) for one in members if isinstance(one, LiteralOf) for value in one.plain()
        ]
    return []
