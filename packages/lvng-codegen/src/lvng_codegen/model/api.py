"""The API as data, independent of OpenAPI and of any output: tags, operations, arguments, definitions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, get_args

from ..notes import Notes
from ..openapi.loader import JSON
from .security import Security, SecuritySchemes
from .servers import Server
from .types import STR, Binary, Named, Type, is_optional, mapped, names_in

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
Returns: TypeAlias = Literal["json", "none", "bytes", "sse", "lines"]


@dataclass(frozen=True, slots=True)
class SchemaDocs:
    """Documentation of values besides their type."""

    text: str = ""
    limits: str = ""
    default: str = ""
    known: tuple[str, ...] = ()
    deprecated: bool = False
    example: JSON = field(default=None, compare=False)


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
    """An event of a stream, identified by its name."""

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
    """An argument of a method, and where it is sent.

    Attributes:
        given: the expression that is passed on; its name unless it has to be converted.
        style: serialization of a list or mapping, if it is not the default of OpenAPI.
        explode: whether each entry is serialized separately; None for the style's default.
        allow_reserved: whether reserved characters are not percent-encoded in a query.
        multiple: whether a list of files is accepted.
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
    multiple: bool = False


FormStyle: TypeAlias = Literal["form", "spaceDelimited", "pipeDelimited", "deepObject"]
FORM_STYLES: dict[str, FormStyle] = {style: style for style in get_args(FormStyle)}


@dataclass(frozen=True, slots=True)
class FieldEncoding:
    """Serialization of a form field, if it is not the core's default.

    Attributes:
        content_type: content type of its part; several, separated by commas, for a file.
        style: serialization of a list or mapping.
        explode: whether each entry is a separate field.
        headers: headers of its part with a fixed value.
    """

    content_type: str = ""
    style: FormStyle | None = None
    explode: bool = True
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Response:
    """The successful response of an operation.

    Attributes:
        type: type of the JSON; for a stream, that of its events or items.
        accept: media types of the `Accept` header.
        empty_statuses: statuses without a body, if others have one.
        stream_class: the hand-written class of a stream, if there is one.
    """

    returns: Returns
    type: Type
    accept: str = "application/json"
    stream_class: str = ""
    stream_end: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    empty_statuses: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Pagination:
    """Paging of a list: its style, the key of its entries, their type, the iterator's name."""

    style: str
    items: str
    item: Type
    method: str


@dataclass(frozen=True, slots=True)
class ErrorResponse:
    """A documented error response.

    Attributes:
        text: description in the operation; empty if it only refers to a shared response.
    """

    status: str
    text: str


@dataclass(slots=True)
class Operation:
    """One operation, ready to be rendered.

    Attributes:
        key: method and path, its key in the lock of names.
        variant: media types of body and response, if it is one of several methods for them.
        query: constant part of the query.
        content_type: media type of the body, if `encoding` does not imply it.
        encodings: non-default serialization of form fields.
        security: alternatives of security schemes; None for those of the document.
        server: its own server, if it has one.
        idempotency_header: its idempotency header, if it has one.
        notes: parts that must be passed by `options`, as sentences.
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
    encodings: dict[str, FieldEncoding] = field(default_factory=dict)
    idempotent: bool = False
    auth: Auth = "key"
    scope: str = ""
    paging: Pagination | None = None
    errors: list[ErrorResponse] = field(default_factory=list)
    deprecated: bool = False
    provenance: str = ""
    source: str = ""
    client_method: str = ""
    security: Security | None = None
    server: str = ""
    idempotency_header: str = ""
    variant: str = ""
    notes: list[str] = field(default_factory=list)

    @property
    def is_documented(self) -> bool:
        """Whether the shape of its response is documented by the vendor, which is the default."""
        return self.provenance in {"", "documented", "cookbook"}

    @property
    def id(self) -> str:
        """Its name in errors, logs and the manifest."""
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
        class_name: name of the sync class; that of the async one begins with `Async`.
        package: its distribution; empty if there is only one package.
    """

    name: str
    wire: str
    class_name: str
    description: str
    package: str = ""
    operations: list[Operation] = field(default_factory=list)

    @property
    def class_names(self) -> set[str]:
        """The names of both classes."""
        return {self.class_name, f"Async{self.class_name}"}


@dataclass(slots=True)
class Api:
    """The model of a document.

    Attributes:
        servers: servers of the operations that have none of their own.
        security: the security schemes.
        notes: ignored parts of the document, and omitted operations.
        common_fields: descriptions of fields that many responses share, by name.
    """

    title: str
    version: str
    servers: list[Server]
    security: SecuritySchemes
    tags: list[Tag]
    definitions: dict[str, Definition]
    notes: Notes
    common_fields: dict[str, str] = field(default_factory=dict)

    def operations(self) -> Iterator[Operation]:
        """All operations, tag by tag."""
        for tag in self.tags:
            yield from tag.operations


def mentioned(definition: Definition) -> list[str]:
    """The names of the types to which a definition refers directly."""
    return list(dict.fromkeys(name for type_ in definition.types() for name in names_in(type_)))


def mentioning(definitions: Mapping[str, Definition]) -> dict[str, list[str]]:
    """The names of the definitions that refer to a type, by its name."""
    found: dict[str, list[str]] = {}
    for name, definition in definitions.items():
        for other in mentioned(definition):
            found.setdefault(other, []).append(name)
    return found


def reachable(
    definitions: Mapping[str, Definition], types: Iterable[Type]
) -> dict[str, Definition]:
    """The definitions reachable from types, by name."""
    open_ = {name for type_ in types for name in names_in(type_) if name in definitions}
    found: set[str] = set()
    while open_:
        name = open_.pop()
        found.add(name)
        open_.update(other for other in mentioned(definitions[name]) if other not in found)
    return {name: definitions[name] for name in sorted(found)}


def used_by(
    definitions: Mapping[str, Definition], operations: Iterable[Operation]
) -> dict[str, Definition]:
    """The definitions reachable from operations, by name."""
    return reachable(definitions, (type_ for one in operations for type_ in one.types()))


def record_of(definitions: Mapping[str, Definition], type_: Type) -> Record | None:
    """The record of a type, directly or by an alias."""
    plain = expand(definitions, type_)
    found = definitions.get(plain.name) if isinstance(plain, Named) else None
    return found if isinstance(found, Record) else None


def nullable(definitions: Mapping[str, Definition], type_: Type) -> bool:
    """Whether a value may be null, directly or by an alias."""
    return is_optional(expand(definitions, type_))


def without_files(definitions: Mapping[str, Definition], type_: Type) -> Type:
    """The type with files replaced by strings, as in JSON and in a query."""
    return mapped(
        type_, lambda part: STR if isinstance(expand(definitions, part), Binary) else None
    )


def expand(definitions: Mapping[str, Definition], type_: Type) -> Type:
    """Resolve an alias; any other type is unchanged."""
    seen: set[str] = set()
    while isinstance(type_, Named) and type_.name not in seen:
        definition = definitions.get(type_.name)
        if not isinstance(definition, Alias):
            return type_
        seen.add(type_.name)
        type_ = definition.type
    return type_
