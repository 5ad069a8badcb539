"""Parameters of path, query and header as arguments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from ..names import Names, pascal, snake
from ..openapi.document import Node
from ..openapi.schema_merge import merge_schema
from .api import Argument, Kind, Location, SchemaDocs, expand, without_files
from .schema_docs import docs_of
from .schemas import TypeRegistry
from .types import (
    ANY,
    BOOL,
    FLOAT,
    INT,
    STR,
    Binary,
    DictOf,
    ListOf,
    LiteralOf,
    Named,
    Timestamp,
    Type,
    Union,
    without_null,
)

# OpenAPI has these described elsewhere: by security, by the bodies, by the responses.
_IGNORED_HEADERS = frozenset({"accept", "authorization", "content-type"})
_JOINED = {"form": "commas", "spaceDelimited": "spaces", "pipeDelimited": "bars (`|`)"}
_STYLES = {"path": ("simple",), "query": (*_JOINED, "deepObject"), "header": ("simple",)}


@dataclass(slots=True)
class Arguments:
    """The arguments of an operation while they are collected."""

    registry: TypeRegistry
    context: str
    found: list[Argument] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    names: Names = field(default_factory=lambda: Names({"self", "options"}, suffix="_"))

    def add(self, argument: Argument) -> None:
        """Take an argument, under a name that no other has."""
        name = snake(argument.name)
        if name in self.names and argument.location != "path":
            prefix = "body" if argument.location == "field" else argument.location
            name = f"{prefix}_{name}" if name not in {"self", "options"} else name
        self.found.append(replace(argument, name=self.names.give(name)))

    def add_parameters(self, operation: Node, item: Node) -> None:
        """Take the parameters of a path and of its operation, which override them."""
        found = list(_merged(operation, item))
        for place in ("path", "query", "header", "cookie"):
            for node in found:
                if node.text("in") == place:
                    self._add_parameter(node, place)
        places = {node.text("in") for node in found} - {"path", "query", "header", "cookie"}
        if places:
            raise operation.error(f"a parameter is in {min(places)!r}, which OpenAPI does not have")

    def _add_parameter(self, node: Node, place: str) -> None:
        wire = node.text("name")
        if not wire:
            raise node.error("the parameter has no name")
        if place == "header" and wire.lower() in _IGNORED_HEADERS:
            return
        if place == "cookie":
            self.notes.append(f"Cookie `{wire}`: pass it as a header in `options`.")
            return
        location: Location = (
            "path" if place == "path" else "query" if place == "query" else "header"
        )
        _check_style(node, location)
        for argument in self._argument(node, wire, location):
            self.add(argument)

    def _argument(self, node: Node, wire: str, location: Location) -> Iterator[Argument]:
        schema = node.get("schema")
        required = location == "path" or node.flag("required")
        if schema is None:
            text = f"{node.text('description')} As JSON text." if node.has("content") else ""
            docs = SchemaDocs(text.strip() or node.text("description"))
            yield Argument(wire, wire, location, "string", STR, required, False, docs)
            return
        type_ = self.type_of(schema, f"{self.context}{pascal(wire)}")
        docs = docs_of(schema, node.text("description"))
        docs = replace(docs, deprecated=docs.deprecated or node.flag("deprecated"))
        base = Argument(wire, wire, location, "string", STR, required, False, docs)
        plain = _plain(self.registry, type_)
        if isinstance(plain, (Named, DictOf)):
            yield from self._members(node, base, schema)
        elif isinstance(plain, ListOf) and (how := _joined(node, location)):
            text = f"{docs.text} Several are joined by {how}.".strip()
            yield replace(base, docs=replace(docs, text=text))
        else:
            sent = _sendable(self.registry, type_, location)
            yield replace(base, type=sent, kind=self.kind(sent))

    def _members(self, node: Node, base: Argument, schema: Node) -> Iterator[Argument]:
        """An object in a query: each of its keys is an argument."""
        if base.location == "path":
            raise node.error(
                f"the path parameter {base.wire!r} is an object; that is not supported"
            )
        deep = node.text("style") == "deepObject"
        shape = merge_schema(schema)
        if base.location != "query" or not shape.properties or not (deep or _explodes(node)):
            self.notes.append(
                f"`{base.wire}` ({base.location}) is an object: pass it by `options`."
            )
            return
        for key, member in shape.properties.items():
            type_ = self.type_of(member, f"{self.context}{pascal(base.wire)}{pascal(key)}")
            if isinstance(_plain(self.registry, type_), (Named, DictOf)):
                self.notes.append(
                    f"`{base.wire}[{key}]` (query) is an object: pass it by `options`."
                )
                continue
            type_ = _sendable(self.registry, type_, "query")
            yield replace(
                base,
                name=f"{base.wire}_{key}" if deep else key,
                wire=f"{base.wire}[{key}]" if deep else key,
                type=type_,
                kind=self.kind(type_),
                required=base.required and key in shape.required,
                docs=docs_of(member),
            )

    def type_of(self, schema: Node, context: str) -> Type:
        """The type of a schema, with all that it mentions known."""
        type_ = self.registry.type_of(schema, context)
        self.registry.drain()
        return type_

    def kind(self, type_: Type) -> Kind:
        """The kind that the core checks a value of this type for."""
        return kind_of(self.registry, type_)


def _merged(operation: Node, item: Node) -> Iterator[Node]:
    """Parameters in their order; those of the operation in place of the path's of the same name."""
    found: dict[tuple[str, str], Node] = {}
    for owner in (operation, item):
        seen: set[tuple[str, str]] = set()
        for entry in owner.entries("parameters"):
            node = entry.follow()
            key = (node.text("in"), node.text("name"))
            if key in seen:
                raise entry.error(f"the {key[0]} parameter {key[1]!r} is duplicated")
            seen.add(key)
            found.setdefault(key, node)
    yield from found.values()


