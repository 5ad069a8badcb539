"""Convert schemas to types; named schemas become definitions of the types module."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import product

from ..errors import SpecError
from ..names import Names, pascal
from ..openapi.document import Document, Node
from ..openapi.loader import unescape
from ..openapi.schema_merge import (
    MergedSchema,
    is_read_only,
    is_reference,
    is_write_only,
    merge_schema,
    only_member,
    says_null,
)
from .api import Alias, Definition, Event, Field, Record, reachable
from .cycles import break_rings
from .hierarchy import Hierarchy
from .schema_docs import docs_of
from .types import (
    ANY,
    BOOL,
    FLOAT,
    INT,
    NONE,
    STR,
    Binary,
    DictOf,
    ListOf,
    Named,
    Timestamp,
    Type,
    literal_type,
    union,
)

# Names used in the types module, and builtins that must not be shadowed.
RESERVED = (
    "Any", "BaseException", "Ellipsis", "Exception", "Final", "Literal", "NotImplemented",
    "NotRequired", "Required", "SSEEvent", "TypeAlias", "TypedDict", "Warning",
)  # fmt: skip

# Parts of a pointer that are not names.
_SCAFFOLD = frozenset({
    "components", "schemas", "properties", "items", "schema", "content", "paths", "definitions",
    "$defs", "allOf", "anyOf", "oneOf", "additionalProperties", "responses", "parameters",
    "requestBodies", "requestBody",
})  # fmt: skip

TOO_DEEP = "is nested too deeply, or its references are chained too long"
# Maximum number of alternatives of an object.
_MOST_VARIANTS = 32

_PLAIN: dict[str, Type] = {"integer": INT, "number": FLOAT, "boolean": BOOL, "null": NONE}


class TypeRegistry:
    """All types of a document.

    A definition is made when it is first referenced, and filled by `drain()`, so that schemas may refer to each other
    recursively.
    """

    def __init__(self, document: Document) -> None:
        self.definitions: dict[str, Definition] = {}
        self._names = Names(RESERVED, suffix="Schema")
        self._known: dict[object, str] = {}
        self._open: deque[tuple[str, Node, MergedSchema | None]] = deque()
        self._failed: dict[str, SpecError] = {}
        self._within: set[object] = set()
        self._hierarchy = Hierarchy(document)
        self._reserve(document)

    def _reserve(self, document: Document) -> None:
        """Reserve names for the schemas of the document, first for those that are class names already."""
        schemas = list(document.components("schemas"))
        for exact in (True, False):
            for name, node in schemas:
                if (pascal(name) == name) is exact:
                    self._known[node.id] = self._names.give(pascal(name))

    def drain(self) -> None:
        """Fill every referenced definition; an error is stored until the definition is used."""
        new: list[str] = []
        while self._open:
            name, node, shape = self._open.popleft()
            new.append(name)
            try:
                self.definitions[name] = self._define(name, node, shape)
            except SpecError as error:
                self._failed[name] = error
            except RecursionError:
                self._failed[name] = node.error(TOO_DEEP)
        break_rings(self.definitions, new)

    def check(self, types: Iterable[Type]) -> None:
        """Raise the error of any definition reachable from types."""
        if self._failed:
            for name in reachable(self.definitions, types):
                if name in self._failed:
                    raise self._failed[name]

    def has_subtypes(self, node: Node) -> bool:
        """Whether a schema is the base of subtypes with a discriminator."""
        wrapped = only_member(node) or node
        return bool(self._hierarchy.subtypes(wrapped.follow()))

    def give(self, name: str) -> str:
        """Make a unique name for a type."""
        return self._names.give(name)

    def type_of(self, node: Node, context: str) -> Type:
        """The type of a schema; `context` is the prefix for unnamed types."""
        if not isinstance(node.value, dict):
            if isinstance(node.value, bool):
                return ANY
            node.object()
        if is_reference(node):
            return self._referred(node.target())
        if (wrapped := only_member(node)) is not None:
            found = self.type_of(wrapped, context)
            return union(found, NONE) if says_null(node) else found
        return self._typed(merge_schema(node), node, context)

    def complete_type_of(self, node: Node, context: str) -> Type:
        """The type of a schema, with all types to which it refers defined."""
        type_ = self.type_of(node, context)
        self.drain()
        return type_

    def events_of(self, node: Node) -> Type:
        """The type of a stream's events: each property of the schema is the payload of one event."""
        if (node.id, "events") in self._known:
            return Named(self._known[node.id, "events"])
        stem = pascal(node.name).removesuffix("Events")
        members: list[Type] = []
        for event, schema in merge_schema(node).properties.items():
            name = self._names.give(f"{stem}{pascal(event)}Event")
            doc = docs_of(schema).text or f"The event `{event}`."
            data = self.type_of(schema, f"{name}Data")
            self.definitions[name] = Event(name, doc, event, data)
            members.append(Named(name))
        alias = self._known[node.id, "events"] = self._names.give(f"{stem}Event")
        self.definitions[alias] = Alias(
            alias, f"Any event of `{stem}`; `event` is its name.", union(*members)
        )
        return Named(alias)

    def events_of_items(self, node: Node, context: str) -> Type:
        """The type of a stream's events by its `itemSchema`.

        It describes each event with its `event` and `data` (OpenAPI 3.2, 4.14.4), or only the data.
        """
        shape = merge_schema(node)
        variants = shape.groups[0] if shape.groups and not shape.properties else [node]
        return union(*(self._event_of_item(one, context) for one in variants))

    def _event_of_item(self, node: Node, context: str) -> Type:
        properties = merge_schema(node).properties
        data, event = properties.get("data"), _fixed_string(properties.get("event"))
        is_event = data is not None and properties.keys() <= _EVENT_FIELDS
        target = node.follow()
        key = (target.id, "event")
        if key not in self._known:
            stem = (
                pascal(target.name)
                if node.is_reference
                else f"{context}{pascal(event) if event else ''}"
            )
            name = self._known[key] = self._names.give(
                stem if stem.endswith("Event") else f"{stem}Event"
            )
            type_ = (
                self._data_of_item(data, name) if is_event else self.type_of(node, f"{name}Data")
            )
            doc = docs_of(target).text if is_event else ""
            doc = doc or (f"The event `{event}`." if event else "An event of the stream.")
            self.definitions[name] = Event(name, doc, event if is_event else "", type_)
        return Named(self._known[key])

    def _data_of_item(self, data: Node | None, name: str) -> Type:
        """The type of the payload; JSON in a string is parsed."""
        shape = merge_schema(data) if data is not None else MergedSchema()
        content = shape.keywords.get("contentSchema")
        if content is not None:
            return self.type_of(content, f"{name}Data")
        if data is None or "string" in shape.types():
            return ANY
        return self.type_of(data, f"{name}Data")

    # Names

    def _referred(self, target: Node) -> Type:
        if target.id not in self._known:
            self._known[target.id] = self._names.give(_name_of(target))
        name = self._known[target.id]
        if name not in self.definitions:
            self._mention(name, target, None)
        return Named(name)

    def _mention(self, name: str, node: Node, shape: MergedSchema | None) -> None:
        self.definitions[name] = Record(name, "")
        self._open.append((name, node, shape))

    def _inline(self, shape: MergedSchema, node: Node, context: str) -> Type:
        """An unnamed object."""
        # If the schema allows other types, its name is used for the alias of the union.
        key = node.id if shape.is_record() else (node.id, "object")
        if key not in self._known:
            self._known[key] = self._names.give(context)
            self._mention(self._known[key], node, shape)
        return Named(self._known[key])

    # Definitions

    def _define(self, name: str, node: Node, shape: MergedSchema | None) -> Definition:
        doc = docs_of(node).text
        if shape is not None:
            return self._record(name, doc, shape, self._hierarchy.values(node))
        if not isinstance(node.value, dict):
            return Alias(name, doc, ANY)
        if subtypes := self._hierarchy.subtypes(node):
            return Alias(name, doc, union(*(self._subtype(one, node, name) for one in subtypes)))
        wrapped = only_member(node)
        refers = is_reference(node) or (wrapped is not None and is_reference(wrapped))
        if refers and not self._hierarchy.is_subtype(node):
            return Alias(name, doc, self.type_of(node, name))
        shape = merge_schema(node)
        if shape.is_record() and not shape.is_mapping():
            return self._record(name, doc, shape, self._hierarchy.values(node))
        return Alias(name, doc, self._typed(shape, node, name, named=True))

    def _subtype(self, node: Node, base: Node, name: str) -> Type:
        """The type of a subtype with a discriminator; the base itself may be one."""
        if node.id != base.id:
            return self._referred(node)
        key = (base.id, "base")
        if key not in self._known:
            self._known[key] = self._names.give(f"{name}Base")
            self._mention(self._known[key], base, merge_schema(base))
        return Named(self._known[key])

    def _record(
        self,
        name: str,
        doc: str,
        shape: MergedSchema,
        constants: Mapping[str, list[str]] | None = None,
    ) -> Record:
        fields = []
        for key, schema in shape.properties.items():
            type_ = self.type_of(schema, name + pascal(key))
            if type_ == STR and constants and key in constants:
                type_ = literal_type([*constants[key]])
            fields.append(
                Field(
                    key,
                    type_,
                    key in shape.required,
                    docs_of(schema),
                    _is_secret(schema),
                    is_read_only(schema),
                    is_write_only(schema),
                )
            )
        return Record(name, doc, fields)

    # Types

    def _typed(self, shape: MergedSchema, node: Node, context: str, *, named: bool = False) -> Type:
        found = self._alternatives(shape, context)
        if found is None:
            found = self._single(shape, node, f"{context}Value" if named else context)
        return union(found, NONE) if shape.nullable else found

    def _alternatives(self, shape: MergedSchema, context: str) -> Type | None:
        """The union of the first `oneOf` or `anyOf` that adds more than `required`."""
        groups = [[one for one in group if one.value is not False] for group in shape.groups]
        keyed = [group for group in groups if any(merge_schema(one).properties for one in group)]
        if shape.properties or len(keyed) > 1:
            return self._variants(shape, keyed, context) if keyed else None
        for group in groups:
            objects = [one for one in group if _is_inline_object(one)]
            found = [
                self.type_of(one, f"{context}Variant{n}" if len(objects) > 1 else context)
                for n, one in enumerate(group, 1)
            ]
            if union(*found) != ANY:
                return union(*found)
        return None

    def _variants(self, base: MergedSchema, groups: list[list[Node]], context: str) -> Type:
        """Alternatives of an object that also has common keys: each has both.

        Several groups are combined: every choice of one alternative from each. If there are too many combinations,
        the keys of later groups become optional.
        """
        count = 1
        for number, group in enumerate(groups):
            count *= len(group)
            if count > _MOST_VARIANTS and number:
                return self._variants(_loosened(base, groups[number:]), groups[:number], context)
        found: list[Type] = []
        for number, nodes in enumerate(product(*groups), 1):
            extra = [merge_schema(node) for node in nodes]
            whole = replace(
                base,
                properties=_all_properties(base, extra),
                required=base.required.union(*(one.required for one in extra)),
                groups=[],
                nullable=False,
            )
            name = self._names.give(f"{context}Variant{number}")
            self._mention(name, nodes[0], whole)
            found.append(Named(name))
        return union(*found)

    def _single(self, shape: MergedSchema, node: Node, context: str) -> Type:
        if "const" in shape.keywords:
            return literal_type([shape.keywords["const"].value])
        types = shape.types()
        if "enum" in shape.keywords and "x-open-enum" not in shape.keywords:
            if shape.enum is None:
                raise shape.keywords["enum"].error("expected a list")
            return literal_type(shape.enum) if shape.enum else ANY
        return union(*(self._plain(one, shape, node, context) for one in types))

    def _plain(self, type_: str, shape: MergedSchema, node: Node, context: str) -> Type:
        if type_ == "object":
            return self._object(shape, node, context)
        if type_ == "array":
            return ListOf(self._items(shape, context))
        if type_ == "string":
            return _string(shape)
        if type_ not in _PLAIN:
            raise shape.keywords["type"].error(f"the type {type_!r} is none of JSON Schema")
        return _PLAIN[type_]

    def _object(self, shape: MergedSchema, node: Node, context: str) -> Type:
        if shape.properties and not shape.is_mapping():
            return self._inline(shape, node, context)
        # A `TypedDict` cannot have all its keys, so it is a mapping. A recursive one ends here.
        if node.id in self._within:
            return DictOf(ANY)
        self._within.add(node.id)
        values = [
            *(self.type_of(one, context + pascal(key)) for key, one in shape.properties.items()),
            *(self.type_of(one, f"{context}Value") for one in shape.extras()),
        ]
        self._within.discard(node.id)
        return DictOf(union(*values) if values else ANY)

    def _items(self, shape: MergedSchema, context: str) -> Type:
        name = f"{context}Item"
        items = shape.keywords.get("items")
        found = []
        prefix = shape.keywords.get("prefixItems")
        if items is not None and isinstance(items.value, list):  # JSON Schema before 2020-12
            prefix, items = items, shape.keywords.get("additionalItems")
        if prefix is not None and isinstance(prefix.value, list):
            places = (prefix.child(str(index)) for index in range(len(prefix.value)))
            found = [self.type_of(one, name) for one in places if one is not None]
        if items is not None and items.value is not False:
            found.append(self.type_of(items, name))
        return union(*found) if found else ANY


