"""Parameters of path, query, header and cookie as arguments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from ..names import Names, pascal, snake
from ..openapi.document import Node
from ..openapi.media import content, essence, is_json
from ..openapi.paths import PathOperation
from ..openapi.schema_merge import merge_schema
from .api import FORM_STYLES, Argument, Kind, Location, SchemaDocs, Style, expand, without_files
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
    Simple,
    Timestamp,
    Type,
    Union,
    union,
    without_null,
)

# In OpenAPI these headers are defined by security, request bodies and responses.
_IGNORED_HEADERS = frozenset({"accept", "authorization", "content-type"})
# Set by the HTTP library.
_FRAMING_HEADERS = frozenset({"connection", "content-length", "host", "transfer-encoding"})
_PLACES: dict[str, Location] = {
    "path": "path",
    "query": "query",
    "querystring": "query",
    "header": "header",
    "cookie": "cookie",
}
_STYLES: dict[str, Mapping[str, Style]] = {
    "path": {"simple": "simple", "label": "label", "matrix": "matrix"},
    "query": FORM_STYLES,
    "header": {"simple": "simple"},
    "cookie": {"form": "form", "cookie": "form"},
}
_IS_JSON = "As JSON text."
_AS_JSON = "A list or mapping is sent as JSON text, a string as it is."


@dataclass(frozen=True, slots=True)
class _Writing:
    """The serialization of a parameter: style and explode."""

    style: Style
    explode: bool

    @classmethod
    def of(cls, node: Node, location: Location) -> _Writing:
        known = _STYLES[location]
        said = node.text("style") or next(iter(known))
        if said not in known:
            raise node.error(
                f"the {location} parameter {node.text('name')!r} has the style {said!r}; "
                f"supported: {', '.join(known)}"
            )
        explode = node.flag("explode") if node.has("explode") else said == "form"
        return cls(known[said], explode)

    def on(self, argument: Argument) -> Argument:
        """Set style and explode of an argument, unless they are the core's default."""
        style = None if self.style in {"form", "simple"} else self.style
        default = self.style == "form" and argument.location == "query"
        ignored = self.style == "deepObject" or argument.location == "cookie"
        explode = None if ignored or self.explode == default else self.explode
        return replace(argument, style=style, explode=explode)


_EXPLODED = _Writing("form", explode=True)
_DEEP = _Writing("deepObject", explode=True)