def _joined(node: Node, location: Location) -> str:
    """How the values of a list are put into one string; empty where the key is repeated."""
    if location != "query":
        return "commas"
    return "" if _explodes(node) else _JOINED.get(node.text("style"), "commas")


def _explodes(node: Node) -> bool:
    """Whether the parts of a query parameter are parameters of their own."""
    return node.flag("explode") if node.has("explode") else node.text("style", "form") == "form"


def _check_style(node: Node, location: Location) -> None:
    style = node.text("style")
    if style and style not in _STYLES[location]:
        raise node.error(
            f"the {location} parameter {node.text('name')!r} has the style {style!r}; "
            f"supported: {', '.join(_STYLES[location])}"
        )


def _plain(registry: TypeRegistry, type_: Type) -> Type:
    """The type of a value that is not null, with no alias around it."""
    return expand(registry.definitions, without_null(expand(registry.definitions, type_)))


def _sendable(registry: TypeRegistry, type_: Type, location: Location) -> Type:
    """The types a parameter accepts: never null, no file, and in a path only path segments."""
    type_ = without_files(registry.definitions, without_null(type_))
    if type_ == ANY and location != "query":
        return STR
    if location != "path":
        return type_
    plain = expand(registry.definitions, type_)
    members = plain.members if isinstance(plain, Union) else (plain,)
    fine = all(
        member in (STR, INT)
        or (isinstance(member, LiteralOf) and not any(isinstance(v, bool) for v in member.plain()))
        for member in members
    )
    return type_ if fine else STR


_KINDS: dict[Type, Kind] = {STR: "string", INT: "integer", FLOAT: "number", BOOL: "boolean"}


def kind_of(registry: TypeRegistry, type_: Type) -> Kind:
    """The kind that the core checks a value of this type for; `any` for several kinds."""
    plain = _plain(registry, type_)
    if isinstance(plain, Union):
        kinds: set[Kind] = {kind_of(registry, member) for member in plain.members}
        return kinds.pop() if len(kinds) == 1 else "any"
    if isinstance(plain, LiteralOf):
        return _literal_kind(plain)
    if isinstance(plain, ListOf):
        return "array"
    if isinstance(plain, (Named, DictOf)):
        return "object"
    if isinstance(plain, Timestamp):
        return "datetime" if plain.name == "datetime" else "date"
    if isinstance(plain, Binary):
        return "file"
    return _KINDS.get(plain, "any")


def _literal_kind(literal: LiteralOf) -> Kind:
    kinds: dict[str, Kind] = {"str": "string", "int": "integer", "bool": "boolean"}
    found: set[Kind] = {kinds[name] for name, _ in literal.values}
    return found.pop() if len(found) == 1 else "any"
