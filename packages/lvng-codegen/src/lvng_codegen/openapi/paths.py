"""The operations of a document, each with its path item and the query in its path."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote_plus

from ..errors import SpecError
from ..notes import Notes
from .contract import METHODS
from .document import Document, Node

_BRACES = re.compile(r"{[^{}]*}")


def operation_key(http: str, path: str) -> str:
    """The identity of an operation: its method and path; placeholders may be renamed."""
    return f"{http} {_BRACES.sub('{}', path)}"


@dataclass(frozen=True, slots=True)
class PathOperation:
    """An operation in the document, before it has a name.

    Attributes:
        http: the method, in upper case.
        id: `operation_key`, or the original method and path if an earlier operation has that key.
        key: the original path.
        path: the part before `?` and `#`.
        query: the constant part of the query.
        items: the path item, and those to which it refers; earlier ones take precedence.
    """

    http: str
    id: str
    key: str
    path: str
    query: tuple[tuple[str, str], ...]
    node: Node
    items: tuple[Node, ...]

    @property
    def title(self) -> str:
        """Its name in notes, before it has a method name."""
        return f"{self.http} {self.key}"


def path_operations(document: Document, notes: Notes) -> Iterator[PathOperation]:
    """All operations, in the order of the document; invalid paths are omitted with a note."""
    known: set[str] = set()
    for key, item in document.root.members("paths"):
        if key.startswith("x-"):
            continue
        try:
            yield from _of_item(key, _chain(item), known, notes)
        except SpecError as error:
            notes.leave_out(f"all of {key}", error)


def _chain(item: Node) -> tuple[Node, ...]:
    """A path item and those to which it refers: OpenAPI allows fields besides `$ref`."""
    found = [item]
    while found[-1].has("$ref"):
        found.append(item.document.find(found[-1].text("$ref"), found[-1]))
        if found[-1].id in {one.id for one in found[:-1]}:
            raise item.error("the reference leads back to itself")
    return tuple(found)


def _of_item(
    key: str, items: tuple[Node, ...], known: set[str], notes: Notes
) -> Iterator[PathOperation]:
    if not key.startswith("/"):
        raise items[0].error("a path begins with a slash")
    path, _, query = key.partition("#")[0].partition("?")
    pairs = [part.partition("=") for part in query.split("&") if part]
    fixed = tuple((unquote_plus(name), unquote_plus(value)) for name, _, value in pairs)
    methods: dict[str, Node] = {}
    for item in items:
        for http, node in _methods(item):
            if http in methods:
                text = f"{http} is also beside the $ref; this one is not used"
                notes.add(node.where, text, f"{http} {key}")
            methods.setdefault(http, node)
    for http, node in methods.items():
        try:
            found = node.follow()
        except SpecError as error:
            notes.leave_out(f"{http} {key}", error)
        else:
            id = operation_key(http, key)
            id = id if id not in known else f"{http} {key}"
            known.add(id)
            yield PathOperation(http, id, key, path, fixed, found, items)


def _methods(item: Node) -> Iterator[tuple[str, Node]]:
    for http in METHODS:
        if (node := item.get(http)) is not None:
            yield http.upper(), node
    for http, node in item.members("additionalOperations"):
        if not http.isalpha() or not http.isascii():
            raise node.error(f"{http!r} is not an HTTP method")
        yield http, node
