"""Circles of thousands of types, which type checkers take minutes for, cut in a few places.

mypy looks at everything that a `TypedDict` leads to, for each of them: the square of their number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from .api import Api, Definition, Field, Record
from .types import ANY, DictOf, ListOf, Named, Type, Union, names_in, union

# So many types of one circle are checked in seconds.
MOST = 1500
# A circle that would lose a larger share of its references is left whole: its types are worth the wait.
LARGEST_SHARE = 0.01


def limit_cycles(api: Api, place: str) -> None:
    """Replace the references that close circles of too many types by plain mappings, with a note for each.

    Args:
        api: what is changed.
        place: where the notes say that it is.
    """
    below = {
        name: list(dict.fromkeys(_mentioned(definition, api.definitions)))
        for name, definition in api.definitions.items()
    }
    for circle in _circles(below):
        if len(circle) > MOST:
            _cut(api, circle, below, place)


def _mentioned(definition: Definition, definitions: Mapping[str, Definition]) -> Iterator[str]:
    for type_ in definition.types():
        yield from (name for name in names_in(type_) if name in definitions)


def _cut(api: Api, circle: Sequence[str], below: Mapping[str, list[str]], place: str) -> None:
    part = {name: index // MOST for index, name in enumerate(circle)}
    edges = [(name, other) for name in circle for other in below[name] if other in part]
    across = {edge for edge in edges if part[edge[0]] != part[edge[1]]}
    if len(across) > LARGEST_SHARE * len(edges):
        return
    for name in dict.fromkeys(name for name, _ in across):
        record = api.definitions[name]
        there = frozenset(
            other
            for start, other in across
            if start == name and isinstance(api.definitions[other], Record)
        )
        if isinstance(record, Record) and there:
            record.fields = [_without(field, there) for field in record.fields]
            listed = ", ".join(f"`{other}`" for other in sorted(there))
            text = (
                f"`{name}` is one of {len(circle)} types in a circle; {listed} in it is a plain dict, "
                "for type checkers would take minutes"
            )
            api.notes.add(place, text)


def _without(field: Field, names: frozenset[str]) -> Field:
    found = [name for name in names_in(field.type) if name in names]
    if not found:
        return field
    text = f"{field.docs.text} Holds {' or '.join(f'`{name}`' for name in found)}.".strip()
    return replace(field, type=_opened(field.type, names), docs=replace(field.docs, text=text))


def _opened(type_: Type, names: frozenset[str]) -> Type:
    if isinstance(type_, Named):
        return DictOf(ANY) if type_.name in names else type_
    if isinstance(type_, ListOf):
        return ListOf(_opened(type_.item, names))
    if isinstance(type_, DictOf):
        return DictOf(_opened(type_.value, names))
    if isinstance(type_, Union):
        return union(*(_opened(member, names) for member in type_.members))
    return type_


def _circles(below: Mapping[str, list[str]]) -> Iterator[list[str]]:
    """The strongly connected components (Kosaraju), neighbours in a circle next to each other."""
    above: dict[str, list[str]] = {name: [] for name in below}
    for name, others in below.items():
        for other in others:
            above[other].append(name)
    seen: set[str] = set()
    order = [name for root in below if root not in seen for name in _reached(root, below, seen)]
    seen = set()
    for root in reversed(order):
        if root not in seen:
            yield _reached(root, above, seen)


def _reached(root: str, edges: Mapping[str, list[str]], seen: set[str]) -> list[str]:
    """What a walk from `root` comes to and has not seen, in the order in which it leaves them."""
    seen.add(root)
    path, done = [(root, iter(edges[root]))], []
    while path:
        name, rest = path[-1]
        new = next((other for other in rest if other not in seen), None)
        if new is None:
            path.pop()
            done.append(name)
        else:
            seen.add(new)
            path.append((new, iter(edges[new])))
    return done