def _all_properties(base: MergedSchema, extra: Iterable[MergedSchema]) -> dict[str, Node]:
    return {**base.properties, **{k: v for one in extra for k, v in one.properties.items()}}


def _loosened(base: MergedSchema, groups: list[list[Node]]) -> MergedSchema:
    """A schema with the keys of alternatives as optional ones."""
    extra = (merge_schema(node) for group in groups for node in group)
    return replace(base, properties={**_all_properties(MergedSchema(), extra), **base.properties})


def _string(shape: MergedSchema) -> Type:
    # `binary` and `8bit` are the identity encodings of MIME; without any, the media type is of the bytes.
    encoded = shape.text("contentEncoding").lower()
    identity = encoded in {"binary", "8bit"} or (
        not encoded and "contentMediaType" in shape.keywords
    )
    if shape.text("format") == "binary" or identity:
        return Binary()
    moment = {"date-time": "datetime", "date": "date"}.get(shape.text("format"))
    return Timestamp(moment) if moment else STR


def _is_inline_object(node: Node) -> bool:
    return (
        isinstance(node.value, dict)
        and not is_reference(node)
        and bool(merge_schema(node).properties)
    )


def _is_secret(node: Node) -> bool:
    return node.flag("x-secret") or (
        isinstance(node.value, dict) and node.follow().flag("x-secret")
    )


def _name_of(node: Node) -> str:
    """A name for a referenced schema outside of `components/schemas`."""
    parts = node.pointer.split("/")[1:]
    telling = [
        unescape(part)
        for before, part in zip(["", *parts], parts, strict=False)
        if part not in _SCAFFOLD and before != "content" and not part.isdigit()
    ]
    return "".join(pascal(part) for part in (telling or [node.file.stem])[-2:])


_EVENT_FIELDS = frozenset({"event", "data", "id", "retry"})


def _fixed_string(node: Node | None) -> str:
    """The only string that a schema allows, if there is one."""
    if node is None:
        return ""
    keywords = merge_schema(node).keywords
    if const := keywords.get("const"):
        return const.value if isinstance(const.value, str) else ""
    enum = keywords.get("enum")
    values = enum.value if enum is not None and isinstance(enum.value, list) else []
    return values[0] if len(values) == 1 and isinstance(values[0], str) else ""
