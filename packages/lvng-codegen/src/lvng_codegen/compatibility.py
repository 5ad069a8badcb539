"""Compare types of two versions of a document: whether every value of one is a value of the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .model.api import Definition, Event, Record, expand
from .model.types import (
    ANY,
    FLOAT,
    INT,
    STR,
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


@dataclass(slots=True)
class Compatibility:
    """Compares types of two versions.

    Records of the same name are considered equal here, because their fields are compared separately.

    Args:
        narrow: definitions for the first types of comparisons.
        wide: definitions for the second types.
        given: whether the values are arguments, which may be more than JSON: dates, files.
    """

    narrow: Mapping[str, Definition]
    wide: Mapping[str, Definition]
    given: bool
    _assumed: set[tuple[Type, Type]] = field(default_factory=set)

    def fits(self, narrow: Type, wide: Type) -> bool:
        """Whether every value of the first type is one of the second."""
        if (narrow, wide) in self._assumed:
            return True  # recursive types are compatible unless another part of them is not
        self._assumed.add((narrow, wide))
        fits = self._fits(expand(self.narrow, narrow), expand(self.wide, wide))
        if not fits:
            self._assumed.discard((narrow, wide))
        return fits

    def _fits(self, narrow: Type, wide: Type) -> bool:
        if wide == ANY:
            return True
        if isinstance(narrow, Union):
            return all(self.fits(member, wide) for member in narrow.members)
        if isinstance(narrow, LiteralOf) and len(narrow.values) > 1:
            return all(self.fits(LiteralOf((value,)), wide) for value in narrow.values)
        if isinstance(wide, Union):
            return any(self.fits(narrow, member) for member in wide.members)
        if isinstance(narrow, Named) and isinstance(wide, Named) and narrow.name == wide.name:
            return True
        return narrow == wide or self._single(narrow, wide)

    def _single(self, narrow: Type, wide: Type) -> bool:
        """Compare two types of which neither is a union or an alias."""
        if isinstance(narrow, LiteralOf):
            kind, _ = narrow.values[0]
            if isinstance(wide, LiteralOf):
                return narrow.values[0] in wide.values
            return self.fits(Simple(kind), wide)
        if isinstance(narrow, ListOf) and isinstance(wide, ListOf):
            return self.fits(narrow.item, wide.item)
        if isinstance(narrow, DictOf) and isinstance(wide, DictOf):
            return self.fits(narrow.value, wide.value)
        if isinstance(narrow, Named):
            return self._named(self.narrow.get(narrow.name), wide)
        if self.given:
            return (narrow, wide) == (INT, FLOAT) or (narrow == STR and isinstance(wide, Timestamp))
        return _on_the_wire(narrow) == _on_the_wire(wide) or (narrow, wide) == (INT, FLOAT)

    def _named(self, narrow: Definition | None, wide: Type) -> bool:
        """Whether a record or an event fits the second type."""
        if isinstance(wide, DictOf):
            fields = narrow.fields if isinstance(narrow, Record) else ()
            # A dict literal is compatible; a variable of the record's type only as an argument.
            return self.given and all(self.fits(field.type, wide.value) for field in fields)
        other = self.wide.get(wide.name) if isinstance(wide, Named) else None
        if isinstance(narrow, Event) and isinstance(other, Event):
            return narrow.event == other.event and self.fits(narrow.data, other.data)
        if not isinstance(narrow, Record) or not isinstance(other, Record):
            return False
        return self._record(narrow, other)

    def _record(self, narrow: Record, wide: Record) -> bool:
        there = {field.name: field for field in narrow.fields}
        known = {field.name for field in wide.fields}
        if self.given and there.keys() - known:
            return False  # type checkers reject unknown keys
        for one in wide.fields:
            found = there.get(one.name)
            if found is None and (one.required or not self.given):
                return False  # a key that callers read is not there, even if it never had to be
            if found is not None and (
                (one.required and not found.required) or not self.fits(found.type, one.type)
            ):
                return False
        return True


def _on_the_wire(type_: Type) -> Type:
    """The type in a response: dates, times and the contents of files are strings."""
    return STR if isinstance(type_, (Timestamp, Binary)) else type_
