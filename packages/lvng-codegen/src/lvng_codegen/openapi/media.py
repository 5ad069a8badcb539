"""Media types: which are JSON, which are text, and which of several to take."""

from __future__ import annotations

from .document import Node

_TEXT = ("xml", "yaml", "ndjson", "jsonl", "graphql", "javascript", "csv", "jwt")


def essence(media_type: str) -> str:
    """The type without its parameters: `application/json; charset=utf-8` is JSON."""
    return media_type.partition(";")[0].strip().lower()


def is_json(media_type: str) -> bool:
    """Whether a body of this type is JSON."""
    kind = essence(media_type)
    return kind in {"application/json", "text/json"} or kind.endswith("+json")


def is_text(media_type: str) -> bool:
    """Whether a body of this type is text."""
    kind = essence(media_type)
    return kind.startswith("text/") or kind.endswith(_TEXT)


def is_any(media_type: str) -> bool:
    """Whether the type leaves open what the body is."""
    return essence(media_type) in {"*/*", "application/*", "*"}


def content(node: Node) -> list[tuple[str, Node]]:
    """The media types of a request or response body, JSON first, the others in their order."""
    return sorted(node.members("content"), key=lambda entry: not is_json(entry[0]))