@dataclass(slots=True)
class Arguments:
    """Collects the arguments of an operation."""

    registry: TypeRegistry
    context: str
    found: list[Argument] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    names: Names = field(default_factory=lambda: Names({"self", "options"}, suffix="_"))

    def add(self, argument: Argument) -> None:
        """Add an argument, under a unique name."""
        name = snake(argument.name)
        if name in self.names and argument.location != "path":
            body = argument.location in {"field", "optional_field"}
            prefix = "body" if body else argument.location
            name = f"{prefix}_{name}" if name not in {"self", "options"} else name
        self.found.append(replace(argument, name=self.names.give(name)))

    def add_parameters(self, operation: PathOperation) -> tuple[tuple[str, str], ...]:
        """Add the parameters of a path and of its operation, which override them.

        Returns:
            The constant part of the query in the path, without placeholders.
        """
        found = list(_merged(operation))
        if wrong := {node.text("in") for node in found} - _PLACES.keys():
            raise operation.node.error(
                f"a parameter is in {min(wrong)!r}, which OpenAPI does not have"
            )
        holders = {value.strip("{}"): name for name, value in operation.query if value[:1] == "{"}
        fixed = tuple((name, value) for name, value in operation.query if value[:1] != "{")
        for place in _PLACES:
            for node in found:
                if node.text("in") != place:
                    continue
                name = node.text("name")
                if not name:
                    self.notes.append(f"A parameter in the {place} has no name and is not sent.")
                elif place == "path" and _in_fragment(name, operation):
                    self.notes.append(
                        f"`{name}` is in the fragment of the path, which is not sent."
                    )
                elif place == "path" and name in holders:
                    self._add_parameter(node, "query", holders[name], required=True)
                elif place != "query" or name not in dict(fixed):
                    self._add_parameter(node, place, name, required=place == "path")
        return fixed

    def _add_parameter(self, node: Node, place: str, wire: str, *, required: bool) -> None:
        location = _PLACES[place]
        if place == "querystring":
            for argument in self._querystring(node):
                self.add(argument)
            return
        if place == "header" and wire.lower() in _IGNORED_HEADERS | _FRAMING_HEADERS:
            if wire.lower() in _FRAMING_HEADERS:
                self.notes.append(f"The header `{wire}` is sent as the request needs it.")
            return
        docs = SchemaDocs(node.text("description"), deprecated=node.flag("deprecated"))
        needed = required or node.flag("required")
        base = Argument(wire, wire, location, "string", STR, needed, False, docs)
        base = replace(base, allow_reserved=location == "query" and node.flag("allowReserved"))
        schema = node.get("schema")
        if schema is None:
            self.add(self._content(node, base))
            return
        for argument in self._valued(base, schema, _Writing.of(node, location)):
            self.add(argument)

    def _valued(self, base: Argument, schema: Node, writing: _Writing) -> Iterator[Argument]:
        """The arguments of a parameter: one, or one for each key of an object."""
        docs = docs_of(schema, base.docs.text)
        docs = replace(docs, deprecated=docs.deprecated or base.docs.deprecated)
        base = replace(base, docs=docs)
        type_ = self.type_of(schema, f"{self.context}{pascal(base.name)}")
        plain = _plain(self.registry, type_)
        spread = base.location == "query" and (writing.style == "deepObject" or writing.explode)
        if isinstance(plain, Named) and spread and merge_schema(schema).properties:
            yield from self._members(base, schema, writing)
        else:
            yield self._one(base, type_, writing)

    def _one(self, base: Argument, type_: Type, writing: _Writing) -> Argument:
        type_ = _sendable(self.registry, type_, base.location)
        argument = replace(base, type=type_, kind=self.kind(type_))
        plain = _plain(self.registry, type_)
        if not _is_structured(self.registry, plain):
            # For a single value, only the styles of a path make a difference.
            return writing.on(argument) if base.location == "path" else argument
        if self._fits(plain, writing, base.location):
            return writing.on(argument)
        return _json_text(base, type_) if base.location == "query" else _described(base, _IS_JSON)

    def _fits(self, type_: Type, writing: _Writing, location: Location) -> bool:
        """Whether a style can encode all values of a type; the others are sent as JSON text."""
        plain = _plain(self.registry, type_)
        if isinstance(plain, Union):
            deep = location == "query" and writing.style != "deepObject"
            kinds = [_plain(self.registry, member) for member in plain.members]
            if deep and any(isinstance(one, (Named, DictOf)) for one in kinds):
                return False
            return all(self._fits(member, writing, location) for member in plain.members)
        if isinstance(plain, ListOf):
            return not _is_structured(self.registry, _plain(self.registry, plain.item))
        return True

    def _members(self, base: Argument, schema: Node, writing: _Writing) -> Iterator[Argument]:
        """An object in a query: an argument for each key, and one for additional keys."""
        deep = writing.style == "deepObject"
        shape = merge_schema(schema)
        for key, member in shape.properties.items():
            one = replace(
                base,
                name=f"{base.wire}_{key}" if deep else key,
                wire=f"{base.wire}[{key}]" if deep else key,
                required=base.required and key in shape.required,
                docs=docs_of(member),
            )
            type_ = self.type_of(member, f"{self.context}{pascal(base.wire)}{pascal(key)}")
            plain = _plain(self.registry, type_)
            inner = isinstance(plain, (Named, DictOf))
            if inner and not deep:
                yield _json_text(one, _sendable(self.registry, type_, "query"))
            else:
                yield self._one(one, type_, _DEEP if inner else _EXPLODED)
        extra = shape.keywords.get("additionalProperties")
        if extra is not None and extra.value is not False and extra.value != {}:
            value = self.type_of(extra, f"{self.context}{pascal(base.wire)}Value")
            rest = _described(base, "Keys that are no arguments of their own.")
            yield self._one(replace(rest, required=False), DictOf(value), writing)

    def _content(self, node: Node, base: Argument) -> Argument:
        """A parameter with a media type: JSON text, or plain text."""
        found = _first_content(node)
        if found is None:
            return base
        media_type, schema = found
        if not is_json(media_type):
            return _described(base, f"As `{essence(media_type)}`.")
        if schema is not None:
            type_ = self.type_of(schema, f"{self.context}{pascal(base.name)}")
            type_ = _sendable(self.registry, type_, "query")
            if base.location == "query" and _is_structured(
                self.registry, _plain(self.registry, type_)
            ):
                return _json_text(base, type_)
            if (kind := self.kind(type_)) in {"integer", "number", "boolean"}:
                return replace(base, type=type_, kind=kind)  # encoded as JSON text
        return _described(base, _IS_JSON)

    def _querystring(self, node: Node) -> Iterator[Argument]:
        """The whole query as one parameter (OpenAPI 3.2)."""
        media_type, schema = _first_content(node) or ("", None)
        if schema is None or essence(media_type) != "application/x-www-form-urlencoded":
            raise node.error(
                f"the query is {essence(media_type) or 'of no type'}; supported: "
                "application/x-www-form-urlencoded with a schema"
            )
        name = node.text("name") or "query"
        docs = SchemaDocs(node.text("description"))
        base = Argument(name, name, "query", "string", STR, node.flag("required"), False, docs)
        yield from self._valued(base, schema, _EXPLODED)

    def type_of(self, schema: Node, context: str) -> Type:
        """The type of a schema, with all types to which it refers defined."""
        return self.registry.complete_type_of(schema, context)

    def kind(self, type_: Type) -> Kind:
        """The kind for which the core checks values of this type."""
        return kind_of(self.registry, type_)


