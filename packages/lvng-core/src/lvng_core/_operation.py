"""What an API operation is: the constant that generated code names and the client executes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, Generic, Literal, NamedTuple, TypeVar

# Covariant, so that an operation with a precise answer stands wherever any operation does.
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
        allow_reserved: whether the reserved characters of a URL stay as they are in a query.
    """

    location: Location
    kind: Kind
    wire: str | None = None
    required: bool = False
    nullable: bool = False
    style: Style | None = None
    explode: bool | None = None
    allow_reserved: bool = False


@dataclass(frozen=True, slots=True)
class Operation(Generic[T_co]):
    """One operation of the API; `T_co` is the type of its JSON answer (`None` where it has none)."""

    id: str
    method: str
    path: str
    params: Mapping[str, Param] = field(default_factory=dict)
    query: tuple[tuple[str, str], ...] = ()
    """The part of the query that every call sends."""
    encoding: Encoding = "json"
    idempotent: bool = False
    auth: Auth = "key"
    empty: bool = False
    """The answer has no body."""
    maybe_empty: bool = False
    """A success may have no body; the answer is then `None`."""
    answer: Literal["object", "array", "any"] = "object"
    """What the JSON of the answer is at its top."""
    accept: str = "application/json"
    secrets: tuple[str, ...] = ()
    """Keys of the answer whose strings are secrets; their repr is masked."""
    stream_end: tuple[str, ...] = ()
    """Event names that end a stream; one that ends without any of them was cut."""


@dataclass(frozen=True, slots=True)
class Paging(Generic[Item_co]):
    """How a list operation is walked page by page; `Item_co` is the type of one entry.

    Attributes:
        operation: the list operation.
        style: `offset`, `page` or `cursor`.
        items: the key of the answer that holds the entries of a page.
    """

    operation: Operation[object]
    style: PagingStyle
    items: str = "data"
