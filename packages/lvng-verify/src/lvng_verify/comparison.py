"""Compare observations with the contract: a finding for each difference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from .contract import Contract, Operation, Schema, types_of
from .observations import Observation
from .shapes import FORMATS, LENGTHS, Shape

MISSING = "missing-field"
NOT_SEEN = "not-seen"
UNKNOWN = "unknown-field"
TYPE = "type"
FORMAT = "format"
VALUE = "value"
ENVELOPE = "envelope"
MEDIA_TYPE = "media-type"
STATUS = "status"
NOT_THERE = "not-there"
NOT_ALLOWED = "not-allowed"
UNDOCUMENTED = "unknown-operation"

NO_DIFFERENCE = frozenset({NOT_ALLOWED, NOT_SEEN})
"""Kinds that need not mean a difference: another key may be allowed, an optional field may be in other records."""

_NOT_ALLOWED = (401, 403)
_NOT_THERE = (404, 405, 410, 501)
_CONTAINERS = frozenset({"object", "array"})
_SEVERAL = frozenset(LENGTHS[2:])


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One difference.

    Attributes:
        operation: id of the operation; method and path if it is not in the contract.
        kind: one of the constants of this module.
        detail: the difference as a sentence.
    """

    operation: str
    kind: str
    detail: str

    def to_json(self) -> dict[str, str]:
        """The finding as an object with `operation`, `kind` and `detail`."""
        return asdict(self)


def compare(observation: Observation, contract: Contract) -> list[Finding]:
    """The differences between an observation and the contract."""
    if observation.operation is None:
        where = f"{observation.method} {observation.path}"
        return [Finding(where, UNDOCUMENTED, "the contract does not have this operation")]
    operation = contract.operations[observation.operation]
    found = _differences(observation, operation, contract)
    return [Finding(operation.id, kind, detail) for kind, detail in found]


def _differences(
    observation: Observation, operation: Operation, contract: Contract
) -> Iterator[tuple[str, str]]:
    status = observation.status
    documented = operation.responses.get(str(status))
    if status in _NOT_ALLOWED:
        yield NOT_ALLOWED, f"the status is {status}: the credentials do not allow it"
    elif status in _NOT_THERE:
        yield NOT_THERE, f"the status is {status}"
    elif documented is None or status >= 400:
        yield STATUS, f"the status is {status}, documented is {_statuses(operation)}"
    else:
        yield from _content(observation, operation, documented, contract)


def _statuses(operation: Operation) -> str:
    return " or ".join(sorted(one for one in operation.responses if one < "4"))


def _content(
    observation: Observation,
    operation: Operation,
    documented: Mapping[str, Schema | None],
    contract: Contract,
) -> Iterator[tuple[str, str]]:
    media_type = observation.media_type
    if not documented or "*/*" in documented:
        return
    expected = ", ".join(documented)
    if media_type not in documented:
        got = f"`{media_type}`" if media_type else "without a body"
        yield MEDIA_TYPE, f"the response is {got}, documented is `{expected}`"
    elif observation.unreadable:
        yield MEDIA_TYPE, f"the body is not `{media_type}`, as its header says"
    elif observation.body is None and media_type == "application/json":
        yield MEDIA_TYPE, f"the body is empty, documented is `{expected}`"
    elif observation.body is not None and media_type == "application/json":
        yield from _differences_of_body(
            observation.body, documented[media_type], operation, contract
        )


def _differences_of_body(
    body: Shape, schema: Schema | None, operation: Operation, contract: Contract
) -> Iterator[tuple[str, str]]:
    known = contract.flat(schema)
    if other := _other_envelope(body, known, contract):
        yield ENVELOPE, other
        return
    yield from _compare(body, known, "", contract)
    if operation.provenance != "observed":  # else it is known that they may be missing
        yield from _unseen(body, known, "", contract, enough="{" not in operation.path)


# Envelopes


def _other_envelope(body: Shape, known: Schema, contract: Contract) -> str:
    """The difference of the envelope, if it is a different one; else empty."""
    expected = {name: contract.flat(one) for name, one in known.get("properties", {}).items()}
    if not expected:
        return ""
    inside = _shown(expected)
    if "object" not in types_of(body):
        return f"the body is {_of_type(body)}, documented is an object with {inside}"
    given: dict[str, Shape] = body.get("properties", {})
    required = set(known.get("required", ()))
    for name, one in given.items():
        if name not in expected and required and required <= set(one.get("properties", {})):
            return f"the body has everything under `{name}`, documented is an object with {inside}"
    for name, schema in expected.items():
        if name in required and name not in given and _CONTAINERS & types_of(schema):
            content = set(schema.get("properties", {}))
            if content and len(content & given.keys()) * 2 > len(content):
                return f"the body has the fields of `{name}` at the top, documented is an object with {inside}"
            for other, one in given.items():
                if other not in expected and types_of(one) & types_of(schema) & _CONTAINERS:
                    return f"the content is under `{other}`, documented is `{name}`"
    return ""


