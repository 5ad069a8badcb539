"""Render types as JSON Schema, for tools with JSON arguments."""

from __future__ import annotations

from collections.abc import Mapping

from ..model.api import Alias, Definition, Event, Record
from ..model.types import (
    Binary,
    DictOf,
    ListOf,
    LiteralOf,
    Named,
    Simple,
    Timestamp,
    Type,
    Union,
)
from ..openapi.loader import JSON

_TYPES = {"str": "string", "int": "integer", "float": "number", "bool": "boolean", "None": "null"}
# Maximum depth of objects with properties; deeper ones are plain objects.
_MOST_LEVELS = 4


class SchemaWriter:
    """Renders types as schemas without references.

    Args:
        definitions: definitions of named types.
    """

    def __init__(self, definitions: Mapping[str, Definition]) -> None:
        self._definitions = definitions

    def schema(self, type_: Type, level: int = 0) -> dict[str, JSON]:
        """The schema of the values of a type."""
        if isinstance(type_, Simple):
            return {"type": _TYPES[type_.name]} if type_.name in _TYPES else {}
        if isinstance(type_, Timestamp):
            kind = "date" if type_.name == "date" else "date-time"
            return {"type": "string", "format": kind}
        if isinstance(type_, Binary):
            return {"type": "string", "format": "binary"}
        if isinstance(type_, LiteralOf):
            return _enum(type_)
        if isinstance(type_, ListOf):
            return {"type": "array", "items": self.schema(type_.item, level)}
        if isinstance(type_, DictOf):
            return self._mapping(type_, level)
        if isinstance(type_, Union):
            return self._any_of(type_, level)
        return self._named(type_, level)

    def _mapping(self, type_: DictOf, level: int) -> dict[str, JSON]:
        values = self.schema(type_.value, level)
        return {"type": "object", **({"additionalProperties": values} if values else {})}

    def _any_of(self, type_: Union, level: int) -> dict[str, JSON]:
        members = [self.schema(member, level) for member in type_.members]
        kinds = [member.get("type") for member in members]
        if all(set(member) == {"type"} for member in members):
            return {"type": kinds}
        return {"anyOf": [*members]}

    def _named(self, type_: Named, level: int) -> dict[str, JSON]:
        definition = self._definitions.get(type_.name)
        if isinstance(definition, Alias):
            return self.schema(definition.type, level + 1) if level < _MOST_LEVELS else {}
        if isinstance(definition, Event):
            return self.schema(definition.data, level)
        if not isinstance(definition, Record) or level >= _MOST_LEVELS:
            return {"type": "object"}
        fields = [one for one in definition.fields if not one.read_only]
        properties: dict[str, JSON] = {}
        for field in fields:
            schema = self.schema(field.type, level + 1)
            properties[field.name] = {
                **schema,
                **({"description": field.docs.text} if field.docs.text else {}),
            }
        required: list[JSON] = [field.name for field in fields if field.required]
        return {
            "type": "object",
            "properties": properties,
            **({"required": required} if required else {}),
        }


def _enum(type_: LiteralOf) -> dict[str, JSON]:
    values: list[JSON] = [*type_.plain()]
    kinds = {kind for kind, _ in type_.values}
    known = {_TYPES[kind] for kind in kinds if kind in _TYPES}
    return {**({"type": known.pop()} if len(known) == 1 else {}), "enum": values}
