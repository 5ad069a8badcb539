"""Merge a schema with its `allOf` members and references."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from ..errors import SpecError
from .document import Document, Node
from .loader import JSON, escape

# Keywords that describe a value without affecting its type.
ANNOTATIONS = frozenset({
    "$comment", "$id", "$schema", "default", "deprecated", "description", "example", "examples",
    "externalDocs", "readOnly", "title", "writeOnly", "xml", "discriminator", "nullable",
})  # fmt: skip


_OF_EXTRAS = frozenset({
    "additionalProperties", "patternProperties", "unevaluatedProperties",
})  # fmt: skip


@dataclass(slots=True)
class MergedSchema:
    """All keywords that apply to a value.

    Attributes:
        properties: the known keys of an object.
        required: the required keys.
        groups: the alternatives of each `oneOf` or `anyOf`.
        keywords: the other keywords; the last one takes precedence.
        allowed: the intersection of every `type`; None without any.
        enum: the intersection of every `enum`; None without any.
        nullable: whether `nullable` allows null.
    """

    properties: dict[str, Node] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)
    groups: list[list[Node]] = field(default_factory=list)
    keywords: dict[str, Node] = field(default_factory=dict)
    allowed: tuple[str, ...] | None = None
    enum: list[JSON] | None = None
    nullable: bool = False

    def types(self) -> tuple[str, ...]:
        """The JSON types that the schema states or implies."""
        if self.allowed is not None:
            return self.allowed
        if self.properties or _OF_EXTRAS & self.keywords.keys():
            return ("object",)
        if {"contentEncoding", "contentMediaType"} & self.keywords.keys():
            return ("string",)
        return ("array",) if {"items", "prefixItems"} & self.keywords.keys() else ()

    def text(self, keyword: str) -> str:
        """The string value of a keyword."""
        node = self.keywords.get(keyword)
        return node.value if node is not None and isinstance(node.value, str) else ""

    def flag(self, keyword: str) -> bool:
        """Whether a keyword is true."""
        node = self.keywords.get(keyword)
        return node is not None and node.value is True

    def extras(self) -> list[Node]:
        """The schemas of keys that are not in `properties`, without those that allow any value."""
        patterns = self.keywords.get("patternProperties")
        rest = (self.keywords.get(key) for key in ("additionalProperties", "unevaluatedProperties"))
        found = [one for one in rest if one is not None]
        found += [schema for _, schema in patterns.children()] if patterns is not None else []
        return [one for one in found if isinstance(one.value, dict) and significant(one)]

    def is_mapping(self) -> bool:
        """Whether it has keys that a `TypedDict` cannot have: typed additional ones, or an empty one."""
        return bool(self.extras()) or "" in self.properties

    def is_record(self) -> bool:
        """Whether it is only an object with known keys."""
        plain = set(self.types()) <= {"object"} and not self.nullable
        return bool(self.properties) and plain and not any(map(_has_keys, self.groups))


def _has_keys(group: list[Node]) -> bool:
    """Whether alternatives define keys; those that only list `required` do not."""
    return any(bool(merge_schema(node).properties) for node in group)


def significant(node: Node) -> set[str]:
    """The keywords of a schema that affect its type."""
    return {k for k in node.object() if k not in ANNOTATIONS and not k.startswith("x-")}


def is_reference(node: Node) -> bool:
    """Whether a schema only refers to another one, possibly with another description."""
    if not node.is_reference:
        return False
    return node.document.before_3_1 or len(significant(node)) == 1


def only_member(node: Node) -> Node | None:
    """The wrapped schema: `allOf: [X]` is the old way to add a description to a reference."""
    if not significant(node) <= {"allOf", "type"} or not node.has("allOf"):
        return None
    found = [one for one in node.entries("allOf") if isinstance(one.value, dict)]
    found = [one for one in found if significant(one)] or [one for one in found if says_null(one)]
    return found[0] if len(found) == 1 else None


def says_null(node: Node) -> bool:
    """Whether a schema, or a member of its `allOf` with no other keyword, is nullable."""
    return node.flag("nullable") or any(map(_only_nullable, node.entries("allOf")))


def is_read_only(node: Node) -> bool:
    """Whether a value is only in responses."""
    return merge_schema(node).flag("readOnly")


def is_write_only(node: Node) -> bool:
    """Whether a value is only in requests."""
    return merge_schema(node).flag("writeOnly")


def merge_schema(node: Node) -> MergedSchema:
    """A schema merged with its `allOf` members and references. It is cached; do not change it."""
    made = _made.setdefault(node.document, {})
    if node.id not in made:
        shape = MergedSchema()
        _fold(node, shape, ())
        shape.nullable = _allows_null(node) is True
        made[node.id] = shape
    return made[node.id]


_made: WeakKeyDictionary[Document, dict[object, MergedSchema]] = WeakKeyDictionary()


def _fold(node: Node, shape: MergedSchema, within: tuple[object, ...]) -> None:
    if isinstance(node.value, bool):
        return
    if node.id in within:
        raise node.error("allOf leads back to itself")
    within = (*within, node.id)
    if node.is_reference:
        _fold(node.target(), shape, within)
        if node.document.before_3_1:
            return
    for member in node.entries("allOf"):
        _fold(member, shape, within)
    _fold_own(node, shape)
    for name, schema in _conditional(node).items():
        shape.properties.setdefault(name, schema)


def _fold_own(node: Node, shape: MergedSchema) -> None:
    for name, schema in node.members("properties"):
        if name not in shape.properties or not _says_less(schema, shape.properties[name]):
            shape.properties[name] = schema
    shape.required |= set(node.strings("required"))
    for key in ("oneOf", "anyOf"):
        if node.has(key):
            shape.groups.append(list(node.entries(key)))
    for key, value in _rest(node):
        shape.keywords[key] = value
    if node.has("type"):
        shape.allowed = _common_types(shape.allowed, _types(node))
    if isinstance(values := node.object().get("enum"), list):
        shape.enum = _common_values(shape.enum, values)


def _says_less(schema: Node, known: Node) -> bool:
    """Whether a second schema of a key adds nothing: it is empty, or the plain type of an enum."""
    if schema.value in ({}, True):
        return True
    if schema.is_reference or not isinstance(schema.value, dict) or significant(schema) != {"type"}:
        return False
    return bool({"enum", "const"} & merge_schema(known).keywords.keys())


def _conditional(node: Node) -> dict[str, Node]:
    """Conditional keys: those of `then`, `else` and `dependentSchemas`."""
    schemas = [node.get(key) for key in ("then", "else")]
    schemas += [schema for _, schema in node.members("dependentSchemas")]
    found: dict[str, list[Node]] = {}
    for schema in schemas:
        for name, one in merge_schema(schema).properties.items() if schema is not None else ():
            found.setdefault(name, []).append(one)
    return {name: _either(node, name, every) for name, every in found.items()}


def _either(node: Node, name: str, schemas: list[Node]) -> Node:
    """Combine several schemas for the same key."""
    if len(schemas) == 1 or any(one.file != node.file for one in schemas):
        return schemas[0]
    choices: JSON = {"anyOf": [one.value for one in schemas]}
    pointer = f"{node.pointer}/if/{escape(name)}"
    return Node(node.document, choices, node.file, pointer, node.scope)


def _types(node: Node) -> tuple[str, ...]:
    said = node.object()["type"]
    if isinstance(said, str):
        return (said,)
    if isinstance(said, list):
        return tuple(str(one) for one in said)
    raise SpecError("expected a type or a list of types", f"{node.where}/type")


def _common_types(known: tuple[str, ...] | None, types: tuple[str, ...]) -> tuple[str, ...]:
    """The common types of two schemas; those of the second if there are none."""
    if known is None:
        return types
    if "number" in known and "integer" in types:
        known = (*known, "integer")
    if "number" in types and "integer" in known:
        types = (*types, "integer")
    return tuple(one for one in types if one in known) or types


def _common_values(known: list[JSON] | None, values: list[JSON]) -> list[JSON]:
    if known is None:
        return values
    there = {repr(one) for one in known}  # 1, True and 1.0 are distinct values
    return [one for one in values if repr(one) in there] or values


def _allows_null(node: Node, within: frozenset[object] = frozenset()) -> bool | None:
    """Whether `nullable` allows null; None if no schema decides.

    Next to `allOf` it applies to the merged schema. Otherwise every member with a type has to allow null.
    """
    if not isinstance(node.value, dict) or node.id in within:
        return None
    within |= {node.id}
    said: list[bool | None] = []
    if node.is_reference:
        said.append(_allows_null(node.target(), within))
        if node.document.before_3_1:
            return said[0]
    members = list(node.entries("allOf"))
    if says_null(node):
        return True
    said += [_allows_null(member, within) for member in members]
    if node.has("type") and "null" not in _types(node):
        said.append(False)
    return None if not {True, False} & set(said) else False not in said


def _only_nullable(node: Node) -> bool:
    return isinstance(node.value, dict) and node.flag("nullable") and not significant(node)


def _rest(node: Node) -> Iterator[tuple[str, Node]]:
    for key, value in node.children():
        if key not in {"properties", "required", "oneOf", "anyOf", "allOf", "$defs"}:
            yield key, value
