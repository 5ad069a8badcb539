"""Documentation of a schema: description, limits, default, known values."""

from __future__ import annotations

import json

from ..openapi.document import Node
from ..openapi.loader import JSON
from ..openapi.schema_merge import MergedSchema, merge_schema
from .api import SchemaDocs


def docs_of(node: Node, description: str = "") -> SchemaDocs:
    """The documentation of the values of a schema."""
    if not isinstance(node.value, dict):
        return SchemaDocs(description)
    shape = merge_schema(node)
    said = description or node.text("description") or shape.text("description")
    default = shape.keywords.get("default")
    return SchemaDocs(
        text=said or node.text("title") or shape.text("title"),
        limits=limits(shape),
        default="" if default is None or default.value is None else _code(default.value),
        known=_known(shape),
        deprecated=shape.flag("deprecated"),
        example=_example(shape),
    )


def _example(shape: MergedSchema) -> JSON:
    """The first example of a value, or None."""
    examples = shape.keywords.get("examples")
    if examples is not None and isinstance(examples.value, list) and examples.value:
        return examples.value[0]
    example = shape.keywords.get("example")
    return None if example is None else example.value


def _code(value: JSON) -> str:
    if isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False)


def _known(shape: MergedSchema) -> tuple[str, ...]:
    """The known values of an open enum, also for the items of a list."""
    node = shape.keywords.get("x-open-enum")
    if node is None and "items" in shape.keywords:
        items = shape.keywords["items"]
        node = items.get("x-open-enum") if isinstance(items.value, dict) else None
    if node is None:
        return ()
    # `x-open-enum: true` marks an enum as open in place.
    owner = shape.keywords.get("enum") if node.value is True else node
    values = owner.value if owner is not None and isinstance(owner.value, list) else []
    return tuple(str(value) for value in values if value is not None)


def limits(shape: MergedSchema) -> str:
    """The limits of a value in words."""
    said = [
        _range(shape, "minimum", "maximum", ""),
        _range(shape, "minLength", "maxLength", "character"),
        _range(shape, "minItems", "maxItems", "item"),
        _exclusive(shape),
    ]
    if (step := _number(shape, "multipleOf")) is not None:
        said.append(f"a multiple of {step:g}")
    return ", ".join(text for text in said if text)


def _range(shape: MergedSchema, low: str, high: str, unit: str) -> str:
    # Before 3.1 `exclusiveMinimum: true` changes what `minimum` means; _exclusive handles that.
    least = None if shape.flag("exclusiveMinimum") else _number(shape, low)
    most = None if shape.flag("exclusiveMaximum") else _number(shape, high)
    if unit and least is not None and least <= 1 and most is None:
        return "" if least <= 0 else "not empty"
    if least == 0 and most is None:
        return ""  # the default
    if least is not None and most is not None:
        return f"{_plain(least)} to {_plain(most)}{_units(unit, most)}"
    if least is not None:
        return f"at least {_plain(least)}{_units(unit, least)}"
    return "" if most is None else f"at most {_plain(most)}{_units(unit, most)}"


def _exclusive(shape: MergedSchema) -> str:
    parts = []
    for key, bound, words in (
        ("exclusiveMinimum", "minimum", "more than"),
        ("exclusiveMaximum", "maximum", "less than"),
    ):
        number = _number(shape, bound if shape.flag(key) else key)
        if number is not None:
            parts.append(f"{words} {_plain(number)}")
    return " and ".join(parts)


def _number(shape: MergedSchema, key: str) -> float | None:
    value = shape.keywords[key].value if key in shape.keywords else None
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _plain(number: float) -> str:
    return f"{number:,}" if isinstance(number, int) else f"{number:g}"


def _units(unit: str, number: float) -> str:
    return f" {unit}{'' if number == 1 else 's'}" if unit else ""