def _first_content(node: Node) -> tuple[str, Node | None] | None:
    """The media type of a parameter and its schema; None if it has no media type."""
    for media_type, media in content(node):
        return media_type, media.get("schema")
    return None


def _described(argument: Argument, text: str) -> Argument:
    """The argument with a sentence added to its description."""
    docs = replace(argument.docs, text=f"{argument.docs.text} {text}".strip())
    return replace(argument, docs=docs)


def _json_text(argument: Argument, type_: Type) -> Argument:
    """The argument sent as JSON text, for values that its style cannot encode."""
    described = _described(argument, _AS_JSON)
    return replace(described, type=union(STR, type_), kind="any", style="json")


def _merged(operation: PathOperation) -> Iterator[Node]:
    """Parameters in their order; those of the operation override those of the path."""
    found: dict[tuple[str, str], Node] = {}
    for owner in (operation.node, *operation.items):
        seen: set[tuple[str, str]] = set()
        for entry in owner.entries("parameters"):
            node = entry.follow()
            key = (node.text("in"), node.text("name"))
            if key in seen:
                raise entry.error(f"the {key[0]} parameter {key[1]!r} is duplicated")
            seen.add(key)
            found.setdefault(key, node)
    yield from found.values()


def _in_fragment(name: str, operation: PathOperation) -> bool:
    """Whether a placeholder is only in the fragment of the path."""
    sent, _, fragment = operation.key.partition("#")
    return f"{{{name}}}" in fragment and f"{{{name}}}" not in sent


def _plain(registry: TypeRegistry, type_: Type) -> Type:
    """The type without null and aliases."""
    return expand(registry.definitions, without_null(expand(registry.definitions, type_)))


def _is_structured(registry: TypeRegistry, plain: Type) -> bool:
    """Whether values may be lists or mappings."""
    if isinstance(plain, Union):
        return any(_is_structured(registry, _plain(registry, one)) for one in plain.members)
    return isinstance(plain, (Named, DictOf, ListOf))


def _sendable(registry: TypeRegistry, type_: Type, location: Location) -> Type:
    """The types that a parameter accepts: no null, no file, and outside a query nothing untyped."""
    type_ = without_files(registry.definitions, without_null(type_))
    return STR if type_ == ANY and location != "query" else type_


_KINDS: dict[Type, Kind] = {STR: "string", INT: "integer", FLOAT: "number", BOOL: "boolean"}


def _common(kinds: Iterable[Kind]) -> Kind:
    """The common kind, else `any`."""
    found = set(kinds)
    return found.pop() if len(found) == 1 else "any"


def kind_of(registry: TypeRegistry, type_: Type) -> Kind:
    """The kind for which the core checks values of this type; `any` for several kinds."""
    plain = _plain(registry, type_)
    if isinstance(plain, Union):
        return _common(kind_of(registry, member) for member in plain.members)
    if isinstance(plain, LiteralOf):
        return _common(_KINDS[Simple(name)] for name, _ in plain.values)
    if isinstance(plain, ListOf):
        return "array"
    if isinstance(plain, (Named, DictOf)):
        return "object"
    if isinstance(plain, Timestamp):
        return "datetime" if plain.name == "datetime" else "date"
    if isinstance(plain, Binary):
        return "file"
    return _KINDS.get(plain, "any")
