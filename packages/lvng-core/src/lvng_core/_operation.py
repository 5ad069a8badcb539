"""What an API operation is: the constant that generated code names and the client executes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, Generic, Literal, NamedTuple, TypeAlias, TypeVar

# Covariant, so that an operation with a precise response is accepted wherever any operation is.
T_co = TypeVar("T_co", covariant=True)
Item_co = TypeVar("Item_co", covariant=True)

Location = Literal["path", "query", "header", "cookie", "field", "optional_field", "body"]
"""Where an argument travels.

`field` is one member of the request body, `body` the whole of it. A body of `optional_field`s is sent only
when one of them is given.
"""

Kind = Literal[
    "string", "integer", "number", "boolean", "array", "object", "datetime", "date", "file", "any"
]
"""What an argument may be. It is checked before anything is sent."""

Encoding = Literal["json", "multipart", "form", "binary"]
"""How the fields of a body are written on the wire."""

Auth = Literal["key", "jwt", "public"]
"""What the operation accepts: an API key or a JWT, a JWT alone, or nothing at all."""

Security: TypeAlias = tuple[tuple[str, ...], ...]
"""Alternatives, each the names of the security schemes that it takes together; an empty one is anonymous."""

Style = Literal[
    "form", "simple", "label", "matrix", "spaceDelimited", "pipeDelimited", "deepObject", "json"
]
"""How a list or mapping outside the body is written: the styles of OpenAPI, and JSON text."""

PagingStyle = Literal["offset", "page", "cursor"]


class Unset(Enum):
    """The type of `UNSET`."""

    UNSET = "UNSET"

    def __repr__(self) -> str:
        return "UNSET"

    def __bool__(self) -> Literal[False]:
        return False


UNSET: Final = Unset.UNSET
"""Default of arguments that may be null on the wire: `UNSET` is not sent, `None` is sent as null."""


class Param(NamedTuple):
    """One argument of an operation.

    Attributes:
        wire: the name on the wire; None means the Python name is the wire's name too.
        style: how a list or mapping is written; None is the default of OpenAPI for the location.
        explode: whether each entry of a list or mapping is written on its own; None is the style's default.
    """

    location: Location
    kind: Kind = "string"
    wire: str | None = None
    required: bool = False
    nullable: bool = False
    style: Style | None = None
    explode: bool | None = None


@dataclass(frozen=True, slots=True)
class FieldEncoding:
    """How one field of a form is written, as the Encoding Object of OpenAPI says.

    Attributes:
        content_type: MIME type of its part, of a file several separated by commas; JSON is written as text.
        style: how a list or mapping is written; None for JSON text and repeated fields.
        explode: whether each entry is a field of its own; deep objects always are.
        headers: further headers of its part.
    """

    content_type: str = ""
    style: Literal["form", "spaceDelimited", "pipeDelimited", "deepObject"] | None = None
    explode: bool = True
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Operation(Generic[T_co]):
    """One operation of the API; `T_co` is the type of its JSON response (`None` where it has none)."""

    id: str
    method: str
    path: str
    params: Mapping[str, Param] = field(default_factory=dict)
    query: tuple[tuple[str, str], ...] = ()
    """The part of the query that every call sends."""
    encoding: Encoding = "json"
    encodings: Mapping[str, FieldEncoding] = field(default_factory=dict)
    """How fields of a form are written, by their names on the wire, where it is not the default."""
    idempotent: bool = False
    auth: Auth = "key"
    empty: bool = False
    """The response has no body."""
    answer: Literal["object", "array", "any"] = "object"
    """The kind of JSON at the top of the response."""
    accept: str = "application/json"
    secrets: tuple[str, ...] = ()
    """Keys of the response whose strings are secrets; their repr is masked."""
    stream_end: tuple[str, ...] = ()
    """Event names that end a stream; one that ends without any of them was cut."""
    security: Security | None = None
    """Alternatives of security schemes; None where those of the API hold."""
    server: str = ""
    """Its own server, where it has one: a URL, or a path on the host of the base URL."""
    idempotency_header: str | None = None
    """Header under which the operation may be repeated."""
    empty_statuses: Collection[int] = ()
    """Statuses of success that come without a body, where others have one."""


@dataclass(frozen=True, slots=True, eq=False)
class Paging(Generic[Item_co]):
    """How a list operation is walked page by page; `Item_co` is the type of one entry.

    Attributes:
        operation: the list operation.
        style: `offset`, `page` or `cursor`.
        items: the key of the response that holds the entries of a page.
    """

    operation: Operation[object]
    style: PagingStyle
    items: str = "data"
