"""Schemas that are distinguished by a discriminator, with or without a `oneOf`."""

from __future__ import annotations

from collections.abc import Iterator

from ..errors import SpecError
from ..openapi.document import Document, Node


class Hierarchy:
    """The schemas of a document that extend a base with a discriminator by `allOf`.

    A value of the base is a value of one of its subtypes:
    https://spec.openapis.org/oas/v3.1.1.html#composition-and-inheritance-polymorphism

    The alternatives of a `oneOf` are no subtypes, but have the values that the discriminator maps to them.
    """

    def __init__(self, document: Document) -> None:
        schemas = document.components("schemas")
        self._schemas = {name: node for name, node in schemas if isinstance(node.value, dict)}
        self._children: dict[object, list[Node]] = {}
        self._values: dict[object, dict[str, list[str]]] = {}
        for node in self._schemas.values():
            for parent in _parents(node):
                self._children.setdefault(parent.id, []).append(node)
        for node in self._schemas.values():
            if not node.has("discriminator"):
                continue
            try:
                self._mark(node)
            except SpecError:
                continue  # reported where the schema is used

    def subtypes(self, base: Node) -> list[Node]:
        """The subtypes of `base`; empty if it has no discriminator."""
        if not _is_base(base):
            return []
        mapped = [node for _, node in self._mapped(base)]
        found = {node.id: node for node in [*mapped, *self._below(base)]}
        if found.keys() <= {base.id}:
            return []
        if any(base.id in {node.id for node in self._below(other)} for other in self._bases(base)):
            found.setdefault(base.id, base)
        return list(found.values())

    def is_subtype(self, node: Node) -> bool:
        """Whether a schema extends a base that has a discriminator."""
        return any(map(_is_base, _parents(node)))

    def values(self, node: Node) -> dict[str, list[str]]:
        """The values of the discriminator for a schema, by the name of the property."""
        return self._values.get(node.id, {})

    def _mark(self, base: Node) -> None:
        """Record the value of the discriminator for each schema; the default is its name."""
        discriminator = base.get("discriminator")
        key = discriminator.text("propertyName") if discriminator else ""
        mapped = [(node, value) for value, node in self._mapped(base)]
        known = {node.id for node, _ in mapped}
        if _is_base(base):
            mapped += [(node, node.name) for node in self._below(base) if node.id not in known]
        for node, value in mapped:
            self._values.setdefault(node.id, {}).setdefault(key, []).append(value)

    def _mapped(self, base: Node) -> Iterator[tuple[str, Node]]:
        discriminator = base.get("discriminator")
        for value, target in discriminator.members("mapping") if discriminator else ():
            node = self._schemas.get(str(target.value))
            if node is None and isinstance(target.value, str):
                node = base.document.find(target.value, target)
            if node is not None:
                yield value, node

    def _below(self, base: Node) -> list[Node]:
        found: dict[object, Node] = {}
        open_ = list(reversed(self._children.get(base.id, [])))
        while open_:
            node = open_.pop()
            if node.id not in found:
                found[node.id] = node
                open_ += reversed(self._children.get(node.id, []))
        return list(found.values())

    def _bases(self, node: Node) -> list[Node]:
        return [one for one in self._schemas.values() if _is_base(one) and one.id != node.id]


def _is_base(node: Node) -> bool:
    return node.has("discriminator") and not node.has("oneOf", "anyOf", "$ref", "$dynamicRef")


def _parents(node: Node) -> list[Node]:
    """The schemas that a schema extends."""
    found = []
    if isinstance(node.value, dict) and isinstance(node.value.get("allOf"), list):
        for member in node.entries("allOf"):
            reference = member.value.get("$ref") if isinstance(member.value, dict) else None
            if isinstance(reference, str):
                try:
                    found.append(node.document.find(reference, member))
                except SpecError:
                    continue  # reported where the schema is used
    return found
