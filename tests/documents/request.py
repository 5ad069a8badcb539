"""A request on the wire, compared with what a document says of the values that were given."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import quote, unquote, unquote_plus

from support.scripted_server import Seen

from .reading import Data, Operation, Parameter, Reading

ABSENT: Any = object()
_FORM = "application/x-www-form-urlencoded"
_RESERVED = ":/?@"
# Schemes of HTTP that a client of the caller's carries out.
_EXCHANGES = {"digest", "mutual", "negotiate"}
_PATH_SAFE = "/:@!$&'()*+,;=~%"


@dataclass
class Given:
    """The values of one call: of each parameter that has one, and of the body."""

    parameters: dict[Parameter, Any] = field(default_factory=dict)
    media_type: str = ""
    body: Any = ABSENT


def essence(media_type: str) -> str:
    """A media type without its parameters."""
    return media_type.partition(";")[0].strip().lower()


def is_json(media_type: str) -> bool:
    """Whether a media type is one of JSON texts."""
    kind = essence(media_type)
    return kind in {"application/json", "text/json"} or kind.endswith("+json")


def text(value: Any) -> str:
    """A single value as it is written in a URL."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "null" if value is None else str(value)


class Mismatch(AssertionError):
    """The request differs from the document."""


class Check:
    """Compares one request.

    Args:
        reading: the document.
        operation: the operation that was called.
        given: the values.
        credentials: one for each security scheme.
        strict: whether a content type must not be sent where there is no body.
    """

    def __init__(
        self,
        reading: Reading,
        operation: Operation,
        given: Given,
        credentials: Mapping[str, str],
        *,
        strict: bool = True,
    ) -> None:
        self.reading, self.operation, self.given = reading, operation, given
        self.credentials, self.strict = credentials, strict

    def request(self, seen: Seen) -> None:
        """Raise `Mismatch` where the request is not what the document says."""
        raw_path, _, raw_query = seen.target.partition("?")
        pairs = (part.partition("=") for part in raw_query.split("&") if part)
        cookies = (part.strip().partition("=") for part in (seen.header("cookie") or "").split(";"))
        self.pairs = [(unquote_plus(name), value) for name, _, value in pairs]
        self.cookies = {name: value for name, _, value in cookies if name}
        self.headers = {name.lower(): value for name, value in seen.headers}
        _same("method", seen.method, self.operation.method)
        self._path(raw_path)
        for parameter, value in self.given.parameters.items():
            self._parameter(parameter, value)
        self._fixed()
        self._security()
        self._nothing_else()
        self._body(seen)

    # Parameters

    def _path(self, raw: str) -> None:
        template = self.operation.prefix + self.operation.path
        statics, names = re.split(r"{[^{}]*}", template), re.findall(r"{([^{}]*)}", template)
        pattern = "([^/]*?)".join(re.escape(quote(one, safe=_PATH_SAFE)) for one in statics)
        found = re.fullmatch(pattern, raw)
        if not found:
            raise Mismatch(f"path {raw}, expected {template}")
        values = {one.name: one for one in self.given.parameters if one.place == "path"}
        for name, part in zip(names, found.groups(), strict=True):
            value = self.given.parameters[values[name]]
            _same(f"path parameter {name}", _in_path(part, values[name], value), _texts(value))

    def _parameter(self, parameter: Parameter, value: Any) -> None:
        name, where = parameter.name, f"{parameter.place} parameter {parameter.name}"
        if parameter.place == "header":
            found = self.headers.pop(name.lower(), "")
            if parameter.media_type and is_json(parameter.media_type):
                _same(where, json.loads(found), _parsed(value))
            else:
                _same(where, _split(found, ",", value, parameter.explode, str), _texts(value))
        elif parameter.place == "cookie":
            found = self.cookies.pop(name, "")
            _same(where, _split(found, ",", value, False, unquote), _texts(value))
        elif parameter.place == "query":
            self._query(where, parameter, value)
        elif parameter.place == "querystring":
            for key, one in value.items():
                _same(f"{where}: {key}", self._plain(key, one), _repeated(one))

    def _query(self, where: str, parameter: Parameter, value: Any) -> None:
        name = parameter.name
        if parameter.media_type:
            found = [unquote_plus(one) for one in self._take(name)]
            wanted = text(value)
            if is_json(parameter.media_type):
                found, wanted = [json.loads(one) for one in found], _parsed(value)
            _same(where, found, [wanted])
        elif parameter.style == "deepObject" and isinstance(value, dict):
            for place, one in _deep(name, value):
                _same(place, self._plain(place, one), _repeated(one))
        elif isinstance(value, (dict, list)) and self.reading.is_union(parameter.schema):
            # No style says how a server would tell the alternatives apart.
            _same(where, [json.loads(one) for one in self._plain(name, "")], [value])
        elif isinstance(value, dict) and parameter.explode:
            for key, one in value.items():
                _same(f"{where}: {key}", self._plain(key, one), _repeated(one))
        elif parameter.explode or not isinstance(value, (list, dict)) or _is_nested(value):
            if parameter.reserved:
                self._reserved(where, name)
            _same(where, self._plain(name, value), _repeated(value))
        else:
            between = {"spaceDelimited": "%20", "pipeDelimited": "%7C"}.get(parameter.style, ",")
            (joined,) = self._take(name) or [""]
            _same(where, _split(joined, between, value, False, unquote_plus), _texts(value))

    def _reserved(self, where: str, name: str) -> None:
        encoded = [quote(char, safe="") for char in _RESERVED]
        for key, raw in self.pairs:
            if key == name and any(one in raw for one in encoded):
                raise Mismatch(f"{where}: reserved characters are encoded: {raw}")

    def _plain(self, name: str, value: Any) -> list[Any]:
        """The values of a name in the query; JSON texts are parsed."""
        found = [unquote_plus(one) for one in self._take(name)]
        as_json = _is_nested(value) or isinstance(value, dict)
        return [json.loads(one) for one in found] if as_json else found

    def _take(self, name: str) -> list[str]:
        found = [value for key, value in self.pairs if key == name]
        self.pairs = [one for one in self.pairs if one[0] != name]
        return found

    def _fixed(self) -> None:
        given = {
            one.name: value for one, value in self.given.parameters.items() if one.place == "path"
        }
        for name, value in self.operation.query:
            wanted = text(given[value[1:-1]]) if value[:1] == "{" else value
            _same(f"fixed query {name}", [unquote_plus(one) for one in self._take(name)], [wanted])

    # Security

    def _security(self) -> None:
        sent = {
            name
            for name in self.credentials
            if self._place(name)[0] != "transport" and self._has(name)
        }
        allowed = self.operation.security
        if allowed is None:
            return
        # Schemes that are sent in the same place cannot be told apart by it.
        places = {name: self._place(name) for name in self.credentials}
        places = {name: place for name, place in places.items() if place[0] != "transport"}
        wanted = [{places[name] for name in one if name in places} for one in allowed]
        if {places[name] for name in sent} not in wanted:
            raise Mismatch(f"security: {sorted(sent)} is sent, expected one of {allowed}")

    def _place(self, name: str) -> tuple[str, str]:
        scheme = self.reading.schemes[name]
        if scheme["type"] == "apiKey":
            return scheme["in"], scheme["name"].lower()
        if scheme["type"] == "mutualTLS" or scheme.get("scheme", "").lower() in _EXCHANGES:
            return "transport", ""
        return "header", "authorization"

    def _has(self, name: str) -> bool:
        """Whether the credential of a scheme is in the request, or a parameter in its place."""
        scheme, credential = self.reading.schemes[name], self.credentials[name]
        place, wire = self._place(name)
        if (place, wire) in {(one.place, one.name.lower()) for one in self.given.parameters}:
            return True
        if place == "query":
            return [unquote_plus(value) for key, value in self.pairs if key.lower() == wire] == [
                credential
            ]
        if place == "cookie":
            return any(
                unquote(value) == credential
                for key, value in self.cookies.items()
                if key.lower() == wire
            )
        found = self.headers.get(wire, "")
        if scheme["type"] == "apiKey":
            return found == credential
        if scheme["type"] == "http" and scheme["scheme"].lower() == "basic":
            return found == f"Basic {base64.b64encode(credential.encode()).decode()}"
        if scheme["type"] == "http" and scheme["scheme"].lower() != "bearer":
            return found == f"{scheme['scheme']} {credential}"
        return found == f"Bearer {credential}"

    def _nothing_else(self) -> None:
        places = {self._place(name) for name in self.credentials}
        # A client may send the default of what was not given.
        defaults = {one.name for one in self.operation.parameters if self._has_default(one)}
        extra = [
            name
            for name, _ in self.pairs
            if ("query", name.lower()) not in places and name not in defaults
        ]
        places |= {(one.place, one.name.lower()) for one in self.given.parameters}
        if ("header", "cookie") not in places:
            extra += [name for name in self.cookies if ("cookie", name.lower()) not in places]
        if extra:
            raise Mismatch(f"the request has what the document does not say: {extra}")

    def _has_default(self, parameter: Parameter) -> bool:
        return "default" in self.reading.merged(parameter.schema)

    # Bodies

    def _body(self, seen: Seen) -> None:
        sent, value = seen.header("content-type") or "", self.given.body
        if value is ABSENT:
            # An empty form has no content either.
            kinds = {"", _FORM} & {"", *map(essence, self.operation.bodies)}
            allowed = essence(sent) in kinds or not self.strict
            _same("body", (seen.body, allowed), (b"", True))
            return
        kind = essence(self.given.media_type)
        if "*" not in kind:
            _same("content type", essence(sent), kind)
        if is_json(sent):
            _same("body", json.loads(seen.body), value)
        elif kind == _FORM:
            parts = seen.body.decode().split("&")
            pairs = [tuple(part.partition("=")[::2]) for part in parts if part]
            fields = [(unquote_plus(name), raw) for name, raw in pairs]
            self._form(value, [_Field(name, raw, True) for name, raw in fields])
        elif kind == "multipart/form-data":
            self._form(value, list(_parts(sent, seen.body)))
        else:
            _same("body", seen.body, value if isinstance(value, bytes) else value.encode())

    def _form(self, value: Data, fields: list[_Field]) -> None:
        encodings = self.reading.resolve(self.operation.bodies[self.given.media_type]).get(
            "encoding", {}
        )
        for name, one in value.items():
            for key, wanted in _form_values(name, one, encodings.get(name, {})):
                found = [field for field in fields if field.name == key]
                fields = [field for field in fields if field.name != key]
                _same(
                    f"form field {key}",
                    [field.like(wanted[0] if wanted else "") for field in found],
                    wanted,
                )
        if fields:
            raise Mismatch(f"the form has what was not given: {[field.name for field in fields]}")


