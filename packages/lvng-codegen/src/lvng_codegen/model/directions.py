"""Types of requests and of responses, where they differ: `readOnly` and `writeOnly` at any depth."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from .api import Alias, Api, Definition, Event, Field, Record, mentioning, reachable
from .types import Named, Type, mapped


def split_directions(api: Api, give: Callable[[str], str]) -> None:
    """Remove read-only fields from the types of arguments, and write-only fields from those of responses.

    A definition that is used in both directions and differs gets a second one for requests, `UserInput` beside `User`.

    Args:
        api: the model to change.
        give: makes a unique name for a definition.
    """
    definitions = api.definitions
    above = mentioning(definitions)
    read = _leading_to(definitions, above, lambda field: field.read_only)
    write = _leading_to(definitions, above, lambda field: field.write_only)
    if not read and not write:
        return
    given = reachable(definitions, (one.type for op in api.operations() for one in op.arguments))
    returned = reachable(definitions, _returned(api))
    names = {
        name: give(f"{name}Input") if name in returned else name
        for name in given
        if name in read or (name in write and name in returned)
    }
    requests = {
        new: _changed(definitions[old], new, names, drop="read_only") for old, new in names.items()
    }
    for name in returned.keys() & write:
        definitions[name] = _changed(definitions[name], name, {}, drop="write_only")
    definitions.update(requests)
    for operation in api.operations():
        operation.arguments = [
            replace(one, type=_renamed(one.type, names)) for one in operation.arguments
        ]


def _returned(api: Api) -> Iterator[Type]:
    for operation in api.operations():
        yield operation.response.type
        if operation.paging:
            yield operation.paging.item


def _leading_to(
    definitions: Mapping[str, Definition],
    above: Mapping[str, list[str]],
    marked: Callable[[Field], bool],
) -> set[str]:
    """The names of records with a marked field, and of all definitions from which one is reachable."""
    open_ = [
        name
        for name, one in definitions.items()
        if isinstance(one, Record) and any(map(marked, one.fields))
    ]
    found: set[str] = set()
    while open_:
        name = open_.pop()
        if name not in found:
            found.add(name)
            open_ += above.get(name, ())
    return found


def _changed(
    definition: Definition, name: str, names: Mapping[str, str], *, drop: str
) -> Definition:
    """A copy of a definition with another name, with types replaced, without the fields of the other direction."""
    if isinstance(definition, Alias):
        return Alias(name, definition.doc, _renamed(definition.type, names))
    if isinstance(definition, Event):
        return replace(definition, name=name, data=_renamed(definition.data, names))
    fields = [
        replace(field, type=_renamed(field.type, names))
        for field in definition.fields
        if not getattr(field, drop)
    ]
    return Record(name, definition.doc, fields)


def _renamed(type_: Type, names: Mapping[str, str]) -> Type:
    return mapped(
        type_,
        lambda part: Named(names.get(part.name, part.name)) if isinstance(part, Named) else None,
    )
