"""Types as data: made from schemas, rendered as annotations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from ..openapi.loader import JSON

LiteralValue: TypeAlias = str | int | bool


@dataclass(frozen=True, slots=True)
class Simple:
    """A named type of Python: `str`, `int`, `float`, `bool`, `None`, `Any`."""

    name: str


@dataclass(frozen=True, slots=True)
class Timestamp:
    """A date or date-time: a string on the wire; arguments also take the object."""

    name: str


@dataclass(frozen=True, slots=True)
class Binary:
    """The content of a file; a string in JSON."""


@dataclass(frozen=True, slots=True)
class LiteralOf:
    """One of several values. Keys include the type, because `1 == True`."""

    values: tuple[tuple[str, LiteralValue], ...]

    @classmethod
    def of(cls, values: list[LiteralValue]) -> LiteralOf:
        """A literal of these values, without duplicates."""
        return cls(tuple(dict.fromkeys((type(value).__name__, value) for value in values)))

    def plain(self) -> list[LiteralValue]:
        """The values."""
        return [value for _, value in self.values]


@dataclass(frozen=True, slots=True)
class ListOf:
    """A JSON array."""

    item: Type


@dataclass(frozen=True, slots=True)
class DictOf:
    """A JSON object with free keys."""

    value: Type


@dataclass(frozen=True, slots=True)
class Named:
    """A type of the types module."""

    name: str


@dataclass(frozen=True, slots=True)
class Union:
    """Any of several types; `union()` makes one."""

    members: tuple[Type, ...]


Type: TypeAlias = Simple | Timestamp | Binary | LiteralOf | ListOf | DictOf | Named | Union

ANY = Simple("Any")
STR = Simple("str")
INT = Simple("int")
FLOAT = Simple("float")
BOOL = Simple("bool")
NONE = Simple("None")


def union(*types: Type) -> Type:
    """The union of types: flat, without duplicates, literals merged, null last; Any absorbs the others."""
    flat: list[Type] = []
    literals: list[LiteralValue] = []
    for type_ in types:
        for member in type_.members if isinstance(type_, Union) else (type_,):
            if isinstance(member, LiteralOf):
                if not literals:
                    flat.append(member)
                literals += member.plain()
            else:
                flat.append(member)
    merged = [LiteralOf.of(literals) if isinstance(m, LiteralOf) else m for m in flat]
    members = list(dict.fromkeys(merged))
    if ANY in members:
        return ANY
    if NONE in members:
        members = [member for member in members if member != NONE] + [NONE]
    return members[0] if len(members) == 1 else Union(tuple(members)) if members else ANY


def is_optional(type_: Type) -> bool:
    """Whether null is allowed."""
    return type_ == NONE or (isinstance(type_, Union) and NONE in type_.members)


def without_null(type_: Type) -> Type:
    """The type without null."""
    if isinstance(type_, Union) and NONE in type_.members:
        return union(*(member for member in type_.members if member != NONE))
    return type_


def literal_type(values: list[JSON]) -> Type:
    """The type of an enum. Values not allowed in `Literal` are replaced by their type."""
    literals: list[LiteralValue] = []
    others: list[Type] = []
    for value in values:
        if isinstance(value, (str, int)):
            literals.append(value)
        else:
            others.append(NONE if value is None else FLOAT if isinstance(value, float) else ANY)
    return union(*([LiteralOf.of(literals)] if literals else []), *others)


def mapped(type_: Type, change: Callable[[Type], Type | None]) -> Type:
    """Replace each part of a type for which `change` returns another one; replacements are not traversed."""
    changed = change(type_)
    if changed is not None:
        return changed
    if isinstance(type_, ListOf):
        return ListOf(mapped(type_.item, change))
    if isinstance(type_, DictOf):
        return DictOf(mapped(type_.value, change))
    if isinstance(type_, Union):
        return union(*(mapped(member, change) for member in type_.members))
    return type_


def names_in(type_: Type) -> Iterator[str]:
    """The named types to which a type refers."""
    if isinstance(type_, Named):
        yield type_.name
    elif isinstance(type_, ListOf):
        yield from names_in(type_.item)
    elif isinstance(type_, DictOf):
        yield from names_in(type_.value)
    elif isinstance(type_, Union):
        for member in type_.members:
            yield from names_in(member)
