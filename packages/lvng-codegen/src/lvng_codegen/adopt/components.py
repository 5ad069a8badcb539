"""Components of the vendor's document under the names of the contract, so that the public types keep their names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from .matching import Place, operations, words_of

_PREFIX = "#/components/schemas/"
_LIKE = 0.5
"""Part of the fields of two components that must have the same names, where both stand in the same places."""
_SAME = 0.8
"""The same for components that stand nowhere."""

Schemas: TypeAlias = Mapping[str, Any]


def named_as_ours(theirs: Any, ours: Any, moved: Mapping[str, Place]) -> dict[str, str]:
    """Rename components to those of the contract that stand in the same places and have the same fields.

    Args:
        theirs: the vendor's document; it is changed.
        ours: the contract.
        moved: the operations that moved, by the key of theirs.

    Returns:
        The new names of what was renamed.
    """
    given, known = _schemas(theirs), _schemas(ours)
    votes = Counter(_pairs(theirs, ours, moved))
    taken = {
        name: name for name in given if name in known and _alike(name, name, given, known) >= _LIKE
    }
    for (name, wanted), _ in votes.most_common():
        if (
            name not in taken
            and wanted not in taken.values()
            and _alike(name, wanted, given, known) >= _LIKE
        ):
            taken[name] = wanted
    for wanted in known.keys() - set(taken.values()):
        if name := _same_fields(wanted, taken, given, known):
            taken[name] = wanted
    renamed = {name: wanted for name, wanted in taken.items() if name != wanted}
    # Another component may have the name already.
    renamed |= {
        name: f"{name}Other" for name in set(renamed.values()) & given.keys() - renamed.keys()
    }
    if renamed:
        _rename(theirs, renamed)
    return renamed


def _same_fields(wanted: str, taken: Mapping[str, str], given: Schemas, known: Schemas) -> str:
    """The one component with the fields of one that stands nowhere, and with a word of its name; else empty."""
    found = [
        name
        for name in given
        if name not in taken
        and words_of(name) & words_of(wanted)
        and _fields(given[name], given)
        and _alike(name, wanted, given, known) >= _SAME
    ]
    nearest = [name for name in found if wanted in name] or found
    return nearest[0] if len(nearest) == 1 else ""


def _alike(name: str, wanted: str, given: Schemas, known: Schemas) -> float:
    """The part of the fields of two components that both have; all of it if neither has fields."""
    a, b = _fields(given[name], given).keys(), _fields(known[wanted], known).keys()
    return len(a & b) / len(a | b) if a | b else 1.0


# Places


def _pairs(theirs: Any, ours: Any, moved: Mapping[str, Place]) -> Iterator[tuple[str, str]]:
    """The components of both documents that stand in the same place, once for each place."""
    known = {one.key: one for one in operations(ours)} | dict(moved)
    places = [(one.value, known[one.key].value) for one in operations(theirs) if one.key in known]
    webhooks = ours.get("webhooks", {})
    places += [
        (item, webhooks[name])
        for name, item in theirs.get("webhooks", {}).items()
        if name in webhooks
    ]
    seen: set[tuple[str, str]] = set()
    for a, b in places:
        for left, right in _contents(a, b):
            yield from _below(left, right, _schemas(theirs), _schemas(ours), seen)


def _contents(a: Any, b: Any) -> Iterator[tuple[Any, Any]]:
    """The schemas at the same places of two operations: parameters, bodies, responses."""
    if isinstance(a, dict) and isinstance(b, dict):
        if "schema" in a and "schema" in b:
            yield a["schema"], b["schema"]
        for key in a.keys() & b.keys():
            yield from _contents(a[key], b[key])


def _below(
    a: Any, b: Any, given: Schemas, known: Schemas, seen: set[tuple[str, str]]
) -> Iterator[tuple[str, str]]:
    left, right = _reference(a), _reference(b)
    if left in given and right in known:
        yield left, right
        if (left, right) in seen:
            return
        seen.add((left, right))
    fields, expected = _fields(a, given), _fields(b, known)
    for name in fields.keys() & expected.keys():
        yield from _below(fields[name], expected[name], given, known, seen)
    for one, other in zip(_inner(a, given), _inner(b, known), strict=False):
        if one and other:
            yield from _below(one, other, given, known, seen)


def _alternatives(schema: Any) -> list[Any]:
    """The alternatives or parts of a schema, without null."""
    return [
        one
        for key in ("anyOf", "oneOf", "allOf")
        for one in (schema.get(key, ()) if isinstance(schema, dict) else ())
        if one != {"type": "null"}
    ]


def _only(schema: Any) -> Any:
    """A schema without what stands around it: null as an alternative, or `allOf` of one."""
    while len(several := _alternatives(schema)) == 1:
        schema = several[0]
    return schema


def _reference(schema: Any) -> str:
    schema = _only(schema)
    reference = schema.get("$ref", "") if isinstance(schema, dict) else ""
    return str(reference).removeprefix(_PREFIX)


def _resolved(schema: Any, components: Schemas) -> Any:
    for _ in range(len(components) + 1):
        schema = _only(schema)
        if (name := _reference(schema)) not in components:
            break
        schema = components[name]
    return schema if isinstance(schema, dict) else {}


def _fields(schema: Any, components: Schemas, depth: int = 8) -> dict[str, Any]:
    """The properties of an object, with those of its parts."""
    resolved = _resolved(schema, components)
    found = dict(resolved.get("properties", {}))
    for part in resolved.get("allOf", ()) if depth else ():
        found = {**_fields(part, components, depth - 1), **found}
    return found


def _inner(schema: Any, components: Schemas) -> list[Any]:
    """The schemas of entries, of the values of a map, and alternatives."""
    resolved = _resolved(schema, components)
    entries = [resolved.get(key) for key in ("items", "additionalProperties")]
    return [*entries, *_alternatives(resolved)]


def _schemas(document: Any) -> Schemas:
    found: Schemas = document.get("components", {}).get("schemas", {})
    return found


# Renaming


def _rename(document: Any, names: Mapping[str, str]) -> None:
    schemas = document["components"]["schemas"]
    document["components"]["schemas"] = {
        names.get(name, name): one for name, one in schemas.items()
    }
    references = {f"{_PREFIX}{name}": f"{_PREFIX}{new}" for name, new in names.items()}
    _replace(document, references)


def _replace(value: Any, references: Mapping[str, str]) -> None:
    for one in value if isinstance(value, list) else ():
        _replace(one, references)
    if isinstance(value, dict):
        if value.get("$ref") in references:
            value["$ref"] = references[value["$ref"]]
        mapping = value.get("discriminator", {})
        mapping = mapping.get("mapping", {}) if isinstance(mapping, dict) else {}
        for key, one in mapping.items() if isinstance(mapping, dict) else ():
            mapping[key] = references.get(one, one)
        for one in value.values():
            _replace(one, references)
