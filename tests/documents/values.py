"""Values that a schema allows, chosen at random."""

from __future__ import annotations

from random import Random
from typing import Any

from .reading import Data, Reading

_FORMATS = {
    "date-time": "2026-11-24T12:30:00+00:00",
    "date": "2026-11-24",
    "uuid": "5f0c6f0e-2f0f-4a4f-9f0e-0123456789ab",
    "email": "a.b+c@example.org",
    "uri": "https://example.org/a?b=c&d=e",
    "url": "https://example.org/a?b=c&d=e",
    "byte": "AAEC/w==",
}
# Of every kind that has a meaning in some part of a request, or needs to be encoded there.
_TEXTS = [
    "plain",
    "two words",
    "a/b?c#d",
    "50%",
    "x&y=z",
    "1,2;3|4",
    "Größe",
    "a+b",
    "[k]",
    "'\"\\",
]
BINARY = b"\x00\xff\r\n--binary"
_ADDING = {"anyOf", "properties", "required", "type"}
# Records within records that are still filled with all they have.
_DEEP = 3


class Values:
    """Makes values of schemas.

    Args:
        reading: the document.
        luck: where choices come from.
        full: whether optional members are there.
        request: whether the values are sent, or come back.
    """

    def __init__(
        self, reading: Reading, luck: Random, *, full: bool, request: bool, binary: bool = False
    ) -> None:
        self.reading, self.luck, self.full = reading, luck, full
        self.dropped = "readOnly" if request else "writeOnly"
        self.binary = binary
        self.texts = _TEXTS
        self.anything: list[Any] = ["any", 7, True, {"k": [1]}]
        self.key = "free key"

    def of(self, schema: Any, depth: int = 0) -> Any:
        """A value of a schema."""
        if schema is True or schema == {} or not isinstance(schema, dict):
            return self.luck.choice(self.anything)
        merged = self.reading.merged(schema)
        if "const" in merged:
            return merged["const"]
        if "enum" in merged:
            return self._of_enum(merged["enum"])
        if depth > 60:
            raise RecursionError("a schema that never ends")
        children = self._children(schema)
        if children:
            return self._child(merged, children, depth)
        for group in ("oneOf", "anyOf"):
            if group in merged:
                return self._alternative(merged, group, depth)
        return self._single(merged, depth)

    def _of_enum(self, values: list[Any]) -> Any:
        known = [one for one in values if one is not None]
        return self.luck.choice(known) if known else None

    def _children(self, schema: Data) -> dict[str, Data]:
        base = self.reading.resolve(schema)
        if "discriminator" not in base or "oneOf" in base or "anyOf" in base:
            return {}
        return {
            value: one
            for value, one in self.reading.children(base).items()
            if self.reading.resolve(one) is not base
        }

    def _child(self, base: Data, children: dict[str, Data], depth: int) -> Any:
        value, schema = self.luck.choice(list(children.items()))
        made = self.of(schema, depth + 1)
        name = base["discriminator"]["propertyName"]
        if isinstance(made, dict) and name in base.get("properties", {}) | made:
            inner = self._children(schema)
            made[name] = made[name] if inner and name in made else value
        return made

    def _alternative(self, merged: Data, group: str, depth: int) -> Any:
        rest = {key: value for key, value in merged.items() if key not in {group, "more"}}
        choices = [one for one in merged[group] if one is not False and one != {"type": "null"}]
        choice = self.luck.choice(choices) if choices else {}
        others = [{"oneOf": one} for one in merged.get("more", [])]
        # Of what holds for every alternative, the keywords that add to it.
        shared = {key: rest[key] for key in _ADDING & rest.keys()}
        if not isinstance(choice, dict) or not _says(choice):
            # It only lists keys that are required, and says nothing of their types.
            whole = {**rest, "required": [*rest.get("required", []), *_required(choice)]}
        elif {"properties", "anyOf"} & shared.keys() or others:
            whole = {"allOf": [shared, choice, *others]}
        else:
            whole = choice
        made = self.of(whole, depth + 1)
        self._mark(merged, choice, made)
        return made

    def _mark(self, merged: Data, choice: Any, made: Any) -> None:
        """Set the property that names the alternative."""
        said = merged.get("discriminator")
        if not said or not isinstance(made, dict) or "$ref" not in choice:
            return
        target = choice["$ref"]
        mapping = said.get("mapping", {})
        value = next(
            (k for k, v in mapping.items() if target in {v, f"#/components/schemas/{v}"}), ""
        )
        known = self.reading.merged(
            self.reading.merged(choice).get("properties", {}).get(said["propertyName"], {})
        )
        if said["propertyName"] in made and not {"enum", "const"} & known.keys():
            made[said["propertyName"]] = value or target.rpartition("/")[2]

    def _single(self, merged: Data, depth: int) -> Any:
        kinds = merged.get("type")
        if isinstance(kinds, list):
            known = [kind for kind in kinds if kind != "null"]
            kinds = self.luck.choice(known) if known else "null"
        if kinds is None:
            kinds = "object" if {"properties", "additionalProperties"} & merged.keys() else None
            kinds = "array" if {"items", "prefixItems"} & merged.keys() else kinds
        match kinds:
            case "object":
                return self._object(merged, depth)
            case "array":
                return self._array(merged, depth)
            case "integer" | "number":
                return self._number(merged, kinds)
            case "boolean":
                return self.luck.choice([True, False])
            case "null":
                return None
            case "string":
                return self._string(merged)
            case _:
                return self.luck.choice(self.anything)

    def _object(self, merged: Data, depth: int) -> dict[str, Any]:
        made = {}
        properties = merged.get("properties", {})
        for name, schema in properties.items():
            if self.reading.merged(schema).get(self.dropped) is True:
                continue
            wanted = name in merged.get("required", [])
            if wanted or (self.full and depth < _DEEP):
                made[name] = self.of(schema, depth + 1)
        extra = merged.get("additionalProperties", True)
        if not properties and extra is not False and (self.full or not depth):
            made[self.key] = self.of(extra, depth + 1)
        return made

    def _array(self, merged: Data, depth: int) -> list[Any]:
        if "prefixItems" in merged:
            return [self.of(one, depth + 1) for one in merged["prefixItems"]]
        least, most = merged.get("minItems", 0), merged.get("maxItems", 2)
        wanted = max(least, min(most, 2 if self.full else 1))
        if depth > _DEEP and not least:
            wanted = 0
        return [self.of(merged.get("items", {}), depth + 1) for _ in range(wanted)]

    def _number(self, merged: Data, kind: str) -> float:
        low, high = merged.get("minimum"), merged.get("maximum")
        start = low if low is not None else high if high is not None else 7
        step = merged.get("multipleOf", 1)
        value: float = start
        if merged.get("exclusiveMinimum") is not None and value == start:
            bound = merged["exclusiveMinimum"]
            value = (start if isinstance(bound, bool) else bound) + step
        return int(value) if kind == "integer" or value == int(value) else value

    def _string(self, merged: Data) -> str | bytes:
        said = merged.get("format")
        identity = merged.get("contentEncoding") in {"binary", "8bit"} or (
            "contentMediaType" in merged and "contentEncoding" not in merged
        )
        if said == "binary" or identity:
            return BINARY if self.binary else "binary"
        text = _FORMATS.get(str(said)) or self.luck.choice(self.texts)
        return text.ljust(merged.get("minLength", 0), "x")


def _says(schema: Data) -> bool:
    return any(
        key in schema
        for key in (
            "$ref",
            "allOf",
            "oneOf",
            "anyOf",
            "type",
            "properties",
            "items",
            "enum",
            "const",
        )
    )


def _required(schema: Any) -> list[str]:
    found = schema.get("required", []) if isinstance(schema, dict) else []
    return [str(one) for one in found]
