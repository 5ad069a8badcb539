"""`$dynamicRef`: references whose target depends on the dynamic scope.

https://json-schema.org/draft/2020-12/json-schema-core#section-8.2.3.2
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from .loader import JSON

if TYPE_CHECKING:
    from .document import Document, Node

Place: TypeAlias = tuple[Path, str]
Scope: TypeAlias = tuple[tuple[str, Place], ...]
"""The outermost `$dynamicAnchor` of each name: file and pointer."""


class DynamicScope:
    """Tracks the dynamic anchors when one schema resource refers to another."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._depends: dict[object, bool] = {}

    def entered(self, node: Node, start: Node) -> Node:
        """A node with its dynamic scope when it is entered from `start`."""
        scope = {**self._anchors(start), **dict(start.scope)}
        own = self._anchors(node)
        outer = {name: place for name, place in scope.items() if own.get(name) != place}
        if outer and self._is_dependent(node):
            node = self._document.node(node.file, node.pointer) or node
            node.scope = tuple(sorted(outer.items(), key=lambda entry: entry[0]))
        return node

    def chosen(self, node: Node, reference: str, start: Node) -> Node:
        """The outermost schema with the anchor of a `$dynamicRef`, if its target has that anchor.

        Args:
            node: the target of the reference as a plain `$ref`.
            reference: the reference.
            start: its place.
        """
        name = reference.partition("#")[2]
        if self._anchors(node).get(name) != (node.file, node.pointer):
            return node
        file, pointer = dict(start.scope).get(name, (node.file, node.pointer))
        found = self._document.node(file, pointer)
        return node if found is None else self.entered(found, start)

    def _anchors(self, node: Node) -> dict[str, Place]:
        """The dynamic anchors of the schema resource that a node is part of."""
        known = self._document.identifiers(node.file)
        anchors = known.dynamic.get(known.base_at(node.pointer), {})
        return {name: (node.file, pointer) for name, pointer in anchors.items()}

    def _is_dependent(self, node: Node) -> bool:
        """Whether a `$dynamicRef` is reachable from a node."""
        key = (node.file, node.pointer)
        if key not in self._depends:
            self._depends[key] = False  # for recursive references, while it is traversed
            self._depends[key] = self._search(node)
        return self._depends[key]

    def _search(self, node: Node) -> bool:
        if node.has("$dynamicRef"):
            return True
        if isinstance(node.value, dict):
            children = [child for _, child in node.children()]
        else:
            places = range(len(node.value)) if isinstance(node.value, list) else ()
            children = [child for n in places if (child := node.child(str(n))) is not None]
        if node.has("$ref") and isinstance(node.object()["$ref"], str):
            plain = self._document.node(node.file, node.pointer)
            children.append(self._document.find(node.text("$ref"), plain or node))
        return any(map(self._is_dependent, children))


def mentions(data: JSON, key: str) -> bool:
    """Whether any object in data has a key."""
    open_ = [data]
    while open_:
        value = open_.pop()
        if isinstance(value, dict):
            if key in value:
                return True
            open_ += value.values()
        elif isinstance(value, list):
            open_ += value
    return False