@dataclass
class _Field:
    """A field of a form as it was sent."""

    name: str
    raw: Any
    encoded: bool

    def like(self, wanted: Any) -> Any:
        """The value in the form of the one that is expected: bytes, text, JSON, or joined texts."""
        if isinstance(wanted, bytes):
            return self.raw if isinstance(self.raw, bytes) else self.raw.encode("latin-1")
        raw = self.raw if isinstance(self.raw, str) else self.raw.decode()
        if isinstance(wanted, tuple):
            separator, value = wanted
            between = "%20" if self.encoded and separator == " " else separator
            return separator, _split(
                raw, between, value, False, unquote_plus if self.encoded else str
            )
        decoded = unquote_plus(raw) if self.encoded else raw
        return decoded if isinstance(wanted, str) else json.loads(decoded)


def _form_values(name: str, value: Any, encoding: Data) -> Iterator[tuple[str, list[Any]]]:
    """The fields that a property is sent as."""
    if {"style", "explode"} & encoding.keys() and not isinstance(value, (str, bytes, int, float)):
        style = encoding.get("style", "form")
        explode = encoding.get("explode", style == "form")
        if style == "deepObject":
            for place, one in _deep(name, value):
                yield place, _repeated(one)
        elif explode and isinstance(value, dict):
            for key, one in value.items():
                yield key, _repeated(one)
        elif explode:
            yield name, _repeated(value)
        else:
            separator = {"spaceDelimited": " ", "pipeDelimited": "|"}.get(style, ",")
            yield name, [(separator, _texts(value))]
    elif is_json(encoding.get("contentType", "")):
        yield name, [_Json(value)] if isinstance(value, (str, list)) else [value]
    elif isinstance(value, list):
        yield name, [one if isinstance(one, (bytes, dict)) else text(one) for one in value]
    elif isinstance(value, (dict, bytes)):
        yield name, [value]
    else:
        yield name, [text(value)]


