"""Check the arguments of a method and encode them as parts of a request."""

from __future__ import annotations

import functools
import json
import math
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeGuard
from urllib.parse import quote, unquote

from ._errors import InvalidArgumentError
from ._headers import COOKIE_OCTETS, add_cookie
from ._operation import Kind, Operation, Param, Style
from ._unset import UNSET

if TYPE_CHECKING:
    from decimal import Decimal
    from uuid import UUID

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_PLACEHOLDER = re.compile(r"{([^{}]+)}")
_ENCODED = re.compile(r"(%[0-9A-Fa-f]{2})")
_MARK = re.compile(r'"[0-9a-f]{32}"')
_RESERVED = ":/?@!$'()*,;="
_quote = functools.partial(quote, safe="")

# Between the entries of a value, and before the first of them (RFC 6570, sections 3.2.5 to 3.2.7).
_SEPARATOR: dict[Style, str] = {
    "label": ".",
    "matrix": ";",
    "spaceDelimited": " ",
    "pipeDelimited": "|",
}
_PREFIX: dict[Style, str] = {"label": ".", "matrix": ";"}

_EXPECTED: dict[Kind, str] = {
    "string": "a string",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "True or False",
    "array": "a list",
    "object": "a mapping",
    "datetime": "a datetime with a time zone, or an ISO 8601 string",
    "date": "a date, or an ISO 8601 string",
    "file": "a path, bytes, a binary file object or a File",
    "any": "a value",
}


