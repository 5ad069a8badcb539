"""Complete values by their schema, with the contract's defaults or neutral values."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from ..randomness import Randomness
from .document import Contract, Schema

_TIMESTAMPS = {"date-time", "date"}

Maker: TypeAlias = Callable[[], Any]


@dataclass(frozen=True, slots=True)
class _Plan:
    """How to complete objects of a schema."""

    makers: Mapping[str, Maker]
    """By property, a function that makes its default value."""
    deep: Mapping[str, Schema]
    """The properties whose values may be incomplete themselves."""
    required: Sequence[str]


class Defaults:
    """Completes values with the properties that their schema requires.

    Args:
        contract: the contract.
        now: returns the current time in the format of the API.
        random: makes ids.
    """

    def __init__(
        self, contract: Contract, now: Callable[[], str], random: Randomness | None = None
    ) -> None:
        self._contract = contract
        self._now = now
        self._random = random or Randomness()
        # Keyed by identity: every schema is part of the document, or of one of these caches.
        self._known: dict[int, Schema] = {}
        self._spellings: dict[int, dict[str, str]] = {}
        self._plans: dict[int, _Plan] = {}

    def fill(self, schema: Schema, known: Any) -> Any:
        """`known` with every required property of its schema; existing values are kept."""
        if isinstance(known, dict):
            return self._object(self.merged(schema), known)
        if isinstance(known, list):
            items = self.merged(schema).get("items", {})
            return [self.fill(items, one) for one in known]
        return known

    def record(self, schema: Schema, fields: Mapping[str, Any]) -> dict[str, Any]:
        """A new record: the given fields in the record's spelling, and a default for each other property."""
        schema = self.merged(schema)
        makers, known = self._plan(schema).makers, self.changes(schema, fields)
        record = {name: known[name] if name in known else make() for name, make in makers.items()}
        return self._object(schema, record)

    def changes(self, schema: Schema, fields: Mapping[str, Any]) -> dict[str, Any]:
        """The fields that a record of this schema has, in the record's spelling."""
        schema = self.merged(schema)
        spelling = self._spellings.get(id(schema))
        if spelling is None:
            spelling = {_plain(name): name for name in schema.get("properties", {})}
            self._spellings[id(schema)] = spelling
        return {
            spelling[plain]: value
            for name, value in fields.items()
            if (plain := _plain(name)) in spelling
        }

    def example(self, schema: Schema) -> Any:
        """The contract's example of a value."""
        schema = self.merged(schema)
        if "examples" in schema:
            return schema["examples"][0]
        if "properties" in schema:
            return {name: self.example(one) for name, one in schema["properties"].items()}
        if schema.get("type") == "array":
            return [self.example(schema["items"])]
        return self._maker("", schema)()

    def default(self, name: str, schema: Schema) -> Any:
        """The default of a property: the contract's, else null if it may be, else the emptiest value."""
        return self._maker(name, self.merged(schema))()

    def _object(self, schema: Schema, known: Mapping[str, Any]) -> dict[str, Any]:
        plan, filled = self._plan(schema), dict(known)
        for name, one in plan.deep.items():
            if name in filled:
                filled[name] = self.fill(one, filled[name])
        for name in plan.required:
            if name not in filled:
                filled[name] = plan.makers[name]()
        return filled

    def _plan(self, schema: Schema) -> _Plan:
        found = self._plans.get(id(schema))
        if found is None:
            parts = {name: self.merged(one) for name, one in schema.get("properties", {}).items()}
            found = self._plans[id(schema)] = _Plan(
                {name: self._maker(name, one) for name, one in parts.items()},
                {name: one for name, one in parts.items() if self._is_deep(one)},
                [name for name in schema.get("required", ()) if name in parts],
            )
        return found

    def _is_deep(self, schema: Schema) -> bool:
        """Whether a value of this schema may be incomplete itself."""
        if "x-several" in schema:  # an incomplete value does not determine which alternative it is
            return False
        items = schema.get("items")
        return "properties" in schema or (items is not None and self._is_deep(self.merged(items)))

    def _maker(self, name: str, schema: Schema) -> Maker:
        """A function that makes the default; without one, null if allowed, else an empty value."""
        for given in ("default", "const"):
            if given in schema:
                return _always(schema[given])
        kinds = schema.get("type", "object" if "properties" in schema else "string")
        if _nullable(schema, kinds):
            return _always(None)
        kind = kinds if isinstance(kinds, str) else kinds[0]
        if kind == "object":
            return lambda: self._object(schema, {})
        if kind == "array":
            return list
        if kind == "boolean":
            return _always(False)
        if kind in {"integer", "number"}:
            return _always(schema.get("minimum", 0))
        return self._text_maker(name, schema)

    def _text_maker(self, name: str, schema: Schema) -> Maker:
        known = schema.get("enum") or schema.get("x-open-enum")
        if known:
            return _always(str(known[0]))
        form = schema.get("format")
        if form in _TIMESTAMPS:
            return lambda: self._now()[: 10 if form == "date" else None]
        example = str(schema.get("examples", [""])[0])
        if name == "id" or form == "uuid":
            return lambda: self._random.id(example)
        is_needed = form or schema.get("minLength") or "pattern" in schema
        return _always(example if is_needed else "")

    def merged(self, schema: Schema) -> Schema:
        """A schema with `$ref` followed, `allOf` merged, and the first choice of `anyOf` or `oneOf`."""
        found = self._known.get(id(schema))
        if found is None:
            found = self._merge(self._contract.resolve(schema))
            self._known[id(schema)] = self._known[id(found)] = found
        return found

    def _merge(self, schema: Schema) -> Schema:
        for choice in ("anyOf", "oneOf"):
            if choice in schema:
                options = [self._contract.resolve(one) for one in schema[choice]]
                null = any(one.get("type") == "null" for one in options)
                first = next(one for one in options if one.get("type") != "null")
                several = len(options) - null > 1
                marks = {"x-null": null, "x-several": several}
                schema = {**self.merged(first), **{name: True for name in marks if marks[name]}}
        if "allOf" in schema:
            merged: dict[str, Any] = {"properties": {}, "required": []}
            for part in map(self.merged, schema["allOf"]):
                merged["properties"] |= part.get("properties", {})
                merged["required"] += part.get("required", [])
            schema = {**schema, "type": "object", **merged}
        return schema


def _nullable(schema: Schema, kinds: Any) -> bool:
    return "x-null" in schema or (isinstance(kinds, list) and "null" in kinds)


def _always(value: Any) -> Maker:
    return lambda: value


@functools.lru_cache(4096)  # bounded, because names also come from requests
def _plain(name: str) -> str:
    """A name regardless of its case style: the same for `workspaceId` and `workspace_id`."""
    return name.replace("_", "").lower()