class _Json:
    """A value whose JSON text is sent, also where it is a string."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return bool(self.value == other)

    def __repr__(self) -> str:
        return f"JSON of {self.value!r}"


def _parts(content_type: str, body: bytes) -> Iterator[_Field]:
    message = BytesParser(policy=HTTP).parsebytes(
        b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body
    )
    boundary = message.get_boundary()
    assert boundary, content_type
    # By hand, because the parser of emails changes the ends of lines.
    for part in body.split(b"--" + boundary.encode())[1:-1]:
        head, _, content = part.removeprefix(b"\r\n").removesuffix(b"\r\n").partition(b"\r\n\r\n")
        found = re.search(rb'(?i)content-disposition: form-data; name="([^"]*)"', head)
        assert found, head
        # Quotes as HTML has them, backslashes as in a quoted string of HTTP: what httpx writes.
        name = found[1].decode().replace("%22", '"').replace("\\\\", "\\")
        yield _Field(name, content, False)


# Values


def _parsed(value: Any) -> Any:
    """A value whose JSON text is sent; strings are given as that text."""
    return json.loads(value) if isinstance(value, str) else value


def _is_nested(value: Any) -> bool:
    """Whether a list has entries that no style can write, so that JSON text is sent."""
    return isinstance(value, list) and any(isinstance(one, (list, dict)) for one in value)


def _repeated(value: Any) -> list[Any]:
    """A value as the values of one name."""
    if isinstance(value, dict) or _is_nested(value):
        return [value]
    return [text(one) for one in value] if isinstance(value, list) else [text(value)]


def _texts(value: Any) -> Any:
    if isinstance(value, list):
        return [text(one) for one in value]
    if isinstance(value, dict):
        return {key: text(one) for key, one in value.items()}
    return text(value)


def _deep(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """The names of a deep object, and the value of each; in forms lists are written by their numbers."""
    for key, one in value.items() if isinstance(value, dict) else enumerate(value):
        place = f"{name}[{key}]"
        if isinstance(one, dict):
            yield from _deep(place, one)
        else:
            yield place, one


def _split(raw: str, separator: str, value: Any, explode: bool, decode: Any) -> Any:
    """A text read in the form that a value has: of one, a list, or a mapping."""
    if isinstance(value, list):
        return [decode(one) for one in raw.split(separator)]
    if isinstance(value, dict):
        parts = raw.split(separator)
        if explode:
            pairs = [one.partition("=")[::2] for one in parts]
        else:
            pairs = list(zip(parts[::2], parts[1::2], strict=False))
        return {decode(key): decode(one) for key, one in pairs}
    return decode(raw)


def _in_path(raw: str, parameter: Parameter, value: Any) -> Any:
    """A part of a path read by its style (RFC 6570)."""
    style, explode = parameter.style, parameter.explode
    if style == "simple":
        return _split(raw, ",", value, explode, unquote)
    if style == "label":
        return _split(raw.removeprefix("."), "." if explode else ",", value, explode, unquote)
    name = f"{parameter.name}="
    if not explode or not isinstance(value, (list, dict)):
        return _split(raw.removeprefix(f";{name}"), ",", value, False, unquote)
    if isinstance(value, list):
        return [unquote(one.removeprefix(name)) for one in raw.removeprefix(";").split(";")]
    return _split(raw.removeprefix(";"), ";", value, True, unquote)


def _same(where: str, found: object, wanted: object) -> None:
    if found != wanted:
        raise Mismatch(f"{where}: sent {found!r:.300}, expected {wanted!r:.300}")