@dataclass(slots=True)
class RequestParts:
    """The arguments of one call, by their location in the request."""

    path: str
    identifier: str | None = None
    query: list[tuple[str, str]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    fields: dict[str, Any] = field(default_factory=dict)
    body: Any = UNSET


def bind(operation: Operation[object], arguments: Mapping[str, Any]) -> RequestParts:
    """Check each argument and place it at its location in the request."""
    segments: dict[str, str] = {}
    parts = RequestParts(operation.path, query=list(operation.query))
    for name, given in arguments.items():
        param, value = operation.params[name], plain(given)
        wire = name if param.wire is None else param.wire
        if param.location == "path":
            segments[wire] = path_segment(name, value, param)
            parts.identifier = str(value)
        elif not _is_absent(name, value, param):
            if value is not None:
                check(name, value, param.kind)
                _check_single(name, value, param)
            _place(parts, operation, param, name, wire, value)
    if segments:
        parts.path = _PLACEHOLDER.sub(lambda match: segments[match[1]], operation.path)
    return parts


def _place(
    parts: RequestParts,
    operation: Operation[object],
    param: Param,
    name: str,
    wire: str,
    value: Any,
) -> None:
    """Add a value to the query, the headers or the body."""
    if param.location == "query":
        parts.query.extend(styled_query(wire, value, param))
    elif param.location in {"field", "optional_field"}:
        parts.fields[wire] = value
    elif param.location == "header":
        parts.headers[wire] = header_value(name, value, explode=bool(param.explode))
    elif param.location == "cookie":
        add_cookie(parts.headers, f"{wire}={cookie_value(name, value)}")
    elif operation.encoding in {"multipart", "form"}:
        parts.fields.update(value)
    else:
        parts.body = value


def plain(value: Any) -> Any:
    """The value of a member of an enum; any other value as it is."""
    return value.value if isinstance(value, Enum) and value is not UNSET else value


def _is_absent(name: str, value: Any, param: Param) -> bool:
    """Whether an argument is omitted; a required one must not be."""
    if value is UNSET or (value is None and not param.nullable):
        if param.required:
            raise _missing(name, value, param)
        return True
    return False


def _missing(name: str, value: Any, param: Param) -> InvalidArgumentError:
    return InvalidArgumentError(
        f"{name} is required: expected {_EXPECTED[param.kind]}, got {value!r}."
    )


def check(name: str, value: Any, kind: Kind) -> None:
    """Check that a value is of the kind that the contract requires."""
    if not _CHECKS[kind](value):
        raise InvalidArgumentError(
            f"{name} must be {_EXPECTED[kind]}, got {value!r:.100} ({type(value).__name__})."
        )


def _check_single(name: str, value: Any, param: Param) -> None:
    """Refuse a list where one file is taken: of `["a.txt", b"content"]`, the name would be read as a path."""
    if param.kind == "file" and isinstance(value, list) and not param.multiple:
        raise InvalidArgumentError(
            f"{name} must be one file, got a list. A name with its content is a tuple: (name, content)."
        )


def _is_string(value: Any) -> bool:
    return isinstance(value, str) or _is_uuid(value)


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    if isinstance(value, int):
        return not isinstance(value, bool)
    if isinstance(value, float):
        return math.isfinite(value)
    return _is_decimal(value) and value.is_finite()


def _is_decimal(value: object) -> TypeGuard[Decimal]:
    return isinstance(value, _loaded("decimal", "Decimal"))


def _is_uuid(value: object) -> TypeGuard[UUID]:
    return isinstance(value, _loaded("uuid", "UUID"))


def _loaded(module: str, name: str) -> Any:
    """A class whose module is not imported for a check: if it is not loaded, there are no instances."""
    return getattr(sys.modules.get(module), name, ())


def _is_array(value: Any) -> bool:
    return isinstance(value, (Sequence, Set)) and not isinstance(
        value, (str, bytes, bytearray, memoryview)
    )


def _is_datetime(value: Any) -> bool:
    if isinstance(value, datetime):
        return value.tzinfo is not None
    return isinstance(value, str)


_CHECKS: dict[Kind, Callable[[Any], bool]] = {
    "string": _is_string,
    "integer": _is_integer,
    "number": _is_number,
    "boolean": lambda value: isinstance(value, bool),
    "array": _is_array,
    "object": lambda value: isinstance(value, Mapping),
    "datetime": _is_datetime,
    "date": lambda value: isinstance(value, (str, date)) and not isinstance(value, datetime),
    "file": lambda _: True,  # checked by _uploads.py
    "any": lambda _: True,
}


def encode_segment(name: str, value: Any) -> str:
    """Encode a value as one segment of a path; it cannot end the segment, the path or the host."""
    value = plain(value)
    if isinstance(value, bool) or not (isinstance(value, int) or _is_string(value)):
        raise InvalidArgumentError(
            f"{name} must be a string, got {value!r:.100} ({type(value).__name__})."
        )
    text = _digits(name, value)
    if not text:
        raise InvalidArgumentError(f"{name} is empty; expected an id.")
    if unquote(text) in {".", ".."} or _CONTROL.search(text):
        raise InvalidArgumentError(f"{name} cannot be {text!r:.100}: it would change the path.")
    return _quote(_sendable(name, text))


def path_segment(name: str, value: Any, param: Param) -> str:
    """Encode a path parameter in its style, as one segment of the path."""
    style = param.style or "simple"
    if style == "simple" and param.kind in {"string", "integer"}:
        return encode_segment(name, value)
    if value is None or value is UNSET:
        raise _missing(name, value, param)
    check(name, value, param.kind)
    wire = _quote(name if param.wire is None else param.wire)
    segment = _expand(
        value, _segment_encoder(name), style=style, explode=bool(param.explode), wire=wire
    )
    if not segment:
        raise InvalidArgumentError(f"{name} is empty; expected {_EXPECTED[param.kind]}.")
    # Twice: the text may be percent-encoded itself, for a server that decodes once too often.
    if unquote(unquote(segment)) in {".", ".."}:
        raise InvalidArgumentError(f"{name} cannot be {value!r:.100}: it would change the path.")
    return segment


def _segment_encoder(name: str) -> Callable[[Any], str]:
    def encode(value: Any) -> str:
        text = scalar(name, value, "a path")
        if _CONTROL.search(text):
            raise InvalidArgumentError(f"{name} cannot be {text!r:.100}: it would change the path.")
        return _quote(text)

    return encode


def _expand(
    value: Any,
    encode: Callable[[Any], str],
    *,
    style: Style = "simple",
    explode: bool = False,
    wire: str = "",
) -> str:
    """Expand a value by RFC 6570, as in a path; the style `matrix` writes its name on the wire, too."""
    named = f"{wire}=" if style == "matrix" else ""
    separator = _SEPARATOR.get(style, ",") if explode else ","
    if isinstance(value, Mapping):
        pairs = [(encode(key), encode(item)) for key, item in value.items()]
        named = "" if explode else named
        text = separator.join(f"{key}{'=' if explode else ','}{item}" for key, item in pairs)
    elif _is_array(value):
        between = f"{separator}{named}" if explode else separator
        text = between.join(map(encode, value))
    else:
        text = encode(value)
    return f"{_PREFIX.get(style, '')}{named}{text}" if text else ""


class EncodedStr(str):
    """The value of a query parameter whose percent-encoded form is settled."""

    __slots__ = ("encoded",)
    encoded: str

    def __new__(cls, text: str, encoded: str) -> EncodedStr:
        made = super().__new__(cls, text)
        made.encoded = encoded
        return made


def encode_query(items: Iterable[tuple[str, str]]) -> str:
    """Pairs of names and values as the query of a URL."""
    return "&".join(
        f"{_quote(name)}={value.encoded if isinstance(value, EncodedStr) else _quote(value)}"
        for name, value in items
    )


def _quote_reserved(text: str) -> str:
    """Text percent-encoded, but for what a URL takes in a query as it is.

    What is percent-encoded already stays (RFC 6570, section 3.2.3). `&`, `+`, `#`, `[` and `]` are encoded in any
    case: they would end or change the value.
    """
    return "".join(
        part if _ENCODED.fullmatch(part) else quote(part, safe=_RESERVED)
        for part in _ENCODED.split(text)
    )


def styled_query(wire: str, value: Any, param: Param) -> Iterable[tuple[str, str]]:
    """Encode a query parameter in its style, as pairs of names and values."""
    items = _styled_query(wire, value, param)
    if not param.allow_reserved:
        return items
    return [(name, EncodedStr(text, _quote_reserved(text))) for name, text in items]


def _styled_query(wire: str, value: Any, param: Param) -> Iterable[tuple[str, str]]:
    style = param.style or "form"
    explode = style == "form" if param.explode is None else param.explode
    structured = isinstance(value, Mapping) or _is_array(value)
    if style == "json" and structured:
        return [(wire, json_text(wire, value))]
    if isinstance(value, Mapping) and (param.kind == "object" or param.style):
        if style == "deepObject":
            return _deep_items(wire, value)
        if explode:
            return [pair for key, item in value.items() for pair in _entry_items(key, item)]
        value = [text for pair in value.items() for text in pair]
    elif explode or not _is_array(value) or style == "deepObject":
        return query_items(wire, value)
    separator, texts = _SEPARATOR.get(style, ","), [scalar(wire, item) for item in value]
    # A comma between entries is no part of one: there it is percent-encoded.
    between = "," if separator == "," else _quote(separator)
    encoded = between.join(map(_quote, texts))
    return [(wire, EncodedStr(separator.join(texts), encoded))] if texts else []


def _entry_items(wire: str, value: Any) -> Iterable[tuple[str, str]]:
    """Encode an entry of a mapping; one that is a mapping itself, or a list with some, as JSON text."""
    nested = _is_array(value) and any(
        isinstance(item, Mapping) or _is_array(item) for item in value
    )
    if nested or isinstance(value, Mapping):
        value = json_text(wire, value)
    return query_items(wire, value)


def _deep_items(wire: str, value: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """Encode a mapping as `name[key]=value`; one inside of it as `name[key][inner]=value`."""
    for key, item in value.items():
        place = f"{wire}[{key}]"
        yield from (
            _deep_items(place, item) if isinstance(item, Mapping) else query_items(place, item)
        )


def json_text(name: str, value: Any) -> str:
    """Encode a value as JSON text.

    Raises:
        InvalidArgumentError: JSON cannot represent it.
    """
    decimals = _Decimals()
    try:
        text = json.dumps(
            value,
            default=decimals.default,
            ensure_ascii=False,
            allow_nan=False,
            separators=(",", ":"),
        )
        text.encode()
    except InvalidArgumentError:
        raise
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise InvalidArgumentError(f"{name} cannot be sent as JSON: {error}.") from error
    return decimals.insert(text)


class _Decimals:
    """Writes decimals with all their digits, which `json` cannot: marks stand for them in its text."""

    def __init__(self) -> None:
        self._digits: dict[str, str] = {}

    def default(self, value: Any) -> Any:
        """Convert a value that `json` cannot encode by itself."""
        if not _is_decimal(value):
            return json_default(value)
        if not value.is_finite():
            raise InvalidArgumentError(f"JSON cannot represent {value}.")
        import uuid

        mark = uuid.uuid4().hex  # random, so that no string of the caller's can be equal
        self._digits[f'"{mark}"'] = str(value)
        return mark

    def insert(self, text: str) -> str:
        """The text with the digits in place of the marks."""
        if not self._digits:
            return text
        return _MARK.sub(lambda match: self._digits.get(match[0], match[0]), text)


def query_items(wire: str, value: Any) -> Iterable[tuple[str, str]]:
    """Encode a query parameter; a list repeats the key."""
    if not isinstance(wire, str):
        raise InvalidArgumentError(f"The name of a query parameter must be a string, got {wire!r}.")
    _sendable("The name of a query parameter", wire)
    if _is_array(value):
        return [(wire, scalar(wire, item)) for item in value]
    return [(wire, scalar(wire, value))]


def scalar(name: str, value: Any, place: str = "a query") -> str:
    """Encode a single value as text: booleans in lower case, dates and times in ISO 8601."""
    value = plain(value)
    if isinstance(value, str):
        return _sendable(name, value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, date):
        return _iso(value)
    if _is_uuid(value) or _is_number(value):
        return _digits(name, value)
    raise InvalidArgumentError(
        f"{name} cannot be sent in {place}: {value!r:.100} ({type(value).__name__})."
    )


def _iso(value: date) -> str:
    """A date or time in ISO 8601; a time without its zone means another moment on another machine."""
    if isinstance(value, datetime) and value.tzinfo is None:
        raise InvalidArgumentError(f"{value!r} has no time zone; use datetime.now(UTC).")
    return value.isoformat()


def _sendable(name: str, text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise InvalidArgumentError(
            f"{name} contains a character that cannot be encoded as UTF-8."
        ) from None
    return text


def _digits(name: str, value: Any) -> str:
    try:
        return str(value)
    except ValueError:  # Python's limit of digits
        raise InvalidArgumentError(f"{name} has too many digits.") from None


def header_value(name: str, value: Any, *, explode: bool = False) -> str:
    """Encode an argument that is sent as a header; entries of a list or mapping are joined by commas."""
    text = _expand(value, lambda item: scalar(name, item, "a header"), explode=explode)
    if _CONTROL.search(text) or not text.isascii():
        raise InvalidArgumentError(
            f"{name} is sent as a header; it must be ASCII without control characters."
        )
    return text


def cookie_value(name: str, value: Any) -> str:
    """Encode an argument that is sent as a cookie; characters that cookies exclude are percent-encoded."""
    # Entries are separated by commas, so that a comma within one is percent-encoded.
    return _expand(value, lambda item: quote(scalar(name, item, "a cookie"), safe=COOKIE_OCTETS))


def json_default(value: Any) -> Any:
    """Convert a value that `json` cannot encode by itself to one that it can."""
    if isinstance(value, date):
        return _iso(value)
    if isinstance(value, Enum):
        return value.value
    if _is_uuid(value):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    if _is_array(value):
        return list(value)
    raise InvalidArgumentError(
        f"A value cannot be sent as JSON: {value!r:.100} ({type(value).__name__})."
    )
