"""What an API operation is: the constant that generated code names and the client executes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, Generic, Literal, NamedTuple, TypeVar

# Covariant, so that an operation with a precise response is accepted wherever any operation is.
T_co = TypeVar("T_co", covariant=True)
Item_co = TypeVar("Item_co", covariant=True)

Location = Literal["path", "query", "header", "field", "body"]
"""Where an argument travels: `field` is one member of the request body, `body` the whole of it."""

Kind = Literal[
    "string", "integer", "number", "boolean", "array", "object", "datetime", "date", "file", "any"
]
"""What an argument may be. It is checked before anything is sent."""

Encoding = Literal["json", "multipart", "form", "binary"]
"""How the fields of a body are written on the wire."""

Auth = Literal["key", "jwt", "public"]
"""What the operation accepts: an API key or a JWT, a JWT alone, or nothing at all."""

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

    `wire` is the name on the wire; empty means the Python name is the wire's name too.
    """

    location: Location
    kind: Kind = "string"
    wire: str = ""
    required: bool = False
    nullable: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Operation(Generic[T_co]):
    """One operation of the API; `T_co` is the type of its JSON response (`None` where it has none)."""

    id: str
    method: str
    path: str
    params: Mapping[str, Param] = field(default_factory=dict)
    encoding: Encoding = "json"
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
