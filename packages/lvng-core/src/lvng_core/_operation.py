"""API operations as data: constants in the generated code, executed by a client."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Generic, Literal, NamedTuple, TypeAlias, TypeVar

# Covariant, so that an operation with a precise response is accepted wherever any operation is.
T_co = TypeVar("T_co", covariant=True)
Item_co = TypeVar("Item_co", covariant=True)

Location = Literal["path", "query", "header", "cookie", "field", "optional_field", "body"]
"""Where an argument is sent: `field` is a member of the request body, `body` the complete body.

A body of `optional_field`s is sent only if one of them is given.
"""

Kind = Literal[
    "string", "integer", "number", "boolean", "array", "object", "datetime", "date", "file", "any"
]
"""Type of an argument, checked before anything is sent."""

Encoding = Literal["json", "multipart", "form", "binary"]
"""Encoding of the request body."""

Auth = Literal["key", "jwt", "public"]
"""Authentication of an operation: an API key or a JWT, a JWT only, or none."""

Security: TypeAlias = tuple[tuple[str, ...], ...]
"""Alternatives: each names the security schemes that are required together; an empty one needs no credentials."""

Style = Literal[
    "form", "simple", "label", "matrix", "spaceDelimited", "pipeDelimited", "deepObject", "json"
]
"""Serialization of a list or mapping outside the body: the styles of OpenAPI, and JSON text."""

PagingStyle = Literal["offset", "page", "cursor"]
"""Paging style of a list operation."""


class Param(NamedTuple):
    """One argument of an operation.

    Attributes:
        location: where it is sent.
        kind: its type.
        wire: its name in the request; None (default) for the Python name.
        required: whether it must be given; default False.
        nullable: whether it may be null; default False.
        style: serialization of a list or mapping; None (default) for the default of OpenAPI at the location.
        explode: whether each entry of a list or mapping is serialized separately; None (default) for the default of
            the style.
        allow_reserved: whether reserved characters are not percent-encoded in a query; default False.
        multiple: whether a list of files is accepted; default False.
    """

    location: Location
    kind: Kind = "string"
    wire: str | None = None
    required: bool = False
    nullable: bool = False
    style: Style | None = None
    explode: bool | None = None
    allow_reserved: bool = False
    multiple: bool = False


@dataclass(frozen=True, slots=True)
class FieldEncoding:
    """Serialization of one field of a form: the Encoding Object of OpenAPI.

    Attributes:
        content_type: MIME type of its part; for a file, several may be separated by commas. JSON is sent as text.
        style: serialization of a list or mapping; None for JSON text and repeated fields.
        explode: whether each entry is a separate field; entries of deep objects always are.
        headers: additional headers of its part.
    """

    content_type: str = ""
    style: Literal["form", "spaceDelimited", "pipeDelimited", "deepObject"] | None = None
    explode: bool = True
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Operation(Generic[T_co]):
    """An operation of the API; `T_co` is the type of its JSON response, `None` if it has none.

    Attributes:
        id: tag and name, such as `workflows.list`.
        method: HTTP method.
        path: path with placeholders, such as `/api/v2/workflows/{id}`.
        params: arguments by their Python names.
        encoding: encoding of the request body; default `json`.
        idempotent: whether it may be retried when the server may have received it; default False.
        auth: credential that it accepts; default `key`.
        empty: whether the response has no body; default False.
        response_type: type of JSON value of the response; default `object`.
        accept: media type of the response; default `application/json`.
        inferred: whether the shape of the response is inferred rather than documented: a successful response of
            another shape is then returned unchanged and reported by `drift`; default False.
        deprecated: whether a call issues a `DeprecationWarning`; default False.
        secrets: keys of the response whose values are secret; their repr is masked.
        stream_end: names of the events that end a stream; a stream without any of them was cut off.
    """

    id: str
    method: str
    path: str
    params: Mapping[str, Param] = field(default_factory=dict)
    query: tuple[tuple[str, str], ...] = ()
    """The constant part of the query."""
    encoding: Encoding = "json"
    encodings: Mapping[str, FieldEncoding] = field(default_factory=dict)
    """Non-default serialization of form fields, by their names in the request.

    The name of a binary body is empty.
    """
    idempotent: bool = False
    auth: Auth = "key"
    empty: bool = False
    response_type: Literal["object", "array", "any"] = "object"
    accept: str = "application/json"
    inferred: bool = False
    deprecated: bool = False
    secrets: tuple[str, ...] = ()
    stream_end: tuple[str, ...] = ()
    security: Security | None = None
    """Alternatives of security schemes; None for those of the API."""
    server: str = ""
    """URL of its own server, or a path relative to the host of the base URL; empty for the base URL."""
    idempotency_header: str | None = None
    """Name of its idempotency header."""
    empty_statuses: Collection[int] = ()
    """Successful statuses without a body, if others have one."""


@dataclass(frozen=True, slots=True, eq=False)
class Paging(Generic[Item_co]):
    """The paging of a list operation; `Item_co` is the type of an entry.

    Attributes:
        operation: the list operation.
        style: `offset`, `page` or `cursor`.
        items: key of the response with the entries of a page; default `data`.
    """

    operation: Operation[object]
    style: PagingStyle
    items: str = "data"
