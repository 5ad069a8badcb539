"""Render types in the notation of TypeScript on one line: a compact description of a response."""

from __future__ import annotations

import json
from collections.abc import Mapping

from ..model.api import Alias, Definition, Event, Record
from ..model.types import Binary, DictOf, ListOf, LiteralOf, Named, Simple, Timestamp, Type, Union

_NAMES = {
    "str": "string",
    "int": "number",
    "float": "number",
    "bool": "boolean",
    "None": "null",
    "Any": "any",
}
# Maximum depth of objects with keys; deeper ones are written as `object`.
_MOST_LEVELS = 3


def shape(type_: Type, definitions: Mapping[str, Definition], level: int = 0) -> str:
    """The shape of the values of a type: `{id: string, tags?: string[]}`."""
    if isinstance(type_, Simple):
        return _NAMES.get(type_.name, "any")
    if isinstance(type_, (Timestamp, Binary)):
        return "string"
    if isinstance(type_, LiteralOf):
        return " | ".join(json.dumps(value, ensure_ascii=False) for value in type_.plain())
    if isinstance(type_, ListOf):
        inner = shape(type_.item, definitions, level)
        return f"({inner})[]" if " | " in inner and not inner.startswith("{") else f"{inner}[]"
    if isinstance(type_, DictOf):
        inner = shape(type_.value, definitions, level)
        return "object" if inner == "any" else f"{{[key]: {inner}}}"
    if isinstance(type_, Union):
        return " | ".join(dict.fromkeys(shape(one, definitions, level) for one in type_.members))
    return _named(type_, definitions, level)


def _named(type_: Named, definitions: Mapping[str, Definition], level: int) -> str:
    definition = definitions.get(type_.name)
    if level >= _MOST_LEVELS:
        return "object"
    if isinstance(definition, Alias):
        return shape(definition.type, definitions, level + 1)
    if isinstance(definition, Event):
        return shape(definition.data, definitions, level)
    if not isinstance(definition, Record):
        return "any"
    fields = [
        f"{field.name}{'' if field.required else '?'}: {shape(field.type, definitions, level + 1)}"
        for field in definition.fields
    ]
    return f"{{{', '.join(fields)}}}"
