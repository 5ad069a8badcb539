"""Media types: recognize JSON, text and files, and choose among several."""

from __future__ import annotations

import json

from ..names import snake
from .document import Node

_TEXT = ("xml", "yaml", "ndjson", "jsonl", "graphql", "javascript", "csv", "jwt")


def essence(media_type: str) -> str:
    """The type without its parameters: `application/json; charset=utf-8` is JSON."""
    return media_type.partition(";")[0].strip().lower()


def is_json(media_type: str) -> bool:
    """Whether a body of this type is JSON."""
    kind = essence(media_type)
    named = kind in {"application/json", "text/json"} or kind.endswith("+json")
    return named and kind not in _LINES


def is_text(media_type: str) -> bool:
    """Whether a body of this type is text."""
    kind = essence(media_type)
    return kind.startswith("text/") or kind.endswith(_TEXT)


def is_rendition(media_type: str, schema_key: str) -> bool:
    """Whether a body of this type is another representation of a JSON body."""
    kind = essence(media_type)
    if kind in {"text/plain", "text/html"}:
        return schema_key == ""
    return kind in {"application/xml", "text/xml", "text/json"} or kind.endswith("+xml")


def is_any(media_type: str) -> bool:
    """Whether the type is a wildcard."""
    return essence(media_type) in {"*/*", "application/*", "*"}


def content(node: Node) -> list[tuple[str, Node]]:
    """The media types of a request or response body, JSON first, the others in their order."""
    found = [(name, media.follow()) for name, media in node.members("content")]
    return sorted(found, key=lambda entry: not is_json(entry[0]))


def schema_key(media: Node) -> str:
    """A key that is equal for media types with the same schema; empty without a schema."""
    schema = media.get("schema")
    if schema is None or schema.value in ({}, True):
        return ""
    return json.dumps(schema.value, sort_keys=True, default=str)


def has_binary(schema: Node | None, depth: int = 4) -> bool:
    """Whether a form has a field that is a file, or a list of files."""
    if schema is None or not isinstance(schema.value, dict) or not depth:
        return False
    target = schema.follow()
    said = target.object()
    encoding, media = said.get("contentEncoding"), said.get("contentMediaType")
    if "binary" in (said.get("format"), encoding) or (media and encoding is None):
        return True
    inside = [node for _, node in target.members("properties")]
    for key in ("allOf", "oneOf", "anyOf"):
        inside += target.entries(key)
    return any(has_binary(one, depth - 1) for one in [*inside, target.get("items")])


_SUFFIXES = {
    "text/event-stream": "stream",
    "multipart/form-data": "multipart",
    "application/x-www-form-urlencoded": "form",
    "text/plain": "text",
    "application/octet-stream": "binary",
}
_LINES = frozenset({
    "application/jsonl", "application/jsonlines", "application/json-lines", "application/json-seq",
    "application/ndjson", "application/x-jsonl", "application/x-jsonlines", "application/x-ndjson",
    "application/stream+json",
})  # fmt: skip


def is_lines(media_type: str) -> bool:
    """Whether a body of this type is a sequence of JSON texts."""
    kind = essence(media_type)
    return kind in _LINES or kind.endswith("+json-seq")


def suffix_of(media_type: str) -> str:
    """Suffix of method names for this type, if the operation has several."""
    kind = essence(media_type)
    if kind in _SUFFIXES:
        return _SUFFIXES[kind]
    if is_lines(kind):
        return "lines"
    if is_any(kind):
        return "any"
    main, _, sub = kind.partition("/")
    return snake(main if sub in {"", "*"} else sub.removeprefix("x-").removesuffix("+json"))
