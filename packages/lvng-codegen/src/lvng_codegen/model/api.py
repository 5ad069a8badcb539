"""What the generator knows of an API once the document is read: enough to render, to compare, to count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from ..notes import Notes
from .types import (
    STR,
    Binary,
    DictOf,
    ListOf,
    Named,
    Type,
    Union,
    is_optional,
    names_in,
    union,
)

Location: TypeAlias = Literal[
    "path", "query", "header", "cookie", "field", "optional_field", "body"
]
Style: TypeAlias = Literal[
    "form", "simple", "label", "matrix", "spaceDelimited", "pipeDelimited", "deepObject", "json"
]
Kind: TypeAlias = Literal[
    "string", "integer", "number", "boolean", "array", "object", "datetime", "date", "file", "any"
]
Encoding: TypeAlias = Literal["json", "multipart", "form", "binary"]
Auth: TypeAlias = Literal["key", "jwt", "public"]
Returns: TypeAlias = Literal["json", "none", "bytes", "sse"]


@dataclass(frozen=True, slots=True)
class SchemaDocs:
    """What a schema says about values beside their type: for docstrings."""

    text: str = ""
    limits: str = ""
    default: str = ""
    known: tuple[str, ...] = ()
    deprecated: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """A key of a `TypedDict`."""

    name: str
    type: Type
    required: bool
    docs: SchemaDocs
    secret: bool = False
    read_only: bool = False
    write_only: bool = False


@dataclass(slots=True)
class Record:
    """A `TypedDict`."""

    name: str
    doc: str
    fields: list[Field] = field(default_factory=list)

    def types(self) -> Iterator[Type]:
        """The types that it is made of."""
        return (field.type for field in self.fields)


@dataclass(slots=True)
class Alias:
    """A name for any other type."""

    name: str
    doc: str
    type: Type

    def types(self) -> Iterator[Type]:
        """The type that it stands for."""
        yield self.type


@dataclass(slots=True)
class Event:
    """An event of a stream, told by its name."""

    name: str
    doc: str
    event: str
    data: Type

    def types(self) -> Iterator[Type]:
        """The type of its payload."""
        yield self.data


Definition: TypeAlias = Record | Alias | Event


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a method, and where it travels.

    Attributes:
        given: the expression that is passed on; its own name unless it has to be converted.
        style: how a list or mapping is written, where it is not the default of OpenAPI.
        explode: whether each of its entries is written on its own; None is the style's default.
        allow_reserved: whether reserved characters stay as they are in a query.
    """

    name: str
    wire: str
    location: Location
    kind: Kind
    type: Type
    required: bool
    nullable: bool
    docs: SchemaDocs
    given: str = ""
    style: Style | None = None
    explode: bool | None = None
    allow_reserved: bool = False


@dataclass(frozen=True, slots=True)
class Response:
    """What an operation returns.

    Attributes:
        type: of the JSON; for a stream, of its events.
        accept: media types that are asked for.
        maybe_empty: whether one of several successes has no body.
        stream_class: the hand-written class of a stream, where there is one.
    """

    returns: Returns
    type: Type
    accept: str = "application/json"
    maybe_empty: bool = False
    stream_class: str = ""
    stream_end: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pagination:
    """How a list is walked: its style, the key of its entries, their type, the method's name."""

    style: str
    items: str
    item: Type
    method: str


@dataclass(frozen=True, slots=True)
class ErrorResponse:
    """A documented error response."""

    status: str
    text: str


@dataclass(slots=True)
class Operation:
    """One operation, ready to be rendered.

    Attributes:
        key: method and path, by which the lock knows it.
        query: the part of the query that every call sends.
        content_type: the media type of the body, where `encoding` does not say it.
        notes: what is left to `options`, in whole sentences.
    """

    key: str
    tag: str
    method: str
    http: str
    path: str
    query: tuple[tuple[str, str], ...]
    summary: str
    description: str
    arguments: list[Argument]
    response: Response
    encoding: Encoding = "json"
    content_type: str = ""
    idempotent: bool = False
    auth: Auth = "key"
    scope: str = ""
    paging: Pagination | None = None
    errors: list[ErrorResponse] = field(default_factory=list)
    deprecated: bool = False
    provenance: str = ""
    source: str = ""
    client_method: str = ""
    notes: list[str] = field(default_factory=list)

    @property
    def id(self) -> str:
        """How errors, logs and the manifest name it."""
        return f"{self.tag}.{self.method}"

    def types(self) -> Iterator[Type]:
        """All types it mentions."""
        yield from (argument.type for argument in self.arguments)
        yield self.response.type
        if self.paging:
            yield self.paging.item


@dataclass(slots=True)
class Tag:
    """The operations of a resource class.

    Attributes:
        name: attribute and module; `wire` is the tag in the document.
        class_name: of the blocking class; the other has `Async` before it.
        package: the distribution that it belongs to; empty where there is one package only.
    """

    name: str
    wire: str
    class_name: str
    description: str
    package: str = ""
    operations: list[Operation] = field(default_factory=list)


@dataclass(slots=True)
class Api:
    """All of a document.

    Attributes:
        server: the address that the document gives.
        notes: what it says and the SDK does not do by itself.
    """

    title: str
    version: str
    server: str
    tags: list[Tag]
    definitions: dict[str, Definition]
    notes: Notes

    def operations(self) -> Iterator[Operation]:
        """All operations, tag by tag."""
        for tag in self.tags:
            yield from tag.operations


def reachable(
    definitions: Mapping[str, Definition], types: Iterable[Type]
) -> dict[str, Definition]:
    """The definitions that types lead to, by name."""
    open_ = {name for type_ in types for name in names_in(type_) if name in definitions}
    found: set[str] = set()
    while open_:
        name = open_.pop()
        found.add(name)
        mentioned = {n for type_ in definitions[name].types() for n in names_in(type_)}
        open_ |= mentioned - found
    return {name: definitions[name] for name in sorted(found)}


def nullable(definitions: Mapping[str, Definition], type_: Type) -> bool:
    """Whether a value may be null, also by way of an alias."""
    return is_optional(expand(definitions, type_))


def without_files(definitions: Mapping[str, Definition], type_: Type) -> Type:
    """The type where no file can be: in JSON and in a query, the content of one is a string."""
    if isinstance(expand(definitions, type_), Binary):
        return STR
    if isinstance(type_, ListOf):
        return ListOf(without_files(definitions, type_.item))
    if isinstance(type_, DictOf):
        return DictOf(without_files(definitions, type_.value))
    if isinstance(type_, Union):
        return union(*(without_files(definitions, member) for member in type_.members))
    return type_


def expand(definitions: Mapping[str, Definition], type_: Type) -> Type:
    """What stands behind the name of an alias; a type that is no alias as it is."""
    seen: set[str] = set()
    while isinstance(type_, Named) and type_.name not in seen:
        definition = definitions.get(type_.name)
        if not isinstance(definition, Alias):
            return type_
        seen.add(type_.name)
        type_ = definition.type
    return type_
