"""The shape of a JSON value: a JSON Schema without values.

A shape has the keywords `type`, `properties`, `required`, `additionalProperties`, `items`, `format` and `enum` of JSON Schema,
and as extensions `x-length` (classes of lengths: `0`, `1`, `2-9`, `10-99`, `100+`), `x-map` (an object whose keys are
data and therefore omitted), `x-hidden` (there are keys that may not be written) and `x-other` (there are values
besides those of `enum`).
"""

from __future__ import annotations

import datetime
import functools
import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from .contract import Contract, Schema, types_of
from .names import is_name

Shape: TypeAlias = "dict[str, Any]"

LENGTHS = ("0", "1", "2-9", "10-99", "100+")
FORMATS = ("date-time", "date", "uuid", "email", "uri")
_MAX_DEPTH = 24
_VALUE = re.compile(r"[a-z]{2,}(?:_[a-z]{2,}){0,2}")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>.]+")
_URI = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://\S+|(?:mailto|data|urn):\S+")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)")


def shape(value: Any, schema: Schema | None, contract: Contract) -> Shape:
    """The shape of a value.

    Args:
        value: parsed JSON.
        schema: its schema in the contract, to distinguish names from data; None if it has none.
        contract: resolves references, and contains the words of names.
    """
    return _shape(value, schema, contract, 0)


def merge(a: Shape, b: Shape) -> Shape:
    """Merge the shapes of several values: keys that are missing in some are not required."""
    a, b = _like(a, b), _like(b, a)
    both = "object" in types_of(a) and "object" in types_of(b)
    found = {**a, **b, "type": _types(types_of(a) | types_of(b))}
    if "properties" in a and "properties" in b:
        found["properties"] = _merge_each(a["properties"], b["properties"])
    if both and not (a.get("x-map") and b.get("x-map")):
        found["required"] = sorted(set(a.get("required", ())) & set(b.get("required", ())))
    for key in ("items", "additionalProperties"):
        if key in a and key in b:
            found[key] = merge(a[key], b[key])
    if "x-hidden" in found and "x-map" in found:  # not all omitted keys were examined
        found.pop("additionalProperties", None)
    if "string" in types_of(a) and "string" in types_of(b) and a.get("format") != b.get("format"):
        found.pop("format", None)
    for key, order in (("x-length", LENGTHS), ("enum", None)):
        if key in a and key in b:
            values = {*a[key], *b[key]}
            found[key] = sorted(values, key=order.index if order else None)
    return found


def _like(a: Shape, b: Shape) -> Shape:
    """Convert the shape of an object to that of a map, if the other one is a map."""
    if not ("properties" in a and b.get("x-map") and "properties" not in b):
        return a
    inner = [*a["properties"].values(), *([one] if (one := a.get("additionalProperties")) else [])]
    rest = {key: one for key, one in a.items() if key not in {"properties", "required"}}
    rest |= {
        "x-map": True,
        "x-length": [length_class(len(a["properties"])), *a.get("x-length", ())],
    }
    return {**rest, "additionalProperties": merged(inner)} if inner else rest


def merged(shapes: Iterable[Shape]) -> Shape | None:
    """Merge shapes; None if there are none."""
    given = list(shapes)
    return functools.reduce(merge, given) if given else None


def length_class(length: int) -> str:
    """The class of a length, because the exact length may reveal too much."""
    return LENGTHS[sum(length >= bound for bound in (1, 2, 10, 100))]


def format_of(text: str) -> str:
    """The format of a string; empty if it has no known one."""
    if _DATE.fullmatch(text) and _is_iso(text):
        return "date"
    if _TIME.fullmatch(text) and _is_iso(text.upper().replace("Z", "+00:00")):
        return "date-time"
    for name, pattern in (("uuid", _UUID), ("email", _EMAIL), ("uri", _URI)):
        if pattern.fullmatch(text):
            return name
    return ""


def _shape(value: Any, schema: Schema | None, contract: Contract, depth: int) -> Shape:
    known = contract.flat(schema)
    if isinstance(value, dict) and depth < _MAX_DEPTH:
        return _object(value, known, contract, depth + 1)
    if isinstance(value, list) and depth < _MAX_DEPTH:
        found: Shape = {"type": "array", "x-length": [length_class(len(value))]}
        items = merged(_shape(one, known.get("items"), contract, depth + 1) for one in value)
        return found if items is None else {**found, "items": items}
    if isinstance(value, str):
        return _string(value, known, contract)
    return {"type": _type(value)}


def _object(value: Mapping[str, Any], known: Schema, contract: Contract, depth: int) -> Shape:
    properties: Mapping[str, Schema] = known.get("properties", {})
    free = known.get("additionalProperties")
    if free or (not properties and _is_map(value, contract)):
        named = {key: one for key, one in value.items() if key in properties}
        rest = [one for key, one in value.items() if key not in properties]
    else:
        named = {
            key: one
            for key, one in value.items()
            if key in properties or is_name(key, contract.words)
        }
        rest = []
    found: Shape = {"type": "object"}
    if named or not (rest or free):
        found["properties"] = {
            key: _shape(one, properties.get(key), contract, depth) for key, one in named.items()
        }
        found["required"] = sorted(named)
    if free or rest:
        inner = free if isinstance(free, Mapping) else None
        found |= {"x-map": True, "x-length": [length_class(len(rest))]}
        if content := merged(_shape(one, inner, contract, depth) for one in rest):
            found["additionalProperties"] = content
    elif len(named) < len(value):
        found["x-hidden"] = True
    return found


def _is_map(value: Mapping[str, Any], contract: Contract) -> bool:
    """Whether the unknown keys of an object are data instead of names."""
    return 2 * sum(is_name(key, contract.words) for key in value) < len(value)


def _string(value: str, known: Schema, contract: Contract) -> Shape:
    found: Shape = {"type": "string"}
    if name := format_of(value):
        found["format"] = name
    elif not value:
        found["x-length"] = ["0"]
    candidates = known.get("enum") or known.get("x-open-enum")
    if candidates is None:
        return found
    if value in candidates or (_VALUE.fullmatch(value) and is_name(value, contract.words)):
        return {**found, "enum": [value]}
    return {**found, "x-other": True}


def _type(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "number"
    return "object" if isinstance(value, dict) else "array"


def _types(found: frozenset[str]) -> str | list[str]:
    if {"integer", "number"} <= found:
        found -= {"integer"}
    return next(iter(found)) if len(found) == 1 else sorted(found)


def _merge_each(a: Mapping[str, Shape], b: Mapping[str, Shape]) -> dict[str, Shape]:
    return {
        key: merge(a[key], b[key]) if key in a and key in b else (a.get(key) or b[key])
        for key in {**a, **b}
    }


def _is_iso(text: str) -> bool:
    try:
        datetime.datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
