"""Merge a schema with its `allOf` members and references."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from .document import Document, Node

# What describes a value without changing its type.
ANNOTATIONS = frozenset({
    "$comment", "$id", "$schema", "default", "deprecated", "description", "example", "examples",
    "externalDocs", "readOnly", "title", "writeOnly", "xml", "discriminator", "nullable",
})  # fmt: skip


@dataclass(slots=True)
class MergedSchema:
    """All keywords that hold for a value.

    Attributes:
        properties: the known keys of an object.
        required: those that are always there.
        groups: the alternatives of each `oneOf` or `anyOf`.
        keywords: every other keyword; of several, the last one.
    """

    properties: dict[str, Node] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)
    groups: list[list[Node]] = field(default_factory=list)
    keywords: dict[str, Node] = field(default_factory=dict)
    nullable: bool = False

    def types(self) -> tuple[str, ...]:
        """The JSON types that the value may have, as far as the schema states or implies them."""
        said = self.keywords.get("type")
        if said is not None and isinstance(said.value, str):
            return (said.value,)
        if said is not None and isinstance(said.value, list):
            return tuple(str(one) for one in said.value)
        if said is not None:
            raise said.error("expected a type or a list of types")
        if self.properties or {"additionalProperties", "patternProperties"} & self.keywords.keys():
            return ("object",)
        return ("array",) if {"items", "prefixItems"} & self.keywords.keys() else ()

    def text(self, keyword: str) -> str:
        """The string that a keyword holds."""
        node = self.keywords.get(keyword)
        return node.value if node is not None and isinstance(node.value, str) else ""

    def is_record(self) -> bool:
        """Whether it is an object with known keys, and nothing else."""
        plain = set(self.types()) <= {"object"} and not self.nullable
        return bool(self.properties) and plain and not any(map(_has_keys, self.groups))


def _has_keys(group: list[Node]) -> bool:
    """Whether alternatives bring keys of their own; alternatives that only list `required` do not."""
    return any(bool(merge_schema(node).properties) for node in group)


def significant(node: Node) -> set[str]:
    """The keywords of a schema that affect its type."""
    return {k for k in node.object() if k not in ANNOTATIONS and not k.startswith("x-")}


def is_reference(node: Node) -> bool:
    """Whether a schema is another one under its own name, perhaps described anew."""
    if not node.has("$ref"):
        return False
    return node.document.before_3_1 or significant(node) == {"$ref"}


def only_member(node: Node) -> Node | None:
    """The schema that a schema wraps: `allOf: [X]` is the old way to describe a reference."""
    if not significant(node) <= {"allOf", "type"} or not node.has("allOf"):
        return None
    found = [one for one in node.entries("allOf") if isinstance(one.value, dict)]
    found = [one for one in found if significant(one) or one.flag("nullable")]
    return found[0] if len(found) == 1 else None


def merge_schema(node: Node) -> MergedSchema:
    """A schema with everything folded in that it is made of. Made once; not to be changed."""
    made = _made.setdefault(node.document, {})
    if node.id not in made:
        shape = MergedSchema()
        _fold(node, shape, ())
        made[node.id] = shape
    return made[node.id]


_made: WeakKeyDictionary[Document, dict[object, MergedSchema]] = WeakKeyDictionary()


def _fold(node: Node, shape: MergedSchema, within: tuple[object, ...]) -> None:
    if isinstance(node.value, bool):
        return
    if node.id in within:
        raise node.error("allOf leads back to itself")
    within = (*within, node.id)
    if node.has("$ref"):
        _fold(node.document.find(node.text("$ref"), node), shape, within)
        if node.document.before_3_1:
            return
    for member in node.entries("allOf"):
        _fold(member, shape, within)
    _fold_own(node, shape)


def _fold_own(node: Node, shape: MergedSchema) -> None:
    for name, schema in node.members("properties"):
        if name not in shape.properties or schema.value not in ({}, True):
            shape.properties[name] = schema
    shape.required |= set(node.strings("required"))
    for key in ("oneOf", "anyOf"):
        if node.has(key):
            shape.groups.append(list(node.entries(key)))
    shape.nullable = shape.nullable or node.flag("nullable")
    for key, value in _rest(node):
        shape.keywords[key] = value


def _rest(node: Node) -> Iterator[tuple[str, Node]]:
    for key, value in node.children():
        if key not in {"properties", "required", "oneOf", "anyOf", "allOf"}:
            yield key, value
