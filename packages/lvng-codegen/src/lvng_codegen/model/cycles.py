"""Break cycles of types: alternatives that are each other, and large cycles, for which mypy takes minutes.

For each field of a `TypedDict`, mypy visits all types that can be reached from it (`has_placeholder` in
`mypy/semanal_shared.py`): 7 to 10 microseconds for each type of a cycle times each reference in it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from .api import Alias, Api, Definition, Field, Record, mentioned
from .types import ANY, DictOf, Named, Type, Union, mapped, names_in, union

# Most types in a cycle times its references: 15 seconds of mypy, such as for a ring of 1,500 types.
MOST_VISITS = 1500**2
# A cycle that would lose a larger share of its references is kept: its types are worth the time.
LARGEST_SHARE = 0.02


def break_rings(definitions: dict[str, Definition], names: Iterable[str]) -> None:
    """Give aliases that are alternatives of themselves the alternatives that are left.

    Of `X: Y | str` and `Y: X | int`, both are `str` or `int`.

    Args:
        definitions: of the document, of which some are replaced.
        names: those that may be such aliases.
    """
    rings: dict[str, Alias] = {}
    for name in names:
        alias = definitions.get(name)
        if isinstance(alias, Alias):
            seen: set[str] = set()
            plain = list(_alternatives(definitions, alias.type, seen))
            if name in seen:
                rings[name] = replace(alias, type=union(*plain))
    definitions.update(rings)


def _alternatives(
    definitions: Mapping[str, Definition], type_: Type, seen: set[str]
) -> Iterator[Type]:
    """The alternatives of a type, with those of aliases in their place; `seen` gets the aliases."""
    for member in type_.members if isinstance(type_, Union) else (type_,):
        alias = definitions.get(member.name) if isinstance(member, Named) else None
        if not isinstance(alias, Alias):
            yield member
        elif alias.name not in seen:
            seen.add(alias.name)
            yield from _alternatives(definitions, alias.type, seen)


def limit_cycles(api: Api, place: str) -> None:
    """Replace references that close too large cycles by plain mappings, with a note for each.

    Args:
        api: the model to change.
        place: the place in the notes.
    """
    below = {
        name: [other for other in mentioned(definition) if other in api.definitions]
        for name, definition in api.definitions.items()
    }
    for cycle in _cycles(below):
        _cut(api, cycle, below, place)


def _cut(api: Api, cycle: Sequence[str], below: Mapping[str, list[str]], place: str) -> None:
    members = frozenset(cycle)
    inside = {name: [other for other in below[name] if other in members] for name in cycle}
    orders = (cycle, _by_distance(cycle[0], inside))
    across = min((_across(order, inside) for order in orders), key=len)
    if len(across) > LARGEST_SHARE * sum(map(len, inside.values())):
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
                f"`{name}` is one of {len(cycle)} types in a cycle; {listed} in it is a plain dict, "
                "because mypy would take minutes"
            )
            api.notes.add(place, text)


def _across(order: Sequence[str], inside: Mapping[str, list[str]]) -> set[tuple[str, str]]:
    """The references between parts of a cycle, each of neighbours in an order and small enough."""
    part: dict[str, int] = {}
    number = types = references = 0
    for name in order:
        types, references = types + 1, references + len(inside[name])
        if types * references > MOST_VISITS and types > 1:
            number, types, references = number + 1, 1, len(inside[name])
        part[name] = number
    edges = ((name, other) for name in order for other in inside[name])
    return {(name, other) for name, other in edges if part[name] != part[other]}


def _by_distance(root: str, edges: Mapping[str, list[str]]) -> list[str]:
    """The names of a cycle by their distance from one of them."""
    found, waiting = {root: None}, deque([root])
    while waiting:
        for other in edges[waiting.popleft()]:
            if other not in found:
                found[other] = None
                waiting.append(other)
    return list(found)


def _without(field: Field, names: frozenset[str]) -> Field:
    found = [name for name in names_in(field.type) if name in names]
    if not found:
        return field
    text = f"{field.docs.text} Holds {' or '.join(f'`{name}`' for name in found)}.".strip()
    return replace(field, type=_opened(field.type, names), docs=replace(field.docs, text=text))


def _opened(type_: Type, names: frozenset[str]) -> Type:
    return mapped(
        type_,
        lambda part: DictOf(ANY) if isinstance(part, Named) and part.name in names else None,
    )


def _cycles(below: Mapping[str, list[str]]) -> Iterator[list[str]]:
    """The strongly connected components (Kosaraju), neighbours in a cycle next to each other."""
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
    """The names that a depth-first search from `root` finds and has not seen, in postorder."""
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