def _shown(names: Mapping[str, Any]) -> str:
    return ", ".join(f"`{name}`" for name in names)


# Fields


def _compare(
    body: Shape, known: Schema, path: str, contract: Contract
) -> Iterator[tuple[str, str]]:
    allowed, given = types_of(known), types_of(body)
    where = f"`{path}`" if path else "the body"
    if allowed:
        others = {one for one in given if one not in allowed and not _is_number(one, allowed)}
        if others:
            yield TYPE, f"{where} is {_or(others)}, documented is {_or(allowed)}"
    if "object" in given and (not allowed or "object" in allowed):
        yield from _object(body, known, path, contract)
    if "items" in body and "items" in known and (not allowed or "array" in allowed):
        yield from _compare(body["items"], contract.flat(known["items"]), f"{path}[]", contract)
    if "string" in given and (not allowed or "string" in allowed):
        yield from _string(body, known, where)


def _object(body: Shape, known: Schema, path: str, contract: Contract) -> Iterator[tuple[str, str]]:
    expected: Mapping[str, Schema] = known.get("properties", {})
    given: Mapping[str, Shape] = body.get("properties", {})
    free = known.get("additionalProperties")
    for name in known.get("required", ()):
        if name not in given:
            yield MISSING, f"`{_join(path, name)}` is missing"
        elif name not in body.get("required", ()):
            yield MISSING, f"`{_join(path, name)}` is missing in some of the objects"
    for name, one in given.items():
        if name in expected:
            yield from _compare(one, contract.flat(expected[name]), _join(path, name), contract)
        elif expected and not free:
            yield UNKNOWN, f"`{_join(path, name)}` is not documented: {_of_type(one)}"
    if body.get("x-hidden") and expected and not free:
        inside = f"`{path}`" if path else "the body"
        yield UNKNOWN, f"{inside} has fields that are not documented; their names are not shown"
    if isinstance(free, Mapping) and "additionalProperties" in body:
        inner = body["additionalProperties"]
        yield from _compare(inner, contract.flat(free), f"{path}.*", contract)


def _unseen(
    body: Shape, known: Schema, path: str, contract: Contract, *, enough: bool
) -> Iterator[tuple[str, str]]:
    """The optional fields that nothing has, where one record alone does not tell: in several, or in what there is one of."""
    inside: dict[str, Shape] = body.get("properties", {})
    required = known.get("required", ())
    for name, one in known.get("properties", {}).items():
        where = _join(path, name)
        if name in inside:
            yield from _unseen(inside[name], contract.flat(one), where, contract, enough=enough)
        elif enough and name not in required and "object" in types_of(body):
            yield NOT_SEEN, f"`{where}` is optional, and was not seen"
    if "items" in body and "items" in known:
        several = not _SEVERAL.isdisjoint(body.get("x-length", ()))
        enough = several or (enough and "[]" in path)
        inner = contract.flat(known["items"])
        yield from _unseen(body["items"], inner, f"{path}[]", contract, enough=enough)


def _string(body: Shape, known: Schema, where: str) -> Iterator[tuple[str, str]]:
    expected, values = known.get("format"), known.get("enum")
    if (
        expected in FORMATS
        and body.get("format") != expected
        and "0" not in body.get("x-length", ())
    ):
        yield FORMAT, f"{where} has not the format `{expected}`"
    if values is not None:
        others = [one for one in body.get("enum", ()) if one not in values]
        if others or body.get("x-other"):
            shown = _shown(dict.fromkeys(others)) if others else "a value that is not shown"
            yield VALUE, f"{where} is {shown}, documented are {_shown(dict.fromkeys(values))}"


def _is_number(name: str, allowed: frozenset[str]) -> bool:
    return name == "integer" and "number" in allowed


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _of_type(body: Shape) -> str:
    return _or(types_of(body))


_ARTICLE = {
    "object": "an object",
    "array": "an array",
    "string": "a string",
    "integer": "an integer",
    "number": "a number",
    "boolean": "a boolean",
    "null": "null",
}


def _or(types: frozenset[str] | set[str]) -> str:
    return " or ".join(_ARTICLE[one] for one in sorted(types))
